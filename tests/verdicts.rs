//! What a handset will do and what is said of it agree: a set-up that fails has an error that
//! says why, whatever combination of records and settings makes it fail.

#[path = "support/site.rs"]
mod site;

use std::fmt::Write as _;

use sipdns_lint::handset::Assumptions;
use sipdns_lint::rule::Severity;
use sipdns_lint::site::{Arguments, Verdict};
use site::Texts;

const HEAD: &str = "\
$TTL 3600
@ SOA ns hostmaster 1 900 600 86400 900
@ NS ns
ns A 10.0.0.53
a  A 10.0.0.1
b  A 10.0.0.2
six AAAA 2001:db8::1
alias CNAME a
";

/// Records, sound and broken, of which up to two at a time make a zone.
const RECORDS: &[&str] = &[
    "",
    "pbx TXT x",
    "pbx A 10.0.0.9",
    "@ A 10.0.0.53",
    "* A 10.0.0.80",
    "pbx NS elsewhere.example.",
    "pbx CNAME a",
    "pbx DNAME lab.",
    "_sip._udp.pbx SRV 0 0 5060 a",
    "_sip._udp.pbx SRV 0 0 5060 gone",
    "_sip._udp.pbx SRV 0 0 5060 six",
    "_sip._udp.pbx SRV 0 0 5060 alias",
    "_sip._udp.pbx SRV 0 0 0 .",
    "_sip._udp.pbx SRV 0 0 5060 far.example.",
    "_sip._udp.pbx CNAME a",
    "_sip._tcp.pbx SRV 0 0 5060 a",
    "_sips._tcp.pbx SRV 0 0 5061 b",
    "_sip._tls.pbx SRV 0 0 443 b",
    "_sip_udp.pbx SRV 0 0 5060 a",
    "sip._udp.pbx SRV 0 0 5060 a",
    "_sip._udp SRV 0 0 5060 a",
    "_sip._udp.sub.pbx SRV 0 0 5060 a",
    "_sip._udp.pbx.lab SRV 0 0 5060 a",
    "_sip._udp.* SRV 0 0 5060 a",
    "pbx NAPTR 10 10 S SIP+D2U \"\" _sip._udp.pbx",
    "pbx NAPTR 10 10 S SIP+D2T \"\" _sip._tcp.pbx",
    "pbx NAPTR 10 10 S SIP+D2U \"\" _sip._udp",
    "pbx NAPTR 10 10 S \"\" \"\" _sip._udp.pbx",
    "pbx NAPTR 10 10 A SIP+D2U \"\" a",
];

const HANDSETS: &[(&str, u16, &str)] = &[
    ("pbx.lab", 0, "DNSnaptr"),
    ("pbx.lab", 0, "UDPOnly"),
    ("pbx.lab", 0, "TCPOnly"),
    ("pbx.lab", 0, "TCPpreferred"),
    ("pbx.lab", 0, "TLS"),
    ("pbx.lab", 5060, "DNSnaptr"),
    ("a.pbx.lab", 5060, "DNSnaptr"),
    ("lab", 0, "DNSnaptr"),
    ("lab", 5060, "DNSnaptr"),
    ("pbxx.lab", 0, "DNSnaptr"),
    ("_sip._udp.pbx.lab", 0, "DNSnaptr"),
];

#[test]
fn every_set_up_that_fails_has_an_error_that_says_why() {
    let mut silent = String::new();
    let mut unfollowed = Assumptions::default();
    let set = unfollowed.settle("cname-chasing", "no");
    set.expect("a reading");
    let mut failed = 0;
    for (index, one) in RECORDS.iter().enumerate() {
        for other in &RECORDS[index..] {
            let readings = [Assumptions::default(), unfollowed];
            let asked = HANDSETS
                .iter()
                .flat_map(|handset| readings.map(|one| (handset, one)));
            for ((address, port, transport), assumptions) in asked {
                let mut texts = Texts {
                    assumptions,
                    ..Texts::default()
                };
                let zone = format!("{HEAD}{one}\n{other}\n");
                texts.zones.push(("zone".into(), "lab.".into(), zone));
                texts.requested.handset = Some(Arguments {
                    address: (*address).to_owned(),
                    port: Some(*port),
                    transport: Some((*transport).to_owned()),
                });
                let (site, findings) = texts.check();
                let of_handset = site.simulated().find(|(_, setup, _)| setup.is_configured());
                let (simulation, ..) = of_handset.expect("the handset is simulated");
                if simulation.verdict != Verdict::Fails {
                    continue;
                }
                failed += 1;
                let errors = findings
                    .iter()
                    .filter(|one| one.severity == Severity::Error);
                if errors.count() == 0 {
                    let follows = assumptions == Assumptions::default();
                    writeln!(
                        silent,
                        "{address} {port} {transport} {follows}: {one} / {other}"
                    )
                    .expect("a string");
                }
            }
        }
    }
    assert!(silent.is_empty(), "no error is reported for\n{silent}");
    assert!(failed > 500, "only {failed} combinations fail");
}

#[test]
fn what_is_told_not_to_register_fails() {
    for (setting, expected, errors) in [
        ("", Verdict::Registers, 0),
        ("voIpProt.SIP.enable=\"0\"", Verdict::Fails, 1),
        ("voIpProt.server.1.register=\"0\"", Verdict::Fails, 1),
    ] {
        let mut texts = Texts::default();
        let zone = format!("{HEAD}_sip._udp SRV 0 0 5060 a\n_sip._udp SRV 1 0 5060 b\n");
        texts.zones.push(("zone".into(), "lab.".into(), zone));
        let phone = format!("<x voIpProt.server.1.address=\"lab\" {setting}/>");
        texts.phones.push(("site.cfg".into(), phone));
        let (site, findings) = texts.check();
        let (simulation, ..) = site.simulated().next().expect("the handset is simulated");
        assert_eq!(simulation.verdict, expected, "{setting}");
        let found = findings.iter();
        let found = found.filter(|one| one.severity == Severity::Error);
        assert_eq!(found.count(), errors, "{setting}");
    }
}
