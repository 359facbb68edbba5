//! The lookup of a set-up, drawn: handset, NAPTR, SRV, A, PTR.
//!
//! It is a list in a list, which a screen reader reads as such; the style sheet draws boxes
//! and arrows around it.

use maud::{Markup, html};

use super::text;
use crate::dns::{Answer, Name, RecordType};
use crate::handset::{Server, Step};
use crate::report::{count, ending, presentation, records};
use crate::site::{Outcome, Verdict, View};

/// Questions and servers that are drawn; the rest is counted.
const DRAWN: usize = 12;

/// Records of an answer that are drawn.
const RECORDS: usize = 8;

pub(super) fn chain(outcome: &Outcome<'_>) -> Markup {
    let entry = &outcome.setup.entry;
    let is_service = |step: &&Step| {
        matches!(
            step.question.record_type,
            RecordType::NAPTR | RecordType::SRV
        )
    };
    let services: Vec<_> = outcome.steps().iter().filter(is_service).collect();
    let servers = outcome.servers();
    let address_steps = outcome.steps().iter().filter(|step| !is_service(step));
    let unanswered: Vec<_> = address_steps
        .filter(|step| !matches!(step.answer, Answer::Records(_)))
        .collect();
    html! {
        ol.chain {
            li {
                div.box {
                    strong { "handset" }
                    span { (text(&entry.address.value)) }
                    span { "port " (entry.port.value) ", " (text(entry.transport.value.as_str())) }
                }
            }
            @for step in services.iter().take(DRAWN) {
                (question(step))
            }
            @if servers.is_empty() {
                li {
                    div.box.none {
                        strong { "no server" }
                        span { (no_server(outcome)) }
                    }
                }
            } @else {
                li.servers {
                    ol {
                        @for server in servers.iter().take(DRAWN) {
                            (box_of(server, outcome))
                        }
                    }
                    @if servers.len() > DRAWN {
                        p.more { "and " (count(servers.len() - DRAWN, "more server")) }
                    }
                }
            }
        }
        @if !unanswered.is_empty() {
            p { "Without an address: "
                @for (at, step) in unanswered.iter().take(DRAWN).enumerate() {
                    @if at > 0 { ", " }
                    (text(step.question.name.to_string().trim_end_matches('.')))
                }
                @if unanswered.len() > DRAWN { " and " (unanswered.len() - DRAWN) " more" }
                "."
            }
        }
    }
}

fn question(step: &Step) -> Markup {
    let found: Vec<_> = records(&step.answer).collect();
    let is_found = matches!(step.answer, Answer::Records(_));
    html! {
        li {
            div.box.none[!is_found] {
                strong { (step.question.record_type.to_string()) }
                span { (text(&step.question.name.to_string())) }
                @for record in found.iter().take(RECORDS) {
                    code { (text(&presentation(record))) }
                }
                @if found.len() > RECORDS {
                    span { "and " (count(found.len() - RECORDS, "more record")) }
                }
                @if !is_found {
                    span { (step.answer.word()) }
                }
            }
        }
    }
}

/// What no server means to the handset.
fn no_server(outcome: &Outcome<'_>) -> &'static str {
    if outcome.verdict() == Verdict::Undetermined {
        "the data given does not decide"
    } else {
        "the handset shows a 480 of its own"
    }
}

fn box_of(server: &Server, outcome: &Outcome<'_>) -> Markup {
    let reverse = outcome.simulated.map(|(_, view)| reverse(view, server));
    html! {
        li {
            div.box {
                strong { (server.order) ". A" }
                span { (text(&ending::server(server))) }
            }
            @if let Some((name, found)) = reverse {
                div.box.aside {
                    strong { "PTR" }
                    span { (text(&name)) }
                    span { (text(&found)) }
                }
            }
        }
    }
}

/// The reverse name of a server, and what stands there. Handsets never ask for it.
fn reverse(view: &View, server: &Server) -> (String, String) {
    let name = Name::from(server.address);
    let answer = view.ask(&name, RecordType::PTR);
    let hosts: Vec<_> = answer
        .of_type(RecordType::PTR)
        .take(RECORDS)
        .map(|record| record.data.to_string())
        .collect();
    let found = match &answer {
        Answer::Records(_) if !hosts.is_empty() => hosts.join(", "),
        Answer::NotLoaded => "not in the data given".to_owned(),
        Answer::Failed(failure) => failure.to_string(),
        _ => "none".to_owned(),
    };
    (name.to_string(), found)
}
