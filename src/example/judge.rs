//! What an example points at, and what is found.

use std::collections::BTreeSet;

use super::{Check, Example, Expected, served};
use crate::rule::{Catalogue, Severity};
use crate::source::{Origin, Source};

/// A place: source, line, columns, rule.
type Place = (String, u32, u32, u32, String);

/// What became of an example.
#[derive(Debug)]
pub struct Outcome {
    /// What is wrong with it; empty when all is as it says.
    pub faults: Vec<String>,
    /// Every finding in one line.
    pub found: Vec<String>,
    /// It names the rule somewhere: it is one that fires, not a near miss.
    pub fires: bool,
}

impl Example {
    /// Runs it as an example of `rule`, under all rules of a catalogue.
    ///
    /// Notes of other rules may stand beside what it shows, those of its own rule may not.
    pub fn run(&self, rule: &str, catalogue: &Catalogue, check: &Check<'_>) -> Outcome {
        let texts = self.texts();
        let mut faults = Vec::new();
        let phones = texts.phones.iter().map(|(name, text)| (&**name, &**text));
        let zones = texts.zones.iter();
        let zones = zones.map(|(name, _, text)| (&**name, &**text));
        let baseline = texts.baseline.iter().map(|text| ("baseline", &**text));
        let logs = texts.logs.iter().map(|(name, text)| (&**name, &**text));
        let settings = texts.settings.iter().map(|text| ("settings", &**text));
        let servers = texts.servers.iter();
        let servers: Vec<_> = servers
            .map(|(address, text)| (served::name(*address), &**text))
            .collect();
        let servers = servers.iter().map(|(name, text)| (&**name, *text));
        let (site, findings, more) = texts.check_with(catalogue, check);
        let of_command = |(_, source): &(_, &Source)| source.origin == Origin::Arguments;
        let command = site.sources.iter().filter(of_command);
        let command = command.map(|(_, source)| (&*source.name, &*source.text));
        let rest = logs.chain(baseline).chain(settings).chain(servers);
        let rest = rest.chain(command);
        let everything: Vec<(&str, &str)> = phones.chain(zones).chain(rest).collect();
        let mut expected = BTreeSet::new();
        for (name, text) in &everything {
            carets(name, text, &mut expected, &mut faults);
        }
        for wanted in &self.expect {
            let mut texts = everything.iter();
            match texts.find_map(|(name, text)| occurrence(name, text, wanted)) {
                Some(place) => drop(expected.insert(place)),
                None => faults.push(format!("`{}` does not occur", wanted.text)),
            }
        }
        faults.extend(more.into_iter().map(|fault| fault.message));
        let mut places = BTreeSet::new();
        let mut found = Vec::new();
        for finding in &findings {
            let (from, to) = site.sources.positions(finding.span);
            let name = site.sources.get(finding.span.source).name.clone();
            let end = if to.line == from.line {
                to.column
            } else {
                u32::MAX
            };
            let place = (
                name,
                from.line,
                from.column,
                end,
                finding.rule.id.to_owned(),
            );
            let line = format!(
                "{}: {}: {}",
                shown(&place),
                finding.severity,
                finding.message
            );
            let counts = finding.severity >= Severity::Warning || finding.rule.id == rule;
            if counts && !expected.contains(&place) {
                faults.push(format!("unexpected: {line}"));
            }
            found.push(line);
            places.insert(place);
        }
        for place in expected.difference(&places) {
            faults.push(format!("not found: {}", shown(place)));
        }
        Outcome {
            faults,
            found,
            fires: expected.iter().any(|place| place.4 == rule),
        }
    }
}

fn shown((source, line, start, end, rule): &Place) -> String {
    let end = if *end == u32::MAX {
        "…".to_owned()
    } else {
        end.to_string()
    };
    format!("{source}:{line}:{start}-{end} {rule}")
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Where the caret lines of a text point: each counts for the nearest line above that is none
/// itself.
fn carets(source: &str, text: &str, places: &mut BTreeSet<Place>, faults: &mut Vec<String>) {
    let mut target = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let comment = line.trim_start();
        let is_comment = [";", "#", "<!--"]
            .iter()
            .any(|mark| comment.starts_with(mark));
        let Some(first) = line.find('^').filter(|_| is_comment) else {
            target = number;
            continue;
        };
        let width = line[first..]
            .bytes()
            .take_while(|byte| *byte == b'^')
            .count();
        let start = count(&line[..first]) + 1;
        let end = start + u32::try_from(width).unwrap_or(u32::MAX - start);
        match line[first + width..].split_whitespace().next() {
            Some(rule) => {
                places.insert((source.to_owned(), target, start, end, rule.to_owned()));
            }
            None => faults.push(format!(
                "{source}:{number}: a line of carets names its rule"
            )),
        }
    }
}

/// The first occurrence of a text, as a place.
fn occurrence(source: &str, text: &str, wanted: &Expected) -> Option<Place> {
    let at = text.find(&wanted.text)?;
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = count(&text[line_start..at]) + 1;
    let line = u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX);
    let end = column + count(&wanted.text);
    Some((source.to_owned(), line, column, end, wanted.rule.clone()))
}
