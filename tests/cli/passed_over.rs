//! What is met in a folder, has the form of an input, and is none.

use crate::program::folder;
use crate::{ZONE, run};

/// Each input of a folder with its kind and zone.
fn inputs(files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    let json = run(folder.path(), ". --format json").json();
    let inputs = json["inputs"].as_array().expect("a list");
    let told = inputs.iter().map(|input| {
        let parts = [&input["path"], &input["kind"], &input["zone"]];
        parts.map(|part| part.as_str().unwrap_or("-")).join(" ")
    });
    told.collect()
}

#[test]
fn copies_beside_their_originals_are() {
    let phone = r#"<x voIpProt.server.1.address="eslab.local"/>"#;
    assert_eq!(
        inputs(&[
            ("00907a000001.cfg", phone),
            ("a/eslab.local (1).zone", ZONE),
            ("a/eslab.local - Copy.zone", ZONE),
            ("a/eslab.local.zone", ZONE),
            ("a/eslab.local.zone.bak", ZONE),
            ("a/eslab.local.zone.signed", ZONE),
            ("a/eslab.local.zone~", ZONE),
            ("b/eslab.local (2).zone", ZONE),
            ("b/eslab.local.zone.bak", ZONE),
        ]),
        [
            "00907a000001.cfg phone-config -",
            "a/eslab.local (1).zone zone-copy -",
            "a/eslab.local - Copy.zone zone-copy -",
            "a/eslab.local.zone master-file eslab.local.",
            "a/eslab.local.zone.bak zone-copy -",
            "a/eslab.local.zone.signed master-file eslab.local.",
            "a/eslab.local.zone~ zone-copy -",
            "b/eslab.local (2).zone master-file eslab.local.",
            "b/eslab.local.zone.bak master-file eslab.local.",
        ]
    );
}

#[test]
fn copies_in_folders_beside_their_originals_are() {
    let of = |apex: &str| ZONE.replace("eslab.local", apex);
    let (two, three) = (of("two.example"), of("three.example"));
    assert_eq!(
        inputs(&[
            ("dns/archive-2024/1/eslab.local.zone", ZONE),
            ("dns/backup/eslab.local.zone", ZONE),
            ("dns/eslab.local.zone", ZONE),
            // No copy lies beside these folders.
            ("dns/old/three.example.zone", &three),
            ("new/two.example.zone", &two),
            ("old/two.example.zone", &two),
        ]),
        [
            "dns/archive-2024/1/eslab.local.zone zone-copy -",
            "dns/backup/eslab.local.zone zone-copy -",
            "dns/eslab.local.zone master-file eslab.local.",
            "dns/old/three.example.zone master-file three.example.",
            "new/two.example.zone master-file two.example.",
            "old/two.example.zone master-file two.example.",
        ]
    );
}

#[test]
fn a_copy_that_is_newer_is_read_beside_its_original() {
    let copy = "z/eslab.local-2026-11-30.zone";
    for (serial, is_read) in [(2, true), (1, false), (0, false), (u32::MAX, false)] {
        let zone = ZONE.replace("hostmaster 1 ", &format!("hostmaster {serial} "));
        let files = [
            (copy, zone.as_str()),
            ("z/eslab.local.zone", ZONE),
            ("z/old/eslab.local.zone", zone.as_str()),
        ];
        let folder = folder(&files);
        let json = run(folder.path(), ". --format json").json();
        let original = "z/eslab.local.zone with serial 1";
        let aside = format!("z/old/eslab.local.zone with serial {serial} beside");
        let expected = if is_read {
            format!("1 file ({aside} {copy} with serial {serial})")
        } else {
            let beside = format!("{copy} with serial {serial} beside {original}");
            format!("2 files ({beside}, {aside} {original})")
        };
        let not_checked = json["not_checked"].as_array().expect("a list");
        let told = not_checked.iter().find(|one| {
            let why = one["why"].as_str().unwrap_or_default();
            why.starts_with("by name a copy of a zone")
        });
        assert_eq!(told.expect("it is told")["what"], expected.as_str());
    }
}

#[test]
fn what_only_is_called_like_a_copy_is_read() {
    let other = ZONE.replace("eslab.local", "eslab-backup.local");
    let named = |name: &str, zone: &str| format!("$ORIGIN {name}.\n{zone}");
    assert_eq!(
        inputs(&[
            ("eslab-backup.zone", &named("eslab-backup.local", &other)),
            ("eslab.zone", &named("eslab.local", ZONE)),
        ]),
        [
            "eslab-backup.zone master-file eslab-backup.local.",
            "eslab.zone master-file eslab.local.",
        ]
    );
    // Settings say which of two a server has.
    let stated = "zone \"eslab.local\" { type primary; file \"eslab.local.zone.2026-01-01\"; };\n";
    let found = inputs(&[
        ("eslab.local.zone", ZONE),
        ("eslab.local.zone.2026-01-01", ZONE),
        ("named.conf", stated),
    ]);
    assert_eq!(
        found[1],
        "eslab.local.zone.2026-01-01 master-file eslab.local."
    );
}

#[test]
fn answers_are_where_a_zone_is_given() {
    let answer = "_sip._udp.eslab.local. 3600 IN SRV 0 0 5060 old.eslab.local.\n";
    let dig = format!(";; ->>HEADER<<- opcode: QUERY\n;; ANSWER SECTION:\n{answer}");
    let soa = "eslab.local. 60 IN SOA ns1.eslab.local. h.eslab.local. 1 900 600 86400 900\n";
    let files = [("before.txt", answer), ("dig.txt", &dig), ("soa.txt", soa)];
    let mut with_zone = files.to_vec();
    with_zone.push(("z/eslab.local.zone", ZONE));
    assert_eq!(
        inputs(&with_zone),
        [
            "before.txt unknown -",
            "dig.txt unknown -",
            "soa.txt unknown -",
            "z/eslab.local.zone master-file eslab.local.",
        ]
    );
    // Named after what it holds, it is a zone that lacks its SOA record.
    let sub = "a.sip.eslab.local. A 10.0.0.1\nb.sip.eslab.local. A 10.0.0.2\n";
    assert_eq!(
        inputs(&[("eslab.local.zone", ZONE), ("sip.eslab.local", sub)]),
        [
            "eslab.local.zone master-file eslab.local.",
            "sip.eslab.local master-file sip.eslab.local.",
        ]
    );
    assert_eq!(
        inputs(&[("before.txt", answer)]),
        ["before.txt master-file _sip._udp.eslab.local."]
    );
    let folder = folder(&with_zone);
    let json = run(folder.path(), "dig.txt --format json").json();
    assert_eq!(json["inputs"][0]["kind"], "master-file");
}

#[test]
fn documentation_is_and_zones_of_other_classes() {
    let readme = "# Zones\n\nEvery file begins with\n\n$TTL 3600\n";
    let phones = "# Handsets\n\n```xml\n<x voIpProt.server.1.address=\"x\"/>\n```\n";
    let chaos = "$ORIGIN bind.\n@ 0 CH SOA ns h 1 1 1 1 1\n@ CH NS ns\nversion CH TXT \"none\"\n";
    let hesiod = "$TTL 60\n@ HS SOA ns h 1 1 1 1 1\n@ HS NS ns\n";
    assert_eq!(
        inputs(&[
            ("HOWTO.md", phones),
            ("README.md", readme),
            ("db.bind", chaos),
            ("db.hesiod", hesiod),
            ("eslab.local.zone", ZONE),
        ]),
        [
            "HOWTO.md unknown -",
            "README.md unknown -",
            "db.bind unknown -",
            "db.hesiod unknown -",
            "eslab.local.zone master-file eslab.local.",
        ]
    );
}

#[test]
fn what_stands_in_this_repository_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts = ["README.md", "CONTRIBUTING.md"].map(|name| root.join(name));
    let docs = std::fs::read_dir(root.join("docs")).expect("the folder");
    let docs = docs.map(|file| file.expect("a file").path());
    let texts = texts.into_iter().chain(docs).filter(|path| path.is_file());
    let texts = texts.map(|path| {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, std::fs::read_to_string(path).expect("a text"))
    });
    let texts: Vec<_> = texts.collect();
    let files: Vec<_> = texts
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    for input in inputs(&files) {
        assert!(input.ends_with(" unknown -"), "{input}");
    }
}
