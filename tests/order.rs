//! The order of a zone's lines, of zones and of configurations says nothing: every page's
//! examples, turned round and mixed.

#[path = "support/example.rs"]
mod example;

use std::fmt::Write as _;

use example::pages;
use proptest::prelude::*;
use sipdns_lint::example::Texts;
use sipdns_lint::site::{Arguments, Simulation};

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
    // What cannot be read may be read by what stands around it, and of NAPTR records of one place
    // the first is taken.
    let is_readable = |found: &[String]| {
        let rules = [" zone-syntax", " naptr-order-tie"];
        let mut found = found.iter();
        !found.any(|one| rules.iter().any(|rule| one.ends_with(rule)))
    };
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

/// How many random zones are compared.
const CASES: u32 = 200;

/// A record of the zone `lab`: of a SIP service, or an address.
fn record() -> impl Strategy<Value = String> {
    let owner = prop_oneof![Just("_sip._udp"), Just("_sip._tcp"), Just("_sips._tcp")];
    let port = prop_oneof![4 => Just(5060), 2 => Just(5061), 1 => Just(5070)];
    let ttl = prop_oneof![6 => Just(""), 1 => Just("3600 "), 1 => Just("60 ")];
    let host =
        prop_oneof![8 => (0..6).prop_map(|host| format!("h{host}")), 1 => Just("alias".to_owned())];
    let srv = (owner, ttl, 0..3, 0..3, port, host).prop_map(
        |(owner, ttl, priority, weight, port, host)| {
            format!("{owner} {ttl}SRV {priority} {weight} {port} {host}")
        },
    );
    let address = (0..6, 0..6).prop_map(|(host, end)| format!("h{host} A 10.0.1.{end}"));
    prop_oneof![5 => srv, 4 => address]
}

/// NAPTR records, each of an order of its own.
fn services() -> impl Strategy<Value = Vec<String>> {
    let all = [
        ("SIP+D2U", "_sip._udp"),
        ("SIP+D2T", "_sip._tcp"),
        ("SIPS+D2T", "_sips._tcp"),
    ];
    let all = prop::sample::subsequence(all.to_vec(), 0..=3).prop_shuffle();
    all.prop_map(|services| {
        let services = services.into_iter().enumerate();
        let naptr = |(order, (service, owner))| {
            format!("@ NAPTR {order} 10 \"S\" \"{service}\" \"\" {owner}")
        };
        services.map(naptr).collect()
    })
}

fn pointer() -> impl Strategy<Value = String> {
    (0..6, 0..6).prop_map(|(end, host)| format!("{end} PTR h{host}.lab."))
}

fn lab(lines: &[String], reverse: &[String]) -> Texts {
    let text = |head: &str, lines: &[String]| {
        let head =
            format!("$TTL 300\n@ SOA ns.lab. h.lab. 1 900 600 86400 60\n@ NS ns.lab.\n{head}");
        format!("{head}{}\n", lines.join("\n"))
    };
    let mut texts = Texts {
        zones: vec![
            (
                "zone".into(),
                "lab.".into(),
                text("ns A 10.0.0.53\nalias CNAME h0\n", lines),
            ),
            (
                "reverse".into(),
                "1.0.10.in-addr.arpa.".into(),
                text("", reverse),
            ),
        ],
        ..Texts::default()
    };
    texts.requested.handset = Some(Arguments {
        address: "lab".into(),
        port: None,
        transport: None,
    });
    texts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_order_of_any_lines_says_nothing(
        (lines, reverse, mixed_lines, mixed_reverse) in (
            services(),
            prop::collection::vec(record(), 2..14),
            prop::collection::vec(pointer(), 0..6),
        )
            .prop_flat_map(|(services, records, reverse)| {
                let lines = [services, records].concat();
                let mixed = (Just(lines.clone()).prop_shuffle(), Just(reverse.clone()).prop_shuffle());
                (Just(lines), Just(reverse), mixed)
            })
            .prop_map(|(lines, reverse, (mixed, mixed_reverse))| (lines, reverse, mixed, mixed_reverse)),
    ) {
        prop_assert_eq!(told(&lab(&lines, &reverse)), told(&lab(&mixed_lines, &mixed_reverse)));
    }
}
