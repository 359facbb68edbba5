//! What a handset still finds while its DNS server does not answer.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::figure::{Basis, Figure};
use crate::dns::{Answer, Dns, Failure, Question};
use crate::handset::cache::kept_for;
use crate::handset::{AnswerFrom, Assumptions, Handset, Lookup, Model, ServerEntry, Step};

/// Moments of an outage that are looked at: each time that something in the cache ends.
const MOMENTS: usize = 12;

/// A server entry while DNS is down.
#[derive(Debug, Clone, PartialEq)]
pub struct Outage {
    /// What a handset finds that starts during the outage.
    pub cold: Lookup,
    /// That lookup waits: DNS is asked in vain.
    pub cold_waits: bool,
    /// What one finds that looked its servers up just before the outage: from so many
    /// seconds on, until the next stage begins.
    pub warm: Vec<Stage>,
}

/// A time of an outage in which a handset finds the same servers.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Seconds since the lookup before the outage.
    pub from: u32,
    /// The lookup at that moment.
    pub lookup: Lookup,
    /// Something that the cache no longer has is asked for in vain.
    pub waits: bool,
}

/// Whether DNS, which is silent, is asked: before static records too, where the handset has a
/// DNS server.
fn waits(lookup: &Lookup, entry: &ServerEntry) -> bool {
    let asks = |step: &Step| {
        let is_static = step.from == AnswerFrom::Configuration;
        is_static || matches!(step.answer, Answer::Failed(_))
    };
    !entry.static_dns.is_all() && lookup.steps.iter().any(asks)
}

/// How long a lookup waits for DNS.
pub fn dns_wait() -> Figure {
    Figure {
        least: 0,
        most: None,
        because: vec![
            Basis::Open {
                what: "how long a handset waits for each question that DNS does not answer",
            },
            Basis::Document {
                says: "while DNS is silent a call is delayed, for example by two minutes",
                source: "84-Series Administration Guide, page 209; SIP 1.x to 3.x guides",
            },
        ],
    }
}

/// Simulates an outage of DNS, for a handset that has just looked its servers up and for one
/// that has just been started.
pub(super) fn outage(
    entry: &ServerEntry,
    dns: &mut dyn Dns,
    model: &Model,
    assumptions: Assumptions,
) -> Outage {
    let is_up = Cell::new(false);
    let mut switched = |question: &Question| {
        if is_up.get() {
            dns.ask(question)
        } else {
            Answer::Failed(Failure::Timeout)
        }
    };
    let cold = Handset::new(&mut switched, model, assumptions).look_up(entry);

    is_up.set(true);
    let mut handset = Handset::new(&mut switched, model, assumptions);
    let before = handset.look_up(entry);
    is_up.set(false);
    let ends: BTreeSet<u32> = before
        .steps
        .iter()
        .filter_map(|step| kept_for(&step.answer, assumptions.negative_ttl_source))
        .collect();
    let mut warm: Vec<Stage> = Vec::new();
    let mut now = 0;
    for moment in std::iter::once(0).chain(ends).take(MOMENTS) {
        handset.wait(moment - now);
        now = moment;
        let lookup = handset.look_up(entry);
        let waits = waits(&lookup, entry);
        let same = |stage: &Stage| {
            let found = |lookup: &Lookup| {
                let servers = lookup.servers().iter();
                servers
                    .map(|server| (server.address, server.port, server.order))
                    .collect::<Vec<_>>()
            };
            found(&stage.lookup) == found(&lookup) && stage.waits == waits
        };
        if !warm.last().is_some_and(same) {
            warm.push(Stage {
                from: moment,
                lookup,
                waits,
            });
        }
    }
    Outage {
        cold_waits: waits(&cold, entry),
        cold,
        warm,
    }
}
