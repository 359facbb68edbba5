//! `live-server-failure`: one of the handset's own questions got no usable answer.

use super::live_question::live_questions;
use super::{Facts, Findings};
use crate::dns::{Answer, Failure};
use crate::finding::Subject;

/// Looks at the questions of every set-up that was simulated on a server's answers.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for asked in live_questions(site) {
        let Answer::Failed(failure) = asked.reply.answer else {
            continue;
        };
        let (server, question) = (&asked.server, &asked.step.question);
        let (message, help) = match failure {
            Failure::Timeout => (
                format!("{server} does not answer `{question}` in time"),
                "check that the server runs, and that UDP and TCP port 53 pass every firewall on the way",
            ),
            Failure::Unrelated => (
                format!("{server} sends nothing but answers to other questions than `{question}`"),
                "look for a device on the way that answers in the server's place or mixes up \
                 answers",
            ),
            Failure::PortClosed => (
                format!("nothing listens at {server} that could be asked `{question}`"),
                "check the address and port, and that the DNS service runs there",
            ),
            Failure::Unreachable => (
                format!("no route leads to {server} to ask it `{question}`"),
                "check the address, and the network's routes and firewalls",
            ),
            Failure::Closed => (
                format!(
                    "{server} closes the connection before its answer to `{question}` is whole"
                ),
                "let TCP port 53 pass between handsets and server, and look into the server's log",
            ),
            Failure::Cut => (
                format!("{server} cuts its answer to `{question}` over TCP too"),
                "look into the server's log: over TCP every answer has room",
            ),
            Failure::Lame => (
                format!("{server} neither holds the zone of `{question}` nor looks further"),
                "load the zone on this server, or let it resolve for the handsets' networks \
                 (recursion, forwarders); if it was one of the zone's name servers, take its NS \
                 record away or load the zone",
            ),
            Failure::Refused => (
                format!("{server} refuses to answer `{question}`"),
                "let the handsets' networks ask this server (`allow-query`, `allow-recursion`; in DNS Manager: recursion and forwarders), or give them one that holds the zone",
            ),
            Failure::ServFail => (
                format!("{server} could not find out `{question}`: SERVFAIL"),
                "look into the server's log: a zone that did not load, a forwarder that is down, a DNSSEC failure",
            ),
            Failure::Code(_) => (
                format!("{server} answers `{question}` with {failure}"),
                "look into the server's log for this question",
            ),
            Failure::Malformed => (
                format!("what {server} sends for `{question}` is no DNS answer"),
                "check that a DNS server listens there, and that no device on the way rewrites its answers",
            ),
            Failure::AliasLoop => (
                format!("the aliases that {server} gives for `{question}` do not end"),
                "let the first name be an alias of the last one's host, or give it records of its own",
            ),
        };
        let (message, help) = if asked.reply.truncated {
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
            .related(asked.step.why.span, "the handset asks because of this")
            .about(Subject::Token(asked.reply.span))
            .handsets(&asked.handsets);
        findings.push(finding);
    }
}
