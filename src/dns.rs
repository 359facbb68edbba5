//! DNS as the handset meets it: records with their places in a source, questions, answers.
//!
//! Record types are hickory-proto's. Record data is our own enum, since every field that a
//! finding may point at carries its span.

use std::cmp::Ordering;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

pub use address::{of_reverse_name, unusable};
pub use answer::{Answer, Failure, Negative};
pub use hickory_proto::rr::RecordType;
pub use name::{Name, NameError};

use crate::source::{Span, Spanned};

mod address;
mod answer;
pub mod name;

/// A domain name as it stands in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenName {
    /// The absolute name.
    pub name: Name,
    /// Where it was written; for an owner left blank, where the owner stands.
    pub span: Span,
    /// The text has no final dot, so the origin was appended to it (or it is `@`).
    pub relative: bool,
}

/// One resource record of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The owner.
    pub owner: WrittenName,
    /// Seconds, and what set them: the record's own field, `$TTL`, or the SOA's last number.
    pub ttl: Spanned<u32>,
    /// Type and data.
    pub data: Data,
    /// The whole record, from its owner (or its first field) to its last.
    pub span: Span,
    /// Windows' time stamp of a dynamic record, hours since 1601-01-01 00:00 UTC; 0 where the
    /// text has a date in the server's own time instead.
    pub aging: Option<Spanned<u32>>,
}

impl Record {
    /// The record's type.
    pub fn record_type(&self) -> RecordType {
        self.data.record_type()
    }

    /// Something in the text sets the field that has this span. Otherwise its span is that of
    /// the record, and the value is the one that servers take where they are told nothing.
    pub fn states(&self, field: Span) -> bool {
        field != self.span
    }

    /// Something in the text sets the TTL.
    pub fn has_stated_ttl(&self) -> bool {
        self.states(self.ttl.span)
    }

    /// The TTL stands in the record itself.
    pub fn has_own_ttl(&self) -> bool {
        let (record, ttl) = (self.span, self.ttl.span);
        self.has_stated_ttl()
            && record.source == ttl.source
            && record.start <= ttl.start
            && ttl.end <= record.end
    }

    /// Where an alias leads a name that it stands for: to the target of a CNAME record, and with
    /// a DNAME record's target in the place of its owner (RFC 6672 2.2). `None` where the name
    /// would be too long, and for records that are no aliases.
    pub fn leads(&self, name: &Name) -> Option<Name> {
        match &self.data {
            Data::Cname(target) => Some(target.name.clone()),
            Data::Dname(target) => {
                let kept = name
                    .iter()
                    .len()
                    .checked_sub(self.owner.name.iter().len())?;
                let labels = name.iter().take(kept).chain(target.name.iter());
                Name::from_labels(labels).ok()
            }
            _ => None,
        }
    }

    /// Where a finding about the record as a whole points: at its owner, or where the owner
    /// was left blank at the record.
    pub fn mark(&self) -> Span {
        let (owner, record) = (self.owner.span, self.span);
        let inside = owner.source == record.source && record.range().contains(&owner.range().start);
        if inside { owner } else { record }
    }
}

/// Data of the record types that a handset's lookups can meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// IPv4 address.
    A(Spanned<Ipv4Addr>),
    /// IPv6 address.
    Aaaa(Spanned<Ipv6Addr>),
    /// Alias of one name.
    Cname(WrittenName),
    /// Alias of everything below a name (RFC 6672).
    Dname(WrittenName),
    /// Name server.
    Ns(WrittenName),
    /// Reverse pointer.
    Ptr(WrittenName),
    /// Service location.
    Srv(Srv),
    /// Naming authority pointer. Boxed like the SOA, so that a million hosts do not each take
    /// the room of the two largest and rarest.
    Naptr(Box<Naptr>),
    /// Start of authority.
    Soa(Box<Soa>),
}

impl Data {
    /// The type this data belongs to.
    pub fn record_type(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::AAAA,
            Self::Cname(_) => RecordType::CNAME,
            Self::Dname(_) => RecordType::DNAME,
            Self::Ns(_) => RecordType::NS,
            Self::Ptr(_) => RecordType::PTR,
            Self::Srv(_) => RecordType::SRV,
            Self::Naptr(_) => RecordType::NAPTR,
            Self::Soa(_) => RecordType::SOA,
        }
    }

    /// Where authority starts, of SOA data.
    pub fn as_soa(&self) -> Option<&Soa> {
        match self {
            Self::Soa(soa) => Some(soa),
            _ => None,
        }
    }

    /// The name that it leads to.
    pub fn target(&self) -> Option<&WrittenName> {
        match self {
            Self::Cname(name) | Self::Dname(name) | Self::Ns(name) | Self::Ptr(name) => Some(name),
            Self::Srv(srv) => Some(&srv.target),
            Self::Naptr(naptr) => Some(&naptr.replacement),
            Self::A(_) | Self::Aaaa(_) | Self::Soa(_) => None,
        }
    }
}

impl fmt::Display for Data {
    /// Presentation format, names absolute.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => write!(f, "{}", address.value),
            Self::Aaaa(address) => write!(f, "{}", address.value),
            Self::Cname(target) | Self::Dname(target) | Self::Ns(target) | Self::Ptr(target) => {
                write!(f, "{}", target.name)
            }
            Self::Srv(srv) => write!(
                f,
                "{} {} {} {}",
                srv.priority.value, srv.weight.value, srv.port.value, srv.target.name
            ),
            Self::Naptr(naptr) => write!(
                f,
                "{} {} {} {} {} {}",
                naptr.order.value,
                naptr.preference.value,
                Quoted(&naptr.flags.value),
                Quoted(&naptr.service.value),
                Quoted(&naptr.regexp.value),
                naptr.replacement.name
            ),
            Self::Soa(soa) => write!(
                f,
                "{} {} {} {} {} {} {}",
                soa.mname.name,
                soa.rname.name,
                soa.serial.value,
                soa.refresh.value,
                soa.retry.value,
                soa.expire.value,
                soa.minimum.value
            ),
        }
    }
}

/// A character string in presentation format: quoted, with escapes (RFC 1035 5.1).
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                ' '..='~' => write!(f, "{character}")?,
                other => {
                    let mut buffer = [0; 4];
                    for byte in other.encode_utf8(&mut buffer).bytes() {
                        write!(f, "\\{byte:03}")?;
                    }
                }
            }
        }
        f.write_str("\"")
    }
}

/// SRV data (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Srv {
    /// Lower is tried first.
    pub priority: Spanned<u16>,
    /// Share among records of one priority.
    pub weight: Spanned<u16>,
    /// Port of the service.
    pub port: Spanned<u16>,
    /// Host that offers the service.
    pub target: WrittenName,
}

/// NAPTR data (RFC 3403 4.1). A quoted field's span covers the text inside the quotes, or
/// both quotes where there is nothing inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naptr {
    /// Lower first; records of another order are looked at only if none of this one fits.
    pub order: Spanned<u16>,
    /// Lower first within an order.
    pub preference: Spanned<u16>,
    /// `S` for an SRV lookup next.
    pub flags: Spanned<String>,
    /// `SIP+D2U` and the like.
    pub service: Spanned<String>,
    /// Substitution; empty for SIP.
    pub regexp: Spanned<String>,
    /// The next name to look up.
    pub replacement: WrittenName,
}

impl Naptr {
    /// What decides which record comes first: order, then preference (RFC 3403 4.1).
    pub fn place(&self) -> (u16, u16) {
        (self.order.value, self.preference.value)
    }
}

/// SOA data (RFC 1035 3.3.13); times in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soa {
    /// Primary name server.
    pub mname: WrittenName,
    /// Mailbox of the person responsible.
    pub rname: WrittenName,
    /// Version of the zone.
    pub serial: Spanned<u32>,
    /// Secondary's interval between checks.
    pub refresh: Spanned<u32>,
    /// Secondary's interval after a failed check.
    pub retry: Spanned<u32>,
    /// How long a secondary serves without contact.
    pub expire: Spanned<u32>,
    /// Time to live of negative answers (RFC 2308 4).
    pub minimum: Spanned<u32>,
}

/// The records of one owner and one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RrSet {
    /// The owner.
    pub owner: Name,
    /// The type of every record in it.
    pub record_type: RecordType,
    /// In the order of the source; never empty. Answers share them.
    pub records: Arc<Vec<Record>>,
    /// Where the first record stands: what sets are put in order by.
    pub place: Span,
}

impl RrSet {
    /// The set of these records, which are of one owner and one type; there is at least one.
    pub fn new(owner: Name, records: Vec<Record>) -> Self {
        Self {
            owner,
            record_type: records[0].record_type(),
            place: records[0].span,
            records: Arc::new(records),
        }
    }

    /// Compares the places of the first records; those that `$GENERATE` makes share one, and
    /// are in the order of their owners.
    pub fn by_place(&self, other: &Self) -> Ordering {
        let owners = || self.owner.cmp(&other.owner);
        self.place.cmp(&other.place).then_with(owners)
    }

    /// The SRV data of the set with their records; empty for other types.
    pub fn srv(&self) -> impl Iterator<Item = (&Record, &Srv)> {
        self.records.iter().filter_map(|record| match &record.data {
            Data::Srv(srv) => Some((record, srv)),
            _ => None,
        })
    }

    /// The NAPTR data of the set with their records; empty for other types.
    pub fn naptr(&self) -> impl Iterator<Item = (&Record, &Naptr)> {
        self.records.iter().filter_map(|record| match &record.data {
            Data::Naptr(naptr) => Some((record, naptr.as_ref())),
            _ => None,
        })
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Question {
    /// The name, absolute.
    pub name: Name,
    /// The type.
    pub record_type: RecordType,
}

impl Question {
    /// The question for `name` and `record_type`; the name is made lower case.
    pub fn new(name: &Name, record_type: RecordType) -> Self {
        Self {
            name: name.to_lowercase(),
            record_type,
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.record_type)
    }
}

/// Anything that answers DNS questions: zones, a live server, a test's table.
pub trait Dns {
    /// Answers one question.
    fn ask(&mut self, question: &Question) -> Answer;
}

impl<F: FnMut(&Question) -> Answer> Dns for F {
    fn ask(&mut self, question: &Question) -> Answer {
        self(question)
    }
}
