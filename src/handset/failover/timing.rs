//! How long things take: the handset's own parameters and the timers of RFC 3261.

use super::figure::{Basis, Figure};
use super::settings::{FailbackMode, Settings};
use crate::dns::RecordType;
use crate::handset::assumption::{Assumptions, FailbackNewRequests};
use crate::handset::{Lookup, Model, Protocol, Server, Transport};

/// T1, the estimate of the round trip (RFC 3261 17.1.1.1), in milliseconds.
const T1: u64 = 500;
/// T2, the longest wait between two tries of anything but an INVITE (RFC 3261 17.1.2.2).
const T2: u64 = 4000;
/// When a request is given up at last: 64·T1.
const TRANSACTION: u64 = 64 * T1;

const PAGE_209: &str = "84-Series Administration Guide, page 209";

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A registration.
    Register,
    /// A call.
    Invite,
}

impl Method {
    /// The timer that ends the transaction.
    fn end(self) -> Basis {
        let (name, source) = match self {
            Self::Register => ("timer F, 64·T1 = 32 s", "RFC 3261 17.1.2.2"),
            Self::Invite => ("timer B, 64·T1 = 32 s", "RFC 3261 17.1.1.2"),
        };
        Basis::Timer { name, source }
    }

    /// The timer that spaces the tries.
    fn tries(self) -> Basis {
        let (name, source) = match self {
            Self::Register => (
                "timer E: tries after T1 = 500 ms, then twice as long each, at most T2 = 4 s",
                "RFC 3261 17.1.2.2",
            ),
            Self::Invite => (
                "timer A: tries after T1 = 500 ms, then twice as long each",
                "RFC 3261 17.1.1.2",
            ),
        };
        Basis::Timer { name, source }
    }

    /// When the try of that number is sent after the first one.
    fn sent_at(self, number: u32) -> u64 {
        let (mut at, mut wait) = (0, T1);
        for _ in 0..number {
            at += wait;
            if at >= TRANSACTION {
                return TRANSACTION;
            }
            wait *= 2;
            if self == Self::Register {
                wait = wait.min(T2);
            }
        }
        at
    }
}

/// The clockwork of one server entry.
#[derive(Clone, Copy)]
pub(super) struct Timing<'a> {
    pub(super) settings: &'a Settings,
    pub(super) transport: &'a Transport,
    pub(super) model: &'a Model,
    pub(super) assumptions: Assumptions,
}

impl Timing<'_> {
    /// How long a server that does not answer keeps the handset from the next one. A server
    /// that refuses (ICMP, a TCP reset) does not keep it at all.
    pub(super) fn gives_up(&self, protocol: Protocol, last: bool, method: Method) -> Figure {
        match protocol {
            Protocol::Udp => self.gives_up_udp(last, method),
            Protocol::Tcp | Protocol::Tls => {
                let open = Basis::Open {
                    what: "how long a connection is waited for that is not refused; the request \
                           ends with the transaction at the latest",
                };
                let fails = Basis::Document {
                    says: "over TCP a server has failed when connecting or sending fails",
                    source: PAGE_209,
                };
                let tcp = Figure::between(0, TRANSACTION, vec![fails, open, method.end()]);
                if *self.transport != Transport::TcpPreferred || protocol == Protocol::Tls {
                    return tcp;
                }
                let udp = self.gives_up_udp(last, method).or_at_once();
                let mut both = tcp.then(&udp);
                both.because.push(Basis::Document {
                    says: "TCPpreferred goes on with UDP where TCP fails",
                    source: "UC Software 4.1.6 guide, page 49",
                });
                both
            }
        }
    }

    fn gives_up_udp(&self, last: bool, method: Method) -> Figure {
        if !self.model.parameters {
            return Figure::exactly(TRANSACTION, vec![method.end()]);
        }
        if last {
            let whole = Basis::Document {
                says: "the last server is waited for until the transaction ends",
                source: PAGE_209,
            };
            return Figure::exactly(TRANSACTION, vec![method.end(), whole]);
        }
        let Settings {
            retry_timeout,
            retry_count,
            ..
        } = self.settings;
        let tries = match retry_count.value {
            0 => 3,
            count => count,
        };
        if retry_timeout.value == 0 {
            // It is given up between the last try and the one that would have come next.
            let because = vec![retry_count.basis(), retry_timeout.basis(), method.tries()];
            return Figure::between(method.sent_at(tries), method.sent_at(tries + 1), because);
        }
        let product = u64::from(tries) * u64::from(retry_timeout.value);
        let mut because = vec![retry_count.basis(), retry_timeout.basis()];
        if product > TRANSACTION {
            because.push(method.end());
            because.push(Basis::Open {
                what: "whether the retries go on after the transaction has ended",
            });
            return Figure::between(TRANSACTION, product, because);
        }
        Figure::exactly(product, because)
    }

    /// From one registration to its renewal.
    fn renewal(&self) -> Figure {
        let Settings {
            expires, overlap, ..
        } = self.settings;
        let period = u64::from(expires.value) * 1000;
        let early = (u64::from(overlap.value) * 1000).min(period / 2);
        let granted = Basis::Open {
            what: "a server may grant a shorter period than it is asked for",
        };
        Figure::exactly(
            period - early,
            vec![expires.basis(), overlap.basis(), granted],
        )
    }

    /// How long it can take until a handset that sends no call notices that its server is
    /// gone; `None` where it does not register or nothing is known of it.
    pub(super) fn notices(&self) -> Option<Figure> {
        let registers = self.model.parameters && self.settings.register.value == 1;
        registers.then(|| self.renewal().or_at_once())
    }

    /// The time between two tries to register while no server answers.
    pub(super) fn tries_again(&self) -> Figure {
        let Settings {
            retry_base,
            retry_longest,
            ..
        } = self.settings;
        if !self.model.parameters {
            return undocumented("when a client tries to register again");
        }
        let milliseconds = |seconds: u32| u64::from(seconds) * 1000;
        let because = vec![
            Basis::Document {
                says: "registration is tried again every 30 to 60 s",
                source: "Polycom Technical Bulletin 5844",
            },
            retry_base.basis(),
            retry_longest.basis(),
        ];
        Figure::between(
            milliseconds(retry_base.value.min(30)),
            milliseconds(retry_longest.value.max(retry_base.value)),
            because,
        )
    }

    /// When a handset that uses `server` returns to a better one that is up again.
    pub(super) fn comes_back(&self, lookup: &Lookup, server: &Server) -> Return {
        if !self.model.parameters {
            return Return {
                counted: Counted::Unknown,
                figure: undocumented("RFC 3263 does not say when a client returns"),
            };
        }
        let settings = self.settings;
        let mode = settings.failback_mode.value;
        let mut because = vec![settings.failback_mode.basis()];
        let reading = self.assumptions.failback_new_requests;
        if mode == FailbackMode::NewRequests {
            because.push(Basis::Assumption {
                name: "failback-new-requests",
                value: self
                    .assumptions
                    .get("failback-new-requests")
                    .unwrap_or_default(),
            });
        }
        let (counted, mut figure) = match mode {
            // A handset without calls makes its next request when it renews.
            FailbackMode::NewRequests if reading == FailbackNewRequests::AsSet => {
                (Counted::FromNextRequest, self.renewal().or_at_once())
            }
            FailbackMode::NewRequests | FailbackMode::Registration => {
                (Counted::FromItsReturn, self.renewal().or_at_once())
            }
            FailbackMode::DnsTtl => (Counted::FromFailover, ttl(lookup, server)),
            FailbackMode::Duration => {
                let timeout = &settings.failback_timeout;
                let time = u64::from(timeout.value) * 1000;
                let figure = Figure::exactly(time, vec![timeout.basis()]);
                match timeout.value {
                    0 => (Counted::NotBeforeFailure, figure),
                    _ => (Counted::FromFailover, figure),
                }
            }
        };
        because.append(&mut figure.because);
        figure.because = because;
        Return { counted, figure }
    }
}

fn undocumented(what: &'static str) -> Figure {
    Figure {
        least: 0,
        most: None,
        because: vec![Basis::Open { what }],
    }
}

/// The TTLs of the SRV and address records of the server in use. Which of them counts is not
/// documented.
fn ttl(lookup: &Lookup, server: &Server) -> Figure {
    let mut kept = Vec::new();
    for step in &lookup.steps {
        let kind = step.question.record_type;
        let is_list = kind == RecordType::SRV && step.answer.of_type(kind).next().is_some();
        let is_own = matches!(kind, RecordType::A | RecordType::AAAA)
            && step
                .question
                .name
                .to_string()
                .eq_ignore_ascii_case(&server.host);
        if !is_list && !is_own {
            continue;
        }
        let ttls = step.answer.of_type(kind).map(|record| record.ttl.value);
        if let Some(seconds) = ttls.min() {
            let question = step.question.clone();
            kept.push((seconds, Basis::Ttl { question, seconds }));
        }
    }
    let seconds = || kept.iter().map(|(seconds, _)| *seconds);
    let (Some(least), Some(most)) = (seconds().min(), seconds().max()) else {
        return undocumented(
            "there is no TTL to go by where the address is written in the configuration",
        );
    };
    let mut because: Vec<_> = kept.iter().map(|(_, basis)| basis.clone()).collect();
    if least != most {
        because.push(Basis::Open {
            what: "which of these records' TTLs counts",
        });
    }
    Figure::between(u64::from(least) * 1000, u64::from(most) * 1000, because)
}

/// When a handset returns to a better server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Where the time begins.
    pub counted: Counted,
    /// The time.
    pub figure: Figure,
}

/// Where the time to a return begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// When the better server is up again.
    FromItsReturn,
    /// The same, unless a call comes earlier.
    FromNextRequest,
    /// When the handset failed over.
    FromFailover,
    /// It stays until the server in use fails.
    NotBeforeFailure,
    /// Nobody says.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_spaced_as_rfc_3261_says() {
        let register: Vec<_> = (0..7).map(|n| Method::Register.sent_at(n)).collect();
        assert_eq!(register, [0, 500, 1500, 3500, 7500, 11500, 15500]);
        let invite: Vec<_> = (0..8).map(|n| Method::Invite.sent_at(n)).collect();
        assert_eq!(invite, [0, 500, 1500, 3500, 7500, 15500, 31500, 32000]);
    }
}
