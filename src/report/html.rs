//! A page for the customer's file: one HTML document that needs nothing else.
//!
//! There is no script and nothing is loaded: the page forbids both to the browser. Every text
//! passes [`escape::html`] on its way into it. Pages are bounded however much was read: what
//! is left out is counted.

use std::borrow::Cow;
use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Content, Detail, Location, Presentation, Report, count, escape, story};
use crate::finding::{Finding, Fix};
use crate::fix::System;
use crate::handset::assumption::ASSUMPTIONS;
use crate::rule::Severity;
use crate::site::{Outcome, Verdict};

mod chain;
mod snippet;
mod what_if;

/// The style sheet.
const STYLE: &str = include_str!("html/page.css");

/// Inputs, set-ups and findings of a page; the rest is counted.
const INPUTS: usize = 200;
const SETUPS: usize = 50;
const FINDINGS: usize = 200;

/// A text of the inputs, or of anything else, inside the page.
pub(super) fn text(text: &str) -> PreEscaped<Cow<'_, str>> {
    PreEscaped(escape::html(text))
}

/// A message, whose names stand between backticks, inside the page.
pub(super) fn message(text: &str) -> PreEscaped<String> {
    PreEscaped(escape::html_message(text))
}

pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", page(report, how).into_string())
}

fn page(report: &Report<'_>, how: &Presentation) -> Markup {
    let is_story = how.content == Content::Story;
    let title = title(report, is_story);
    // Of what a log alone tells of, nothing can be simulated.
    let is_decided = |one: &Outcome<'_>| one.verdict() != Verdict::Undetermined;
    let has_setups = !is_story || report.site.outcomes().iter().any(is_decided);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (text(&title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (text(&title)) }
                    @if has_setups {
                        p { (text(&verdict(report))) }
                    }
                    p { (text(&report.summary.to_string())) "." }
                }
                main {
                    (to_do(report))
                    @if is_story {
                        (story::html(report, how.detail))
                    }
                    @if has_setups {
                        (setups(report))
                    }
                    (findings(report))
                    (assumptions(report))
                    (coverage(report))
                    (inputs(report))
                }
                footer {
                    p { "Written by sipdns-lint " (env!("CARGO_PKG_VERSION")) ", which asks DNS servers at most and never speaks SIP." }
                }
            }
        }
    }
}

/// Characters of a title; browsers and readers cut longer ones.
const TITLE: usize = 60;

/// `SIP failover of eslab.local`, `SIP lookups in handset.log`
fn title(report: &Report<'_>, is_story: bool) -> String {
    let site = report.site;
    let (what, noun, mut names): (_, _, Vec<&str>) = if is_story {
        let names = site
            .logs
            .iter()
            .map(|log| site.sources.get(log.source).name.as_str());
        ("SIP lookups in", "handset log", names.collect())
    } else {
        let addresses = site
            .setups
            .iter()
            .map(|setup| setup.entry.address.value.as_str());
        ("SIP failover of", "set-up", addresses.collect())
    };
    let all = names.len();
    names.dedup();
    match &names[..] {
        [] => "SIP report".to_owned(),
        [only] if only.chars().count() < TITLE - what.len() => format!("{what} {only}"),
        _ => format!("{what} {}", count(all, noun)),
    }
}

/// What becomes of the set-ups.
fn verdict(report: &Report<'_>) -> String {
    let outcomes = report.site.outcomes();
    let of = |verdict| {
        outcomes
            .iter()
            .filter(|one| one.verdict() == verdict)
            .count()
    };
    let mut parts = Vec::new();
    for (verdict, says) in [
        (Verdict::Registers, "registers"),
        (Verdict::Fails, "fails"),
        (Verdict::Undetermined, "is not decided by the data given"),
    ] {
        match of(verdict) {
            0 => {}
            1 => parts.push(format!("1 set-up {says}")),
            number => {
                let says = says
                    .replace("registers", "register")
                    .replace("fails", "fail");
                parts.push(format!(
                    "{number} set-ups {}",
                    says.replace("is not", "are not")
                ));
            }
        }
    }
    if parts.is_empty() {
        parts.push("no set-up".to_owned());
    }
    format!("{}.", parts.join(", "))
}

/// What to do: the help of every error and warning, the worst first.
fn to_do(report: &Report<'_>) -> Markup {
    let mut tasks: Vec<(usize, &Finding)> = shown(report).into_iter().enumerate().collect();
    tasks.retain(|(_, finding)| finding.severity > Severity::Note);
    tasks.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    html! {
        section aria-labelledby="to-do" {
            h2 #to-do { "What to do" }
            @if tasks.is_empty() {
                p { "Nothing has to be done." }
            } @else {
                ol {
                    @for (at, finding) in &tasks {
                        li {
                            (severity(finding.severity)) " "
                            (lines(finding.help.as_deref().unwrap_or(&finding.message)))
                            " " a href={ "#finding-" (at + 1) } { "finding " (at + 1) }
                        }
                    }
                }
            }
        }
    }
}

/// A message of several lines, one below the other.
fn lines(text: &str) -> Markup {
    html! {
        @for (at, line) in text.lines().enumerate() {
            @if at > 0 { br; }
            (message(line))
        }
    }
}

fn severity(severity: Severity) -> Markup {
    html! { strong class={ "severity " (severity.word()) } { (severity.word()) } }
}

fn setups(report: &Report<'_>) -> Markup {
    let outcomes = report.site.outcomes();
    let line_ups = report.site.failover();
    html! {
        section aria-labelledby="setups" {
            h2 #setups { "What handsets find" }
            @if outcomes.is_empty() {
                p { "Nothing that was read says what handsets look up." }
            }
            @for outcome in outcomes.iter().take(SETUPS) {
                (setup(report, outcome))
            }
            (more(outcomes.len(), SETUPS, "set-up"))
        }
        section aria-labelledby="what-if" {
            h2 #what-if { "When servers are down" }
            @if line_ups.is_empty() {
                p { "There is no set-up to take servers away from." }
            }
            @for line_up in line_ups.iter().take(SETUPS) {
                (what_if::sheet(report, line_up))
            }
            (more(line_ups.len(), SETUPS, "line"))
        }
    }
}

fn setup(report: &Report<'_>, outcome: &Outcome<'_>) -> Markup {
    let word = outcome.verdict().word();
    html! {
        article {
            h3 { (text(&super::title(outcome))) }
            p {
                strong class={ "verdict " (word) } { (word) }
                @if let Some(readings) = report.readings(outcome) {
                    " " (text(&readings))
                }
            }
            (chain::chain(outcome))
            @if !outcome.setup.handsets.is_empty() {
                p { "Handsets: " (text(&handsets(outcome))) }
            }
        }
    }
}

/// Handsets named before the rest is counted.
const HANDSETS: usize = 12;

fn handsets(outcome: &Outcome<'_>) -> String {
    let all = &outcome.setup.handsets;
    let named: Vec<_> = all.iter().take(HANDSETS).map(ToString::to_string).collect();
    match all.len() - named.len() {
        0 => named.join(", "),
        rest => format!("{} and {rest} more", named.join(", ")),
    }
}

/// The findings that the page holds: of each rule the first ones.
fn shown<'r>(report: &'r Report<'_>) -> Vec<&'r Finding> {
    let (mut shown, _) = report.limited(Detail::Normal);
    shown.truncate(FINDINGS);
    shown
}

fn findings(report: &Report<'_>) -> Markup {
    let (all, shown) = (report.findings.len(), shown(report));
    html! {
        section aria-labelledby="findings" {
            h2 #findings { "Findings" }
            @if all == 0 {
                p { "There are none." }
            }
            @for (at, one) in shown.iter().enumerate() {
                (finding(report, at, one))
            }
            (more(all, shown.len(), "finding"))
        }
    }
}

fn finding(report: &Report<'_>, at: usize, finding: &Finding) -> Markup {
    let sources = &report.site.sources;
    html! {
        article id={ "finding-" (at + 1) } {
            h3 { (at + 1) ". " (severity(finding.severity)) " " (message(&finding.message)) }
            p { "Rule " code { (text(finding.rule.id)) } ", " (text(&Location::of(sources, finding.span).to_string())) }
            (snippet::snippet(sources, finding.span))
            @for label in finding.related.iter().take(RELATED) {
                p { (message(&label.message)) ", " (text(&Location::of(sources, label.span).to_string())) ":" }
                (snippet::snippet(sources, label.span))
            }
            (more(finding.related.len(), RELATED, "place"))
            @if let Some(help) = &finding.help {
                p { strong { "What to do: " } (lines(help)) }
            }
            @if let Some(fix) = &finding.fix {
                (repair(fix))
            }
            @if !finding.handsets.is_empty() {
                p { "Touches " (count(finding.handsets.len(), "handset")) "." }
            }
        }
    }
}

/// Further places of a finding that are shown.
const RELATED: usize = 6;

fn repair(fix: &Fix) -> Markup {
    let commands = fix.commands();
    let systems: Vec<_> = System::ALL
        .into_iter()
        .filter_map(|system| Some((system.title(), commands.get(system)?)))
        .collect();
    html! {
        p { strong { "Repair: " } (message(&fix.title)) }
        @if !systems.is_empty() {
            dl.commands {
                @for (system, lines) in &systems {
                    dt { (system) }
                    dd {
                        @for line in lines.lines() {
                            code { (text(line)) }
                        }
                    }
                }
            }
        }
    }
}

fn assumptions(report: &Report<'_>) -> Markup {
    let meaning = |name: &str, value: &str| {
        let readings = ASSUMPTIONS.iter().find(|one| one.name == name);
        let mut readings = readings.into_iter().flat_map(|one| one.readings);
        readings
            .find(|one| one.value == value)
            .map_or("", |one| one.meaning)
    };
    html! {
        section aria-labelledby="assumptions" {
            h2 #assumptions { "How undocumented behaviour was read" }
            p { "Simulated: " (text(report.site.model.title)) ". Nobody documents the following; another reading can be tried with " code { "--assume" } "." }
            (table("Assumptions", &["assumption", "reading", "what it means"], report.site.assumptions.chosen().map(|(name, value)| {
                vec![html! { code { (name) } }, html! { code { (value) } }, html! { (text(meaning(name, value))) }]
            })))
        }
    }
}

fn coverage(report: &Report<'_>) -> Markup {
    html! {
        section aria-labelledby="coverage" {
            h2 #coverage { "What was checked, and what was not" }
            ul {
                @for checked in &report.checked {
                    li { "checked: " (text(checked)) }
                }
                @for missing in &report.not_checked {
                    li { strong { "not checked: " } (message(&missing.what)) ": " (message(&missing.why)) }
                }
                @for problem in &report.problems {
                    li { strong { "could not check: " } (message(&problem.message)) }
                }
            }
        }
    }
}

fn inputs(report: &Report<'_>) -> Markup {
    let site = report.site;
    let row = |input: &crate::site::Input| {
        let name = &site.sources.get(input.source).name;
        let zone = input
            .zone
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let records = input
            .records
            .map(|records| records.to_string())
            .unwrap_or_default();
        let own = site.zones.iter().find(|zone| zone.source == input.source);
        let serial = own.and_then(|zone| zone.serial());
        let serial = serial.map_or_else(String::new, |serial| serial.to_string());
        [name.as_str(), input.kind.word(), &zone, &serial, &records]
            .map(|cell| html! { (text(cell)) })
            .to_vec()
    };
    html! {
        section aria-labelledby="inputs" {
            h2 #inputs { "What was read" }
            (table("Inputs", &["input", "kind", "zone", "serial", "records"], site.inputs.iter().take(INPUTS).map(row)))
            (more(site.inputs.len(), INPUTS, "input"))
        }
    }
}

/// A table that turns into a list where there is no room for columns.
pub(super) fn table(
    caption: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<Markup>>,
) -> Markup {
    html! {
        table {
            caption { (text(caption)) }
            thead {
                tr {
                    @for cell in header {
                        th scope="col" { (cell) }
                    }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        @for (cell, column) in row.iter().zip(header) {
                            td data-column=(column) { (cell) }
                        }
                    }
                }
            }
        }
    }
}

/// How many more there are than the page shows.
fn more(all: usize, shown: usize, noun: &str) -> Markup {
    html! {
        @if all > shown {
            p.more { "And " (count(all - shown, &format!("more {noun}"))) ", which this page does not show; " code { "--format json" } " holds them all." }
        }
    }
}
