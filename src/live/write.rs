//! Answers in presentation format (RFC 1035 5.1), with the span of every field.
//!
//! Every RRset is written once, in the order of owner and type; a negative answer or a
//! failure is a comment line where its records would stand:
//!
//! ```text
//! ; answers of 127.0.0.1:5353
//! eslab.local. 3600 IN NAPTR 2 10 "S" "SIP+D2U" "" _sip._udp.eslab.local.
//! ; _sip._tcp.eslab.local. SRV: NXDOMAIN (from an authority, kept for 900 s)
//! ;   eslab.local. 900 IN SOA ns1.eslab.local. hostmaster.eslab.local. 7 900 600 86400 900
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use hickory_proto::rr::{RData, Record as WireRecord};
use hickory_proto::serialize::binary::{BinEncodable as _, BinEncoder, NameEncoding};

use super::heard::{Heard, Outcome};
use super::{Answers, Reply, Role};
use crate::dns::{
    Answer, Data, Name, Naptr, Negative, Question, Quoted, Record, RecordType, RrSet, Soa, Srv,
    WrittenName,
};
use crate::source::{SourceId, Span, Spanned};

/// Answers as they were heard, by question.
pub(super) type Table = BTreeMap<Question, Heard>;

type Owned<T> = BTreeMap<(Name, RecordType), T>;

/// What stands behind a record that comes from a cache: its TTL is not the record's own, and
/// does not belong into a repair.
const TTL_LEFT: &str = "; the TTL is what a cache has left of it";

/// Writes everything down: the text, and the answers whose spans point into it.
pub(super) fn write(
    source: SourceId,
    servers: &[SocketAddr],
    role: Role,
    table: &Table,
    unasked: usize,
) -> (String, Answers) {
    let mut page = Page::new(source);
    let head = page.token(format_args!("; answers of {}", listed(servers)));
    page.end_line();

    let sets = sets(table);
    let keys: BTreeSet<_> = sets
        .keys()
        .cloned()
        .chain(
            table
                .keys()
                .map(|question| (question.name.clone(), question.record_type)),
        )
        .collect();
    let mut written: Owned<BTreeMap<&RData, Record>> = BTreeMap::new();
    let mut remarks: BTreeMap<&Question, Remark> = BTreeMap::new();
    for key in keys {
        if let Some(set) = sets.get(&key) {
            let records = set.iter().filter_map(|(data, heard)| {
                let mut record = page.record(heard.record)?;
                if !heard.authoritative {
                    record.ttl.span = page.spaced(TTL_LEFT);
                }
                page.end_line();
                Some((*data, record))
            });
            written.insert(key.clone(), records.collect());
        }
        let question = Question {
            name: key.0,
            record_type: key.1,
        };
        if let Some((question, heard)) = table.get_key_value(&question)
            && let Some(remark) = page.remark(question, heard)
        {
            remarks.insert(question, remark);
        }
    }

    let find = |record: &WireRecord| {
        let records = written.get(&(Name::from(&record.name), record.record_type()))?;
        records.get(&record.data).cloned()
    };
    let answers = table
        .iter()
        .map(|(question, heard)| {
            let remark = remarks.remove(question);
            let comment = remark.as_ref().map(|remark| remark.span);
            let answer = answer(heard, remark.and_then(|remark| remark.soa), find);
            let first = match &answer {
                Answer::Records(records) => records.first().map(|record| record.span),
                _ => None,
            };
            let reply = Reply {
                answer,
                span: first.or(comment).unwrap_or(head),
                authoritative: heard.authoritative,
                truncated: heard.truncated,
                omitted: heard.omitted,
            };
            (question.clone(), reply)
        })
        .collect();
    let answers = Answers {
        source,
        servers: servers.to_vec(),
        role,
        answers,
        apexes: apexes(table),
        sets: written
            .into_iter()
            .filter(|(_, records)| !records.is_empty())
            .map(|((owner, _), records)| RrSet::new(owner, records.into_values().collect()))
            .collect(),
        unasked,
    };
    (page.text, answers)
}

/// The records of a zone as a master file. Data of types that no lookup of a handset meets is
/// written in the form that serves for every type (RFC 3597 5).
pub(super) fn zone(
    source: SourceId,
    zone: &Name,
    server: SocketAddr,
    records: &[WireRecord],
) -> String {
    let mut page = Page::new(source);
    page.token(format_args!("; {zone} as {server} transferred it"));
    page.end_line();
    for record in records {
        if page.record(record).is_none() {
            page.unknown(record);
        }
        page.end_line();
    }
    page.text
}

/// `10.0.0.1:53, 10.0.0.2:53`
pub(super) fn listed(servers: &[SocketAddr]) -> String {
    let servers: Vec<_> = servers.iter().map(ToString::to_string).collect();
    servers.join(", ")
}

/// One answer by itself, for a simulation that is still asking; its spans point into a text
/// that nobody keeps.
pub(super) fn loose(source: SourceId, heard: &Heard) -> Answer {
    let mut page = Page::new(source);
    let soa = heard.outcome.soa().and_then(|soa| page.record(soa));
    answer(heard, soa, |record| page.record(record))
}

fn answer(
    heard: &Heard,
    soa: Option<Record>,
    mut find: impl FnMut(&WireRecord) -> Option<Record>,
) -> Answer {
    let aliases: Vec<_> = heard.aliases.iter().filter_map(&mut find).collect();
    match &heard.outcome {
        Outcome::Records(records) => {
            let records = records.iter().filter_map(find);
            Answer::Records(Arc::new(aliases.into_iter().chain(records).collect()))
        }
        Outcome::NoData(_) => Answer::NoData(Negative { aliases, soa }.into()),
        Outcome::NxDomain(_) => Answer::NxDomain(Negative { aliases, soa }.into()),
        Outcome::Failed(failure) => Answer::Failed(*failure),
        Outcome::Referral => Answer::NotLoaded,
    }
}

/// A record that was heard.
struct HeardRecord<'t> {
    record: &'t WireRecord,
    /// Every answer with it came from an authority.
    authoritative: bool,
}

/// Every record heard, by owner and type and without repeats. Where a record was heard
/// several times, the TTL of the first question counts: a cache counts them down.
fn sets(table: &Table) -> Owned<BTreeMap<&RData, HeardRecord<'_>>> {
    let mut sets: Owned<BTreeMap<_, HeardRecord>> = BTreeMap::new();
    for heard in table.values() {
        let records: &[_] = match &heard.outcome {
            Outcome::Records(records) => records,
            _ => &[],
        };
        for record in heard.aliases.iter().chain(records) {
            sets.entry((Name::from(&record.name), record.record_type()))
                .or_default()
                .entry(&record.data)
                .and_modify(|known| known.authoritative &= heard.authoritative)
                .or_insert(HeardRecord {
                    record,
                    authoritative: heard.authoritative,
                });
        }
    }
    sets
}

/// Owners of the SOAs heard: where zones begin.
pub(super) fn apexes(table: &Table) -> Vec<Name> {
    let mut apexes = BTreeSet::new();
    for heard in table.values() {
        if let Some(soa) = heard.outcome.soa() {
            apexes.insert(Name::from(&soa.name).to_lowercase());
        }
        if let Outcome::Records(records) = &heard.outcome {
            let soas = records
                .iter()
                .filter(|record| matches!(record.data, RData::SOA(_)));
            apexes.extend(soas.map(|record| Name::from(&record.name).to_lowercase()));
        }
    }
    apexes.into_iter().collect()
}

/// A comment line in place of records.
struct Remark {
    span: Span,
    soa: Option<Record>,
}

/// A text under way. Every method appends, and returns what it wrote with its span.
struct Page {
    source: SourceId,
    text: String,
}

impl Page {
    fn new(source: SourceId) -> Self {
        Self {
            source,
            text: String::new(),
        }
    }

    fn since(&self, start: usize) -> Span {
        Span::new(self.source, start, self.text.len())
    }

    fn end_line(&mut self) {
        self.text.push('\n');
    }

    fn token(&mut self, token: impl Display) -> Span {
        let start = self.text.len();
        write!(self.text, "{token}").expect("a String takes every text");
        self.since(start)
    }

    fn spaced(&mut self, token: impl Display) -> Span {
        self.text.push(' ');
        self.token(token)
    }

    fn value<T: Display>(&mut self, value: T) -> Spanned<T> {
        let span = self.spaced(&value);
        Spanned::new(value, span)
    }

    fn name(&mut self, name: Name) -> WrittenName {
        let span = self.spaced(&name);
        WrittenName {
            name,
            span,
            relative: false,
        }
    }

    /// A character string. Octets that are not UTF-8 are taken for Latin-1, so that none is
    /// lost.
    fn string(&mut self, octets: &[u8]) -> Spanned<String> {
        let value = std::str::from_utf8(octets).map_or_else(
            |_| octets.iter().map(|octet| char::from(*octet)).collect(),
            str::to_owned,
        );
        let mut span = self.spaced(Quoted(&value));
        if !value.is_empty() {
            span.start += 1;
            span.end -= 1;
        }
        Spanned::new(value, span)
    }

    /// A record, without the end of its line; `None`, and nothing written, for data of a
    /// type that no lookup of a handset meets.
    fn record(&mut self, record: &WireRecord) -> Option<Record> {
        let start = self.text.len();
        let name = Name::from(&record.name);
        let owner = WrittenName {
            span: self.token(&name),
            name,
            relative: false,
        };
        let ttl = self.value(ttl(record));
        self.spaced("IN");
        self.spaced(record.record_type());
        let Some(data) = self.data(&record.data) else {
            self.text.truncate(start);
            return None;
        };
        Some(Record {
            owner,
            ttl,
            data,
            span: self.since(start),
            aging: None,
        })
    }

    /// A record of any type, without the end of its line.
    fn unknown(&mut self, record: &WireRecord) {
        let mut data = Vec::new();
        let mut encoder = BinEncoder::new(&mut data);
        // There is no message that a pointer could point into.
        encoder.set_name_encoding(NameEncoding::Uncompressed);
        if record.data.emit(&mut encoder).is_err() {
            data.clear();
        }
        self.token(Name::from(&record.name));
        self.spaced(ttl(record));
        let number = u16::from(record.record_type());
        self.spaced(format_args!("IN TYPE{number} \\# {} ", data.len()));
        for octet in data {
            self.token(format_args!("{octet:02x}"));
        }
    }

    fn data(&mut self, data: &RData) -> Option<Data> {
        Some(match data {
            RData::A(address) => Data::A(self.value(address.0)),
            RData::AAAA(address) => Data::Aaaa(self.value(address.0)),
            RData::CNAME(target) => Data::Cname(self.name((&target.0).into())),
            RData::NS(server) => Data::Ns(self.name((&server.0).into())),
            RData::PTR(host) => Data::Ptr(self.name((&host.0).into())),
            RData::SRV(srv) => Data::Srv(Srv {
                priority: self.value(srv.priority),
                weight: self.value(srv.weight),
                port: self.value(srv.port),
                target: self.name((&srv.target).into()),
            }),
            RData::NAPTR(naptr) => Data::Naptr(Box::new(Naptr {
                order: self.value(naptr.order),
                preference: self.value(naptr.preference),
                flags: self.string(&naptr.flags),
                service: self.string(&naptr.services),
                regexp: self.string(&naptr.regexp),
                replacement: self.name((&naptr.replacement).into()),
            })),
            RData::SOA(soa) => Data::Soa(Box::new(Soa {
                mname: self.name((&soa.mname).into()),
                rname: self.name((&soa.rname).into()),
                serial: self.value(soa.serial),
                // Negative intervals make no sense; the wire has no sign in RFC 1035 3.3.13.
                refresh: self.value(soa.refresh.cast_unsigned()),
                retry: self.value(soa.retry.cast_unsigned()),
                expire: self.value(soa.expire.cast_unsigned()),
                minimum: self.value(soa.minimum),
            })),
            _ => return None,
        })
    }

    /// The comment line of an answer that is no set of records, or not a whole one.
    fn remark(&mut self, question: &Question, heard: &Heard) -> Option<Remark> {
        let word = match &heard.outcome {
            Outcome::Records(_) if heard.omitted == 0 => return None,
            Outcome::Records(_) => format!("{} more records are left out", heard.omitted),
            Outcome::NoData(soa) => format!("NODATA ({})", kept(soa.as_ref(), heard)),
            Outcome::NxDomain(soa) => format!("NXDOMAIN ({})", kept(soa.as_ref(), heard)),
            Outcome::Failed(failure) => failure.to_string(),
            Outcome::Referral => "referral to the servers of a delegated zone".to_owned(),
        };
        self.text.push_str("; ");
        let span = self.token(format_args!("{question}: {word}"));
        self.end_line();
        let soa = heard.outcome.soa().and_then(|soa| {
            self.text.push_str(";   ");
            let record = self.record(soa);
            self.end_line();
            record
        });
        Some(Remark { span, soa })
    }
}

/// How long a record is kept: one with the highest bit set is not (RFC 2181 8).
fn ttl(record: &WireRecord) -> u32 {
    match i32::try_from(record.ttl) {
        Ok(_) => record.ttl,
        Err(_) => 0,
    }
}

/// Who says so, and how long a miss is kept: the lower of the SOA's TTL and MINIMUM (RFC 2308
/// 5).
fn kept(soa: Option<&WireRecord>, heard: &Heard) -> String {
    let who = if heard.authoritative {
        "from an authority"
    } else {
        "from a resolver"
    };
    match soa.map(|record| (ttl(record), &record.data)) {
        Some((ttl, RData::SOA(soa))) => format!("{who}, kept for {} s", ttl.min(soa.minimum)),
        _ => format!("{who}, without an SOA: not kept"),
    }
}

#[cfg(test)]
mod tests;
