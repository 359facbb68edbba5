//! What nobody documents: both readings of every named assumption.

use sipdns_lint::handset::assumption::ASSUMPTIONS;
use sipdns_lint::handset::{AnswerFrom, Handset};
use sipdns_lint::site::Arguments;

use crate::site::Texts;
use crate::{CASE, Case, HEAD, compare};

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

/// A target in a zone that was not given may have an address, and then nothing else is asked for.
#[test]
fn what_was_not_given_is_not_missing_whatever_the_reading() {
    let assume = [("srv-without-address", "ask-a")];
    let case = Case {
        zone: "_sip._udp.pbx SRV 0 0 5060 sip.example.\npbx A 10.0.0.9\n",
        assume: &assume,
        ..CASE
    };
    let asked = "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A sip.example.";
    compare(&[(case, asked, "unknown: sip.example. A")]);
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
    // The first is tested above; the other changes no lookup, and tests/failover.rs tests it.
    let elsewhere = ["negative-ttl-source", "failback-new-requests"];
    let mut tested: Vec<_> = tested.chain(elsewhere).collect();
    let mut known: Vec<_> = ASSUMPTIONS
        .iter()
        .map(|assumption| assumption.name)
        .collect();
    tested.sort_unstable();
    known.sort_unstable();
    assert_eq!(tested, known);
}
