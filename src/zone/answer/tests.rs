//! Tables of questions and the answers that are due.

use std::sync::Arc;

use super::*;
use crate::zone::Elsewhere;
use crate::zone::by_hand::{name, zone};

/// The word for the kind of answer, then the records as `owner type data`.
fn ask(zones: &Zones, question: &str) -> String {
    let (owner, record_type) = question.split_once(' ').expect("a name and a type");
    let question = Question {
        name: name(owner),
        record_type: record_type.parse().expect("a type"),
    };
    let answer = answer(zones, &question);
    let mut told = vec![answer.word().to_owned()];
    let records: &[Record] = match &answer {
        Answer::Records(records) => records,
        Answer::NoData(negative) | Answer::NxDomain(negative) => &negative.aliases,
        _ => &[],
    };
    told.extend(
        records
            .iter()
            .map(|r| format!("{} {} {}", r.owner.name, r.record_type(), r.data)),
    );
    if let Answer::Failed(failure) = answer {
        told.push(failure.to_string());
    }
    told.join("; ")
}

fn check(zones: impl IntoIterator<Item = Zone>, table: &[(&str, &str)]) {
    let zones = zones.into_iter().map(Arc::new).collect();
    for (question, expected) in table {
        assert_eq!(ask(&zones, question), *expected, "{question}");
    }
}

#[test]
fn records_nodata_and_nxdomain() {
    let zone = zone(
        "x.",
        &[
            ("@", "SOA"),
            ("@", "NS ns"),
            ("Ns", "A 10.0.0.1"),
            ("ns", "A 10.0.0.2"),
            ("_sip._udp", "SRV 1 2 5060 Ns"),
            ("note", "TXT"),
        ],
    );
    check(
        [zone],
        &[
            ("nS.X A", "records; Ns.x. A 10.0.0.1; ns.x. A 10.0.0.2"),
            ("x NS", "records; x. NS ns.x."),
            (
                "_sip._udp.x SRV",
                "records; _sip._udp.x. SRV 1 2 5060 Ns.x.",
            ),
            ("ns.x AAAA", "nodata"),
            ("x A", "nodata"),
            // An empty non-terminal exists (RFC 8020).
            ("_udp.x SRV", "nodata"),
            ("note.x A", "nodata"),
            // It may or may not be the type that was read and not kept.
            ("note.x TXT", "not-loaded"),
            ("ns.x TXT", "nodata"),
            ("absent.x A", "nxdomain"),
            ("_sip._tcp.x SRV", "nxdomain"),
            ("below.ns.x A", "nxdomain"),
            ("y A", "not-loaded"),
            (". NS", "not-loaded"),
        ],
    );
}

#[test]
fn a_negative_answer_carries_the_soa_of_the_zone_that_gave_it() {
    let zones: Zones = [
        zone("a.", &[("@", "500 SOA"), ("x", "CNAME x.b.")]),
        zone("b.", &[("@", "7 SOA")]),
        zone("c.", &[("x", "A 1.1.1.1")]),
    ]
    .map(Arc::new)
    .into_iter()
    .collect();
    let ttl = |owner: &str| match answer(&zones, &Question::new(&name(owner), RecordType::SRV)) {
        Answer::NoData(negative) | Answer::NxDomain(negative) => negative.ttl(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ttl("a."), Some(60));
    assert_eq!(ttl("x.a."), Some(7));
    assert_eq!(ttl("x.c."), None);
    assert_eq!(ttl("y.c."), None);
}

#[test]
fn aliases_are_followed_inside_a_zone_and_across_zones() {
    let a = zone(
        "a.",
        &[
            ("one", "CNAME two"),
            ("two", "CNAME Three.B."),
            ("out", "CNAME x.elsewhere."),
            ("gone", "CNAME absent"),
            ("empty", "CNAME three.b."),
        ],
    );
    let b = zone("b.", &[("three", "A 1.1.1.1")]);
    check(
        [a, b],
        &[
            (
                "one.a A",
                "records; one.a. CNAME two.a.; two.a. CNAME Three.B.; three.b. A 1.1.1.1",
            ),
            ("one.a CNAME", "records; one.a. CNAME two.a."),
            ("out.a A", "not-loaded"),
            ("out.a CNAME", "records; out.a. CNAME x.elsewhere."),
            ("gone.a A", "nxdomain; gone.a. CNAME absent.a."),
            ("empty.a SRV", "nodata; empty.a. CNAME three.b."),
        ],
    );
}

#[test]
fn alias_chains_end() {
    let names: Vec<_> = (0..=MAX_ALIASES).map(|n| format!("n{n}")).collect();
    let targets: Vec<_> = (1..=MAX_ALIASES + 1)
        .map(|n| format!("CNAME n{n}"))
        .collect();
    let mut records: Vec<_> = names
        .iter()
        .zip(&targets)
        .map(|(owner, data)| (owner.as_str(), data.as_str()))
        .collect();
    let last = format!("n{}", MAX_ALIASES + 1);
    records.extend([
        (last.as_str(), "A 1.1.1.1"),
        ("self", "CNAME self"),
        ("tick", "CNAME tock"),
        ("tock", "CNAME tick"),
        ("grow", "DNAME grow.grow"),
    ]);
    let zones = [Arc::new(zone("x.", &records))].into_iter().collect();
    let loops = "failed; alias chain does not end";
    assert!(ask(&zones, "n1.x A").ends_with("A 1.1.1.1"));
    assert_eq!(ask(&zones, "n0.x A"), loops);
    assert_eq!(ask(&zones, "self.x A"), loops);
    assert_eq!(ask(&zones, "tick.x A"), loops);
    assert_eq!(ask(&zones, "a.grow.x A"), loops);
}

#[test]
fn dname_redirects_what_is_below_its_owner() {
    let long = [["l"; 60].join("."), "x.".into()].join(".");
    let long_dname = format!("DNAME {long}");
    let x = zone(
        "x.",
        &[
            ("old", "DNAME new"),
            ("old", "A 10.0.0.1"),
            ("a.old", "A 10.0.0.2"),
            ("a.b.new", "A 10.0.0.3"),
            ("long", &long_dname),
            ("away", "DNAME y."),
        ],
    );
    let too_long = format!("{}.long.x A", ["m"; 80].join("."));
    check(
        [x],
        &[
            ("old.x A", "records; old.x. A 10.0.0.1"),
            ("old.x DNAME", "records; old.x. DNAME new.x."),
            (
                "a.b.OLD.x A",
                "records; old.x. DNAME new.x.; a.b.new.x. A 10.0.0.3",
            ),
            // The record below the DNAME is hidden by it.
            ("a.old.x A", "nxdomain; old.x. DNAME new.x."),
            ("b.old.x A", "nodata; old.x. DNAME new.x."),
            (&too_long, "failed; YXDOMAIN"),
            ("a.away.x A", "not-loaded"),
        ],
    );
}

#[test]
fn a_dname_at_the_apex_leaves_the_apex_alone() {
    let x = zone("x.", &[("@", "DNAME y."), ("@", "NS ns.y.")]);
    let y = zone("y.", &[("ns", "A 1.1.1.1")]);
    check(
        [x, y],
        &[
            ("x NS", "records; x. NS ns.y."),
            ("ns.x A", "records; x. DNAME y.; ns.y. A 1.1.1.1"),
        ],
    );
}

#[test]
fn wildcards_answer_below_the_closest_encloser_only() {
    let x = zone(
        "x.",
        &[
            ("*", "A 10.0.0.1"),
            ("host", "TXT"),
            ("_sip._udp.p", "SRV 1 1 5060 host"),
            ("*.alias", "CNAME host"),
            ("_sip._udp.*", "SRV 1 1 5060 host"),
            ("*.cut", "NS ns.y."),
        ],
    );
    check(
        [x],
        &[
            ("any.x A", "records; *.x. A 10.0.0.1"),
            ("any.thing.x A", "records; *.x. A 10.0.0.1"),
            ("any.x SRV", "nodata"),
            ("*.x A", "records; *.x. A 10.0.0.1"),
            ("*.x SRV", "nodata"),
            // Names that exist stop it, empty ones too (RFC 4592 2.2.2).
            ("host.x A", "nodata"),
            ("a.host.x A", "nxdomain"),
            ("p.x A", "nodata"),
            ("_udp.p.x A", "nodata"),
            ("q.p.x A", "nxdomain"),
            // A `*` that is not the first label matches only itself.
            ("_sip._udp.any.x SRV", "nodata"),
            (
                "_sip._udp.*.x SRV",
                "records; _sip._udp.*.x. SRV 1 1 5060 host.x.",
            ),
            ("any.*.x A", "nxdomain"),
            ("any.alias.x A", "nodata; *.alias.x. CNAME host.x."),
            ("any.alias.x CNAME", "records; *.alias.x. CNAME host.x."),
            ("any.cut.x A", "not-loaded"),
        ],
    );
}

#[test]
fn below_a_delegation_only_the_child_speaks() {
    let parent = || {
        zone(
            "x.",
            &[
                ("@", "NS ns.sub"),
                ("sub", "NS ns.sub"),
                ("ns.sub", "A 10.0.0.1"),
                ("deep.sub", "NS ns.sub"),
                ("to", "CNAME ns.sub"),
            ],
        )
    };
    check(
        [parent()],
        &[
            ("ns.sub.x A", "not-loaded"),
            ("sub.x A", "not-loaded"),
            ("sub.x NS", "not-loaded"),
            ("sub.x DS", "nodata"),
            ("ns.sub.x DS", "not-loaded"),
            ("absent.sub.x A", "not-loaded"),
            ("to.x A", "not-loaded"),
        ],
    );
    let child = zone("sub.x.", &[("@", "NS ns"), ("ns", "A 10.0.0.9")]);
    check(
        [parent(), child],
        &[
            ("ns.sub.x A", "records; ns.sub.x. A 10.0.0.9"),
            ("absent.sub.x A", "nxdomain"),
            ("deep.sub.x NS", "nxdomain"),
            ("sub.x DS", "nodata"),
            (
                "to.x A",
                "records; to.x. CNAME ns.sub.x.; ns.sub.x. A 10.0.0.9",
            ),
        ],
    );
}

#[test]
fn the_highest_cut_is_the_one_that_counts() {
    let zone = zone(
        "x.",
        &[("@", "NS a"), ("sub", "NS b"), ("deep.sub", "NS c")],
    );
    let cut = |at: &str| {
        zone.zone_cut_above(&name(at))
            .map(|set| set.owner.to_string())
    };
    assert_eq!(cut("a.deep.SUB.x."), Some("sub.x.".into()));
    assert_eq!(cut("sub.x."), Some("sub.x.".into()));
    assert_eq!(cut("a.x."), None);
    assert_eq!(cut("x."), None);
    assert_eq!(cut("sub.y."), None);
}

#[test]
fn records_of_equal_data_are_served_once() {
    let zone = zone("x.", &[("a", "60 A 1.1.1.1"), ("a", "61 A 1.1.1.1")]);
    check([zone], &[("a.x A", "records; a.x. A 1.1.1.1")]);
}

#[test]
fn a_set_that_fits_into_no_message_is_not_served() {
    let records: Vec<_> = (0..=MAX_RECORDS)
        .map(|n| format!("A 10.0.{}.{}", n / 256, n % 256))
        .collect();
    let all: Vec<_> = records.iter().map(|data| ("a", data.as_str())).collect();
    check([zone("x.", &all)], &[("a.x A", "failed; SERVFAIL")]);
    let zones = [Arc::new(zone("x.", &all[1..]))].into_iter().collect();
    let served = ask(&zones, "a.x A");
    assert!(served.starts_with("records; a.x. A 10.0.0.1;"));
}

#[test]
fn what_was_not_exported_is_not_loaded() {
    let mut folder = zone("x.", &[("@", "SOA"), ("_udp", "A 1.1.1.1")]);
    let left_out = &folder.contents.sets_at(&name("_udp.x."))[0].records[0];
    folder.not_exported = vec![left_out.owner.clone()];
    let mut excerpt = zone("y.", &[("@", "SOA"), ("a", "A 1.1.1.1")]);
    excerpt.is_excerpt = true;
    let mut hosts_file = zone("z.", &[("@", "SOA"), ("a", "SRV 1 1 1 b")]);
    hosts_file.addresses_elsewhere = Some(Elsewhere::Hosts);
    let mut wins = zone("w.", &[("@", "SOA"), ("a", "SRV 1 1 1 b")]);
    wins.addresses_elsewhere = Some(Elsewhere::Wins);
    let mut of_addresses = zone("10.in-addr.arpa.", &[("@", "SOA")]);
    of_addresses.addresses_elsewhere = Some(Elsewhere::WinsR);
    check(
        vec![folder, excerpt, hosts_file, wins, of_addresses],
        &[
            ("_udp.x A", "not-loaded"),
            ("_sip._UDP.x SRV", "not-loaded"),
            ("_sip._tcp.x SRV", "nxdomain"),
            ("a.y A", "records; a.y. A 1.1.1.1"),
            ("a.y SRV", "not-loaded"),
            ("b.y A", "not-loaded"),
            ("a.z A", "not-loaded"),
            ("b.z AAAA", "not-loaded"),
            ("a.z NAPTR", "nodata"),
            ("b.z SRV", "nxdomain"),
            ("a.w A", "not-loaded"),
            ("b.w A", "not-loaded"),
            ("w A", "nodata"),
            ("b.c.w A", "nxdomain"),
            ("b.w AAAA", "nxdomain"),
            ("b.w SRV", "nxdomain"),
            ("1.2.3.10.in-addr.arpa PTR", "not-loaded"),
            ("1.2.3.10.in-addr.arpa A", "nxdomain"),
        ],
    );
}

#[test]
fn excerpts_of_a_zone_answer_together_and_leave_the_rest_open() {
    let mut one = zone(
        "x.",
        &[("@", "SOA"), ("a", "A 1.1.1.1"), ("*", "A 2.2.2.2")],
    );
    let mut two = zone("x.", &[("_sip._udp", "SRV 1 1 1 a"), ("b", "CNAME a")]);
    one.is_excerpt = true;
    two.is_excerpt = true;
    check(
        [one, two],
        &[
            ("a.x A", "records; a.x. A 1.1.1.1"),
            ("_sip._udp.x SRV", "records; _sip._udp.x. SRV 1 1 1 a.x."),
            ("b.x A", "records; b.x. CNAME a.x.; a.x. A 1.1.1.1"),
            ("a.x SRV", "not-loaded"),
            // Neither excerpt shows whether the wildcard stands for the name.
            ("c.x A", "not-loaded"),
        ],
    );
}

#[test]
fn an_excerpt_knows_what_is_right_below_the_name_that_it_lists() {
    let mut below = zone("x.", &[("_sip._udp", "SRV 1 1 1 a")]);
    let mut listed = zone("x.", &[("@", "SOA"), ("a", "A 1.1.1.1")]);
    below.is_excerpt = true;
    listed.is_excerpt = true;
    listed.listed = Some(name("x."));
    check(
        [below, listed],
        &[
            ("_sip._udp.x SRV", "records; _sip._udp.x. SRV 1 1 1 a.x."),
            ("x NAPTR", "nodata"),
            ("a.x SRV", "nodata"),
            ("b.x A", "nxdomain"),
            ("_sip._tcp.x SRV", "not-loaded"),
        ],
    );
}
