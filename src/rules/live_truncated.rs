//! `live-truncated`: an answer did not fit a UDP datagram.

use super::{Facts, Findings};
use crate::dns::{Answer, RecordType};
use crate::finding::Subject;

/// Looks at every answer of a server that a handset could ask for.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for live in site.views.iter().filter_map(|view| view.live.as_ref()) {
        for (question, reply) in &live.answers {
            if !reply.truncated || question.record_type == RecordType::PTR {
                continue;
            }
            let server = live.server();
            let tcp = match reply.answer {
                Answer::Failed(failure) => format!("over TCP there is none: {failure}"),
                _ => "over TCP it is whole".to_owned(),
            };
            let finding = findings
                .at(
                    reply.span,
                    format!("{server} cuts its answer to `{question}` over UDP; {tcp}"),
                )
                .help(
                    "let TCP port 53 pass between handsets and server, or remove records from \
                     the set until it fits",
                )
                .about(Subject::Token(reply.span));
            findings.push(finding);
        }
    }
}
