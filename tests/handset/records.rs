//! NAPTR and SRV records: which are followed, in which order, and what a miss comes to.

use std::fmt::Write as _;

use sipdns_lint::dns::{Answer, Failure, Question, RecordType};
use sipdns_lint::handset::{Assumptions, Handset, Model};

use crate::{CASE, Case, EVERY_SET, compare, reached};

const D2U: &str = "S SIP+D2U \"\" _sip._udp.pbx";
const D2T: &str = "S SIP+D2T \"\" _sip._tcp.pbx";
const TLS: &str = "S SIPS+D2T \"\" _sips._tcp.pbx";

/// The SRV questions that a NAPTR set leads to.
fn srv_asked_after(naptr: &[String]) -> Vec<String> {
    let mut zone = EVERY_SET.to_owned();
    for data in naptr {
        writeln!(zone, "pbx NAPTR {data}").expect("a string");
    }
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
            (3, 0.9),
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
