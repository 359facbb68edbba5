//! What is read: files by name and in folders, of which kind, and what makes up a zone.

use serde_json::Value;

use crate::program::folder;
use crate::{ZONE, run, run_with};

#[test]
fn what_cannot_be_read_is_2_and_the_rest_is_still_reported() {
    let folder = folder(&[("a.zone", ZONE), ("notes.txt", "Call the customer.\n")]);
    let outcome = run(folder.path(), "missing.zone notes.txt a.zone --format json");
    assert_eq!(outcome.status, 2);
    let json = outcome.json();
    assert_eq!(json["summary"]["exit_code"], 2);
    assert_eq!(json["inputs"][0]["path"], "a.zone");
    assert_eq!(json["setups"][0]["verdict"], "registers");
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(2));
    for says in [
        "cannot read `missing.zone`: no such file",
        "`notes.txt` is of no known kind",
        "no master-file: 0 of its first 1 lines can be DNS records",
        "no phone-config: it is no XML",
        "--input master-file=notes.txt",
    ] {
        assert!(outcome.stderr.contains(says), "{says}: {}", outcome.stderr);
    }
}

#[test]
fn a_file_of_no_known_kind_in_a_folder_is_listed_and_not_fatal() {
    let folder = folder(&[
        ("zones/a.zone", ZONE),
        (
            "zones/README.md",
            "# Zones\n\nThe SOA record (see below) is by hand.\n",
        ),
        ("zones/.hidden", ZONE),
    ]);
    let outcome = run(folder.path(), "zones --format json");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let json = outcome.json();
    let inputs: Vec<_> = json["inputs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|input| format!("{} {}", input["path"], input["kind"]).replace('"', ""))
        .collect();
    assert_eq!(
        inputs,
        ["zones/README.md unknown", "zones/a.zone master-file"]
    );
    let outcome = run(folder.path(), "zones");
    let says = "not checked: 1 file (zones/README.md)";
    assert!(outcome.stdout.contains(says), "{}", outcome.stdout);
}

#[test]
fn each_export_of_a_text_is_an_input_of_its_own_kind() {
    let text = "PS C:\\> Get-DnsServerResourceRecord -ZoneName x.example\n\n\
                HostName RecordType RecordData\n-------- ---------- ----------\n\
                a        A          192.0.2.1\n\nPS C:\\> dnscmd /ZonePrint y.example\n;\n\
                ;  Zone:    y.example\n;  Server:  dc1\n;\na 3600 A 192.0.2.2\n\
                ;  Finished zone: 1 nodes and 1 records in 0 seconds\nPS C:\\>\n";
    let folder = folder(&[("t.txt", text)]);
    let json = run(folder.path(), "t.txt --format json").json();
    let inputs = json["inputs"].as_array().expect("a list").iter();
    let inputs = inputs.map(|input| format!("{} {}", input["kind"], input["zone"]));
    assert_eq!(
        inputs
            .map(|input| input.replace('"', ""))
            .collect::<Vec<_>>(),
        ["powershell-table x.example.", "dnscmd-print y.example."]
    );
}

#[test]
fn a_handset_log_is_read_where_it_is_named_and_listed_where_it_is_met() {
    let log = "1028171642|sip  |*|00|Sip Register Usr:1 Dsp:1 Auth:'1' Inx:0\n";
    let folder = folder(&[("in/handset.log", log), ("in/a.zone", ZONE)]);
    for (words, is_read) in [
        ("in --format json", false),
        ("in/handset.log in/a.zone --format json", true),
        ("log in/handset.log in/a.zone --format json", true),
    ] {
        let outcome = run(folder.path(), words);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        let json = outcome.json();
        let inputs = json["inputs"].as_array().expect("a list");
        let log = inputs.iter().find(|one| one["path"] == "in/handset.log");
        assert_eq!(log.expect("it is listed")["kind"], "phone-log");
        let not_checked = json["not_checked"].as_array().expect("a list");
        let what = "1 handset log (in/handset.log)";
        let log = not_checked.iter().find(|one| one["what"] == what);
        let why = log.map(|log| log["why"].as_str().expect("a text"));
        let told = "`sipdns-lint log FILE` explains what a handset wrote";
        assert_eq!(why, (!is_read).then_some(told), "{words}");
        let lines = &json["logs"][0]["lines"]["known"];
        assert_eq!(lines.as_u64(), is_read.then_some(1), "{words}");
    }
}

#[test]
fn a_declared_kind_counts() {
    let folder = folder(&[("list", "what is this\n")]);
    assert_eq!(run(folder.path(), "list").status, 2);
    let outcome = run(folder.path(), "--input master-file=list --format json");
    assert_ne!(outcome.status, 2, "{}", outcome.stderr);
    assert_eq!(outcome.json()["inputs"][0]["kind"], "master-file");
}

#[test]
fn included_files_are_parts_of_their_zone() {
    // Beside the zone, below the folder a server works in, and as that server's disk has it.
    for (zone, written, part) in [
        ("a.zone", "parts/more.zone", "parts/more.zone"),
        (
            "named/zones/a.zone",
            "zones/more.zone",
            "named/zones/more.zone",
        ),
        (
            "named/zones/a.zone",
            "/etc/bind/zones/more.zone",
            "named/zones/more.zone",
        ),
    ] {
        let folder = folder(&[
            (zone, &format!("{ZONE}$INCLUDE {written}\n")),
            (part, "piper3 A 10.225.2.33\n"),
        ]);
        let json = run(folder.path(), ". --format json").json();
        let inputs = json["inputs"].as_array().expect("a list");
        let of_part = inputs.iter().find(|input| input["path"] == part);
        assert_eq!(of_part.expect("it is listed")["kind"], "zone-fragment");
        let of_zone = inputs.iter().find(|input| input["path"] == zone);
        assert_eq!(of_zone.expect("it is listed")["records"], 8, "{written}");
        assert_eq!(inputs.len(), 2, "{written}");
    }
}

#[test]
fn a_part_of_a_zone_that_nothing_includes_is_listed_and_no_zone() {
    let zone = format!("{ZONE}$INCLUDE parts/host.inc\n$INCLUDE parts/more\n");
    let part = "piper3 A 10.225.2.33\n";
    let folder = folder(&[
        ("zones/a.zone", &zone),
        ("zones/parts/hosts.inc", part),
        ("zones/parts/more", part),
        ("zones/parts/unused", part),
        ("lost/mroe", part),
        // It lies beside a zone, and may be one that lacks its beginning.
        ("zones/b", part),
    ]);
    let json = run(folder.path(), ". --format json").json();
    let inputs = json["inputs"].as_array().expect("a list").iter();
    let kinds: Vec<_> = inputs
        .map(|input| format!("{} {}", input["path"], input["kind"]).replace('"', ""))
        .collect();
    assert_eq!(
        kinds,
        [
            "lost/mroe master-file",
            "zones/a.zone master-file",
            "zones/b master-file",
            "zones/parts/hosts.inc loose-fragment",
            "zones/parts/more zone-fragment",
            "zones/parts/unused loose-fragment",
        ]
    );
    let not_checked = json["not_checked"].as_array().expect("a list");
    let what = "2 zone fragments (zones/parts/hosts.inc, zones/parts/unused)";
    assert!(not_checked.iter().any(|one| one["what"] == what), "{json}");
    let findings = json["findings"].as_array().expect("a list");
    let include = |finding: &&Value| finding["rule"] == "zone-include-unreadable";
    let include = findings.iter().find(include).expect("it is reported");
    let help = "did you mean `zones/parts/hosts.inc`? Nothing includes it";
    assert_eq!(include["help"], help);
    // Alone, nobody knows what it is.
    let alone = run(folder.path(), "zones/parts/hosts.inc --format json").json();
    assert_eq!(alone["findings"][0]["rule"], "zone-soa-missing");
}

#[test]
fn templates_and_documents_are_read_where_they_are_named() {
    let handset = |address: &str| format!("<x voIpProt.server.1.address=\"{address}\"/>\n");
    let folder = folder(&[
        ("zones/a.zone", ZONE),
        (
            "docs/phones.md",
            &format!("# Handsets\n\n```\n{}```\n", handset("eslab.local")),
        ),
        ("templates/site.cfg", &handset("{{ address }}")),
        ("prov/site.cfg.j2", &handset("{{ address }}")),
        ("prov/other.cfg.j2", &handset("{{ address }}")),
        (
            "prov/000000000000.cfg",
            "<APPLICATION CONFIG_FILES=\"other.cfg.j2\"/>\n",
        ),
    ]);
    let of = |words: &str| -> Vec<String> {
        let json = run(folder.path(), &format!("{words} --format json")).json();
        let findings = json["findings"].as_array().expect("a list").iter();
        let templates = findings.filter(|one| one["rule"] == "phone-template-unrendered");
        let paths = templates.map(|one| one["location"]["path"].as_str().map(str::to_owned));
        paths.flatten().collect()
    };
    assert_eq!(of("."), ["prov/other.cfg.j2"]);
    assert_eq!(of("templates"), ["templates/site.cfg"]);
    assert_eq!(of("prov/site.cfg.j2"), ["prov/site.cfg.j2"]);
}

#[test]
fn of_files_that_include_each_other_one_is_the_zone() {
    for (zone, part) in [("a.zone", "b.zone"), ("z.zone", "b.zone")] {
        let folder = folder(&[
            (zone, &format!("{ZONE}$INCLUDE {part}\n")),
            (part, &format!("piper3 A 10.225.2.33\n$INCLUDE {zone}\n")),
        ]);
        let json = run(folder.path(), ". --format json").json();
        let inputs = json["inputs"].as_array().expect("a list");
        let kind = |path| {
            &inputs
                .iter()
                .find(|input| input["path"] == path)
                .expect("listed")["kind"]
        };
        assert_eq!(
            (kind(zone), kind(part)),
            (&"master-file".into(), &"zone-fragment".into())
        );
        let findings = json["findings"].as_array().expect("a list");
        let mut rules = findings.iter().map(|finding| &finding["rule"]);
        assert!(
            rules.any(|rule| rule == "zone-include-unreadable"),
            "{zone}"
        );
    }
}

#[test]
fn the_settings_of_bind_tell_which_zones_files_are() {
    let settings = r#"
        zone "eslab.local" { type master; file "/etc/bind/zones/voice"; };
        zone "2.225.10.in-addr.arpa" IN { type master; file "zones/back"; };
        zone "a.example" { type master; file "zones/empty"; };
        zone "b.example" { type master; file "zones/empty"; };
    "#;
    let soa = "$TTL 3600\n@ SOA ns.eslab.local. h.eslab.local. 1 900 600 86400 900\n";
    let folder = folder(&[
        ("bind/named.conf", settings),
        ("bind/zones/voice", ZONE),
        ("bind/zones/back", &format!("{soa}31 PTR piper\n")),
        ("bind/zones/empty", soa),
    ]);
    let json = run(folder.path(), "bind --format json").json();
    let inputs = json["inputs"].as_array().expect("a list");
    let told: Vec<_> = inputs
        .iter()
        .map(|input| format!("{} {} {}", input["path"], input["kind"], input["zone"]))
        .map(|input| input.replace('"', ""))
        .collect();
    assert_eq!(
        told,
        [
            "bind/named.conf named-conf null",
            "bind/zones/back master-file 2.225.10.in-addr.arpa.",
            // It is both.
            "bind/zones/empty master-file a.example.",
            "bind/zones/empty master-file b.example.",
            "bind/zones/voice master-file eslab.local.",
        ]
    );
}

#[test]
fn settings_without_their_zones_are_nothing_to_check() {
    let settings = r#"zone "eslab.local" { type master; file "db"; };"#;
    let folder = folder(&[("bind/named.conf", settings)]);
    for words in ["bind", "bind/named.conf"] {
        let outcome = run(folder.path(), words);
        assert_eq!(outcome.status, 2, "{words}");
        assert!(
            outcome.stderr.contains("nothing to check"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn names_below_a_zone_that_nothing_names_are_one_fault() {
    let zone = "$TTL 3600
@ SOA ns1 hostmaster 1 900 600 86400 900
@ NS ns1
ns1 A 10.225.2.5
pbx NAPTR 10 100 \"s\" \"SIP+D2U\" \"\" _sip._udp
_sip._udp SRV 0 10 5060 sip1
sip1 A 10.225.2.31
";
    let folder = folder(&[("zone of voice.txt", zone)]);
    let json = run(folder.path(), ". --format json").json();
    let findings = json["findings"].as_array().expect("a list");
    let errors = findings.iter().filter(|it| it["severity"] == "error");
    let rules: Vec<_> = errors.map(|it| &it["rule"]).collect();
    assert_eq!(rules, ["zone-syntax"]);
}

#[test]
fn a_zone_that_nothing_names_lacks_nothing() {
    let zone = "$TTL 3600
@ SOA ns1.eslab.local. hostmaster.eslab.local. 1 900 600 86400 3600
@ NS ns1.eslab.local.
ns1 A 10.225.2.5
_sip._udp SRV 0 10 5060 sip1.voice.example.
_sip._udp SRV 1 10 5060 sip2.voice.example.
sip1 A 10.225.2.31
sip2 A 10.225.2.32
";
    let list = "Name,Type,Data
_sip,Service Location (SRV),[0][10][5060]  sip1.eslab.local.
_sip,Service Location (SRV),[1][10][5060]  sip2.eslab.local.
";
    // Without an SOA record and with its name servers, as PowerShell and DNS Manager show it.
    let whole_list = "Name,Type,Data
(same as parent folder),Name Server (NS),ns1.eslab.local.
pbx,Host (A),10.225.2.31
";
    for (name, text) in [
        ("zone of voice.txt", zone),
        ("_udp.csv", list),
        ("dns.csv", whole_list),
    ] {
        let folder = folder(&[(name, text)]);
        let json = run(folder.path(), ". --address eslab.local --format json").json();
        let findings = json["findings"].as_array().expect("a list");
        let rules = findings.iter().map(|it| it["rule"].as_str());
        let rules: Vec<_> = rules
            .flatten()
            .filter(|rule| !matches!(*rule, "domain-dot-local" | "srv-target-unverified"))
            .collect();
        assert_eq!(rules, ["zone-syntax"], "{name}");
        assert_eq!(json["setups"][0]["verdict"], "undetermined", "{name}");
    }
}

#[test]
fn a_run_that_checked_nothing_says_so() {
    let log = "|dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'testserver.eslab.local' attempting..\n";
    let folder = folder(&[
        ("empty/README", "hello"),
        ("logs/00907a0a0001-app.log", log),
        ("some/a.zone", ZONE),
        ("00907a0a0001-app.log", log),
    ]);
    for (words, is_nothing, status) in [
        ("empty", true, 2),
        ("logs", true, 2),
        ("empty --address eslab.local", false, 0),
        ("some", false, 0),
        ("00907a0a0001-app.log", false, 0),
    ] {
        let outcome = run(folder.path(), &format!("{words} --format json"));
        assert_eq!(outcome.status, status, "{words}: {}", outcome.stderr);
        let json = outcome.json();
        let checked = json["checked"].as_array().expect("a list");
        let first = checked.first().and_then(|first| first.as_str());
        let says_so = first.is_some_and(|first| first.starts_with("nothing: "));
        assert_eq!(says_so, is_nothing, "{words}");
    }
}

#[test]
fn what_servers_write_beside_zones_is_passed_over() {
    let key = "eslab.local. IN DNSKEY 257 3 8 AwEAAQ==\n";
    let folder = folder(&[
        (
            "a.zone",
            &format!("{ZONE}$INCLUDE Keslab.local.+008+1.key\n"),
        ),
        ("Keslab.local.+008+1.key", key),
        ("Keslab.local.+008+2.key", key),
        ("dsset-eslab.local", "eslab.local. IN DS 1 8 2 2BB183AF\n"),
        (
            "managed-keys.bind",
            "$ORIGIN .\n@ IN SOA . . 1 0 0 0 0\n KEYDATA 2024 2024 1970 257 3 8 AwEAAQ==\n",
        ),
    ]);
    let json = run(folder.path(), ". --format json").json();
    let inputs = json["inputs"].as_array().expect("a list");
    let told: Vec<_> = inputs
        .iter()
        .map(|input| format!("{} {}", input["path"], input["kind"]).replace('"', ""))
        .collect();
    assert_eq!(
        told,
        [
            "Keslab.local.+008+1.key zone-fragment",
            "Keslab.local.+008+2.key unknown",
            "a.zone master-file",
            "dsset-eslab.local unknown",
            "managed-keys.bind unknown",
        ]
    );
    let outcome = run(folder.path(), "managed-keys.bind");
    assert_eq!(outcome.status, 2);
    let said = "it holds the trust anchors that BIND keeps up to date, and no zone";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[test]
fn a_missing_soa_belongs_before_the_records_of_the_file_itself() {
    let folder = folder(&[
        (
            "eslab.local.zone",
            "$TTL 3600\n$INCLUDE hosts.part\n@ NS ns1\n",
        ),
        ("hosts.part", "ns1 A 10.225.2.5\n"),
    ]);
    let words = ". --format json --only zone-soa-missing";
    let json = run(folder.path(), words).json();
    let at = &json["findings"][0]["location"];
    assert_eq!(
        (&at["path"], &at["line"]),
        (&"eslab.local.zone".into(), &3.into())
    );
}

#[test]
fn two_exports_of_a_zone_in_one_file_are_simulated_each_by_itself() {
    let export = |servers: &str| {
        format!(
            ";  Database file eslab.local.dns for eslab.local zone.\r\n\
             @ IN SOA dc1.eslab.local. h.eslab.local. 7 900 600 86400 900\r\n{servers}"
        )
    };
    let whole = "_sip._udp SRV\t1 10 5060\tpiper.eslab.local.\r\npiper A\t10.225.2.31\r\n";
    let file = export(whole) + &export("_sip._udp SRV\t1 10 5060\tpiper.eslab.local.\r\n");
    let folder = folder(&[("both.dns", &file)]);
    let json = run(folder.path(), "both.dns --format json").json();
    let inputs = json["inputs"].as_array().expect("a list");
    let told: Vec<_> = inputs
        .iter()
        .map(|input| input["records"].to_string())
        .collect();
    assert_eq!(told, ["3", "2"]);
    assert!(inputs.iter().all(|input| input["kind"] == "windows-dns"));
    let setups = json["setups"].as_array().expect("a list");
    let told: Vec<_> = setups
        .iter()
        .map(|setup| format!("{} {}", setup["view"], setup["verdict"]).replace('"', ""))
        .collect();
    assert_eq!(
        told,
        ["both.dns (export 1) registers", "both.dns (export 2) fails"]
    );
}

#[test]
fn parts_of_a_zone_in_one_folder_make_up_one_view() {
    let printed = |node: &str, records: &str| {
        format!(
            "C:\\>dnscmd /EnumRecords eslab.local {node}\r\nReturned records:\r\n{records}\r\n\
             Command completed successfully.\r\n"
        )
    };
    let naptr = " 3600 NAPTR\t10 10 \"s\" \"SIP+D2U\" \"\" _sip._udp.eslab.local.\r\n";
    let root = format!("@{naptr}piper 3600 A\t10.225.2.31\r\n");
    let root = printed("@", &root);
    let udp = printed("_udp", "_sip 3600 SRV\t1 10 5060 piper.eslab.local.\r\n");
    let views = |files: &[(&str, &str)]| {
        let folder = folder(files);
        let json = run(folder.path(), ". --format json").json();
        let setups = json["setups"].as_array().expect("a list");
        let told = setups
            .iter()
            .map(|setup| format!("{} {}", setup["view"], setup["verdict"]).replace('"', ""));
        told.collect::<Vec<_>>()
    };
    let both = format!("{root}\r\n{udp}");
    assert_eq!(views(&[("both.txt", &both)]), ["null registers"]);
    assert_eq!(
        views(&[("root.txt", &root), ("udp.txt", &udp)]),
        ["null registers"]
    );
    // The same asked twice, and the copies in another folder, are views of their own.
    assert_eq!(
        views(&[("a.txt", &root), ("b.txt", &udp), ("c.txt", &root)]),
        ["a.txt registers", "c.txt undetermined"]
    );
    assert_eq!(
        views(&[("new/both.txt", &both), ("old/root.txt", &root)]),
        ["new/both.txt registers", "old/root.txt undetermined"]
    );
}

#[test]
fn the_list_of_a_folder_is_named_by_the_zones_list_beside_it() {
    let zone = "Name\tType\tData\n_udp\t\t\n\
        (same as parent folder)\tStart of Authority (SOA)\t[7], ns1.eslab.local., h.eslab.local.\n\
        (same as parent folder)\tName Server (NS)\tns1.eslab.local.\nns1\tHost (A)\t10.225.2.5\n";
    let udp = "Name\tType\tData\n_sip\tService Location (SRV)\t[1][10][5060]  a.eslab.local.\n";
    let named = |files: &[(&str, &str)]| {
        let folder = folder(files);
        let json = run(folder.path(), ". --format json").json();
        let mut inputs = json["inputs"].as_array().expect("a list").iter();
        let list = inputs.find(|input| input["path"] == files[0].0);
        list.expect("it is listed")["zone"].clone()
    };
    let main = ("z/eslab.local.txt", zone);
    for (file, expected) in [
        ("z/_udp.txt", "_udp.eslab.local."),
        ("z/eslab.local_udp.txt", "_udp.eslab.local."),
        ("z/eslab.local _UDP.txt", "_udp.eslab.local."),
        ("z/eslab.local._udp.txt", "_udp.eslab.local."),
        ("z/eslab.local/_udp.txt", "_udp.eslab.local."),
        ("z/sub/_udp.txt", "."),
        ("zz/_udp.txt", "."),
        ("z/example.com_udp.txt", "example.com_udp."),
        ("z/_tcp.txt", "."),
    ] {
        assert_eq!(named(&[(file, udp), main]), expected, "{file}");
    }
    // Nothing says which of two it is.
    let other = zone.replace("eslab", "other");
    let other = ("z/other.local.txt", other.as_str());
    assert_eq!(named(&[("z/_udp.txt", udp), main, other]), ".");
}

#[test]
fn a_set_of_zones_is_named_after_one_with_hosts() {
    let reverse = "$TTL 3600\n@ SOA ns1.eslab.local. h 1 900 600 86400 900\n@ NS ns1.eslab.local.\n\
        31 PTR piper.eslab.local.\n32 PTR piper2.eslab.local.\n5 PTR ns1.eslab.local.\n";
    let folder = folder(&[
        ("a/eslab.local.zone", ZONE),
        ("a/2.225.10.in-addr.arpa.zone", reverse),
        ("b/eslab.local.zone", ZONE),
        ("b/2.225.10.in-addr.arpa.zone", reverse),
    ]);
    let json = run(folder.path(), ". --format json").json();
    let setups = json["setups"].as_array().expect("set-ups");
    let views: Vec<_> = setups.iter().map(|setup| setup["view"].as_str()).collect();
    assert_eq!(
        views,
        [Some("a/eslab.local.zone"), Some("b/eslab.local.zone")]
    );
}

#[test]
fn root_hints_are_neither_zone_nor_view() {
    let hints = ";\r\n;  Root Name Server Hints File:\r\n;\r\n\
                 @                       NS\ta.root-servers.net.\r\n\
                 a.root-servers.net      A\t198.41.0.4\r\n";
    let files = [
        ("dns/eslab.local.zone", ZONE),
        ("dns/CACHE.DNS", hints),
        ("dns/backup/cache.dns", hints),
    ];
    let json = run(folder(&files).path(), "dns --format json").json();
    assert_eq!(json["setups"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["setups"][0]["view"], Value::Null);
    assert_eq!(json["inputs"][0]["zone"], ".");
    assert_eq!(json["inputs"][0]["records"], 2);
}

#[test]
fn standard_input_is_an_input() {
    let folder = folder(&[]);
    let json = run_with(folder.path(), "- --format json", ZONE).json();
    assert_eq!(json["inputs"][0]["path"], "<stdin>");
    let words = "- --stdin-filename zones/x.zone --format json";
    let json = run_with(folder.path(), words, ZONE).json();
    assert_eq!(json["inputs"][0]["path"], "zones/x.zone");
    let outcome = run_with(folder.path(), "- --stdin-filename a.txt", "no zone at all");
    assert_eq!(outcome.status, 2);
    let help = "--input master-file=-\n";
    assert!(outcome.stderr.contains(help), "{}", outcome.stderr);
}

#[test]
fn one_file_named_in_several_ways_is_read_once() {
    let folder = folder(&[("zones/a.zone", ZONE)]);
    let words = "zones ./zones/a.zone zones/../zones/a.zone --format json";
    let json = run(folder.path(), words).json();
    assert_eq!(json["inputs"].as_array().map(Vec::len), Some(1));
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let folder = folder(&[("secret.zone", ZONE), ("given/b.zone", "$ORIGIN b.\n")]);
    let link = folder.path().join("given/link.zone");
    std::os::unix::fs::symlink("../secret.zone", &link).expect("a link");
    let json = run(folder.path(), "given --format json").json();
    let inputs = json["inputs"].as_array().expect("a list");
    assert!(
        inputs.iter().all(|input| input["path"] == "given/b.zone"),
        "{inputs:?}"
    );
    // Whoever names it means it.
    let json = run(folder.path(), "given/link.zone --format json").json();
    assert_eq!(json["inputs"][0]["zone"], "eslab.local.");
}

#[test]
fn a_folder_is_no_log_and_no_input_of_one_kind() {
    let folder = folder(&[("zones/a.zone", ZONE)]);
    for words in ["log zones", "--input master-file=zones"] {
        let outcome = run(folder.path(), words);
        assert_eq!(outcome.status, 2, "{words}");
        let says = "it is a folder; name a file in it";
        assert!(outcome.stderr.contains(says), "{words}: {}", outcome.stderr);
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_passed_over_in_a_folder_and_refused_by_name() {
    let folder = folder(&[("zones/a.zone", ZONE)]);
    let path = |name: &str| folder.path().join("zones").join(name);
    let made = std::process::Command::new("mkfifo")
        .arg(path("pipe.zone"))
        .status();
    assert!(made.expect("mkfifo is part of POSIX").success());
    std::os::unix::fs::symlink("/dev/zero", path("zero.zone")).expect("a link");
    let _socket = std::os::unix::net::UnixListener::bind(path("socket.zone")).expect("a socket");

    let outcome = run(folder.path(), "zones --format json");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let inputs = outcome.json()["inputs"].to_string();
    assert!(inputs.contains("zones/a.zone"), "{inputs}");
    assert!(
        !inputs.contains("pipe") && !inputs.contains("zero"),
        "{inputs}"
    );

    for words in [
        "zones/pipe.zone",
        "zones/zero.zone",
        "zones/socket.zone",
        "/dev/zero",
        "--input master-file=zones/pipe.zone",
    ] {
        let outcome = run(folder.path(), words);
        assert_eq!(outcome.status, 2, "{words}");
        let says = "it is no regular file";
        assert!(outcome.stderr.contains(says), "{words}: {}", outcome.stderr);
    }
}
