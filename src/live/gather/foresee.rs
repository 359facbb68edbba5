//! Which questions a chain will need, before anybody asks them.
//!
//! A chain whose names can be foreseen takes three rounds: everything at the name and the SRV
//! sets below it; addresses and aliases of the targets; the reverse records of the addresses.
//! A NAPTR record that leads elsewhere takes one more, and so does a reverse record that leads
//! back to a host which is none of the targets.

use std::collections::BTreeMap;

use hickory_proto::rr::RData;

use super::super::heard::{Heard, Outcome};
use crate::dns::{Name, Question, RecordType};
use crate::handset::ServerEntry;

/// The rounds of the longest chain.
pub(super) const ROUNDS: usize = 5;

/// Questions that are asked side by side, and whether their answers lead to further ones.
pub(super) type Round = BTreeMap<Question, bool>;

/// What is asked first.
pub(super) fn first(entries: &[&ServerEntry]) -> Round {
    let mut round = Round::new();
    for entry in entries {
        if let Some(name) = entry.name() {
            round.extend(at(&name).into_iter().map(|question| (question, true)));
        } else if let Some(address) = entry.literal() {
            round.insert(Question::new(&address.into(), RecordType::PTR), true);
        }
    }
    round
}

/// What is worth knowing about any name that a handset is told to register with, whatever
/// its transport and port: the rules compare what it asks with what it could have asked.
fn at(name: &Name) -> Vec<Question> {
    let mut questions: Vec<_> = [
        RecordType::NAPTR,
        RecordType::SOA,
        RecordType::A,
        RecordType::AAAA,
        RecordType::CNAME,
    ]
    .map(|record_type| Question::new(name, record_type))
    .into();
    for service in ["_sip._udp", "_sip._tcp", "_sips._tcp"] {
        // A name so long that no service fits below it has none.
        let service = Name::from_ascii(service).and_then(|service| service.append_name(name));
        questions.extend(service.map(|owner| Question::new(&owner, RecordType::SRV)));
    }
    questions
}

/// What an answer leads to: replacements, targets, addresses, reverse pointers and back; and
/// whether it goes on from there.
pub(super) fn behind(question: &Question, heard: &Heard) -> Vec<(Question, bool)> {
    let mut next = Vec::new();
    // The zone's own SOA is found through the one that a miss below its apex carries.
    if question.record_type == RecordType::SOA
        && let Some(soa) = heard.outcome.soa()
    {
        next.push((Question::new(&(&soa.name).into(), RecordType::SOA), false));
    }
    let Outcome::Records(records) = &heard.outcome else {
        return next;
    };
    for record in records {
        match &record.data {
            RData::NAPTR(naptr) if !naptr.replacement.is_root() => {
                next.push((
                    Question::new(&(&naptr.replacement).into(), RecordType::SRV),
                    true,
                ));
            }
            RData::SRV(srv) if !srv.target.is_root() => {
                let target = Name::from(&srv.target);
                let types = [RecordType::A, RecordType::AAAA, RecordType::CNAME];
                next.extend(types.map(|kind| (Question::new(&target, kind), true)));
            }
            RData::A(address) => {
                next.push((Question::new(&address.0.into(), RecordType::PTR), true));
            }
            // The way back; the host's other addresses are not this handset's servers.
            RData::PTR(host) if !host.0.is_root() => {
                next.push((Question::new(&(&host.0).into(), RecordType::A), false));
            }
            _ => {}
        }
    }
    next
}
