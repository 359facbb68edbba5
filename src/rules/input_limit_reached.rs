//! `input-limit-reached`: a limit was met, and not everything was read or asked.

use super::{Facts, Findings, setting, trouble};
use crate::live::Answers;
use crate::phone_log::PhoneLog;
use crate::{phone, zone};

/// Reports what the readers of zones, of configurations, of answers and of logs met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, zone::TroubleKind::Limit);
    setting::report(site, findings, phone::TroubleKind::Limit);
    for live in site.views.iter().filter_map(|view| view.live.as_deref()) {
        answers(live, findings);
    }
    for log in &site.logs {
        further_handsets(log, findings);
    }
}

fn further_handsets(log: &PhoneLog, findings: &mut Findings) {
    let Some(beyond) = &log.beyond else { return };
    let message = format!(
        "this file has {} lines of handsets that were not read, for {} stand before them",
        beyond.lines, log.handsets
    );
    let help = "take the lines of the handsets that matter out of it, and explain those";
    findings.push(findings.at(log.span(beyond.mark), message).help(help));
}

fn answers(live: &Answers, findings: &mut Findings) {
    let server = live.server();
    for (question, reply) in live.answers.iter().filter(|(_, reply)| reply.omitted > 0) {
        let message = format!(
            "the answer of {server} to `{question}` has {} records more than are kept",
            reply.omitted
        );
        let help = "take records away that no handset needs";
        findings.push(findings.at(reply.span, message).help(help));
    }
    if let Some(reply) = live.answers.values().next().filter(|_| live.unasked > 0) {
        let message = format!(
            "{} questions were not put to {server}, for there were too many",
            live.unasked
        );
        let help = "give fewer names with --live in one run";
        findings.push(findings.at(reply.span, message).help(help));
    }
}
