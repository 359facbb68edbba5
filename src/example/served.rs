//! What a DNS server answers in an example: nobody is asked, its zones say so.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::origin;
use crate::dns::{Answer, Data, Question, RecordType};
use crate::handset::Handset;
use crate::live::{Answers, Reply, Role};
use crate::site::{Basis, Loaded, Setup};
use crate::source::{Origin, Source, Span};
use crate::zone::{self, Format, ReadOptions, Zones, answer};

/// A server's port.
const PORT: u16 = 53;

/// The server at an address, as reports name it.
pub(super) fn name(address: Ipv4Addr) -> String {
    format!("<server {}>", SocketAddr::from((address, PORT)))
}

/// What the server at `address` answers to handsets with these set-ups, and to the questions
/// for the SOA of its zones and for the names of the servers' addresses. It is an authority
/// for the zone `eslab.local` with this text, and for the reverse zones that were loaded.
pub(super) fn answers(
    loaded: &Loaded,
    address: Ipv4Addr,
    text: &str,
    setups: &[Setup],
    basis: &Basis,
) -> Answers {
    let sources = &loaded.sources;
    let source = sources.add(Source::new(name(address), Origin::Live, text));
    let options = ReadOptions {
        origin: Some(origin("eslab.local.")),
        ..Default::default()
    };
    let own = zone::read(sources, source, Format::MasterFile, &options);
    let arpa = origin("in-addr.arpa.");
    let reverse = loaded.zones.iter().filter(|zone| arpa.zone_of(&zone.apex));
    let zones: Zones = own
        .into_iter()
        .map(Arc::new)
        .chain(reverse.cloned())
        .collect();
    let mut answers = BTreeMap::new();
    let mut ask = |question: &Question| {
        let answer = answer::answer(&zones, question);
        let first = match &answer {
            Answer::Records(records) => records.first(),
            _ => zones
                .enclosing(&question.name)
                .next()
                .and_then(|zone| zone.soa()),
        };
        let reply = Reply {
            answer: answer.clone(),
            span: first.map_or(Span::new(source, 0, 1), |record| record.span),
            authoritative: true,
            truncated: false,
            omitted: 0,
        };
        answers.insert(question.clone(), reply);
        answer
    };
    for zone in &zones {
        ask(&Question::new(&zone.apex, RecordType::SOA));
    }
    for setup in setups {
        let lookup = Handset::new(&mut ask, basis.model, basis.assumptions).look_up(&setup.entry);
        for step in lookup.steps {
            for record in step.answer.of_type(RecordType::A) {
                if let Data::A(address) = &record.data {
                    ask(&Question::new(&address.value.into(), RecordType::PTR));
                }
            }
        }
    }
    let sets = answers.keys().filter_map(|question| {
        let zone = zones.enclosing(&question.name).next()?;
        zone.contents
            .set(&question.name, question.record_type)
            .cloned()
    });
    Answers {
        source,
        servers: vec![(address, PORT).into()],
        role: Role::Named,
        sets: sets.collect(),
        apexes: zones.iter().map(|zone| zone.apex.clone()).collect(),
        answers,
        unasked: 0,
    }
}
