//! A lookup as far as the log shows it: what a log that was read and a simulation have in
//! common, so that the two can be laid side by side.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use crate::dns::{self, Data, Name, Quoted, RecordType};
use crate::handset::cache::kept_for;
use crate::handset::{self, AnswerFrom, Assumptions, Outcome, Protocol};

mod servers;

pub use servers::servers;

/// How many characters of a NAPTR replacement the log shows.
pub const REPLACEMENT_SHOWN: usize = 12;

/// A NAPTR replacement as the log shows it.
pub(super) fn shown_replacement(name: &Name) -> String {
    name.to_string().chars().take(REPLACEMENT_SHOWN).collect()
}

/// A name without its final dot, in lower case: two spellings of one name are equal in it.
pub fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Two spellings mean one name.
pub fn same_name(one: &str, two: &str) -> bool {
    let whole = |name: &'_ str| name.strip_suffix('.').unwrap_or(name).len();
    one[..whole(one)].eq_ignore_ascii_case(&two[..whole(two)])
}

/// A lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Every question in order.
    pub steps: Vec<Step>,
    /// How it ended.
    pub end: End,
}

/// How a lookup ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Servers, in the order in which they are tried; never empty.
    Servers(Vec<Server>),
    /// SRV targets with their ports, in the order in which they were looked up: the addresses
    /// came from the cache, and what it held is not shown. Never empty.
    Named(Vec<(String, u16)>),
    /// No server.
    Nothing,
    /// What is shown stops before the end.
    Open,
}

/// One question and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The type asked for.
    pub record_type: RecordType,
    /// The name, as the handset writes it.
    pub name: String,
    /// What came of it.
    pub answer: Answer,
    /// Where the answer came from.
    pub from: From,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The DNS server was asked.
    Server,
    /// The handset's own cache, or its static records; of these, and of a miss, the log does
    /// not say how long they are still kept.
    Cache {
        /// Seconds until the entry expires.
        remaining: Option<u32>,
    },
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Records.
    Records {
        /// Those that are shown whole; `None` where they came from the cache and none is.
        records: Option<Vec<Record>>,
        /// How many more there are: the level of the log hides them, or lines of them are lost.
        hidden: usize,
        /// Seconds for which they are kept; `None` from the cache.
        ttl: Option<u32>,
    },
    /// None: no such name, no such type, no answer. The log does not tell these apart.
    Nothing {
        /// Seconds for which the miss is kept; `None` from the cache, and where it is not.
        kept: Option<u32>,
        /// The resolver's error code; `None` from the cache.
        code: Option<u32>,
    },
    /// Not shown.
    Open,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Record {
    /// NAPTR.
    Naptr {
        /// Order.
        order: u16,
        /// Preference.
        preference: u16,
        /// Flags.
        flags: String,
        /// Service.
        service: String,
        /// Substitution.
        regexp: String,
        /// The first [`REPLACEMENT_SHOWN`] characters of the replacement.
        replacement: String,
    },
    /// SRV.
    Srv {
        /// Priority.
        priority: u16,
        /// Weight.
        weight: u16,
        /// Port.
        port: u16,
        /// Target, as it is written.
        target: String,
    },
    /// A.
    Address(Ipv4Addr),
}

impl Record {
    /// A record of an answer; `None` for one the log does not show.
    pub fn of(record: &dns::Record) -> Option<Self> {
        match &record.data {
            Data::Naptr(naptr) => Some(Self::Naptr {
                order: naptr.order.value,
                preference: naptr.preference.value,
                flags: naptr.flags.value.clone(),
                service: naptr.service.value.clone(),
                regexp: naptr.regexp.value.clone(),
                replacement: shown_replacement(&naptr.replacement.name),
            }),
            Data::Srv(srv) => Some(Self::Srv {
                priority: srv.priority.value,
                weight: srv.weight.value,
                port: srv.port.value,
                target: srv.target.name.to_string(),
            }),
            Data::A(address) => Some(Self::Address(address.value)),
            _ => None,
        }
    }

    /// Both say the same, whatever the spelling of names.
    pub fn is_same(&self, other: &Self) -> bool {
        self.normal() == other.normal()
    }

    /// The record with its names in the spelling of [`plain`].
    fn normal(&self) -> Self {
        let mut record = self.clone();
        match &mut record {
            Self::Naptr { replacement, .. } => replacement.make_ascii_lowercase(),
            Self::Srv { target, .. } => *target = plain(target),
            Self::Address(_) => {}
        }
        record
    }
}

impl fmt::Display for Record {
    /// Presentation format; `…` stands for what the log does not show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Naptr {
                order,
                preference,
                flags,
                service,
                regexp,
                replacement,
            } => {
                let cut = replacement.chars().count() >= REPLACEMENT_SHOWN;
                let (flags, service, regexp) = (Quoted(flags), Quoted(service), Quoted(regexp));
                write!(
                    f,
                    "{order} {preference} {flags} {service} {regexp} {replacement}{}",
                    if cut { "…" } else { "" }
                )
            }
            Self::Srv {
                priority,
                weight,
                port,
                target,
            } => write!(f, "{priority} {weight} {port} {target}"),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

/// A SIP server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Server {
    /// Position in which it is tried, from 1; ties share it; 0 where a log does not show it.
    pub order: u32,
    /// Its name, in the spelling of [`plain`].
    pub host: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// What SIP travels over.
    pub protocol: Protocol,
}

impl fmt::Display for Server {
    /// `piper.eslab.local 10.225.2.31:5060 UDP`; without a name `10.225.2.31:5060 UDP`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, over) = (self.address, self.protocol.as_str());
        if self.host.parse() != Ok(address) {
            write!(f, "{} ", self.host)?;
        }
        write!(f, "{address}:{} {over}", self.port)
    }
}

impl Step {
    /// A simulated step.
    pub fn of(step: &handset::Step, assumptions: Assumptions) -> Self {
        let record_type = step.question.record_type;
        let kept = kept_for(&step.answer, assumptions.negative_ttl_source);
        let cached = match step.from {
            AnswerFrom::Server => false,
            AnswerFrom::Cache { .. } => true,
            // Static records are looked into only where the server has said nothing.
            AnswerFrom::Configuration => matches!(step.answer, dns::Answer::Records(_)),
        };
        let answer = match &step.answer {
            dns::Answer::Records(_) => Answer::Records {
                records: Some(
                    step.answer
                        .of_type(record_type)
                        .filter_map(Record::of)
                        .collect(),
                ),
                hidden: 0,
                ttl: kept.filter(|_| !cached),
            },
            dns::Answer::NotLoaded => Answer::Open,
            _ => Answer::Nothing {
                kept: kept.filter(|_| !cached),
                code: (!cached).then_some(super::NOT_FOUND),
            },
        };
        let from = match step.from {
            AnswerFrom::Configuration if cached => From::Cache { remaining: None },
            AnswerFrom::Server | AnswerFrom::Configuration => From::Server,
            AnswerFrom::Cache { remaining } => From::Cache {
                remaining: matches!(answer, Answer::Records { .. }).then_some(remaining),
            },
        };
        Self {
            record_type,
            name: step.asked_as.clone(),
            answer,
            from,
        }
    }

    /// The same name and type are asked for.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.record_type == other.record_type && same_name(&self.name, &other.name)
    }

    /// The answers say the same, as far as they are shown: servers give the records of a set
    /// in any order, and a cache lowers TTLs.
    pub fn answered_the_same(&self, other: &Self) -> bool {
        match (&self.answer, &other.answer) {
            (
                Answer::Records {
                    records: Some(one),
                    hidden,
                    ..
                },
                Answer::Records {
                    records: Some(two),
                    hidden: other_hidden,
                    ..
                },
            ) => match (hidden, other_hidden) {
                (_, 0) => one.len() + hidden == two.len() && are_among(one, two),
                (0, _) => two.len() + other_hidden == one.len() && are_among(two, one),
                _ => true,
            },
            (Answer::Records { .. }, Answer::Records { .. })
            | (Answer::Open, _)
            | (_, Answer::Open)
            | (Answer::Nothing { .. }, Answer::Nothing { .. }) => true,
            _ => false,
        }
    }

    fn addresses(&self) -> impl Iterator<Item = Ipv4Addr> {
        let records = match &self.answer {
            Answer::Records {
                records: Some(records),
                ..
            } => records.as_slice(),
            _ => &[],
        };
        records.iter().filter_map(|record| match record {
            Record::Address(address) => Some(*address),
            _ => None,
        })
    }
}

/// Every one of the records is among the others.
pub fn are_among(records: &[Record], others: &[Record]) -> bool {
    let mut records = records.iter();
    records.all(|record| others.iter().any(|other| record.is_same(other)))
}

impl Lookup {
    /// A simulated lookup; `None` where nothing of it would be logged, since its address
    /// cannot be looked up.
    pub fn of(lookup: &handset::Lookup, assumptions: Assumptions) -> Option<Self> {
        let mut steps = Vec::new();
        for step in &lookup.steps {
            steps.push(Step::of(step, assumptions));
            if step.answer == dns::Answer::NotLoaded {
                // The log is not written any further.
                return Some(Self {
                    steps,
                    end: End::Open,
                });
            }
        }
        let end = match &lookup.outcome {
            Outcome::Servers(servers) => {
                End::Servers(servers.iter().filter_map(Server::of).collect())
            }
            Outcome::NoServer | Outcome::Undetermined { step: Some(_) } => End::Nothing,
            Outcome::Undetermined { step: None } => return None,
        };
        Some(Self { steps, end })
    }

    /// The servers; empty for any other end.
    pub fn servers(&self) -> &[Server] {
        match &self.end {
            End::Servers(servers) => servers,
            _ => &[],
        }
    }
}

impl Server {
    fn of(server: &handset::Server) -> Option<Self> {
        let IpAddr::V4(address) = server.address else {
            return None;
        };
        Some(Self {
            order: server.order,
            host: plain(&server.host),
            address,
            port: server.port,
            protocol: server.protocol,
        })
    }
}

/// What SIP travels over by the name of its SRV set.
pub fn protocol_of(owner: &str) -> Option<Protocol> {
    let mut labels = owner.split('.');
    let (service, transport) = (labels.next()?, labels.next()?);
    let is = |one: &str, two: &str| {
        service.eq_ignore_ascii_case(one) && transport.eq_ignore_ascii_case(two)
    };
    if is("_sip", "_udp") {
        Some(Protocol::Udp)
    } else if is("_sip", "_tcp") {
        Some(Protocol::Tcp)
    } else if is("_sips", "_tcp") || is("_sip", "_tls") {
        Some(Protocol::Tls)
    } else {
        None
    }
}

/// A NAPTR replacement, as far as the log shows it, may be this name.
pub fn replaced_by(replacement: &str, name: &str) -> bool {
    if replacement.chars().count() < REPLACEMENT_SHOWN {
        return same_name(replacement, name);
    }
    // A name that is shown whole may end in the dot.
    let shown = replacement.trim_end_matches('.');
    let begins = name.get(..shown.len());
    begins.is_some_and(|begins| begins.eq_ignore_ascii_case(shown))
}

#[cfg(test)]
mod tests;
