//! What BIND refuses, or reads otherwise than one would think.

use super::TroubleKind::Syntax;
use super::*;

#[test]
fn what_bind_refuses_is_reported_where_it_stands() {
    for (lines, line, shown) in [
        ("a \"300\" A 1.1.1.1\n", 1, "300"),
        ("a TYPE0 \\# 0\n", 1, "TYPE0"),
        ("a TYPE41 \\# 0\n", 1, "TYPE41"),
        ("*.a NS b\n", 1, "*.a"),
        ("a DNAME b\na DNAME c\n", 2, "c"),
        ("a NAPTR 1 2 u x !a!b .\n", 1, "!a!b"),
        ("$GENERATE 1-1 $ SRV $ 2 3 h$\n", 1, "2"),
        ("$GENERATE \"1-1\" a$ A 1.1.1.$\n", 1, "1-1"),
        ("$GENERATE 1-1 \"a$\" A 1.1.1.$\n", 1, "a$"),
        ("$GENERATE 1-1 a$ A 1.1.1.$", 1, "$GENERATE"),
        ("$TTL 60", 1, "$TTL"),
    ] {
        assert_eq!(
            troubles_of(lines),
            [(Syntax, line, shown.to_owned())],
            "{lines}"
        );
    }
    let strings = vec!["x".repeat(255); 257].join(" ");
    assert_eq!(troubles_of(&format!("a TXT {strings}\n")).len(), 1);
    let (_, zone) = read_text(&format!("{FRAME}$GENERATE 1-1 $ SRV $ 2 3 h$\n"));
    // It is plain what is meant.
    assert!(records(&zone).contains(&"1.e. 60 SRV 1 2 3 h1.e.".to_owned()));
}

#[test]
fn what_bind_takes_is_taken() {
    for lines in [
        "\"@\" A 1.1.1.1\n",
        "a DNAME b\na DNAME B\n",
        "a NAPTR 1 2 u x \"!^(.*)$!sip:\\\\1@y!\" .\n",
        "a TXT \\# abc\n",
    ] {
        assert_eq!(troubles_of(lines), [], "{lines}");
    }
    let (_, zone) = read_text(&format!("{FRAME}\"@\" A 1.1.1.1\n"));
    assert!(records(&zone).contains(&"e. 60 A 1.1.1.1".to_owned()));
}

#[test]
fn windows_takes_records_that_bind_refuses() {
    let text = format!("{FRAME}*.a NS b\na NAPTR 1 2 u x !a!b .\n");
    let sources = Sources::new();
    let id = sources.add(Source::new("t", Origin::Stdin, text.as_str()));
    let options = ReadOptions {
        origin: Some(Name::from_ascii("e.").unwrap()),
        ..ReadOptions::default()
    };
    let [zone] = &crate::zone::read(&sources, id, Format::WindowsDns, &options)[..] else {
        panic!("one zone");
    };
    assert_eq!(zone.troubles, []);
    let id = sources.add(Source::new("t", Origin::Live, text));
    assert_eq!(read(&sources, id, &options).troubles, []);
}

#[test]
fn the_minimum_is_as_good_as_a_default_where_the_soa_takes_it_itself() {
    let soa = "SOA n h 1 2 3 4 5\n@ 60 NS n\na A 1.1.1.1\n";
    for (soa, ttl) in [(format!("@ {soa}"), 5), (format!("@ 7 {soa}"), 60)] {
        let (_, zone) = read_text(&soa);
        assert_eq!(records(&zone)[2], format!("a.e. {ttl} A 1.1.1.1"), "{soa}");
    }
}

#[test]
fn an_soa_owner_that_is_no_zones_is_told_from_a_file_name_that_is_none() {
    let rest = " 60 SOA n h 1 2 3 4 5\ne.x. 60 NS n.e.x.\nn.e.x. 60 A 10.0.0.1\n";
    for (file, owner, apex, outside) in [
        ("e.x.zone", "@", "e.x.", 0),
        ("e.x.zone", "s", "e.x.", 0),
        ("e.x.zone", "@@", "e.x.", 0),
        ("o.x.zone", "@", "o.x.", 2),
    ] {
        let options = ReadOptions::default();
        let (_, zone) = read_as(file, &format!("{owner}{rest}"), &options);
        let found = (zone.apex.to_string(), zone.troubles.len());
        assert_eq!(found, (apex.to_owned(), outside), "{file} {owner}");
    }
}

#[test]
fn an_soa_owner_whose_final_dot_was_forgotten_is_read_as_it_was_meant() {
    let rest = " 60 IN SOA n.e.x. h.e.x. 1 2 3 4 5\n NS n.e.x.\nn.e.x. A 10.0.0.1\nm A 10.0.0.2\n";
    let read = |file: &str, before: &str, owner: &str| {
        let options = ReadOptions::default();
        let (sources, zone) = read_as(file, &format!("{before}{owner}{rest}"), &options);
        (zone.apex.to_string(), troubles(&sources, &zone))
    };
    for (file, before, line) in [
        ("e.x.zone", "", 1),
        ("export.txt", "", 1),
        ("e.x.zone", "$ORIGIN e.x.\n", 2),
    ] {
        let fault = (Syntax, line, "e.x".to_owned());
        let expected = ("e.x.".to_owned(), vec![fault]);
        assert_eq!(read(file, before, "e.x"), expected, "{file} {before}");
        let expected = ("e.x.".to_owned(), Vec::new());
        assert_eq!(read(file, before, "e.x."), expected, "{file} {before}");
    }
    let of_cloudflare = ";; Domain:     e.x.\n;; Exported:   2024-05-04\n";
    let found = read("export.txt", of_cloudflare, "e.x");
    assert_eq!(found, ("e.x.".to_owned(), Vec::new()));
    // A part of the name behind `$ORIGIN`, as in dumps, and a zone with its own name twice.
    for (origin, owner, apex) in [("x.", "e", "e.x."), ("e.", "e", "e.e.")] {
        let (found, _) = read("t.zone", &format!("$ORIGIN {origin}\n"), owner);
        assert_eq!(found, apex);
    }
}

#[test]
fn a_ttl_that_is_lost_is_told_where_it_was_meant_to_stand() {
    for (directive, place) in [
        ("$TLL 7", "$TLL"),
        ("$TTL7", "$TTL7"),
        ("$ttl seven", "seven"),
        ("TTL 7s7x", "TTL"),
    ] {
        let (sources, zone) =
            read_text(&format!("{directive}\n@ SOA n h 1 2 3 4 5\na A 1.1.1.1\n"));
        let expected = [(Syntax, 1, place.to_owned())];
        assert_eq!(troubles(&sources, &zone), expected, "{directive}");
    }
}

#[test]
fn a_directive_without_its_sign_is_followed() {
    let (sources, zone) = read_text("ttl 7\n@ SOA n h 1 2 3 4 5\norigin x\na A 1.1.1.1\n");
    assert_eq!(records(&zone)[1], "a.x.e. 7 A 1.1.1.1");
    assert_eq!(
        troubles(&sources, &zone),
        [
            (Syntax, 1, "ttl".to_owned()),
            (Syntax, 3, "origin".to_owned()),
        ]
    );
    // Records of hosts that are called so lack their data.
    for (record, place) in [
        ("ttl A", "A"),
        ("ttl ::1", "::1"),
        ("origin 1.1.1.1", "1.1.1.1"),
        ("origin IN", "IN"),
        ("\"ttl\" 7", "7"),
        (" ttl 7", "ttl"),
    ] {
        let found = troubles_of(&format!("{record}\n"));
        assert_eq!(found, [(Syntax, 1, place.to_owned())], "{record}");
    }
}
