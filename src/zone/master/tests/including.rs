//! `$INCLUDE`, with files on disk.

use std::fs;

use super::*;

/// Writes files into a new folder and reads the first of them.
fn read_files(files: &[(&str, &str)], root: &str) -> (Sources, Zone) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let sources = Sources::new();
    let path = folder.path().join(files[0].0);
    let text = fs::read_to_string(&path).unwrap();
    let id = sources.add(Source::new(files[0].0, Origin::File(path), text));
    let options = ReadOptions {
        origin: Some(Name::from_ascii("e.").unwrap()),
        root: Some(folder.path().join(root)),
        ..ReadOptions::default()
    };
    let zone = read(&sources, id, &options);
    (sources, zone)
}

#[test]
fn included_files_are_read_in_place() {
    let main =
        format!("{FRAME}own A 1.1.1.1\n$INCLUDE ../common/hosts s\n  A 1.1.1.3\nz A 1.1.1.4\n");
    let files = [
        ("zones/e.zone", main.as_str()),
        (
            "common/hosts",
            "  AAAA ::1\nx A 1.1.1.2\n$ORIGIN other.\nx A 1.1.1.x\n",
        ),
    ];
    let (sources, zone) = read_files(&files, ".");
    assert_eq!(
        records(&zone)[2..],
        [
            "own.e. 60 A 1.1.1.1",
            "own.e. 60 A 1.1.1.3",
            "z.e. 60 A 1.1.1.4",
            "own.e. 60 AAAA ::1",
            "x.s.e. 60 A 1.1.1.2",
        ]
    );
    let [included] = zone.included[..] else {
        panic!("one file: {:?}", zone.included);
    };
    assert_eq!(sources.get(included).name, "common/hosts");
    assert_eq!(zone.troubles[0].span.source, included);
    assert_eq!(
        troubles(&sources, &zone),
        [(TroubleKind::Syntax, 4, "1.1.1.x".to_owned())]
    );
}

#[test]
fn a_path_starts_at_whichever_folder_above_has_the_file() {
    for (root, written, expected) in [
        // The folder that a server works in, above the zone's own.
        ("named", "zones/common.inc", "named/zones/common.inc"),
        (".", "zones/common.inc", "named/zones/common.inc"),
        (".", "named/zones/common.inc", "named/zones/common.inc"),
        (".", "shared.inc", "named/shared.inc"),
        (".", "top.inc", "top.inc"),
        // That folder itself was not given.
        ("named/zones", "zones/common.inc", "named/zones/common.inc"),
        // The nearest of several.
        (".", "twice.inc", "named/zones/twice.inc"),
        // The folders of a server's disk.
        (".", "/etc/bind/zones/common.inc", "named/zones/common.inc"),
        (".", "/srv/./x/../named/shared.inc", "named/shared.inc"),
        (
            "named/zones",
            "/etc/zones/common.inc",
            "named/zones/common.inc",
        ),
        // The longest end, before a nearer one.
        (".", "/etc/named/twice.inc", "named/twice.inc"),
    ] {
        let main = format!("{FRAME}$INCLUDE {written}\n");
        let files = [
            ("named/zones/e.zone", main.as_str()),
            ("named/zones/common.inc", "named/zones/common.inc TXT x\n"),
            ("named/zones/twice.inc", "named/zones/twice.inc TXT x\n"),
            ("named/twice.inc", "named/twice.inc TXT x\n"),
            ("named/shared.inc", "named/shared.inc TXT x\n"),
            ("top.inc", "top.inc TXT x\n"),
        ];
        let (sources, zone) = read_files(&files, root);
        assert_eq!(troubles(&sources, &zone), [], "{root}: {written}");
        let [included] = zone.included[..] else {
            panic!("{root}: {written}: one file");
        };
        let text = format!("{expected} TXT x\n");
        assert_eq!(&*sources.get(included).text, text, "{root}: {written}");
    }
}

#[test]
fn zones_that_include_one_file_share_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let common = folder.path().join("common");
    fs::write(&common, "x A 1.1.1.2\ny A 1.1.1.x\n").unwrap();
    let sources = Sources::new();
    let read_zone = |apex: &str, include: &str| {
        let path = folder.path().join(apex);
        let text = format!("{FRAME}$INCLUDE {include}\n");
        fs::write(&path, &text).unwrap();
        let id = sources.add(Source::new(apex, Origin::File(path), text));
        let options = ReadOptions {
            origin: Some(Name::from_ascii(apex).unwrap()),
            ..ReadOptions::default()
        };
        read(&sources, id, &options)
    };
    let zones = [
        read_zone("a.", "common"),
        read_zone("b.", "./no/../common s"),
    ];
    let [first, second] = [0, 1].map(|zone| sources.get(zones[zone].included[0]));
    assert!(std::ptr::eq(
        &raw const *first.text,
        &raw const *second.text
    ));
    assert_eq!([&first.name, &second.name], ["common", "common"]);
    assert_eq!(second.path(), first.path());
    // What is found belongs to one zone all the same.
    assert_ne!(zones[0].included, zones[1].included);
    assert_eq!(records(&zones[0])[2..], ["x.a. 60 A 1.1.1.2"]);
    assert_eq!(records(&zones[1])[2..], ["x.s.b. 60 A 1.1.1.2"]);
    for zone in &zones {
        assert_eq!(
            troubles(&sources, zone),
            [(TroubleKind::Syntax, 2, "1.1.1.x".to_owned())]
        );
    }
}

#[test]
fn an_origin_without_its_final_dot_is_told_and_meant() {
    let zone = format!("{FRAME}$INCLUDE common e\nz A 1.1.1.1\n");
    let (_, zone) = read_files(&[("zone", &zone), ("common", "x A 1.1.1.2\n")], "");
    assert_eq!(
        records(&zone)[2..],
        ["z.e. 60 A 1.1.1.1", "x.e. 60 A 1.1.1.2"]
    );
    let messages: Vec<_> = zone.troubles.iter().map(|one| &*one.message).collect();
    assert_eq!(messages, ["`e` has no final dot, so it means `e.e.`"]);
}

#[test]
fn a_file_that_is_included_twice_is_read_for_either_origin() {
    let included = "x A 1.1.1.2\n  A 1.1.1.3\n";
    let file = ("common", included);
    let of = |includes: &str| {
        let zone = format!("{FRAME}{includes}");
        let (_, zone) = read_files(&[("zone", &zone), file], "");
        let mut records = records(&zone)[2..].to_vec();
        records.sort_unstable();
        records
    };
    let [here, below] = ["e.", "s.e."].map(|origin| {
        let record = |address: &str| format!("x.{origin} 60 A {address}");
        ["1.1.1.2", "1.1.1.3"].map(record)
    });
    let both = [here, below].concat();
    assert_eq!(of("$INCLUDE common\n$INCLUDE common s\n"), both);
    let back = "$INCLUDE common\n$ORIGIN s\n$INCLUDE common\n$ORIGIN e.\nx TXT y\n";
    assert_eq!(of(back), both);
}

#[test]
fn nothing_outside_the_folder_is_included() {
    for (target, message) in [
        (
            "../secret",
            "`../secret` lies outside the folder that is checked",
        ),
        (
            "../no-such-file",
            "`../no-such-file` lies outside the folder that is checked",
        ),
        (
            "/etc/passwd",
            "`/etc/passwd` lies outside the folder that is checked",
        ),
        (
            "/etc/zones/../../secret",
            "`/etc/zones/../../secret` lies outside the folder that is checked",
        ),
        (
            "/etc/no-such-file",
            "`/etc/no-such-file` lies outside the folder that is checked",
        ),
        // Another folder's, though one of that name is here; and the file itself.
        (
            "/etc/other/in",
            "`/etc/other/in` lies outside the folder that is checked",
        ),
        (
            "/etc/zones/e.zone",
            "`/etc/zones/e.zone` lies outside the folder that is checked",
        ),
        ("no-such-file", "there is no file `no-such-file` to include"),
        ("sub", "`sub` cannot be read: it is not a file"),
        ("e.zone", "`e.zone` includes itself"),
        ("sub/b", "`../e.zone` includes itself"),
    ] {
        let main = format!("{FRAME}$INCLUDE {target}\nz A 1.1.1.1\n");
        let files = [
            ("zones/e.zone", main.as_str()),
            ("zones/sub/b", "$INCLUDE ../e.zone\n"),
            ("zones/in", "x A 1.1.1.9\n"),
            ("secret", "x A 1.1.1.9\n"),
        ];
        let (sources, zone) = read_files(&files, "zones");
        assert_eq!(zone.troubles.len(), 1, "{target}");
        assert_eq!(zone.troubles[0].message, message);
        assert_eq!(zone.troubles[0].kind, TroubleKind::Include);
        assert!(
            sources
                .text(zone.troubles[0].span)
                .ends_with(target.rsplit('/').next().unwrap())
                || target == "sub/b"
        );
        assert_eq!(records(&zone)[2..], ["z.e. 60 A 1.1.1.1"], "{target}");
    }
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zones");
    fs::create_dir(&zones).unwrap();
    fs::write(folder.path().join("secret"), "x A 1.1.1.9\n").unwrap();
    std::os::unix::fs::symlink("../secret", zones.join("link")).unwrap();
    for written in ["link", "zones/link", "/etc/link"] {
        let sources = Sources::new();
        let text = format!("{FRAME}$INCLUDE {written}\n");
        let path = zones.join("e.zone");
        fs::write(&path, &text).unwrap();
        let id = sources.add(Source::new("e.zone", Origin::File(path), text));
        let zone = read(&sources, id, &ReadOptions::default());
        assert_eq!(
            zone.troubles[0].message,
            format!("`{written}` lies outside the folder that is checked")
        );
        assert_eq!(sources.iter().count(), 1, "{written}");
    }
}

#[test]
fn includes_end_at_their_limits() {
    let main = format!("{FRAME}{}", "$INCLUDE a\n".repeat(1025));
    let (_, zone) = read_files(&[("e.zone", &main), ("a", "; nothing\n")], ".");
    assert_eq!(zone.troubles.len(), 1);
    assert_eq!(zone.troubles[0].kind, TroubleKind::Limit);

    let missing = |number| format!("$INCLUDE gone{number}\n");
    let main = format!("{FRAME}{}", (0..1030).map(missing).collect::<String>());
    let (_, zone) = read_files(&[("e.zone", &main)], ".");
    let told = zone.troubles.iter();
    let limits = told.filter(|trouble| trouble.kind == TroubleKind::Limit);
    assert_eq!((zone.troubles.len(), limits.count()), (1030, 6));

    let names: Vec<String> = (0..20).map(|number| format!("f{number}")).collect();
    let texts: Vec<String> = (1..=20)
        .map(|number| format!("$INCLUDE f{number}\n"))
        .collect();
    let mut files: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(texts.iter().map(String::as_str))
        .collect();
    let main = format!("{FRAME}$INCLUDE f0\n");
    files.insert(0, ("e.zone", &main));
    let (_, zone) = read_files(&files, ".");
    assert_eq!(zone.troubles.len(), 1);
    assert_eq!(
        zone.troubles[0].message,
        "`$INCLUDE` is nested more than 16 deep"
    );
}

#[test]
fn what_is_no_file_includes_nothing() {
    let sources = Sources::new();
    let text = format!("$ORIGIN e.\n{FRAME}$INCLUDE a\n");
    let id = sources.add(Source::new("<stdin>", Origin::Stdin, text));
    let options = ReadOptions {
        root: Some(".".into()),
        ..ReadOptions::default()
    };
    let zone = read(&sources, id, &options);
    assert_eq!(
        zone.troubles[0].message,
        "`a` cannot be included: the zone was not read from a file"
    );
}

#[test]
fn a_long_file_is_not_included_again_and_again() {
    let long = format!("; {}\nx A 1.1.1.1\n", "x".repeat(4 << 20));
    let main = format!("{FRAME}{}z A 1.1.1.2\n", "$INCLUDE a\n".repeat(20));
    let (sources, zone) = read_files(&[("e.zone", &main), ("a", &long)], ".");
    // Once, and as often as fits.
    assert_eq!(zone.troubles.len(), 20 - 1 - 15);
    assert_eq!(zone.troubles[0].kind, TroubleKind::Limit);
    assert_eq!(
        zone.troubles[0].message,
        "`a` is not read again: files that are included more than once exceed 64 MiB"
    );
    assert_eq!(sources.text(zone.troubles[0].span), "a");
    let records = records(&zone);
    for read in ["x.e. 60 A 1.1.1.1", "z.e. 60 A 1.1.1.2"] {
        assert!(records.iter().any(|record| record == read), "{records:?}");
    }
}

/// A `$TTL` in the zone's own file is one for all of them.
#[test]
fn the_want_of_a_ttl_is_told_once_for_all_files() {
    let main = "@ SOA ns h 1 2 3 4 5\n@ NS ns\n$INCLUDE a\n$INCLUDE b\n";
    let files = [
        ("e.zone", main),
        ("a", "ns A 1.1.1.1\n"),
        ("b", "x A 1.1.1.2\n"),
    ];
    let (sources, zone) = read_files(&files, ".");
    let expected = [(TroubleKind::TtlMissing, 1, "SOA".to_owned())];
    assert_eq!(troubles(&sources, &zone), expected);
    assert!(
        zone.troubles[0]
            .message
            .starts_with("this record and 3 more")
    );
}
