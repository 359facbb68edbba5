//! Which server handsets use when which is down: the what-if table of one line.
//!
//! A line registers with each of its server entries, with all of them at once (Polycom
//! Technical Bulletin 5844; CS-14-17); the servers that DNS lists behind one entry are tried
//! one after the other (CS-14-17; 84-Series Administration Guide, page 209). Nothing is drawn
//! at random and no clock runs: where the order is not determined there are chances, and
//! where a time is not documented there is a range.

use std::collections::HashSet;
use std::net::IpAddr;

use super::{Assumptions, Lookup, Model, Server, ServerEntry};
use crate::dns::Dns;

mod combinations;
mod figure;
mod outage;
mod settings;
mod timing;

pub use figure::{Basis, Figure};
pub use outage::{Outage, Stage, dns_wait};
pub use settings::{FailbackMode, Setting, Settings};
pub use timing::{Counted, Method, Return};

use combinations::combinations;
use timing::Timing;

/// A server entry of a line, with what its failover depends on.
#[derive(Debug, Clone, Copy)]
pub struct Registrar<'a> {
    /// The entry.
    pub entry: &'a ServerEntry,
    /// What its lookup found while DNS answers.
    pub lookup: &'a Lookup,
    /// Its parameters.
    pub settings: &'a Settings,
}

/// What becomes of a line when servers are down.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// The machines that can be down: every address once, in the order of the lists.
    pub machines: Vec<IpAddr>,
    /// Combinations of machines that are down, none first.
    pub scenarios: Vec<Scenario>,
    /// Combinations that are left out where there are many machines.
    pub left_out: usize,
    /// What is the same in every scenario, one for each entry.
    pub habits: Vec<Habits>,
    /// What is found while DNS is down, one for each entry.
    pub outages: Vec<Outage>,
}

/// What an entry's parameters say whichever server is down.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// Until a handset without calls notices that its server is gone; `None` where it does
    /// not register, or where nothing is known of it.
    pub notices: Option<Figure>,
    /// Until a server that is silent is given up, for a registration and for a call; `None`
    /// without servers.
    pub gives_up: Option<(Figure, Figure)>,
    /// The same for the last server of the list.
    pub gives_up_last: Option<(Figure, Figure)>,
    /// Between two tries to register where no server answers.
    pub tries_again: Figure,
    /// What it does besides, each with its reason.
    pub conduct: Vec<(&'static str, Basis)>,
}

/// Some machines are down.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Which; indexes into [`WhatIf::machines`].
    pub down: Vec<usize>,
    /// What becomes of each entry.
    pub courses: Vec<Course>,
}

/// What becomes of one entry in a scenario. Servers are indexes into [`Lookup::servers`].
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The servers that may be tried, position by position, up to the one that answers;
    /// those of one position in an order that is not determined.
    pub tries: Vec<Vec<usize>>,
    /// The server that is used in the end, or the ones it may be, each with its chance;
    /// empty where none answers.
    pub uses: Vec<(usize, f64)>,
    /// Until a registration reaches it, or until none is left to try.
    pub register: Figure,
    /// Until a call does.
    pub call: Figure,
    /// When it returns to a server that stands before the one in use; `None` where there is
    /// none before it.
    pub back: Option<Return>,
}

/// Simulates every combination of machines that are down, and an outage of DNS.
pub fn what_if(
    registrars: &[Registrar<'_>],
    dns: &mut dyn Dns,
    model: &Model,
    assumptions: Assumptions,
) -> WhatIf {
    let mut machines: Vec<IpAddr> = Vec::new();
    let mut known = HashSet::new();
    for server in registrars.iter().flat_map(|one| one.lookup.servers()) {
        if known.insert(server.address) {
            machines.push(server.address);
        }
    }
    let clockworks: Vec<_> = registrars
        .iter()
        .map(|registrar| Timing {
            settings: registrar.settings,
            transport: &registrar.entry.transport.value,
            model,
            assumptions,
        })
        .collect();
    let timed = || registrars.iter().zip(&clockworks);
    let combinations = combinations(machines.len());
    let scenarios = combinations.list.into_iter().map(|down| {
        let addresses: HashSet<_> = down.iter().map(|at| machines[*at]).collect();
        let courses = timed().map(|(one, timing)| course(one.lookup, &addresses, *timing));
        Scenario {
            courses: courses.collect(),
            down,
        }
    });
    WhatIf {
        scenarios: scenarios.collect(),
        left_out: combinations.left_out,
        habits: timed().map(|(one, timing)| habits(one, *timing)).collect(),
        outages: registrars
            .iter()
            .map(|one| outage::outage(one.entry, dns, model, assumptions))
            .collect(),
        machines,
    }
}

fn habits(registrar: &Registrar<'_>, timing: Timing<'_>) -> Habits {
    let protocol = registrar.lookup.servers().first().map(|one| one.protocol);
    let gives_up = |last| {
        let protocol = protocol?;
        let of = |method| timing.gives_up(protocol, last, method);
        Some((of(Method::Register), of(Method::Invite)))
    };
    Habits {
        notices: timing.notices(),
        gives_up: gives_up(false),
        gives_up_last: gives_up(true),
        tries_again: timing.tries_again(),
        // With one server there is none that it could fail over to.
        conduct: if timing.model.parameters && registrar.lookup.servers().len() > 1 {
            registrar.settings.conduct()
        } else {
            Vec::new()
        },
    }
}

fn course(lookup: &Lookup, down: &HashSet<IpAddr>, timing: Timing<'_>) -> Course {
    let servers = lookup.servers();
    let is_down = |at: &usize| down.contains(&servers[*at].address);
    let mut course = Course {
        tries: Vec::new(),
        uses: Vec::new(),
        register: Figure::AT_ONCE,
        call: Figure::AT_ONCE,
        back: None,
    };
    let wait = |course: &mut Course, at: usize, passed: bool| {
        let last = passed && at + 1 == servers.len();
        let gives_up = |method| {
            let figure = timing.gives_up(servers[at].protocol, last, method);
            if passed { figure } else { figure.or_at_once() }
        };
        course.register = course.register.clone().then(&gives_up(Method::Register));
        course.call = course.call.clone().then(&gives_up(Method::Invite));
    };
    let mut next = 0;
    for position in servers.chunk_by(|one, two| one.order == two.order) {
        let here: Vec<usize> = (next..next + position.len()).collect();
        next += position.len();
        let (silent, answering): (Vec<usize>, Vec<usize>) = here.iter().partition(|at| is_down(at));
        for at in silent {
            // Beside a server that answers, one that is silent may not be drawn first.
            wait(&mut course, at, answering.is_empty());
        }
        course.tries.push(here);
        if answering.is_empty() {
            continue;
        }
        course.uses = chances(servers, &answering);
        if course.tries.len() > 1 {
            course.back = Some(timing.comes_back(lookup, &servers[answering[0]]));
        }
        break;
    }
    course
}

/// The chance of each of these servers of one position to be the first of them that is tried:
/// its share among them.
fn chances(servers: &[Server], answering: &[usize]) -> Vec<(usize, f64)> {
    let all: f64 = answering.iter().map(|at| servers[*at].share).sum();
    let equal = 1.0 / f64::from(u32::try_from(answering.len()).unwrap_or(u32::MAX));
    let chance = |at: usize| {
        if all > 0.0 {
            servers[at].share / all
        } else {
            equal
        }
    };
    answering.iter().map(|at| (*at, chance(*at))).collect()
}
