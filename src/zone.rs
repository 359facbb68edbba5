//! Zones: readers that turn text into records with spans, and the answers an authoritative
//! server would give from them.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use crate::dns::{Name, Negative, Record, RecordType, WrittenName};
use crate::finding::{Fix, Label};
use crate::source::{SourceId, Sources, Span};

pub mod aging;
pub mod answer;
#[cfg(test)]
pub(crate) mod by_hand;
pub mod contents;
pub mod master;

mod cells;
mod cmdlet;
mod console;
pub(crate) mod dns_manager;
pub(crate) mod dnscmd_print;
pub(crate) mod dnsmasq;
mod elsewhere;
mod export;
mod exports;
mod fields;
mod head;
mod json;
mod lexer;
mod name;
mod naptr_data;
mod plain;
pub(crate) mod powershell_json;
pub(crate) mod powershell_table;
mod rdata;
mod record_type;
mod sections;
mod text;
mod ttl;
pub(crate) mod windows;
mod zones;

pub use contents::Contents;
pub use elsewhere::Elsewhere;
pub use master::{Limits, ReadOptions};
pub(crate) use record_type::name as type_name;
pub use zones::Zones;

use exports::Exports;
use sections::Section;

/// The text formats that zones come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// RFC 1035 master file.
    MasterFile,
    /// What Windows servers keep and export: `*.dns`, `dnscmd /ZoneExport`,
    /// `Export-DnsServerZone`.
    WindowsDns,
    /// What `dnscmd /ZonePrint` and `dnscmd /EnumRecords` print.
    DnscmdPrint,
    /// What DNS Manager writes by Action, Export List.
    DnsManagerList,
    /// What `Get-DnsServerResourceRecord` prints.
    PowerShellTable,
    /// The same through `ConvertTo-Json`.
    PowerShellJson,
    /// Settings of dnsmasq.
    Dnsmasq,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] = [
        Self::MasterFile,
        Self::WindowsDns,
        Self::DnscmdPrint,
        Self::DnsManagerList,
        Self::PowerShellTable,
        Self::PowerShellJson,
        Self::Dnsmasq,
    ];

    /// The word in JSON and for `--input KIND=PATH`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MasterFile => "master-file",
            Self::WindowsDns => "windows-dns",
            Self::DnscmdPrint => "dnscmd-print",
            Self::DnsManagerList => "dns-manager-list",
            Self::PowerShellTable => "powershell-table",
            Self::PowerShellJson => "powershell-json",
            Self::Dnsmasq => "dnsmasq",
        }
    }

    /// A server loads the text as it stands, line by line, so that changing a line changes the
    /// zone. Exports only show a zone, and settings leave out fields that have defaults.
    pub const fn is_loaded(self) -> bool {
        matches!(self, Self::MasterFile | Self::WindowsDns)
    }

    /// Lines are records as Windows servers write them: with time stamps, WINS, and the
    /// SOA's last number as the TTL of every record that has none.
    pub(crate) const fn is_of_windows(self) -> bool {
        matches!(self, Self::WindowsDns | Self::DnscmdPrint)
    }
}

/// Reads a source: one zone, or each of the several that formats other than the master file
/// can hold in one text.
pub fn read(sources: &Sources, id: SourceId, format: Format, options: &ReadOptions) -> Vec<Zone> {
    let zones = match format {
        Format::MasterFile => vec![master::read(sources, id, options)],
        Format::Dnsmasq => {
            let alone = dnsmasq::Files::alone(sources, id);
            dnsmasq::read(sources, &alone, options)
        }
        _ => read_exports(sources, id, format, options),
    };
    ready(zones)
}

/// Reads settings of dnsmasq that one server reads together.
pub(crate) fn read_together(
    sources: &Sources,
    files: &dnsmasq::Files,
    options: &ReadOptions,
) -> Vec<Zone> {
    ready(dnsmasq::read(sources, files, options))
}

/// What is known once all of a text was read.
fn ready(mut zones: Vec<Zone>) -> Vec<Zone> {
    for zone in &mut zones {
        if zone.lacks_its_rest() || zone.apex_is == ApexIs::Unknown {
            zone.is_excerpt = true;
            zone.listed = None;
        }
        zone.contents.prepare();
    }
    zones
}

/// Reads exports of Windows servers, which one text may hold of several formats.
fn read_exports(
    sources: &Sources,
    id: SourceId,
    format: Format,
    options: &ReadOptions,
) -> Vec<Zone> {
    let mut exports = Exports::default();
    for Section { format, part } in sections::of(&sources.get(id).text, format) {
        match format {
            Format::WindowsDns => windows::read(sources, id, part, options, &mut exports),
            Format::DnscmdPrint => dnscmd_print::read(sources, id, part, options, &mut exports),
            Format::DnsManagerList => dns_manager::read(sources, id, part, options, &mut exports),
            Format::PowerShellTable => {
                powershell_table::read(sources, id, part, options, &mut exports);
            }
            Format::PowerShellJson => {
                powershell_json::read(sources, id, part, options, &mut exports);
            }
            Format::MasterFile | Format::Dnsmasq => {}
        }
    }
    exports.finish()
}

/// The later of two serial numbers follows the earlier (RFC 1982 3.2).
pub(crate) fn follows(earlier: u32, later: u32) -> bool {
    let ahead = later.wrapping_sub(earlier);
    ahead != 0 && ahead < 1 << 31
}

/// The TTL that Cloudflare exports where it sets it itself.
pub const AUTOMATIC_TTL: u32 = 1;

/// What is called the apex of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApexIs {
    /// The apex.
    Apex,
    /// The name of a folder below the apex: a list of its records does not name the apex.
    Folder,
    /// The root, since nothing says which zone it is: names without a final dot are read as if
    /// below it.
    Unknown,
}

/// One zone as a file (with its `$INCLUDE`s) holds it.
#[derive(Debug)]
pub struct Zone {
    /// The file.
    pub source: SourceId,
    /// The format it was read as.
    pub format: Format,
    /// The owner of the SOA; without one the origin.
    pub apex: Name,
    /// What the text tells of that name.
    pub apex_is: ApexIs,
    /// The records that a handset's lookups can meet, and the names that exist.
    pub contents: Contents,
    /// Every SOA in the order of the file; the same one again at the end is how a transfer is
    /// written. Empty for root hints and fragments.
    pub soas: Vec<Record>,
    /// Every record read, SOA included, of whatever type.
    pub record_count: u64,
    /// Names of which this text does not speak, nor of anything below them: folders that a
    /// list shows without their records.
    pub not_exported: Vec<WrittenName>,
    /// The text holds what somebody asked for, lacks a part that could not be read, or does not
    /// say what its names mean: a name or a type that is not in it may exist all the same.
    pub is_excerpt: bool,
    /// The name of which an excerpt shows every record, and every one of the names right below.
    pub listed: Option<Name>,
    /// What the command asked for that printed an excerpt, in lower case: excerpts of one zone
    /// that asked for different things are parts of a whole, not copies.
    pub asked: Option<String>,
    /// Where its server finds addresses too: a name without one may have one all the same.
    pub addresses_elsewhere: Option<Elsewhere>,
    /// Cloudflare exported it: [`AUTOMATIC_TTL`] stands for a TTL that Cloudflare sets.
    pub is_of_cloudflare: bool,
    /// Files reached by `$INCLUDE`: they are parts of this zone, not zones.
    pub included: Vec<SourceId>,
    /// What was wrong with the text.
    pub troubles: Vec<Trouble>,
    /// What goes with a miss that no alias led to.
    miss: OnceLock<Arc<Negative>>,
    /// Owner and type of records that could not be read.
    unread: OnceLock<HashSet<(Name, RecordType)>>,
}

impl Zone {
    /// A zone of which nothing is known yet.
    fn new(source: SourceId, format: Format, apex: Name) -> Self {
        Self {
            source,
            format,
            apex,
            apex_is: ApexIs::Apex,
            contents: Contents::default(),
            soas: Vec::new(),
            record_count: 0,
            not_exported: Vec::new(),
            is_excerpt: false,
            listed: None,
            asked: None,
            addresses_elsewhere: None,
            is_of_cloudflare: false,
            included: Vec::new(),
            troubles: Vec::new(),
            miss: OnceLock::new(),
            unread: OnceLock::new(),
        }
    }

    /// Says that this is the second export of a text, which `at` begins; `more` follow.
    fn report_further_export(&mut self, at: Span, more: usize, first: Label) {
        let others = match more {
            0 => String::new(),
            1 => ", and so is the one that follows".to_owned(),
            _ => format!(", and so are the {more} that follow"),
        };
        let message = format!("a second export begins here: each is read by itself{others}");
        let help = "give every export a file of its own, so that it is plain which one is meant";
        self.troubles.push(Trouble {
            kind: TroubleKind::SeveralExports,
            span: at,
            message,
            help: Some(help.to_owned()),
            related: vec![first],
            fix: None,
            damaged: Vec::new(),
        });
    }

    /// Notes a record whose data is not kept.
    fn note_other(&mut self, owner: &Name, record_type: RecordType, span: Span) {
        if *owner == self.apex {
            let elsewhere = Elsewhere::of(record_type);
            self.addresses_elsewhere = self.addresses_elsewhere.or(elsewhere);
        }
        self.contents.note_other(owner, record_type, span);
    }

    /// The serial number of its SOA record.
    pub fn serial(&self) -> Option<u32> {
        Some(self.soas.first()?.data.as_soa()?.serial.value)
    }

    /// Its serial number follows that of the other.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        let serials = other.serial().zip(self.serial());
        serials.is_some_and(|(earlier, later)| follows(earlier, later))
    }

    /// A part of the zone was not read: the text was cut or goes beyond a limit.
    fn lacks_its_rest(&self) -> bool {
        let ends_early =
            |trouble: &Trouble| matches!(trouble.kind, TroubleKind::Truncated | TroubleKind::Limit);
        self.troubles.iter().any(ends_early)
    }

    /// Records may stand in what was not read: in the rest, or in a file that is not there.
    pub fn lacks_a_part(&self) -> bool {
        let is_include = |trouble: &Trouble| trouble.kind == TroubleKind::Include;
        self.lacks_its_rest() || self.troubles.iter().any(is_include)
    }

    /// Says that a console's lines stand around the export, of which `first` is the first.
    fn report_console(&mut self, first: Span) {
        self.report_around(first, "what a console prints stands around this export");
    }

    /// Says that text stands around the export which is no part of it.
    fn report_around(&mut self, first: Span, what: &str) {
        self.troubles.push(Trouble {
            kind: TroubleKind::ConsoleText,
            span: first,
            message: format!("{what}: it is not read"),
            help: Some("export into a file: a copied console may lack lines".to_owned()),
            related: Vec::new(),
            fix: None,
            damaged: Vec::new(),
        });
    }

    /// The list of root servers that a resolver starts from: no SOA, NS records of the root. What
    /// only shows a zone is none; nobody said which one it shows.
    pub fn is_root_hints(&self) -> bool {
        self.format.is_loaded()
            && self.soas.is_empty()
            && self.contents.set(&Name::root(), RecordType::NS).is_some()
    }
}

/// Something wrong with a zone's text. The reader says what and where; the rule of that
/// name turns it into a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Which rule reports it.
    pub kind: TroubleKind,
    /// The smallest text that shows it.
    pub span: Span,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// The repair, where the text allows one.
    pub fix: Option<Fix>,
    /// Owner and type of the record that could not be read, as far as they are known, or each
    /// that it may have been meant to have: the set they belong to is not whole, and rules about
    /// sets must not judge it.
    pub damaged: Vec<(Name, RecordType)>,
}

/// The rules that speak for the readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TroubleKind {
    /// `zone-syntax`
    Syntax,
    /// `zone-include-unreadable`
    Include,
    /// `zone-typographic-character`
    Typographic,
    /// `zone-ttl-missing`
    TtlMissing,
    /// `zone-record-outside`
    Outside,
    /// `input-truncated`
    Truncated,
    /// `zone-cell-truncated`
    CellTruncated,
    /// `input-several-exports`
    SeveralExports,
    /// `input-console-text`
    ConsoleText,
    /// `input-limit-reached`
    Limit,
}
