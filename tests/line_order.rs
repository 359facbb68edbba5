//! The order in which the records of a zone are written says nothing: every page's examples,
//! with their lines turned round and mixed.

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

#[test]
fn the_order_of_lines_says_nothing() {
    let mut faults = String::new();
    let mut compared = 0;
    for page in pages() {
        for example in &page.examples {
            let written = example.texts();
            let before = told(&written);
            // What cannot be read may be read by what stands around it.
            if before.0.iter().any(|found| found.ends_with(" zone-syntax")) {
                continue;
            }
            for seed in 0..4_u64 {
                let mut texts = example.texts();
                let mut is_other = false;
                for (name, _, text) in &mut texts.zones {
                    if written.formats.contains_key(name) {
                        continue;
                    }
                    let Some((head, rest)) = lines(text) else {
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
                if !is_other {
                    break;
                }
                compared += 1;
                let after = told(&texts);
                if before != after {
                    writeln!(
                        faults,
                        "{}: {} ({seed})\n  {before:?}\n  {after:?}",
                        page.id, example.name
                    )
                    .expect("a string");
                }
            }
        }
    }
    assert!(compared > 1000, "{compared}");
    assert!(faults.is_empty(), "\n{faults}");
}
