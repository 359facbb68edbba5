//! Every combination of readings that a lookup meets, and what a verdict rests on.

#[path = "support/site.rs"]
mod site;

use sipdns_lint::site::{Arguments, Readings};
use site::Texts;

const HEAD: &str = "\
$TTL 300
@ SOA ns hostmaster 1 900 600 86400 60
@ NS ns
ns A 10.0.0.53
a A 10.0.0.1
b A 10.0.0.2
";

fn readings(zone: &str, transport: &str) -> Readings {
    readings_as(zone, transport, &[])
}

/// The readings beside chosen ones.
fn readings_as(zone: &str, transport: &str, chosen: &[(&str, &str)]) -> Readings {
    let mut texts = Texts {
        zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{zone}"))],
        ..Texts::default()
    };
    texts.requested.handset = Some(Arguments {
        address: "pbx.lab".into(),
        port: None,
        transport: Some(transport.to_owned()),
    });
    for (assumption, reading) in chosen {
        let set = texts.assumptions.set(assumption, reading);
        set.expect("an assumption and a reading");
    }
    let site = texts.site();
    site.readings(&site.simulations[0])
}

#[test]
fn what_is_not_met_is_not_read_otherwise() {
    let plain = "_sip._udp.pbx SRV 1 1 5060 a\n_sip._udp.pbx SRV 2 1 5060 b\n";
    let met = readings(plain, "UDPOnly");
    assert_eq!((met.combinations, met.depends_on), (1, vec![]));
}

#[test]
fn each_reading_that_is_met_is_tried() {
    let tie = "_sip._udp.pbx SRV 1 1 5060 a\n_sip._udp.pbx SRV 1 2 5060 b\n";
    let met = readings(tie, "UDPOnly");
    assert_eq!((met.combinations, met.depends_on), (2, vec!["weight"]));

    let other_name = "_sip._tls.pbx SRV 1 1 5061 a\npbx A 10.0.0.2\n";
    assert_eq!(readings(other_name, "TLS").depends_on, ["tls-srv-name"]);

    // Both names lead to the same servers.
    let both = "_sip._tls.pbx SRV 1 1 5061 a\n_sips._tcp.pbx SRV 1 1 5061 a\n";
    let met = readings(both, "TLS");
    assert!(met.holds() && met.combinations == 2, "{met:?}");
}

#[test]
fn what_only_two_together_change_is_found_and_named() {
    // The alias matters only to a handset that makes the name itself and follows no alias.
    let zone = "\
pbx NAPTR 1 1 S SIP+D2U \"\" _sip._udp.pool
_sip._udp.pool SRV 1 1 5060 a
_sip._udp.pbx CNAME _sip._udp.pool
";
    let met = readings(zone, "DNSnaptr");
    assert_eq!(met.depends_on, ["naptr-replacement", "cname-chasing"]);
    // With the records themselves in its place it does not matter.
    let zone = zone.replace("CNAME _sip._udp.pool", "SRV 1 1 5060 a");
    assert!(readings(&zone, "DNSnaptr").holds());
}

#[test]
fn a_handset_that_makes_the_name_itself_may_as_well_take_the_replacement() {
    // Only the transport is taken from NAPTR.
    let made = |zone: &str| readings_as(zone, "DNSnaptr", &[("naptr-replacement", "address")]);
    let servers = "_sip._udp.pbx SRV 1 1 5060 a\n_sip._udp.pbx SRV 2 1 5060 b\n";
    let same = format!("pbx NAPTR 1 1 S SIP+D2U \"\" _sip._udp.pbx\n{servers}");
    let met = made(&same);
    assert_eq!((met.combinations, met.depends_on), (1, vec![]));

    let other = same.replace("\"\" _sip._udp.pbx", "\"\" _sip._udp.pool");
    let other = format!("{other}_sip._udp.pool SRV 1 1 5060 b\n");
    let met = made(&other);
    assert_eq!(
        (met.combinations, met.depends_on),
        (2, vec!["naptr-replacement"])
    );

    // The record of another service leads to the name that is made.
    let behind = format!("{other}pbx NAPTR 2 1 S SIP+D2T \"\" _sip._udp.pbx\n");
    let met = made(&behind);
    assert_eq!(met.depends_on, ["naptr-replacement"]);
}

#[test]
fn combinations_are_bounded() {
    let zone = "\
pbx NAPTR 1 1 S SIPS+D2T \"\" _sips._tcp.pool
pbx NAPTR 2 1 S SIP+D2U \"\" _sip._udp.pool
_sip._udp.pool SRV 1 1 5060 c
_sip._udp.pool SRV 1 2 5060 a
_sips._tcp.pbx CNAME _sips._tcp.far
_sips._tcp.far SRV 1 1 5061 c
c CNAME a
";
    let met = readings(zone, "naptr");
    assert!((2..=64).contains(&met.combinations), "{met:?}");
    assert!(!met.holds());
}
