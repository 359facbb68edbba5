//! Every combination of the readings that matter to one server entry.
//!
//! Most of what nobody documents never comes up: a lookup that meets no alias does not care
//! whether aliases are followed. Only where a lookup has met an assumption is its other
//! reading simulated, and from there on whatever that lookup meets.

use std::collections::{HashSet, VecDeque};

use super::assumption::Assumption;
use super::{Assumptions, Handset, Lookup, Model, ServerEntry, Transport, Via};
use crate::dns::{Data, Dns, Record, RecordType};

/// Combinations that are looked at; so many only where a record set is contrived.
const MOST: usize = 64;

/// The lookup of an entry under one combination of readings.
#[derive(Debug, Clone, PartialEq)]
pub struct Explored {
    /// The combination.
    pub assumptions: Assumptions,
    /// What the handset asks and finds.
    pub lookup: Lookup,
}

impl Explored {
    /// The assumptions of which this combination has another reading than `chosen`, each
    /// with that reading.
    pub fn differs(&self, chosen: Assumptions) -> Vec<(&'static str, &'static str)> {
        let both = self.assumptions.chosen().zip(chosen.chosen());
        both.filter(|(own, other)| own != other)
            .map(|(own, _)| own)
            .collect()
    }
}

/// The lookups of an entry under every combination of readings that it meets: the one that
/// was `chosen` first, then those that differ from it in one reading, in two, and so on. Only
/// assumptions that `matters` names are read otherwise.
pub fn explore(
    entry: &ServerEntry,
    dns: &mut dyn Dns,
    model: &Model,
    chosen: Explored,
    matters: impl Fn(&str) -> bool,
) -> Vec<Explored> {
    let mut explored = Vec::new();
    let mut seen = HashSet::from([chosen.assumptions]);
    let mut waiting = VecDeque::new();
    let mut next = Some(chosen);
    while let Some(combination) = next {
        for (assumption, _, other) in combination.assumptions.alternatives() {
            let is_wanted =
                matters(assumption.name) && meets(assumption, entry, &combination.lookup);
            if seen.len() < MOST && is_wanted && seen.insert(other) {
                waiting.push_back(other);
            }
        }
        explored.push(combination);
        next = waiting.pop_front().map(|assumptions| Explored {
            assumptions,
            lookup: Handset::new(dns, model, assumptions).look_up(entry),
        });
    }
    explored
}

/// The lookup came to the point where this assumption decides.
fn meets(assumption: &Assumption, entry: &ServerEntry, lookup: &Lookup) -> bool {
    let steps = || lookup.steps.iter();
    let transport = &entry.transport.value;
    let has_met = |kind| steps().any(|step| step.answer.of_type(kind).next().is_some());
    match assumption.name {
        "unknown-transport" => matches!(transport, Transport::Unknown(_)),
        "naptr-replacement" | "naptr-walk" => has_met(RecordType::NAPTR),
        "tcp-preferred-udp-srv" => *transport == Transport::TcpPreferred,
        "tls-srv-name" => *transport == Transport::Tls || has_met(RecordType::NAPTR),
        "cname-chasing" => steps().any(|step| step.answer.aliases().next().is_some()),
        "srv-without-address" => {
            let is_listed = |server: &super::Server| server.via == Via::Srv;
            has_met(RecordType::SRV) && !lookup.servers().iter().any(is_listed)
        }
        "weight" => steps().any(|step| ties(step.answer.of_type(RecordType::SRV))),
        // A lookup from an empty cache takes no time, and a failback comes after it.
        "negative-ttl-source" | "failback-new-requests" => false,
        // One that is not known here may decide anything.
        _ => true,
    }
}

/// Two SRV records share a priority.
fn ties<'r>(records: impl Iterator<Item = &'r Record>) -> bool {
    let mut priorities = HashSet::new();
    let mut srv = records.filter_map(|record| match &record.data {
        Data::Srv(srv) => Some(srv.priority.value),
        _ => None,
    });
    srv.any(|priority| !priorities.insert(priority))
}
