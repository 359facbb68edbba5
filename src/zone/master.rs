//! Master files (RFC 1035 5), read to the end whatever is wrong in them.
//!
//! [`read`] never fails: a record that cannot be read becomes a [`Trouble`] at the smallest
//! text that shows why, and reading goes on with the next record.

use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::fields::{Fault, read_name, span_of};
use super::head::{Head, Mistyped};
use super::lexer::{Entry, LexFault, Lexer};
use super::plain::Lines;
use super::text::Text;
use super::{ApexIs, Format, Trouble, TroubleKind, Zone, ttl};
use crate::dns::{Data, Name, Record, RecordType, WrittenName};
use crate::finding::Label;
use crate::source::{SourceId, Sources, Span, Spanned};
use include::Includes;
use origin::Known;
use placing::Waiting;
pub use plain::Stretch;

mod conflict;
mod directive;
mod generate;
mod include;
mod lost;
mod nul;
pub(super) mod origin;
mod placing;
mod plain;
mod refused;
mod typographic;
mod wrapped;

#[cfg(test)]
mod robustness;
#[cfg(test)]
mod tests;

/// What a master file cannot tell by itself.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The origin of a file without `$ORIGIN`; without it the file's comments or its name
    /// tell, or an SOA with an absolute owner.
    pub origin: Option<Name>,
    /// The folder that `$INCLUDE` must not leave; without it the file's own.
    pub root: Option<PathBuf>,
    /// Canonical paths of the other folders that were given: it may lead into them.
    pub others: Arc<[PathBuf]>,
    /// How much work one file may ask for.
    pub limits: Limits,
    /// How much text is scanned at once.
    pub stretch: Stretch,
}

/// Limits against files that would fill memory or never end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files that include files that include files.
    pub include_depth: usize,
    /// `$INCLUDE` lines followed in all.
    pub includes: usize,
    /// Records made by all `$GENERATE` lines together.
    pub generated_records: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            include_depth: 16,
            includes: 1024,
            generated_records: 1 << 20,
        }
    }
}

/// The TTL of a record for which nothing sets one; the default of Windows servers.
const FALLBACK_TTL: u32 = 3600;

/// Reads a master file and everything that it includes.
pub fn read(sources: &Sources, id: SourceId, options: &ReadOptions) -> Zone {
    let source = sources.get(id);
    let origin = match &options.origin {
        Some(origin) => (origin.clone(), Known::Surely),
        None => origin::guess(origin::file_name(source), &source.text),
    };
    let read = |waiting| {
        let origin = origin.clone();
        let mut reader = Reader::new(sources, id, Format::MasterFile, origin, options);
        reader.waiting = waiting;
        reader.source(id);
        reader.finish()
    };
    let zone = read(Waiting::default());
    let is_at_origin = zone.apex == origin.0;
    if zone.soas.len() != 1 || is_at_origin || zone.has_ns() || !zone.leaves_records_out() {
        return zone;
    }
    // What is wrong is the owner of the SOA, if without it the records are a zone.
    let others = read(Waiting::to_the_end());
    if others.has_ns() && !others.leaves_records_out() {
        others
    } else {
        zone
    }
}

/// Reads one zone from lines that are records as in a master file.
pub(super) struct Reader<'s> {
    sources: &'s Sources,
    zone: Zone,
    scope: Scope,
    /// What `$TTL` says.
    default_ttl: Option<Spanned<u32>>,
    /// The last TTL that a record had of its own (RFC 1035 5.1).
    last_ttl: Option<Spanned<u32>>,
    /// The last SOA's last number.
    soa_minimum: Option<Spanned<u32>>,
    /// Nothing had set a TTL before the SOA.
    soa_lacks_ttl: bool,
    /// The first record without any TTL, and how many there are.
    without_ttl: Option<(Span, u64)>,
    /// What was meant to be a `$TTL` could not be read, and that was said.
    lost_ttl: bool,
    includes: Includes,
    /// Records that `$GENERATE` may still make.
    generated_left: u64,
    /// What was read before the SOA told the apex.
    waiting: Waiting,
    /// Lines whose records are read when they are asked for.
    lines: Lines,
    /// How much text is scanned for them at once.
    stretch: Stretch,
    /// The caller's origin, or the first `$ORIGIN`.
    named_origin: Option<Name>,
    /// In a Windows file the names that NS records lead to.
    name_servers: HashSet<Name>,
    /// That the origin is unknown was said.
    told_unknown_origin: bool,
}

/// What `$INCLUDE` restores at the end of the file.
#[derive(Clone)]
struct Scope {
    origin: Name,
    known: Known,
    owner: LastOwner,
}

/// The owner that an indented record belongs to.
#[derive(Clone)]
enum LastOwner {
    /// No record came before.
    None,
    Read(WrittenName),
    /// The owner of the record before could not be read.
    Unreadable(Span),
}

impl<'s> Reader<'s> {
    /// A reader that has read nothing yet, and completes relative names with `origin` until
    /// it is told otherwise.
    pub(super) fn new(
        sources: &'s Sources,
        id: SourceId,
        format: Format,
        (origin, known): (Name, Known),
        options: &ReadOptions,
    ) -> Self {
        let source = sources.get(id);
        let mut zone = Zone::new(id, format, origin.clone());
        zone.is_of_cloudflare =
            format == Format::MasterFile && origin::is_of_cloudflare(&source.text);
        Self {
            sources,
            zone,
            named_origin: (known == Known::Surely).then(|| origin.clone()),
            scope: Scope {
                origin,
                known,
                owner: LastOwner::None,
            },
            default_ttl: None,
            last_ttl: None,
            soa_minimum: None,
            soa_lacks_ttl: false,
            without_ttl: None,
            lost_ttl: false,
            includes: Includes::new(source, options),
            generated_left: options.limits.generated_records,
            waiting: Waiting::default(),
            lines: Lines::default(),
            stretch: options.stretch,
            name_servers: HashSet::new(),
            told_unknown_origin: false,
        }
    }

    /// Reads one source to its end.
    fn source(&mut self, id: SourceId) {
        self.lines.begin(id);
        self.part(id, 0..self.sources.get(id).text.len());
    }

    /// Reads a part of a source.
    pub(super) fn part(&mut self, id: SourceId, part: Range<usize>) {
        let part = self.without_nul(id, part);
        let begin = part.start;
        let given = &self.sources.get(id).text[part];
        let Some(at) = self.entries(&Text::part(id, given, begin), 0, true) else {
            return;
        };
        let resolved = self.resolved(id, given, begin);
        let resolved = resolved.as_deref().unwrap_or(given);
        self.entries(&Text::part(id, resolved, begin), at, false);
    }

    /// Reads the entries of a text from an offset on: to the end, or to the one in which a
    /// conflict begins, where such are looked for.
    fn entries(&mut self, text: &Text<'_>, from: usize, stops: bool) -> Option<usize> {
        let mut lexer = Lexer::new(text.as_str());
        lexer.skip_to(from);
        let mut entry = Entry::default();
        let mut replaced_before = text.replaced(0, from).len();
        loop {
            let begin = self.plain_lines(text, lexer.offset());
            lexer.skip_to(begin);
            if !lexer.next(&mut entry) {
                break;
            }
            if stops && conflict::is_in(text.as_str(), &entry) {
                return Some(begin);
            }
            let troubles_before = self.zone.troubles.len();
            self.entry(text, &entry);
            let replaced = text.replaced(replaced_before, lexer.offset());
            replaced_before += replaced.len();
            self.report_replaced(text, replaced, troubles_before);
        }
        let troubles = self.zone.troubles.len();
        self.report_replaced(text, text.replaced(replaced_before, usize::MAX), troubles);
        None
    }

    fn entry(&mut self, text: &Text<'_>, entry: &Entry<'_>) {
        if directive::is_one(entry) {
            return self.directive(text, entry);
        }
        let Some(head) = Head::read(text, &entry.tokens, entry.indented, self.zone.format) else {
            if let Some(fault) = lex_fault(text, entry) {
                self.report(text, entry, fault, None);
            }
            return;
        };
        let Some(mut owner) = self.owner(text, entry, &head) else {
            return;
        };
        if self.zone.format == Format::DnscmdPrint && entry.tokens.len() == 1 && !entry.cut {
            // A name that exists only because of those below it.
            self.scope.owner = LastOwner::Read(owner);
            return;
        }
        self.check_origin_is_known(&owner);
        if head.record_type == Some(RecordType::SOA) {
            owner = self.soa_owner(text, entry, head.owner, owner);
        }
        let read = match lex_fault(text, entry).or_else(|| head.fault.clone()) {
            Some(fault) => Err(fault),
            None => self.record(text, &head, &owner),
        };
        if let Err(fault) = read {
            let lost = self.lost(&head, &owner);
            self.report(text, entry, fault, lost);
            // The records that follow without an owner are of the one behind the blank.
            let misplaced = head.mistyped.as_ref().and_then(Mistyped::owner);
            let misplaced = misplaced.filter(|token| token.text.contains(['.', '_']));
            if let (None, Some(token)) = (head.owner, misplaced)
                && let Ok(meant) = read_name(text, token, &self.scope.origin)
            {
                owner = meant;
            }
            if head.record_type == Some(RecordType::SOA) {
                // It tells the apex all the same.
                let in_first_column = head.mistyped.as_ref().and_then(Mistyped::type_of_owner);
                let apex = match in_first_column {
                    Some(_) => self.scope.origin.clone(),
                    None => owner.name.clone(),
                };
                self.end_waiting(&apex);
            }
        }
        self.scope.owner = LastOwner::Read(owner);
    }

    /// Takes the owner of a record out of the scope, where the caller puts it back; where it
    /// cannot be told, that is reported.
    fn owner(
        &mut self,
        text: &Text<'_>,
        entry: &Entry<'_>,
        head: &Head<'_>,
    ) -> Option<WrittenName> {
        if let Some(token) = head.owner {
            return match read_name(text, token, &self.scope.origin) {
                Ok(owner) => Some(owner),
                Err(fault) => {
                    self.scope.owner = LastOwner::Unreadable(span_of(text, token));
                    let lost = self.lost_with_owner(head, token);
                    self.report(text, entry, fault, lost);
                    None
                }
            };
        }
        let first = span_of(text, head.first);
        let misplaced = head.mistyped.as_ref().and_then(Mistyped::owner);
        if let (Some(token), Some(fault)) = (misplaced, &head.fault)
            && !matches!(self.scope.owner, LastOwner::Read(_))
        {
            let lost = self.lost_with_owner(head, token);
            self.report(text, entry, fault.clone(), lost);
            return None;
        }
        match std::mem::replace(&mut self.scope.owner, LastOwner::None) {
            LastOwner::Read(owner) => return Some(owner),
            LastOwner::None => {
                let fault = Fault::new(
                    first,
                    "this record has no owner: its line begins with a blank, and no record comes before",
                );
                let help = "write the owner in the first column; `@` is the zone itself";
                self.report(text, entry, fault.help(help), None);
            }
            LastOwner::Unreadable(owner) => {
                self.scope.owner = LastOwner::Unreadable(owner);
                let fault =
                    Fault::new(first, "this record belongs to an owner that cannot be read");
                let help = "correct the owner that stands before, or write one in the first column";
                self.report(text, entry, fault.help(help), None);
                if let Some(trouble) = self.zone.troubles.last_mut() {
                    trouble.related.push(Label {
                        span: owner,
                        message: "this is the owner".to_owned(),
                    });
                }
            }
        }
        None
    }

    /// Reads the data of a record and puts it into the zone.
    fn record(
        &mut self,
        text: &Text<'_>,
        head: &Head<'_>,
        owner: &WrittenName,
    ) -> Result<(), Fault> {
        let Some(record_type) = head.record_type else {
            // Without a type there is a fault, which the caller has seen.
            return Ok(());
        };
        let (data, span) = head.data(text, record_type, &self.scope.origin)?;
        if let Some(fault) = data.as_ref().and_then(|data| self.refusal(owner, data)) {
            return Err(fault);
        }
        if let Some(Data::Soa(soa)) = &data {
            self.soa_minimum = Some(soa.minimum);
            let set = head.ttl.or(self.default_ttl).or(self.last_ttl);
            self.soa_lacks_ttl = set.is_none();
        }
        let ttl = self.ttl(head.ttl, span_of(text, head.type_token));
        match data {
            Some(data) => self.place(Record {
                owner: owner.clone(),
                ttl,
                data,
                span,
                aging: head.aging,
            }),
            None => self.place_other(owner, record_type, span),
        }
        Ok(())
    }

    /// The TTL of a record (RFC 1035 5.1, RFC 2308 4): its own, else `$TTL`, else the last
    /// one that a record had; else loaders differ, and most take the SOA's minimum. To BIND
    /// that is as good as `$TTL` where the SOA had to take it itself. Windows always takes it,
    /// and writes a TTL only where it differs.
    fn ttl(&mut self, own: Option<Spanned<u32>>, type_span: Span) -> Spanned<u32> {
        if self.zone.format.is_of_windows() {
            let set = own.or(self.default_ttl);
            return set.unwrap_or_else(|| self.soa_ttl(type_span));
        }
        if own.is_some() {
            self.last_ttl = own;
        }
        let last = self.last_ttl.filter(|_| !self.soa_lacks_ttl);
        if let Some(ttl) = own.or(self.default_ttl).or(last) {
            return ttl;
        }
        if !self.lost_ttl {
            let (_, count) = self.without_ttl.get_or_insert((type_span, 0));
            *count += 1;
        }
        self.soa_ttl(type_span)
    }

    /// The SOA's last number as a TTL.
    fn soa_ttl(&self, type_span: Span) -> Spanned<u32> {
        match self.soa_minimum {
            Some(minimum) => Spanned::new(minimum.value.min(ttl::MAX), minimum.span),
            None => Spanned::new(FALLBACK_TTL, type_span),
        }
    }

    /// Says once that relative names mean nothing, where nothing names the zone.
    fn check_origin_is_known(&mut self, owner: &WrittenName) {
        if self.scope.known != Known::Not || !owner.relative || self.told_unknown_origin {
            return;
        }
        self.told_unknown_origin = true;
        self.zone.apex_is = ApexIs::Unknown;
        let message = "nothing says which zone this is, so names without a final dot mean nothing";
        let help = match self.zone.format {
            Format::DnscmdPrint => {
                "give the name that `@` stands for with `--origin NAME`, or keep the line with the command, `dnscmd /EnumRecords zone node`"
            }
            _ => {
                "give the zone's name with `--origin NAME`, or begin the file with `$ORIGIN NAME.`"
            }
        };
        let fault = Fault::new(owner.span, message).help(help);
        self.push(TroubleKind::Syntax, fault, None);
    }

    /// Reports a fault of an entry.
    fn report(
        &mut self,
        text: &Text<'_>,
        entry: &Entry<'_>,
        mut fault: Fault,
        damaged: impl IntoIterator<Item = (Name, RecordType)>,
    ) {
        let ends_with_text = entry
            .tokens
            .last()
            .is_none_or(|last| text.as_str()[last.end..].trim().is_empty());
        // A server ends every line that it writes; people forget the last line's end.
        let is_cut = fault.incomplete || self.zone.format.is_of_windows();
        let kind = if is_cut && entry.cut && ends_with_text {
            fault.message = format!("the file ends inside this record: {}", fault.message);
            fault.help =
                Some("the rest of the file is missing: export or copy it again".to_owned());
            TroubleKind::Truncated
        } else {
            TroubleKind::Syntax
        };
        self.push(kind, fault, damaged);
    }

    pub(super) fn push(
        &mut self,
        kind: TroubleKind,
        fault: Fault,
        damaged: impl IntoIterator<Item = (Name, RecordType)>,
    ) {
        let damaged = damaged.into_iter().collect();
        let trouble = fault.into_trouble(kind, damaged, Vec::new());
        self.zone.troubles.push(trouble);
    }
}

/// What is wrong with the form of an entry.
fn lex_fault(text: &Text<'_>, entry: &Entry<'_>) -> Option<Fault> {
    let (fault, start, length) = entry.fault?;
    let span = text.span(start, start + length);
    Some(match fault {
        LexFault::UnterminatedQuote => Fault::new(span, "this quote is not closed on its line")
            .help("put a `\"` at the end of the string; a longer text is written as several strings, each in its own quotes")
            .incomplete(),
        LexFault::UnclosedParenthesis => Fault::new(span, "this parenthesis is never closed")
            .help("put a `)` behind the record's last field")
            .incomplete(),
        LexFault::StrayParenthesis => Fault::new(span, "this parenthesis closes nothing")
            .help("remove it, or put `(` where the record's data begins"),
        LexFault::TooManyFields => Fault::new(span, "this record has more fields than any record can have"),
    })
}
