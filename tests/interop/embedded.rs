//! A name server of our own, so that the way over the wire is tested where no other server is
//! installed: it answers from the zones that were read. (hickory-server would read the zones
//! with hickory's parser, and has no DNAME; what is to be tested here is what the linter makes
//! of answers, and how servers answer is the referee's matter.)

use std::sync::Arc;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{Name as WireName, RData, Record as WireRecord, RecordType, rdata};
use hickory_proto::serialize::binary::{BinEncodable as _, BinEncoder, NameEncoding};
use sipdns_lint::dns::{Answer, Data, Name, Negative, Question, Record, WrittenName};
use sipdns_lint::source::Spanned;
use sipdns_lint::zone::{Zone, Zones, answer};

use crate::scripted_server::{ScriptedServer, bytes, response};
use crate::served;

/// Records in one message of a transfer.
const RECORDS: usize = 200;

/// Serves the zones, and transfers them to everybody.
pub fn serve(zones: &[Arc<Zone>]) -> ScriptedServer {
    let all: Zones = zones.iter().cloned().collect();
    ScriptedServer::start(move |query, asked| {
        let question = &query.queries[0];
        if question.query_type == RecordType::AXFR {
            return transferred(&all, query).iter().map(bytes).collect();
        }
        let message = answered(&all, query);
        let cut = !asked.tcp && message.to_vec().is_ok_and(|octets| octets.len() > 1232);
        if cut {
            let mut message = response(query, ResponseCode::NoError);
            message.metadata.truncation = true;
            return vec![bytes(&message)];
        }
        vec![bytes(&message)]
    })
}

fn answered(zones: &Zones, query: &Message) -> Message {
    let asked = &query.queries[0];
    let name = Name::from(&asked.name);
    let question = Question::new(&name, asked.query_type);
    let with = |code, records: &[Record], soa: Option<&Record>| {
        let mut message = response(query, code);
        message.add_answers(wire_chain(&name, records));
        message.add_authorities(soa.map(|soa| wire(&soa.owner.name, soa)));
        message
    };
    let missed = |code, negative: &Negative| with(code, &negative.aliases, negative.soa.as_ref());
    match answer::answer(zones, &question) {
        Answer::Records(records) => with(ResponseCode::NoError, &records, None),
        Answer::NoData(negative) => missed(ResponseCode::NoError, &negative),
        Answer::NxDomain(negative) => missed(ResponseCode::NXDomain, &negative),
        Answer::Failed(_) => response(query, ResponseCode::ServFail),
        Answer::NotLoaded => response(query, ResponseCode::Refused),
    }
}

fn transferred(zones: &Zones, query: &Message) -> Vec<Message> {
    let Some(zone) = zones.at(&Name::from(&query.queries[0].name)).next() else {
        return vec![response(query, ResponseCode::Refused)];
    };
    let mut records: Vec<_> = served(zone)
        .map(|record| wire(&record.owner.name, record))
        .collect();
    records.sort_by_key(|record| record.record_type() != RecordType::SOA);
    records.push(records[0].clone());
    let message = |records: &[WireRecord]| {
        let mut message = response(query, ResponseCode::NoError);
        message.add_answers(records.iter().cloned());
        message
    };
    records.chunks(RECORDS).map(message).collect()
}

/// The records with the owners that a wildcard's records are given out under.
fn wire_chain(name: &Name, records: &[Record]) -> Vec<WireRecord> {
    let mut name = name.clone();
    let mut chain = Vec::new();
    for record in records {
        chain.push(wire(&name, record));
        if let Data::Cname(target) = &record.data {
            name = target.name.clone();
        }
    }
    chain
}

/// The data of a record as octets, no name of it compressed.
pub fn octets(record: &Record) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut encoder = BinEncoder::new(&mut octets);
    encoder.set_name_encoding(NameEncoding::Uncompressed);
    let data = wire(&record.owner.name, record).data;
    data.emit(&mut encoder).expect("data of a fixture");
    octets
}

/// A record as it goes over the wire.
fn wire(owner: &Name, record: &Record) -> WireRecord {
    let name = |written: &WrittenName| WireName::from(&written.name);
    let octets = |text: &Spanned<String>| text.value.as_bytes().to_vec().into_boxed_slice();
    // Not by way of text: hickory's reader takes no NAPTR or CNAME with an underscore.
    let data = match &record.data {
        Data::A(address) => RData::A(rdata::A(address.value)),
        Data::Aaaa(address) => RData::AAAA(rdata::AAAA(address.value)),
        Data::Cname(target) => RData::CNAME(rdata::CNAME(name(target))),
        Data::Dname(_) => panic!("no fixture has a DNAME record"),
        Data::Ns(server) => RData::NS(rdata::NS(name(server))),
        Data::Ptr(host) => RData::PTR(rdata::PTR(name(host))),
        Data::Srv(srv) => RData::SRV(rdata::SRV::new(
            srv.priority.value,
            srv.weight.value,
            srv.port.value,
            name(&srv.target),
        )),
        Data::Naptr(naptr) => RData::NAPTR(rdata::NAPTR::new(
            naptr.order.value,
            naptr.preference.value,
            octets(&naptr.flags),
            octets(&naptr.service),
            octets(&naptr.regexp),
            name(&naptr.replacement),
        )),
        Data::Soa(soa) => RData::SOA(rdata::SOA::new(
            name(&soa.mname),
            name(&soa.rname),
            soa.serial.value,
            soa.refresh.value.cast_signed(),
            soa.retry.value.cast_signed(),
            soa.expire.value.cast_signed(),
            soa.minimum.value,
        )),
    };
    WireRecord::from_rdata(owner.into(), record.ttl.value, data)
}
