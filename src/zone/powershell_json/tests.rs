use super::*;
use crate::dns::Data;
use crate::zone::export::testing::{self, Read};

/// `ConvertTo-Json -Depth 4` of CIM objects.
const SRV: &str = r#"{
    "DistinguishedName":  "DC=_sip._udp,DC=eslab.local,cn=MicrosoftDNS,DC=DomainDnsZones,DC=eslab,DC=local",
    "HostName":  "_sip._udp",
    "RecordClass":  "IN",
    "RecordData":  {
        "CimClass":  "root/Microsoft/Windows/DNS:DnsServerResourceRecordSRV",
        "CimInstanceProperties":  [
            { "Name":  "DomainName", "Value":  "piper.eslab.local.", "CimType":  14 },
            { "Name":  "Port", "Value":  5060 },
            { "Name":  "Priority", "Value":  1 },
            { "Name":  "Weight", "Value":  10 }
        ]
    },
    "RecordType":  "SRV",
    "Timestamp":  "\/Date(1552615200000)\/",
    "TimeToLive":  { "Ticks":  6000000000, "Days":  0, "TotalSeconds":  600 },
    "Type":  33
}"#;

fn read_json(text: &str) -> Read {
    testing::read_text(Format::PowerShellJson, text)
}

/// A record with plain properties.
fn record(kind: &str, data: &str) -> String {
    format!(
        r#"{{"HostName":"a","RecordType":"{kind}","TimeToLive":"01:00:00","RecordData":{data}}}"#
    )
}

#[test]
fn every_field_points_at_its_value() {
    let read = read_json(SRV);
    assert_eq!(read.troubles(), []);
    assert_eq!(
        read.records(),
        ["_sip._udp.eslab.local. SRV 1 10 5060 piper.eslab.local."]
    );
    let record = read.kept()[0];
    let Data::Srv(srv) = &record.data else {
        panic!("no SRV data");
    };
    let shown = [
        record.owner.span,
        srv.priority.span,
        srv.weight.span,
        srv.port.span,
        srv.target.span,
        record.ttl.span,
    ]
    .map(|span| read.sources.text(span));
    assert_eq!(
        shown,
        ["_sip._udp", "1", "10", "5060", "piper.eslab.local.", "600"]
    );
    assert_eq!(record.aging.map(|aging| aging.value), Some(3_665_858));
}

#[test]
fn data_comes_in_several_shapes() {
    let soa = r#"{"PrimaryServer":"n.","ResponsiblePerson":"h.","SerialNumber":7,
        "RefreshInterval":{"TotalSeconds":900},"RetryDelay":"00:10:00","ExpireLimit":"1.00:00:00",
        "MinimumTimeToLive":60}"#;
    for (kind, data, expected) in [
        ("A", r#"{"IPv4Address":"10.0.0.1"}"#, "A 10.0.0.1"),
        (
            "A",
            r#"{"IPv4Address":{"Address":16777226,"IPAddressToString":"10.0.0.1"}}"#,
            "A 10.0.0.1",
        ),
        ("A", r#""10.0.0.1""#, "A 10.0.0.1"),
        ("SRV", r#""[0][1][5060][b.]""#, "SRV 0 1 5060 b."),
        (
            "AAAA",
            r#"{"CimInstanceProperties":[{"Name":"IPv6Address","Value":"::1"}]}"#,
            "AAAA ::1",
        ),
        ("NS", r#"{"nameserver":"n."}"#, "NS n."),
        ("PTR", r#"{"PtrDomainName":"p"}"#, "PTR p."),
        ("CNAME", r#"{"HostNameAlias":"c\u002e"}"#, "CNAME c."),
        ("DNAME", r#"{"DomainNameAlias":"d."}"#, "DNAME d."),
        ("SOA", soa, "SOA n. h. 7 900 600 86400 60"),
        (
            "NAPTR",
            r#"{"Data":"0A003200017307534950\u00322B44325500016101"}"#,
            "",
        ),
        (
            "NAPTR",
            r#"{"Data":"0A0032000173075349502B443255000161"}"#,
            "NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" a.",
        ),
    ] {
        let read = read_json(&record(kind, data));
        let records = read.records();
        if expected.is_empty() {
            assert_eq!((records.len(), read.troubles().len()), (0, 1), "{data}");
        } else {
            assert_eq!(read.troubles(), [], "{data}");
            assert_eq!(records, [format!("a.eslab.local. {expected}")], "{data}");
        }
    }
    let naptr = r#"{"HostName":"a","RecordType":"UNKNOWN","Type":35,"TimeToLive":600,
        "RecordData":{"Data":"0A0032000173075349502B443255000161"}}"#;
    assert_eq!(read_json(naptr).records().len(), 1);
}

#[test]
fn names_in_data_are_complete_without_a_final_dot() {
    for (kind, data) in [
        ("CNAME", r#"{"HostNameAlias":"b.c"}"#),
        (
            "NAPTR",
            r#"{"Data":"0A0032000173075349502B44325500 03622E63"}"#,
        ),
    ] {
        let read = read_json(&record(kind, &data.replace(' ', "")));
        let kept = read.kept();
        let name = match &kept[0].data {
            Data::Cname(name) => name,
            Data::Naptr(naptr) => &naptr.replacement,
            _ => panic!("no name in {kind} data"),
        };
        assert_eq!(
            (name.name.to_string().as_str(), name.relative),
            ("b.c.", false)
        );
    }
}

#[test]
fn a_few_types_are_not_kept_and_all_are_counted() {
    let text = format!("[{}, {}]", record("TXT", "null"), record("MX", "5"));
    let read = read_json(&text);
    assert_eq!((read.troubles(), read.records().len()), (vec![], 0));
    assert_eq!(read.zones[0].record_count, 2);
}

#[test]
fn records_say_which_zone_they_are_of() {
    let other = SRV.replace("DC=eslab.local,cn", "DC=north.example,cn");
    let text =
        format!("PS C:\\> Get-It | ConvertTo-Json -Depth 4\r\n[{SRV},\r\n{other}]\r\nPS C:\\>\r\n");
    let read = testing::read_file(Format::PowerShellJson, "export.json", &text);
    let console = "what a console prints stands around this export: it is not read";
    assert_eq!(
        read.troubles(),
        [(
            "PS C:\\> Get-It | ConvertTo-Json -Depth 4".to_owned(),
            console.to_owned()
        )]
    );
    let apexes = read.zones.iter().map(|zone| zone.apex.to_string());
    assert_eq!(
        apexes.collect::<Vec<_>>(),
        ["eslab.local.", "north.example."]
    );
}

#[test]
fn arrays_are_exports_and_objects_are_records() {
    let one = record("A", r#"{"IPv4Address":"10.0.0.1"}"#);
    let read = read_json(&format!("{one}\n{one}\n"));
    assert_eq!((read.zones.len(), read.troubles()), (1, vec![]));
    let read = read_json(&format!("[{one}]\n[{one}]\n[{one}]"));
    assert_eq!(read.zones.len(), 3);
    let troubles: Vec<_> = read.zones.iter().flat_map(|zone| &zone.troubles).collect();
    assert_eq!(troubles.len(), 1);
    assert_eq!(troubles[0].kind, TroubleKind::SeveralExports);
    assert_eq!(read.sources.positions(troubles[0].span).0.line, 2);
}

#[test]
fn a_second_soa_begins_another_zone() {
    let soa = |serial| record("SOA", &format!("\"[{serial}][n.][h.]\"")).replace("\"a\"", "\"@\"");
    let a = record("A", "\"10.0.0.1\"");
    let read = read_json(&format!("[{},{a},{},{a}]", soa(1), soa(2)));
    assert_eq!(
        read.records(),
        ["a.eslab.local. A 10.0.0.1", "a. A 10.0.0.1"]
    );
    let kinds: Vec<_> = read.zones[1].troubles.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [TroubleKind::Syntax, TroubleKind::SeveralExports]);
    let read = read_json(&format!("[{},{a},{},{a}]", soa(1), soa(1)));
    assert_eq!((read.zones.len(), read.troubles()), (1, vec![]));
}

#[test]
fn zones_are_named_by_records_prompts_and_wrappers_of_arrays() {
    let one = record("A", "\"10.0.0.1\"");
    let named = one.replace('{', "{\"ZoneName\":\"x.y\",");
    let command = "PS C:\\> Get-DnsServerResourceRecord x.y | ConvertTo-Json\n";
    for text in [
        format!("[{named},{named}]"),
        format!("{command}{{\"value\":[{one}],\"Count\":1}}"),
        format!("{command}[{one}]"),
    ] {
        let read = testing::read_file(Format::PowerShellJson, "all.json", &text);
        assert_eq!(
            read.records().first().map(String::as_str),
            Some("a.x.y. A 10.0.0.1")
        );
        let kinds = read.zones.iter().flat_map(|zone| &zone.troubles);
        let kinds: Vec<_> = kinds.map(|trouble| trouble.kind).collect();
        assert!(
            kinds.iter().all(|kind| *kind == TroubleKind::ConsoleText),
            "{text}"
        );
    }
}

#[test]
fn data_that_was_left_out_is_told_once() {
    let one = record("A", "\"DnsServerResourceRecordA\"");
    let two = one.replace("\"a\"", "\"b\"");
    let read = read_json(&format!("[{one},{two},{one}]"));
    let [trouble] = &read.zones[0].troubles[..] else {
        panic!("one trouble")
    };
    assert!(trouble.message.ends_with("here and in 2 more records"));
    let owners: Vec<_> = trouble
        .damaged
        .iter()
        .map(|(owner, _)| owner.to_string())
        .collect();
    assert_eq!(
        owners,
        ["a.eslab.local.", "b.eslab.local.", "a.eslab.local."]
    );
}

#[test]
fn what_copying_brings_is_told_where_it_is_in_a_name() {
    let text = record("CNAME", "{\"HostNameAlias\":\"b.\u{a0}\"}");
    for text in [text.clone(), text.replace("\":", "\"\u{a0}:")] {
        let read = read_json(&text);
        assert_eq!(read.records(), ["a.eslab.local. CNAME b."]);
        let kinds: Vec<_> = read.zones[0].troubles.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [TroubleKind::Typographic]);
    }
}

#[test]
fn no_more_exports_are_read_than_anybody_writes() {
    let read = read_json(&"[]\n".repeat(crate::zone::exports::MOST + 5));
    let troubles = read.zones.iter().flat_map(|zone| &zone.troubles);
    let kinds: Vec<_> = troubles.map(|trouble| trouble.kind).collect();
    assert_eq!(kinds, [TroubleKind::SeveralExports, TroubleKind::Limit]);
}

#[test]
fn faults_point_at_what_is_wrong() {
    for (text, shown, message) in [
        (
            record("A", r#"{"IPv4Address":"10.0.0.300"}"#),
            "10.0.0.300",
            "`10.0.0.300` is not an IPv4 address",
        ),
        (
            record(
                "SRV",
                r#"{"Priority":1,"Weight":1,"Port":70000,"DomainName":"b."}"#,
            ),
            "70000",
            "the port `70000` is above 65535, the highest there is",
        ),
        (
            record("SRV", r#"{"Priority":1,"Weight":1,"Port":5060}"#),
            "{",
            "the record's data has no `DomainName`",
        ),
        (
            record("SVR", r#"{"x":1}"#),
            "SVR",
            "`SVR` is not a record type",
        ),
        (
            record("A", r#""DnsServerResourceRecordA""#),
            "DnsServerResourceRecordA",
            "the record's data was left out: `ConvertTo-Json` did not go deep enough",
        ),
        (
            record("A", r#"{"CimInstanceProperties":"IPv4Address"}"#),
            r#"{"CimInstanceProperties":"IPv4Address"}"#,
            "the record's data was left out: `ConvertTo-Json` did not go deep enough",
        ),
        (
            record("A", r#""10.0.0.1""#).replace("01:00:00", "soon"),
            "soon",
            "`soon` is not a TTL",
        ),
        (
            r#"{"Name":"RecordData"}"#.to_owned(),
            "{",
            "this value is no record: it has no `HostName`",
        ),
    ] {
        let good = record("A", r#""10.0.0.9""#);
        let read = read_json(&format!("[\n{text},\n{good}\n]"));
        let expected = (shown.to_owned(), message.to_owned());
        assert_eq!(read.troubles(), [expected], "{text}");
        assert_eq!(read.records(), ["a.eslab.local. A 10.0.0.9"]);
    }
}

#[test]
fn what_comes_before_bad_json_is_read() {
    let good = record("A", r#""10.0.0.9""#);
    let deep = "[".repeat(100);
    for (rest, kind, shown) in [
        (", {\"HostName\": b}]", TroubleKind::Syntax, "b"),
        (", {\"HostName\": \"b", TroubleKind::Truncated, "b"),
        (" {\"HostName\": 1}]", TroubleKind::Syntax, "{"),
        (&format!(", {deep}"), TroubleKind::Limit, "["),
    ] {
        let read = read_json(&format!("[{good}{rest}"));
        let trouble = &read.zones[0].troubles[0];
        assert_eq!(trouble.kind, kind, "{rest}");
        assert_eq!(read.sources.text(trouble.span), shown, "{rest}");
        assert_eq!(read.records(), ["a.eslab.local. A 10.0.0.9"]);
        assert!(read.zones[0].is_excerpt);
    }
}

#[test]
fn exports_are_told_from_other_json() {
    for (text, expected) in [
        (SRV, true),
        (
            "[\r\n  { \"hostname\": \"@\", \"recorddata\": \"10.0.0.1\" } ]",
            true,
        ),
        ("{\"HostName\": 1}", false),
        ("HostName RecordData", false),
        ("", false),
    ] {
        assert_eq!(is_one(text), expected, "{text}");
    }
}

#[test]
fn any_text_is_read() {
    testing::check_any(
        Format::PowerShellJson,
        &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\n",
            "\"",
            "\\",
            "\"HostName\":",
            "\"a\"",
            "\"@\"",
            "\"RecordType\":",
            "\"SRV\"",
            "\"A\"",
            "\"NAPTR\"",
            "\"RecordData\":",
            "\"10.0.0.1\"",
            "\"Data\":",
            "\"0A00\"",
            "\"TimeToLive\":",
            "\"01:00:00\"",
            "1",
            "null",
            SRV,
            "é",
            "\"CimInstanceProperties\":",
            "\"Timestamp\":",
            "\"/Date(-1)/\"",
        ],
    );
}
