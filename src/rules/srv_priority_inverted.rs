//! `srv-priority-inverted`: handsets try servers in another order than the settings expect.

use super::expected::{ExpectedSet, expected_sets};
use super::{Facts, Findings};
use crate::dns::Srv;
use crate::site::Mode;
use crate::source::Span;

/// Looks at every set of which something is expected; one finding a set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for expected in expected_sets(site) {
        let Some(fault) = fault(&expected) else {
            continue;
        };
        let mut finding = findings.at(fault.at, fault.message).help(fault.help);
        finding = finding.related(fault.expected, "what is expected");
        if let Some(other) = fault.other {
            finding = finding.related(other, "the other server");
        }
        findings.push(expected.sip.with_handsets(finding));
    }
}

/// How a set differs from what is expected.
struct Fault {
    at: Span,
    message: String,
    help: String,
    expected: Span,
    other: Option<Span>,
}

fn fault(expected: &ExpectedSet) -> Option<Fault> {
    match expected
        .expectation
        .mode
        .as_ref()
        .map(|mode| (mode.value, mode.span))
    {
        Some((Mode::Single, span)) => not_single(expected, span),
        Some((Mode::ActiveActive, span)) => not_equal(expected, span),
        Some((Mode::ActiveStandby, _)) | None => out_of_order(expected),
    }
}

/// A single server is expected, and there are more.
fn not_single(expected: &ExpectedSet, span: Span) -> Option<Fault> {
    let targets = expected.targets();
    let second = targets.get(1)?;
    Some(Fault {
        at: second.target.span,
        message: format!(
            "handsets know `{}` besides `{}`, and a single server is expected",
            second.target.name, targets[0].target.name
        ),
        help: "remove its SRV record, or the mode `single` from the settings".to_owned(),
        expected: span,
        other: None,
    })
}

/// All servers are to share the work, and one waits behind another.
fn not_equal(expected: &ExpectedSet, span: Span) -> Option<Fault> {
    let stated = expected.found();
    let servers: Vec<&Srv> = if stated.is_empty() {
        expected.targets()
    } else {
        stated.into_iter().map(|(_, srv)| srv).collect()
    };
    let first = servers.iter().min_by_key(|srv| srv.priority.value)?;
    let later = servers
        .iter()
        .find(|srv| srv.priority.value > first.priority.value)?;
    Some(Fault {
        at: later.priority.span,
        message: format!(
            "`{}` waits behind `{}`, and active-active is expected",
            later.target.name, first.target.name
        ),
        help: format!(
            "give all servers the priority {}: those of a higher number are tried only when the \
             others are down",
            first.priority.value
        ),
        expected: span,
        other: Some(first.priority.span),
    })
}

/// The servers are to be tried in a stated order, and are not.
fn out_of_order(expected: &ExpectedSet) -> Option<Fault> {
    let found = expected.found();
    let mut neighbours = found.windows(2);
    let inverted = neighbours.find(|pair| pair[0].1.priority.value > pair[1].1.priority.value);
    if let Some([(server, early), (_, late)]) = inverted {
        return Some(Fault {
            at: early.priority.span,
            message: format!(
                "`{}` is tried before `{}`, and expected behind it",
                late.target.name, early.target.name
            ),
            help: format!(
                "give `{}` a lower priority number than {}: the lower one is tried first",
                early.target.name, late.priority.value
            ),
            expected: server.span,
            other: Some(late.priority.span),
        });
    }
    // One that nobody expects stands in front of all that are expected.
    let (server, first) = found.first()?;
    let targets = expected.targets();
    let intruder = targets.first()?;
    (intruder.priority.value < first.priority.value).then(|| Fault {
        at: intruder.priority.span,
        message: format!(
            "`{}` is tried before `{}`, and is not among the servers expected",
            intruder.target.name, first.target.name
        ),
        help: format!(
            "give it a higher priority number than {}, or name it in the settings",
            first.priority.value
        ),
        expected: server.span,
        other: Some(first.priority.span),
    })
}
