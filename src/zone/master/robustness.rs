//! Whatever the bytes: no panic, no record lost in silence.

use proptest::prelude::*;

use super::*;
use crate::source::{Origin, Source};

fn read_text(text: &str) -> (Sources, Zone) {
    let sources = Sources::new();
    let id = sources.add(Source::new("t.zone", Origin::Stdin, text));
    let options = ReadOptions {
        origin: Some(Name::from_ascii("e.").expect("a name")),
        limits: Limits {
            generated_records: 1000,
            ..Limits::default()
        },
        ..ReadOptions::default()
    };
    let zone = read(&sources, id, &options);
    (sources, zone)
}

/// Every span can be shown.
fn check_spans(sources: &Sources, zone: &Zone) {
    for trouble in &zone.troubles {
        let spans = trouble.related.iter().map(|label| label.span);
        for span in spans.chain([trouble.span]) {
            assert!(!sources.text(span).is_empty());
            assert!(span.end as usize <= sources.get(span.source).text.len() + 1);
        }
    }
}

/// Pieces that mean something, and some that mean nothing.
const PIECES: &[&str] = &[
    "a",
    "@",
    " ",
    "\t",
    "\n",
    "\r\n",
    "(",
    ")",
    "\"",
    ";",
    "\\",
    "\\0",
    "\\046",
    "$",
    "$TTL ",
    "$ORIGIN ",
    "$INCLUDE ",
    "$GENERATE 1-3 a$ A 1.1.1.$",
    "${0,3,d}",
    "1",
    "3600",
    "70000",
    "1h",
    "IN ",
    "CH ",
    " A ",
    " SRV ",
    " NAPTR ",
    " SOA ",
    " TXT ",
    " TYPE1 ",
    "\\# 4 01020304",
    "1.1.1.1",
    "x.other.",
    "..",
    "\u{a0}",
    "\u{201c}",
    "\u{201d}",
    "\u{2018}",
    "\u{200b}",
    "\u{2013}",
    "\u{fc}",
    "\u{1f4de}",
    "\0",
];

/// A sound line of its own, whatever stands around it.
fn sound_line() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..99_u8).prop_map(|n| format!("h{n} A 10.0.0.{n}")),
        (0..99_u8).prop_map(|n| format!("h{n} 1h IN AAAA ::{n}")),
        (0..99_u8).prop_map(|n| format!("s{n} SRV 1 ( 2 ; weight\n 5060 h{n} )")),
        (0..99_u8).prop_map(|n| format!("n{n} NAPTR 1 {n} \"s\" \"SIP+D2U\" \"\" _sip._udp")),
        (0..99_u8).prop_map(|n| format!("t{n} TXT \"a; ( b\" \"\\\"\" c\\;d")),
        (0..99_u8).prop_map(|n| format!("m{n} MX {n} h{n}\n MX 99 x.other.")),
    ]
}

/// A line that no server loads.
fn bad_line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "bad A 10.0.0.300",
        "bad SRV 1 1 70000 x",
        "bad SVR 1 1 1 x",
        "bad TXT \"not closed",
        "bad A ( 10.0.0.1",
        "bad SRV ( 1 1",
        "bad A 10.0.0.1 )",
        "bad..name A 10.0.0.1",
        "bad",
        "$BAD x",
        "bad A 10.0.0.1 \u{201c}x\u{201d}",
        "bad CH A 10.0.0.1",
    ])
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let (sources, zone) = read_text(&text);
        check_spans(&sources, &zone);
    }

    #[test]
    fn any_pieces_are_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        let (sources, zone) = read_text(&pieces.concat());
        check_spans(&sources, &zone);
    }

    #[test]
    fn a_sound_zone_is_read_without_trouble(lines in prop::collection::vec(sound_line(), 0..20)) {
        let text = format!("$TTL 1\n@ SOA n h 1 2 3 4 5\n{}\n", lines.join("\n"));
        let (_, zone) = read_text(&text);
        prop_assert_eq!(&zone.troubles, &[]);
        let records: usize = lines.iter().map(|line| 1 + line.matches("\n MX").count()).sum();
        prop_assert_eq!(zone.record_count, records as u64 + 1);
    }

    #[test]
    fn a_bad_line_hides_no_other(
        before in prop::collection::vec(sound_line(), 0..8),
        bad in bad_line(),
        after in prop::collection::vec(sound_line(), 0..8),
    ) {
        let head = format!("$TTL 1\n@ SOA n h 1 2 3 4 5\n{}\n", before.join("\n"));
        let (_, sound) = read_text(&format!("{head}{}\n", after.join("\n")));
        let (sources, zone) = read_text(&format!("{head}{bad}\n{}\n", after.join("\n")));
        prop_assert_eq!(zone.record_count, sound.record_count);
        prop_assert_eq!(zone.troubles.len(), 1, "{:?}", zone.troubles);
        let line = sources.positions(zone.troubles[0].span).0.line as usize;
        prop_assert_eq!(line, head.lines().count() + 1);
    }
}
