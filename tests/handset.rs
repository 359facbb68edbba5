//! The simulated handset: which questions a server entry leads to, and where it ends. The
//! tables follow the documents: CS-14-17 (step 1, background, and its two logs), page 209 of
//! the 84-Series guide, and, where these are silent, the named assumptions.

#[path = "support/site.rs"]
mod site;

use sipdns_lint::dns::{Answer, Failure, Question, RecordType};
use sipdns_lint::handset::assumption::ASSUMPTIONS;
use sipdns_lint::handset::{AnswerFrom, Assumptions, Handset, Lookup, Model, Outcome, Server};
use sipdns_lint::site::{Arguments, Site};
use site::Texts;

/// What every zone of these tests begins with: a miss is kept for 60 seconds.
const HEAD: &str = "\
$TTL 300
@ SOA ns hostmaster 1 900 600 86400 60
@ NS ns
ns A 10.0.0.53
a  A 10.0.0.1
b  A 10.0.0.2
";

/// A handset, and the records of the zone `lab` behind [`HEAD`].
#[derive(Clone, Copy)]
struct Case<'a> {
    zone: &'a str,
    address: &'a str,
    port: u16,
    transport: &'a str,
    model: &'a str,
    assume: &'a [(&'a str, &'a str)],
}

/// Port 0 and DNSnaptr, as both logs have it.
const CASE: Case = Case {
    zone: "",
    address: "pbx.lab",
    port: 0,
    transport: "DNSnaptr",
    model: "spectralink-84",
    assume: &[],
};

impl Case<'_> {
    fn site(&self) -> Site {
        let mut assumptions = Assumptions::default();
        for (name, reading) in self.assume {
            assumptions.set(name, reading).expect("a known reading");
        }
        let mut texts = Texts {
            zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{}", self.zone))],
            assumptions,
            model: Some(self.model.to_owned()),
            ..Texts::default()
        };
        texts.requested.handset = Some(Arguments {
            address: self.address.to_owned(),
            port: Some(self.port),
            transport: Some(self.transport.to_owned()),
        });
        let site = texts.site();
        let troubles: Vec<_> = site.zones.iter().flat_map(|zone| &zone.troubles).collect();
        assert!(troubles.is_empty(), "{}: {troubles:?}", self.zone);
        site
    }

    fn look_up(&self) -> Lookup {
        self.site().simulations.remove(0).lookup
    }

    /// Questions and servers, as the tables write them.
    fn run(&self) -> (String, String) {
        let lookup = self.look_up();
        (asked(&lookup), reached(&lookup))
    }
}

/// `NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A pbx.lab`
fn asked(lookup: &Lookup) -> String {
    let steps = lookup.steps.iter();
    let asked = steps.map(|step| format!("{} {}", step.question.record_type, step.asked_as));
    asked.collect::<Vec<_>>().join(", ")
}

/// `1 a.lab. 10.0.0.1:5060 UDP`
fn reached(lookup: &Lookup) -> String {
    match &lookup.outcome {
        Outcome::NoServer => "nothing".to_owned(),
        Outcome::Undetermined { step: None } => "not looked up".to_owned(),
        Outcome::Undetermined { step: Some(step) } => {
            format!("unknown: {}", lookup.steps[*step].question)
        }
        Outcome::Servers(servers) => servers.iter().map(server).collect::<Vec<_>>().join(", "),
    }
}

fn server(server: &Server) -> String {
    let Server {
        order,
        host,
        address,
        port,
        protocol,
        ..
    } = server;
    format!("{order} {host} {address}:{port} {}", protocol.as_str())
}

/// Runs cases and compares, case by case, so that one failure shows its row.
fn compare(rows: &[(Case, &str, &str)]) {
    for (case, questions, servers) in rows {
        let row = format!(
            "{} port {} {}, {:?}\n{}",
            case.address, case.port, case.transport, case.assume, case.zone
        );
        let (asked, reached) = case.run();
        assert_eq!(asked, *questions, "questions of {row}");
        assert_eq!(reached, *servers, "servers of {row}");
    }
}

/// Transport by transport: what port 0 and what port 5070 come to.
fn by_transport(base: Case, rows: &[(&str, [(&str, &str); 2])]) {
    for (transport, ports) in rows {
        for (port, (questions, servers)) in [0, 5070].into_iter().zip(ports) {
            let case = Case {
                port,
                transport,
                ..base
            };
            compare(&[(case, questions, servers)]);
        }
    }
}

#[test]
fn an_ipv4_address_is_never_looked_up() {
    let literal = Case {
        address: "10.0.0.9",
        ..CASE
    };
    let rows = [
        (
            "",
            "1 10.0.0.9 10.0.0.9:5060 UDP",
            "1 10.0.0.9 10.0.0.9:5070 UDP",
        ),
        (
            "DNSnaptr",
            "1 10.0.0.9 10.0.0.9:5060 UDP",
            "1 10.0.0.9 10.0.0.9:5070 UDP",
        ),
        (
            "UDPOnly",
            "1 10.0.0.9 10.0.0.9:5060 UDP",
            "1 10.0.0.9 10.0.0.9:5070 UDP",
        ),
        (
            "TCPOnly",
            "1 10.0.0.9 10.0.0.9:5060 TCP",
            "1 10.0.0.9 10.0.0.9:5070 TCP",
        ),
        (
            "TCPpreferred",
            "1 10.0.0.9 10.0.0.9:5060 TCP",
            "1 10.0.0.9 10.0.0.9:5070 TCP",
        ),
        (
            "TLS",
            "1 10.0.0.9 10.0.0.9:5061 TLS",
            "1 10.0.0.9 10.0.0.9:5070 TLS",
        ),
        (
            "naptr",
            "1 10.0.0.9 10.0.0.9:5060 UDP",
            "1 10.0.0.9 10.0.0.9:5070 UDP",
        ),
    ];
    for (transport, without_port, with_port) in rows {
        by_transport(
            literal,
            &[(transport, [("", without_port), ("", with_port)])],
        );
    }
}

#[test]
fn a_host_without_sip_records_ends_at_its_address() {
    let host = Case {
        zone: "pbx A 10.0.0.9\n",
        ..CASE
    };
    let udp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 UDP");
    let tcp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TCP");
    let tls = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TLS");
    let naptr = (
        "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5060 UDP",
    );
    let udp_only = (
        "SRV _sip._udp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5060 UDP",
    );
    let tcp_only = (
        "SRV _sip._tcp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5060 TCP",
    );
    let tls_only = (
        "SRV _sips._tcp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5061 TLS",
    );
    by_transport(
        host,
        &[
            ("", [naptr, udp]),
            ("DNSnaptr", [naptr, udp]),
            ("UDPOnly", [udp_only, udp]),
            ("TCPOnly", [tcp_only, tcp]),
            ("TCPpreferred", [tcp_only, tcp]),
            ("TLS", [tls_only, tls]),
            ("dnsnaptr", [naptr, udp]),
            ("naptr", [naptr, udp]),
        ],
    );
}

#[test]
fn a_domain_with_sip_records_ends_at_their_targets() {
    let domain = Case {
        zone: "\
pbx A 10.0.0.9
pbx NAPTR 10 10 S SIPS+D2T \"\" _sips._tcp.pbx
pbx NAPTR 20 10 S SIP+D2U  \"\" _sip._udp.pbx
_sip._udp.pbx  SRV 0 0 5070 a
_sip._tcp.pbx  SRV 0 0 5080 a
_sips._tcp.pbx SRV 0 0 5090 b
",
        ..CASE
    };
    let udp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 UDP");
    let tcp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TCP");
    let tls = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TLS");
    // The replacement of a NAPTR record comes from DNS, so its final dot stays.
    let naptr = (
        "NAPTR pbx.lab, SRV _sips._tcp.pbx.lab., A b.lab.",
        "1 b.lab. 10.0.0.2:5090 TLS",
    );
    let udp_only = (
        "SRV _sip._udp.pbx.lab, A a.lab.",
        "1 a.lab. 10.0.0.1:5070 UDP",
    );
    let tcp_only = (
        "SRV _sip._tcp.pbx.lab, A a.lab.",
        "1 a.lab. 10.0.0.1:5080 TCP",
    );
    let tls_only = (
        "SRV _sips._tcp.pbx.lab, A b.lab.",
        "1 b.lab. 10.0.0.2:5090 TLS",
    );
    by_transport(
        domain,
        &[
            ("", [naptr, udp]),
            ("DNSnaptr", [naptr, udp]),
            ("UDPOnly", [udp_only, udp]),
            ("TCPOnly", [tcp_only, tcp]),
            ("TCPpreferred", [tcp_only, tcp]),
            ("TLS", [tls_only, tls]),
        ],
    );
}

#[test]
fn what_is_no_name_is_not_looked_up() {
    for address in ["10.0.0.9, pbx.lab", "sip:pbx.lab", "pbx lab", ""] {
        let case = Case { address, ..CASE };
        compare(&[(case, "", "not looked up")]);
    }
    let dotted = Case {
        address: "PBX.lab.",
        zone: "pbx A 10.0.0.9\n",
        ..CASE
    };
    compare(&[(
        dotted,
        "NAPTR PBX.lab., SRV _sip._udp.PBX.lab., A PBX.lab.",
        "1 pbx.lab. 10.0.0.9:5060 UDP",
    )]);
}

/// Records that each NAPTR record below may lead to.
const EVERY_SET: &str = "\
_sip._udp.pbx  SRV 0 0 5060 a
_sip._tcp.pbx  SRV 0 0 5060 a
_sips._tcp.pbx SRV 0 0 5061 a
";
const D2U: &str = "S SIP+D2U \"\" _sip._udp.pbx";
const D2T: &str = "S SIP+D2T \"\" _sip._tcp.pbx";
const TLS: &str = "S SIPS+D2T \"\" _sips._tcp.pbx";

/// The SRV questions that a NAPTR set leads to.
fn srv_asked_after(naptr: &[String]) -> Vec<String> {
    let lines: String = naptr
        .iter()
        .map(|data| format!("pbx NAPTR {data}\n"))
        .collect();
    let zone = format!("{lines}{EVERY_SET}");
    let case = Case {
        zone: &zone,
        ..CASE
    };
    let lookup = case.look_up();
    let srv = lookup.steps.iter();
    srv.filter(|step| step.question.record_type == RecordType::SRV)
        .map(|step| step.asked_as.clone())
        .collect()
}

#[test]
fn naptr_records_are_followed_by_order_then_preference() {
    for (naptr, expected) in [
        (
            [format!("20 10 {D2U}"), format!("10 90 {D2T}")],
            "_sip._tcp.pbx.lab.",
        ),
        (
            [format!("10 20 {D2U}"), format!("10 10 {D2T}")],
            "_sip._tcp.pbx.lab.",
        ),
        (
            [format!("10 10 {D2U}"), format!("10 20 {D2T}")],
            "_sip._udp.pbx.lab.",
        ),
        (
            [format!("10 10 {TLS}"), format!("20 10 {D2U}")],
            "_sips._tcp.pbx.lab.",
        ),
        (
            [format!("9 10 {D2U}"), format!("10 1 {TLS}")],
            "_sip._udp.pbx.lab.",
        ),
    ] {
        assert_eq!(srv_asked_after(&naptr), [expected], "{naptr:?}");
    }
}

#[test]
fn naptr_records_that_cannot_be_followed_are_discarded() {
    let discarded = [
        "S \"\" \"\" _sip._tcp.pbx",
        "S SIP-D2T \"\" _sip._tcp.pbx",
        "S SIP+D2S \"\" _sip._sctp.pbx",
        "S SIP+D2W \"\" _sip._ws.pbx",
        "S E2U+sip \"\" _sip._tcp.pbx",
        "U SIP+D2T \"!^.*$!sip:x@pbx.lab!\" .",
        "A SIP+D2T \"\" a",
        "\"\" SIP+D2T \"\" _sip._tcp.pbx",
        "S SIP+D2T \"!x!y!\" _sip._tcp.pbx",
        "S SIP+D2T \"\" .",
    ];
    for data in discarded {
        // Alone, it leaves the handset to the default: UDP below the configured address.
        let alone = srv_asked_after(&[format!("10 10 {data}")]);
        assert_eq!(alone, ["_sip._udp.pbx.lab"], "{data}");
        // Before another one, it is passed over.
        let with_other = srv_asked_after(&[format!("10 10 {data}"), format!("20 10 {TLS}")]);
        assert_eq!(with_other, ["_sips._tcp.pbx.lab."], "{data}");
    }
}

#[test]
fn case_does_not_matter_in_flags_and_services() {
    let naptr = ["10 10 s sip+d2t \"\" _SIP._TCP.pbx".to_owned()];
    assert_eq!(srv_asked_after(&naptr), ["_SIP._TCP.pbx.lab."]);
}

#[test]
fn a_naptr_record_without_its_srv_set_leaves_the_default_port_of_its_transport() {
    for (data, expected) in [
        (
            "S SIP+D2U \"\" _sip._udp.pbx",
            "1 pbx.lab. 10.0.0.9:5060 UDP",
        ),
        (
            "S SIP+D2T \"\" _sip._tcp.pbx",
            "1 pbx.lab. 10.0.0.9:5060 TCP",
        ),
        (
            "S SIPS+D2T \"\" _sips._tcp.pbx",
            "1 pbx.lab. 10.0.0.9:5061 TLS",
        ),
    ] {
        let zone = format!("pbx A 10.0.0.9\npbx NAPTR 10 10 {data}\n");
        let (_, reached) = Case {
            zone: &zone,
            ..CASE
        }
        .run();
        assert_eq!(reached, expected, "{data}");
    }
}

#[test]
fn srv_targets_come_by_priority_and_all_are_asked_for() {
    let zone = "\
_sip._udp.pbx SRV 2 0 5060 b
_sip._udp.pbx SRV 1 0 5060 gone
_sip._udp.pbx SRV 0 0 5070 a
_sip._udp.pbx SRV 2 0 5061 a
";
    compare(&[(
        Case { zone, ..CASE },
        "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A a.lab., A gone.lab., A b.lab., A a.lab.",
        "1 a.lab. 10.0.0.1:5070 UDP, 2 b.lab. 10.0.0.2:5060 UDP, 2 a.lab. 10.0.0.1:5061 UDP",
    )]);
}

#[test]
fn a_target_that_is_a_dot_says_that_there_is_no_service() {
    let dot = "_sip._udp.pbx SRV 0 0 0 .\npbx A 10.0.0.9\n";
    let beside = "_sip._udp.pbx SRV 0 0 0 .\n_sip._udp.pbx SRV 1 0 5060 a\n";
    compare(&[
        (
            Case { zone: dot, ..CASE },
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab",
            "nothing",
        ),
        (
            Case {
                zone: beside,
                ..CASE
            },
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A a.lab.",
            "1 a.lab. 10.0.0.1:5060 UDP",
        ),
    ]);
}

#[test]
fn shares_follow_the_weights_within_a_priority() {
    let zone = "\
_sip._udp.pbx SRV 0 30 5060 a
_sip._udp.pbx SRV 0 10 5060 b
_sip._udp.pbx SRV 1 0 5060 a
_sip._udp.pbx SRV 1 0 5060 b
_sip._udp.pbx SRV 2 9 5060 a
_sip._udp.pbx SRV 2 0 5060 b
_sip._udp.pbx SRV 3 5 5060 twins
twins A 10.0.0.3
twins A 10.0.0.4
";
    let shares: Vec<_> = Case { zone, ..CASE }
        .look_up()
        .servers()
        .iter()
        .map(|server| (server.order, server.share))
        .collect();
    assert_eq!(
        shares,
        [
            (1, 0.75),
            (1, 0.25),
            (2, 0.5),
            (2, 0.5),
            (3, 1.0),
            (3, 0.1),
            (4, 0.5),
            (4, 0.5),
        ]
    );
}

#[test]
fn what_is_missing_ends_the_lookup_where_the_documents_say() {
    let nothing = "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A pbx.lab";
    compare(&[
        // No such name; a name with other records only; nothing but records of others.
        (CASE, nothing, "nothing"),
        (
            Case {
                zone: "pbx TXT x\n",
                ..CASE
            },
            nothing,
            "nothing",
        ),
        (
            Case {
                zone: "_sip._tcp.pbx SRV 0 0 5060 a\n",
                ..CASE
            },
            nothing,
            "nothing",
        ),
        // IPv6 alone is of no use to this handset.
        (
            Case {
                zone: "pbx AAAA 2001:db8::1\n",
                ..CASE
            },
            nothing,
            "nothing",
        ),
        (Case { port: 5060, ..CASE }, "A pbx.lab", "nothing"),
        // Outside the zone, below a delegation: the data does not say.
        (
            Case {
                address: "pbx.example",
                ..CASE
            },
            "NAPTR pbx.example, SRV _sip._udp.pbx.example, A pbx.example",
            "unknown: pbx.example. NAPTR",
        ),
        (
            Case {
                zone: "pbx NS ns\n",
                ..CASE
            },
            nothing,
            "unknown: pbx.lab. NAPTR",
        ),
        // One target in the zone is enough.
        (
            Case {
                zone: "_sip._udp.pbx SRV 0 0 5060 far.example.\n_sip._udp.pbx SRV 1 0 5060 a\n",
                ..CASE
            },
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A far.example., A a.lab.",
            "1 a.lab. 10.0.0.1:5060 UDP",
        ),
        (
            Case {
                zone: "_sip._udp.pbx SRV 0 0 5060 far.example.\n",
                ..CASE
            },
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A far.example.",
            "unknown: far.example. A",
        ),
    ]);
}

#[test]
fn a_server_failure_is_a_miss_that_decides_only_where_nothing_else_is_found() {
    let site = Case {
        zone: EVERY_SET,
        ..CASE
    }
    .site();
    let failing = |failed: RecordType| {
        let mut dns = |question: &Question| {
            if question.record_type == failed {
                Answer::Failed(Failure::ServFail)
            } else {
                site.views[0].ask(&question.name, question.record_type)
            }
        };
        let mut handset = Handset::new(&mut dns, Model::spectralink_84(), Assumptions::default());
        reached(&handset.look_up(&site.setups[0].entry))
    };
    assert_eq!(failing(RecordType::NAPTR), "1 a.lab. 10.0.0.1:5060 UDP");
    assert_eq!(failing(RecordType::SRV), "unknown: _sip._udp.pbx.lab. SRV");
    assert_eq!(failing(RecordType::A), "unknown: a.lab. A");
}

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

/// Both readings of an assumption: the name, the case, and for each reading questions and
/// servers, the default first.
type TwoReadings<'a> = (&'a str, Case<'a>, [(&'a str, &'a str, &'a str); 2]);

const READINGS: &[TwoReadings] = &[
    (
        "naptr-replacement",
        Case {
            zone: "\
pbx NAPTR 10 10 S SIP+D2T \"\" _sip._tcp.other
_sip._tcp.other SRV 0 0 5070 a
_sip._tcp.pbx   SRV 0 0 5080 b
",
            ..CASE
        },
        [
            (
                "follow",
                "NAPTR pbx.lab, SRV _sip._tcp.other.lab., A a.lab.",
                "1 a.lab. 10.0.0.1:5070 TCP",
            ),
            (
                "address",
                "NAPTR pbx.lab, SRV _sip._tcp.pbx.lab, A b.lab.",
                "1 b.lab. 10.0.0.2:5080 TCP",
            ),
        ],
    ),
    (
        "unknown-transport",
        Case {
            zone: "_sip._udp.pbx SRV 0 0 5060 a\n",
            transport: "naptr",
            ..CASE
        },
        [
            (
                "dnsnaptr",
                "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A a.lab.",
                "1 a.lab. 10.0.0.1:5060 UDP",
            ),
            (
                "udponly",
                "SRV _sip._udp.pbx.lab, A a.lab.",
                "1 a.lab. 10.0.0.1:5060 UDP",
            ),
        ],
    ),
    (
        "weight",
        Case {
            zone: "_sip._udp.pbx SRV 0 1 5060 a\n_sip._udp.pbx SRV 0 2 5060 b\n",
            ..CASE
        },
        [
            (
                "rfc2782",
                "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A a.lab., A b.lab.",
                "1 a.lab. 10.0.0.1:5060 UDP, 1 b.lab. 10.0.0.2:5060 UDP",
            ),
            (
                "higher-first",
                "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A b.lab., A a.lab.",
                "1 b.lab. 10.0.0.2:5060 UDP, 2 a.lab. 10.0.0.1:5060 UDP",
            ),
        ],
    ),
    (
        "tls-srv-name",
        Case {
            zone: "_sips._tcp.pbx SRV 0 0 5061 a\n_sip._tls.pbx SRV 0 0 443 b\n",
            transport: "TLS",
            ..CASE
        },
        [
            (
                "sips-tcp",
                "SRV _sips._tcp.pbx.lab, A a.lab.",
                "1 a.lab. 10.0.0.1:5061 TLS",
            ),
            (
                "sip-tls",
                "SRV _sip._tls.pbx.lab, A b.lab.",
                "1 b.lab. 10.0.0.2:443 TLS",
            ),
        ],
    ),
    (
        "tcp-preferred-udp-srv",
        Case {
            zone: "_sip._udp.pbx SRV 0 0 5060 a\npbx A 10.0.0.9\n",
            transport: "TCPpreferred",
            ..CASE
        },
        [
            (
                "no",
                "SRV _sip._tcp.pbx.lab, A pbx.lab",
                "1 pbx.lab. 10.0.0.9:5060 TCP",
            ),
            (
                "yes",
                "SRV _sip._tcp.pbx.lab, SRV _sip._udp.pbx.lab, A a.lab.",
                "1 a.lab. 10.0.0.1:5060 UDP",
            ),
        ],
    ),
    (
        "cname-chasing",
        Case {
            zone: "_sip._udp.pbx SRV 0 0 5060 alias\nalias CNAME a\n",
            ..CASE
        },
        [
            (
                "yes",
                "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A alias.lab.",
                "1 alias.lab. 10.0.0.1:5060 UDP",
            ),
            (
                "no",
                "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A alias.lab.",
                "nothing",
            ),
        ],
    ),
    (
        "naptr-walk",
        Case {
            zone: "\
pbx NAPTR 10 10 S SIP+D2T \"\" _sip._tcp.pbx
pbx NAPTR 20 10 S SIP+D2U \"\" _sip._udp.pbx
_sip._udp.pbx SRV 0 0 5060 a
pbx A 10.0.0.9
",
            ..CASE
        },
        [
            (
                "stop",
                "NAPTR pbx.lab, SRV _sip._tcp.pbx.lab., A pbx.lab",
                "1 pbx.lab. 10.0.0.9:5060 TCP",
            ),
            (
                "next",
                "NAPTR pbx.lab, SRV _sip._tcp.pbx.lab., SRV _sip._udp.pbx.lab., A a.lab.",
                "1 a.lab. 10.0.0.1:5060 UDP",
            ),
        ],
    ),
    (
        "srv-without-address",
        Case {
            zone: "_sip._udp.pbx SRV 0 0 5060 gone\npbx A 10.0.0.9\n",
            ..CASE
        },
        [
            (
                "stop",
                "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A gone.lab.",
                "nothing",
            ),
            (
                "ask-a",
                "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A gone.lab., A pbx.lab",
                "1 pbx.lab. 10.0.0.9:5060 UDP",
            ),
        ],
    ),
];

#[test]
fn both_readings_of_every_assumption() {
    for (name, case, readings) in READINGS {
        for (reading, questions, servers) in readings {
            let assume = [(*name, *reading)];
            let chosen = Case {
                assume: &assume,
                ..*case
            };
            compare(&[(chosen, questions, servers)]);
        }
        assert_eq!(
            case.run().0,
            readings[0].1,
            "{name}: the first is the default"
        );
    }
}

#[test]
fn the_source_of_a_negative_ttl_shows_in_the_cache() {
    // The SOA record lives for 20 seconds, and its MINIMUM says 60.
    let site = |reading| {
        let assume = [("negative-ttl-source", reading)];
        let mut texts = Texts::default();
        let zone = HEAD.replace("@ SOA", "@ 20 SOA");
        texts.zones.push(("zone".into(), "lab.".into(), zone));
        texts.requested.handset = Some(Arguments {
            address: CASE.address.to_owned(),
            port: None,
            transport: None,
        });
        for (name, value) in assume {
            texts.assumptions.set(name, value).expect("a known reading");
        }
        texts.site()
    };
    for (reading, expected) in [("soa", 20), ("minimum", 60)] {
        let site = site(reading);
        let mut dns = &site.views[0];
        let mut handset = Handset::new(&mut dns, site.model, site.assumptions);
        handset.look_up(&site.setups[0].entry);
        let again = handset.look_up(&site.setups[0].entry);
        let held: Vec<_> = again.steps.iter().map(|step| step.from).collect();
        let remaining = AnswerFrom::Cache {
            remaining: expected,
        };
        assert_eq!(held, [remaining; 3], "{reading}");
    }
}

#[test]
fn no_assumption_is_left_out_of_these_tables() {
    let tested = READINGS.iter().map(|(name, ..)| *name);
    let mut tested: Vec<_> = tested.chain(["negative-ttl-source"]).collect();
    let mut known: Vec<_> = ASSUMPTIONS
        .iter()
        .map(|assumption| assumption.name)
        .collect();
    tested.sort_unstable();
    known.sort_unstable();
    assert_eq!(tested, known);
}

#[test]
fn a_client_that_follows_rfc_3263_asks_for_every_transport_and_both_address_types() {
    let rfc = Case {
        model: "rfc3263",
        ..CASE
    };
    compare(&[
        (
            rfc,
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, SRV _sip._tcp.pbx.lab, \
             SRV _sips._tcp.pbx.lab, A pbx.lab, AAAA pbx.lab",
            "nothing",
        ),
        (
            Case {
                zone: "_sip._tcp.pbx SRV 0 0 5060 six\nsix AAAA 2001:db8::1\n",
                ..rfc
            },
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, SRV _sip._tcp.pbx.lab, A six.lab., \
             AAAA six.lab.",
            "1 six.lab. 2001:db8::1:5060 TCP",
        ),
        (
            Case {
                zone: "pbx NAPTR 10 10 S SIPS+D2T \"\" _sips._tcp.pbx\n_sips._tcp.pbx SRV 0 0 5061 a\n",
                ..rfc
            },
            "NAPTR pbx.lab, SRV _sips._tcp.pbx.lab., A a.lab., AAAA a.lab.",
            "1 a.lab. 10.0.0.1:5061 TLS",
        ),
    ]);
}
