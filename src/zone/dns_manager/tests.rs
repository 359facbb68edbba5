use super::*;
use crate::source::decode;
use crate::zone::Elsewhere;
use crate::zone::export::testing::{self, Read};

const LIST: &str = "\
Name\tType\tData\tTimestamp\r
_tcp\t\t\t\r
_udp\t\t\t\r
(same as parent folder)\tStart of Authority (SOA)\t[1102], ns1.eslab.local., hostmaster.eslab.local.\tstatic\r
(same as parent folder)\tName Server (NS)\tns1.eslab.local.\tstatic\r
(same as parent folder)\tMail Exchanger (MX)\t[10]  mail.eslab.local.\tstatic\r
(same as parent folder)\tNaming Authority Pointer (NAPTR)\t[10][50][S][SIP+D2U][]  _sip._udp.eslab.local.\t\r
(same as parent folder)\tText (TXT)\tv=spf1, [mx] \"-all\t\r
(same as parent folder)\tWINS Lookup\t[10.0.0.1]\tstatic\r
piper\tHost (A)\t10.225.2.31\t3/15/2019 2:00:00 AM\r
piper\tIPv6 Host (AAAA)\t2001:db8::31\tstatic\r
sip\tAlias (CNAME)\tpiper.eslab.local.\tstatic\r
";

fn read_list(text: &str) -> Read {
    testing::read_text(Format::DnsManagerList, text)
}

#[test]
fn rows_are_records_and_folders() {
    let read = read_list(LIST);
    assert_eq!(read.troubles(), []);
    assert_eq!(
        read.records(),
        [
            "eslab.local. NS ns1.eslab.local.",
            "eslab.local. NAPTR 10 50 \"S\" \"SIP+D2U\" \"\" _sip._udp.eslab.local.",
            "piper.eslab.local. A 10.225.2.31",
            "piper.eslab.local. AAAA 2001:db8::31",
            "sip.eslab.local. CNAME piper.eslab.local.",
        ]
    );
    let zone = &read.zones[0];
    assert_eq!(zone.record_count, 9);
    assert_eq!(zone.addresses_elsewhere, Some(Elsewhere::Wins));
    let folders = zone.not_exported.iter();
    let folders: Vec<_> = folders.map(|folder| folder.name.to_string()).collect();
    assert_eq!(folders, ["_tcp.eslab.local.", "_udp.eslab.local."]);
    let records = read.kept();
    let ages: Vec<_> = records.iter().filter_map(|record| record.aging).collect();
    assert_eq!(ages.len(), 1);
    assert_eq!(read.sources.text(ages[0].span), "3/15/2019 2:00:00 AM");
    assert!(records.iter().all(|record| record.ttl.span == record.span));
}

#[test]
fn a_folder_may_lack_the_tabs_behind_it() {
    let stripped = LIST.replace("\t\t\t\r", "\r");
    let read = read_list(&stripped);
    assert_eq!(read.troubles(), []);
    assert_eq!(read.zones[0].not_exported.len(), 2);
    let folders: String = stripped.split_inclusive('\n').take(3).collect();
    assert!(is_one(&folders));
    // The last line may be the beginning of a row.
    let cut = format!("{stripped}pip");
    assert_eq!(
        read_list(&cut).zones[0].troubles[0].kind,
        TroubleKind::Truncated
    );
}

#[test]
fn the_folder_of_a_list_is_its_file_name() {
    let text =
        "Name\tType\tData\n_sip\tService Location (SRV)\t[1][10][5060]  piper.eslab.local.\n";
    let read = testing::read_file(Format::DnsManagerList, "lists/_udp.eslab.local.txt", text);
    assert_eq!(
        read.records(),
        ["_sip._udp.eslab.local. SRV 1 10 5060 piper.eslab.local."]
    );
    let record = read.kept()[0];
    let crate::dns::Data::Srv(srv) = &record.data else {
        panic!("no SRV data");
    };
    let shown: Vec<_> = [
        record.owner.span,
        srv.priority.span,
        srv.weight.span,
        srv.port.span,
        srv.target.span,
    ]
    .map(|span| read.sources.text(span))
    .into();
    assert_eq!(shown, ["_sip", "1", "10", "5060", "piper.eslab.local."]);
    assert!(!srv.target.relative);
}

#[test]
fn other_languages_separators_and_encodings_are_told_by_their_structure() {
    let german = "Name\tTyp\tDaten\tZeitstempel\n\
        (identisch mit übergeordnetem Ordner)\tNamenserver (NS)\tns1.eslab.local.\tStatisch\n\
        büro\tHost (A)\t10.225.2.31\tStatisch\n";
    let (windows_1252, _, _) = encoding_rs::WINDOWS_1252.encode(german);
    let utf16: Vec<u8> = german.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [vec![0xff, 0xfe], utf16].concat();
    for bytes in [german.as_bytes().to_vec(), windows_1252.into_owned(), utf16] {
        let (text, _) = decode(bytes);
        assert!(is_one(&text));
        let read = read_list(&text);
        assert_eq!(read.troubles(), []);
        assert_eq!(
            read.records(),
            [
                "eslab.local. NS ns1.eslab.local.",
                "b\\195\\188ro.eslab.local. A 10.225.2.31"
            ]
        );
        let owner = read.kept()[1].owner.span;
        assert_eq!(read.sources.text(owner), "büro");
    }
    let csv = "\"Name\",\"Type\",\"Data\",\"Timestamp\"\n\
        _udp,,,\n\
        (same as parent folder),Start of Authority (SOA),[1], ns1.x., h.x.,static\n\
        \"piper\",\"Host (A)\",\"10.225.2.31\",\"static\"\n\
        t,Text (TXT),\"a \"\"b\"\", c\",static\n";
    let read = read_list(csv);
    assert_eq!(read.troubles(), []);
    assert_eq!(read.records(), ["piper.eslab.local. A 10.225.2.31"]);
    assert_eq!(read.zones[0].record_count, 3);
    assert_eq!(read.zones[0].not_exported.len(), 1);
}

#[test]
fn lists_that_were_saved_by_excel_are_read() {
    let soa = "[1102], ns1.eslab.local., hostmaster.eslab.local.";
    let quoted = LIST.replace(soa, &format!("\"{soa}\""));
    assert_ne!(quoted, LIST);
    let read = read_list(&quoted);
    assert_eq!(read.troubles(), []);
    assert_eq!(read.records(), read_list(LIST).records());
    assert_eq!(read.zones[0].record_count, 9);
}

#[test]
fn a_reverse_zone_may_show_addresses_as_names() {
    let text = "Name\tType\tData\n\
        10.225.2.31\tPointer (PTR)\tpiper.eslab.local.\n\
        32\tPointer (PTR)\tpiper2.eslab.local.\n";
    let file = "2.225.10.in-addr.arpa.txt";
    let read = testing::read_file(Format::DnsManagerList, file, text);
    assert_eq!(
        read.records(),
        [
            "31.2.225.10.in-addr.arpa. PTR piper.eslab.local.",
            "32.2.225.10.in-addr.arpa. PTR piper2.eslab.local."
        ]
    );
}

#[test]
fn addresses_name_the_reverse_zone_that_nothing_else_names() {
    let apex = |rows: &str| {
        let text = format!("Name\tType\tData\n{rows}");
        let read = testing::read_file(Format::DnsManagerList, "reverse.txt", &text);
        let zone = &read.zones[0];
        (zone.apex.to_string(), zone.troubles.len())
    };
    let row = |address| format!("{address}\tPointer (PTR)\tpiper.eslab.local.\n");
    let own = "(same as parent folder)\tName Server (NS)\tns1.eslab.local.\n".to_owned();
    for (rows, expected) in [
        (
            own.clone() + &row("10.225.2.31"),
            ("2.225.10.in-addr.arpa.", 0),
        ),
        (
            row("10.225.2.31") + &row("10.225.7.31"),
            ("225.10.in-addr.arpa.", 0),
        ),
        // Those that have nothing in common, and other records, name none.
        (row("10.225.2.31") + &row("11.0.0.1"), (".", 1)),
        ("10.225.2.31\tHost (A)\t10.225.2.31\n".to_owned(), (".", 1)),
    ] {
        assert_eq!(apex(&rows), (expected.0.to_owned(), expected.1), "{rows}");
    }
}

#[test]
fn faults_point_at_what_is_wrong() {
    for (row, shown, message) in [
        (
            "a\tHost (A)\t10.225.2.300",
            "10.225.2.300",
            "`10.225.2.300` is not an IPv4 address",
        ),
        (
            "_sip\tService Location (SRV)\t[0][100][70000]  a.",
            "70000",
            "the port `70000` is above 65535, the highest there is",
        ),
        (
            "_sip\tService Location (SRV)\t[0][100][5060]",
            "5060",
            "the target is missing",
        ),
        (
            "a\tSomething else\tx",
            "Something else",
            "`Something else` names no record type",
        ),
        (
            "a..b\tHost (A)\t10.0.0.1",
            "..",
            "the name `a..b` has nothing between two dots",
        ),
        (
            "a.x.\tHost (A)\t10.0.0.1",
            "a.x.",
            "`a.x.` lies outside the zone `eslab.local.`",
        ),
        ("a\t\t10.0.0.1", "10.0.0.1", "this row has data and no type"),
        ("12 items", "12 items", "this line is no row of the list"),
    ] {
        let read = read_list(&format!("Name\tType\tData\n{row}\nb\tHost (A)\t10.0.0.1\n"));
        let expected = (shown.to_owned(), message.to_owned());
        assert_eq!(read.troubles(), [expected], "{row}");
        assert_eq!(read.records(), ["b.eslab.local. A 10.0.0.1"]);
    }
    let read = read_list("Name\tType\tData\n_sip\tService Location (SRV)\t[0]\n");
    let damaged = read.zones[0].troubles[0].damaged.first();
    let damaged = damaged.map(|(name, kind)| (name.to_string(), *kind));
    let expected = ("_sip.eslab.local.".to_owned(), RecordType::SRV);
    assert_eq!(damaged, Some(expected));
}

#[test]
fn a_list_that_was_cut_says_so() {
    for (row, shown) in [
        ("pip", "pip"),
        ("_sip\tService Location (SRV)\t[0][1", "[1"),
    ] {
        let read = read_list(&format!("Name\tType\tData\n{row}"));
        let trouble = &read.zones[0].troubles[0];
        assert_eq!(trouble.kind, TroubleKind::Truncated, "{row}");
        assert_eq!(read.sources.text(trouble.span), shown);
    }
}

#[test]
fn prompts_around_a_list_are_passed_over() {
    let text = format!("C:\\>type list.txt\r\n{LIST}\r\nC:\\>\r\n");
    assert!(is_one(&text));
    let read = read_list(&text);
    let troubles = read.troubles();
    assert_eq!(troubles.len(), 1);
    assert_eq!(troubles[0].0, "C:\\>type list.txt");
    assert_eq!(read.records(), read_list(LIST).records());
    let span = read.kept()[0].owner.span;
    assert_eq!(read.sources.text(span), "(same as parent folder)");
}

#[test]
fn a_list_without_a_name_says_so_once() {
    let text = "Name\tType\tData\na\tHost (A)\t10.0.0.1\nb\tHost (A)\t10.0.0.2\n";
    let message = "nothing says which zone this is, so its names mean nothing";
    for file in ["my list.txt", "dns.txt", "_udp.csv", "console.log"] {
        let read = testing::read_file(Format::DnsManagerList, file, text);
        let expected = [("a".to_owned(), message.to_owned())];
        assert_eq!(read.troubles(), expected, "{file}");
    }
}

#[test]
fn what_excel_and_dos_add_is_no_row() {
    let text = "sep=;\nName;Type;Data\n;;\na;Host (A);10.0.0.1\n;;\n;;\n\u{1a}";
    assert!(is_one(text));
    let read = testing::read_file(Format::DnsManagerList, "eslab.local.csv", text);
    assert_eq!(read.troubles(), []);
    assert_eq!(read.records(), ["a.eslab.local. A 10.0.0.1"]);
}

#[test]
fn a_second_heading_begins_another_list() {
    let text = "Name\tType\tData\na\tHost (A)\t10.0.0.1\n\
                Name\tType\tData\n_sip\tService Location (SRV)\t[0][0][5060]  a.\n";
    let read = testing::read_file(Format::DnsManagerList, "eslab.local.txt", text);
    assert_eq!(
        read.records(),
        ["a.eslab.local. A 10.0.0.1", "_sip. SRV 0 0 5060 a."]
    );
    let kinds: Vec<_> = read.zones[1].troubles.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [TroubleKind::Syntax, TroubleKind::SeveralExports]);
}

#[test]
fn what_copying_brings_is_told() {
    let text = "Name\tType\tData\n_sip\tService Location (SRV)\t[0][0][5060]\u{a0} a.\n";
    let read = testing::read_file(Format::DnsManagerList, "_udp.eslab.local.txt", text);
    assert_eq!(read.records(), ["_sip._udp.eslab.local. SRV 0 0 5060 a."]);
    let kinds: Vec<_> = read.zones[0].troubles.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [TroubleKind::Typographic]);
}

#[test]
fn lists_are_told_from_other_tables() {
    for (text, expected) in [
        (LIST, true),
        ("Name\tType\tData\n", true),
        (
            "Nom\tType\tDonnées\n_udp\t\t\na\tHôte (A)\t10.0.0.1\n",
            true,
        ),
        ("Nom\tType\tDonnées\n_udp\t\t\nx\t\t\n", true),
        ("Nom;Type;Données\n_udp;;x\n", false),
        ("Nom;Type;Données\nx;;\n", false),
        ("Product,Price,Unit\nTea (A),2,kg\n", false),
        ("a\tA\t10.0.0.1\nb\tA\t10.0.0.2\n", false),
        ("", false),
    ] {
        assert_eq!(is_one(text), expected, "{text}");
    }
}

#[test]
fn any_text_is_read() {
    testing::check_any(
        Format::DnsManagerList,
        &[
            "Name",
            "Type",
            "\t",
            ",",
            ";",
            "\"",
            "\n",
            "\r\n",
            "(same)",
            "(A)",
            "Host (A)",
            "SRV",
            "(SRV)",
            "[",
            "]",
            "[0]",
            "5060",
            " ",
            "10.0.0.1",
            "a.b.",
            "..",
            "é",
            "(NAPTR)",
            "(SOA)",
            "static",
            "1/1/2000",
            "\u{1f4de}",
        ],
    );
}
