//! `srv-priority-inverted`: handsets try servers in another order than the settings expect.

use std::collections::HashSet;
use std::net::IpAddr;

use super::expected::{ExpectedSet, expected_sets};
use super::record_lines::remove_all;
use super::sip_set::Entry;
use super::{Facts, Findings};
use crate::finding::{Fix, Subject};
use crate::fix::remove_record;
use crate::handset::{Server, Via};
use crate::site::{Mode, Setup, Simulation, Verdict, View, below};
use crate::source::Span;

/// Looks at every set of which something is expected, one finding a set, and at lookups that
/// come to addresses without one.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        unordered(site, (simulation, setup, view), findings);
    }
    for expected in expected_sets(site) {
        let Some(fault) = fault(site, &expected) else {
            continue;
        };
        let mut finding = findings
            .at(fault.at, fault.message)
            .help(fault.help)
            .about(Subject::Token(fault.at));
        finding = finding.related(fault.expected, "what is expected");
        if let Some(other) = fault.other {
            finding = finding.related(other, "the other server");
        }
        let others = fault.intruder.into_iter().chain(expected.led_by);
        finding.subjects.extend(others.map(Subject::Token));
        if let Some(fix) = fault.fix {
            finding = finding.fix(fix);
        }
        findings.push(expected.with_handsets(finding));
    }
}

/// How a set differs from what is expected.
struct Fault {
    at: Span,
    message: String,
    help: String,
    expected: Span,
    other: Option<Span>,
    /// The target that is none of those expected: it may be a slip for one.
    intruder: Option<Span>,
    fix: Option<Fix>,
}

fn fault(site: &Facts, expected: &ExpectedSet) -> Option<Fault> {
    let mode = expected.expectation.mode.as_ref();
    match mode.map(|mode| (mode.value, mode.span)) {
        Some((Mode::Single, span)) => not_single(site, expected, span),
        Some((Mode::ActiveActive, span)) => {
            not_equal(site, expected, span).or_else(|| intruder(site, expected))
        }
        Some((Mode::ActiveStandby, _)) | None => {
            inverted(site, expected).or_else(|| intruder(site, expected))
        }
    }
}

/// A single server is expected, and there are more.
fn not_single(site: &Facts, expected: &ExpectedSet, span: Span) -> Option<Fault> {
    let targets = expected.sip.targets();
    let found = expected.found();
    let (_, meant) = match found.first() {
        Some((_, entry)) => *entry,
        None => *targets.first()?,
    };
    let meant = &meant.target.name;
    let is_more = |(_, srv): &Entry| srv.target.name != *meant;
    let (_, more) = targets.iter().copied().find(is_more)?;
    let surplus: Vec<_> = expected.records().iter().copied().filter(is_more).collect();
    let records = || surplus.iter().map(|(record, _)| *record);
    let remove_it = |record| remove_record(expected.sip.place(), record);
    Some(Fault {
        at: more.target.span,
        message: format!(
            "handsets know `{}` besides `{meant}`, and a single server is expected",
            more.target.name
        ),
        help: "remove its SRV record, or the mode `single` from the settings".to_owned(),
        expected: span,
        other: None,
        intruder: None,
        fix: Some(Fix {
            title: format!("remove what leads to other servers than `{meant}`"),
            edits: remove_all(site, records()),
            changes: records().map(remove_it).collect(),
            ..Fix::default()
        }),
    })
}

/// All servers are to share the work, and one waits behind another.
fn not_equal(site: &Facts, expected: &ExpectedSet, span: Span) -> Option<Fault> {
    let stated = expected.found();
    let servers: Vec<Entry> = if stated.is_empty() {
        expected.sip.targets()
    } else {
        stated.into_iter().map(|(_, entry)| entry).collect()
    };
    let (_, first) = servers.iter().min_by_key(|(_, srv)| srv.priority.value)?;
    let priority = first.priority.value;
    let waiting = servers
        .iter()
        .filter(|(_, srv)| srv.priority.value > priority);
    let waiting: Vec<_> = waiting.map(|entry| (*entry, priority)).collect();
    let ((_, later), _) = waiting.first()?;
    Some(Fault {
        at: later.priority.span,
        message: format!(
            "`{}` waits behind `{}`, and active-active is expected",
            later.target.name, first.target.name
        ),
        help: format!(
            "give all servers the priority {priority}: those of a higher number are tried only \
             when the others are down"
        ),
        expected: span,
        other: Some(first.priority.span),
        intruder: None,
        fix: Some(expected.sip.with_priorities(
            site,
            format!("give all servers the priority {priority}"),
            &waiting,
        )),
    })
}

/// Of two servers that are expected one after the other, the second is tried first.
fn inverted(site: &Facts, expected: &ExpectedSet) -> Option<Fault> {
    let found = expected.found();
    let mut neighbours = found.windows(2);
    let is_inverted = |pair: &&[(_, Entry)]| {
        let (_, (_, early)) = pair[0];
        let (_, (_, late)) = pair[1];
        early.priority.value > late.priority.value
    };
    let [(server, (_, early)), (_, (_, late))] = neighbours.find(is_inverted)? else {
        return None;
    };
    let entries: Vec<_> = found.iter().map(|(_, entry)| *entry).collect();
    Some(Fault {
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
        intruder: None,
        fix: ascending(&entries).map(|priorities| {
            let title = "put the expected servers into their order".to_owned();
            expected.sip.with_priorities(site, title, &priorities)
        }),
    })
}

/// Those entries that need another priority for all of them to be tried in this order: the
/// priorities that there are, sorted, none twice. `None` where there is no number left.
fn ascending<'s>(entries: &[Entry<'s>]) -> Option<Vec<(Entry<'s>, u16)>> {
    let mut priorities: Vec<_> = entries.iter().map(|(_, srv)| srv.priority.value).collect();
    priorities.sort_unstable();
    let mut least = 0;
    for priority in &mut priorities {
        *priority = (*priority).max(least);
        least = priority.checked_add(1)?;
    }
    let both = entries.iter().copied().zip(priorities);
    Some(
        both.filter(|((_, srv), priority)| srv.priority.value != *priority)
            .collect(),
    )
}

/// One that nobody expects is tried before one that is expected, or as soon as it.
fn intruder(site: &Facts, expected: &ExpectedSet) -> Option<Fault> {
    let found = expected.found();
    let priority = |entry: &Entry| entry.1.priority.value;
    let last_expected = found.iter().map(|(_, entry)| priority(entry)).max()?;
    let mut ahead = expected.strangers();
    ahead.retain(|entry| priority(entry) <= last_expected);
    let first = ahead.first()?;
    let (_, intruder) = first;
    let later = found.iter();
    let later = later.filter(|(_, entry)| priority(entry) >= priority(first));
    let (server, (_, other)) = later.min_by_key(|(_, entry)| priority(entry))?;
    let (_, last) = expected.records().last()?;
    let how = if intruder.priority.value == other.priority.value {
        "has the priority of"
    } else {
        "is tried before"
    };
    Some(Fault {
        at: intruder.priority.span,
        message: format!(
            "`{}` {how} `{}`, and is not among the servers expected",
            intruder.target.name, other.target.name
        ),
        help: format!(
            "give it a higher priority number than {last_expected}, or name it in the settings"
        ),
        expected: server.span,
        other: Some(other.priority.span),
        intruder: Some(intruder.target.span),
        fix: last.priority.value.checked_add(1).map(|behind| {
            let title = format!("let `{}` wait behind the others", intruder.target.name);
            let moved: Vec<_> = ahead.iter().map(|entry| (*entry, behind)).collect();
            expected.sip.with_priorities(site, title, &moved)
        }),
    })
}

/// Servers that are expected one after the other are addresses of one name: no order is theirs.
fn unordered(
    site: &Facts,
    (simulation, setup, view): (&Simulation, &Setup, &View),
    findings: &mut Findings,
) {
    let servers = simulation.lookup.servers();
    let is_address = |server: &Server| server.via == Via::Address;
    let is_led = simulation.verdict == Verdict::Registers && servers.iter().all(is_address);
    let expectation = site.expectation_of(setup);
    let Some(expectation) = expectation.filter(|one| is_led && !one.is(Mode::ActiveActive)) else {
        return;
    };
    let found: HashSet<_> = servers.iter().map(|server| server.address).collect();
    let mut reached = expectation.servers.iter().filter_map(|server| {
        let mut addresses = server.value.addresses(view).into_iter().map(IpAddr::V4);
        Some((server, addresses.find(|one| found.contains(one))?))
    });
    let (Some((first, address)), Some(name)) = (reached.next(), setup.name()) else {
        return;
    };
    // One server may be named in two ways.
    let Some((second, _)) = reached.find(|(_, other)| *other != address) else {
        return;
    };
    let (at, help) = match below("_sip._udp", name) {
        Some(owner) if setup.entry.port.value == 0 => (
            setup.entry.address.span,
            format!(
                "list the servers in SRV records at `{owner}`, the first one with the lowest \
                 priority number"
            ),
        ),
        _ => (
            setup.entry.port.span,
            "set the port to 0 and list the servers in SRV records: handsets with a port do not \
             ask for these"
                .to_owned(),
        ),
    };
    let finding = findings
        .at(
            at,
            format!(
                "handsets try the addresses of `{name}` in no order, and `{}` is expected before \
                 `{}`",
                first.value, second.value
            ),
        )
        .help(help)
        .related(first.span, "what is expected")
        .handsets(&setup.handsets);
    findings.push(finding);
}
