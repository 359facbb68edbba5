//! Every combination of the readings that matter to one server entry.
//!
//! Most of what nobody documents never comes up: a lookup that meets no alias does not care
//! whether aliases are followed. Only where a lookup has met an assumption is its other
//! reading simulated, and from there on whatever that lookup meets.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};

use super::assumption::{ASSUMPTIONS, Assumption};
use super::{
    Assumptions, Handset, Lookup, Model, Protocol, Reason, ServerEntry, Step, Transport, Via,
};
use crate::dns::{Data, Dns, Name, Record, RecordType};

/// Combinations that are looked at; so many only where a record set is contrived.
const MOST: usize = 64;

/// The lookup of an entry under one combination of readings.
#[derive(Debug, Clone, PartialEq)]
pub struct Explored<'l> {
    /// The combination.
    pub assumptions: Assumptions,
    /// What the handset asks and finds.
    pub lookup: Cow<'l, Lookup>,
}

impl Explored<'_> {
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
pub fn explore<'l>(
    entry: &ServerEntry,
    dns: &mut dyn Dns,
    model: &Model,
    chosen: Explored<'l>,
    matters: impl Fn(&str) -> bool,
) -> Vec<Explored<'l>> {
    let mut explored = Vec::new();
    // Mostly it is this one alone.
    let mut seen = vec![chosen.assumptions];
    let mut waiting = VecDeque::new();
    let mut next = Some(chosen);
    while let Some(combination) = next {
        for assumption in ASSUMPTIONS {
            if !meets(assumption, model, entry, &combination) || !matters(assumption.name) {
                continue;
            }
            for (_, other) in combination.assumptions.otherwise(assumption) {
                if seen.len() < MOST && !seen.contains(&other) {
                    seen.push(other);
                    waiting.push_back(other);
                }
            }
        }
        explored.push(combination);
        next = waiting.pop_front().map(|assumptions| Explored {
            assumptions,
            lookup: Cow::Owned(Handset::new(dns, model, assumptions).look_up(entry)),
        });
    }
    explored
}

/// The lookup came to the point where this assumption decides.
fn meets(
    assumption: &Assumption,
    model: &Model,
    entry: &ServerEntry,
    combination: &Explored<'_>,
) -> bool {
    let lookup = &combination.lookup;
    let steps = || lookup.steps.iter();
    let transport = &entry.transport.value;
    let has_met = |kind| steps().any(|step| step.answer.of_type(kind).next().is_some());
    match assumption.name {
        "unknown-transport" => matches!(transport, Transport::Unknown(_)),
        "naptr-replacement" => {
            let chosen = combination.assumptions;
            steps().any(|step| depends_on_replacement(step, model, entry, chosen, lookup))
        }
        "naptr-walk" => steps().any(|step| {
            let by_naptr = matches!(
                step.why.reason,
                Reason::NaptrNames(_) | Reason::NaptrDecides(_)
            );
            by_naptr && step.answer.of_type(RecordType::SRV).next().is_none()
        }),
        "tcp-preferred-udp-srv" => *transport == Transport::TcpPreferred,
        "tls-srv-name" => steps().any(|step| {
            let is_made = !matches!(step.why.reason, Reason::NaptrNames(_));
            let labels = TLS_SRV_LABELS.iter();
            let is_for_tls = |[service, protocol]: &[&[u8]; 2]| {
                let mut own = step.question.name.iter();
                own.next() == Some(*service) && own.next() == Some(*protocol)
            };
            let is_srv = step.question.record_type == RecordType::SRV;
            is_srv && is_made && labels.clone().any(is_for_tls)
        }),
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

/// What SRV names for TLS begin with, in every reading; names in questions are in lower case.
const TLS_SRV_LABELS: [[&[u8]; 2]; 2] = [[b"_sips", b"_tcp"], [b"_sip", b"_tls"]];

/// A question that a NAPTR record led to would have been another one, had the handset made its
/// name of the configured address, or had it taken the replacement.
fn depends_on_replacement(
    step: &Step,
    model: &Model,
    entry: &ServerEntry,
    chosen: Assumptions,
    lookup: &Lookup,
) -> bool {
    match &step.why.reason {
        Reason::NaptrNames(service) => {
            let made = |protocol| {
                let prefix = Name::from_ascii(chosen.srv_prefix(protocol)).ok()?;
                prefix.append_name(&entry.name()?).ok()
            };
            match model.service(service) {
                // What the name begins with is another assumption.
                Some(Protocol::Tls) | None => true,
                Some(protocol) => made(protocol).as_ref() != Some(&step.question.name),
            }
        }
        Reason::NaptrDecides(_) => {
            let answers = lookup.steps.iter().map(|step| &step.answer);
            let mut records = answers.flat_map(|answer| answer.of_type(RecordType::NAPTR));
            !records.any(|record| match &record.data {
                Data::Naptr(naptr) => {
                    naptr.service.span == step.why.span
                        && naptr.replacement.name == step.question.name
                }
                _ => false,
            })
        }
        _ => false,
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
