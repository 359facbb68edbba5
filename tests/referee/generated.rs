//! Zones out of a random number generator with a fixed seed: few labels, so that names meet
//! each other as owners, targets, wildcards, cuts and empty non-terminals.

use std::collections::BTreeMap;

use crate::random::Random;

/// The labels of owners and targets.
const LABELS: [&str; 6] = ["a", "b", "C", "*", "_udp", "d"];

/// How many zones there are.
pub const ZONES: u64 = 208;

/// So many zones in a row lead into each other.
const GROUP: u64 = 8;

/// Attempts to add a record to a zone of the first group; some are turned down.
const RECORDS: usize = 60;

/// The same for the others: many small zones bring about more shapes than few large ones.
const FEW_RECORDS: usize = 9;

/// One to three labels, the last first.
fn labels(random: &mut Random) -> Vec<&'static str> {
    (0..=random.below(3))
        .map(|_| random.one_of(&LABELS))
        .collect()
}

/// A target: mostly in this zone, sometimes in another one of its group or in none.
fn target(random: &mut Random, number: u64) -> String {
    let labels = written(&labels(random));
    match random.below(8) {
        0 => {
            let group = number - number % GROUP;
            format!("{labels}.{}", apex(group + random.below(8) as u64))
        }
        1 if random.below(4) == 0 => format!("{labels}.example."),
        _ => labels,
    }
}

fn written(labels: &[&str]) -> String {
    let labels: Vec<_> = labels.iter().rev().copied().collect();
    labels.join(".")
}

/// The name of zone `number`.
pub fn apex(number: u64) -> String {
    format!("g{number}.test.")
}

/// The text of zone `number`, which every server takes: no CNAME beside other records, one
/// DNAME an owner and nothing below it, no NS or DNAME of a wildcard (RFC 4592 4.2 and 4.4
/// leave their meaning open).
pub fn text(number: u64) -> String {
    let mut random = Random::seeded(number);
    // Owner, as labels from the top, in lower case, to types and lines.
    let mut records: BTreeMap<Vec<String>, Vec<(&str, String)>> = BTreeMap::new();
    let attempts = if number < GROUP { RECORDS } else { FEW_RECORDS };
    for at in 0..attempts {
        let labels = labels(&mut random);
        let target = target(&mut random, number);
        let (record_type, data) = match random.below(16) {
            0..=4 => ("A", format!("10.{number}.0.{at}")),
            5 => ("AAAA", format!("2001:db8::{at}")),
            6 => ("SRV", format!("{at} 0 5060 {target}")),
            7 => ("NAPTR", format!("{at} 0 \"S\" \"SIP+D2U\" \"\" {target}")),
            8..=10 => ("CNAME", target),
            11 => ("DNAME", target),
            12 => ("NS", target),
            13 => ("PTR", target),
            _ => ("TXT", format!("\"{at}\"")),
        };
        let owner: Vec<_> = labels.iter().map(|label| label.to_lowercase()).collect();
        if fits(&records, &owner, record_type) {
            let line = format!("{}\t{record_type}\t{data}\n", written(&labels));
            records.entry(owner).or_default().push((record_type, line));
        }
    }
    let lines: String = records
        .into_values()
        .flatten()
        .map(|(_, line)| line)
        .collect();
    format!(
        "$TTL 600\n@ SOA ns hostmaster {number} 900 600 86400 {}\n NS ns\nns A 10.{number}.1.1\n{lines}",
        60 + number
    )
}

fn fits(
    records: &BTreeMap<Vec<String>, Vec<(&str, String)>>,
    owner: &[String],
    record_type: &str,
) -> bool {
    let owns = |name: &[String], of: &str| {
        records
            .get(name)
            .is_some_and(|records| records.iter().any(|(record_type, _)| *record_type == of))
    };
    let is_wildcard = owner.last().is_some_and(|label| label == "*");
    let below_dname = (1..owner.len()).any(|labels| owns(&owner[..labels], "DNAME"));
    let single = owns(owner, "CNAME") || owns(owner, "DNAME");
    !below_dname
        && !single
        && match record_type {
            "CNAME" => !records.contains_key(owner),
            "DNAME" => !is_wildcard && !records.keys().any(|other| other.starts_with(owner)),
            "NS" => !is_wildcard,
            _ => true,
        }
}
