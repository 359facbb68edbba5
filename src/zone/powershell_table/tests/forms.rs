//! Tables of several zones, in other forms, and as copying leaves them.

use super::*;

#[test]
fn a_second_soa_begins_another_zone() {
    let other = ["@", "SOA", "6", "0", "01:00:00", "[2][ns1.x.][h.x.]"];
    let a = ["a", "A", "1", "0", "01:00:00", "10.0.0.1"];
    let ns = ["@", "NS", "2", "0", "01:00:00", "ns1.x."];
    let read = read_table(&table(&[SOA, a, SOA, ns, other, a]));
    assert_eq!(
        read.records(),
        ["a.eslab.local. A 10.0.0.1", ". NS ns1.x.", "a. A 10.0.0.1"]
    );
    let kinds: Vec<_> = read.zones[1].troubles.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [TroubleKind::Syntax, TroubleKind::SeveralExports]);
    assert_eq!(read.zones[0].troubles, []);
    assert_eq!(read_table(&table(&[SOA, a, SOA, a])).zones.len(), 1);
}

#[test]
fn rows_may_name_their_zones() {
    let text = "ZoneName HostName RecordType RecordData\n\
                -------- -------- ---------- ----------\n\
                x.y      @        SOA        [1][n.][h.]\n\
                x.y      a        A          10.0.0.1\n\
                z.y      @        SOA        [2][n.][h.]\n\
                z.y      a        A          10.0.0.2\n\
                x.y      b        A          10.0.0.3\n";
    let in_cells = text.replace("-------- -------- ---------- ----------\n", "");
    let in_cells: Vec<_> = in_cells
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join("\";\""))
        .map(|line| format!("\"{line}\"\r\n"))
        .collect();
    for text in [text.to_owned(), in_cells.concat()] {
        assert!(is_one(&text), "{text}");
        let read = testing::read_file(Format::PowerShellTable, "all.txt", &text);
        assert_eq!(read.troubles(), [], "{text}");
        assert_eq!(
            read.records(),
            [
                "a.x.y. A 10.0.0.1",
                "a.z.y. A 10.0.0.2",
                "b.x.y. A 10.0.0.3"
            ]
        );
    }
}

#[test]
fn what_export_csv_writes_is_a_table() {
    let text = "#TYPE Selected\r\n\"HostName\",\"RecordType\",\"TimeToLive\",\"RecordData\"\r\n\
                \"_sip._udp\",\"SRV\",\"00:10:00\",\"[1][10][5060][a.x.y.]\"\r\n,,,\r\n\
                \"a\",\"A\",\"01:00:00\",\"10.0.0.1\"\r\n";
    assert!(is_one(text));
    let read = testing::read_file(Format::PowerShellTable, "x.y.csv", text);
    assert_eq!(read.troubles(), []);
    assert_eq!(
        read.records(),
        ["_sip._udp.x.y. SRV 1 10 5060 a.x.y.", "a.x.y. A 10.0.0.1"]
    );
    assert_eq!(read.kept()[0].ttl.value, 600);
    let cut = &text[..text.len() - 6];
    let read = testing::read_file(Format::PowerShellTable, "x.y.csv", cut);
    assert_eq!(read.zones[0].troubles[0].kind, TroubleKind::Truncated);
}

#[test]
fn groups_are_parts_of_one_table() {
    let row = |host, data| table(&[[host, "A", "1", "0", "01:00:00", data]]);
    let prompt = "PS C:\\> Get-DnsServerResourceRecord x.y | ft -GroupBy RecordType\n";
    let group = "\n   RecordType: A\n";
    let text = [
        prompt,
        group,
        &row("a", "10.0.0.1"),
        group,
        &row("b", "10.0.0.2"),
    ]
    .concat();
    let read = testing::read_file(Format::PowerShellTable, "console.txt", &text);
    assert_eq!((read.zones.len(), read.troubles()), (1, vec![]));
    assert_eq!(read.records(), ["a.x.y. A 10.0.0.1", "b.x.y. A 10.0.0.2"]);
    let by_zone = text.replace("RecordType: A\n", "ZoneName: z.y\n");
    let read = testing::read_file(Format::PowerShellTable, "console.txt", &by_zone);
    assert_eq!(read.records(), ["a.z.y. A 10.0.0.1", "b.z.y. A 10.0.0.2"]);
}

#[test]
fn cut_marks_are_known_in_other_encodings() {
    for mark in ["\u{e2}\u{20ac}\u{a6}", "\u{d4}\u{c7}\u{aa}", "?"] {
        let host = format!("_sip._udp.long{mark}");
        let data = format!("[1][10][5060][a.x{mark}");
        for row in [[&*host, "[1][10][5060][a.]"], ["_sip._udp", &*data]] {
            let [host, data] = row;
            let read = read_table(&table(&[[host, "SRV", "33", "0", "01:00:00", data]]));
            let kinds = read.zones[0].troubles.iter().map(|trouble| trouble.kind);
            assert_eq!(
                kinds.collect::<Vec<_>>(),
                [TroubleKind::CellTruncated],
                "{mark}"
            );
        }
    }
    let txt = ["a", "TXT", "16", "0", "01:00:00", "who?"];
    assert_eq!(read_table(&table(&[txt])).troubles(), []);
}

#[test]
fn a_last_row_without_its_end_was_cut() {
    let text = table(&[SOA, ["a", "A", "1", "0", "01:00:00", "10.0.0.1"]]);
    let end = text.trim_end().len();
    for cut in [end - 1, end - 8, end - 9, end - 17, end - 20] {
        let read = read_table(&text[..cut]);
        let kinds: Vec<_> = read.zones[0].troubles.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [TroubleKind::Truncated], "{:?}", &text[..cut]);
    }
    assert_eq!(read_table(text.trim_end()).troubles(), []);
}

#[test]
fn what_copying_brings_is_read_over() {
    let rows = table(&[SOA, ["a", "A", "1", "0", "01:00:00", "10.0.0.1"]]);
    let text = rows.replace("  ", " \u{a0}").replace('\n', "\r\r\n");
    assert!(is_one(&text));
    let read = read_table(&text);
    assert_eq!(
        (read.troubles(), read.records()),
        (vec![], read_table(&rows).records())
    );
    let data = "[1][10][5060][a\u{200b}.eslab.local\u{ad}.]";
    let row = |kind| table(&[["x", kind, "", "", "01:00:00", data]]);
    let read = read_table(&row("SRV"));
    assert_eq!(
        read.records(),
        ["x.eslab.local. SRV 1 10 5060 a.eslab.local."]
    );
    let message = "zero-width character (U+200B) in a record's names or data, and 1 more in this \
                   export";
    assert_eq!(
        read.troubles(),
        [("\u{200b}".to_owned(), message.to_owned())]
    );
    assert_eq!(read_table(&row("TXT")).troubles(), []);
}

#[test]
fn names_tell_the_zone_of_the_first_table_only() {
    let a = ["a", "A", "1", "0", "01:00:00", "10.0.0.1"];
    let b = ["b", "NS", "2", "0", "01:00:00", "a.x.y."];
    let c = ["c", "NS", "2", "0", "01:00:00", "b.x.y."];
    let text = [table(&[a, b, c]), table(&[a])].concat();
    let read = testing::read_file(Format::PowerShellTable, "all.txt", &text);
    let apexes: Vec<_> = read
        .zones
        .iter()
        .map(|zone| zone.apex.to_string())
        .collect();
    assert_eq!(apexes, ["x.y.", "."]);
}
