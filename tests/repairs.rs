//! Repairs lead somewhere: once the edits of a finding are made, it is gone, and the handset
//! that failed, or had one server only, has its servers.

// What examples expect is the matter of other tests.
#[allow(dead_code)]
#[path = "support/example.rs"]
mod example;
#[path = "support/site.rs"]
mod site;

use example::pages;
use sipdns_lint::finding::Finding;
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
fn an_owner_without_its_final_dot_gets_it() {
    let owner = "_sip._udp.pbx.lab SRV";
    let records = format!("{owner} 0 0 5060 a\n{owner} 1 0 5060 b\n");
    assert_eq!(repaired("srv-owner-malformed", &records, PHONE), (2, true));
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
    let naptr = "pbx NAPTR 10 10 S SIP+D2U \"\" _sip._udp.pbx\n";
    let with_naptr = format!("{srv}{naptr}");
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
        (
            "phone-transport-skips-naptr",
            &with_naptr,
            r#"<x reg.1.server.1.address="pbx.lab" reg.1.server.1.transport="UDPOnly"/>"#,
        ),
    ] {
        assert_eq!(repaired(rule, records, phone), (2, false), "{rule}");
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

#[test]
fn numbers_of_which_two_may_be_the_priority_are_left_to_a_person() {
    for (numbers, is_certain) in [("1 5060 10", true), ("5060 0 10", false)] {
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

/// Every repair that a text can show ends the finding that carries it, safe or not.
#[test]
fn edits_of_examples_end_their_finding() {
    let mut faults = Vec::new();
    let mut made = 0;
    for page in pages() {
        for example in &page.examples {
            let given = example.texts();
            let (site, findings) = given.check();
            let sayings = |found: &[Finding], message: &str| {
                let own = found.iter().filter(|finding| finding.rule.id == page.id);
                own.filter(|finding| finding.message == message).count()
            };
            let of_page = findings.iter().filter(|finding| finding.rule.id == page.id);
            for finding in of_page {
                let is_edit = finding
                    .fix
                    .as_ref()
                    .is_some_and(|fix| !fix.edits.is_empty());
                if !is_edit || given.windows_1252 {
                    continue;
                }
                let mut after = example.texts();
                for (name, _, text) in &mut after.zones {
                    *text = edited(&site, finding, name, text);
                }
                for (name, text) in &mut after.phones {
                    *text = edited(&site, finding, name, text);
                }
                made += 1;
                let (_, left) = after.check();
                if sayings(&left, &finding.message) >= sayings(&findings, &finding.message) {
                    faults.push(format!(
                        "{}: {}: {}",
                        page.id, example.name, finding.message
                    ));
                }
            }
        }
    }
    assert!(made > 0 && faults.is_empty(), "\n{}", faults.join("\n"));
}
