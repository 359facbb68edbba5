//! Repairs lead somewhere: once the edits of a finding are made, it is gone, and the handset
//! that failed, or had one server only, has its servers.

// What examples expect is the matter of other tests.
#[allow(dead_code)]
#[path = "support/example.rs"]
mod example;
#[path = "support/site.rs"]
mod site;

use std::collections::BTreeMap;

use example::pages;
use sipdns_lint::finding::Finding;
use sipdns_lint::rule::Severity;
use sipdns_lint::site::{Site, Verdict};
use site::Texts;

const HEAD: &str = "\
$TTL 3600
@ SOA ns hostmaster 1 900 600 86400 900
@ NS ns
ns A 10.0.0.53
a  A 10.0.0.1
b  A 10.0.0.2
";

/// The zone `lab` and one configuration.
fn texts(zone: &str, phone: &str) -> Texts {
    Texts {
        zones: vec![("zone".into(), "lab.".into(), zone.to_owned())],
        phones: vec![("phone".into(), phone.to_owned())],
        ..Texts::default()
    }
}

/// The text of a source after the edits of a finding's repair.
fn edited(site: &Site, finding: &Finding, source: &str, text: &str) -> String {
    let fix = finding.fix.as_ref().expect("a repair");
    let mut edits: Vec<_> = fix
        .edits
        .iter()
        .filter(|edit| site.sources.get(edit.source).name == source)
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.start as usize..edit.end as usize, &edit.text);
    }
    text
}

/// What a rule finds, the number of servers once its repair is made, and whether it is safe.
fn repaired(rule: &str, records: &str, phone: &str) -> (usize, bool) {
    let zone = format!("{HEAD}{records}");
    let (site, findings) = texts(&zone, phone).check();
    let mut of_rule = findings.iter().filter(|finding| finding.rule.id == rule);
    let finding = of_rule
        .next()
        .unwrap_or_else(|| panic!("{rule} finds nothing in {records}"));
    let safe = finding.fix.as_ref().is_some_and(|fix| fix.safe);
    let after = texts(
        &edited(&site, finding, "zone", &zone),
        &edited(&site, finding, "phone", phone),
    );
    let (site, findings) = after.check();
    let still = findings.iter().any(|finding| finding.rule.id == rule);
    assert!(
        !still,
        "{rule} is still there after its repair: {after:?}",
        after = after.zones
    );
    let simulation = &site.simulations[0];
    assert_eq!(simulation.verdict, Verdict::Registers, "{rule}: {records}");
    (simulation.lookup.servers().len(), safe)
}

const PHONE: &str = r#"<x voIpProt.server.1.address="pbx.lab" voIpProt.server.1.port="0"/>"#;

#[test]
fn malformed_owners_are_renamed() {
    for (wrong, safe) in [
        ("_sip_udp.pbx", true),
        ("sip._udp.pbx", true),
        ("_SIP.UDP.pbx.lab.", true),
        ("_udp._sip.pbx", true),
        ("_srv._udp.pbx", false),
        ("_sip._upd.pbx", false),
    ] {
        let each = format!("{wrong} SRV 0 0 5060 a\n{wrong} SRV 1 0 5060 b\n");
        let blank = format!("{wrong} SRV 0 0 5060 a\n SRV 1 0 5060 b\n");
        for records in [each, blank] {
            assert_eq!(
                repaired("srv-owner-malformed", &records, PHONE),
                (2, safe),
                "{records}"
            );
        }
    }
}

#[test]
fn a_service_that_was_lost_is_put_in_front() {
    let phone = r#"<x voIpProt.server.1.address="sip.lab"/>"#;
    let naptr = "sip NAPTR 10 10 S SIP+D2U \"\" _sip._udp.sip\n";
    let both = "_udp.sip SRV 0 0 5060 a\n_udp.sip SRV 1 0 5060 b\n";
    let one = "_udp.sip SRV 0 0 5060 a\n_sip._udp.sip SRV 1 0 5060 b\n";
    for (records, safe) in [(format!("{naptr}{both}"), true), (one.to_owned(), false)] {
        let found = repaired("srv-owner-malformed", &records, phone);
        assert_eq!(found, (2, safe), "{records}");
    }
}

#[test]
fn letters_of_a_domain_are_corrected_in_owners() {
    let phone = r#"<x voIpProt.server.1.address="sip.lab"/>"#;
    let srv = "_sip._udp.siip SRV 0 0 5060 a\n_sip._udp.sip SRV 1 0 5060 b\n";
    assert_eq!(repaired("srv-owner-malformed", srv, phone), (2, false));
    let tcp = "_sip._tcp.sip SRV 0 0 5060 a\n_sip._tcp.sip SRV 1 0 5060 b\n";
    let naptr = "sipp NAPTR 10 10 S SIP+D2T \"\" _sip._tcp.sip\n";
    let records = format!("_sip._udp.sip SRV 1 0 5060 b\n{tcp}{naptr}");
    assert_eq!(
        repaired("naptr-owner-misplaced", &records, phone),
        (2, false)
    );
}

/// The edits that the findings of a rule have.
fn edits_of(rule: &str, zone: &str, phone: &str) -> Vec<String> {
    let (_, findings) = texts(zone, phone).check();
    let found = findings.iter().filter(|finding| finding.rule.id == rule);
    let edits = found.flat_map(|finding| finding.fix.iter().flat_map(|fix| &fix.edits));
    edits.map(|edit| edit.text.clone()).collect()
}

#[test]
fn an_owner_that_other_records_share_is_not_renamed() {
    let naptr = "sip NAPTR 10 10 S SIP+D2U \"\" _sip._udp.sip\n SRV 0 0 5060 a\n";
    let zone = format!("{HEAD}{naptr}_sip._udp.sip SRV 1 0 5060 b\n");
    let (_, findings) = texts(&zone, "<x/>").check();
    let is_malformed = |finding: &Finding| finding.rule.id == "srv-owner-malformed";
    assert!(findings.iter().any(is_malformed));
    assert!(edits_of("srv-owner-malformed", &zone, "<x/>").is_empty());
}

#[test]
fn a_record_that_is_removed_leaves_its_owner_to_the_next() {
    let first = "_sip._udp.x SRV 0 10 5060 a\n";
    let second = "            SRV 1 10 5060 b\n";
    let third = "\tSRV 2 10 5060 c.lab.\n";
    for (records, expected) in [
        (format!("{first}{first}{second}"), "_sip._udp.x "),
        (
            format!("{first}{first}\n; b\n{second}"),
            "\n; b\n_sip._udp.x ",
        ),
        (format!("{first}{first}{third}"), "_sip._udp.x\t"),
        (
            format!("{first}{first}$TTL 60\n{second}"),
            "$TTL 60\n_sip._udp.x ",
        ),
        (format!("{first}{second}{second}{third}"), ""),
        (format!("{first}{first}$ORIGIN b.lab.\nb A 10.0.0.3\n"), ""),
    ] {
        let edits = edits_of("srv-duplicate", &format!("{HEAD}{records}"), "<x/>");
        assert_eq!(edits, [expected], "{records}");
    }
    // Behind another origin the owner would mean another name.
    let records = format!("{first}{first}$ORIGIN b.lab.\n{second}");
    let edits = edits_of("srv-duplicate", &format!("{HEAD}{records}"), "<x/>");
    assert!(edits.is_empty(), "{edits:?}");
}

#[test]
fn a_type_is_corrected_where_its_data_follows() {
    for (line, expected) in [
        ("h SVR 1 1 5060 b", &["SRV"][..]),
        ("h NAPTR10 10 S SIP+D2U \"\" b", &["NAPTR 10"]),
        ("h IN ns1", &[]),
        ("h b IN A 10.0.0.1", &[]),
        ("h SVR 10.0.0.1", &[]),
        ("h MXX 10", &[]),
    ] {
        let edits = edits_of("zone-syntax", &format!("{HEAD}{line}\n"), "<x/>");
        assert_eq!(edits, expected, "{line}");
    }
}

#[test]
fn a_slip_in_the_name_of_a_zone_does_not_reach_handsets() {
    let phone = r#"<x voIpProt.server.1.address="sip.example"/>"#;
    let zone = |target: &str| {
        format!(
            "$ORIGIN exampel.\n@ 60 SOA ns hostmaster 1 900 600 86400 900\n@ 60 NS ns.lab.\n\
             sip 60 A 10.0.0.1\n_sip._udp.sip 60 SRV 0 0 5060 {target}\n"
        )
    };
    let named = edits_of("phone-address-not-covered", &zone("pbx.example."), phone);
    assert!(named.is_empty(), "{named:?}");
    let other = edits_of("phone-address-not-covered", &zone("pbx.lab."), phone);
    assert_eq!(other, ["sip.exampel"]);
}

#[test]
fn one_word_is_completed_to_a_host_that_is_there() {
    let srv = "_sip._udp.pbx SRV 0 0 5060 c.\n_sip._udp.pbx SRV 1 0 5060 b\n";
    let records = format!("{srv}c.pbx A 10.0.0.3\n");
    assert_eq!(repaired("srv-target-relative", &records, PHONE).0, 2);
}

#[test]
fn an_owner_without_its_final_dot_gets_it() {
    let owner = "_sip._udp.pbx.lab SRV";
    let records = format!("{owner} 0 0 5060 a\n{owner} 1 0 5060 b\n");
    assert_eq!(repaired("srv-owner-malformed", &records, PHONE), (2, true));
}

#[test]
fn no_records_are_moved_where_handsets_lose_servers_by_them() {
    let is_written = |rule: &str, records: &str, phone: &str| {
        let (_, findings) = texts(&format!("{HEAD}{records}"), phone).check();
        let mut of_rule = findings.iter().filter(|finding| finding.rule.id == rule);
        let finding = of_rule.next().unwrap_or_else(|| panic!("{records}"));
        let fix = finding.fix.as_ref().expect("a repair");
        assert_eq!(fix.safe, !fix.edits.is_empty(), "{records}");
        fix.safe
    };
    let by_address = "pbx A 10.0.0.1\npbx A 10.0.0.2\n";
    for owner in ["_sip_udp.pbx", "_sip._udp.pbx.lab"] {
        for (first, second, written) in [
            ("5060 a", "5060 b", true),
            ("5060 aa", "5060 bb", false),
            ("5060 a", "5060 bb", false),
            ("5060 a", "50 b", false),
        ] {
            let srv = format!("{owner} SRV 0 0 {first}\n{owner} SRV 1 0 {second}\n");
            for phone in [PHONE, ""] {
                let rule = "srv-owner-malformed";
                let alone = is_written(rule, &srv, phone);
                assert!(alone, "{srv} {phone}");
                let records = format!("{by_address}{srv}");
                let beside = is_written(rule, &records, phone);
                assert_eq!(beside, written, "{records} {phone}");
            }
        }
    }
    let host = "_sip._udp.pbx SRV 0 0 5060 c\nc.lab A 10.0.0.1\n";
    assert!(is_written("srv-target-missing-address", host, PHONE));
}

#[test]
fn an_origin_without_its_final_dot_is_left_to_a_person() {
    let zone = format!("{HEAD}$ORIGIN pbx.lab\n_sip._udp SRV 0 0 5060 a.lab.\n");
    let (_, findings) = texts(&zone, PHONE).check();
    let malformed = findings
        .iter()
        .find(|finding| finding.rule.id == "srv-owner-malformed");
    let fix = malformed.and_then(|finding| finding.fix.as_ref());
    let fix = fix.expect("the records stand where the zone's name is repeated");
    assert!(fix.edits.is_empty() && !fix.safe, "{fix:?}");
    assert!(fix.commands().bind.is_some(), "{fix:?}");
}

#[test]
fn settings_of_handsets_are_changed_but_never_unasked() {
    let srv = "_sip._udp.pbx SRV 0 0 5060 a\n_sip._udp.pbx SRV 1 0 5060 b\n";
    let with_address = format!("{srv}pbx A 10.0.0.9\n");
    let with_port = r#"<x reg.1.server.1.address="pbx.lab" reg.1.server.1.port="5060"/>"#;
    assert_eq!(
        repaired("phone-port-blocks-srv", srv, with_port),
        (2, true),
        "a handset that reaches no server has nothing to lose"
    );
    for (rule, records, phone) in [
        ("phone-port-blocks-srv", &*with_address, with_port),
        (
            "phone-address-is-host",
            srv,
            r#"<x reg.1.server.1.address="a.lab" reg.1.server.1.port="0"/>"#,
        ),
    ] {
        assert_eq!(repaired(rule, records, phone), (2, false), "{rule}");
    }
}

/// Servers that are listed for one transport are not known to speak another one.
#[test]
fn who_alone_asks_for_another_transport_gets_that_of_the_others() {
    let zone = format!("{HEAD}_sip._udp.pbx SRV 0 0 5060 a\n");
    let handset = |transport: &str| {
        let transport = format!(r#"reg.1.server.1.transport="{transport}""#);
        format!(r#"<x reg.1.server.1.address="pbx.lab" {transport}/>"#)
    };
    let xml = |odd: &str| {
        let mut texts = texts(&zone, &handset(odd));
        texts.phones.push(("other".into(), handset("UDPOnly")));
        let (site, findings) = texts.check();
        let mut findings = findings.into_iter();
        let missing = findings.find(|finding| finding.rule.id == "srv-missing-for-transport");
        let missing = missing.expect("there are no such servers");
        assert_eq!(site.text(missing.span), odd);
        missing.fix.map(|fix| {
            let commands = fix.commands();
            (commands.bind, commands.xml, fix.edits.len())
        })
    };
    let as_others_do = r#"reg.1.server.1.transport="UDPOnly""#.to_owned();
    assert_eq!(xml("TCPOnly"), Some((None, Some(as_others_do), 1)));
    // Nobody does without TLS unasked.
    assert_eq!(xml("TLS"), None);
}

#[test]
fn no_servers_are_listed_for_a_transport_that_they_may_not_speak() {
    let zone = |set: &str| format!("{HEAD}{set}.pbx SRV 0 0 5060 a\n{set}.pbx SRV 1 0 5060 b\n");
    let repair = |zone: &str, phone: &str| {
        let (_, findings) = texts(zone, phone).check();
        let mut findings = findings.into_iter();
        let missing = findings.find(|finding| finding.rule.id == "srv-missing-for-transport");
        let missing = missing.expect("nobody asks for these servers");
        let commands = missing.fix.expect("a repair").commands();
        (commands.bind, commands.xml)
    };
    let xml = |transport: &str| {
        let setting = format!(r#"voIpProt.server.1.transport="{transport}""#);
        (None, Some(setting))
    };
    let tcp = r#"<x voIpProt.server.1.address="pbx.lab" voIpProt.server.1.transport="TCPOnly"/>"#;
    assert_eq!(repair(&zone("_sip._tcp"), PHONE), xml("TCPOnly"));
    assert_eq!(repair(&zone("_sips._tcp"), PHONE), xml("TLS"));
    assert_eq!(repair(&zone("_sip._udp"), tcp), xml("UDPOnly"));
    let naptr = |service: &str, set: &str| {
        let record = format!(r#"pbx.lab. NAPTR 10 10 "S" "{service}" "" {set}.pbx.lab."#);
        (Some(record), None)
    };
    let (set, service) = ("_sip._tcp", "SIP+D2T");
    assert_eq!(repair(&zone(set), ""), naptr(service, set));
    let (set, service) = ("_sips._tcp", "SIPS+D2T");
    assert_eq!(repair(&zone(set), ""), naptr(service, set));
}

#[test]
fn no_port_is_written_for_handsets_that_find_srv_records_without() {
    let srv = "_sip._udp.pbx SRV 0 0 5060 a\n_sip._udp.pbx SRV 1 0 5060 b\n";
    let wrong = r#"<x reg.1.server.1.address="pbx.lab" reg.1.server.1.port="506O"/>"#;
    let written = |records: &str| {
        let mut texts = texts(&format!("{HEAD}{records}"), PHONE);
        // Both handsets are one set-up.
        texts.phones.push(("other".into(), wrong.to_owned()));
        let (_, findings) = texts.check();
        let mut findings = findings.into_iter();
        let finding = findings.find(|finding| finding.rule.id == "phone-value-out-of-range");
        let fix = finding.and_then(|finding| finding.fix).expect("a repair");
        fix.edits[0].text.clone()
    };
    assert_eq!(written(srv), "0");
    assert_eq!(written("pbx A 10.0.0.1\n"), "5060");
}

#[test]
fn quotes_are_left_where_their_record_would_mislead_handsets() {
    let srv = "_sip._udp.pbx SRV 0 0 5060 a\n_sip._udp.pbx SRV 1 0 5060 b\n";
    for (replacement, safe) in [("_sip._udp.pbx.lab.", true), ("_sip._udp.pbx.lab", false)] {
        let naptr = "pbx NAPTR 10 10 \u{201c}S\u{201d} \"SIP+D2U\" \"\"";
        let zone = format!("{HEAD}{srv}{naptr} {replacement}\n");
        let (_, findings) = texts(&zone, PHONE).check();
        let mut findings = findings.into_iter();
        let finding = findings.find(|finding| finding.rule.id == "zone-typographic-character");
        let fix = finding.and_then(|finding| finding.fix).expect("a repair");
        assert_eq!(fix.safe, safe, "{replacement}");
    }
}

#[test]
fn both_ways_out_of_a_misplaced_set_are_named() {
    let zone = format!("{HEAD}_sip._udp SRV 0 0 5060 a\n_sip._udp.pby SRV 0 0 5060 b\n");
    let (site, findings) = texts(&zone, PHONE).check();
    let misplaced = findings
        .iter()
        .find(|finding| finding.rule.id == "srv-owner-misplaced");
    let finding = misplaced.expect("the set stands one level above");
    let commands = finding.fix.as_ref().expect("a repair").commands();
    assert_eq!(
        commands.xml.as_deref(),
        Some("voIpProt.server.1.address=\"lab\"")
    );
    assert_eq!(
        commands.bind.as_deref(),
        Some("_sip._udp.pbx.lab. SRV 0 0 5060 a.lab.")
    );
    let related: Vec<_> = finding
        .related
        .iter()
        .map(|label| site.text(label.span))
        .collect();
    assert!(
        related.contains(&"_sip._udp.pby"),
        "a name spelt alike: {related:?}"
    );
}

/// The lines for zone files that the repairs of a rule's findings have.
fn lines_of(rule: &str, records: &str, phone: &str) -> Vec<Option<String>> {
    let (_, findings) = texts(&format!("{HEAD}{records}"), phone).check();
    let found = findings.iter().filter(|finding| finding.rule.id == rule);
    let fixes = found.filter_map(|finding| finding.fix.as_ref());
    fixes.map(|fix| fix.commands().bind).collect()
}

#[test]
fn a_server_that_stands_elsewhere_keeps_its_numbers_where_they_fit() {
    const OWN: &str = "_sip._udp.pbx SRV 20 10 5060 b\n";
    for (other, added) in [
        ("_sip._udp.x.pbx SRV 10 5 5070 a", "10 5 5070"),
        ("_sip._tcp.pbx SRV 30 5 5070 a", "30 5 5070"),
        ("_sip._tcp.pbx SRV 20 5 5070 a", "21 5 5070"),
        ("_sips._tcp.pbx SRV 10 5 5061 a", "10 5 5060"),
    ] {
        let lines = lines_of("srv-single-target", &format!("{OWN}{other}\n"), PHONE);
        let line = format!("_sip._udp.pbx.lab. SRV {added} a.lab.");
        assert_eq!(lines, [Some(line)], "{other}");
    }
}

/// The order in which handsets try servers, or which is stated, is not turned round.
#[test]
fn lists_are_brought_into_the_order_that_counts() {
    const NAPTR: &str = "pbx NAPTR 10 10 S SIP+D2T \"\" _sip._tcp.pbx\n";
    const TCP: &str = "_sip._tcp.pbx SRV 10 10 5060 a\n_sip._tcp.pbx SRV 20 10 5060 b\n";
    const TURNED: &str = "_sip._udp.pbx SRV 10 10 5060 b\n_sip._udp.pbx SRV 20 10 5060 a\n";
    let stated = |servers: &str| {
        let settings = format!("expect:\n  - address: pbx.lab\n    servers: [{servers}]\n");
        Some(settings)
    };
    for (records, settings, added) in [
        // Handsets come to the set that is whole, and to the other one.
        (
            format!("{NAPTR}{TCP}_sip._udp.pbx SRV 20 10 5060 b\n"),
            None,
            &["_sip._udp.pbx.lab. SRV 10 10 5060 a.lab."][..],
        ),
        (
            format!("{TCP}_sip._udp.pbx SRV 20 10 5060 b\n"),
            None,
            &["_sip._udp.pbx.lab. SRV 10 10 5060 a.lab."],
        ),
        // No number is free but one below.
        (
            format!("{TCP}_sip._udp.pbx SRV 10 10 5060 b\n"),
            None,
            &[
                "_sip._tcp.pbx.lab. SRV 10 10 5060 b.lab.",
                "_sip._tcp.pbx.lab. SRV 9 10 5060 a.lab.",
                "_sip._udp.pbx.lab. SRV 9 10 5060 a.lab.",
            ],
        ),
        (
            format!("{NAPTR}{TCP}{TURNED}"),
            None,
            &[
                "_sip._udp.pbx.lab. SRV 10 10 5060 a.lab.",
                "_sip._udp.pbx.lab. SRV 20 10 5060 b.lab.",
            ],
        ),
        (
            format!("{TCP}{TURNED}"),
            None,
            &[
                "_sip._tcp.pbx.lab. SRV 10 10 5060 b.lab.",
                "_sip._tcp.pbx.lab. SRV 20 10 5060 a.lab.",
            ],
        ),
        (
            format!("{TCP}_sip._udp.pbx SRV 20 10 5060 b\n"),
            stated("a.lab, b.lab"),
            &["_sip._udp.pbx.lab. SRV 10 10 5060 a.lab."],
        ),
        // What one list would add is not stated, or stated to come at another place.
        (
            format!("c A 10.0.0.3\n{TCP}{TURNED}_sip._udp.pbx SRV 30 10 5060 c\n"),
            stated("a.lab, b.lab"),
            &[],
        ),
        (
            format!("{TCP}_sip._udp.pbx SRV 20 10 5060 b\n"),
            stated("b.lab, a.lab"),
            &[],
        ),
        // Two lists agree against the one that handsets come to.
        (
            format!(
                "{TCP}{TURNED}_sips._tcp.pbx SRV 10 10 5061 a\n_sips._tcp.pbx SRV 20 10 5061 b\n"
            ),
            None,
            &[],
        ),
    ] {
        let mut texts = texts(&format!("{HEAD}{records}"), PHONE);
        texts.settings = settings;
        let (_, findings) = texts.check();
        let all = findings
            .iter()
            .flat_map(|one| std::iter::once(one).chain(&one.stands_for));
        let found = all.filter(|one| one.rule.id == "srv-transports-disagree");
        let found: Vec<_> = found.collect();
        assert_eq!(found.len(), 1, "{records}");
        let lines = found[0].fix.as_ref().and_then(|fix| fix.commands().bind);
        let lines = lines.unwrap_or_default();
        let mut lines: Vec<_> = lines
            .lines()
            .filter(|line| !line.starts_with(';'))
            .collect();
        lines.sort_unstable();
        assert_eq!(lines, added, "{records}");
    }
}

#[test]
fn a_port_is_that_of_other_records() {
    const TCP: &str = "_sip._tcp.pbx SRV 10 10 5070 a\n_sip._tcp.pbx SRV 20 10 5070 b\n";
    let udp = |one: u16, two: u16| {
        format!("_sip._udp.pbx SRV 10 10 {one} a\n_sip._udp.pbx SRV 20 10 {two} b\n")
    };
    let both = |one, two| format!("{}{TCP}", udp(one, two));
    for (rule, records, ports, safe) in [
        ("srv-port-zero", udp(0, 0), &["5060", "5060"][..], true),
        ("srv-port-zero", udp(5070, 0), &["5070"], true),
        ("srv-port-zero", both(0, 0), &["5070", "5070"], true),
        ("srv-port-zero", both(5060, 0), &["5060"], false),
        (
            "srv-port-transport-mismatch",
            udp(5060, 5061),
            &["5060"],
            false,
        ),
        (
            "srv-port-transport-mismatch",
            udp(5070, 5061),
            &["5070"],
            false,
        ),
    ] {
        let (_, findings) = texts(&format!("{HEAD}{records}"), PHONE).check();
        let found = findings.iter().filter(|finding| finding.rule.id == rule);
        let fixes: Vec<_> = found.filter_map(|finding| finding.fix.as_ref()).collect();
        let edits = fixes.iter().flat_map(|fix| &fix.edits);
        let written: Vec<_> = edits.map(|edit| edit.text.as_str()).collect();
        assert_eq!(written, ports, "{records}");
        assert!(fixes.iter().all(|fix| fix.safe == safe), "{records}");
    }
}

#[test]
fn numbers_of_which_two_may_be_the_priority_are_left_to_a_person() {
    for (numbers, is_certain) in [
        ("1 5060 10", true),
        ("5060 0 10", false),
        ("5060 10 10", true),
    ] {
        let records = format!("_sip._udp.pbx SRV 0 10 5060 a\n_sip._udp.pbx SRV {numbers} b\n");
        let (_, findings) = texts(&format!("{HEAD}{records}"), PHONE).check();
        let mut misplaced = findings.iter();
        let misplaced = misplaced.find(|finding| finding.rule.id == "srv-port-misplaced");
        let misplaced = misplaced.expect("a port in the wrong place");
        assert_eq!(misplaced.fix.is_some(), is_certain, "{numbers}");
    }
}

/// A rule repairs what it finds in one of its examples at least, or its page says why nobody
/// can be told how.
#[test]
fn every_rule_repairs_or_says_why_not() {
    let mut faults = Vec::new();
    for page in pages() {
        let repairs = page.examples.iter().any(|example| {
            let (_, findings) = example.texts().check();
            let own = findings.iter().filter(|finding| finding.rule.id == page.id);
            let mut fixes = own.filter_map(|finding| finding.fix.as_ref());
            fixes.any(|fix| !fix.edits.is_empty() || !fix.changes.is_empty())
        });
        match (&page.no_repair, repairs) {
            (None, false) => faults.push(format!("{}: no repair, and no reason", page.id)),
            (Some(_), true) => faults.push(format!("{}: a repair, and a reason for none", page.id)),
            (Some(why), false) if why.ends_with('.') || why.starts_with(char::is_uppercase) => {
                faults.push(format!("{}: the reason is part of a sentence", page.id));
            }
            _ => {}
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The set-ups that find no server, and how many findings at warning or above each rule has, by
/// their severity.
type State = (usize, BTreeMap<(&'static str, Severity), usize>);

fn state(site: &Site, findings: &[Finding]) -> State {
    let simulations = site.simulations.iter();
    // A set-up that a zone implies may come into being by the repair.
    let failing = simulations
        .filter(|one| one.verdict == Verdict::Fails && site.setups[one.setup].is_configured());
    let mut counts = BTreeMap::new();
    for finding in findings {
        if finding.severity >= Severity::Warning {
            let count = counts.entry((finding.rule.id, finding.severity));
            *count.or_default() += 1;
        }
    }
    (failing.count(), counts)
}

/// What a repair may bring to light: another defect of what it makes known, or makes count.
const REVEALED: [(&str, &str); 10] = [
    ("naptr-replacement-malformed", "naptr-replacement-dangling"),
    ("naptr-replacement-relative", "naptr-replacement-dangling"),
    ("phone-address-is-srv-name", "srv-missing"),
    // A setting that was dead counts from then on.
    ("phone-outbound-proxy-wins", "phone-failover-prerequisite"),
    ("provisioning-file-unread", "phone-address-missing"),
    ("srv-duplicate", "srv-transports-disagree"),
    ("srv-owner-malformed", "ptr-missing"),
    ("srv-owner-malformed", "srv-target-missing-address"),
    ("srv-target-not-available", "srv-missing"),
    ("zone-syntax", "srv-target-alias"),
];

/// What got worse by the repair of a finding: what is as grave is no better, and a graver defect
/// may have hidden others.
fn worse(before: &State, after: &State, finding: &Finding) -> Vec<String> {
    let id = finding.rule.id;
    let mut worse = Vec::new();
    if after.0 > before.0 {
        worse.push("a set-up fails".to_owned());
    }
    for ((rule, severity), count) in &after.1 {
        let known = before.1.get(&(*rule, *severity)).copied().unwrap_or(0);
        if *count > known && *severity >= finding.severity && !REVEALED.contains(&(id, *rule)) {
            worse.push(format!("{severity:?} {rule}"));
        }
    }
    worse
}

/// What is wrong with the repairs of a site that a text can show, each made by itself: its finding
/// stays, or something gets worse. With the number of repairs.
fn faults_of(given: &dyn Fn() -> Texts) -> (usize, Vec<String>) {
    let mut faults = Vec::new();
    let mut made = 0;
    let (site, findings) = given().check();
    let before = state(&site, &findings);
    let sayings = |found: &[Finding], said: &Finding| {
        let same =
            |finding: &&Finding| finding.rule.id == said.rule.id && finding.message == said.message;
        found.iter().filter(same).count()
    };
    for finding in &findings {
        let fix = finding.fix.as_ref();
        if fix.is_none_or(|fix| fix.edits.is_empty()) {
            continue;
        }
        let mut after = given();
        for (name, _, text) in &mut after.zones {
            *text = edited(&site, finding, name, text);
        }
        for (name, text) in &mut after.phones {
            *text = edited(&site, finding, name, text);
        }
        made += 1;
        let (repaired, left) = after.check();
        let said = format!("{}: {}", finding.rule.id, finding.message);
        if sayings(&left, finding) >= sayings(&findings, finding) {
            faults.push(format!("{said}: it is still there"));
        }
        let worse = worse(&before, &state(&repaired, &left), finding);
        faults.extend(
            worse
                .into_iter()
                .map(|worse| format!("{said}: then {worse}")),
        );
    }
    (made, faults)
}

/// Every repair that a text can show ends the finding that carries it, safe or not, and brings
/// no other.
#[test]
fn edits_of_examples_end_their_finding_and_bring_no_other() {
    let mut faults = Vec::new();
    let mut made = 0;
    for page in pages() {
        let examples = page.examples.iter();
        for example in examples.filter(|example| !example.texts().windows_1252) {
            let (of_example, wrong) = faults_of(&|| example.texts());
            made += of_example;
            let place = |fault| format!("{}: {}: {fault}", page.id, example.name);
            faults.extend(wrong.into_iter().map(place));
        }
    }
    assert!(made > 0 && faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Repairs of one defect that could well make another.
#[test]
fn repairs_make_no_other_defect() {
    const PAIR: &str = "_sip._udp.pbx SRV 1 10 5060 a\n_sip._udp.pbx SRV 2 10 5060 b\n";
    const NAMED: &str = "main A 10.0.0.3\nbackup A 10.0.0.4\npbx2 A 10.0.0.5\npbx1 A 10.0.0.6\n";
    let host = |rest: &str| format!(r#"<x reg.1.server.1.address="a.lab" {rest}/>"#);
    let port = host(r#"reg.1.server.1.port="5060""#);
    let tls = host(r#"reg.1.server.1.transport="TLS""#);
    let proxy = PHONE.replace(
        "/>",
        r#" voIpProt.SIP.outboundProxy.address="a.lab" voIpProt.SIP.outboundProxy.port="5060"/>"#,
    );
    for (rule, records, phone, repairs) in [
        ("phone-address-is-host", PAIR, port.as_str(), 1),
        ("phone-address-is-host", PAIR, &proxy, 1),
        ("phone-address-is-host", PAIR, &tls, 0),
        (
            "phone-address-is-host",
            "_sip._tcp.pbx SRV 1 10 5060 a\n_sip._tcp.pbx SRV 2 10 5060 b\n",
            &host(""),
            0,
        ),
        (
            "srv-equal-priority",
            "_sip._udp.pbx SRV 1 10 5060 backup\n_sip._udp.pbx SRV 1 10 5060 main\n",
            PHONE,
            1,
        ),
        (
            "srv-equal-priority",
            "_sip._udp.pbx SRV 1 10 5060 pbx2\n_sip._udp.pbx SRV 1 10 5060 pbx1\n",
            PHONE,
            1,
        ),
        (
            "srv-equal-priority",
            "_sip._udp.pbx SRV 1 10 5060 main\n_sip._udp.pbx SRV 1 10 5060 a\n\
             _sip._udp.pbx SRV 2 10 5060 backup\n",
            PHONE,
            1,
        ),
        (
            "ttl-too-long",
            "_sip._udp.pbx 1800 SRV 1 10 5060 a\n_sip._udp.pbx 604800 SRV 2 10 5060 b\n",
            PHONE,
            1,
        ),
        (
            "ttl-too-short",
            "_sip._udp.pbx 30 SRV 1 10 5060 a\n_sip._udp.pbx 1800 SRV 2 10 5060 b\n",
            PHONE,
            1,
        ),
        (
            "srv-weight-zero-mixed",
            "_sip._udp.pbx SRV 1 10 5060 a\n_sip._udp.pbx SRV 1 0 5060 b\n\
             _sip._udp.pbx SRV 1 10 5060 main\n_sip._udp.pbx SRV 2 10 5060 backup\n",
            PHONE,
            1,
        ),
        (
            "srv-target-alias",
            "al CNAME b\n_sip._udp.pbx SRV 1 10 5060 a\n_sip._udp.pbx SRV 2 10 5060 b\n\
             _sip._udp.pbx SRV 3 10 5060 al\n",
            PHONE,
            1,
        ),
        (
            "srv-target-alias",
            "al CNAME b\n_sip._udp.pbx SRV 1 10 5060 al\n_sip._udp.pbx SRV 2 10 5060 a\n\
             _sip._udp.pbx SRV 3 10 5060 b\n",
            PHONE,
            1,
        ),
    ] {
        let given = || texts(&format!("{HEAD}{NAMED}{records}"), phone);
        let (site, findings) = given().check();
        let of_rule: Vec<_> = findings.iter().filter(|one| one.rule.id == rule).collect();
        let is_edit = |finding: &&&Finding| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|fix| !fix.edits.is_empty())
        };
        let counts = (of_rule.len(), of_rule.iter().filter(is_edit).count());
        assert_eq!(
            counts,
            (1, repairs),
            "{rule}: {records}{phone}: {of_rule:?}"
        );
        assert_eq!(site.simulations.len(), 1, "{phone}");
        let (_, faults) = faults_of(&given);
        assert!(faults.is_empty(), "{records}{phone}\n{}", faults.join("\n"));
    }
}
