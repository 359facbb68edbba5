//! What an answer says, in a form in which ours and a server's can be compared.

use std::collections::BTreeSet;
use std::fmt;
use std::io;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{Name as WireName, RData, Record as WireRecord};
use hickory_proto::serialize::binary::{BinDecodable, BinDecoder};
use sipdns_lint::dns::{Answer, Data, Failure, Name, Question, Quoted, Record, RecordType};
use sipdns_lint::zone::answer::MAX_ALIASES;

use crate::client::Client;

/// An answer without its form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// `records`, `nodata`, `nxdomain`, `not-loaded` or what failed.
    pub kind: String,
    /// Aliases in the order in which they lead on: TTL, type, target.
    pub aliases: Vec<String>,
    /// The records of the type asked for: TTL, type, data.
    pub records: BTreeSet<String>,
    /// Seconds a miss may be kept.
    pub negative_ttl: Option<u32>,
}

impl Outcome {
    /// An outcome that says nothing of records; aliases on the way to it do not count.
    fn of_kind(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            ..Self::default()
        }
    }

    /// What our answer says.
    ///
    /// # Panics
    /// If records do not belong to the question: an alias of another name, data of another
    /// type.
    pub fn ours(question: &Question, answer: &Answer) -> Self {
        let (records, negative_ttl) = match answer {
            Answer::Records(records) => (&records[..], None),
            Answer::NoData(negative) | Answer::NxDomain(negative) => {
                (&negative.aliases[..], negative.ttl())
            }
            Answer::Failed(failure) => return Self::of_kind(failure.to_string()),
            Answer::NotLoaded => return Self::of_kind(answer.word()),
        };
        let mut outcome = Self {
            negative_ttl,
            ..Self::of_kind(answer.word())
        };
        let mut name = question.name.clone();
        for record in records {
            let text = line(record.ttl.value, record.record_type(), &record.data);
            let owner = &record.owner.name;
            if record.record_type() == question.record_type && answers_for(owner, &name) {
                outcome.records.insert(text);
                continue;
            }
            name = match &record.data {
                Data::Cname(target) if answers_for(owner, &name) => target.name.clone(),
                Data::Dname(target) => substituted(&name, owner, &target.name)
                    .expect("a DNAME above the name that it redirects"),
                _ => panic!("{question}: what is {text} of {owner} doing here?"),
            };
            outcome.aliases.push(text);
        }
        outcome
    }

    /// What a server says. Where its answer ends with an alias it is asked on, as a
    /// resolver would: RFC 1034 4.3.2 lets a server stop there, and Knot does at the border
    /// of a zone.
    pub fn of_server(server: &Client, question: &Question) -> io::Result<Self> {
        let mut outcome = Self::default();
        let mut name = question.name.clone();
        loop {
            let reply = server.ask(&name, question.record_type)?;
            let before = outcome.aliases.len();
            outcome.follow(&reply, &mut name, question.record_type);
            if outcome.aliases.len() > MAX_ALIASES {
                break;
            }
            let soa = reply
                .authorities
                .iter()
                .find(|record| record.record_type() == RecordType::SOA);
            outcome.negative_ttl = soa.map(|record| record.ttl);
            let kind = match reply.metadata.response_code {
                ResponseCode::NoError if !outcome.records.is_empty() => "records",
                ResponseCode::NoError if soa.is_some() => "nodata",
                ResponseCode::NXDomain if soa.is_some() => "nxdomain",
                ResponseCode::NoError if outcome.aliases.len() > before => continue,
                ResponseCode::NoError if is_referral(&reply) => {
                    return Ok(Self::of_kind("not-loaded"));
                }
                ResponseCode::Refused => return Ok(Self::of_kind("not-loaded")),
                ResponseCode::YXDomain => {
                    return Ok(Self::of_kind(Failure::Code(6).to_string()));
                }
                ResponseCode::ServFail => {
                    return Ok(Self::of_kind(Failure::ServFail.to_string()));
                }
                other => return Ok(Self::of_kind(format!("unexpected: {other}\n{reply}"))),
            };
            if kind == "records" {
                outcome.negative_ttl = None;
            }
            kind.clone_into(&mut outcome.kind);
            return Ok(outcome);
        }
        Ok(Self::of_kind(Failure::AliasLoop.to_string()))
    }

    /// Takes the aliases and the records of a reply, going on from `name`.
    fn follow(&mut self, reply: &Message, name: &mut Name, record_type: RecordType) {
        while self.aliases.len() <= MAX_ALIASES {
            let dname = reply.answers.iter().find_map(|record| {
                let target = dname_target(record)?;
                let to = substituted(name, &(&record.name).into(), &target)?;
                Some((record, to))
            });
            let of_type = |record_type: RecordType| {
                let owner = &*name;
                reply.answers.iter().filter(move |r| {
                    Name::from(&r.name) == *owner && r.record_type() == record_type
                })
            };
            let (record, to) = if let Some(found) = dname {
                found
            } else if of_type(record_type).next().is_some() {
                self.records = of_type(record_type).map(wire_line).collect();
                return;
            } else if let Some(record) = of_type(RecordType::CNAME).next()
                && let RData::CNAME(target) = &record.data
            {
                (record, (&target.0).into())
            } else {
                return;
            };
            self.aliases.push(wire_line(record));
            *name = to;
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if let Some(ttl) = self.negative_ttl {
            write!(f, " for {ttl} s")?;
        }
        for line in self.aliases.iter().chain(&self.records) {
            write!(f, "; {line}")?;
        }
        Ok(())
    }
}

/// Name servers of a zone further down and nothing else.
fn is_referral(reply: &Message) -> bool {
    let authorities = &reply.authorities;
    !reply.metadata.authoritative
        && !authorities.is_empty()
        && authorities
            .iter()
            .all(|record| record.record_type() == RecordType::NS)
}

/// A record of `owner` answers for `name`: it is that name, or a wildcard above it.
fn answers_for(owner: &Name, name: &Name) -> bool {
    owner == name || (owner.is_wildcard() && owner.base_name().zone_of(name))
}

/// Where a DNAME leads `name`; `None` if it is not above it.
fn substituted(name: &Name, owner: &Name, target: &Name) -> Option<Name> {
    if owner == name || !owner.zone_of(name) {
        return None;
    }
    let kept = name.iter().len() - owner.iter().len();
    Name::from_labels(name.iter().take(kept).chain(target.iter())).ok()
}

/// The target of a DNAME record, a type that hickory-proto does not know.
fn dname_target(record: &WireRecord) -> Option<Name> {
    match &record.data {
        RData::Unknown {
            code: RecordType::DNAME,
            rdata,
        } => {
            let target = WireName::read(&mut BinDecoder::new(&rdata.anything)).ok()?;
            Some((&target).into())
        }
        _ => None,
    }
}

fn wire_line(record: &WireRecord) -> String {
    line(record.ttl, record.record_type(), wire_data(record))
}

fn line(ttl: u32, record_type: RecordType, data: impl fmt::Display) -> String {
    format!("{ttl} {record_type} {data}").to_lowercase()
}

/// Presentation format as [`Data`] writes it.
fn wire_data(record: &WireRecord) -> String {
    let string = |octets: &[u8]| Quoted(&String::from_utf8_lossy(octets)).to_string();
    match &record.data {
        RData::NAPTR(naptr) => format!(
            "{} {} {} {} {} {}",
            naptr.order,
            naptr.preference,
            string(&naptr.flags),
            string(&naptr.services),
            string(&naptr.regexp),
            naptr.replacement
        ),
        RData::Unknown { .. } => {
            dname_target(record).map_or_else(String::new, |target| target.to_string())
        }
        other => other.to_string(),
    }
}

/// The names that records of our own lead to.
pub fn target(record: &Record) -> Option<&Name> {
    match &record.data {
        Data::Cname(name) | Data::Dname(name) | Data::Ns(name) | Data::Ptr(name) => {
            Some(&name.name)
        }
        Data::Srv(srv) => Some(&srv.target.name),
        Data::Naptr(naptr) => Some(&naptr.replacement.name),
        Data::A(_) | Data::Aaaa(_) | Data::Soa(_) => None,
    }
}
