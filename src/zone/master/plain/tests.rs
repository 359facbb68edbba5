//! Lines taken at first sight mean what the reader of entries takes them for.

use proptest::prelude::*;

use super::Stretch;
use crate::dns::{Name, RecordType, RrSet};
use crate::source::{Origin, Source, Sources};
use crate::zone::{Contents, ReadOptions, Zone, master};

/// What the zone says, with the text of every place in the stead of offsets.
fn said(text: &str) -> Vec<String> {
    said_in(text, Stretch::default())
}

/// The same where so much is scanned at once.
fn said_in(text: &str, stretch: Stretch) -> Vec<String> {
    let sources = Sources::new();
    let id = sources.add(Source::new("t.zone", Origin::Stdin, text));
    let options = ReadOptions {
        origin: Some(Name::from_ascii("e.").expect("a name")),
        stretch,
        ..ReadOptions::default()
    };
    let zone = master::read(&sources, id, &options);
    let mut said = vec![format!("{} records", zone.record_count)];
    said.extend(
        Contents::TYPES
            .iter()
            .flat_map(|of_type| sets(&sources, &zone, *of_type)),
    );
    let place = |span| sources.text(span).replace("()", "");
    for name in NAMES {
        let name = Name::from_ascii(name).expect("a name");
        let at = zone.contents.sets_at(&name).into_iter();
        let types: Vec<_> = at.map(|set| set.record_type.to_string()).collect();
        let other = zone.contents.other_at(&name);
        let other = other.map(|(of_type, span)| (of_type, place(span)));
        said.push(format!(
            "{name} {} {types:?} {other:?}",
            zone.contents.exists(&name)
        ));
    }
    let repeated = zone.contents.duplicates().into_iter();
    said.extend(repeated.map(|one| format!("{} {} again", one.owner.name, one.data)));
    let told = |sets: Vec<&RrSet>| {
        let owners: Vec<_> = sets.iter().map(|set| set.owner.to_string()).collect();
        format!("{owners:?}")
    };
    said.push(told(zone.contents.service_aliases()));
    let troubles = zone.troubles.iter();
    said.extend(troubles.map(|t| format!("{:?} {} `{}`", t.kind, t.message, place(t.span))));
    said
}

fn sets(sources: &Sources, zone: &Zone, of_type: RecordType) -> Vec<String> {
    let shown = |contents: &Contents| {
        let sets = contents.sets(of_type).into_iter();
        let records = sets.flat_map(|set| set.records.iter()).map(|record| {
            let place = |span| sources.text(span).replace("()", "");
            let owner = &record.owner;
            format!(
                "{} {} {} {of_type} {} `{}` `{}` `{}` {:?}",
                owner.name,
                owner.relative,
                record.ttl.value,
                record.data,
                place(owner.span),
                place(record.ttl.span),
                place(record.span),
                record.aging.map(|aging| aging.value),
            )
        });
        records.collect()
    };
    shown(&zone.contents)
}

/// Names that the lines below have, or nearly.
const NAMES: [&str; 9] = [
    "e.", "a.e.", "A.E.", "b.a.e.", "*.a.e.", "c.b.a.e.", "s.e.", "a.s.e.", "b.s.e.",
];

/// The same text, of which no line is taken at first sight: a pair of parentheses, which means
/// nothing, stands before its first field.
fn marked(text: &str) -> String {
    let mut marked = String::new();
    for line in text.split_inclusive('\n') {
        let field = line.find(|c| c != ' ' && c != '\t').unwrap_or(0);
        let is_record = !line[field..].starts_with([';', '\n', '\r', '$']);
        marked.push_str(&line[..field]);
        marked.push_str(if is_record { "()" } else { "" });
        marked.push_str(&line[field..]);
    }
    marked
}

/// What signing adds, or nearly.
const SIGNED: &[&str] = &[
    "RRSIG A 8 2 60 20260131120000 20260101120000 1 e. AAAA BB+/==",
    "rrsig A 8 2 60 1769860800 20260101120000 1 @ AAAA ; x",
    "RRSIG AAAA 8 2 60 (\n\t20260131120000 20260101120000 1 e.\n AAAA\r\nBBBB )",
    "RRSIG A 8 2 60 ( 20260131120000 ; until\n 20260101120000 1 e. AAAA )",
    "RRSIG A 8 2 60(20260131120000 20260101120000 1 e. AAAA)",
    "RRSIG (A 8 2 60 20260131120000 20260101120000 1 e. AAAA) BBBB",
    "RRSIG A 8 2 60 20260131120000 20260101120000 1 e. ((AAAA) BBBB)",
    "RRSIG A 8 2 60 20260131120000 20260101120000 1 e.",
    "RRSIG Q 8 2 60 20260131120000 20260101120000 1 e. AAAA",
    "RRSIG A 256 2 60 20260131120000 20260101120000 1 e. AAAA",
    "RRSIG A 8 2 1h 20260131120000 20260101120000 1 e. AAAA",
    "RRSIG A 8 2 60 2026013112000 20260101120000 1 e. AAAA",
    "RRSIG A 8 2 60 20260131120000 20260101120000 65536 e. AAAA",
    "RRSIG A 8 2 60 20260131120000 20260101120000 1 e..x. AAAA",
    "RRSIG A 8 2 60 20260131120000 20260101120000 1 e. A-AA",
    "NSEC a A RRSIG NSEC",
    "NSEC a. ( A\n TYPE65280 )",
    "NSEC a a ns",
    "NSEC a A SRW",
    "NSEC",
    "NSEC3 1 0 10 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A RRSIG",
    "NSEC3 1 1 10 aabb ( 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom )",
    "NSEC3 1 0 10 xx 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A",
    "NSEC3 1 0 10 - 0p9mhaveqvmw A",
    "DS 1 8 2 AABB ccdd",
    "DS 1 8 2 (\n AABB\n CCDD )",
    "DS 1 8 2 xx",
    "DS 1 8 2",
];

/// Lines of all sorts: plain ones, ones that are not, and ones that are wrong.
fn line() -> impl Strategy<Value = String> {
    let owner = prop::sample::select(vec![
        "a", "A", "@", "", "", "b.a", "*.a", "c.b.a.e.", "b.a.E.", "x.", "a..b", "a.e", "-", "s",
        "_s",
    ]);
    let head = prop::sample::select(vec![
        " ",
        "\t60 ",
        " IN ",
        " 70 IN\t",
        " IN 70 ",
        " 1h ",
        " in 4294967295 ",
        " 60 60 ",
        " CH ",
        " IN in ",
        " [AGE:5] ",
    ]);
    let data = prop::sample::select(vec![
        "A 10.0.0.1",
        "A 10.0.0.1",
        "A 10.0.0.2",
        "a 10.0.0.3 ; remark",
        "A 10.0.0.01",
        "A 10.0.0.256",
        "A 10.0.0",
        "A 10.0.0.1 10.0.0.2",
        "A ( 10.0.0.4 )",
        "AAAA 2001:db8::1",
        "AAAA ::g",
        "AAAA",
        "PTR a",
        "PTR b.a.e.",
        "PTR @",
        "PTR .",
        "PTR a..b",
        "TXT \"x\"",
        "TXT x \"y;(\"",
        "TXT \"a\"\"b\" ; c",
        "TXT",
        "TXT \"\\\"\"",
        "TXT a\\;",
        "MX 10 a",
        "MX 65536 a",
        "MX 1 @",
        "MX a",
        "MX 1 a b",
        "TXT ( \"a\" b )",
        "TXT ( \"a\" ) c",
        "TXT ()",
        "CNAME a",
        "CNAME @",
        "CNAME a.e.",
        "NS a",
        "NS .",
        "NS b.a",
        "NAPTR 1 2 s \"SIP+D2U\" \"!^.*$!sip:x!\" .",
        "NAPTR 1 2 s \"SIP+D2U\" \"!^.*$!sip:x\" .",
        "SRV 1 2 5060 a",
        "SRV 1 2 5060 a",
        "SRV 01 2 5060 b.a.e.",
        "SRV 1 2 65536 a",
        "SRV 1 2 5060",
        "NAPTR 1 2 s \"SIP+D2U\" \"\" a",
        "NAPTR 1 2 \"s\" SIP+D2U \"\" _sip._udp.e. ; x",
        "NAPTR 1 2 s \"SIP+D2U\" a",
        "Aaa 1",
        "HINFO a b",
        "mX 1 a",
    ]);
    let data = prop_oneof![2 => data, 1 => prop::sample::select(SIGNED)];
    let end = prop::sample::select(vec!["\n", "\n", "\r\n", " \t\n", "\n\n", " ;x\n"]);
    let record = (owner, head, data, end).prop_map(|(a, b, c, d)| format!("{a}{b}{c}{d}"));
    let other = prop::sample::select(vec![
        "$ORIGIN s\n",
        "$ORIGIN e.\n",
        "$ORIGIN other.\n",
        "$TTL 5\n",
        "; remark\n",
        " ; remark\n",
        "\n",
        "$GENERATE 1-2 a$ A 10.0.1.$\n",
        "b TXT (\n \"x\"\n )\n",
    ]);
    prop_oneof![12 => record, 2 => other.prop_map(str::to_owned)]
}

/// What goes on over lines, or was meant to.
fn unclosed() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a TXT ( \"a\"\n",
        "a TXT \"a\n",
        "a A (\n",
        "a RRSIG A 8 2 60 ( 20260131120000 20260101120000 1 e. AAAA\n",
        "a DS 1 8 2 (\n",
        "a NSEC a ( A\n",
        " ) ; x\n",
        "a TXT ( b\n c )\n",
        "@ SOA n h 1 2 3 4 6\n",
        "@ TYPE006 \\# 22 00 00 00000001 00000002 00000003 00000004 00000009\n",
        "$TTL 7\n",
        "c SRV 1 2 5060 (\n\na )\n",
    ])
    .prop_map(str::to_owned)
}

/// Parts of a few lines each.
fn short(part: usize) -> Stretch {
    Stretch {
        part,
        next: 3 * part,
        longest: 9 * part,
        shortest: part,
    }
}

proptest! {
    // Cheap, and the shapes that matter need several lines to meet.
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn lines_taken_at_first_sight_mean_the_same(
        lines in prop::collection::vec(line(), 0..24),
        has_ttl in any::<bool>(),
        soa_at in 0..3_usize,
        part in 16..160_usize,
    ) {
        let mut lines = lines;
        let soa = "@ SOA n h 1 2 3 4 5\n".to_owned();
        lines.insert(soa_at.min(lines.len()), soa);
        if has_ttl {
            lines.insert(0, "$TTL 60\n".to_owned());
        }
        let text = lines.concat();
        let expected = said(&marked(&text));
        prop_assert_eq!(&said(&text), &expected);
        prop_assert_eq!(said_in(&text, short(part)), expected);
    }

    #[test]
    fn where_parts_are_cut_means_nothing(
        lines in prop::collection::vec(prop_oneof![9 => line(), 1 => unclosed()], 0..32),
        part in 8..160_usize,
    ) {
        let text = format!("$TTL 60\n@ SOA n h 1 2 3 4 5\n{}", lines.concat());
        prop_assert_eq!(said_in(&text, short(part)), said(&text));
    }
}

#[test]
fn an_origin_exists_where_an_owner_below_it_does() {
    let exists = |text: &str| {
        let frame = "$TTL 60\n@ SOA n h 1 2 3 4 5\n$ORIGIN t.s.e.\n";
        let (said, marked) = (
            said(&format!("{frame}{text}")),
            marked(&format!("{frame}{text}")),
        );
        assert_eq!(said, self::said(&marked));
        said.contains(&"s.e. true [] None".to_owned())
    };
    assert!(!exists("a.e. A 10.0.0.1\n"));
    assert!(exists("a.e. A 10.0.0.1\n@ A 10.0.0.1\n"));
    assert!(exists("a A 10.0.0.1\n"));
}

#[test]
fn a_line_that_is_plain_costs_no_record_until_it_is_asked_for() {
    let zone = |text: &str| {
        let sources = Sources::new();
        let id = sources.add(Source::new("t.zone", Origin::Stdin, text));
        master::read(&sources, id, &ReadOptions::default())
    };
    let text = "$TTL 60\ne. SOA n h 1 2 3 4 5\n$ORIGIN e.\na A 10.0.0.1\n AAAA ::1\nb TXT x\n";
    let waiting = |zone: &Zone| zone.contents.waiting();
    assert_eq!(waiting(&zone(text)), 3);
    assert_eq!(waiting(&zone(&marked(text))), 0);
}

#[test]
fn what_signing_adds_is_plain_over_lines_too_and_no_other_data_of_an_alias() {
    let signature = "RRSIG A 8 2 60 20260131120000 20260101120000 1 e. AAAA";
    let over_lines = "RRSIG A 8 2 60 (\n\t20260131120000 20260101120000 1 e.\n\tAAAA )";
    let text = format!(
        "$TTL 60\n$ORIGIN e.\n@ SOA n h 1 2 3 4 5\na CNAME b\n {signature}\n NSEC b CNAME\n\
         b A 10.0.0.1\n {over_lines}\nc DS 1 8 2 (\n AA\n BB )\n\
         0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 0 10 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A\n\
         d CNAME b\n {over_lines}\n TXT x\n"
    );
    let sources = Sources::new();
    let id = sources.add(Source::new("t.zone", Origin::Stdin, text));
    let zone = master::read(&sources, id, &ReadOptions::default());
    assert_eq!(zone.troubles.len(), 0);
    assert_eq!((zone.record_count, zone.contents.waiting()), (11, 10));
    let crowded = zone.contents.crowded_aliases();
    let crowded: Vec<_> = crowded.iter().map(|set| set.owner.to_string()).collect();
    assert_eq!(crowded, ["d.e."]);
    let other = |name: &str| {
        let (of_type, span) = zone
            .contents
            .other_at(&Name::from_ascii(name).expect("a name"))?;
        Some((of_type, sources.text(span).to_owned()))
    };
    assert_eq!(
        other("a.e."),
        Some((RecordType::RRSIG, signature.to_owned()))
    );
    // A record ends with its last field.
    let fields = over_lines.trim_end_matches(" )");
    assert_eq!(other("b.e."), Some((RecordType::RRSIG, fields.to_owned())));
    assert_eq!(other("d.e."), Some((RecordType::TXT, "TXT x".to_owned())));
}

#[test]
fn the_root_owns_plain_lines_too() {
    let sources = Sources::new();
    let text = "$TTL 60\n. SOA a. b. 1 2 3 4 5\nx. A 10.0.0.1\n. NS x.\n@ TXT y\n";
    let id = sources.add(Source::new("root.zone", Origin::Stdin, text));
    let zone = master::read(&sources, id, &ReadOptions::default());
    assert_eq!(zone.contents.waiting(), 3);
    let root = Name::root();
    assert!(zone.contents.set(&root, RecordType::NS).is_some());
    let other = zone.contents.other_at(&root).map(|(of_type, _)| of_type);
    assert_eq!(other, Some(RecordType::TXT));
}
