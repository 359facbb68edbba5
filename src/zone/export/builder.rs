//! A zone that is put together record by record.

use std::ops::Range;

use super::Written;
use crate::dns::{Data, Name, Record, RecordType, WrittenName};
use crate::finding::Label;
use crate::source::{Span, Spanned};
use crate::zone::fields::{Fault, read_name};
use crate::zone::lexer::Token;
use crate::zone::master::origin::Known;
use crate::zone::text::{self, Replaced, Text};
use crate::zone::{ApexIs, Contents, Format, TroubleKind, Zone};

/// The TTL of a record of a format that does not show TTLs; the default of Windows servers.
/// Its span is the whole record: nothing in the text sets it.
const UNSTATED_TTL: u32 = 3600;

/// A zone that is put together.
pub(in crate::zone) struct Builder<'t> {
    text: &'t Text<'t>,
    known: Known,
    told_unknown_origin: bool,
    /// The SOA stands there, whole or not.
    has_soa: bool,
    /// Troubles that many records may have for one reason, by their indexes, and how many more
    /// have them.
    alike: Vec<(usize, usize)>,
    /// Characters in names and values that copying brings, and that were read as if they were
    /// not there.
    copied: Vec<Replaced>,
    zone: Zone,
}

impl<'t> Builder<'t> {
    pub(in crate::zone) fn new(
        text: &'t Text<'t>,
        format: Format,
        apex: Name,
        known: Known,
    ) -> Self {
        Self {
            text,
            known,
            told_unknown_origin: false,
            has_soa: false,
            alike: Vec::new(),
            copied: Vec::new(),
            zone: Zone::new(text.source(), format, apex),
        }
    }

    pub(in crate::zone) fn apex(&self) -> &Name {
        &self.zone.apex
    }

    /// For what only one format knows: folders, and that the text is an excerpt.
    pub(in crate::zone) fn zone_mut(&mut self) -> &mut Zone {
        &mut self.zone
    }

    /// An owner, relative to the zone unless it ends in a dot; `None` where it cannot be read
    /// or lies outside the zone, which is reported.
    pub(in crate::zone) fn owner(&mut self, token: &Token<'_>) -> Option<WrittenName> {
        let owner = match read_name(self.text, token, &self.zone.apex) {
            Ok(owner) => owner,
            Err(fault) => {
                self.report(TroubleKind::Syntax, fault, None);
                return None;
            }
        };
        if !self.zone.apex.zone_of(&owner.name) {
            let message = format!(
                "`{}` lies outside the zone `{}`",
                owner.name, self.zone.apex
            );
            let help = "is this the export of another zone? give the zone's name with \
                        `--origin NAME`";
            let fault = Fault::new(owner.span, message).help(help);
            self.report(TroubleKind::Outside, fault, None);
            return None;
        }
        if self.known == Known::Not && !self.told_unknown_origin && owner.relative {
            self.told_unknown_origin = true;
            self.zone.apex_is = ApexIs::Unknown;
            let message = "nothing says which zone this is, so its names mean nothing";
            let help = match self.zone.format {
                Format::DnsManagerList => {
                    "give the zone's name with `--origin NAME`, or name the file after the zone, \
                     such as `eslab.local.txt`, and the list of a folder after both, such as \
                     `_udp.eslab.local.txt`"
                }
                _ => {
                    "give the zone's name with `--origin NAME`, or name the file after the zone, \
                     such as `eslab.local.txt`"
                }
            };
            let fault = Fault::new(owner.span, message).help(help);
            self.report(TroubleKind::Syntax, fault, None);
        }
        Some(owner)
    }

    /// Puts a record into the zone, or reports why it cannot be read. Without a TTL it gets
    /// the usual one.
    pub(in crate::zone) fn add(
        &mut self,
        owner: WrittenName,
        span: Span,
        ttl: Option<Spanned<u32>>,
        aging: Option<Spanned<u32>>,
        written: Written,
    ) {
        self.zone.record_count += 1;
        self.has_soa |= match &written {
            Written::Kept(data) => matches!(**data, Data::Soa(_)),
            Written::Other(record_type) => *record_type == RecordType::SOA,
        };
        match written {
            Written::Kept(data) => {
                let record = Record {
                    owner,
                    ttl: ttl.unwrap_or(Spanned::new(UNSTATED_TTL, span)),
                    data: *data,
                    span,
                    aging,
                };
                if matches!(record.data, Data::Soa(_)) {
                    self.zone.soas.push(record.clone());
                }
                self.zone.contents.insert(record);
            }
            Written::Other(record_type) => {
                self.zone.note_other(&owner.name, record_type, span);
            }
        }
    }

    /// Reports a fault. `damaged`: owner and type of the record that is lost.
    pub(in crate::zone) fn report(
        &mut self,
        kind: TroubleKind,
        fault: Fault,
        damaged: impl IntoIterator<Item = (Name, RecordType)>,
    ) {
        self.report_with(kind, fault, damaged, Vec::new());
    }

    /// Reports a fault that has to do with other places.
    pub(in crate::zone) fn report_with(
        &mut self,
        kind: TroubleKind,
        fault: Fault,
        damaged: impl IntoIterator<Item = (Name, RecordType)>,
        related: Vec<Label>,
    ) {
        let damaged: Vec<_> = damaged.into_iter().collect();
        let is_soa = |(_, kind): &(Name, RecordType)| *kind == RecordType::SOA;
        self.has_soa |= damaged.iter().any(is_soa);
        let trouble = fault.into_trouble(kind, damaged, related);
        self.zone.troubles.push(trouble);
    }

    /// Reports a fault that many records have for one reason: the first shows it.
    pub(in crate::zone) fn report_alike(
        &mut self,
        kind: TroubleKind,
        fault: Fault,
        damaged: impl IntoIterator<Item = (Name, RecordType)>,
    ) {
        let troubles = &mut self.zone.troubles;
        let mut before = self.alike.iter_mut();
        let is_alike = |(at, _): &&mut (usize, usize)| troubles[*at].message == fault.message;
        if let Some((at, more)) = before.find(is_alike) {
            *more += 1;
            troubles[*at].damaged.extend(damaged);
            return;
        }
        self.alike.push((troubles.len(), 0));
        self.report(kind, fault, damaged);
    }

    /// Notes what copying brought into the owner or the data of a record that is kept.
    pub(in crate::zone) fn note_copied(&mut self, record_type: RecordType, place: Range<usize>) {
        if Contents::keeps(record_type) {
            let replaced = self.text.replaced_in(place.start, place.end);
            self.copied.extend_from_slice(replaced);
        }
    }

    /// Says what copying brought.
    fn report_copied(&mut self) {
        let Some((first, more)) = self.copied.split_first() else {
            return;
        };
        let name = text::name_of(first.character);
        let code = u32::from(first.character);
        let mut message = format!("{name} (U+{code:04X}) in a record's names or data");
        if !more.is_empty() {
            message = format!("{message}, and {} more in this export", more.len());
        }
        let help = "where the server has it too, type the name anew there; where copying brought \
                    it, export into a file";
        let fault = Fault::new(self.text.span_of(first), message).help(help);
        self.report(TroubleKind::Typographic, fault, None);
    }

    pub(in crate::zone) fn finish(mut self) -> Zone {
        self.report_copied();
        for (at, more) in std::mem::take(&mut self.alike) {
            if more > 0 {
                let message = &mut self.zone.troubles[at].message;
                *message = format!("{message}, here and in {more} more records");
            }
        }
        // PowerShell shows the SOA among the records, unless it was asked for others only.
        let format = self.zone.format;
        let is_of_powershell = matches!(format, Format::PowerShellTable | Format::PowerShellJson);
        self.zone.is_excerpt |= is_of_powershell && !self.has_soa;
        // DNS Manager shows it in the list of the zone itself.
        let is_list = format == Format::DnsManagerList && !self.has_soa;
        if is_list && self.zone.apex_is == ApexIs::Apex {
            self.zone.apex_is = ApexIs::Folder;
        }
        self.zone
    }
}
