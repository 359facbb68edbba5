//! What the handset's log would say of a lookup.

use sipdns_lint::handset::{Handset, log};
use sipdns_lint::site::Site;

use crate::site::Texts;
use crate::{CASE, Case, HEAD};

/// The texts of the lines of a site's first set-up.
fn lines(site: &Site) -> Vec<String> {
    let mut dns = &site.views[0];
    let handset = Handset::new(&mut dns, site.model, site.assumptions);
    let setup = &site.setups[0];
    let lines = log::since_boot(handset, &setup.identity, &setup.entry, &[]);
    lines.into_iter().map(|line| line.text).collect()
}

/// Those that begin with `what`.
fn beginning(site: &Site, what: &str) -> Vec<String> {
    let mut lines = lines(site);
    lines.retain(|line| line.starts_with(what));
    lines
}

#[test]
fn each_target_is_asked_for_with_the_port_of_its_own_record() {
    let case = Case {
        zone: "_sip._udp.pbx SRV 1 0 5060 a\n_sip._udp.pbx SRV 2 0 5070 b\n",
        ..CASE
    };
    assert_eq!(
        beginning(&case.site(), "dnsSrv2A calling"),
        [
            "dnsSrv2A calling LookupForList(A) for 'a.lab.' port 5060",
            "dnsSrv2A calling LookupForList(A) for 'b.lab.' port 5070",
        ]
    );
}

#[test]
fn a_miss_is_kept_as_the_assumption_says() {
    // The SOA's own TTL is lower than its last number.
    for (reading, seconds) in [("soa", 300), ("minimum", 900)] {
        let mut texts = Texts {
            zones: vec![(
                "zone".into(),
                "lab.".into(),
                HEAD.replace("86400 60", "86400 900"),
            )],
            phones: vec![(
                "phone".into(),
                r#"<x voIpProt.server.1.address="pbx.lab"/>"#.into(),
            )],
            ..Texts::default()
        };
        let chosen = texts.assumptions.set("negative-ttl-source", reading);
        chosen.expect("a known reading");
        let expected = format!(
            "Added Negative DNS cache entry for pbx.lab(NAPTR) expires in {seconds} seconds"
        );
        let kept = beginning(&texts.site(), "Added Negative");
        assert_eq!(kept.first(), Some(&expected), "{reading}");
    }
}

#[test]
fn static_records_are_hits_and_their_lack_is_a_miss_of_a_server() {
    let site = Texts {
        zones: vec![("zone".into(), "lab.".into(), HEAD.into())],
        phones: vec![(
            "phone".into(),
            r#"<x voIpProt.server.1.address="pbx.lab" dns.cache.A.1.name="pbx.lab"
                dns.cache.A.1.ttl="300" dns.cache.A.1.address="10.0.0.9"/>"#
                .into(),
        )],
        ..Texts::default()
    }
    .site();
    assert_eq!(
        beginning(&site, "Hit in Static"),
        ["Hit in Static DNS cache for pbx.lab(A)"]
    );
    let missed = beginning(&site, "Miss in All");
    assert_eq!(
        missed,
        [
            "Miss in All DNS cache for pbx.lab(NAPTR)",
            "Miss in All DNS cache for _sip._udp.pbx.lab(SRV)",
        ]
    );
}

#[test]
fn a_handset_without_a_dns_server_has_its_static_records_only() {
    let site = Texts {
        zones: vec![("zone".into(), "lab.".into(), HEAD.into())],
        phones: vec![(
            "phone".into(),
            r#"<x voIpProt.server.1.address="pbx.lab" dns.cache.A.1.name="pbx.lab"
                dns.cache.A.1.address="10.0.0.9" device.set="1"
                device.dns.serverAddress.set="1" device.dns.serverAddress=""/>"#
                .into(),
        )],
        ..Texts::default()
    }
    .site();
    assert_eq!(
        beginning(&site, "Hit in Static"),
        ["Hit in Static DNS cache for pbx.lab(A)"]
    );
    assert_eq!(
        beginning(&site, "Miss in All").len(),
        2,
        "the misses are no hits"
    );
}

/// The handset looks its cache up under a name without its own domain too, if it ends in that.
#[test]
fn only_the_handsets_own_domain_is_left_out() {
    for (domain, expected) in [
        (
            "lab",
            vec!["pbx.lab", "pbx", "_sip._udp.pbx.lab", "_sip._udp.pbx"],
        ),
        (
            "LAB.",
            vec!["pbx.lab", "pbx", "_sip._udp.pbx.lab", "_sip._udp.pbx"],
        ),
        ("ab", vec!["pbx.lab", "_sip._udp.pbx.lab"]),
        ("pbx.lab", vec!["pbx.lab", "_sip._udp.pbx.lab", "_sip._udp"]),
        ("bal", vec!["pbx.lab", "_sip._udp.pbx.lab"]),
    ] {
        let mut site = CASE.site();
        site.setups[0].identity.domain = Some(domain.into());
        let missed = beginning(&site, "Miss in All DNS cache for ");
        let names = missed.iter().filter_map(|line| {
            let name = line.strip_prefix("Miss in All DNS cache for ")?;
            let (name, record_type) = name.split_once('(')?;
            (record_type != "A)").then_some(name)
        });
        assert_eq!(names.collect::<Vec<_>>(), expected, "{domain}");
    }
}
