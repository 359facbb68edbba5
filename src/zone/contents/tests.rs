//! What a zone holds is found by owner and type.

use super::*;
use crate::zone::by_hand::{name, zone};

fn data(set: &RrSet) -> Vec<String> {
    set.records.iter().map(|r| r.data.to_string()).collect()
}

#[test]
fn a_repeated_record_is_kept_once_and_remembered() {
    let zone = zone(
        "x.",
        &[
            ("a", "CNAME b"),
            ("A", "CNAME B"),
            ("s", "SRV 1 2 5060 a"),
            ("s", "SRV 1 3 5060 a"),
            ("s", "SRV 1 2 5060 a"),
        ],
    );
    let srv = zone.contents.set(&name("S.X."), RecordType::SRV);
    assert_eq!(
        srv.map(data),
        Some(vec!["1 2 5060 a.x.".into(), "1 3 5060 a.x.".into()])
    );
    let repeated: Vec<_> = zone.contents.duplicates().iter().map(|r| r.span).collect();
    assert_eq!(repeated.len(), 2);
    assert!(repeated.is_sorted());
}

#[test]
fn records_that_differ_in_ttl_only_are_both_kept() {
    let zone = zone("x.", &[("a", "60 A 1.1.1.1"), ("a", "61 A 1.1.1.1")]);
    let set = zone.contents.set(&name("a.x."), RecordType::A);
    assert_eq!(set.map(|set| set.records.len()), Some(2));
}

#[test]
fn a_large_set_is_kept_whole_and_without_repetitions() {
    let numbers = (0..1000_u32).chain(0..1000);
    let records: Vec<_> = numbers
        .map(|n| format!("A 10.0.{}.{}", n / 256, n % 256))
        .collect();
    let records: Vec<_> = records.iter().map(|data| ("a", data.as_str())).collect();
    let zone = zone("x.", &records);
    let set = zone
        .contents
        .set(&name("a.x."), RecordType::A)
        .expect("inserted");
    assert_eq!(data(set), records_of(&records[..1000]));
    assert_eq!(zone.contents.duplicates().len(), 1000);
}

fn records_of(lines: &[(&str, &str)]) -> Vec<String> {
    lines.iter().map(|(_, data)| data[2..].into()).collect()
}

#[test]
fn names_above_owners_exist() {
    let zone = zone("x.", &[("a.b.c", "A 1.1.1.1"), ("d.e", "TXT")]);
    for there in ["a.b.c.x.", "B.c.x.", "c.x.", "x.", "d.e.x.", "e.x."] {
        assert!(zone.contents.exists(&name(there)), "{there}");
    }
    for absent in ["b.x.", "z.a.b.c.x.", "d.x."] {
        assert!(!zone.contents.exists(&name(absent)), "{absent}");
    }
    for above in ["B.c.x.", "c.x.", "x.", "e.x."] {
        assert!(zone.contents.is_above(&name(above)), "{above}");
    }
    for lowest in ["a.b.c.x.", "d.e.x.", "d.x."] {
        assert!(!zone.contents.is_above(&name(lowest)), "{lowest}");
    }
    let other = zone.contents.other_at(&name("d.e.x."));
    assert_eq!(other.map(|(t, _)| t), Some(RecordType::TXT));
}

#[test]
fn sets_come_in_the_order_of_their_places_then_of_their_names() {
    let mut contents = Contents::default();
    let zone = zone("x.", &[("b", "A 1.1.1.1")]);
    let first = &zone.contents.sets_at(&name("b.x."))[0].records[0];
    // As `$GENERATE` makes them: one place, many owners.
    for owner in ["e.x.", "a.x.", "d.x.", "c.x.", "f.x."] {
        let mut record = first.clone();
        record.span.start += 10;
        record.span.end += 10;
        record.owner.name = name(owner);
        contents.insert(record);
    }
    let mut early = first.clone();
    early.owner.name = name("z.x.");
    contents.insert(early);
    let owners: Vec<_> = contents
        .sets(RecordType::A)
        .iter()
        .map(|set| set.owner.to_string())
        .collect();
    assert_eq!(owners, ["z.x.", "a.x.", "c.x.", "d.x.", "e.x.", "f.x."]);
}
