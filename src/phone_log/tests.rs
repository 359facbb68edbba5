//! Logs in every form, from the bulletin's two to any bytes.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use proptest::prelude::*;

use super::*;
use crate::handset::log::shown::{Answer, From, Record};
use crate::source::{Origin, Sources};

mod gaps;
mod handsets;
mod records;

const FAILED: &str = include_str!("../../fixtures/bulletin-log-failed/handset.log");
const SUCCESS: &str = include_str!("../../fixtures/bulletin-log-success/handset.log");

fn read(text: impl AsRef<[u8]>) -> (Sources, PhoneLog) {
    let sources = Sources::new();
    let scan = scan(text.as_ref()).expect("bytes can be read");
    let mut logs = scan.into_logs(&sources, "handset.log", Origin::Stdin);
    (sources, logs.remove(0))
}

/// A log as the bulletin prints it: numbered, without times, every `00` deleted, columns a
/// character narrower, and `_sip._udp` without its dot where the text is copied from the PDF.
fn as_printed(log: &str) -> String {
    let mut printed = String::from("```\n");
    for (index, line) in log.lines().enumerate() {
        let line = line.replace("dns  |", "dns |").replace("sip  |", "sip |");
        let line = line.replace("|00|", "| |").replace("00", "");
        let line = line.replace("_sip._udp", "_sip_udp");
        writeln!(printed, "{} {line}  ", index + 1).expect("a string");
    }
    printed.push_str("```\n");
    printed
}

/// A log with a time in each line, a second apart, in the form in which handsets are shipped.
fn timed(log: &str) -> String {
    let stamp = |index: usize| format!("102817{:02}{:02}", index / 60, index % 60);
    let mut text = String::new();
    for (index, line) in log.lines().enumerate() {
        writeln!(text, "{}{line}", stamp(index)).expect("a string");
    }
    text
}

fn questions(chain: &Chain) -> Vec<String> {
    let question = |step: &Step| format!("{} {}", step.shown.record_type, step.shown.name);
    chain.steps.iter().map(question).collect()
}

#[test]
fn the_failed_log_is_three_misses_and_a_local_480() {
    for text in [
        FAILED.to_owned(),
        as_printed(FAILED),
        FAILED.replace('\n', "\r\n"),
    ] {
        let (sources, log) = read(&text);
        assert_eq!(log.chains.count(), 1, "{text}");
        let chain = log.chains.iter().next().expect("one chain");
        assert_eq!(
            questions(chain),
            [
                "NAPTR testserver.eslab.local",
                "SRV _sip._udp.testserver.eslab.local",
                "A testserver.eslab.local"
            ]
        );
        for step in &chain.steps {
            let expected = Answer::Nothing {
                kept: Some(3600),
                code: Some(4),
            };
            assert_eq!(step.shown.answer, expected);
            assert_eq!(step.shown.from, From::Server);
        }
        assert!(chain.failed());
        let failure = chain.failure.as_ref().expect("a 480");
        assert_eq!((failure.user.as_str(), failure.code), ("1512", 480));
        let text = sources.text(log.span(failure.mark));
        assert_eq!(text, "480 Temporarily not available");
        assert_eq!(log.domain.as_deref(), Some("eslab.local"));
        assert_eq!(log.lines.unknown, 0);
        assert!(log.others.is_empty());
    }
}

#[test]
fn the_successful_log_leads_to_both_servers_in_their_order() {
    for text in [SUCCESS.to_owned(), as_printed(SUCCESS)] {
        let (_, log) = read(&text);
        assert_eq!(log.chains.count(), 1, "{:?}", log.chains);
        let chain = log.chains.iter().next().expect("one chain");
        assert_eq!(
            questions(chain),
            [
                "NAPTR testserver.eslab.local",
                "SRV _sip._udp.testserver.eslab.local",
                "A piper.eslab.local.",
                "A piper2.eslab.local."
            ]
        );
        let server = |order, host: &str, last| Server {
            order,
            host: host.to_owned(),
            address: Ipv4Addr::new(10, 225, 2, last),
            port: 5060,
            protocol: Protocol::Udp,
        };
        let expected = [
            server(1, "piper.eslab.local", 31),
            server(2, "piper2.eslab.local", 32),
        ];
        assert_eq!(chain.servers(), expected);
        let srv = |priority, weight, target: &str| Record::Srv {
            priority,
            weight,
            port: 5060,
            target: target.to_owned(),
        };
        let records = Some(vec![
            srv(1, 10, "piper.eslab.local."),
            srv(2, 20, "piper2.eslab.local."),
        ]);
        let ttl = Some(3600);
        assert_eq!(
            chain.steps[1].shown.answer,
            Answer::Records {
                records,
                hidden: 0,
                ttl
            }
        );
        // The second lookup is the first one again, from the cache.
        assert_eq!(
            chain.repeats,
            Repeats {
                count: 2,
                last: chain.repeats.last,
                on_the_wire: 4,
                from_cache: 4
            }
        );
        assert_eq!(log.registrations.get("1512"), Some(&1));
        let what: Vec<_> = log.events.iter().map(|event| &event.what).collect();
        let uptime = What::Ready {
            uptime: "491.052".to_owned(),
        };
        let turned = What::Turned {
            address: "testserver.eslab.local".to_owned(),
            server: expected[0].clone(),
            turn: Turn::First,
        };
        assert_eq!(what, [&turned, &uptime]);
    }
}

#[test]
fn times_say_until_when_a_miss_is_kept() {
    let (_, log) = read(timed(FAILED));
    let chain = log.chains.iter().next().expect("one chain");
    let miss = chain.steps[2].miss.expect("a miss");
    assert_eq!(log.when(miss.at), "28 Oct 17:00:27");
    assert_eq!(log.until(miss).as_deref(), Some("28 Oct 18:00:27"));
    let (_, timeless) = read(FAILED);
    assert!(timeless.is_timeless() && !log.is_timeless());
    assert_eq!(timeless.until(miss), log.until(miss));
}

#[test]
fn lookups_that_come_to_the_same_are_counted() {
    let days = timed(FAILED).repeat(1000);
    let (sources, log) = read(&days);
    assert_eq!(log.chains.count(), 1);
    let chain = log.chains.iter().next().expect("one chain");
    assert_eq!(
        (chain.repeats.count, chain.repeats.on_the_wire),
        (1000, 3000)
    );
    assert_eq!(log.events.count(), 1);
    assert_eq!(log.events.iter().next().expect("an event").count, 1000);
    assert!(
        sources.get(log.source).text.len() < 4000,
        "lines of one lookup"
    );
}

#[test]
fn a_repair_ends_the_row_of_failures() {
    let (_, log) = read([FAILED, FAILED, SUCCESS, FAILED].concat());
    let ends: Vec<_> = log
        .chains
        .iter()
        .map(|chain| (chain.failed(), chain.repeats.count))
        .collect();
    assert_eq!(ends, [(true, 2), (false, 2), (true, 1)]);
}

#[test]
fn what_a_server_says_to_one_line_is_not_what_another_lacked() {
    let (lookup, own) = FAILED.trim_end().rsplit_once('\n').expect("the local 480");
    let refused = "|sip  |4|00|Registration failed User: 1600, Error Code:403 Forbidden\n";
    let (_, log) = read(format!("{lookup}\n{refused}{own}\n{own}\n"));
    let chain = log.chains.iter().next().expect("one lookup");
    let failure = chain.failure.as_ref().expect("its failure");
    assert_eq!((failure.user.as_str(), failure.code), ("1512", 480));
    let whose: Vec<_> = log
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Failed { code, local, .. } => Some((*code, *local)),
            _ => None,
        })
        .collect();
    // No lookup has found a server, so nobody knows of the last one.
    assert_eq!(whose, [(403, None), (480, Some(true)), (480, None)]);
}

/// A registered handset turns to another server, and back.
fn turn_to(last: u8) -> String {
    format!(
        "|dns  |1|00|doDnsSrvLookupForARecordList(udp): Doing DNS A lookup (port 5060)\n\
         |dns  |1|00|doDnsLookupForList for record A: hostname '10.225.2.{last}' attempting..\n\
         |dns  |1|00|doDnsLookupForList(A): returning passed in ipAddress '10.225.2.{last}'\n\
         |dns  |1|00|doDnsSrvLookupForARecordList(udp): kept port at 5060\n\
         |dns  |1|00|doDnsLookupForList for record A: hostname '10.225.2.{last}' attempting..\n\
         |dns  |1|00|doDnsLookupForList(A): returning passed in ipAddress '10.225.2.{last}'\n"
    )
}

#[test]
fn failovers_and_returns_are_events() {
    let failed = "|sip  |4|00|Registration failed User: 1512, Error Code:503 Service Unavailable\n";
    let text = [
        SUCCESS,
        &turn_to(31),
        &turn_to(32),
        &turn_to(31),
        failed,
        &turn_to(31),
    ]
    .concat();
    let (_, log) = read(&text);
    let turns: Vec<_> = log
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Turned { server, turn, .. } => Some((server.order, *turn)),
            _ => None,
        })
        .collect();
    assert_eq!(
        turns,
        [
            (1, Turn::First),
            (2, Turn::FailedOver),
            (1, Turn::Returned),
            (1, Turn::Again)
        ]
    );
    let refused = log.events.iter().any(|event| {
        matches!(
            &event.what,
            What::Failed {
                code: 503,
                local: Some(false),
                ..
            }
        )
    });
    assert!(refused, "{:?}", log.events);
    assert_eq!(log.chains.count(), 1);
}

#[test]
fn other_modules_and_two_lookups_among_each_other_are_told_apart() {
    let other = FAILED
        .replace("testserver", "otherserver")
        .replace("1512", "1513");
    let mut text = String::from("ort|cut\n");
    for (one, two) in FAILED.lines().zip(other.lines()) {
        writeln!(text, "{one}\n|lldp |3|00|order '7'\n{two}").expect("a string");
    }
    let (_, log) = read(&text);
    let addresses: Vec<_> = log
        .chains
        .iter()
        .map(|chain| (chain.address.as_deref(), chain.steps.len(), chain.failed()))
        .collect();
    assert_eq!(
        addresses,
        [
            (Some("testserver.eslab.local"), 3, true),
            (Some("otherserver.eslab.local"), 3, true)
        ]
    );
    assert_eq!(log.lines.other_modules, 31);
    assert!(log.lines.first_cut);
    assert_eq!(log.lines.formless, 0);
}

#[test]
fn a_log_that_begins_within_a_lookup_is_read_from_there() {
    let tail: String = SUCCESS
        .lines()
        .skip(18)
        .fold(String::new(), |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        });
    let (_, log) = read(&tail);
    let chain = log.chains.iter().next().expect("a chain");
    assert_eq!(questions(chain)[0], "SRV _sip._udp.testserver.eslab.local");
    assert_eq!(chain.servers().len(), 2);
    // Later the NAPTR comes from the cache, and what it held is not known.
    let second = log.chains.iter().nth(1).expect("another chain");
    let expected = Answer::Records {
        records: None,
        hidden: 0,
        ttl: None,
    };
    assert_eq!(second.steps[0].shown.answer, expected);
}

#[test]
fn servers_of_a_cache_that_is_not_shown_are_named() {
    let named = |skipped: usize| {
        let lines = SUCCESS.lines().skip(skipped);
        let text = lines.fold(String::new(), |text, line| text + line + "\n");
        let (_, log) = read(&text);
        let chains: Vec<_> = log.chains.iter().collect();
        let [only] = &chains[..] else {
            panic!("{chains:#?}");
        };
        let End::Named(targets) = &only.end else {
            panic!("{only:#?}");
        };
        assert_eq!(only.address.as_deref(), Some("testserver.eslab.local"));
        let turned = log.events.iter().filter_map(|event| match &event.what {
            What::Turned {
                address, server, ..
            } => Some((address.as_str(), server.order)),
            _ => None,
        });
        assert_eq!(turned.collect::<Vec<_>>(), [("testserver.eslab.local", 0)]);
        (targets.clone(), only.begins_late())
    };
    let hosts = ["piper.eslab.local.", "piper2.eslab.local."];
    let [one, two] = hosts.map(|host| (host.to_owned(), 5060));
    // Its NAPTR question, its first target, its second target.
    assert_eq!(named(46), (vec![one.clone(), two.clone()], false));
    assert_eq!(named(50), (vec![one, two.clone()], true));
    assert_eq!(named(53), (vec![two], true));
}

#[test]
fn times_since_boot_that_begin_anew_are_a_restart() {
    let stamped = |hour: u32, text: &str| -> String {
        let mut stamped = String::new();
        for (index, line) in text.lines().enumerate() {
            writeln!(stamped, "{hour:02}00{:02}.000{line}", index % 60).expect("a string");
        }
        stamped
    };
    let (_, log) = read([stamped(1, FAILED), stamped(0, FAILED)].concat());
    let restarts = log
        .events
        .iter()
        .filter(|event| event.what == What::Restarted);
    assert_eq!(restarts.count(), 1);
    assert_eq!(log.clock, Clock::SinceBoot);
    let event = log.events.iter().next().expect("an event");
    assert_eq!(log.when(event.at), "01:00:30.000 after boot");
}

#[test]
fn lost_events_are_counted() {
    let text = FAILED.replacen("|dns  |3|00|", "|dns  |3|07|", 1);
    let (sources, log) = read(&text);
    let missed = log.missed.expect("the column says so");
    assert_eq!((missed.lines, missed.most), (1, 7));
    assert_eq!(sources.text(log.span(missed.mark)), "07");
    assert_eq!(read(FAILED).1.missed, None);
}

#[test]
fn what_is_kept_of_a_hostile_log_is_bounded() {
    let mut text = String::new();
    for number in 0..20_000 {
        let host = format!("h{number}.{}example", "x".repeat(200));
        writeln!(
            text,
            "|dns  |1|00|doDnsLookupForList for record NAPTR: hostname '{host}' attempting..\n\
             |dns  |1|00|doDnsLookupForList for record A: hostname 'a{host}' attempting..\n\
             |sip  |4|00|Registration failed User: {number}, Error Code:500 {number}\n\
             |sip  |*|00|Sip Register Usr:{number} Dsp:x Auth:'x' Inx:0"
        )
        .expect("a string");
    }
    let (sources, log) = read(&text);
    assert_eq!(log.chains.count(), 20_000);
    assert!(log.chains.iter().count() <= 500 && log.events.iter().count() <= 500);
    assert!(log.others.len() <= 1000 && log.registrations.len() <= 1000);
    assert!(sources.get(log.source).text.len() < 2_000_000);
}

#[test]
fn what_is_kept_of_a_lookup_without_end_is_bounded() {
    let mut text = String::from(
        "|dns  |1|00|doDnsLookupForList for record SRV: hostname '_sip._udp.a.b' attempting..\n",
    );
    let again = "|dns  |3|00|DNS lookup for (SRV) '_sip._udp.a.b'(,) TTL=60\n";
    let target = "|dns  |1|00|target:port 'sip1.a.b.:5060'\n";
    text.push_str(&[again, target].concat().repeat(20_000));
    let (sources, log) = read(&text);
    let chain = log.chains.iter().next().expect("a lookup");
    assert_eq!(chain.steps.len(), 1);
    let mark = chain.steps[0].mark;
    assert_eq!(sources.text(log.span(mark)), "_sip._udp.a.b");
    let mark = chain.steps[0].answer_mark.expect("an answer");
    assert_eq!(
        (mark.line, sources.text(log.span(mark))),
        (40_000, "_sip._udp.a.b")
    );
    let length = sources.get(log.source).text.len();
    assert!(length < 100_000, "{length} octets kept of {}", text.len());
}

/// Lines that are nearly right, in any order.
fn nearly() -> impl Strategy<Value = String> {
    let lines: Vec<String> = [FAILED, SUCCESS]
        .concat()
        .lines()
        .map(str::to_owned)
        .collect();
    let line = (
        any::<prop::sample::Index>(),
        0_usize..200,
        "[|'0-9a-z. ]{0,3}",
    )
        .prop_map(move |(index, at, insert)| {
            let mut line = index.get(&lines).clone();
            let at = at.min(line.len());
            if at < 120 {
                line.insert_str(at, &insert);
            }
            line
        });
    prop::collection::vec(line, 0..80).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in any::<Vec<u8>>()) {
        let _ = read(&bytes);
    }

    #[test]
    fn lines_in_any_order_are_read_and_every_mark_is_in_its_line(text in nearly()) {
        let (sources, log) = read(&text);
        for chain in log.chains.iter() {
            for step in &chain.steps {
                let shown = sources.text(log.span(step.mark));
                prop_assert!(shown == step.shown.name, "{shown:?} {:?}", step.shown.name);
                if let Some(mark) = step.answer_mark {
                    let (position, _) = sources.positions(log.span(mark));
                    prop_assert_eq!(position.line, mark.line);
                }
            }
        }
    }
}
