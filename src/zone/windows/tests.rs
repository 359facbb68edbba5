//! What Windows zone files mean, told by what a handset would be answered.

use proptest::prelude::*;

use super::*;
use crate::dns::{Question, RecordType};
use crate::source::{Origin, Source};
use crate::zone::{self, Elsewhere};

/// Head of an export in the layout of Windows 2016 and later.
const HEAD: &str = ";\r\n;  Database file e.dns for Default zone scope in zone e.\r\n;      Zone version:  7\r\n;\r\n\r\n@                       IN  SOA n.e. h.e. (\r\n                        \t\t7            ; serial number\r\n                        \t\t900          ; refresh\r\n                        \t\t600          ; retry\r\n                        \t\t86400        ; expire\r\n                        \t\t3600       ) ; default TTL\r\n";

fn read_bytes(bytes: Vec<u8>) -> (Sources, Vec<Zone>) {
    let sources = Sources::new();
    let source = Source::from_bytes("z.e.dns", Origin::File("z.e.dns".into()), bytes);
    let id = sources.add(source);
    let zones = zone::read(&sources, id, Format::WindowsDns, &ReadOptions::default());
    (sources, zones)
}

fn read_text(text: &str) -> (Sources, Vec<Zone>) {
    read_bytes(text.as_bytes().to_vec())
}

/// `owner TTL type data`, with the time stamp's hours where there is one, of all records
/// kept in a zone, in the order of the text.
fn records(zone: &Zone) -> Vec<String> {
    let types = [
        RecordType::SOA,
        RecordType::NS,
        RecordType::A,
        RecordType::CNAME,
        RecordType::SRV,
        RecordType::NAPTR,
        RecordType::PTR,
    ];
    let sets = types.iter().flat_map(|kind| zone.contents.sets(*kind));
    let mut records: Vec<_> = sets.flat_map(|set| set.records.iter()).collect();
    records.sort_by_key(|record| record.span);
    let stamp = |record: &crate::dns::Record| match record.aging {
        Some(hours) => format!(" [{}]", hours.value),
        None => String::new(),
    };
    let line = |record: &&crate::dns::Record| {
        let (owner, ttl) = (&record.owner.name, record.ttl.value);
        let (kind, data) = (record.record_type(), &record.data);
        format!("{owner} {ttl} {kind} {data}{}", stamp(record))
    };
    records.iter().map(line).collect()
}

/// Kind, line, text and message of each trouble.
fn troubles(sources: &Sources, zone: &Zone) -> Vec<(TroubleKind, u32, String)> {
    let one = |trouble: &zone::Trouble| {
        let line = sources.positions(trouble.span).0.line;
        (trouble.kind, line, sources.text(trouble.span).to_owned())
    };
    zone.troubles.iter().map(one).collect()
}

#[test]
fn a_record_without_ttl_has_the_soas_last_number() {
    let lines = "@                       NS\tn.e.\r\n\
                 _sip._udp               60\tSRV\t1 10 5060\tpiper.e.\r\n\
                 \x20                       SRV\t2 10 5060\tpiper2.e.\r\n\
                 a-name-that-is-longer-than-its-column A\t10.225.2.9\r\n";
    let (_, zones) = read_text(&format!("{HEAD}{lines}"));
    assert_eq!(
        records(&zones[0]),
        [
            "e. 3600 SOA n.e. h.e. 7 900 600 86400 3600",
            "e. 3600 NS n.e.",
            "_sip._udp.e. 60 SRV 1 10 5060 piper.e.",
            "_sip._udp.e. 3600 SRV 2 10 5060 piper2.e.",
            "a-name-that-is-longer-than-its-column.e. 3600 A 10.225.2.9",
        ]
    );
    assert_eq!(zones[0].troubles, []);
    // The SOA's own TTL is its own alone.
    let text = format!("{HEAD}{lines}").replace("@                       IN", "@ 60\tIN");
    let (_, zones) = read_text(&text);
    let records = records(&zones[0]);
    assert_eq!(records[0], "e. 60 SOA n.e. h.e. 7 900 600 86400 3600");
    assert_eq!(records[1], "e. 3600 NS n.e.");
}

#[test]
fn the_zone_is_named_by_the_header_the_file_or_an_origin() {
    for (head, expected) in [
        (
            ";  Database file x.dns for eslab.local zone.",
            "eslab.local.",
        ),
        (
            ";  Database file (null) for Default zone scope in zone eslab.local.",
            "eslab.local.",
        ),
        (
            ";  Database file x for zone1 zone scope in zone eslab.local.",
            "eslab.local.",
        ),
        (";  Database file root.dns for . zone.", "."),
        ("; nothing", "z.e."),
        ("$ORIGIN other.e.", "other.e."),
        (
            ";  Database file x for eslab.local zone.\n$ORIGIN sub.eslab.local.",
            "sub.eslab.local.",
        ),
    ] {
        let (_, zones) = read_text(&format!("{head}\n@ SOA n h 1 2 3 4 5\n"));
        assert_eq!(zones[0].apex.to_ascii(), expected, "{head}");
    }
}

#[test]
fn dynamic_records_carry_their_time_stamp() {
    let (_, zones) = read_text(&format!(
        "{HEAD}dc               [AGE:3634093]   600   A   10.200.210.35\r\n\
         \x20                [AGE:3633973]   600   A   10.100.91.3\r\n\
         [AGE:3633974]   600   A   10.100.91.4\r\n\
         pc               [AGE:1]   A   10.0.0.1\r\n"
    ));
    assert_eq!(
        records(&zones[0])[1..],
        [
            "dc.e. 600 A 10.200.210.35 [3634093]",
            "dc.e. 600 A 10.100.91.3 [3633973]",
            "dc.e. 600 A 10.100.91.4 [3633974]",
            "pc.e. 3600 A 10.0.0.1 [1]",
        ]
    );
    let (sources, zones) = read_text(&format!("{HEAD}pc [AGE:soon] A 10.0.0.1\r\n"));
    let expected = (TroubleKind::Syntax, 12, "[AGE:soon]".to_owned());
    assert_eq!(troubles(&sources, &zones[0]), [expected]);
}

#[test]
fn what_only_windows_writes_is_read_and_counted() {
    let lines = [
        "@ IN       WINS LOCAL L1 C10 10.10.10.1 10.10.10.2",
        "@  0 IN WINS  LOCAL 1.1.1.1  1.1.1.2",
        "@\t0\tWINS\tL1 C2 ( 10.0.0.10 10.0.0.11 )",
        "@ IN       WINS-R LOCAL L1 C10 mycompany.com.",
        "@\tWINSR\tL1 C2 contoso.local.",
        "@ 600\tTXT\t( \"v=DMARC1; p=reject\" )",
        "x TYPE257\t\\# 7 00056973737565",
        "h HINFO\t\"PC\" \"Windows\"",
    ];
    let (_, zones) = read_text(&format!("{HEAD}{}\r\n", lines.join("\r\n")));
    assert_eq!(zones[0].troubles, []);
    assert_eq!(zones[0].record_count, 1 + lines.len() as u64);
    for (line, elsewhere) in [
        (lines[0], Some(Elsewhere::Wins)),
        (lines[2], Some(Elsewhere::Wins)),
        (lines[3], Some(Elsewhere::WinsR)),
        (lines[4], Some(Elsewhere::WinsR)),
        (lines[5], None),
        ("x WINS\tL1 C2 ( 10.0.0.10 )", None),
    ] {
        let (_, zones) = read_text(&format!("{HEAD}@ MX\t10 a\r\n{line}\r\n"));
        assert_eq!(zones[0].addresses_elsewhere, elsewhere, "{line}");
    }
    let (_, zones) = read_text(&format!(
        "{HEAD}a TYPE1\t\\# 4 01020304\r\nb NAPTR\t10 20 s SIP+D2U \"\" _sip._udp.e.\r\n"
    ));
    assert_eq!(
        records(&zones[0])[1..],
        [
            "a.e. 3600 A 1.2.3.4",
            "b.e. 3600 NAPTR 10 20 \"s\" \"SIP+D2U\" \"\" _sip._udp.e.",
        ]
    );
}

#[test]
fn addresses_of_name_servers_elsewhere_are_no_data() {
    let (sources, zones) = read_text(&format!(
        "{HEAD}@ NS\tns01.other.\r\nns01.other.       A\t67.99.40.24\r\nns02.other. A\t67.99.40.25\r\n"
    ));
    let zone = &zones[0];
    assert!(
        !zone
            .contents
            .exists(&Name::from_ascii("ns01.other.").unwrap())
    );
    assert_eq!(zone.record_count, 3);
    // Another's address is not glue.
    let expected = (TroubleKind::Outside, 14, "ns02.other.".to_owned());
    assert_eq!(troubles(&sources, zone), [expected]);
}

#[test]
fn a_delegation_hides_what_is_below_it() {
    let delegation = ";\r\n;  Delegated sub-zone:  voip.e.\r\n;\r\n\
                      voip                    NS\tns.voip.e.\r\n\
                      ns.voip                 A\t10.0.0.9\r\n";
    let text = format!("{HEAD}{delegation};  End delegation\r\n\r\nafter A\t10.0.0.1\r\n");
    let (_, zones) = read_text(&text);
    assert_eq!(zones[0].troubles, []);
    let ask = |name| Question::new(&Name::from_ascii(name).unwrap(), RecordType::A);
    let zones: zone::Zones = zones.into_iter().map(std::sync::Arc::new).collect();
    let answer = |name| zone::answer::answer(&zones, &ask(name)).word();
    assert_eq!(
        (answer("ns.voip.e."), answer("after.e.")),
        ("not-loaded", "records")
    );
    // Without its end the file is cut.
    let (sources, zones) = read_text(&format!("{HEAD}{delegation}"));
    let line = ";  Delegated sub-zone:  voip.e.".to_owned();
    let expected = (TroubleKind::Truncated, 13, line);
    assert_eq!(troubles(&sources, &zones[0]), [expected]);
}

#[test]
fn a_cut_file_says_so() {
    let whole = format!("{HEAD}_sip._udp               SRV\t1 10 5060\tpiper.e.\r\n");
    for (end, is_cut) in [("86400", true), ("SRV\t1 10", true), ("piper.e.", false)] {
        let end = whole.find(end).unwrap() + end.len();
        let (_, zones) = read_text(&whole[..end]);
        let kinds: Vec<_> = zones[0].troubles.iter().map(|one| one.kind).collect();
        let expected = is_cut.then_some(TroubleKind::Truncated);
        assert_eq!(kinds, Vec::from_iter(expected), "{}", &whole[..end]);
    }
}

#[test]
fn a_file_that_ends_inside_a_record_leaves_the_rest_open() {
    let read = |text: &str| {
        let sources = Sources::new();
        let id = sources.add(Source::new("z.e.dns", Origin::Stdin, text));
        let zones = zone::read(&sources, id, Format::WindowsDns, &ReadOptions::default());
        let kinds: Vec<_> = zones[0].troubles.iter().map(|one| one.kind).collect();
        (kinds, zones[0].is_excerpt)
    };
    for cut in ["a A\t10.0.", "a A\t", "a AAA", "a SRV\t0 0 50"] {
        let (kinds, is_excerpt) = read(&format!("{HEAD}{cut}"));
        assert_eq!(
            (kinds, is_excerpt),
            (vec![TroubleKind::Truncated], true),
            "{cut}"
        );
        let (kinds, is_excerpt) = read(&format!("{HEAD}{cut}\r\n"));
        assert_eq!(
            (kinds, is_excerpt),
            (vec![TroubleKind::Syntax], false),
            "{cut}"
        );
    }
    assert_eq!(read(&format!("{HEAD}a A\t10.0.0.1")), (vec![], false));
}

#[test]
fn prompts_around_an_export_are_passed_over() {
    let export = format!("{HEAD}a A\t10.0.0.1\r\n");
    let typed = format!("C:\\dns>type e.dns\r\n{export}\r\nC:\\dns>\r\n");
    let listed = format!("C:\\dns>dir\r\n 3 files\r\n{typed}");
    let without_header = format!("C:\\dns>dir\r\n{}", typed.replace("Database file", "Of"));
    for text in [listed, without_header] {
        let (sources, zones) = read_text(&text);
        assert_eq!(
            troubles(&sources, &zones[0]),
            [(TroubleKind::ConsoleText, 1, "C:\\dns>dir".to_owned())]
        );
        assert_eq!((zones.len(), zones[0].record_count), (1, 2));
    }
}

#[test]
fn a_second_soa_begins_another_zone() {
    let rest = "@ NS n.e.\na A 10.0.0.1\n";
    let soa = |serial: u32| format!("@ SOA n.e. h.e. {serial} 900 600 86400 3600\n");
    let text = format!(
        "{HEAD}{rest}{}{rest}b.x. SOA n. h. 8 1 1 1 1\nc A 1.1.1.1\n",
        soa(7)
    );
    let (sources, zones) = read_text(&text.replace("@ SOA n.e. h.e. 7", "@ SOA n.x. h.x. 7"));
    let found: Vec<_> = zones
        .iter()
        .map(|zone| (zone.apex.to_string(), zone.record_count))
        .collect();
    let expected = [("e.", 3), (".", 3), ("b.x.", 2)];
    assert_eq!(
        found,
        expected.map(|(apex, count)| (apex.to_owned(), count))
    );
    let told = troubles(&sources, &zones[1]);
    assert_eq!(
        told.iter()
            .map(|(kind, line, _)| (*kind, *line))
            .collect::<Vec<_>>(),
        [(TroubleKind::Syntax, 14), (TroubleKind::SeveralExports, 14)]
    );
    let (_, zones) = read_text(&format!("{HEAD}{rest}{}", soa(7)));
    assert_eq!(zones.len(), 1);
}

#[test]
fn no_more_exports_are_read_than_anybody_puts_together() {
    let export = ";  Database file e.dns for e zone.\n";
    let (_, zones) = read_text(&export.repeat(exports::MOST + 5));
    assert_eq!(zones.len(), exports::MOST);
    let last = zones.last().expect("many zones");
    assert_eq!(last.troubles[0].kind, TroubleKind::Limit);
}

#[test]
fn two_exports_in_one_file_are_read_each_by_itself() {
    let second = HEAD.replace("in zone e.", "in zone f.");
    let text = format!("{HEAD}a A\t10.0.0.1\r\n\u{feff}{second}a A\t10.0.0.2\r\n");
    let (sources, zones) = read_text(&text);
    let told: Vec<_> = zones.iter().map(|zone| records(zone)[1].clone()).collect();
    assert_eq!(told, ["a.e. 3600 A 10.0.0.1", "a.f. 3600 A 10.0.0.2"]);
    assert_eq!(zones[0].troubles, []);
    let line = ";  Database file e.dns for Default zone scope in zone f.".to_owned();
    let expected = (TroubleKind::SeveralExports, 14, line);
    assert_eq!(troubles(&sources, &zones[1]), [expected]);
    // Spans of the second export point into it.
    let set = zones[1].contents.sets(RecordType::A)[0];
    assert_eq!(sources.positions(set.records[0].span).0.line, 24);
    assert_eq!(sources.text(set.records[0].span), "a A\t10.0.0.2");
}

#[test]
fn the_mark_of_the_end_that_copy_writes_is_no_record() {
    let (_, zones) = read_text(&format!("{HEAD}a A\t10.0.0.1\r\n\u{1a}"));
    assert_eq!(zones[0].troubles, []);
    assert_eq!(zones[0].record_count, 2);
}

#[test]
fn an_unknown_directive_is_passed_over() {
    let (sources, zones) = read_text(&format!("{HEAD}$ZONE x\r\na A 10.0.0.1\r\n"));
    let expected = (TroubleKind::Syntax, 12, "$ZONE".to_owned());
    assert_eq!(troubles(&sources, &zones[0]), [expected]);
    assert_eq!(zones[0].record_count, 2);
}

/// Every encoding that exports come in gives the same records at the same places.
#[test]
fn spans_are_right_in_every_encoding_and_with_every_line_end() {
    let text = format!("{HEAD}; caf\u{e9}\r\n_sip._udp SRV\t1 10 5060\tpiper.e.\r\n");
    let utf16 = |mark: &[u8], each: fn(u16) -> [u8; 2], text: &str| {
        let units = text.encode_utf16().flat_map(each);
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    let cases = |text: &str| {
        vec![
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16(&[0xff, 0xfe], u16::to_le_bytes, text),
            utf16(&[0xfe, 0xff], u16::to_be_bytes, text),
            utf16(&[], u16::to_le_bytes, text),
            encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        ]
    };
    for line_end in ["\r\n", "\n", "\r"] {
        let text = text.replace("\r\n", line_end);
        let without_last_end = text.trim_end().to_owned();
        for (index, bytes) in [cases(&text), cases(&without_last_end)]
            .concat()
            .into_iter()
            .enumerate()
        {
            let (sources, zones) = read_bytes(bytes);
            assert_eq!(zones[0].troubles, [], "{index} {line_end:?}");
            let set = zones[0].contents.sets(RecordType::SRV)[0];
            let (_, srv) = set.srv().next().unwrap();
            let (from, to) = sources.positions(srv.target.span);
            assert_eq!(sources.text(srv.target.span), "piper.e.", "{index}");
            let place = (from.line, from.column, to.column);
            assert_eq!(place, (13, 25, 33), "{index} {line_end:?}");
        }
    }
}

#[test]
fn typographic_characters_are_read_as_what_they_stand_for() {
    let line = "_sip._udp\u{a0}SRV\t1 10 5060\tpiper.e.\r\n@ NAPTR\t1 1 \u{201c}S\u{201d} SIP+D2U \"\" _sip._udp\r\n";
    let (sources, zones) = read_text(&format!("{HEAD}{line}"));
    assert_eq!(
        troubles(&sources, &zones[0]),
        [
            (TroubleKind::Typographic, 12, "\u{a0}".to_owned()),
            (TroubleKind::Typographic, 13, "\u{201c}".to_owned()),
        ]
    );
    assert_eq!(zones[0].record_count, 3);
}

#[test]
fn nul_characters_are_told_and_a_run_of_them_is_a_loss() {
    let (sources, zones) = read_text(&format!("{HEAD}a\0b A 10.0.0.1\r\nc A 10.0.0.2\r\n"));
    let expected = (TroubleKind::Syntax, 12, "\0".to_owned());
    assert_eq!(troubles(&sources, &zones[0]), [expected]);
    assert_eq!(zones[0].record_count, 3);
    let (sources, zones) = read_text(&format!("{HEAD}c A 10.0.0.2\r\n\0\0\0"));
    let expected = (TroubleKind::Truncated, 13, "\0\0\0".to_owned());
    assert_eq!(troubles(&sources, &zones[0]), [expected]);
}

/// Pieces of exports, and what damages them.
const PIECES: &[&str] = &[
    HEAD,
    "Database file",
    ";  Database file x for e zone.\n",
    ";  Delegated sub-zone: s.e.\n",
    ";  End delegation\n",
    "\n",
    "\r",
    " ",
    "\t",
    "[AGE:1]",
    "[AGE:",
    "]",
    " WINS ",
    "a",
    "@ NS n.other.\n",
    "n.other. A 1.1.1.1\n",
    "(",
    ")",
    "\"",
    "\0",
    "\u{feff}",
    "\u{a0}",
];

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in any::<Vec<u8>>()) {
        read_bytes(bytes);
    }

    #[test]
    fn any_pieces_are_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let (sources, zones) = read_text(&pieces.concat());
        for trouble in zones.iter().flat_map(|zone| &zone.troubles) {
            prop_assert!(!sources.text(trouble.span).is_empty());
        }
    }
}
