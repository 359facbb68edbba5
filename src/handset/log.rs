//! A lookup in the words of the handset's own log.
//!
//! The wording is that of [`message`]. Time stamps are left out, since a simulation has no
//! clock; the count of missed events is `00`.

use std::fmt;
use std::sync::Arc;

use super::cache::kept_for;
use super::{AnswerFrom, Assumptions, Handset, Identity, Lookup, Outcome, ServerEntry, Step, Via};
use crate::dns::{Answer, Data, Naptr, Record, RecordType, Srv};
use crate::source::Spanned;

pub mod message;
pub mod shown;

use message::{Message, Over};
use shown::shown_replacement;

/// The resolver's code for "no such name or no such record": the only one in the two logs.
pub const NOT_FOUND: u32 = 4;

/// What the handset says of a registration for which it has found no server: its own words,
/// no server's.
pub const LOCAL_FAILURE: (u16, &str) = (480, "Temporarily not available");

/// One line: `|module|class|missed|text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `sip` or `dns`.
    pub module: &'static str,
    /// Event class, `0` to `6`, or `*` for what is always written.
    pub class: char,
    /// The text.
    pub text: String,
}

impl fmt::Display for Line {
    /// The module is padded to five characters, as handsets write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "|{:<5}|{}|00|{}", self.module, self.class, self.text)
    }
}

/// What a handset writes from its boot on: the registration with its lookup, then the lookup
/// once more after each number of seconds, when a call or a renewed registration asks for it.
///
/// The successful log of CS-14-17 shows (lines 58 to 65) that a repeated lookup is followed
/// by one of the registered server itself, by its address and port.
///
/// It ends where the given data does not say what comes next.
pub fn since_boot(
    mut handset: Handset<'_>,
    identity: &Identity,
    entry: &ServerEntry,
    again: &[u32],
) -> Vec<Line> {
    let mut log = Log::new(identity, handset.assumptions());
    log.registration_begins();
    let mut goes_on = log.lookup(entry, &handset.look_up(entry));
    for seconds in again {
        if !goes_on {
            break;
        }
        handset.wait(*seconds);
        let lookup = handset.look_up(entry);
        goes_on = log.lookup(entry, &lookup);
        if let Some(registered) = lookup.servers().first().filter(|_| goes_on) {
            let span = entry.address.span;
            let server = ServerEntry {
                address: Spanned::new(registered.address.to_string(), span),
                port: Spanned::new(registered.port, span),
                transport: entry.transport.clone(),
                static_dns: Arc::clone(&entry.static_dns),
            };
            log.lookup(&server, &handset.look_up(&server));
        }
    }
    log.lines
}

/// Writes lookups of one handset as its log, one after the other: what is in the cache
/// from an earlier lookup shows in the later ones.
struct Log<'a> {
    identity: &'a Identity,
    assumptions: Assumptions,
    lines: Vec<Line>,
    /// Names of the positive entries in the cache, by type, in the order of their arrival.
    held: Vec<(RecordType, String)>,
}

impl<'a> Log<'a> {
    /// An empty log.
    fn new(identity: &'a Identity, assumptions: Assumptions) -> Self {
        Self {
            identity,
            assumptions,
            lines: Vec::new(),
            held: Vec::new(),
        }
    }

    /// The line with which a registration begins, where the user is known.
    fn registration_begins(&mut self) {
        let identity = self.identity;
        let Some(user) = identity.user.as_deref() else {
            return;
        };
        self.push(Message::Register {
            user,
            display: identity.display_name.as_deref().unwrap_or(user),
            auth: identity.auth_user.as_deref().unwrap_or(user),
            line: identity.line.map_or(0, |line| line.saturating_sub(1)),
        });
    }

    /// Writes one lookup, as far as the given data says what comes next; whether it says all.
    fn lookup(&mut self, entry: &ServerEntry, lookup: &Lookup) -> bool {
        let over = Over(lookup.protocol);
        let address = entry.address.value.as_str();
        let mut srv: Option<&Step> = None;
        for (index, step) in lookup.steps.iter().enumerate() {
            let next = lookup.steps.get(index + 1);
            let host = step.asked_as.as_str();
            match step.question.record_type {
                RecordType::SRV => {
                    self.step(step);
                    srv = Some(step);
                    if step.answer.of_type(RecordType::SRV).next().is_none() {
                        self.push(Message::SrvNothing { over });
                    }
                }
                RecordType::A if host == address => {
                    self.address_stage(over, entry, |log| log.step(step));
                }
                RecordType::A => {
                    if let Some(port) = srv.and_then(|srv| port_of(srv, step)) {
                        self.push(Message::TargetLookup { host, port });
                    }
                    self.step(step);
                    let last = step.answer != Answer::NotLoaded
                        && next.is_none_or(|next| next.asked_as == address);
                    if let (Some(srv), true, Outcome::Servers(_)) = (srv, last, &lookup.outcome) {
                        let name = &srv.asked_as;
                        self.push(Message::TargetsDone { name });
                    }
                }
                _ => {
                    self.step(step);
                    if step.question.record_type == RecordType::NAPTR
                        && step.answer.of_type(RecordType::NAPTR).next().is_none()
                    {
                        self.push(Message::NaptrNothing { host });
                    }
                }
            }
            if step.answer == Answer::NotLoaded {
                return false;
            }
        }
        match &lookup.outcome {
            Outcome::Servers(servers) => {
                let first = servers[0].address.to_string();
                if servers[0].via == Via::Literal {
                    self.address_stage(over, entry, |log| log.literal(&first));
                }
                self.literal(&first);
            }
            Outcome::NoServer | Outcome::Undetermined { step: Some(_) } => {
                let host = address;
                self.push(Message::NoRecords { over, host });
                let user = self.identity.user.as_deref().unwrap_or_default();
                let (code, reason) = LOCAL_FAILURE;
                self.push(Message::RegistrationFailed { user, code, reason });
            }
            Outcome::Undetermined { step: None } => {}
        }
        true
    }

    /// The lookup of an address without SRV records in between.
    fn address_stage(&mut self, over: Over, entry: &ServerEntry, ask: impl FnOnce(&mut Self)) {
        let port = entry.port.value;
        self.push(Message::AddressLookup { over, port });
        ask(self);
        if port != 0 {
            self.push(Message::KeptPort { over, port });
        }
    }

    /// "Looks up" an address that needs no question.
    fn literal(&mut self, address: &str) {
        self.push(Message::Attempt {
            record_type: RecordType::A,
            host: address,
        });
        self.push(Message::PassedIn { address });
    }

    /// One question, from the cache or from the server.
    fn step(&mut self, step: &Step) {
        let (name, record_type) = (step.asked_as.as_str(), step.question.record_type);
        let host = name;
        self.push(Message::Attempt { record_type, host });
        match step.from {
            AnswerFrom::Cache { remaining } if matches!(step.answer, Answer::Records(_)) => {
                self.push(Message::Hit {
                    name,
                    record_type,
                    seconds: remaining,
                });
                return;
            }
            AnswerFrom::Cache { .. } => {
                self.push(Message::Found { name, record_type });
                return;
            }
            AnswerFrom::Configuration if matches!(step.answer, Answer::Records(_)) => {
                self.push(Message::StaticHit { name, record_type });
                return;
            }
            AnswerFrom::Configuration | AnswerFrom::Server => {}
        }
        self.push(Message::Miss { name, record_type });
        if let Some(short) = self.without_domain(name) {
            self.push(Message::Miss {
                name: short,
                record_type,
            });
        }
        let kept = kept_for(&step.answer, self.assumptions.negative_ttl_source);
        match &step.answer {
            Answer::Records(records) => {
                self.records(step, kept.unwrap_or_default(), records);
            }
            Answer::NoData(_) | Answer::NxDomain(_) | Answer::Failed(_) => {
                self.no_answer(step, kept);
            }
            Answer::NotLoaded => {}
        }
    }

    fn no_answer(&mut self, step: &Step, kept: Option<u32>) {
        let (name, record_type) = (step.asked_as.as_str(), step.question.record_type);
        self.push(Message::NoAnswer { record_type, name });
        self.push(Message::NoMatch {
            record_type,
            name,
            code: NOT_FOUND,
        });
        self.push(Message::Empty { record_type, name });
        if let Some(seconds) = kept {
            self.push(Message::AddedNegative {
                name,
                record_type,
                seconds,
            });
            self.push(Message::Found { name, record_type });
        }
    }

    fn records(&mut self, step: &Step, ttl: u32, records: &[Record]) {
        let (name, record_type) = (step.asked_as.as_str(), step.question.record_type);
        let of_type: Vec<_> = records
            .iter()
            .filter(|record| record.record_type() == record_type)
            .collect();
        // The parenthesis holds the addresses; for other types it is empty, but for the
        // commas between the records.
        let addresses: Vec<_> = of_type
            .iter()
            .map(|record| match &record.data {
                Data::A(address) => address.value.to_string(),
                _ => String::new(),
            })
            .collect();
        self.push(Message::Answer {
            record_type,
            name,
            addresses: &addresses.join(","),
            ttl,
        });
        if record_type == RecordType::NAPTR {
            self.push(Message::CurrentList {});
        }
        for record in of_type {
            match &record.data {
                Data::Naptr(naptr) => self.naptr(naptr),
                Data::Srv(srv) => self.srv(srv),
                _ => {}
            }
        }
        let held = std::mem::take(&mut self.held);
        for (_, name) in held.iter().filter(|(held, _)| *held == record_type) {
            self.push(Message::Retaining { name, record_type });
        }
        self.held = held;
        self.push(Message::AddedPositive {
            name,
            record_type,
            seconds: ttl,
        });
        self.held.push((record_type, name.to_owned()));
    }

    fn naptr(&mut self, naptr: &Naptr) {
        let replacement = &shown_replacement(&naptr.replacement.name);
        for message in [
            Message::Order {
                order: naptr.order.value,
            },
            Message::Preference {
                preference: naptr.preference.value,
            },
            Message::Flags {
                flags: &naptr.flags.value,
            },
            Message::Service {
                service: &naptr.service.value,
            },
            Message::Regexp {
                regexp: &naptr.regexp.value,
            },
            Message::Replacement { replacement },
            Message::NaptrAdded {},
        ] {
            self.push(message);
        }
    }

    fn srv(&mut self, srv: &Srv) {
        let target = &srv.target.name.to_string();
        for message in [
            Message::SrvAdded {},
            Message::Target {
                target,
                port: srv.port.value,
            },
            Message::Priority {
                priority: srv.priority.value,
            },
            Message::Weight {
                weight: srv.weight.value,
            },
        ] {
            self.push(message);
        }
    }

    /// The second cache key: the name without the handset's own domain.
    fn without_domain<'n>(&self, host: &'n str) -> Option<&'n str> {
        let domain = self.identity.domain.as_deref()?.trim_matches('.');
        let name = host.trim_end_matches('.');
        let cut = name.len().checked_sub(domain.len() + 1)?;
        let (short, rest) = name.split_at_checked(cut)?;
        let own = rest.strip_prefix('.')?.eq_ignore_ascii_case(domain);
        (own && !short.is_empty()).then_some(short)
    }

    fn push(&mut self, message: Message<'_>) {
        self.lines.push(Line {
            module: message.module(),
            class: message.class(),
            text: message.to_string(),
        });
    }
}

/// The port of the SRV record whose target a step asks for.
fn port_of(srv: &Step, step: &Step) -> Option<u16> {
    srv.answer
        .of_type(RecordType::SRV)
        .find_map(|record| match &record.data {
            Data::Srv(srv) if srv.target.span == step.why.span => Some(srv.port.value),
            _ => None,
        })
}
