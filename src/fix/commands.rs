//! Steps of repairs as lines for each kind of system.

use std::fmt::Write as _;

use clap::ValueEnum;

use super::{Change, Field, NewRecord, Place, Placed, clicks, in_presentation_format, soa};
use crate::dns::RecordType;

/// A kind of system that can be told a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub enum System {
    /// Lines of a master file, as BIND and others read it.
    Bind,
    /// PowerShell on a Windows DNS server.
    #[value(name = "powershell")]
    PowerShell,
    /// `dnscmd` in cmd.exe on a Windows DNS server.
    Dnscmd,
    /// Clicks in DNS Manager of Windows, field by field.
    Clicks,
    /// Settings of handsets.
    Xml,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 5] = [
        Self::Bind,
        Self::PowerShell,
        Self::Dnscmd,
        Self::Clicks,
        Self::Xml,
    ];

    /// What reports call its lines.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bind => "zone file",
            Self::PowerShell => "PowerShell",
            Self::Dnscmd => "dnscmd",
            Self::Clicks => "DNS Manager",
            Self::Xml => "handset XML",
        }
    }
}

/// A repair as lines for each kind of system; a value nobody can know is a named blank
/// such as `<address of piper2>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commands {
    /// A line of a master file, names absolute.
    pub bind: Option<String>,
    /// A PowerShell command.
    pub powershell: Option<String>,
    /// A `dnscmd` command for cmd.exe.
    pub dnscmd: Option<String>,
    /// Clicks in DNS Manager, field by field.
    pub clicks: Option<String>,
    /// A handset XML attribute.
    pub xml: Option<String>,
    /// Why a tool of Windows that is usually asked gets no line.
    pub reason: Option<&'static str>,
}

impl Commands {
    /// The lines of several steps, one after the other. Where one of them cannot be written
    /// for a system, none is, since half a repair is none.
    pub fn of(changes: &[Change]) -> Self {
        let of = |system| {
            let lines: Option<Vec<_>> = changes.iter().map(|change| change.line(system)).collect();
            lines
                .filter(|lines| !lines.is_empty())
                .map(|lines| lines.join("\n"))
        };
        Self {
            bind: of(System::Bind),
            powershell: of(System::PowerShell),
            dnscmd: of(System::Dnscmd),
            clicks: of(System::Clicks),
            xml: of(System::Xml),
            reason: changes
                .iter()
                .find_map(|change| change.why_not(System::PowerShell)),
        }
    }

    /// These lines, and for systems without one those of `other`.
    pub fn or(self, other: Self) -> Self {
        Self {
            bind: self.bind.or(other.bind),
            powershell: self.powershell.or(other.powershell),
            dnscmd: self.dnscmd.or(other.dnscmd),
            clicks: self.clicks.or(other.clicks),
            xml: self.xml.or(other.xml),
            reason: self.reason.or(other.reason),
        }
    }

    /// The lines for one system.
    pub fn get(&self, system: System) -> Option<&str> {
        let lines = match system {
            System::Bind => &self.bind,
            System::PowerShell => &self.powershell,
            System::Dnscmd => &self.dnscmd,
            System::Clicks => &self.clicks,
            System::Xml => &self.xml,
        };
        lines.as_deref()
    }
}

impl Change {
    /// The step as lines for a system; `None` where that system has no part in it, or cannot be
    /// told ([`Change::why_not`]).
    pub(crate) fn line(&self, system: System) -> Option<String> {
        match (self, system) {
            (Self::Setting { name, value, .. }, System::Xml) => Some(attribute(name, value)),
            (Self::Setting { .. }, _) | (_, System::Xml) => None,
            (Self::ReverseZone { network }, system) => Some(reverse_zone(*network, system)),
            (Self::Record { old, new }, system) => record(old.as_ref(), new.as_ref(), system),
        }
    }

    /// Why a step that concerns a system has no line for it.
    pub(crate) fn why_not(&self, system: System) -> Option<&'static str> {
        let Self::Record { old, new } = self else {
            return None;
        };
        if self.line(system).is_some() || system == System::Xml {
            return None;
        }
        let mut placed = old.iter().chain(new);
        let is_naptr = |placed: &Placed| placed.record.record_type == RecordType::NAPTR;
        Some(
            if placed.clone().any(|placed| placed.place.zone.is_none()) {
                "the data given does not say which zone holds the name"
            } else if system == System::PowerShell && placed.clone().any(is_naptr) {
                "PowerShell's DnsServer module cannot write NAPTR records: use dnscmd in cmd.exe"
            } else if placed.any(|placed| placed.record.record_type == RecordType::SOA) {
                "the SOA record is changed in the properties of its zone"
            } else {
                "a name or text holds characters that a shell could take for a command"
            },
        )
    }
}

/// A setting as it stands in a file.
pub fn attribute(name: &str, value: &Field) -> String {
    match value {
        Field::Blank(what) => format!("{name}=\"<{what}>\""),
        Field::Word(text) | Field::Name(text) | Field::Text(text) => {
            format!("{name}=\"{}\"", escaped(text))
        }
    }
}

/// Text as it stands inside the quotes of an XML attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn record(old: Option<&Placed>, new: Option<&Placed>, system: System) -> Option<String> {
    let (Some(old), Some(new)) = (old, new) else {
        let added = new.map(|new| add(new, system));
        return added.or_else(|| Some(remove(old?, system)))?;
    };
    if old.record.record_type == RecordType::SOA {
        return soa::change(&old.place, &old.record, &new.record, system);
    }
    if system == System::Clicks
        && old.place == new.place
        && old.record.record_type == new.record.record_type
    {
        return clicks::change(&old.place, &old.record, &new.record);
    }
    let (add, remove) = (add(new, system)?, remove(old, system)?);
    Some(if Change::removes_first(old, new) {
        format!("{remove}\n{add}")
    } else {
        format!("{add}\n{remove}")
    })
}

fn add(Placed { place, record }: &Placed, system: System) -> Option<String> {
    match system {
        System::Bind => Some(zone_line(place, record)),
        System::PowerShell => powershell_add(place, record),
        // A Windows server has no zone without its SOA record.
        System::Dnscmd if record.record_type == RecordType::SOA => None,
        System::Dnscmd => dnscmd(place, record, "/RecordAdd", ""),
        System::Clicks => clicks::add(place, record),
        System::Xml => None,
    }
}

fn remove(Placed { place, record }: &Placed, system: System) -> Option<String> {
    match system {
        System::Bind => Some(format!("; remove: {}", zone_line(place, record))),
        System::PowerShell => powershell_remove(place, record),
        System::Dnscmd if record.record_type == RecordType::SOA => None,
        System::Dnscmd => {
            let record = NewRecord {
                ttl: None,
                ..record.clone()
            };
            dnscmd(place, &record, "/RecordDelete", " /f")
        }
        System::Clicks => clicks::remove(place, record),
        System::Xml => None,
    }
}

/// A record as a line of a master file, names absolute.
pub(crate) fn zone_line(place: &Place, record: &NewRecord) -> String {
    let ttl = record.ttl.map_or(String::new(), |ttl| format!("{ttl} "));
    format!(
        "{} {ttl}{} {}",
        in_presentation_format(&place.owner),
        record.record_type,
        record.in_zone()
    )
}

/// A record as the words behind a verb of `dnscmd`.
pub(super) fn dnscmd(place: &Place, record: &NewRecord, verb: &str, end: &str) -> Option<String> {
    let (zone, owner) = place.on_windows()?;
    let fields: Option<Vec<_>> = record.fields.iter().map(Field::for_cmd).collect();
    let ttl = record.ttl.map_or(String::new(), |ttl| format!("{ttl} "));
    Some(format!(
        "dnscmd {verb} {zone} {owner} {ttl}{} {}{end}",
        record.record_type,
        fields?.join(" ")
    ))
}

fn powershell_add(place: &Place, record: &NewRecord) -> Option<String> {
    let (zone, owner) = place.on_windows()?;
    // The DnsServer module has no NAPTR; `dnscmd` is the way.
    let (command, parameters): (_, &[&str]) = match record.record_type {
        RecordType::A => ("A", &["IPv4Address"]),
        RecordType::AAAA => ("AAAA", &["IPv6Address"]),
        RecordType::CNAME => ("CName", &["HostNameAlias"]),
        RecordType::PTR => ("Ptr", &["PtrDomainName"]),
        RecordType::NS => (" -NS", &["NameServer"]),
        RecordType::SRV => (" -Srv", &["Priority", "Weight", "Port", "DomainName"]),
        _ => return None,
    };
    let mut line =
        format!("Add-DnsServerResourceRecord{command} -ZoneName \"{zone}\" -Name \"{owner}\"");
    for (parameter, field) in parameters.iter().zip(&record.fields) {
        let value = field.plain()?;
        // The numbers of SRV are the words beside other fields.
        let number = matches!(field, Field::Word(_)) && parameters.len() > 1;
        let quote = if number { "" } else { "\"" };
        // Writing to a string does not fail.
        let _ = write!(line, " -{parameter} {quote}{value}{quote}");
    }
    if let Some(ttl) = record.ttl {
        let (days, rest) = (ttl / 86400, ttl % 86400);
        let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
        let _ = write!(
            line,
            " -TimeToLive {days}.{hours:02}:{minutes:02}:{seconds:02}"
        );
    }
    Some(line)
}

fn powershell_remove(place: &Place, record: &NewRecord) -> Option<String> {
    let (zone, owner) = place.on_windows()?;
    if matches!(record.record_type, RecordType::NAPTR | RecordType::SOA) {
        return None;
    }
    let quoted = |field: &Field| Some(format!("\"{}\"", field.plain()?));
    let fields: Option<Vec<_>> = record.fields.iter().map(quoted).collect();
    Some(format!(
        "Remove-DnsServerResourceRecord -ZoneName \"{zone}\" -Name \"{owner}\" -RRType \"{}\" \
         -RecordData {} -Force",
        record.record_type,
        fields?.join(",")
    ))
}

/// A reverse zone; on Windows one that Active Directory keeps, as the zone beside it usually
/// is. Where it exists already, the command says so and changes nothing.
fn reverse_zone([a, b, c]: [u8; 3], system: System) -> String {
    let zone = format!("{c}.{b}.{a}.in-addr.arpa");
    match system {
        System::Bind | System::Xml => {
            format!("; named.conf: zone \"{zone}\" {{ type primary; file \"{zone}.zone\"; }};")
        }
        System::PowerShell => format!(
            "Add-DnsServerPrimaryZone -NetworkId \"{a}.{b}.{c}.0/24\" -ReplicationScope \"Forest\""
        ),
        System::Dnscmd => format!("dnscmd /ZoneAdd {zone} /DsPrimary"),
        System::Clicks => format!(
            "right-click Reverse Lookup Zones > New Zone...; Primary zone; IPv4 Reverse Lookup \
             Zone; Network ID: {a}.{b}.{c}; Finish"
        ),
    }
}
