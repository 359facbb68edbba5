//! Captured consoles, and the records in them.

use proptest::prelude::*;

use super::*;
use crate::dns::RecordType;
use crate::source::{Origin, Source};
use crate::zone::{TroubleKind, Zone};

const ZONE_PRINT: &str = "\
C:\\Users\\Administrator>dnscmd dc1 /ZonePrint eslab.local\r\n\
\r\n\
;\r\n\
;  Zone:    eslab.local\r\n\
;  Server:  dc1.eslab.local\r\n\
;  Time:    Sat Mar 16 02:43:05 2024 UTC\r\n\
;\r\n\
@ [Aging:3665858] 600 A\t10.225.2.11\r\n\
\t\t 3600 NS\tdc1.eslab.local.\r\n\
\t\t 3600 SOA\tdc1.eslab.local. hostmaster.eslab.local. 39 900 600 86400 3600\r\n\
_sip._udp 3600 SRV\t1 10 5060 piper.eslab.local.\r\n\
\t\t 3600 SRV\t2 10 5060 piper2.eslab.local.\r\n\
piper 3600 A\t10.225.2.31\r\n\
\r\n\
;\r\n\
;  Finished zone: 6 nodes and 6 records in 0 seconds\r\n\
;\r\n\
C:\\Users\\Administrator>\r\n";

const ENUM_RECORDS: &str = "\
C:\\>dnscmd  /EnumRecords eslab.local voip /type A\n\
Returned records:\n\
@                [Aging:3614831] 600  A  10.0.0.1\n\
\x20                [Aging:3614830] 600  A  10.0.0.2\n\
_udp\n\
sip1                             3600 A  10.0.0.3\n\
\n\
Command completed successfully.\n";

fn read_named(name: &str, text: &str) -> (Sources, Vec<Zone>) {
    let sources = Sources::new();
    let id = sources.add(Source::new(name, Origin::File(name.into()), text));
    let zones = crate::zone::read(&sources, id, Format::DnscmdPrint, &ReadOptions::default());
    (sources, zones)
}

/// `owner TTL data` of the kept records of a type.
fn records(zone: &Zone, record_type: RecordType) -> Vec<String> {
    let sets = zone.contents.sets(record_type).into_iter();
    sets.flat_map(|set| set.records.iter())
        .map(|one| format!("{} {} {}", one.owner.name, one.ttl.value, one.data))
        .collect()
}

#[test]
fn a_zone_print_is_a_whole_zone() {
    let (_, zones) = read_named("print.txt", ZONE_PRINT);
    let [zone] = &zones[..] else {
        panic!("one zone")
    };
    assert_eq!(zone.troubles, []);
    assert_eq!((zone.record_count, zone.is_excerpt), (6, false));
    assert_eq!(zone.apex.to_ascii(), "eslab.local.");
    assert_eq!(zone.soas.len(), 1);
    assert_eq!(
        records(zone, RecordType::SRV),
        [
            "_sip._udp.eslab.local. 3600 1 10 5060 piper.eslab.local.",
            "_sip._udp.eslab.local. 3600 2 10 5060 piper2.eslab.local.",
        ]
    );
    let set = zone.contents.sets(RecordType::A)[0];
    assert_eq!(
        set.records[0].aging.map(|hours| hours.value),
        Some(3_665_858)
    );
    // The banner alone names the zone too.
    let (_, zones) = read_named("print.txt", &ZONE_PRINT[ZONE_PRINT.find(';').unwrap()..]);
    assert_eq!(
        (zones.len(), zones[0].record_count, zones[0].is_excerpt),
        (1, 6, false)
    );
}

#[test]
fn an_enumeration_is_an_excerpt_below_its_node() {
    let (_, zones) = read_named("x", ENUM_RECORDS);
    let [zone] = &zones[..] else {
        panic!("one zone")
    };
    assert_eq!(zone.troubles, []);
    assert_eq!((zone.record_count, zone.is_excerpt), (3, true));
    assert_eq!(zone.apex.to_ascii(), "eslab.local.");
    assert_eq!(
        records(zone, RecordType::A),
        [
            "voip.eslab.local. 600 10.0.0.1",
            "voip.eslab.local. 600 10.0.0.2",
            "sip1.voip.eslab.local. 3600 10.0.0.3",
        ]
    );
}

#[test]
fn an_enumeration_without_options_lists_its_node() {
    let listed = |text: &str| {
        let (_, zones) = read_named("x", text);
        zones[0].listed.as_ref().map(ToString::to_string)
    };
    let whole = ENUM_RECORDS.replace(" /type A", "");
    assert_eq!(listed(&whole).as_deref(), Some("voip.eslab.local."));
    assert_eq!(listed(ENUM_RECORDS), None);
    assert_eq!(listed(&whole[..whole.len() - 40]), None);
}

#[test]
fn commands_that_ask_for_parts_of_a_zone_do_not_contradict_each_other() {
    let text = format!("{ENUM_RECORDS}\n{}", ENUM_RECORDS.replace("voip", "@"));
    let (_, zones) = read_named("x", &text);
    assert_eq!(zones.len(), 2);
    assert!(zones.iter().all(|zone| zone.troubles.is_empty()));
    let asked: Vec<_> = zones.iter().map(|zone| zone.asked.as_deref()).collect();
    assert_eq!(asked, [Some("voip /type a"), Some("@ /type a")]);
}

#[test]
fn a_print_that_lacks_its_last_lines_was_cut() {
    let cut = ZONE_PRINT.find("piper 3600").unwrap_or_default();
    let (sources, zones) = read_named("print.txt", &ZONE_PRINT[..cut]);
    let [trouble] = &zones[0].troubles[..] else {
        panic!("one trouble")
    };
    assert_eq!(trouble.kind, TroubleKind::Truncated);
    assert_eq!(sources.positions(trouble.span).0.line, 12);
    assert!(zones[0].is_excerpt);
}

#[test]
fn a_second_soa_begins_another_zone() {
    let banner = ZONE_PRINT.find("@ [Aging").unwrap_or_default();
    let end = ZONE_PRINT
        .find("\r\n\r\n;\r\n;  Finished")
        .unwrap_or_default();
    let again = ZONE_PRINT[banner..end].replace(" 39 ", " 40 ");
    let text = format!("{}\r\n{again}{}", &ZONE_PRINT[..end], &ZONE_PRINT[end..]);
    let (_, zones) = read_named("print.txt", &text);
    let counts: Vec<_> = zones
        .iter()
        .map(|zone| (zone.soas.len(), zone.record_count))
        .collect();
    assert_eq!(counts, [(1, 6), (1, 6)]);
    let kinds: Vec<_> = zones[1].troubles.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [TroubleKind::Syntax, TroubleKind::SeveralExports]);
}

#[test]
fn no_more_commands_are_read_than_anybody_types() {
    let text = ENUM_RECORDS.repeat(exports::MOST + 5);
    let (_, zones) = read_named("x", &text);
    assert_eq!(zones.len(), exports::MOST);
    let last = zones.last().expect("many zones");
    assert_eq!(last.troubles[0].kind, TroubleKind::Limit);
}

#[test]
fn several_commands_are_read_each_by_itself() {
    let text = format!(
        "{ENUM_RECORDS}\nC:\\>\n{}",
        ENUM_RECORDS.replace("eslab.local voip", "other.local @")
    );
    let (sources, zones) = read_named("x", &text);
    assert_eq!(zones.len(), 2);
    let second = &zones[1];
    assert_eq!(
        records(second, RecordType::A)[0],
        "other.local. 600 10.0.0.1"
    );
    let [trouble] = &second.troubles[..] else {
        panic!("one trouble")
    };
    assert_eq!(trouble.kind, TroubleKind::SeveralExports);
    assert_eq!(sources.positions(trouble.span).0.line, 11);
}

#[test]
fn what_follows_the_end_or_a_prompt_is_not_read() {
    let without_end = ENUM_RECORDS.replace("Command completed successfully.", "C:\\>");
    for printed in [ENUM_RECORDS, &without_end] {
        let (_, zones) = read_named("x", &format!("{printed}sent to the customer\n"));
        assert_eq!((zones.len(), zones[0].record_count), (1, 3), "{printed}");
        assert_eq!(zones[0].troubles, [], "{printed}");
    }
    // But no record is lost.
    let (_, zones) = read_named("x", &format!("{ENUM_RECORDS}sip9 3600 A  10.0.0.9\n"));
    assert_eq!((zones.len(), zones[1].record_count), (2, 1));
}

#[test]
fn words_in_other_languages_are_no_records() {
    let text = ENUM_RECORDS
        .replace("Returned records:", "Zurückgegebene Einträge:")
        .replace(
            "Command completed successfully.",
            "Der Befehl wurde erfolgreich ausgeführt.",
        );
    let (_, zones) = read_named("x", &text.repeat(2));
    let counted: Vec<_> = zones
        .iter()
        .map(|zone| (zone.record_count, zone.apex.to_ascii()))
        .collect();
    assert_eq!(counted, vec![(3, "eslab.local.".to_owned()); 2]);
    assert_eq!(zones[0].troubles, []);
    let printed = ZONE_PRINT.replace(
        "\r\nC:\\Users",
        "\r\nLa commande est terminée.\r\n\r\nC:\\Users",
    );
    let (_, zones) = read_named("x", &printed);
    assert_eq!((zones.len(), zones[0].record_count), (1, 6));
    assert_eq!(zones[0].troubles, []);
    // A heading that somebody wrote among the records ends nothing.
    let headed = ZONE_PRINT.replace("piper 3600", "\r\nour SIP servers\r\npiper 3600");
    let (sources, zones) = read_named("x", &headed);
    assert_eq!((zones.len(), zones[0].record_count), (1, 6));
    let [trouble] = &zones[0].troubles[..] else {
        panic!("one trouble")
    };
    assert_eq!(sources.text(trouble.span), "SIP");
}

#[test]
fn without_the_command_the_origin_is_asked_for() {
    let text = ENUM_RECORDS.split_once('\n').unwrap().1;
    let (sources, zones) = read_named("records.txt", text);
    let [trouble] = &zones[0].troubles[..] else {
        panic!("one trouble")
    };
    assert_eq!(sources.text(trouble.span), "@");
    assert!(trouble.help.as_ref().unwrap().contains("--origin"));
    assert_eq!(zones[0].record_count, 3);
    // A file that is named after the zone tells it.
    let (_, zones) = read_named("eslab.local.txt", text);
    assert_eq!(
        (zones[0].troubles.len(), zones[0].apex.to_ascii()),
        (0, "eslab.local.".into())
    );
}

#[test]
fn a_damaged_record_is_not_taken_for_words_of_the_console() {
    let damaged = "sip2             3600 SVR 0 0 5060 sip1\n";
    let text = ENUM_RECORDS.replace("_udp\n", damaged);
    let (sources, zones) = read_named("x", &text);
    let [trouble] = &zones[0].troubles[..] else {
        panic!("one trouble")
    };
    assert_eq!(
        (sources.text(trouble.span), zones[0].record_count),
        ("SVR", 3)
    );
    // At the end of what was printed, too.
    let (_, zones) = read_named(
        "x",
        &ENUM_RECORDS.replace("\nCommand", &format!("{damaged}Command")),
    );
    assert_eq!(zones[0].troubles.len(), 1);
}

#[test]
fn lines_are_told_apart() {
    for (line, expected) in [
        ("Returned records:", Line::Records),
        ("Command failed:  DNS_ERROR_ZONE_DOES_NOT_EXIST", Line::End),
        ("C:\\Users\\a b>dir", Line::Prompt),
        ("PS C:\\Users>", Line::Prompt),
        ("; a comment", Line::Blank),
        ("\t\t 3600 NS\tn.", Line::Record),
        ("a [Aging:1] 600 A 1.1.1.1", Line::Record),
        ("a A 1.1.1.1", Line::Record),
        ("@ 0 WINS L1 C2 1.1.1.1", Line::Record),
        ("Microsoft Windows [Version 10.0.17763.1]", Line::Text),
    ] {
        assert_eq!(classify(line), expected, "{line}");
    }
    for (line, zone, node, whole) in [
        (
            "C:\\>dnscmd /EnumRecords e.x @ /Type A",
            "e.x.",
            "e.x.",
            false,
        ),
        (
            "PS C:\\> dnscmd.exe dc1 /enumrecords e.x. a.b",
            "e.x.",
            "a.b.e.x.",
            false,
        ),
        (
            "dnscmd . /EnumRecords \"e.x\" a.e.x.",
            "e.x.",
            "a.e.x.",
            false,
        ),
        ("dnscmd /EnumRecords e.x /Type A", "e.x.", "e.x.", false),
        ("dnscmd /zoneprint e.x", "e.x.", "e.x.", true),
    ] {
        let Line::Command(asked) = classify(line) else {
            panic!("{line}")
        };
        let told = (asked.zone.to_ascii(), asked.node.to_ascii(), asked.whole);
        assert_eq!(told, (zone.to_owned(), node.to_owned(), whole), "{line}");
    }
}

const PIECES: &[&str] = &[
    "C:\\>dnscmd /EnumRecords e @\n",
    "dnscmd /ZonePrint",
    ";  Zone:    e\n",
    "Returned records:\n",
    "Command completed successfully.\n",
    "@ [Aging:1] 600 A 1.1.1.1\n",
    "\t\t 3600 NS\tn.\n",
    "words of another kind\n",
    "\r",
    "\n",
    " ",
    "a",
    "\0",
    "\u{a0}",
];

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        read_named("x", &text);
    }

    #[test]
    fn any_pieces_are_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let (sources, zones) = read_named("x", &pieces.concat());
        for trouble in zones.iter().flat_map(|zone| &zone.troubles) {
            prop_assert!(!sources.text(trouble.span).is_empty());
        }
    }
}
