//! Logs that lack lines, and logs that have them twice.

use super::*;

/// The numbers of questions of each lookup, and whether lines of it are lost.
fn lookups(text: &str) -> Vec<(usize, bool)> {
    let (_, log) = read(text);
    let lookups = log.chains.iter();
    lookups.map(|one| (one.steps.len(), one.has_gap)).collect()
}

#[test]
fn a_line_that_repeats_the_one_before_says_nothing_new() {
    let text = timed(SUCCESS);
    let twice: String = text
        .lines()
        .flat_map(|line| [line, "\n", line, "\n"])
        .collect();
    let ((_, log), (_, doubled)) = (read(&text), read(&twice));
    let ends = |log: &PhoneLog| -> Vec<_> { log.chains.iter().map(Chain::shown).collect() };
    assert_eq!(ends(&log), ends(&doubled));
    assert_eq!(log.registrations, doubled.registrations);
    assert_eq!(log.lines.known, doubled.lines.known);
    assert!(doubled.lines.repeated as usize >= text.lines().count());
}

#[test]
fn a_lookup_has_a_gap_where_the_count_of_missed_events_rises() {
    let counted = |from: usize, missed: &str| -> String {
        let column = format!("|{missed}|");
        let columns = |(index, line): (usize, &str)| {
            let rises = usize::from(index >= from);
            line.replacen("|00|", &column, rises) + "\n"
        };
        FAILED.lines().enumerate().map(columns).collect()
    };
    assert_eq!(lookups(&counted(0, "07")), [(3, false)]);
    assert_eq!(lookups(&counted(5, "07")), [(3, true)]);
    // It can rise no further, so nobody knows.
    assert_eq!(lookups(&counted(0, "99")), [(3, true)]);
}

#[test]
fn records_of_another_answer_are_none_of_the_one_before() {
    let listed = |missed: &str| {
        let text = format!(
            "|dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'a.b' attempting..\n\
             |dns  |3|00|DNS lookup for (NAPTR) 'a.b'() TTL=60\n\
             |dns  |1|{missed}|target:port 'sip1.a.b.:5060'\n\
             |dns  |1|{missed}|priority '1'\n\
             |dns  |1|{missed}|weight '10'\n"
        );
        let (_, log) = read(&text);
        let chain = log.chains.iter().next().expect("a lookup");
        chain.steps[0].shown.answer.clone()
    };
    let not_shown = Answer::Records {
        records: Some(Vec::new()),
        hidden: 1,
        ttl: Some(60),
    };
    // Whether the log counts what it lacks or not.
    assert_eq!(listed("08"), not_shown);
    assert_eq!(listed("00"), not_shown);
}

#[test]
fn two_handsets_among_each_other_are_no_lookup_that_can_be_judged() {
    let (mut text, failed) = (String::new(), FAILED.lines());
    for (one, two) in SUCCESS.lines().zip(failed) {
        writeln!(text, "{one}\n{two}").expect("a string");
    }
    let all = lookups(&text);
    assert!(all.contains(&(4, true)), "{all:?}");
}
