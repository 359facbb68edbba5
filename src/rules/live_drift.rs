//! `live-drift`: a server answers one of the handset's questions other than the zone file.

use std::collections::BTreeSet;

use super::live_compare::{chain, difference};
use super::{Facts, Findings};
use crate::dns::{Answer, Question, Record, RecordType};
use crate::rule::Severity;
use crate::site::View;
use crate::source::Span;

/// Compares every view of planned zones with every server that was heard. What handsets ask
/// decides; reverse records follow as warnings, for no handset asks for them.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let live = |view: &&View| view.live.is_some();
    let (planned, served): (Vec<&View>, Vec<&View>) = if site.planned.is_empty() {
        site.views.iter().partition(|view| !live(view))
    } else {
        (site.planned.iter().collect(), site.views.iter().collect())
    };
    if planned.is_empty() || served.is_empty() {
        return;
    }
    let chain = chain(site);
    let heard = |view: &&View| {
        view.live
            .as_ref()
            .is_none_or(|live| live.silence().is_none())
    };
    for view in served.into_iter().filter(heard) {
        let live = view.live.iter().flat_map(|live| live.answers.keys());
        let reverse = live.filter(|question| question.record_type == RecordType::PTR);
        let questions: BTreeSet<_> = chain.keys().copied().chain(reverse).collect();
        for question in questions {
            let asked_at = chain.get(question).copied();
            for plan in &planned {
                compare(plan, view, question, asked_at, findings);
            }
        }
    }
}

fn compare(
    planned: &View,
    served: &View,
    question: &Question,
    asked_at: Option<Span>,
    findings: &mut Findings,
) {
    let ours = planned.ask(&question.name, question.record_type);
    let theirs = served.ask(&question.name, question.record_type);
    // What a zone cannot say is no plan, and a failure is `live-server-failure`.
    if matches!(ours, Answer::Failed(_)) || matches!(theirs, Answer::Failed(_)) {
        return;
    }
    let Some(difference) = difference(&ours, &theirs) else {
        return;
    };
    let reply = served
        .live
        .as_ref()
        .and_then(|live| live.answers.get(question));
    let planned_at = first(&ours);
    let served_at = reply.map(|reply| reply.span).or_else(|| first(&theirs));
    let Some(place) = planned_at.or(served_at).or(asked_at) else {
        return;
    };
    let who = match &served.live {
        Some(live) => live.server(),
        None => served
            .name
            .clone()
            .unwrap_or_else(|| "the server".to_owned()),
    };
    let severity = match asked_at {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let mut finding = findings
        .at(
            place,
            format!("{who} answers `{question}` other than the file: it {difference}"),
        )
        .severity(severity)
        .help(
            "load the file on the server, or take into the file what was changed there; then \
             compare the serials, and clear the caches of resolvers in between",
        );
    if let Some(served_at) = served_at.filter(|at| *at != place) {
        finding = finding.related(served_at, "what the server says");
    }
    if let Some(asked_at) = asked_at.filter(|at| *at != place) {
        finding = finding.related(asked_at, "the handset asks because of this");
    }
    findings.push(finding);
}

/// Where the first record of an answer stands.
fn first(answer: &Answer) -> Option<Span> {
    match answer {
        Answer::Records(records) => records.first().map(Record::mark),
        _ => None,
    }
}
