//! `live-truncated`: an answer did not fit a UDP datagram.

use super::live_question::live_questions;
use super::{Facts, Findings};
use crate::dns::Answer;
use crate::finding::Subject;

/// Looks at the answers to the questions of every set-up that was simulated on a server's
/// answers. Where TCP had none either, `live-server-failure` says so.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for asked in live_questions(site) {
        let reply = asked.reply;
        if !reply.truncated || matches!(reply.answer, Answer::Failed(_)) {
            continue;
        }
        let (server, question) = (&asked.server, &asked.step.question);
        let finding = findings
            .at(
                reply.span,
                format!("{server} cuts its answer to `{question}` over UDP; over TCP it is whole"),
            )
            .help(
                "let TCP port 53 pass between handsets and server, or remove records from the \
                 set until it fits",
            )
            .related(asked.step.why.span, "the handset asks because of this")
            .about(Subject::Token(reply.span))
            .handsets(&asked.handsets);
        findings.push(finding);
    }
}
