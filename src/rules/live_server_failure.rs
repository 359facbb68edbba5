//! `live-server-failure`: one of the handset's own questions got no usable answer.

use std::collections::BTreeMap;
use std::iter;

use super::live_question::{LiveQuestion, live_questions};
use super::{Facts, Findings};
use crate::dns::{Answer, Failure, Name, RecordType};
use crate::finding::Subject;
use crate::site::View;

/// Questions of a finding that are shown beside the first, and aliases that are followed.
const SHOWN: usize = 16;

/// Questions to one server that came to the same: truncated or not, and refused for what is its own
/// or for what it would have to look up.
type Alike<'a> = BTreeMap<(String, Failure, bool, bool), Vec<LiveQuestion<'a>>>;

/// Looks at the questions of every set-up that was simulated on a server's answers: those that
/// fail alike do so for one reason.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut alike: Alike<'_> = BTreeMap::new();
    for asked in live_questions(site) {
        if let Answer::Failed(failure) = asked.reply.answer {
            let live = site.views[asked.view].live.as_deref();
            let is_foreign = failure == Failure::Refused
                && live.is_some_and(|live| live.is_foreign(&asked.step.question.name));
            let key = (
                asked.server.clone(),
                failure,
                asked.reply.truncated,
                is_foreign,
            );
            alike.entry(key).or_default().push(asked);
        }
    }
    for ((server, failure, truncated, is_foreign), questions) in &alike {
        let Some((asked, others)) = questions.split_first() else {
            continue;
        };
        let what = match others.len() {
            0 => format!("`{}`", asked.step.question),
            1 => format!("`{}` and 1 more question", asked.step.question),
            more => format!("`{}` and {more} more questions", asked.step.question),
        };
        let (message, help) = said(server, *failure, &what, *is_foreign);
        let (message, help) = if *truncated {
            (
                format!("{message} over TCP, after an answer over UDP that was cut"),
                "let TCP port 53 pass between handsets and server, or remove records from the \
                 set until it fits a datagram",
            )
        } else {
            (message, help)
        };
        let finding = findings
            .at(asked.reply.span, message)
            .help(help)
            .related(asked.step.why.span, "the handset asks because of this");
        let shown = others.iter().take(SHOWN);
        let mut finding = shown.fold(finding, |finding, other| {
            finding.related(other.reply.span, "the same")
        });
        for question in questions {
            finding.subjects.push(Subject::Token(question.reply.span));
            finding.handsets.extend(&question.handsets);
            if *failure == Failure::AliasLoop {
                let view = &site.views[question.view];
                finding
                    .subjects
                    .extend(aliases(view, &question.step.question.name));
            }
        }
        findings.push(finding);
    }
}

/// What a server said to a question, and what to do.
fn said(server: &str, failure: Failure, what: &str, is_foreign: bool) -> (String, &'static str) {
    match failure {
        Failure::Timeout => (
            format!("{server} does not answer {what} in time"),
            "check that the server runs, and that UDP and TCP port 53 pass every firewall on the way",
        ),
        Failure::Unrelated => (
            format!("{server} sends nothing but answers to other questions than {what}"),
            "look for a device on the way that answers in the server's place or mixes up \
             answers",
        ),
        Failure::PortClosed => (
            format!("nothing listens at {server} that could be asked {what}"),
            "check the address and port, and that the DNS service runs there",
        ),
        Failure::Unreachable => (
            format!("no route leads to {server} to ask it {what}"),
            "check the address, and the network's routes and firewalls",
        ),
        Failure::Closed => (
            format!("{server} closes the connection before its answer to {what} is whole"),
            "let TCP port 53 pass between handsets and server, and look into the server's log",
        ),
        Failure::Cut => (
            format!("{server} cuts its answer to {what} over TCP too"),
            "look into the server's log: over TCP every answer has room",
        ),
        Failure::Lame => (
            format!("{server} neither holds the zone of {what} nor looks further"),
            "load the zone on this server, or let it resolve for the handsets' networks \
             (recursion, forwarders); if it was one of the zone's name servers, take its NS \
             record away or load the zone",
        ),
        Failure::Refused if is_foreign => (
            format!("{server} has zones of its own and refuses to look up {what}"),
            "if handsets ask this server, let it look further for their networks \
             (`allow-recursion`; in DNS Manager: recursion and forwarders); if it is one of \
             the zone's name servers only, name the server that handsets ask: `--server`",
        ),
        Failure::Refused => (
            format!("{server} refuses to answer {what}"),
            "let the handsets' networks ask this server (`allow-query`, `allow-recursion`; in DNS Manager: recursion and forwarders), or give them one that holds the zone",
        ),
        Failure::ServFail => (
            format!("{server} could not find out {what}: SERVFAIL"),
            "look into the server's log: a zone that did not load, a forwarder that is down, a DNSSEC failure",
        ),
        Failure::Code(_) => (
            format!("{server} answers {what} with {failure}"),
            "look into the server's log for this question",
        ),
        Failure::Malformed => (
            format!("what {server} sends for {what} is no DNS answer"),
            "check that a DNS server listens there, and that no device on the way rewrites its answers",
        ),
        Failure::AliasLoop => (
            format!("the aliases that {server} gives for {what} do not end"),
            "let the first name be an alias of the last one's host, or give it records of its own",
        ),
    }
}

/// The aliases that a lookup of a name meets, as far as they are known.
fn aliases(view: &View, name: &Name) -> impl Iterator<Item = Subject> {
    let next = |name: &Name| {
        let records = &view.set(name, RecordType::CNAME)?.records;
        records.first()?.leads(name).map(|name| name.to_lowercase())
    };
    let names = iter::successors(Some(name.to_lowercase()), move |name| next(name));
    names.take(SHOWN).map(Subject::Owner)
}
