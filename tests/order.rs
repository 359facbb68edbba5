//! The order of a zone's lines, of zones and of configurations says nothing: every page's
//! examples, turned round and mixed.

#[path = "support/example.rs"]
mod example;

use std::fmt::Write as _;

use example::pages;
use sipdns_lint::example::Texts;
use sipdns_lint::site::Simulation;

/// The lines of a master file of which each stands for itself: nothing is read from the line
/// before. Comments, directives and the SOA record stay in front; the carets of examples are
/// left out.
///
/// None where the order says something: with comments that speak to this program, and where a
/// merge left its marks.
fn lines(text: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    if ["sipdns-lint:", "<<<<<<<"]
        .iter()
        .any(|mark| text.contains(mark))
    {
        return None;
    }
    let is_caret = |line: &&str| line.starts_with(';') && line.contains("  ^");
    let lines = text
        .lines()
        .filter(|line| !is_caret(line) && !line.trim().is_empty());
    let is_head = |line: &&str| line.starts_with(['$', ';']) || line.contains(" SOA ");
    let (head, rest): (Vec<_>, Vec<_>) = lines.partition(is_head);
    let is_alone = |line: &&str| {
        !line.starts_with(char::is_whitespace) && !line.contains(['(', ')', '\0', '\r'])
    };
    let is_origin = |line: &&str| line.to_ascii_uppercase().starts_with("$ORIGIN");
    let moves = head.iter().any(is_origin);
    (!moves && rest.iter().all(is_alone)).then_some((head, rest))
}

/// Numbers that look drawn by lot, the same every time.
fn mixed(count: usize, seed: u64) -> Vec<usize> {
    let mut keyed: Vec<_> = (0..count)
        .map(|at| {
            let number = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed;
            (
                number.wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(31),
                at,
            )
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, at)| at).collect()
}

/// Rule and severity of everything that is found, and what becomes of the handsets.
fn told(texts: &Texts) -> (Vec<String>, Vec<String>) {
    let (site, findings) = texts.check();
    let found = findings
        .iter()
        .map(|one| format!("{} {}", one.severity, one.rule.id));
    let mut found: Vec<_> = found.collect();
    found.sort();
    let outcome = |one: &Simulation| {
        let servers = one.lookup.servers().iter();
        let mut servers: Vec<_> = servers
            .map(|server| {
                let share = format!("{:.6}", server.share);
                (
                    server.order,
                    &server.host,
                    server.address,
                    server.port,
                    share,
                )
            })
            .collect();
        servers.sort();
        format!("{:?} {servers:?}", one.verdict)
    };
    let outcomes = site.simulations.iter().map(outcome).collect();
    (found, outcomes)
}

/// Compares every example with what becomes of it; `change` gives none where there is nothing to
/// change. How many were compared.
fn compare(is_of_use: fn(&[String]) -> bool, change: impl Fn(Texts) -> Option<Texts>) -> usize {
    let mut faults = String::new();
    let mut compared = 0;
    for page in pages() {
        for example in &page.examples {
            let Some(changed) = change(example.texts()) else {
                continue;
            };
            let before = told(&example.texts());
            if !is_of_use(&before.0) {
                continue;
            }
            compared += 1;
            let after = told(&changed);
            if before != after {
                let (id, name) = (&page.id, &example.name);
                writeln!(faults, "{id}: {name}\n  {before:?}\n  {after:?}").expect("a string");
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
    compared
}

#[test]
fn the_order_of_lines_says_nothing() {
    // What cannot be read may be read by what stands around it.
    let is_readable = |found: &[String]| !found.iter().any(|one| one.ends_with(" zone-syntax"));
    for seed in 0..4_u64 {
        let compared = compare(is_readable, |mut texts| {
            let mut is_other = false;
            for (name, _, text) in &mut texts.zones {
                let is_master_file = !texts.formats.contains_key(name);
                let Some((head, rest)) = lines(text).filter(|_| is_master_file) else {
                    continue;
                };
                let order: Vec<_> = match seed {
                    0 => (0..rest.len()).rev().collect(),
                    _ => mixed(rest.len(), seed.wrapping_mul(0x94d0_49bb_1331_11eb)),
                };
                let rest = order.into_iter().map(|at| rest[at]);
                let all: Vec<_> = head.into_iter().chain(rest).collect();
                *text = all.join("\n") + "\n";
                is_other = true;
            }
            is_other.then_some(texts)
        });
        assert!(compared > 500, "{compared}");
    }
}

#[test]
fn the_order_of_zones_says_nothing() {
    let compared = compare(
        |_| true,
        |mut texts| {
            texts.zones.reverse();
            (texts.zones.len() > 1).then_some(texts)
        },
    );
    assert!(compared > 500, "{compared}");
}

#[test]
fn the_order_of_configurations_says_nothing() {
    let compared = compare(
        |_| true,
        |mut texts| {
            texts.phones.reverse();
            (texts.phones.len() > 1).then_some(texts)
        },
    );
    assert!(compared > 50, "{compared}");
}
