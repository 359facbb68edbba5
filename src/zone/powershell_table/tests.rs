use super::*;
use crate::zone::export::testing::{self, Read};

mod forms;

/// Windows Server 2016 and later.
const HEAD: &str = "\
HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
--------                  ---------- ----       ---------            ----------      ----------
";

fn read_table(text: &str) -> Read {
    testing::read_text(Format::PowerShellTable, text)
}

/// A table of these rows: host, type, number, time stamp, TTL, data.
fn table(rows: &[[&str; 6]]) -> String {
    let row = |[host, kind, number, stamp, ttl, data]: &[&str; 6]| {
        format!("{host:<25} {kind:<10} {number:<10} {stamp:<20} {ttl:<15} {data}\n")
    };
    format!("\n{HEAD}{}\n\n", rows.iter().map(row).collect::<String>())
}

#[test]
fn rows_are_records() {
    let naptr = "0A003200017307534950 2B443255000161".replace(' ', "");
    let read = read_table(&table(&[
        [
            "@",
            "A",
            "1",
            "3/15/2019 2:00:00 AM",
            "00:10:00",
            "10.225.2.5",
        ],
        ["@", "NS", "2", "0", "01:00:00", "ns1.eslab.local."],
        [
            "@",
            "SOA",
            "6",
            "0",
            "01:00:00",
            "[9817][ns1.eslab.local.][hostmaster.eslab.local.]",
        ],
        ["@", "UNKNOWN", "35", "0", "01:00:00", &naptr],
        [
            "_sip._udp",
            "SRV",
            "33",
            "0",
            "1.00:00:00",
            "[1][10][5060][piper.eslab.local.]",
        ],
        [
            "mail",
            "MX",
            "15",
            "0",
            "01:00:00",
            "[10][mail.eslab.local.]",
        ],
        ["piper", "AAAA", "28", "0", "01:00:00", "2001:db8::31"],
    ]));
    assert_eq!(read.troubles(), []);
    assert_eq!(
        read.records(),
        [
            "eslab.local. A 10.225.2.5",
            "eslab.local. NS ns1.eslab.local.",
            "eslab.local. NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" a.",
            "_sip._udp.eslab.local. SRV 1 10 5060 piper.eslab.local.",
            "piper.eslab.local. AAAA 2001:db8::31",
        ]
    );
    assert_eq!(read.zones[0].record_count, 7);
    let records = read.kept();
    let ttls: Vec<_> = records.iter().map(|record| record.ttl.value).collect();
    assert_eq!(ttls, [600, 3600, 3600, 86_400, 3600]);
    let srv = records[3];
    assert_eq!(read.sources.text(srv.ttl.span), "1.00:00:00");
    assert_eq!(read.sources.text(srv.owner.span), "_sip._udp");
    let aging = records[0].aging.map(|aging| read.sources.text(aging.span));
    assert_eq!(aging, Some("3/15/2019 2:00:00 AM"));
    assert_eq!(records[1].aging, None);
}

#[test]
fn tables_of_windows_server_2012_have_no_numbers() {
    let text = "\
HostName                  RecordType Timestamp            TimeToLive      RecordData
--------                  ---------- ---------            ----------      ----------
büro                      A          0                    01:00:00        10.225.2.31
piper                     CNAME      0                    01:00:00        büro.eslab.local.
";
    let read = read_table(text);
    assert_eq!(read.troubles(), []);
    assert_eq!(
        read.records(),
        [
            "b\\195\\188ro.eslab.local. A 10.225.2.31",
            "piper.eslab.local. CNAME b\\195\\188ro.eslab.local."
        ]
    );
}

#[test]
fn records_of_a_type_without_name_and_number_are_told_by_their_data() {
    let naptr = "0A003200017307534950 2B443255000161".replace(' ', "");
    let row = |data: &str| format!("@ UNKNOWN 0 01:00:00 {data}").replace(' ', ",");
    let read = |data: &str| {
        let heading = "HostName,RecordType,Timestamp,TimeToLive,RecordData";
        read_table(&format!(
            "{heading}\n{}\na,A,0,01:00:00,10.0.0.1\n",
            row(data)
        ))
    };
    let sound = read(&naptr);
    assert_eq!(sound.troubles(), []);
    assert_eq!(
        sound.records()[0],
        "eslab.local. NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" a."
    );
    // CAA `0 issue "x"`
    let other = read("0005697373756578");
    assert_eq!((other.troubles(), other.records().len()), (vec![], 1));
    assert_eq!(other.zones[0].record_count, 2);
    for cut in [&naptr[..28], &format!("{}...", &naptr[..20])] {
        let zone = &read(cut).zones[0];
        let name = zone.apex.clone();
        assert_eq!(zone.troubles[0].damaged, [(name, RecordType::NAPTR)]);
    }
}

const SOA: [&str; 6] = [
    "@",
    "SOA",
    "6",
    "0",
    "01:00:00",
    "[1][ns1.eslab.local.][h.eslab.local.]",
];

#[test]
fn cut_cells_are_never_read() {
    let read = read_table(&table(&[
        [
            "_sip._udp.long-name-of...",
            "SRV",
            "33",
            "0",
            "01:00:00",
            "[1][10][5060][piper.eslab.local.]",
        ],
        [
            "_sip._udp",
            "SRV",
            "33",
            "0",
            "01:00:00",
            "[1][10][5060][piper...",
        ],
        ["piper", "CNAME", "5", "0", "01:00:00", "long.esla\u{2026}"],
        ["good", "A", "1", "0", "01:00:00", "10.0.0.1"],
    ]));
    let troubles = &read.zones[0].troubles;
    let kinds: Vec<_> = troubles.iter().map(|trouble| trouble.kind).collect();
    assert_eq!(kinds, [TroubleKind::CellTruncated; 3]);
    let shown: Vec<_> = read.troubles().into_iter().map(|(text, _)| text).collect();
    assert_eq!(
        shown,
        [
            "_sip._udp.long-name-of...",
            "[1][10][5060][piper...",
            "long.esla\u{2026}"
        ]
    );
    let help = troubles[1].help.as_deref().unwrap_or_default();
    assert!(help.contains("ConvertTo-Json -Depth 4") && help.contains("dnscmd /ZoneExport"));
    let damaged: Vec<_> = troubles
        .iter()
        .map(|trouble| trouble.damaged.first())
        .collect();
    assert_eq!(damaged[0], None);
    assert_eq!(damaged[1].map(|(_, kind)| *kind), Some(RecordType::SRV));
    assert_eq!(read.records(), ["good.eslab.local. A 10.0.0.1"]);
    assert!(read.zones[0].is_excerpt);

    let row = [
        "_ldap._tcp.Default-Fir...",
        "SRV",
        "33",
        "0",
        "01:00:00",
        "[1][1][389][a.]",
    ];
    assert!(!read_table(&table(&[SOA, row])).zones[0].is_excerpt);
    // Whole zones are shown with their SOA.
    assert!(read_table(&table(&[row])).zones[0].is_excerpt);
    let cut_soa = ["@", "SOA", "6", "0", "01:00:00", "[1][ns1.esl..."];
    assert!(!read_table(&table(&[cut_soa, row])).zones[0].is_excerpt);
}

#[test]
fn wrapped_cells_are_never_read() {
    let first = table(&[[
        "_sip._udp",
        "SRV",
        "33",
        "0",
        "01:00:00",
        "[1][10][5060][pip",
    ]]);
    let text = format!(
        "{}{:86}er.eslab.local.]\n",
        first.trim_end_matches('\n').to_owned() + "\n",
        ""
    );
    let read = read_table(&text);
    assert_eq!(read.records(), [""; 0]);
    let trouble = &read.zones[0].troubles[0];
    assert_eq!(trouble.kind, TroubleKind::CellTruncated);
    assert_eq!(read.sources.text(trouble.span), "[1][10][5060][pip");
    assert_eq!(
        read.sources.text(trouble.related[0].span),
        "er.eslab.local.]"
    );
    assert_eq!(read.zones[0].troubles.len(), 1);
    assert!(!trouble.damaged.is_empty());

    let row = [
        "_sip._udp.a-long-name-of-",
        "SRV",
        "33",
        "0",
        "01:00:00",
        "[1][1][5060][a.]",
    ];
    let read = read_table(&format!(
        "{}an-office\n\n",
        table(&[row]).trim_end().to_owned() + "\n"
    ));
    assert_eq!(read.records(), [""; 0]);
    let trouble = &read.zones[0].troubles[0];
    assert_eq!(read.sources.text(trouble.span), "_sip._udp.a-long-name-of-");
    assert!(trouble.damaged.is_empty());
    assert!(read.zones[0].is_excerpt);
}

#[test]
fn a_line_that_the_console_wrapped_goes_on_at_its_edge() {
    let naptr = "0A000A000153075349502B44325500195F7";
    let rest = "369702E5F7564702E636C696E69632E6578616D706C652E";
    let wrapped = table(&[
        ["@", "UNKNOWN", "35", "0", "01:00:00", naptr],
        ["a", "A", "1", "0", "01:00:00", "10.0.0.1"],
    ]);
    let read = read_table(&wrapped.replace(naptr, &format!("{naptr}\n{rest}")));
    let [trouble] = &read.zones[0].troubles[..] else {
        panic!("one trouble: {:?}", read.troubles())
    };
    assert_eq!(trouble.kind, TroubleKind::CellTruncated);
    assert_eq!(read.sources.text(trouble.span), naptr);
    let apex = read.zones[0].apex.clone();
    assert_eq!(trouble.damaged, [(apex, RecordType::NAPTR)]);
    assert_eq!(read.records(), ["a.eslab.local. A 10.0.0.1"]);
}

#[test]
fn what_stands_around_a_table_is_passed_over() {
    let rows = table(&[SOA, ["a", "A", "1", "0", "01:00:00", "10.0.0.1"]]);
    let text = format!(
        "Windows PowerShell\nCopyright (C) Microsoft Corporation.\n\n\
         PS C:\\> Get-DnsServerResourceRecord -ZoneName \"corp.example\"\n{rows}PS C:\\> exit\nbye\n"
    );
    assert!(is_one(&text));
    let read = testing::read_file(Format::PowerShellTable, "console.txt", &text);
    assert_eq!(read.troubles(), []);
    assert_eq!(read.records(), ["a.corp.example. A 10.0.0.1"]);
    assert!(!read.zones[0].is_excerpt);

    let filtered = text.replace("-ZoneName", "-RRType A -ZoneName");
    let read = testing::read_file(Format::PowerShellTable, "console.txt", &filtered);
    assert!(read.zones[0].is_excerpt);
}

#[test]
fn tables_of_one_type_each_are_parts_of_a_zone() {
    let rows = table(&[["a", "A", "1", "0", "01:00:00", "10.0.0.1"]]);
    let one = format!("PS C:\\> Get-DnsServerResourceRecord x.y -RRType A\n{rows}");
    let two = one.replace("RRType A", "RRType SRV");
    let read = read_table(&format!("{one}\n{two}"));
    let asked: Vec<_> = read
        .zones
        .iter()
        .map(|zone| zone.asked.as_deref())
        .collect();
    assert_eq!(asked, [Some("-rrtype a "), Some("-rrtype srv ")]);
    assert_eq!(read.troubles(), []);
    let read = read_table(&format!("{one}\n{one}"));
    assert_eq!(read.zones[1].troubles[0].kind, TroubleKind::SeveralExports);
}

#[test]
fn two_tables_are_two_zones() {
    let rows = table(&[["a", "A", "1", "0", "01:00:00", "10.0.0.1"]]);
    let text = format!(
        "PS C:\\> Get-DnsServerResourceRecord x.y\n{rows}PS C:\\> Get-DnsServerResourceRecord z.y\n{rows}"
    );
    let read = testing::read_file(Format::PowerShellTable, "console.txt", &text);
    assert_eq!(read.records(), ["a.x.y. A 10.0.0.1", "a.z.y. A 10.0.0.1"]);
    let trouble = &read.zones[1].troubles[0];
    assert_eq!(trouble.kind, TroubleKind::SeveralExports);
    assert_eq!(read.sources.positions(trouble.span).0.line, 10);
}

#[test]
fn no_more_tables_are_read_than_anybody_prints() {
    let text = format!("{HEAD}\n").repeat(crate::zone::exports::MOST + 5);
    let read = read_table(&text);
    assert_eq!(read.zones.len(), crate::zone::exports::MOST);
    let last = read.zones.last().expect("many zones");
    assert_eq!(last.troubles[0].kind, TroubleKind::Limit);
}

#[test]
fn faults_point_at_what_is_wrong() {
    for (row, shown, message) in [
        (
            ["a", "A", "1", "0", "01:00:00", "10.225.2.300"],
            "10.225.2.300",
            "`10.225.2.300` is not an IPv4 address",
        ),
        (
            ["a", "A", "1", "0", "1 hour", "10.225.2.30"],
            "1 hour",
            "`1 hour` is not a TTL",
        ),
        (
            ["a", "SVR", "", "0", "01:00:00", "x"],
            "SVR",
            "`SVR` is not a record type",
        ),
        (
            ["_sip._udp", "SRV", "33", "0", "01:00:00", "[1][10][x][a.]"],
            "x",
            "the port `x` is not a whole number",
        ),
    ] {
        let good = ["b", "A", "1", "0", "01:00:00", "10.0.0.1"];
        let read = read_table(&table(&[row, good]));
        let expected = (shown.to_owned(), message.to_owned());
        assert_eq!(read.troubles(), [expected], "{row:?}");
        assert_eq!(read.records(), ["b.eslab.local. A 10.0.0.1"]);
    }
    let stray = format!("{HEAD}a line of something else\n");
    assert_eq!(
        read_table(&stray).troubles(),
        [(
            "a line of something else".to_owned(),
            "this line is no row of the table".to_owned()
        )]
    );
}

#[test]
fn headings_may_be_coloured() {
    let row = ["b", "A", "1", "0", "01:00:00", "10.0.0.1"];
    let coloured = |line: &str| {
        let cells = line
            .split_inclusive(' ')
            .map(|cell| format!("\u{1b}[32;1m{cell}\u{1b}[0m"));
        cells.collect::<String>()
    };
    let [names, dashes] = HEAD.lines().collect::<Vec<_>>()[..] else {
        panic!("two lines")
    };
    let text = table(&[row])
        .replace(names, &coloured(names))
        .replace(dashes, &coloured(dashes));
    assert!(is_one(&text));
    let read = read_table(&text);
    assert_eq!(read.troubles(), []);
    assert_eq!(read.records(), ["b.eslab.local. A 10.0.0.1"]);
}

#[test]
fn text_behind_a_table_is_noted() {
    let row = ["b", "A", "1", "0", "01:00:00", "10.0.0.1"];
    let text = format!("Hi,\n{}Kind regards\nA. Admin\n", table(&[row]));
    let read = read_table(&text);
    let message = "text that is no table stands behind this one: it is not read";
    assert_eq!(
        read.troubles(),
        [("Kind regards".to_owned(), message.to_owned())]
    );
    assert_eq!(read.records(), ["b.eslab.local. A 10.0.0.1"]);
    // Rows are read all the same.
    let again = text.replace("Kind regards\n", "c                         A          1          0                    01:00:00        10.0.0.2\n");
    let read = read_table(&again);
    assert_eq!(read.records().len(), 2);
}

#[test]
fn a_table_that_was_cut_says_so() {
    for text in [
        format!("{HEAD}_sip._udp                 SR"),
        format!(
            "{HEAD}_sip._udp                 SRV        33         0                    01:00:00        [0][100]["
        ),
    ] {
        let read = read_table(&text);
        let kinds: Vec<_> = read.zones[0].troubles.iter().map(|t| t.kind).collect();
        assert_eq!(kinds, [TroubleKind::Truncated], "{text}");
    }
}

#[test]
fn any_text_is_read() {
    testing::check_any(
        Format::PowerShellTable,
        &[
            HEAD,
            "\n",
            "\r\n",
            "PS C:\\> ",
            "Get-DnsServerResourceRecord ",
            "-ZoneName x.y",
            "_sip._udp                 ",
            "@                         ",
            "SRV        ",
            "33         ",
            "0                    ",
            "01:00:00        ",
            "[0][100][5060][a.]",
            "...",
            "\u{2026}",
            "é",
            "                          ",
            "A ",
            "10.0.0.1",
            "[",
            "\u{1f4de}",
            "--------  ----",
        ],
    );
}
