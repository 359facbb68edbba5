//! Repairs as steps: a record to add, remove or replace, a setting of handsets, a reverse zone;
//! and each as lines to type for a master file, PowerShell, `dnscmd`, DNS Manager and handset
//! XML.
//!
//! Names and texts come from inputs nobody vouches for, and the lines are made to be pasted
//! into a shell. So a line is written only if every field consists of characters that no
//! shell gives a meaning to; where one does not, the master file's line, with the escapes of
//! RFC 1035 5.1, is the only one.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use crate::dns::{Data, Name, Quoted, Record, RecordType};

mod change;
mod clicks;
mod commands;
mod soa;

pub use change::{Change, Placed, add_record, move_record, remove_record, replace_record, set};
pub(crate) use commands::zone_line;
pub use commands::{Commands, System, attribute, escaped};

/// One field of a record's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A number or an address.
    Word(String),
    /// A domain name, absolute.
    Name(String),
    /// A character string, such as a NAPTR's flags.
    Text(String),
    /// What nobody but the reader can know, without its angle brackets.
    Blank(String),
}

impl Field {
    /// A value to be filled in: `<address of piper2>`.
    pub fn blank(what: impl Into<String>) -> Self {
        Self::Blank(what.into())
    }

    /// An IPv4 address.
    pub fn address(address: Ipv4Addr) -> Self {
        Self::Word(address.to_string())
    }

    /// A text as it is.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// What is to be filled in, where it is a blank.
    fn as_blank(&self) -> Option<&str> {
        match self {
            Self::Blank(what) => Some(what),
            _ => None,
        }
    }

    /// As it stands in a master file.
    fn in_zone(&self) -> String {
        match self {
            Self::Word(text) | Self::Name(text) => text.clone(),
            Self::Text(text) => Quoted(text).to_string(),
            Self::Blank(what) => format!("<{what}>"),
        }
    }

    /// The field without quotes; `None` where a character may mean something to a shell.
    /// Names keep their escapes, so that one with odd characters is refused for its
    /// backslash.
    fn plain(&self) -> Option<String> {
        let harmless = |text: &str| text.chars().all(is_harmless);
        match self {
            Self::Word(text) | Self::Name(text) => harmless(text).then(|| text.clone()),
            // Quotes keep `!`, `^` and `$` of a regular expression from cmd.exe.
            Self::Text(text) => text
                .chars()
                .all(|c| is_harmless(c) || "!^$/()=,;#".contains(c))
                .then(|| text.clone()),
            Self::Blank(what) => what
                .chars()
                .all(|c| is_harmless(c) || " ,".contains(c))
                .then(|| format!("<{what}>")),
        }
    }

    /// As an argument of `dnscmd` in cmd.exe, where `<` must be quoted.
    fn for_cmd(&self) -> Option<String> {
        let plain = self.plain()?;
        let bare = !plain.is_empty() && plain.chars().all(is_harmless);
        Some(if bare { plain } else { format!("\"{plain}\"") })
    }
}

/// Characters that neither PowerShell nor cmd.exe gives a meaning to inside a word.
fn is_harmless(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._-+:*".contains(character)
}

impl From<&Name> for Field {
    fn from(name: &Name) -> Self {
        Self::Name(in_presentation_format(name))
    }
}

/// A record that is to exist: its type and the fields of its data, in the order of
/// presentation format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    record_type: RecordType,
    /// Seconds; without them the record has its zone's default.
    ttl: Option<u32>,
    fields: Vec<Field>,
}

impl NewRecord {
    /// An A record; the address is usually a blank.
    pub fn a(address: Field) -> Self {
        Self::new(RecordType::A, [address])
    }

    /// A PTR record.
    pub fn ptr(host: &Name) -> Self {
        Self::new(RecordType::PTR, [host.into()])
    }

    /// An NS record.
    pub fn ns(host: Field) -> Self {
        Self::new(RecordType::NS, [host])
    }

    /// An SRV record.
    pub fn srv(priority: u16, weight: u16, port: u16, target: Field) -> Self {
        let numbers = [priority, weight, port].map(|number| Field::Word(number.to_string()));
        Self::new(RecordType::SRV, numbers.into_iter().chain([target]))
    }

    /// An SOA record with serial 1 and the timers that Windows gives a new zone (900, 600,
    /// 86400, 3600 s), whose server and mailbox nobody can know.
    pub fn soa() -> Self {
        let names = ["primary name server", "mailbox of its admin"].map(Field::blank);
        let numbers = [1, 900, 600, 86400, 3600].map(|number: u32| Field::Word(number.to_string()));
        Self::new(RecordType::SOA, names.into_iter().chain(numbers))
    }

    /// A NAPTR record that leads to an SRV set: flag `S`, no regular expression.
    pub fn naptr(order: u16, preference: u16, service: &str, replacement: &Name) -> Self {
        let numbers = [order, preference].map(|number| Field::Word(number.to_string()));
        let texts = ["S", service, ""].map(|text| Field::Text(text.to_owned()));
        let fields = numbers.into_iter().chain(texts);
        Self::new(RecordType::NAPTR, fields.chain([replacement.into()]))
    }

    fn new(record_type: RecordType, fields: impl IntoIterator<Item = Field>) -> Self {
        Self {
            record_type,
            ttl: None,
            fields: fields.into_iter().collect(),
        }
    }

    /// The record with a TTL of its own, in seconds.
    pub fn ttl(mut self, seconds: u32) -> Self {
        self.ttl = Some(seconds);
        self
    }

    /// Gives it a TTL, in seconds, or its zone's default.
    pub(crate) fn set_ttl(&mut self, ttl: Option<u32>) {
        self.ttl = ttl;
    }

    /// The record with the TTL of another, where that has one of its own and it has none.
    fn with_ttl_of(self, other: &Self) -> Self {
        Self {
            ttl: self.ttl.or(other.ttl),
            ..self
        }
    }

    /// Its type.
    pub fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The record with this TTL, in seconds, where it has none of its own.
    pub(crate) fn or_ttl(self, seconds: u32) -> Self {
        let ttl = self.ttl.or(Some(seconds));
        Self { ttl, ..self }
    }

    /// Type and data in presentation format, without the TTL, which does not tell records apart.
    pub(crate) fn data_line(&self) -> String {
        format!("{} {}", self.record_type, self.in_zone())
    }

    /// The data in presentation format.
    fn in_zone(&self) -> String {
        let fields: Vec<_> = self.fields.iter().map(Field::in_zone).collect();
        fields.join(" ")
    }
}

impl From<&Record> for NewRecord {
    /// The record as it is, with its TTL where it has one of its own.
    fn from(record: &Record) -> Self {
        Self {
            ttl: record.has_own_ttl().then_some(record.ttl.value),
            ..Self::from(&record.data)
        }
    }
}

impl From<&Data> for NewRecord {
    fn from(data: &Data) -> Self {
        let word = |value: &dyn ToString| Field::Word(value.to_string());
        let text = |value: &str| Field::Text(value.to_owned());
        let fields = match data {
            Data::A(address) => vec![word(&address.value)],
            Data::Aaaa(address) => vec![word(&address.value)],
            Data::Cname(target) | Data::Dname(target) | Data::Ns(target) | Data::Ptr(target) => {
                vec![(&target.name).into()]
            }
            Data::Srv(srv) => vec![
                word(&srv.priority.value),
                word(&srv.weight.value),
                word(&srv.port.value),
                (&srv.target.name).into(),
            ],
            Data::Naptr(naptr) => vec![
                word(&naptr.order.value),
                word(&naptr.preference.value),
                text(&naptr.flags.value),
                text(&naptr.service.value),
                text(&naptr.regexp.value),
                (&naptr.replacement.name).into(),
            ],
            Data::Soa(soa) => vec![
                (&soa.mname.name).into(),
                (&soa.rname.name).into(),
                word(&soa.serial.value),
                word(&soa.refresh.value),
                word(&soa.retry.value),
                word(&soa.expire.value),
                word(&soa.minimum.value),
            ],
        };
        Self::new(data.record_type(), fields)
    }
}

/// Where a record stands: its owner, and the apex of its zone as far as it is known
/// ([`crate::site::View::apex_of`]). Without the zone only master file lines are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    zone: Option<Name>,
    owner: Name,
    /// Names below the owner exist, so that DNS Manager shows it as a folder.
    pub(crate) is_folder: bool,
}

impl Place {
    /// The place of `owner` in `zone`; a zone that does not hold the owner is none.
    pub fn new(zone: Option<&Name>, owner: &Name) -> Self {
        let zone = zone.filter(|zone| zone.zone_of(owner));
        Self {
            zone: zone.cloned(),
            owner: owner.clone(),
            is_folder: false,
        }
    }

    /// The owner.
    pub fn owner(&self) -> &Name {
        &self.owner
    }

    /// The apex of the zone that holds it.
    pub fn zone(&self) -> Option<&Name> {
        self.zone.as_ref()
    }

    /// The owner's labels below the apex.
    fn labels(&self, zone: &Name) -> Name {
        let below = self.owner.iter().len() - zone.iter().len();
        Name::from_labels(self.owner.iter().take(below)).unwrap_or_default()
    }

    /// Zone and owner as the tools of Windows take them; `None` where they are not plain.
    fn on_windows(&self) -> Option<(String, String)> {
        let zone = self.zone.as_ref()?;
        let text = |name: &Name| Field::from(name).plain();
        let zone_text = match text(zone)?.as_str() {
            "." => ".".to_owned(),
            dotted => dotted.trim_end_matches('.').to_owned(),
        };
        let owner = if self.owner == *zone {
            "@".to_owned()
        } else {
            text(&self.labels(zone))?.trim_end_matches('.').to_owned()
        };
        Some((zone_text, owner))
    }
}

/// A name in presentation format with its final dot: what is no letter, digit, hyphen,
/// underscore or asterisk is written `\DDD`, decimal (RFC 1035 5.1).
pub fn in_presentation_format(name: &Name) -> String {
    if name.is_root() {
        return ".".to_owned();
    }
    let mut text = String::new();
    for label in name {
        for byte in label {
            if byte.is_ascii_alphanumeric() || b"-_*".contains(byte) {
                text.push(char::from(*byte));
            } else {
                // Writing to a string does not fail.
                let _ = write!(text, "\\{byte:03}");
            }
        }
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests;
