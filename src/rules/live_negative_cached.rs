//! `live-negative-cached`: a resolver holds on to a miss.

use super::live_question::live_questions;
use super::{Facts, Findings};
use crate::dns::{Answer, RecordType};

/// Looks at the misses of every set-up that was simulated on a resolver's answers. An
/// authority answers from its zone; what it lacks now, it has as soon as it is added. A
/// missing NAPTR is no defect of a set-up that registers without.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for asked in live_questions(site) {
        let (Answer::NoData(negative) | Answer::NxDomain(negative)) = &asked.reply.answer else {
            continue;
        };
        let seconds = negative.ttl().unwrap_or(0);
        let question = &asked.step.question;
        let harmless = asked.all_register && question.record_type == RecordType::NAPTR;
        if asked.reply.authoritative || seconds == 0 || harmless {
            continue;
        }
        let server = asked.server;
        let finding = findings
            .at(
                asked.reply.span,
                format!("{server} keeps the miss of `{question}` for {seconds} s more"),
            )
            .help(
                "a record added now is seen after that; to be faster, clear the resolver's \
                 cache, then restart the handsets, which keep the miss as well",
            )
            .related(asked.step.why.span, "the handset asks because of this")
            .handsets(&asked.handsets);
        findings.push(finding);
    }
}
