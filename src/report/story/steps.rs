//! The steps of a lookup in words: each question with its answer, and the servers at the end.

use super::super::count;
use super::{TellStep, Teller};
use crate::handset::log::shown::{Answer, End, From, Record, Server, same_name};
use crate::phone_log::{Chain, Step};

impl Teller<'_> {
    /// One question.
    pub(super) fn step(&self, step: &Step) -> TellStep {
        let shown = &step.shown;
        let answer = match &shown.answer {
            Answer::Records {
                records,
                hidden,
                ttl,
            } => {
                let number = records.as_ref().map_or_else(
                    || "records from before this log".to_owned(),
                    |records| in_numbers(records.len(), *hidden),
                );
                match ttl {
                    Some(ttl) => format!("{number}, kept for {ttl} s"),
                    None => number,
                }
            }
            Answer::Nothing { code, .. } => {
                let code = code.map_or_else(String::new, |code| format!(" (error code {code})"));
                let kept = step.miss.map_or_else(String::new, |miss| {
                    let until = self.log.until(miss);
                    let until = until.map_or_else(String::new, |until| format!(" until {until}"));
                    match shown.from {
                        From::Server => format!(", miss kept for {} s{until}", miss.kept),
                        From::Cache { .. } => {
                            format!(", miss of {} kept{until}", self.when(miss.at))
                        }
                    }
                });
                format!("nothing{code}{kept}")
            }
            Answer::Open => "not shown".to_owned(),
        };
        let (from, remaining) = match shown.from {
            From::Server => ("asked", None),
            From::Cache { remaining } => ("cache", remaining),
        };
        let remaining = remaining.map_or_else(String::new, |seconds| {
            format!(", kept for {seconds} s more")
        });
        let records = match &shown.answer {
            Answer::Records {
                records: Some(records),
                ..
            } => records.iter().map(Record::to_string).collect(),
            _ => Vec::new(),
        };
        TellStep {
            when: self.when(step.at),
            question: format!("{} {}", shown.record_type, shown.name),
            from,
            answer: format!("{answer}{remaining}"),
            records,
        }
    }

    /// What came of all questions: servers in order, or that there are none.
    pub(super) fn servers(&self, chain: &Chain) -> Vec<String> {
        let mut lines = Vec::new();
        match &chain.end {
            End::Servers(servers) => {
                for one in servers {
                    lines.push(format!("{}. {}{}", one.order, one, priority(chain, one)));
                }
            }
            End::Named(targets) => {
                let target = |(host, port): &(String, u16)| {
                    let host = host.trim_end_matches('.');
                    format!("{host}:{port} {}", chain.protocol.as_str())
                };
                lines.extend(targets.iter().map(target));
            }
            End::Nothing => {
                let by = chain.failure.as_ref().map_or_else(String::new, |failure| {
                    let (start, _) = self.site.sources.positions(self.log.span(failure.mark));
                    format!(
                        ": `{} {}` in line {} is the handset's own",
                        failure.code, failure.reason, start.line
                    )
                });
                lines.push(format!("no server{by}"));
            }
            End::Open => {}
        }
        lines
    }
}

/// How many records there are, and how many of them are shown.
fn in_numbers(shown: usize, hidden: usize) -> String {
    let all = count(shown + hidden, "record");
    match (shown, hidden) {
        (_, 0) => all,
        (0, _) => format!("{all}, not shown"),
        (shown, _) => format!("{all}, {shown} of them shown"),
    }
}

/// `, priority 1, weight 10` of the SRV record that names a server.
fn priority(chain: &Chain, server: &Server) -> String {
    let records = chain
        .steps
        .iter()
        .filter_map(|step| match &step.shown.answer {
            Answer::Records {
                records: Some(records),
                ..
            } => Some(records),
            _ => None,
        });
    let found = records.flatten().find_map(|record| match record {
        Record::Srv {
            priority,
            weight,
            port,
            target,
        } if *port == server.port && same_name(target, &server.host) => Some((priority, weight)),
        _ => None,
    });
    found.map_or_else(String::new, |(priority, weight)| {
        format!(", priority {priority}, weight {weight}")
    })
}
