//! Every page's examples: what they point at is found there and nowhere else, under all
//! rules. `EXAMPLE=rule-id cargo test --test examples` runs one page and prints what was found.

// Why a rule has no repair is the matter of another test.
#[allow(dead_code)]
#[path = "support/example.rs"]
mod example;
#[path = "support/site.rs"]
mod site;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use example::{Example, Expected, pages, texts};
use sipdns_lint::rule::Severity;

/// A place: source, line, columns, rule.
type Place = (String, u32, u32, u32, String);

/// The text, and where its caret lines point: each counts for the nearest line above that is
/// none itself.
fn carets(source: &str, text: &str, places: &mut BTreeSet<Place>) {
    let mut target = 0;
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).expect("a short text");
        let comment = line.trim_start();
        let is_comment = comment.starts_with(';') || comment.starts_with("<!--");
        let Some(first) = line.find('^').filter(|_| is_comment) else {
            target = number;
            continue;
        };
        let width = line[first..].chars().take_while(|c| *c == '^').count();
        let start = u32::try_from(line[..first].chars().count() + 1).expect("a short line");
        let rule = line[first + width..].split_whitespace().next();
        places.insert((
            source.to_owned(),
            target,
            start,
            start + u32::try_from(width).expect("a short line"),
            rule.expect("a caret line names its rule").to_owned(),
        ));
    }
}

/// The first occurrence of a text, as a place.
fn occurrence(source: &str, text: &str, wanted: &Expected) -> Option<Place> {
    let at = text.find(&wanted.text)?;
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |text: &str| u32::try_from(text.chars().count()).expect("a short text");
    let column = count(&text[line_start..at]) + 1;
    let line = u32::try_from(before.matches('\n').count() + 1).expect("a short text");
    let end = column + count(&wanted.text);
    Some((source.to_owned(), line, column, end, wanted.rule.clone()))
}

/// What is wrong with an example; empty when all is as it says.
///
/// Notes of other rules may stand beside what it shows, those of its own rule may not.
fn run(rule: &str, example: &Example, show: bool) -> String {
    let texts = texts(example);
    let mut expected = BTreeSet::new();
    for (name, _, text) in &texts.zones {
        carets(name, text, &mut expected);
    }
    let mut faults = String::new();
    for (name, text) in &texts.phones {
        carets(name, text, &mut expected);
    }
    let phones = texts.phones.iter().map(|(name, text)| (name, text));
    let zones = texts.zones.iter().map(|(name, _, text)| (name, text));
    let name = "baseline".to_owned();
    let baseline = texts.baseline.iter().map(|text| (&name, text));
    let everything: Vec<_> = phones.chain(zones).chain(baseline).collect();
    for wanted in &example.expect {
        let mut places = everything
            .iter()
            .filter_map(|(name, text)| occurrence(name, text, wanted));
        match places.next() {
            Some(place) => drop(expected.insert(place)),
            None => writeln!(faults, "  `{}` does not occur", wanted.text).expect("a string"),
        }
    }
    let (site, findings) = texts.check();
    let mut found = BTreeSet::new();
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
        if show {
            #[allow(clippy::print_stdout)] // what EXAMPLE=… asks for
            {
                println!("  {place:?} {} {}", finding.severity, finding.message);
            }
        }
        let counts = finding.severity >= Severity::Warning || finding.rule.id == rule;
        if counts && !expected.contains(&place) {
            writeln!(faults, "  unexpected: {place:?} {}", finding.message).expect("a string");
        }
        found.insert(place);
    }
    for place in expected.difference(&found) {
        writeln!(faults, "  not found: {place:?}").expect("a string");
    }
    faults
}

#[test]
fn every_example_yields_what_it_points_at_and_nothing_else() {
    let only = std::env::var("EXAMPLE").ok();
    let mut faults = String::new();
    for page in pages() {
        if only.as_ref().is_some_and(|only| *only != page.id) {
            continue;
        }
        let (mut fires, mut near_misses) = (0, 0);
        for example in &page.examples {
            if only.is_some() {
                println!("{}: {}", page.id, example.name);
            }
            let fault = run(&page.id, example, only.is_some());
            if !fault.is_empty() {
                writeln!(faults, "{}: {}\n{fault}", page.id, example.name).expect("a string");
            }
            let mut carets_of = BTreeSet::new();
            let texts = texts(example);
            for (name, text) in texts.phones.iter().map(|(name, text)| (name, text)) {
                carets(name, text, &mut carets_of);
            }
            for (name, _, text) in &texts.zones {
                carets(name, text, &mut carets_of);
            }
            let named = |rule: &String| *rule == page.id;
            let firing = carets_of.iter().any(|place| named(&place.4))
                || example.expect.iter().any(|expected| named(&expected.rule));
            if firing { fires += 1 } else { near_misses += 1 }
        }
        let live = page.needs.iter().any(|need| need == "live");
        if near_misses == 0 || (fires == 0 && !live) {
            writeln!(
                faults,
                "{}: a page has an example that fires and a near miss that does not",
                page.id
            )
            .expect("a string");
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}
