//! What comes back when DNS is asked.

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::{Data, Record, RecordType};
use crate::source::Spanned;

/// What comes back. Rules ask the same again and again, so a copy costs next to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The records, as they stand in their sources: aliases first, in the order in which
    /// they are followed, then the records of the type asked for. A record that a wildcard
    /// supplied keeps its owner `*.…`.
    Records(Arc<Vec<Record>>),
    /// The name exists, the type does not (RFC 2308 2.2). Aliases that led here come first.
    NoData(Arc<Negative>),
    /// The name does not exist (RFC 2308 2.1).
    NxDomain(Arc<Negative>),
    /// The server gave no usable answer.
    Failed(Failure),
    /// The data given does not say: outside every zone given, below a delegation, or in a
    /// part of the zone that was not exported.
    NotLoaded,
}

impl Answer {
    /// The records of the type asked for, without the aliases that led to them.
    pub fn of_type(&self, record_type: RecordType) -> impl Iterator<Item = &Record> {
        let records: &[Record] = match self {
            Self::Records(records) => records,
            _ => &[],
        };
        records
            .iter()
            .filter(move |record| record.record_type() == record_type)
    }

    /// The IPv4 addresses of the name asked for, where the A records have them.
    pub fn ipv4_addresses(&self) -> impl Iterator<Item = Spanned<Ipv4Addr>> {
        let records = self.of_type(RecordType::A);
        records.filter_map(|record| match record.data {
            Data::A(address) => Some(address),
            _ => None,
        })
    }

    /// The aliases (CNAME and DNAME) that were followed, for positive and negative answers.
    pub fn aliases(&self) -> impl Iterator<Item = &Record> {
        let records: &[Record] = match self {
            Self::Records(records) => records,
            Self::NoData(negative) | Self::NxDomain(negative) => &negative.aliases,
            _ => &[],
        };
        records
            .iter()
            .filter(|record| matches!(record.data, Data::Cname(_) | Data::Dname(_)))
    }

    /// It does not say what records there are, nor that there are none.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::NotLoaded)
    }

    /// The word that JSON and traces use for this kind of answer.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Records(_) => "records",
            Self::NoData(_) => "nodata",
            Self::NxDomain(_) => "nxdomain",
            Self::Failed(_) => "failed",
            Self::NotLoaded => "not-loaded",
        }
    }
}

/// What a negative answer carries along.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Negative {
    /// Aliases that were followed before the miss.
    pub aliases: Vec<Record>,
    /// The SOA of the zone that said no: how long the miss may be kept.
    pub soa: Option<Record>,
}

impl Negative {
    /// Seconds a resolver keeps the miss: the lower of the SOA's TTL and MINIMUM (RFC 2308 5).
    pub fn ttl(&self) -> Option<u32> {
        let record = self.soa.as_ref()?;
        match &record.data {
            Data::Soa(soa) => Some(record.ttl.value.min(soa.minimum.value)),
            _ => None,
        }
    }
}

/// Why a server gave no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Failure {
    /// No answer in time, after the retries.
    #[error("no answer in time")]
    Timeout,
    /// Answers came in time, all with another ID or to another question.
    #[error("only answers to other questions")]
    Unrelated,
    /// The server refuses to answer for this name.
    #[error("REFUSED")]
    Refused,
    /// The server could not find out.
    #[error("SERVFAIL")]
    ServFail,
    /// Another response code that says neither yes nor no.
    #[error("{}", code(*.0))]
    Code(u16),
    /// The server neither holds the name's zone nor looks further: a lame delegation leads to
    /// such servers, and one that refers to others is of no use to who asks it to look further.
    #[error("the server neither holds the zone nor looks further")]
    Lame,
    /// What came back is no DNS answer.
    #[error("malformed answer")]
    Malformed,
    /// The answer says that it is not whole over TCP either.
    #[error("answer cut over TCP too")]
    Cut,
    /// The connection ended before the answer was whole.
    #[error("connection closed before the whole answer came")]
    Closed,
    /// The host says that nothing listens on the port (ICMP, or a TCP reset).
    #[error("nothing listens on that port")]
    PortClosed,
    /// No route leads to the server.
    #[error("no route to the server")]
    Unreachable,
    /// Aliases that lead back to themselves, or more of them than are followed.
    #[error("alias chain does not end")]
    AliasLoop,
}

impl Failure {
    /// Nothing came that shows that a DNS server is there.
    pub const fn is_silence(self) -> bool {
        matches!(
            self,
            Self::Timeout | Self::Unrelated | Self::PortClosed | Self::Unreachable
        )
    }
}

/// A response code by its name (RFC 1035 4.1.1, RFC 2136 2.2), else by its number.
fn code(code: u16) -> String {
    let name = match code {
        1 => "FORMERR",
        4 => "NOTIMP",
        6 => "YXDOMAIN",
        9 => "NOTAUTH",
        16 => "BADVERS",
        _ => return format!("response code {code}"),
    };
    name.to_owned()
}
