//! Provisioning folders from the outside: what a handset reads, what is shared, odd folders,
//! and the folder that the benchmark measures with.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

#[path = "provisioning/alike.rs"]
mod alike;
#[path = "../benches/provisioning/generate.rs"]
#[allow(dead_code, reason = "the benchmark uses all of it")]
mod generate;
#[path = "support/program.rs"]
mod program;

use program::{Outcome, folder, outcome, program};

const ZONE: &str = "$TTL 3600\n@ SOA ns1 hostmaster 1 900 600 86400 900\n@ NS ns1\n\
                    ns1 A 10.225.2.5\nsip1 A 10.225.2.31\nsip2 A 10.225.2.32\n\
                    _sip._udp SRV 0 10 5060 sip1\n_sip._udp SRV 1 10 5060 sip2\n";

fn run(folder: &Path, arguments: &[&str]) -> Outcome {
    outcome(program(folder).args(arguments))
}

fn text(folder: &Path, arguments: &[&str]) -> String {
    run(folder, arguments).stdout
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [&["--format", "json"], arguments].concat();
    run(folder, &arguments).json()
}

/// `rule path severity handsets` of each finding of these rules.
fn found(report: &Value, rules: &[&str]) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a list").iter();
    findings
        .filter(|finding| rules.contains(&finding["rule"].as_str().expect("a word")))
        .map(|finding| {
            let word = |value: &Value| value.as_str().expect("a word").to_owned();
            format!(
                "{} {} {} {}",
                word(&finding["rule"]),
                word(&finding["location"]["path"]),
                word(&finding["severity"]),
                finding["handset_count"]
            )
        })
        .collect()
}

/// `address: MACs` of each set-up.
fn setups(report: &Value) -> Vec<String> {
    let setups = report["setups"].as_array().expect("a list").iter();
    setups
        .map(|setup| {
            let handsets = setup["handsets"].as_array().expect("a list").iter();
            let handsets: Vec<_> = handsets.map(|mac| mac.as_str().expect("a MAC")).collect();
            let address = setup["address"].as_str().expect("a name");
            format!("{address}: {}", handsets.join(" "))
        })
        .collect()
}

const MASTER: &str = r#"<APPLICATION CONFIG_FILES="[PHONE_MAC_ADDRESS]-reg.cfg, site.cfg"/>"#;
const REG: &str = r#"<reg reg.1.address="1512" reg.1.auth.password="hunter2"/>"#;
const SITE: &str = "<site\n  voIpProt.server.1.address=\"eslab.local\"\n  \
                    voIpProt.server.1.transport=\"DNSNaptr\"/>";

#[test]
fn handsets_are_set_ups_and_a_shared_defect_counts_them() {
    let prov = folder(&[
        ("prov/000000000000.cfg", MASTER),
        ("prov/00907A0A0001-reg.cfg", REG),
        ("prov/00907a0a0002-reg.cfg", REG),
        ("prov/site.cfg", SITE),
        (
            "prov/unread.cfg",
            r#"<a voIpProt.server.1.transport="bogus"/>"#,
        ),
        ("eslab.local.zone", ZONE),
    ]);
    let report = json(prov.path(), &["."]);
    assert_eq!(setups(&report), ["eslab.local: 00907a0a0001 00907a0a0002"]);
    assert_eq!(
        found(
            &report,
            &["phone-transport-spelling", "phone-transport-invalid"]
        ),
        [
            "phone-transport-spelling prov/site.cfg warning 2",
            "phone-transport-invalid prov/unread.cfg note 0",
        ]
    );
    let shown = text(prov.path(), &["."]);
    assert!(
        shown.contains("touches 2 handsets: 00907a0a0001, 00907a0a0002"),
        "{shown}"
    );
    assert!(
        shown.contains("not checked: 1 configuration (prov/unread.cfg)"),
        "{shown}"
    );
}

#[test]
fn a_trace_of_one_handset_shows_where_each_value_comes_from_and_what_it_beat() {
    let prov = folder(&[
        ("000000000000.cfg", MASTER),
        ("00907a0a0001-reg.cfg", REG),
        (
            "00907a0a0001-web.cfg",
            r#"<PHONE_CONFIG><WEB voIpProt.server.1.transport="TLS"/></PHONE_CONFIG>"#,
        ),
        ("00907a0a0002-reg.cfg", REG),
        ("site.cfg", SITE),
    ]);
    let shown = text(
        prov.path(),
        &["trace", "--handset-mac", "00:90:7A:0a:00:01", "."],
    );
    let expected = "  voIpProt.server.1.transport = \"TLS\"  00907a0a0001-web.cfg:1\n    \
                    beats \"DNSNaptr\"  site.cfg:3\n";
    assert!(shown.contains(expected), "{shown}");
    assert!(
        !shown.contains("hunter2") && shown.contains("*******"),
        "{shown}"
    );
    assert!(!shown.contains("00907a0a0002"), "{shown}");
    let report = json(prov.path(), &["--handset-mac", "00907a0a0001", "."]);
    let roles: Vec<_> = report["reading"][0]["files"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|file| file["role"].as_str().expect("a word"))
        .collect();
    assert_eq!(roles, ["web-override", "master", "listed", "listed"]);
    let nobody = run(prov.path(), &["--handset-mac", "00907a0a0001", "site.cfg"]);
    assert_eq!(nobody.status, 2);
}

#[test]
fn a_named_master_file_brings_its_files_in_and_none_from_outside() {
    let place = folder(&[
        (
            "prov/00907a0a0001.cfg",
            r#"<A CONFIG_FILES="site.cfg, ../secret.cfg, /etc/passwd"/>"#,
        ),
        ("prov/site.cfg", SITE),
        (
            "secret.cfg",
            r#"<a voIpProt.server.2.address="secret.local"/>"#,
        ),
    ]);
    let report = json(place.path(), &["prov/00907a0a0001.cfg"]);
    assert_eq!(setups(&report), ["eslab.local: 00907a0a0001"]);
    assert_eq!(
        found(&report, &["provisioning-path-outside"]),
        ["provisioning-path-outside prov/00907a0a0001.cfg error 1"; 2]
    );
    assert!(!report.to_string().contains("secret.local"));
}

/// Passwords of lines, in user parts of addresses and URLs, and beside what is repaired.
const SECRETS: &str = r#"<a voIpProt.server.1.address="user:hunter2@eslab.local"
  reg.1.auth.password="hunter2" voIpProt.server.1.transport="DNSNaptr" device.auth.localAdminPassword="hunter2"
  CONFIG_FILES="ftp://user:hunter2@10.0.0.1/a.cfg, site.cfg"
  voIpProt.server.2.address="sip:user:hunter2@eslab.local" reg.1.server.1.adress="x:hunter2@y"/>"#;

#[test]
fn passwords_are_in_no_output() {
    use clap::ValueEnum;
    use sipdns_lint::report::Format;

    let broken = SECRETS.replace("/>", "");
    let shadowed = r#"<a reg.1.auth.password="hunter2" voIpProt.server.1.expires="1"/>"#;
    let place = folder(&[
        ("prov/00907a0a0001.cfg", SECRETS),
        ("prov/00907a0a0001-web.cfg", shadowed),
        ("prov/00907a0a0002.cfg", &broken),
        ("prov/eslab.local.zone", ZONE),
        ("old/00907a0a0001.cfg", shadowed),
        ("old/eslab.local.zone", ZONE),
    ]);
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["fix", "--diff", "prov"],
        vec!["fix", "prov"],
        vec!["fix", "--undo", "prov"],
        vec!["trace", "--as-log", "prov"],
        vec![
            "--baseline",
            "known.jsonl",
            "--update-baseline",
            "--verbose",
            "prov",
        ],
    ];
    for how in ["bind", "powershell", "dnscmd", "clicks", "xml"] {
        runs.push(vec!["fix", "--as", how, "prov"]);
    }
    let formats: Vec<_> = Format::value_variants()
        .iter()
        .map(|format| format.to_possible_value().expect("each has a word"))
        .collect();
    for format in &formats {
        let format = format.get_name();
        for command in [
            &["--verbose", "prov"][..],
            &["--handset-mac", "00907a0a0001", "prov"],
            &["trace", "--handset-mac", "00907a0a0001", "prov"],
            &["failover", "prov"],
            &["diff", "old", "prov"],
        ] {
            runs.push([command, &["--format", format]].concat());
        }
    }
    for arguments in runs {
        let output = run(place.path(), &arguments);
        assert!(
            !output.stdout.is_empty() || !output.stderr.is_empty(),
            "{arguments:?} says something"
        );
        for stream in [&output.stdout, &output.stderr] {
            assert!(!stream.contains("hunter2"), "{arguments:?}: {stream}");
        }
    }
    let baseline = fs::read_to_string(place.path().join("known.jsonl")).expect("it was written");
    assert!(!baseline.contains("hunter2"), "{baseline}");
    assert!(text(place.path(), &["prov"]).contains("*******"));
}

#[test]
fn static_records_count_where_dns_is_silent() {
    let site = r#"<a voIpProt.server.1.address="eslab.local"
        dns.cache.SRV.1.name="_sip._udp.eslab.local" dns.cache.SRV.1.port="5070" dns.cache.SRV.1.target="sip9.eslab.local"
        dns.cache.A.1.name="sip9.eslab.local" dns.cache.A.1.address="10.225.2.39"
        dns.cache.A.2.name="sip1.eslab.local" dns.cache.A.2.address="10.225.2.99""#;
    let servers = |phone: &str, zone: &str| {
        let place = folder(&[("site.cfg", phone), ("eslab.local.zone", zone)]);
        let report = json(place.path(), &["."]);
        let servers = report["setups"][0]["servers"].as_array().expect("a list");
        let servers: Vec<_> = servers
            .iter()
            .map(|server| format!("{}:{}", server["address"], server["port"]))
            .collect();
        servers.join(" ").replace('"', "")
    };
    let with_dns = format!("{site}/>");
    // What DNS says wins, though the static records say other.
    assert_eq!(
        servers(&with_dns, ZONE),
        "10.225.2.31:5060 10.225.2.32:5060"
    );
    let (silent, _) = ZONE.split_once("_sip._udp").expect("an SRV set");
    assert_eq!(servers(&with_dns, silent), "10.225.2.39:5070");
    let without_server = format!(
        r#"{site} device.set="1" device.dns.serverAddress.set="1" device.dns.serverAddress="0.0.0.0"/>"#
    );
    assert_eq!(servers(&without_server, ZONE), "10.225.2.39:5070");
}

#[test]
fn a_generated_folder_is_few_set_ups_and_the_same_bytes_each_time() {
    let prov = TempDir::new().expect("a temporary folder");
    generate::folder(prov.path(), 3000).expect("a writable folder");
    let report = json(prov.path(), &["."]);
    let handsets: Vec<_> = report["setups"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|setup| setup["handsets"].as_array().expect("a list").len())
        .collect();
    assert_eq!(handsets.len(), 4, "three sites and the outliers");
    assert_eq!(handsets.iter().sum::<usize>(), 3000);
    assert!(
        handsets.contains(&(generate::OUTLIERS as usize)),
        "{handsets:?}"
    );
    let broken = found(&report, &["input-truncated", "phone-xml-malformed"]);
    assert_eq!(broken.len(), generate::BROKEN as usize, "{broken:?}");
    let outliers = found(&report, &["provisioning-outlier"]);
    assert_eq!(outliers.len(), 1, "{outliers:?}");
    let bytes = |threads| {
        run(
            prov.path(),
            &["--format", "json", "--threads", threads, "."],
        )
        .stdout
    };
    assert_eq!(bytes("1"), bytes("2"));
}

#[test]
fn an_empty_file_of_a_handset_is_a_finding_and_unrelated_files_are_none() {
    let prov = folder(&[
        (
            "000000000000.cfg",
            r#"<APPLICATION CONFIG_FILES="site.cfg, empty.cfg"/>"#,
        ),
        ("00907a0a0001.cfg", ""),
        ("00907a0a0002.cfg", "not XML at all"),
        // Telephones of other makers ask for files of such names too.
        (
            "001565aabbcc.cfg",
            "#!version:1.0.0.1\naccount.1.enable = 1\n",
        ),
        ("0c383eaabbcc.cfg", "\n<<VOIP CONFIG FILE>>Version:2.0002\n"),
        ("00085d0a0b0c.cfg", "sip proxy ip: eslab.local\n"),
        // Handsets of this maker are provisioned here.
        ("0004f20a0001.cfg", r#"<a reg.1.address="1512"/>"#),
        ("0004f20a0002.cfg", "cut"),
        ("empty.cfg", ""),
        ("site.cfg", SITE),
        ("notes.txt", "call the dentist"),
        (
            "log/00907a0a0001-app.log",
            "1028171642|sip  |4|00|Registration failed\n",
        ),
    ]);
    if cfg!(target_os = "linux") {
        // Elsewhere this is the same file.
        prov.write("Site.cfg", "<a/>");
    }
    for number in 0..2000 {
        fs::write(prov.path().join(format!("ring{number}.wav")), [0_u8; 64]).expect("a new file");
    }
    fs::write(
        prov.path().join("000b820a0b0c.cfg"),
        b"\x00\x00\x01\xd0\x124".repeat(20),
    )
    .expect("a new file");
    fs::write(prov.path().join("sip.ld"), vec![0x7f; 50 << 20]).expect("a new file");
    let report = json(prov.path(), &["."]);
    assert_ne!(report["summary"]["exit_code"], 2);
    assert_eq!(
        found(&report, &["phone-xml-malformed", "input-encoding-guessed"]),
        [
            "phone-xml-malformed 0004f20a0002.cfg error 1",
            "phone-xml-malformed 00907a0a0001.cfg error 1",
            "phone-xml-malformed 00907a0a0002.cfg error 1",
            "phone-xml-malformed empty.cfg error 0",
        ]
    );
    assert_eq!(setups(&report), ["eslab.local: "]);
    let shown = text(prov.path(), &["--verbose", "."]);
    assert!(
        shown.contains("passed over: ring1999.wav, unknown"),
        "--verbose lists every input"
    );
}

#[test]
fn an_empty_file_of_one_handset_is_found_by_its_name() {
    let prov = folder(&[
        ("000000000000.cfg", MASTER),
        ("00907a0a0001-reg.cfg", REG),
        ("00907a0a0002-reg.cfg", ""),
        ("00907a0a0003-ward.cfg", ""),
        ("site.cfg", SITE),
    ]);
    let report = json(prov.path(), &["."]);
    assert_eq!(
        found(&report, &["phone-xml-malformed"]),
        ["phone-xml-malformed 00907a0a0002-reg.cfg error 1"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_only_and_odd_names_are_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let place = folder(&[
        (
            "prov/000000000000.cfg",
            r#"<APPLICATION CONFIG_FILES="current/site.cfg, linked.cfg, out.cfg, outside/secret.cfg"/>"#,
        ),
        ("prov/v2/site.cfg", SITE),
        ("prov/real.cfg", r#"<a voIpProt.server.1.expires="600"/>"#),
        (
            "secret.cfg",
            r#"<a voIpProt.server.2.address="secret.local"/>"#,
        ),
    ]);
    let prov = place.path().join("prov");
    let link = |to: &str, name: &str| symlink(to, prov.join(name)).expect("a new link");
    link("v2", "current");
    link("real.cfg", "linked.cfg");
    link("../secret.cfg", "out.cfg");
    link("..", "outside");
    link(".", "loop");
    link("nowhere", "dangling.cfg");
    link("../secret.cfg", "00907a0a0009.cfg");
    let name = OsStr::from_bytes(b"m\xfcnchen.cfg");
    fs::write(prov.join(name), "<a voIpProt.server.1.port=\"0\"/>").expect("a new file");
    let report = json(place.path(), &["prov"]);
    assert_eq!(setups(&report), ["eslab.local: "]);
    assert!(!report.to_string().contains("secret.local"));
    assert_eq!(report["problems"].as_array().map(Vec::len), Some(0));
    let not_checked = report["not_checked"].to_string();
    assert!(
        not_checked.contains(r#"1 file (prov/dangling.cfg)","why":"cannot be read: no such file"#),
        "{not_checked}"
    );
    let outside = found(&report, &["provisioning-path-outside"]);
    assert_eq!(
        outside,
        [
            "provisioning-path-outside prov/000000000000.cfg error 0",
            "provisioning-path-outside prov/000000000000.cfg error 0",
            "provisioning-path-outside prov/00907a0a0009.cfg error 0",
            "provisioning-path-outside prov/out.cfg note 0",
            "provisioning-path-outside prov/outside note 0",
        ]
    );
    let inputs = report["inputs"].as_array().expect("a list").iter();
    let paths: Vec<_> = inputs
        .map(|input| input["path"].as_str().expect("a path"))
        .collect();
    assert!(
        paths.iter().any(|path| path.contains('\u{fffd}')),
        "{paths:?}"
    );
    let read = paths
        .iter()
        .filter(|path| path.ends_with("real.cfg") || path.ends_with("linked.cfg"));
    assert_eq!(read.count(), 1, "{paths:?}");
}

/// What a rule says, in order.
fn messages(report: &Value, rule: &str) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a list").iter();
    let of_rule = findings.filter(|finding| finding["rule"] == rule);
    let messages = of_rule.map(|finding| finding["message"].as_str().expect("a text"));
    messages.map(str::to_owned).collect()
}

#[test]
fn names_that_lead_to_no_file_say_why() {
    // More than handsets read of a list.
    let mut names: Vec<_> = (0..9)
        .map(|number| format!("{number}{}.cfg", "x".repeat(240)))
        .collect();
    names.push("last.cfg".into());
    let long = format!(r#"<APPLICATION CONFIG_FILES="{}"/>"#, names.join(", "));
    let prov = folder(&[
        ("000000000000.cfg", &long),
        ("last.cfg", SITE),
        ("dir.cfg/site.cfg", SITE),
        (
            "00907a0a0001.cfg",
            r#"<APPLICATION CONFIG_FILES="dir.cfg"/>"#,
        ),
    ]);
    let said = messages(&json(prov.path(), &["."]), "provisioning-file-missing");
    // Of what stands behind, the first name is reported.
    assert_eq!(said.len(), 10, "{said:?}");
    assert!(said[0].ends_with(".cfg` is not there"), "{said:?}");
    let behind = "` stands behind the part of the list that handsets read";
    assert!(said[8].starts_with("`8x") && said[8].ends_with(behind));
    assert_eq!(said[9], "`dir.cfg` cannot be read: it is no file");
}

#[test]
fn few_of_many_handsets_files_are_shown_with_a_server_that_they_share() {
    let files: Vec<_> = (10..20)
        .flat_map(|number| {
            let mac = format!("00907a0a00{number}");
            let own = format!("<x reg.1.server.1.address=\"sip{number}.local\"/>");
            let master = format!("<APPLICATION CONFIG_FILES=\"{mac}-reg.cfg, site.cfg\"/>");
            [
                (format!("{mac}-reg.cfg"), own),
                (format!("{mac}.cfg"), master),
            ]
        })
        .collect();
    let site = r#"<x reg.1.server.2.address="sip2.local"/>"#;
    let files = files.iter().map(|(name, text)| (&**name, &**text));
    let files: Vec<_> = files.chain([("site.cfg", site)]).collect();
    let prov = folder(&files);
    let report = json(prov.path(), &[".", "--only", "phone-several-servers"]);
    let [finding] = &report["findings"].as_array().expect("a list")[..] else {
        panic!("one finding: {report}");
    };
    assert_eq!(finding["handset_count"], 10);
    assert_eq!(finding["related"].as_array().map(Vec::len), Some(3));
}
