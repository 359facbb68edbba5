//! A second lookup: what is still held, and what a miss outlives.

use sipdns_lint::dns::Question;
use sipdns_lint::handset::{AnswerFrom, Assumptions, Handset, Model};

use crate::{CASE, Case, EVERY_SET, asked, reached};

/// The seconds each answer of a second lookup is still held; `-` where the server is asked.
fn held_after(case: Case, seconds: u32) -> String {
    let site = case.site();
    let mut dns = &site.views[0];
    let mut handset = Handset::new(&mut dns, site.model, site.assumptions);
    let entry = &site.setups[0].entry;
    let first = handset.look_up(entry);
    handset.wait(seconds);
    let second = handset.look_up(entry);
    assert_eq!(asked(&first), asked(&second), "after {seconds} seconds");
    let held = second.steps.iter().map(|step| match step.from {
        AnswerFrom::Server => "-".to_owned(),
        AnswerFrom::Configuration => "static".to_owned(),
        AnswerFrom::Cache { remaining } => remaining.to_string(),
    });
    held.collect::<Vec<_>>().join(" ")
}

#[test]
fn answers_are_kept_for_their_ttl_and_misses_for_that_of_the_soa() {
    // NAPTR is missing; SRV has 120 seconds, the address 300.
    let zone = "_sip._udp.pbx 120 SRV 0 0 5060 a\n";
    for (seconds, expected) in [
        (0, "60 120 300"),
        (59, "1 61 241"),
        (60, "- 60 240"),
        (119, "- 1 181"),
        (120, "- - 180"),
        (299, "- - 1"),
        (300, "- - -"),
    ] {
        assert_eq!(
            held_after(Case { zone, ..CASE }, seconds),
            expected,
            "{seconds}"
        );
    }
    // A TTL of 0 is not kept at all; the shortest of a chain of aliases counts.
    let zone = "\
_sip._udp.pbx 0 SRV 0 0 5060 c
c 30 CNAME a
";
    assert_eq!(held_after(Case { zone, ..CASE }, 0), "60 - 30");
}

#[test]
fn a_miss_outlives_the_repair_of_the_zone() {
    let before = CASE.site();
    let after = Case {
        zone: EVERY_SET,
        ..CASE
    }
    .site();
    let repaired = std::cell::Cell::new(false);
    let mut dns = |question: &Question| {
        let site = if repaired.get() { &after } else { &before };
        site.views[0].ask(&question.name, question.record_type)
    };
    let mut handset = Handset::new(&mut dns, Model::spectralink_84(), Assumptions::default());
    let entry = &before.setups[0].entry;
    assert_eq!(reached(&handset.look_up(entry)), "nothing");
    repaired.set(true);
    handset.wait(59);
    assert_eq!(reached(&handset.look_up(entry)), "nothing");
    handset.wait(1);
    assert_eq!(
        reached(&handset.look_up(entry)),
        "1 a.lab. 10.0.0.1:5060 UDP"
    );
}
