//! The what-if tables in JSON.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::{JsonServer, server};
use crate::handset::failover::{Basis, Counted, Course, Habits, Outage, Return};
use crate::handset::{self, Lookup, failover};
use crate::site::{LineUp, Member, Site, Weights};
use crate::source::without_passwords;

/// Lines that register with the same servers under the same parameters, in one view.
#[derive(Serialize, JsonSchema)]
pub(super) struct Line<'a> {
    /// MACs, where they are known.
    handsets: Vec<String>,
    /// Which of several sets of zones it was looked up in: a path or a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<&'a str>,
    /// The server entries; a line registers with all of them at once.
    entries: Vec<Entry<'a>>,
    /// The DNS servers that the configuration names.
    dns_servers: &'a [String],
    /// Combinations of machines that are down, none first.
    scenarios: Vec<Scenario<'a>>,
    /// Combinations that are left out where there are many machines.
    scenarios_left_out: usize,
}

/// One server entry of a line.
#[derive(Serialize, JsonSchema)]
struct Entry<'a> {
    /// The configured address.
    address: Cow<'a, str>,
    /// The configured port.
    port: u16,
    /// The configured transport.
    transport: &'a str,
    /// Until a handset without calls notices that its server is gone.
    notices: Option<Figure>,
    /// Until a silent server is given up.
    gives_up: Option<GivesUp>,
    /// The same for the last server of the list.
    gives_up_last: Option<GivesUp>,
    /// Between two tries to register where no server answers.
    tries_again: Figure,
    /// What it does besides.
    conduct: Vec<Conduct>,
    /// Where hosts share a priority: both readings of weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    weights: Vec<Weight<'a>>,
    /// What is found while DNS does not answer.
    dns_down: DnsDown<'a>,
}

/// Something that a handset does.
#[derive(Serialize, JsonSchema)]
struct Conduct {
    /// A sentence.
    what: &'static str,
    /// What it comes from.
    because: String,
}

/// Until a silent server is given up.
#[derive(Serialize, JsonSchema)]
struct GivesUp {
    /// By a registration.
    register: Figure,
    /// By a call.
    call: Figure,
}

/// A time or a range of times.
#[derive(Serialize, JsonSchema)]
struct Figure {
    /// Milliseconds, at least.
    least_ms: u64,
    /// Milliseconds, at most; null where nothing documents an end.
    most_ms: Option<u64>,
    /// The parameters, timers and records it comes from, and what is open about it.
    because: Vec<String>,
}

/// A server under both readings of weight.
#[derive(Serialize, JsonSchema)]
struct Weight<'a> {
    /// The server; its share is that of a random draw (RFC 2782).
    #[serde(flatten)]
    server: JsonServer<'a>,
    /// Its position where the higher weight comes first (CS-14-17).
    order_by_weight: Option<u32>,
}

/// What is found while DNS does not answer.
#[derive(Serialize, JsonSchema)]
struct DnsDown<'a> {
    /// By a handset that is started meanwhile.
    started: Vec<JsonServer<'a>>,
    /// By one that looked its servers up before, stage by stage.
    running: Vec<Stage<'a>>,
}

/// A time of an outage in which the same servers are found.
#[derive(Serialize, JsonSchema)]
struct Stage<'a> {
    /// Seconds since the lookup before the outage.
    from_seconds: u32,
    /// Whether a lookup waits for DNS in vain first.
    waits_for_dns: bool,
    /// What is found.
    servers: Vec<JsonServer<'a>>,
}

/// Some machines are down.
#[derive(Serialize, JsonSchema)]
struct Scenario<'a> {
    /// Their addresses.
    down: Vec<std::net::IpAddr>,
    /// What becomes of each entry, in the order of `entries`.
    entries: Vec<JsonCourse<'a>>,
}

/// What becomes of an entry in a scenario.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Course")]
struct JsonCourse<'a> {
    /// The servers that may be tried, position by position, up to the one that answers;
    /// those of one position in no determined order.
    tries: Vec<Vec<JsonServer<'a>>>,
    /// The server that is used in the end, or those it may be; empty where none answers.
    uses: Vec<Used<'a>>,
    /// Until a registration reaches it, or until none is left to try.
    register: Figure,
    /// Until a call does.
    call: Figure,
    /// When it returns to a server that stands before the one in use.
    returns: Option<JsonReturn>,
}

/// A server that is used.
#[derive(Serialize, JsonSchema)]
struct Used<'a> {
    /// The server.
    #[serde(flatten)]
    server: JsonServer<'a>,
    /// The chance that it is this one.
    chance: f64,
}

/// When a handset returns to a better server.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Return")]
struct JsonReturn {
    /// `server-up`: from when the better server is up again; `next-request`: the same, unless a
    /// call comes earlier; `failover`: from the failover; `next-failure`: not before the server in
    /// use fails; `unknown`.
    counted_from: &'static str,
    /// The time.
    figure: Figure,
}

/// Every line of a site.
pub(super) fn lines<'a>(site: &'a Site, line_ups: &'a [LineUp<'a>]) -> Vec<Line<'a>> {
    let line = |line_up: &'a LineUp<'a>| Line {
        handsets: line_up.handsets.iter().map(ToString::to_string).collect(),
        view: site.views[line_up.view].name.as_deref(),
        entries: (0..line_up.members.len())
            .map(|index| entry(line_up, index))
            .collect(),
        dns_servers: &line_up.dns_servers,
        scenarios: scenarios(line_up),
        scenarios_left_out: line_up.what_if.left_out,
    };
    line_ups.iter().map(line).collect()
}

fn scenarios<'a>(line_up: &'a LineUp<'_>) -> Vec<Scenario<'a>> {
    let what_if = &line_up.what_if;
    let scenario = |scenario: &'a failover::Scenario| Scenario {
        down: scenario
            .down
            .iter()
            .map(|at| what_if.machines[*at])
            .collect(),
        entries: line_up
            .members
            .iter()
            .zip(&scenario.courses)
            .map(|(member, one)| course(&member.lookup, one))
            .collect(),
    };
    what_if.scenarios.iter().map(scenario).collect()
}

fn entry<'a>(line_up: &'a LineUp<'_>, index: usize) -> Entry<'a> {
    let Member { setup, weights, .. } = &line_up.members[index];
    let habits: &Habits = &line_up.what_if.habits[index];
    let gives_up = |both: &Option<(failover::Figure, failover::Figure)>| {
        both.as_ref().map(|(register, call)| GivesUp {
            register: figure(register),
            call: figure(call),
        })
    };
    let conduct = |(what, basis): &(&'static str, Basis)| Conduct {
        what,
        because: basis.to_string(),
    };
    Entry {
        address: without_passwords(&setup.entry.address.value),
        port: setup.entry.port.value,
        transport: setup.entry.transport.value.as_str(),
        notices: habits.notices.as_ref().map(figure),
        gives_up: gives_up(&habits.gives_up),
        gives_up_last: gives_up(&habits.gives_up_last),
        tries_again: figure(&habits.tries_again),
        conduct: habits.conduct.iter().map(conduct).collect(),
        weights: weights.as_ref().map(both_readings).unwrap_or_default(),
        dns_down: dns_down(&line_up.what_if.outages[index]),
    }
}

fn both_readings(weights: &Weights) -> Vec<Weight<'_>> {
    type Key<'a> = (&'a str, std::net::IpAddr, u16);
    fn key(server: &handset::Server) -> Key<'_> {
        (&server.host, server.address, server.port)
    }
    let sorted = weights.sorted.servers().iter();
    let orders: std::collections::BTreeMap<Key<'_>, u32> =
        sorted.map(|server| (key(server), server.order)).collect();
    let weight = |one| Weight {
        server: server(one),
        order_by_weight: orders.get(&key(one)).copied(),
    };
    weights.drawn.servers().iter().map(weight).collect()
}

fn dns_down(outage: &Outage) -> DnsDown<'_> {
    DnsDown {
        started: outage.cold.servers().iter().map(server).collect(),
        running: outage
            .warm
            .iter()
            .map(|stage| Stage {
                from_seconds: stage.from,
                waits_for_dns: stage.waits,
                servers: stage.lookup.servers().iter().map(server).collect(),
            })
            .collect(),
    }
}

fn course<'a>(lookup: &'a Lookup, course: &Course) -> JsonCourse<'a> {
    let servers = lookup.servers();
    let used = |(at, chance): &(usize, f64)| Used {
        server: server(&servers[*at]),
        chance: *chance,
    };
    JsonCourse {
        tries: course
            .tries
            .iter()
            .map(|tied| tied.iter().map(|at| server(&servers[*at])).collect())
            .collect(),
        uses: course.uses.iter().map(used).collect(),
        register: figure(&course.register),
        call: figure(&course.call),
        returns: course.back.as_ref().map(returns),
    }
}

fn returns(back: &Return) -> JsonReturn {
    JsonReturn {
        counted_from: match back.counted {
            Counted::FromItsReturn => "server-up",
            Counted::FromNextRequest => "next-request",
            Counted::FromFailover => "failover",
            Counted::NotBeforeFailure => "next-failure",
            Counted::Unknown => "unknown",
        },
        figure: figure(&back.figure),
    }
}

fn figure(figure: &failover::Figure) -> Figure {
    Figure {
        least_ms: figure.least,
        most_ms: figure.most,
        because: figure.because.iter().map(ToString::to_string).collect(),
    }
}
