//! What a master file means, and what is said of one that means nothing.

use super::*;
use crate::source::{Origin, Source};

mod including;
mod refused;

/// SOA and NS of `e.`, so that what follows is a zone.
const FRAME: &str = "$TTL 60\n@ SOA n h 1 2 3 4 5\n@ NS n\n";

fn read_as(name: &str, text: &str, options: &ReadOptions) -> (Sources, Zone) {
    let sources = Sources::new();
    let id = sources.add(Source::new(name, Origin::File(name.into()), text));
    let zone = read(&sources, id, options);
    (sources, zone)
}

fn read_text(text: &str) -> (Sources, Zone) {
    let origin = Some(Name::from_ascii("e.").unwrap());
    let options = ReadOptions {
        origin,
        ..ReadOptions::default()
    };
    read_as("t.zone", text, &options)
}

/// Kind, line and text of each trouble.
fn troubles(sources: &Sources, zone: &Zone) -> Vec<(TroubleKind, u32, String)> {
    zone.troubles
        .iter()
        .map(|trouble| {
            let line = sources.positions(trouble.span).0.line;
            (trouble.kind, line, sources.text(trouble.span).to_owned())
        })
        .collect()
}

/// The troubles of lines behind the frame, lines counted from 1.
fn troubles_of(lines: &str) -> Vec<(TroubleKind, u32, String)> {
    let (sources, zone) = read_text(&format!("{FRAME}{lines}"));
    let frame = u32::try_from(FRAME.lines().count()).unwrap();
    troubles(&sources, &zone)
        .into_iter()
        .map(|(kind, line, text)| (kind, line - frame, text))
        .collect()
}

/// `owner ttl TYPE data` of every record kept, in the order of the text.
fn records(zone: &Zone) -> Vec<String> {
    let types = [
        RecordType::SOA,
        RecordType::NS,
        RecordType::A,
        RecordType::AAAA,
        RecordType::CNAME,
        RecordType::PTR,
        RecordType::SRV,
        RecordType::NAPTR,
    ];
    let sets = types
        .iter()
        .flat_map(|record_type| zone.contents.sets(*record_type));
    let mut list: Vec<_> = sets.flat_map(|set| set.records.iter()).collect();
    // Records that `$GENERATE` makes share a place.
    list.sort_by(|a, b| (a.span, &a.owner.name).cmp(&(b.span, &b.owner.name)));
    list.iter()
        .map(|record| {
            let owner = &record.owner.name;
            format!(
                "{owner} {} {} {}",
                record.ttl.value,
                record.record_type(),
                record.data
            )
        })
        .collect()
}

/// The records of lines behind the frame, which must be without trouble.
fn records_of(lines: &str) -> Vec<String> {
    let (sources, zone) = read_text(&format!("{FRAME}{lines}"));
    assert_eq!(troubles(&sources, &zone), [], "{lines}");
    records(&zone).split_off(2)
}

#[test]
fn owners_ttls_and_classes_stand_in_any_order() {
    for (lines, expected) in [
        ("a A 1.1.1.1\n", vec!["a.e. 60 A 1.1.1.1"]),
        ("a 1h in a 1.1.1.1\n", vec!["a.e. 3600 A 1.1.1.1"]),
        ("a IN 7 A 1.1.1.1", vec!["a.e. 7 A 1.1.1.1"]),
        ("a CLASS1 TYPE1 1.1.1.1\r\n", vec!["a.e. 60 A 1.1.1.1"]),
        (
            "a A 1.1.1.1\n  A 2.2.2.2\n",
            vec!["a.e. 60 A 1.1.1.1", "a.e. 60 A 2.2.2.2"],
        ),
        ("$ORIGIN s.e.\n@ A 1.1.1.1\n", vec!["s.e. 60 A 1.1.1.1"]),
        ("$ORIGIN s\na CNAME b\n", vec!["a.s.e. 60 CNAME b.s.e."]),
        ("$ttl 1m30s\na A 1.1.1.1\n", vec!["a.e. 90 A 1.1.1.1"]),
        ("IN A 1.1.1.1\n", vec!["IN.e. 60 A 1.1.1.1"]),
        ("a SRV ( 1 2\n 3 b ) ; x\n", vec!["a.e. 60 SRV 1 2 3 b.e."]),
    ] {
        assert_eq!(records_of(lines), expected, "{lines}");
    }
}

#[test]
fn every_field_keeps_its_place() {
    let text = format!(
        "{FRAME}_sip._udp 1h IN SRV 1 10 5060 piper\n  NAPTR 1 2 \"s\" \"SIP+D2U\" \"\" _sip._udp\n"
    );
    let (sources, zone) = read_text(&text);
    let owner = Name::from_ascii("_sip._udp.e.").unwrap();
    let set = zone.contents.set(&owner, RecordType::SRV).unwrap();
    let (record, srv) = set.srv().next().unwrap();
    assert_eq!(
        sources.text(record.span),
        "_sip._udp 1h IN SRV 1 10 5060 piper"
    );
    assert_eq!(sources.text(record.owner.span), "_sip._udp");
    assert_eq!(sources.text(record.ttl.span), "1h");
    assert_eq!(sources.text(srv.weight.span), "10");
    assert_eq!(sources.text(srv.target.span), "piper");
    assert!(srv.target.relative && record.owner.relative);
    let set = zone.contents.set(&owner, RecordType::NAPTR).unwrap();
    let (record, naptr) = set.naptr().next().unwrap();
    assert_eq!(
        sources.text(record.span),
        "NAPTR 1 2 \"s\" \"SIP+D2U\" \"\" _sip._udp"
    );
    assert_eq!(sources.text(record.owner.span), "_sip._udp");
    assert_eq!(sources.text(record.ttl.span), "60");
    assert_eq!(sources.text(naptr.service.span), "SIP+D2U");
    assert_eq!(sources.text(naptr.regexp.span), "\"\"");
    assert_eq!(zone.record_count, 4);
}

#[test]
fn one_finding_a_line_at_its_smallest_text() {
    use TroubleKind::{Include, Outside, Syntax, Truncated, Typographic};
    for (lines, kind, line, shown) in [
        ("a A 1.1.1\nb A 1.1.1.1\n", Syntax, 1, "1.1.1"),
        ("a SRV 1 1 70000 b\n", Syntax, 1, "70000"),
        ("a SRV 1 1 5060\n", Syntax, 1, "5060"),
        ("a SVR 1 1 5060 b\n", Syntax, 1, "SVR"),
        ("a 1h30 A 1.1.1.1\n", Syntax, 1, "1h30"),
        ("a 2147483648 A 1.1.1.1\n", Syntax, 1, "2147483648"),
        ("a 1x IN TYPE1 1.1.1.1\n", Syntax, 1, "1x"),
        ("a CH A 1.1.1.1\n", Syntax, 1, "CH"),
        ("a IN IN A 1.1.1.1\n", Syntax, 1, "IN"),
        ("a 1 2 A 1.1.1.1\n", Syntax, 1, "2"),
        ("a\n", Syntax, 1, "a"),
        ("A 1.1.1.1\n", Syntax, 1, "1.1.1.1"),
        ("a..b A 1.1.1.1\n", Syntax, 1, ".."),
        ("a TXT \"x\nb A 1.1.1.1\n", Syntax, 1, "\""),
        ("a A ( 1.1.1.1\nb A 1.1.1.1\n", Syntax, 1, "("),
        ("b A 1.1.1.1\na A 1.1.1.1 )\n", Syntax, 2, ")"),
        ("$TTL\n", Syntax, 1, "$TTL"),
        ("$TTL 1x\n", Syntax, 1, "1x"),
        ("$TTL 4294967295\n", Syntax, 1, "4294967295"),
        ("$TTL 1 2\n", Syntax, 1, "2"),
        ("$ORIGIN e\na A 1.1.1.1\n", Syntax, 1, "e"),
        (" $TTL 5\n", Syntax, 1, "$TTL"),
        ("$ORIGN x.\n", Syntax, 1, "$ORIGN"),
        ("$INCLUDE /etc/passwd\n", Include, 1, "/etc/passwd"),
        ("$GENERATE 2-1 a$ A 1.1.1.$\n", Syntax, 1, "2-1"),
        ("$GENERATE 1-2 a${x} A 1.1.1.$\n", Syntax, 1, "${x}"),
        ("$GENERATE 255-257 a$ A 1.1.1.$\n", Syntax, 1, "1.1.1.$"),
        ("x.other. A 1.1.1.1\n", Outside, 1, "x.other."),
        ("a SRV 1 1 50", Truncated, 1, "50"),
        ("a SRV 1 1 ", Truncated, 1, "1"),
        ("a SRV 1 1 ; remark", Syntax, 1, "1"),
        ("a A 10.0.0", Truncated, 1, "10.0.0"),
        ("a NAP", Truncated, 1, "NAP"),
        ("a TXT \"x", Truncated, 1, "\""),
        ("a TXT ( x", Truncated, 1, "("),
        ("a A 1.1.1.300", Syntax, 1, "1.1.1.300"),
        ("a\u{a0}A 1.1.1.1\n", Typographic, 1, "\u{a0}"),
        ("a A\u{a0}x ; y\u{a0}z\n", Typographic, 1, "\u{a0}"),
    ] {
        assert_eq!(
            troubles_of(lines),
            [(kind, line, shown.to_owned())],
            "{lines}"
        );
    }
}

#[test]
fn a_bad_record_damages_its_set_only() {
    for (lines, lost) in [
        ("h SRV 1 1 x b", "h SRV"),
        ("h SVR 1 1 1 b", "h SRV"),
        ("h 1x SRV 1 1 1 b", "h SRV"),
        ("h TXT \"x", "h TXT"),
        ("h ALIAS b.x.", "h A"),
        ("h ANAME b.x.", "h A"),
        ("h AWS ALIAS AAAA b.x. Z1 false", "h AAAA"),
        ("h AWS b.x.", ""),
        ("h \u{201c} SRV 1 1 1", ""),
        ("h", "h A"),
        // What the data tells where the type does not.
        ("h 10.0.0.1", "h A"),
        ("h 60 IN 10.0.0.1", "h A"),
        ("h 2001:db8::1", "h AAAA"),
        ("h A10.0.0.1", "h A"),
        ("h AAA 10.0.0.1", "h A"),
        ("h HOST 2001:db8::1", "h AAAA"),
        ("h TXTT 10.0.0.1", "h TXT"),
        ("_h 1 2 5060 b", "_h SRV"),
        ("_h 60 1 2 5060 b", "_h SRV"),
        ("h 1 2 5060 b", ""),
        ("h 1 2 s SIP+D2U \"\" b", "h NAPTR"),
        // What may be the owner: a blank too many, and fields that are in each other's place.
        ("h b A 10.0.0.1", "h A, b A, hb A, h.b A"),
        ("c A 1.1.1.1\n h 60 IN A 10.0.0.1", "c A, h A"),
        ("h b.c A 10.0.0.1", "h A, b.c A, hb.c A, h.b.c A"),
        ("hA 10.0.0.1", "hA A, h A"),
        (
            "c A 1.1.1.1\nA h 10.0.0.1",
            "A A, h A, Ah A, A.h A, c A, * A",
        ),
        ("c A 1.1.1.1\nA 10.0.0.1", "A A, c A, * A"),
        ("h AAAA 10.0.0.1", "h AAAA, h A"),
        ("h A 2001:db8::1", "h A, h AAAA"),
        // The record of the next line.
        ("h A 1.1.1.1 i 60 IN AAAA ::1", "h A, i AAAA"),
        // What stands there in almost all zones.
        ("@ n.e.", "e. NS"),
        ("h n.e.", ""),
        ("h n.e. m.e. 1 2 3 4 5h", "h SOA"),
        ("h..e. A 10.0.0.1", "h A"),
        (".h A 10.0.0.1", "h A"),
        ("h.e.. A 10.0.0.1", "h A"),
        // Names that a line would have made.
        ("$GENERATE 1-2 h${x} A 10.0.0.$", "* A"),
        ("$GENERATE 1 h$ A 10.0.0.$", "* A"),
        ("$GENERATE 255-256 h$ A 10.0.0.$", "* A"),
        ("$GENERATE 1-2", ""),
    ] {
        let (_, zone) = read_text(&format!("{FRAME}{lines}\nb A 1.1.1.1\n"));
        let damaged = zone.troubles[0].damaged.iter();
        let damaged = damaged.map(|(owner, kind)| format!("{owner} {kind}").replace(".e. ", " "));
        assert_eq!(damaged.collect::<Vec<_>>().join(", "), lost, "{lines}");
        let read = records(&zone);
        assert_eq!(
            read.last().map(String::as_str),
            Some("b.e. 60 A 1.1.1.1"),
            "{lines}"
        );
    }
}

#[test]
fn records_without_a_readable_owner_are_told_one_by_one() {
    assert_eq!(
        troubles_of("a..b A 1.1.1.1\n A 1.1.1.2\nc A 1.1.1.3\n"),
        [
            (TroubleKind::Syntax, 1, "..".to_owned()),
            (TroubleKind::Syntax, 2, "A".to_owned())
        ]
    );
    let (sources, zone) = read_text(" A 1.1.1.1\n");
    assert_eq!(
        troubles(&sources, &zone),
        [(TroubleKind::Syntax, 1, "A".to_owned())]
    );
}

#[test]
fn typographic_characters_are_repaired_and_read() {
    let line =
        "a NAPTR\u{a0}1 2 \u{201c}s\u{201d} \u{201c}SIP+D2U\u{201d} \"\" _sip\u{200b}._udp\n";
    let (sources, zone) = read_text(&format!("{FRAME}{line}"));
    assert_eq!(
        records(&zone)[2..],
        ["a.e. 60 NAPTR 1 2 \"s\" \"SIP+D2U\" \"\" _sip._udp.e."]
    );
    let [trouble] = zone.troubles.as_slice() else {
        panic!("one trouble: {:?}", zone.troubles);
    };
    assert_eq!(
        trouble.message,
        "no-break space (U+00A0) where a plain space is expected, and 5 more in this record"
    );
    let fix = trouble.fix.clone().unwrap();
    assert!(fix.safe && trouble.damaged.is_empty());
    let mut text = sources.get(zone.source).text.to_string();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.start as usize..edit.end as usize, &edit.text);
    }
    assert!(
        text.ends_with("a NAPTR 1 2 \"s\" \"SIP+D2U\" \"\" _sip._udp\n"),
        "{text}"
    );
    assert_eq!(
        troubles_of("a TXT \"\u{201c}x\u{201d}\" ; \u{2013}\nb\u{fc}ro A 1.1.1.1\n"),
        []
    );
}

#[test]
fn ttls_come_from_the_record_the_directive_the_record_before_the_soa() {
    for (text, expected, missing) in [
        ("@ 9 SOA n h 1 2 3 4 5\na A 1.1.1.1\n", vec![9, 9], None),
        (
            "@ SOA n h 1 2 3 4 5\na A 1.1.1.1\na 8 A 1.1.1.2\n A 1.1.1.3\n",
            vec![5, 5, 8, 5],
            Some("SOA"),
        ),
        (
            "$TTL 7\n@ 9 SOA n h 1 2 3 4 5\na A 1.1.1.1\n$TTL 6\nb A 1.1.1.2\n",
            vec![9, 7, 6],
            None,
        ),
        ("a A 1.1.1.1\n", vec![FALLBACK_TTL], Some("A")),
    ] {
        let (sources, zone) = read_text(text);
        let ttls: Vec<u32> = records(&zone)
            .iter()
            .map(|record| record.split(' ').nth(1).unwrap().parse().unwrap())
            .collect();
        assert_eq!(ttls, expected, "{text}");
        let shown = zone
            .troubles
            .first()
            .map(|trouble| sources.text(trouble.span));
        assert_eq!(shown, missing, "{text}");
        assert!(
            zone.troubles
                .iter()
                .all(|trouble| trouble.kind == TroubleKind::TtlMissing)
        );
    }
    let (_, zone) = read_text("@ SOA n h 1 2 3 4 5\na A 1.1.1.1\nb A 1.1.1.1\n");
    assert!(
        zone.troubles[0]
            .message
            .starts_with("this record and 2 more have no TTL")
    );
}

#[test]
fn the_apex_is_the_owner_of_the_soa() {
    for (name, text, apex) in [
        (
            "eslab.local.zone",
            "@ 1 SOA n h 1 2 3 4 5\n",
            "eslab.local.",
        ),
        (
            "db.x",
            "$ORIGIN .\neslab.local 1 SOA n h 1 2 3 4 5\n$ORIGIN eslab.local.\na A 1.1.1.1\n",
            "eslab.local.",
        ),
        (
            "x",
            "$ORIGIN eslab.local\n@ 1 SOA n h 1 2 3 4 5\na A 1.1.1.1\n",
            "eslab.local.",
        ),
        (
            "x",
            "eslab.local. 1 SOA n h 1 2 3 4 5\na A 1.1.1.1\n",
            "eslab.local.",
        ),
        (
            "x",
            "; Zone: eslab.local\na 1 A 1.1.1.1\n@ SOA n h 1 2 3 4 5\n",
            "eslab.local.",
        ),
        (
            "x",
            "; Database file x for eslab.local zone.\na 1 A 1.1.1.1\n",
            "eslab.local.",
        ),
        (
            "cache.dns",
            ". 1 NS a.root-servers.net.\na.root-servers.net. 1 A 1.1.1.1\n",
            ".",
        ),
        (
            "part.txt",
            "a.eslab.local. 1 A 1.1.1.1\nb.eslab.local. A 1.1.1.1\n",
            "eslab.local.",
        ),
    ] {
        let (sources, zone) = read_as(name, text, &ReadOptions::default());
        assert_eq!(zone.apex.to_ascii(), apex, "{text}");
        assert_eq!(zone.soas.len(), text.matches("SOA").count(), "{text}");
        assert_eq!(troubles(&sources, &zone), [], "{text}");
    }
}

#[test]
fn an_origin_without_a_final_dot_lies_below_the_zone_that_the_files_name_tells() {
    let read = |name: &str, origin: &str| {
        let text = format!("$TTL 1\n@ SOA n h 1 2 3 4 5\n$ORIGIN {origin}\na A 1.1.1.1\n");
        let (sources, zone) = read_as(name, &text, &ReadOptions::default());
        (records(&zone).split_off(1), troubles(&sources, &zone))
    };
    for name in ["eslab.local.zone", "db.eslab.local"] {
        let expected = vec!["a.ward.eslab.local. 1 A 1.1.1.1".to_owned()];
        assert_eq!(read(name, "ward"), (expected, Vec::new()), "{name}");
    }
    // The name of the file is not that of a zone.
    let outside = (TroubleKind::Outside, 4, "a".to_owned());
    assert_eq!(read("zone.txt", "eslab.local"), (vec![], vec![outside]));
}

#[test]
fn an_soa_that_cannot_be_read_tells_the_apex() {
    let text = "$TTL 1\n$ORIGIN .\ne.local SOA n h x 2 3 4 5\n$ORIGIN e.local.\na A 1.1.1.1\n";
    let (sources, zone) = read_as("x", text, &ReadOptions::default());
    assert_eq!(zone.apex.to_ascii(), "e.local.");
    assert_eq!(
        troubles(&sources, &zone),
        [(TroubleKind::Syntax, 3, "x".to_owned())]
    );
    assert!(zone.soas.is_empty());
}

#[test]
fn names_of_an_unknown_zone_are_told_once() {
    let sources = Sources::new();
    let id = sources.add(Source::new(
        "<stdin>",
        Origin::Stdin,
        "a 1 A 1.1.1.1\nb A 1.1.1.1\n",
    ));
    let zone = read(&sources, id, &ReadOptions::default());
    assert_eq!(
        troubles(&sources, &zone),
        [(TroubleKind::Syntax, 1, "a".to_owned())]
    );
    assert_eq!(zone.record_count, 2);
}

#[test]
fn several_soas_are_all_kept_for_the_rules() {
    let (_, zone) = read_text(&format!(
        "{FRAME}x.other. SOA n h 1 2 3 4 5\n@ SOA n h 1 2 3 4 5\n"
    ));
    assert_eq!((zone.soas.len(), zone.apex.to_ascii().as_str()), (3, "e."));
    assert_eq!(zone.troubles, []);
}

#[test]
fn generate_makes_records() {
    for (lines, expected) in [
        (
            "$GENERATE 1-2 h$ A 10.0.0.$\n",
            vec!["h1.e. 60 A 10.0.0.1", "h2.e. 60 A 10.0.0.2"],
        ),
        (
            "$GENERATE 8-9/5 ${0,3,d} 5 IN CNAME h${-8}.x.\n",
            vec!["008.e. 5 CNAME h0.x."],
        ),
        (
            "$GENERATE 1-1 $ SRV \"$ 2 3 h$\"\n",
            vec!["1.e. 60 SRV 1 2 3 h1.e."],
        ),
        (
            "$GENERATE 1-2 h${-2} A 10.0.0.$\n",
            vec!["h-1.e. 60 A 10.0.0.1", "h0.e. 60 A 10.0.0.2"],
        ),
    ] {
        assert_eq!(records_of(lines), expected, "{lines}");
    }
    let (sources, zone) = read_text(&format!("{FRAME}$GENERATE 1-3 h$ A 10.0.0.$\n"));
    let set = zone
        .contents
        .set(&Name::from_ascii("h2.e.").unwrap(), RecordType::A)
        .unwrap();
    let record = &set.records[0];
    assert_eq!(sources.text(record.owner.span), "h$");
    assert_eq!(sources.text(record.span), "h$ A 10.0.0.$");
}

#[test]
fn generate_stops_at_the_limit() {
    let options = ReadOptions {
        origin: Some(Name::from_ascii("e.").unwrap()),
        limits: Limits {
            generated_records: 3,
            ..Limits::default()
        },
        ..ReadOptions::default()
    };
    let text = format!("{FRAME}$GENERATE 1-2 a$ A 1.1.1.$\n$GENERATE 1-2147483647 b$ A 1.1.1.$\n");
    let (sources, zone) = read_as("t", &text, &options);
    assert_eq!(
        troubles(&sources, &zone),
        [(TroubleKind::Limit, 5, "1-2147483647".to_owned())]
    );
    assert_eq!(zone.record_count, 5);
}
