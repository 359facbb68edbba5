//! Files of handsets that say the same: what is wrong is found once, and repaired in all.

use std::fs;

use serde_json::Value;

use crate::program::folder;
use crate::{found, json, run};

#[test]
fn what_is_wrong_in_the_files_of_many_handsets_is_one_finding_and_repaired_in_all() {
    let own = |user: &str| {
        format!(
            "<A CONFIG_FILES=\"site.cfg\"><reg reg.1.address=\"{user}\"\n  voIpProt.server.1.transport=\"DNSNaptr\"/></A>"
        )
    };
    let (one, two, three) = (own("1"), own("22"), own("333"));
    let prov = folder(&[
        ("00907a0a0001.cfg", &one),
        ("00907a0a0002.cfg", &two),
        ("00907a0a0003.cfg", &three),
        (
            "site.cfg",
            r#"<a voIpProt.server.1.address="eslab.local"/>"#,
        ),
    ]);
    let report = json(prov.path(), &["."]);
    assert_eq!(
        found(&report, &["phone-transport-spelling"]),
        ["phone-transport-spelling 00907a0a0001.cfg warning 3"]
    );
    let written = run(prov.path(), &["fix", "--write", "."]);
    for (name, before) in [("1", &one), ("2", &two), ("3", &three)] {
        let path = prov.path().join(format!("00907a0a000{name}.cfg"));
        let after = fs::read_to_string(path).expect("a readable file");
        let stderr = &written.stderr;
        assert_eq!(after, before.replace("DNSNaptr", "DNSnaptr"), "{stderr}");
    }
}

#[test]
fn what_handsets_have_alike_is_shown_and_repaired_in_each() {
    let own = |user: &str| {
        format!(
            "<A CONFIG_FILES=\"site.cfg\"><reg reg.1.address=\"{user}\" volpProt.server.1.port=\"0\" \
             device.dns.domain=\"x.y\" reg.2.server.1.address=\"a.b:5060\" \
             voIpProt.server.1.transport=\"DNSNaptr\"/></A>"
        )
    };
    // What is written in another way is left alone.
    let files = [own("1"), own("22"), own("3").replace("ptr", "pt&#114;")];
    let prov = folder(&[
        ("00907a0a0001.cfg", &files[0]),
        ("00907a0a0002.cfg", &files[1]),
        ("00907a0a0003.cfg", &files[2]),
        ("site.cfg", r#"<a voIpProt.server.1.address="x.y"/>"#),
    ]);
    let report = json(prov.path(), &["."]);
    let switches = r#"device.set="1" device.dns.domain.set="1" "#;
    // A name, a value, a part of one, and what is added before a name.
    for (rule, shown, at, old, new) in [
        (
            "phone-parameter-unknown",
            "volpProt",
            "volp",
            "volpProt",
            "voIpProt",
        ),
        (
            "phone-transport-spelling",
            "DNSNaptr",
            "DNSN",
            "DNSNaptr",
            "DNSnaptr",
        ),
        ("phone-address-decorated", ":5060", "a.b", "a.b:5060", "a.b"),
        (
            "phone-device-not-set",
            "device.dns.domain",
            "device",
            "",
            switches,
        ),
    ] {
        let mut findings = report["findings"].as_array().expect("a list").iter();
        let finding = findings.find(|one| one["rule"] == rule).expect(rule);
        let told = |list: &Value, of: &[&str]| {
            let list = list.as_array().expect("a list").iter();
            let told = |one: &Value| of.iter().map(|key| one[key].to_string()).collect();
            list.map(told).collect::<Vec<Vec<_>>>()
        };
        let (mut places, mut edits) = (Vec::new(), Vec::new());
        for (number, text) in files.iter().enumerate() {
            if let (Some(place), Some(start)) = (text.find(shown), text.find(at)) {
                let path = format!("\"00907a0a000{}.cfg\"", number + 1);
                places.push(vec![path.clone(), (place + 1).to_string()]);
                edits.push(vec![
                    path,
                    start.to_string(),
                    (start + old.len()).to_string(),
                ]);
                edits
                    .last_mut()
                    .expect("one")
                    .push(Value::from(new).to_string());
            }
        }
        assert_eq!(told(&finding["related"], &["path", "column"]), places[1..]);
        let repaired = told(&finding["fix"]["edits"], &["path", "start", "end", "text"]);
        assert_eq!(repaired, edits, "{rule}");
    }
    fs::remove_file(prov.path().join("00907a0a0003.cfg")).expect("a file");
    let report = json(prov.path(), &["."]);
    let mut findings = report["findings"].as_array().expect("a list").iter();
    let misspelt = findings.find(|one| one["rule"] == "phone-parameter-unknown");
    let related = misspelt.expect("a finding")["related"].as_array();
    assert_eq!(related.map(Vec::len), Some(1), "two are enough");
}
