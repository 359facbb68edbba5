//! The logs of handsets in JSON.

use std::net::Ipv4Addr;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::Report;
use crate::handset::log::shown::{Answer, End, From, Record, Server};
use crate::phone_log::{self, At, Clock, PhoneLog, Turn, What};
use crate::site::{self, Prediction, Site};

/// What a handset's log tells.
#[derive(Serialize, JsonSchema)]
pub(super) struct Log<'a> {
    /// The file that it is in, with those of other handsets perhaps.
    path: &'a str,
    /// The handset, as far as what stands before its lines tells: its MAC, address, host name, or
    /// the file in which a search met it.
    handset: Option<&'a str>,
    /// What its times mean, as `log.render.type`: 0 since boot, 1 to the minute, 2 to the
    /// second and without a year; null where its lines have none.
    render_type: Option<u8>,
    /// Somebody deleted every `00` from it, as bulletin CS-14-17 does; numbers are restored
    /// as far as they can be.
    edited: bool,
    /// How many lines of which kind it has.
    lines: Lines,
    /// The highest number of events that the handset had no time to write down.
    events_missed: u8,
    /// The handset's own domain, where the log shows it.
    domain: Option<&'a str>,
    /// Lookups of SIP servers, in order; those in a row that came to the same are one.
    lookups: Vec<Lookup<'a>>,
    /// Lookups that are not kept: of very many the first and the last are.
    lookups_left_out: usize,
    /// What happened, in order.
    events: Vec<Event>,
    /// Events that are not kept.
    events_left_out: usize,
}

/// Lines of a log.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LogLines")]
struct Lines {
    /// All of them.
    all: u32,
    /// Those about lookups and registrations.
    known: u32,
    /// Those of the modules `sip` and `dns` with another message.
    unknown: u32,
    /// Those of other modules.
    other_modules: u32,
    /// Those in another form than that of a log.
    formless: u32,
}

/// A lookup of SIP servers.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LogLookup")]
struct Lookup<'a> {
    /// The configured address; null where the log begins too late to show it.
    address: Option<&'a str>,
    /// Who registers; masked where masking was asked for.
    user: Option<String>,
    /// First line.
    first_line: u32,
    /// Last line.
    last_line: u32,
    /// Time of the first line, for people.
    began: Option<String>,
    /// Time of the last line, for people.
    ended: Option<String>,
    /// How many lookups in a row came to the same, this one included.
    count: u32,
    /// Their questions that the DNS server was asked.
    on_the_wire: u64,
    /// Their questions that the handset's cache answered.
    from_cache: u64,
    /// `servers`, `nothing`, `named` where the log names SRV targets without their addresses, or
    /// `open` where it ends before its end.
    end: &'static str,
    /// Every question in order.
    steps: Vec<Step<'a>>,
    /// The servers found, in the order in which they are tried.
    servers: Vec<LogServer<'a>>,
    /// The registration that failed behind it.
    failure: Option<Failure<'a>>,
    /// What a failure means.
    diagnosis: Option<Diagnosis>,
    /// Beside the simulation of the data given; null where there is none to be beside.
    prediction: Option<Compared<'a>>,
}

/// A question of a lookup.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LogStep")]
struct Step<'a> {
    /// The name, as the handset writes it.
    name: &'a str,
    /// The record type.
    r#type: String,
    /// Line in which it begins.
    line: u32,
    /// Time of that line, for people.
    time: Option<String>,
    /// `records`, `nothing`, or `open` where the log does not show it.
    answer: &'static str,
    /// The data of the records; null where they are not shown.
    records: Option<Vec<String>>,
    /// `server` or `cache`.
    from: &'static str,
    /// Seconds for which the answer is kept, or is still kept.
    kept: Option<u32>,
    /// Until when a miss is kept, for people.
    kept_until: Option<String>,
    /// The resolver's error code.
    error_code: Option<u32>,
}

/// A server of a lookup.
#[derive(Serialize, JsonSchema)]
struct LogServer<'a> {
    /// Position in which it is tried, from 1; ties share it.
    order: u32,
    /// Its name.
    host: &'a str,
    /// Its address.
    address: Ipv4Addr,
    /// Its port.
    port: u16,
    /// `UDP`, `TCP` or `TLS`.
    transport: &'static str,
}

/// A registration that failed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LogFailure")]
struct Failure<'a> {
    /// SIP response code.
    code: u16,
    /// Its phrase.
    reason: &'a str,
    /// Its line.
    line: u32,
}

/// What a failure means.
#[derive(Serialize, JsonSchema)]
struct Diagnosis {
    /// What happened.
    happened: String,
    /// The step that failed, and why.
    failed: String,
    /// What it means, and how long it lasts.
    means: String,
    /// What to do next.
    next: String,
    /// Which of the steps failed, from 0.
    step: Option<usize>,
    /// When the handset found servers for the same address later on, for people.
    recovered: Option<String>,
}

/// A lookup beside the simulation.
#[derive(Serialize, JsonSchema)]
struct Compared<'a> {
    /// `agrees`, `differs`, `unclear` where it seems to differ and the log lacks lines that could
    /// show why, or `silent` where the data given does not speak of the name.
    result: &'static str,
    /// Which set of zones, where there are several.
    view: Option<&'a str>,
    /// The first question that differs, from 1.
    question: Option<usize>,
    /// What the handset did.
    handset: Option<&'a str>,
    /// What was predicted.
    predicted: Option<&'a str>,
    /// What can explain it, the likeliest first.
    explanations: &'a [String],
    /// The configured address that is spelt most like one that only the log has.
    nearest: Option<&'a str>,
    /// The address in the configuration of the user, of which the log shows no lookup.
    configured: Option<&'a str>,
}

/// Something that happened.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LogEvent")]
struct Event {
    /// Its line.
    line: u32,
    /// Its time, for people.
    time: Option<String>,
    /// How often in a row.
    count: u32,
    /// `ready`, `restarted`, `first-server`, `same-server`, `failover`, `return`,
    /// `other-server`, `registration-failed`.
    kind: &'static str,
    /// The server that the handset turned to.
    server: Option<String>,
    /// The SIP response code of a registration that failed.
    code: Option<u16>,
    /// No server said so, but the handset itself.
    local: Option<bool>,
}

/// The logs of a report.
pub(super) fn of<'a>(report: &'a Report<'_>) -> Vec<Log<'a>> {
    let logs = report.site.logs.iter().enumerate();
    let one = |(index, log)| Teller {
        site: report.site,
        index,
        log,
    };
    logs.map(|log| one(log).log()).collect()
}

/// Tells one log.
struct Teller<'a> {
    site: &'a Site,
    index: usize,
    log: &'a PhoneLog,
}

impl<'a> Teller<'a> {
    fn log(&self) -> Log<'a> {
        let log = self.log;
        let lookups = log.chains.iter().enumerate();
        Log {
            path: &self.site.sources.get(log.source).name,
            handset: log.sender.as_deref(),
            render_type: (!log.is_timeless()).then(|| Clock::render_type(log.clock)),
            edited: log.edited.is_some(),
            lines: Lines {
                all: log.lines.all,
                known: log.lines.known,
                unknown: log.lines.unknown,
                other_modules: log.lines.other_modules,
                formless: log.lines.formless,
            },
            events_missed: log.missed.map_or(0, |missed| missed.most),
            domain: log.domain.as_deref(),
            lookups: lookups.map(|(at, chain)| self.lookup(at, chain)).collect(),
            lookups_left_out: log.chains.left_out(),
            events: log.events.iter().map(|one| self.event(one)).collect(),
            events_left_out: log.events.left_out(),
        }
    }

    fn time(&self, at: At) -> Option<String> {
        at.stamp.map(|stamp| self.log.clock.show(stamp))
    }

    fn lookup(&self, at: usize, chain: &'a phone_log::Chain) -> Lookup<'a> {
        let compared = self.site.comparison(self.index, at);
        Lookup {
            address: chain.address.as_deref(),
            user: chain
                .user
                .as_ref()
                .map(|user| self.site.sources.subscriber(user).into_owned()),
            first_line: chain.began.line,
            last_line: chain.ended.line,
            began: self.time(chain.began),
            ended: self.time(chain.ended),
            count: chain.repeats.count,
            on_the_wire: chain.repeats.on_the_wire,
            from_cache: chain.repeats.from_cache,
            end: match chain.end {
                End::Servers(_) => "servers",
                End::Named(_) => "named",
                End::Nothing => "nothing",
                End::Open => "open",
            },
            steps: chain.steps.iter().map(|one| self.step(one)).collect(),
            servers: chain.servers().iter().map(server).collect(),
            failure: chain.failure.as_ref().map(|failure| Failure {
                code: failure.code,
                reason: &failure.reason,
                line: failure.mark.line,
            }),
            diagnosis: self
                .site
                .diagnosis(self.index, at, chain)
                .map(|found| Diagnosis {
                    happened: found.happened,
                    failed: found.failed,
                    means: found.means,
                    next: found.next,
                    step: found.step,
                    recovered: found.recovered,
                }),
            prediction: compared.map(|one| self.compared(one)),
        }
    }

    fn step(&self, step: &'a phone_log::Step) -> Step<'a> {
        let shown = &step.shown;
        let (answer, records, mut kept, error_code) = match &shown.answer {
            Answer::Records { records, ttl, .. } => {
                let records = records.as_ref();
                let records = records.map(|all| all.iter().map(Record::to_string).collect());
                ("records", records, *ttl, None)
            }
            Answer::Nothing { kept, code } => ("nothing", None, *kept, *code),
            Answer::Open => ("open", None, None, None),
        };
        let from = match shown.from {
            From::Server => "server",
            From::Cache { remaining } => {
                kept = remaining.or(kept);
                "cache"
            }
        };
        Step {
            name: &shown.name,
            r#type: shown.record_type.to_string(),
            line: step.at.line,
            time: self.time(step.at),
            answer,
            records,
            from,
            kept,
            kept_until: step.miss.and_then(|miss| self.log.until(miss)),
            error_code,
        }
    }

    fn compared(&self, one: &'a site::Comparison) -> Compared<'a> {
        let view = self.site.simulations[one.simulation].view;
        let (result, difference) = match &one.prediction {
            Prediction::Agrees => ("agrees", None),
            Prediction::Differs(difference) => ("differs", Some(difference)),
            Prediction::Unclear => ("unclear", None),
            Prediction::Silent => ("silent", None),
        };
        Compared {
            result,
            view: self.site.views[view].name.as_deref(),
            question: difference.map(|difference| difference.number),
            handset: difference.map(|difference| difference.handset_did.as_str()),
            predicted: difference.map(|difference| difference.was_predicted.as_str()),
            explanations: difference.map_or(&[], |difference| &difference.explanations),
            nearest: one.near.as_deref(),
            configured: one.missed.map(|missed| {
                let setup = &self.site.setups[missed];
                setup.entry.address.value.as_str()
            }),
        }
    }

    fn event(&self, event: &phone_log::Event) -> Event {
        let (word, server, failure) = match &event.what {
            What::Ready { .. } => ("ready", None, None),
            What::Restarted => ("restarted", None, None),
            What::Turned { server, turn, .. } => {
                let word = match turn {
                    Turn::First => "first-server",
                    Turn::Again => "same-server",
                    Turn::FailedOver => "failover",
                    Turn::Returned => "return",
                    Turn::Equal => "other-server",
                };
                (word, Some(server.to_string()), None)
            }
            What::Failed { code, local, .. } => {
                ("registration-failed", None, Some((*code, *local)))
            }
        };
        Event {
            line: event.at.line,
            time: self.time(event.at),
            count: event.count,
            kind: word,
            server,
            code: failure.map(|(code, _)| code),
            local: failure.and_then(|(_, local)| local),
        }
    }
}

fn server(server: &Server) -> LogServer<'_> {
    LogServer {
        order: server.order,
        host: &server.host,
        address: server.address,
        port: server.port,
        transport: server.protocol.as_str(),
    }
}
