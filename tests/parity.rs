//! One site in every format that zones come in: the same findings, each at the text that says
//! it in that format.

#[path = "support/site.rs"]
mod site;

use sipdns_lint::rule::Severity;
use sipdns_lint::site::{Arguments, Requested};
use sipdns_lint::zone::Format;
use site::Texts;

/// Two servers of one priority, a third without an address, and a NAPTR record whose service
/// is misspelt.
const MASTER_FILE: &str = "\
$TTL 3600
@ SOA ns1 hostmaster 1 900 600 86400 900
@ NS ns1
@ NAPTR 10 50 \"s\" \"SIP-D2U\" \"\" _sip._udp
_sip._udp SRV 1 10 5060 sip1
_sip._udp SRV 1 20 5060 sip2
_sip._udp SRV 2 10 5060 sip3
ns1 A 10.225.2.5
sip1 A 10.225.2.31
sip2 A 10.225.2.32
";

const WINDOWS_DNS: &str = "\
;
;  Database file eslab.local.dns for Default zone scope in zone eslab.local.
;      Zone version:  1
;

@                       IN  SOA ns1.eslab.local. hostmaster.eslab.local. (
                        \t\t1            ; serial number
                        \t\t900          ; refresh
                        \t\t600          ; retry
                        \t\t86400        ; expire
                        \t\t900        ) ; default TTL

;
;  Zone NS records
;

@                       NS\tns1.eslab.local.

;
;  Zone records
;

@                       NAPTR\t10 50 \"s\" \"SIP-D2U\" \"\" _sip._udp.eslab.local.
_sip._udp               SRV\t1 10 5060\tsip1.eslab.local.
                        SRV\t1 20 5060\tsip2.eslab.local.
                        SRV\t2 10 5060\tsip3.eslab.local.
ns1                     A\t10.225.2.5
sip1                    A\t10.225.2.31
sip2                    A\t10.225.2.32
";

const DNSCMD_PRINT: &str = "\
C:\\>dnscmd /ZonePrint eslab.local
;
;  Zone:    eslab.local
;  Server:  dc1.eslab.local
;
@ 3600 NS\tns1.eslab.local.
\t\t 3600 SOA\tns1.eslab.local. hostmaster.eslab.local. 1 900 600 86400 900
\t\t 3600 NAPTR\t10 50 \"s\" \"SIP-D2U\" \"\" _sip._udp.eslab.local.
_sip._udp 3600 SRV\t1 10 5060\tsip1.eslab.local.
\t\t 3600 SRV\t1 20 5060\tsip2.eslab.local.
\t\t 3600 SRV\t2 10 5060\tsip3.eslab.local.
ns1 3600 A\t10.225.2.5
sip1 3600 A\t10.225.2.31
sip2 3600 A\t10.225.2.32
;
;  Finished zone: 9 nodes and 11 records in 0 seconds
;
";

/// The list of the zone; the service records stand in the folder's.
const DNS_MANAGER_LIST: &str = "\
Name\tType\tData\tTimestamp
_udp\t\t\t
(same as parent folder)\tStart of Authority (SOA)\t[1], ns1.eslab.local., hostmaster.eslab.local.\tstatic
(same as parent folder)\tName Server (NS)\tns1.eslab.local.\tstatic
(same as parent folder)\tNaming Authority Pointer (NAPTR)\t[10][50][s][SIP-D2U][]  _sip._udp.eslab.local.\tstatic
ns1\tHost (A)\t10.225.2.5\tstatic
sip1\tHost (A)\t10.225.2.31\tstatic
sip2\tHost (A)\t10.225.2.32\tstatic
";
const DNS_MANAGER_FOLDER: &str = "\
Name\tType\tData\tTimestamp
_sip\tService Location (SRV)\t[1][10][5060]  sip1.eslab.local.\tstatic
_sip\tService Location (SRV)\t[1][20][5060]  sip2.eslab.local.\tstatic
_sip\tService Location (SRV)\t[2][10][5060]  sip3.eslab.local.\tstatic
";

const POWERSHELL_TABLE: &str = "
HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
--------                  ---------- ----       ---------            ----------      ----------
@                         NS         2          0                    01:00:00        ns1.eslab.local.
@                         SOA        6          0                    01:00:00        [1][ns1.eslab.local.][hostmaster.eslab.local.]
@                         UNKNOWN    35         0                    01:00:00        HEX
_sip._udp                 SRV        33         0                    01:00:00        [1][10][5060][sip1.eslab.local.]
_sip._udp                 SRV        33         0                    01:00:00        [1][20][5060][sip2.eslab.local.]
_sip._udp                 SRV        33         0                    01:00:00        [2][10][5060][sip3.eslab.local.]
ns1                       A          1          0                    01:00:00        10.225.2.5
sip1                      A          1          0                    01:00:00        10.225.2.31
sip2                      A          1          0                    01:00:00        10.225.2.32


";

/// NAPTR data as PowerShell shows it.
const NAPTR: &str = "0A0032000173075349502D44325500165F7369702E5F7564702E65736C61622E6C6F63616C2E";

const DNSMASQ: &str = "\
domain=eslab.local
local=/eslab.local/
no-hosts
local-ttl=3600
naptr-record=eslab.local,10,50,s,SIP-D2U,,_sip._udp.eslab.local
srv-host=_sip._udp,sip1.eslab.local,5060,1,10
srv-host=_sip._udp,sip2.eslab.local,5060,1,20
srv-host=_sip._udp,sip3.eslab.local,5060,2,10
host-record=sip1.eslab.local,10.225.2.31
host-record=sip2.eslab.local,10.225.2.32
";

/// The records as `ConvertTo-Json -Depth 4` writes them.
fn powershell_json() -> String {
    let a = |host, address| (host, "A", vec![("IPv4Address", text(address))]);
    let srv = |priority: u16, weight: u16, target| {
        let data = vec![
            ("DomainName", text(target)),
            ("Port", "5060".to_owned()),
            ("Priority", priority.to_string()),
            ("Weight", weight.to_string()),
        ];
        ("_sip._udp", "SRV", data)
    };
    let soa = vec![
        ("SerialNumber", "1".to_owned()),
        ("PrimaryServer", text("ns1.eslab.local.")),
        ("ResponsiblePerson", text("hostmaster.eslab.local.")),
        ("RefreshInterval", "900".to_owned()),
        ("RetryDelay", "600".to_owned()),
        ("ExpireLimit", "86400".to_owned()),
        ("MinimumTimeToLive", "900".to_owned()),
    ];
    let records = [
        ("@", "SOA", soa),
        ("@", "NS", vec![("NameServer", text("ns1.eslab.local."))]),
        ("@", "NAPTR", vec![("Data", text(NAPTR))]),
        srv(1, 10, "sip1.eslab.local."),
        srv(1, 20, "sip2.eslab.local."),
        srv(2, 10, "sip3.eslab.local."),
        a("ns1", "10.225.2.5"),
        a("sip1", "10.225.2.31"),
        a("sip2", "10.225.2.32"),
    ];
    let records = records.map(|(host, kind, data)| {
        let properties = data.iter();
        let properties: Vec<_> = properties
            .map(|(name, value)| format!("{{ \"Name\": \"{name}\", \"Value\": {value} }}"))
            .collect();
        format!(
            "{{ \"HostName\": \"{host}\", \"RecordType\": \"{kind}\", \"Timestamp\": null,\r\n  \
             \"TimeToLive\": {{ \"Ticks\": 36000000000, \"TotalSeconds\": 3600 }},\r\n  \
             \"RecordData\": {{ \"CimInstanceProperties\": [ {} ] }} }}",
            properties.join(", ")
        )
    });
    format!("[\r\n{}\r\n]\r\n", records.join(",\r\n"))
}

fn text(value: &str) -> String {
    format!("\"{value}\"")
}

/// The findings at warning and above: rule, and the text that is pointed at.
fn findings(zones: Vec<(&str, &str, Format, String)>) -> Vec<(String, String)> {
    let mut texts = Texts {
        requested: Requested {
            handset: Some(Arguments {
                address: "eslab.local".to_owned(),
                port: None,
                transport: None,
            }),
            live: Vec::new(),
        },
        ..Texts::default()
    };
    for (name, origin, format, text) in zones {
        texts.formats.insert(name.to_owned(), format);
        texts.zones.push((name.to_owned(), origin.to_owned(), text));
    }
    let (site, findings) = texts.check();
    let loud = findings.into_iter();
    let loud = loud.filter(|finding| finding.severity >= Severity::Warning);
    let mut loud: Vec<_> = loud
        .map(|finding| {
            let text = site.text(finding.span);
            let text = text.trim_end_matches('.').trim_end_matches(".eslab.local");
            (finding.rule.id.to_owned(), text.to_owned())
        })
        .collect();
    loud.sort();
    loud
}

#[test]
fn every_format_of_one_site_yields_the_same_findings() {
    let zone = |format, text: &str| vec![("zone", "eslab.local.", format, text.to_owned())];
    let folder = (
        "folder",
        "_udp.eslab.local.",
        Format::DnsManagerList,
        DNS_MANAGER_FOLDER.to_owned(),
    );
    let mut lists = zone(Format::DnsManagerList, DNS_MANAGER_LIST);
    lists.push(folder);
    let table = POWERSHELL_TABLE.replace("HEX", NAPTR);
    let sites = [
        (Format::MasterFile, zone(Format::MasterFile, MASTER_FILE)),
        (Format::WindowsDns, zone(Format::WindowsDns, WINDOWS_DNS)),
        (Format::DnscmdPrint, zone(Format::DnscmdPrint, DNSCMD_PRINT)),
        (Format::DnsManagerList, lists),
        (
            Format::PowerShellTable,
            zone(Format::PowerShellTable, &table),
        ),
        (
            Format::PowerShellJson,
            zone(Format::PowerShellJson, &powershell_json()),
        ),
        (Format::Dnsmasq, zone(Format::Dnsmasq, DNSMASQ)),
    ];
    assert_eq!(sites.each_ref().map(|(format, _)| *format), Format::ALL);
    for (format, zones) in sites {
        let is_hexadecimal = matches!(format, Format::PowerShellTable | Format::PowerShellJson);
        let service = if is_hexadecimal {
            "5349502D443255"
        } else {
            "SIP-D2U"
        };
        let expected = [
            ("naptr-service-unknown", service),
            ("srv-equal-priority", "1"),
            ("srv-target-missing-address", "sip3"),
        ];
        let expected = expected.map(|(rule, text)| (rule.to_owned(), text.to_owned()));
        assert_eq!(findings(zones), expected, "{format:?}");
    }
}

#[test]
fn a_list_without_its_folder_is_not_judged() {
    let list = DNS_MANAGER_LIST.to_owned();
    let zones = vec![("zone", "eslab.local.", Format::DnsManagerList, list)];
    let rules: Vec<_> = findings(zones).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["naptr-service-unknown"]);
}

#[test]
fn only_what_servers_load_is_edited() {
    let broken = "srv-host=_sip._udp,a\nsrv-host=_sip._udp,b\nhost-record=a.eslab.local,10.0.0.1\n";
    for (format, text, is_edited) in [
        (Format::MasterFile, MASTER_FILE.to_owned(), true),
        (Format::WindowsDns, WINDOWS_DNS.to_owned(), true),
        (Format::DnscmdPrint, DNSCMD_PRINT.to_owned(), false),
        (
            Format::PowerShellTable,
            POWERSHELL_TABLE.replace("HEX", NAPTR),
            false,
        ),
        (Format::PowerShellJson, powershell_json(), false),
        (Format::Dnsmasq, format!("{DNSMASQ}{broken}"), false),
    ] {
        let mut texts = Texts::default();
        texts.formats.insert("zone".to_owned(), format);
        texts
            .zones
            .push(("zone".to_owned(), "eslab.local.".to_owned(), text));
        let (_, findings) = texts.check();
        let fixes: Vec<_> = findings.iter().filter_map(|f| f.fix.as_ref()).collect();
        assert!(!fixes.is_empty(), "{format:?}");
        let has_edits = fixes.iter().any(|fix| !fix.edits.is_empty());
        assert_eq!(has_edits, is_edited, "{format:?}");
    }
}
