//! What holds for any SRV records: the list of servers, the courses and their shares.

use proptest::prelude::*;
use sipdns_lint::handset::Server;
use sipdns_lint::site::Arguments;

use crate::range;
use crate::site::Texts;

/// An SRV record of the zone `lab`: priority, weight, number of its host.
type Row = (u16, u16, usize);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0_u16..3, 0_u16..4, 0_usize..6), 1..8)
}

/// The lines of a zone with these SRV records; hosts of an odd number of `without` have no
/// address, and the last two hosts are one machine.
fn lines(rows: &[Row], without: &[bool]) -> Vec<String> {
    let mut lines = vec!["@ NS ns".to_owned(), "ns A 10.0.0.53".to_owned()];
    for (host, without) in without.iter().enumerate() {
        if !without {
            lines.push(format!("h{host} A 10.0.1.{}", host.min(4)));
        }
    }
    let srv =
        |(priority, weight, host): &Row| format!("_sip._udp SRV {priority} {weight} 5060 h{host}");
    lines.extend(rows.iter().map(srv));
    lines
}

fn property_lab(lines: &[String]) -> Texts {
    let head = "$TTL 300\n@ SOA ns hostmaster 1 900 600 86400 60\n";
    let mut texts = Texts {
        zones: vec![(
            "zone".into(),
            "lab.".into(),
            format!("{head}{}\n", lines.join("\n")),
        )],
        ..Texts::default()
    };
    texts.requested.handset = Some(Arguments {
        address: "lab".into(),
        port: None,
        transport: None,
    });
    texts
}

/// Servers without places, those of one position sorted.
fn places(servers: &[Server]) -> Vec<(u32, String, String, String)> {
    let mut places: Vec<_> = servers
        .iter()
        .map(|one| {
            let share = format!("{:.6}", one.share);
            (one.order, one.host.clone(), one.address.to_string(), share)
        })
        .collect();
    places.sort();
    places
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_server_that_is_down_brings_in_no_other(
        rows in rows(),
        without in prop::collection::vec(any::<bool>(), 6),
    ) {
        let site = property_lab(&lines(&rows, &without)).site();
        for line_up in &site.failover() {
            let servers = line_up.members[0].lookup.servers();
            // The list is that of the trace.
            prop_assert_eq!(servers, site.simulations[0].lookup.servers());
            for scenario in &line_up.what_if.scenarios {
                let course = &scenario.courses[0];
                let down: Vec<_> =
                    scenario.down.iter().map(|at| line_up.what_if.machines[*at]).collect();
                for (at, _) in &course.uses {
                    prop_assert!(!down.contains(&servers[*at].address));
                }
                let reached = !course.uses.is_empty();
                let chances: f64 = course.uses.iter().map(|(_, chance)| chance).sum();
                prop_assert!(!reached || (chances - 1.0).abs() < 1e-9, "{}", chances);
                prop_assert_eq!(reached, servers.iter().any(|one| !down.contains(&one.address)));
                // Positions are tried in the order of the trace, one after the other.
                let tried: Vec<_> = course.tries.concat();
                prop_assert!(tried.iter().copied().eq(0..tried.len()));
                for (index, tied) in course.tries.iter().enumerate() {
                    for at in tied {
                        prop_assert_eq!(servers[*at].order as usize, index + 1);
                    }
                }
                if down.is_empty() && reached {
                    prop_assert_eq!(course.tries.len(), 1);
                    prop_assert_eq!(range(&course.register), "0..0");
                }
                if !reached {
                    prop_assert_eq!(tried.len(), servers.len());
                }
            }
        }
    }

    #[test]
    fn a_record_that_is_taken_out_brings_in_no_server(
        rows in rows(),
        without in prop::collection::vec(any::<bool>(), 6),
        gone in any::<prop::sample::Index>(),
    ) {
        let found = |lines: &[String]| -> Vec<String> {
            let site = property_lab(lines).site();
            let lookup = site.simulations[0].lookup.clone();
            lookup.servers().iter().map(|one| format!("{} {}", one.host, one.address)).collect()
        };
        let mut all = lines(&rows, &without);
        let before = found(&all);
        all.remove(gone.index(all.len()));
        for server in found(&all) {
            prop_assert!(before.contains(&server), "{server} is new");
        }
    }

    #[test]
    fn shares_of_a_priority_add_up_to_one(
        rows in rows(),
        without in prop::collection::vec(any::<bool>(), 6),
    ) {
        let site = property_lab(&lines(&rows, &without)).site();
        let servers = site.simulations[0].lookup.servers();
        for tied in servers.chunk_by(|one, two| one.order == two.order) {
            let sum: f64 = tied.iter().map(|one| one.share).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9, "{:?}", places(tied));
        }
    }

    #[test]
    fn the_order_of_lines_says_nothing(
        rows in rows(),
        without in prop::collection::vec(any::<bool>(), 6),
        keys in prop::collection::vec(any::<u32>(), 16),
    ) {
        let lines = lines(&rows, &without);
        let mut keyed: Vec<_> = keys.iter().zip(&lines).collect();
        keyed.sort_by_key(|(key, _)| **key);
        let shuffled: Vec<_> = keyed.into_iter().map(|(_, line)| line.clone()).collect();
        prop_assert_eq!(lines.len(), shuffled.len());
        let told = |lines: &[String]| {
            let (site, findings) = property_lab(lines).check();
            let mut findings: Vec<_> = findings
                .iter()
                .map(|one| (one.rule.id, one.severity, one.handsets.len()))
                .collect();
            findings.sort();
            let simulation = &site.simulations[0];
            let questions: std::collections::BTreeSet<_> =
                simulation.lookup.steps.iter().map(|step| step.question.clone()).collect();
            (findings, simulation.verdict, places(simulation.lookup.servers()), questions)
        };
        prop_assert_eq!(told(&lines), told(&shuffled));
    }
}
