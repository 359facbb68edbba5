//! `new` and `fix` from outside: what is written is in order, and what may not be written is
//! left alone.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

// Its folders are filled beforehand; here the program fills them.
#[allow(dead_code)]
#[path = "support/program.rs"]
mod program;

use program::{outcome, program};

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let done = outcome(program(folder).args(args));
    (done.status, done.stdout, done.stderr)
}

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

const TWO: [&str; 4] = [
    "--sip-server",
    "zulu=10.1.2.3",
    "--sip-server",
    "alpha=10.9.2.3",
];

#[test]
fn a_deployment_is_in_order_and_tries_servers_as_they_were_named() {
    for options in [
        &[][..],
        &["--transport", "tcp"],
        &["--transport", "tls"],
        &["--transport", "UDPOnly"],
        &["--transport", "TCPpreferred"],
        &["--naptr"],
        &["--naptr", "--transport", "TCPOnly"],
        &["--naptr", "--transport", "tls"],
        &["--subdomain", "sip", "--port", "5070"],
        &["--subdomain", "sip.lab.example"],
    ] {
        let folder = folder();
        let mut args = vec!["new", "--domain", "lab.example"];
        args.extend(TWO);
        args.extend(options);
        let (status, stdout, stderr) = run(folder.path(), &args);
        assert_eq!((status, stderr.as_str()), (0, ""), "{options:?}");
        assert_eq!(stdout.lines().count(), 9, "{stdout}");
        let (status, json, _) = run(
            folder.path(),
            &["--format", "json", "--fail-on", "warning", "."],
        );
        assert_eq!(status, 0, "{options:?}: {json}");
        let json: Value = serde_json::from_str(&json).expect("JSON");
        // A setting of handsets is written as it is.
        if let ["--transport", setting @ ("UDPOnly" | "TCPpreferred")] = options[..] {
            assert_eq!(json["setups"][0]["transport"], setting);
        }
        let servers = json["setups"][0]["servers"].as_array().expect("servers");
        let hosts: Vec<_> = servers
            .iter()
            .map(|server| server["host"].as_str())
            .collect();
        let expected = [Some("zulu.lab.example."), Some("alpha.lab.example.")];
        assert_eq!(hosts, expected, "{options:?}");
        let (status, failover, _) = run(folder.path(), &["failover", "."]);
        assert_eq!(status, 0, "{options:?}: {failover}");
        let at = |host: &str| failover.find(host).expect("a server");
        assert!(at("zulu") < at("alpha"), "{failover}");
    }
}

/// What `new` writes for these servers.
fn deployment(servers: &[&str]) -> TempDir {
    let folder = folder();
    let mut args = vec!["new", "--domain", "lab.example"];
    for server in servers {
        args.extend(["--sip-server", server]);
    }
    let (status, _, stderr) = run(folder.path(), &args);
    assert_eq!((status, stderr.as_str()), (0, ""), "{servers:?}");
    folder
}

#[test]
fn the_order_in_which_servers_are_named_counts_and_not_what_they_are_called() {
    let folder = deployment(&["backup=10.1.2.3", "main=10.1.2.4"]);
    let check = || run(folder.path(), &["--fail-on", "warning", "."]);
    let (status, stdout, _) = check();
    assert_eq!(status, 0, "{stdout}");
    // Without the settings, which state the order, the names are doubted.
    std::fs::remove_file(folder.path().join("sipdns-lint.yaml")).expect("the settings");
    let (status, stdout, _) = check();
    assert_eq!(status, 1, "{stdout}");
    assert!(stdout.contains("srv-priority-suspicious"), "{stdout}");
}

#[test]
fn one_server_is_meant_where_one_is_named() {
    let folder = deployment(&["a=10.1.2.3"]);
    let (status, stdout, _) = run(folder.path(), &["--fail-on", "warning", "."]);
    assert_eq!(status, 0, "{stdout}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder();
    std::fs::write(folder.path().join("mine"), "x").expect("a new file");
    let mut args = vec!["new", "--domain", "lab.example"];
    args.extend(TWO);
    let (status, _, stderr) = run(folder.path(), &args);
    assert_eq!(status, 2);
    assert!(stderr.contains("is not empty"), "{stderr}");
    let files = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(files, 1);
}

#[test]
fn what_is_asked_wrongly_writes_nothing() {
    let many = [
        "a=10.0.0.1",
        "b=10.0.0.2",
        "c=10.0.0.3",
        "d=10.0.0.4",
        "e=10.0.0.5",
    ];
    for (domain, servers, options, expected) in [
        ("lab.example", &["a=2001:db8::1"][..], &[][..], "IPv6"),
        (
            "lab.example",
            &["a=10.0.0.1", "b=10.0.0.1"],
            &[],
            "same address",
        ),
        (
            "lab.example",
            &["a=10.0.0.1", "A=10.0.0.2"],
            &[],
            "named twice",
        ),
        (
            "lab.example",
            &["a.other.example=10.0.0.1"],
            &[],
            "outside the domain",
        ),
        ("lab.example", &["a.=10.0.0.1"], &[], "outside the domain"),
        ("lab.example", &many, &[], "more than the 4"),
        ("lab.example", &["a_b=10.0.0.1"], &[], "no name"),
        ("lab.example", &["a=10.0.0.256"], &[], "no IPv4 address"),
        (
            "lab.example",
            &["a=127.0.0.1"],
            &[],
            "no server can be reached",
        ),
        ("lab.example", &["10.0.0.1"], &[], "NAME=IP"),
        (
            "lab.example",
            &["lab.example=10.0.0.1"],
            &[],
            "handsets are given",
        ),
        ("lab..example", &["a=10.0.0.1"], &[], "between two dots"),
        ("", &["a=10.0.0.1"], &[], "empty"),
        (
            "lab.example",
            &["a=10.0.0.1"],
            &["--transport", "udpp"],
            "no transport",
        ),
        ("lab.example", &["a=10.0.0.1"], &["--port", "0"], "port 0"),
        (
            "lab.example",
            &["a=10.0.0.1"],
            &["--port", "5061"],
            "with TLS",
        ),
        (
            "lab.example",
            &["a=10.0.0.1"],
            &["--subdomain", "x.y"],
            "outside",
        ),
        (
            "lab.example",
            &["sip=10.0.0.1"],
            &["--subdomain", "sip"],
            "handsets are given",
        ),
    ] {
        let folder = folder();
        let mut args = vec!["new", "--domain", domain, "--out", "new"];
        for server in servers {
            args.extend(["--sip-server", server]);
        }
        args.extend(options);
        let (status, stdout, stderr) = run(folder.path(), &args);
        assert_eq!(
            (status, stdout.as_str()),
            (2, ""),
            "{servers:?} {options:?}"
        );
        assert!(stderr.contains(expected), "{expected}: {stderr}");
        assert!(!folder.path().join("new").exists(), "{servers:?}");
    }
}

const ZONE: &str = "\
$TTL 3600\r
@ SOA ns.x. h.x. 7 900 600 86400 900\r
@ NS ns.x.\r
_sip._udp SRV 0 0 5060 a\r
_sip._udp SRV 1 0 5060 b.lab\r
a A 10.0.0.1\r
b A 10.0.0.2\r
";

#[test]
fn the_serial_rises_unless_it_must_not() {
    for (options, serial) in [
        (&["--write"][..], " 8 "),
        (&["--write", "--no-serial"], " 7 "),
    ] {
        let folder = folder();
        let path = folder.path().join("lab.zone");
        std::fs::write(&path, ZONE).expect("a new file");
        let args = [&["fix"], options, &["."]].concat();
        let (status, stdout, stderr) = run(folder.path(), &args);
        assert_eq!((status, stdout.as_str()), (0, ""), "{stderr}");
        let text = std::fs::read_to_string(&path).expect("the file");
        let expected = ZONE.replace("b.lab\r", "b.lab.\r").replace(" 7 ", serial);
        assert_eq!(text, expected);
    }
}

/// A record that is changed under its signature is no record to who validates.
#[test]
fn a_signed_zone_is_left_to_who_signs_it() {
    let signature = "SRV 8 4 3600 20300101000000 20240101000000 12345 lab. AAAA";
    for written in [
        format!("_sip._udp RRSIG {signature}\r\n"),
        format!("_sip._udp RRSIG ( {signature}\r\n )\r\n"),
    ] {
        let folder = folder();
        let path = folder.path().join("lab.zone");
        let zone = format!("{ZONE}\r\n{written}");
        std::fs::write(&path, &zone).expect("a new file");
        for (options, told) in [
            (&["--diff"][..], "`lab.zone` is signed"),
            // What is not safe is not among what is written unasked.
            (&["--write"], ""),
        ] {
            let args = [&["fix"], options, &["."]].concat();
            let (_, stdout, stderr) = run(folder.path(), &args);
            assert_eq!(stdout, "", "{stderr}");
            assert!(stderr.contains(told), "{stderr}");
            let text = std::fs::read_to_string(&path).expect("the file");
            assert_eq!(text, zone, "{stderr}");
        }
        let commands = run(folder.path(), &["fix", "--as", "dnscmd", "."]).1;
        assert!(commands.contains("/RecordAdd lab"), "{commands}");
    }
}

#[test]
fn a_repair_has_no_format_of_reports() {
    let folder = folder();
    std::fs::write(folder.path().join("lab.zone"), ZONE).expect("a new file");
    for options in [["--format", "json"], ["--output", "sarif=a.sarif"]] {
        let args = [&["fix", "--write"], &options[..], &["."]].concat();
        let (status, stdout, stderr) = run(folder.path(), &args);
        assert_eq!((status, &*stdout), (2, ""), "{stderr}");
        assert!(stderr.contains("`fix` has no format"), "{stderr}");
        let text = std::fs::read_to_string(folder.path().join("lab.zone"));
        assert_eq!(text.expect("the file"), ZONE);
    }
}

#[test]
fn what_is_undone_runs_backwards() {
    let folder = folder();
    std::fs::write(folder.path().join("lab.zone"), ZONE).expect("a new file");
    let lines = |options: &[&str]| -> Vec<String> {
        let args = [
            &["fix", "--as", "dnscmd", "--only", "srv-target-relative"],
            options,
            &["."],
        ];
        let (_, stdout, _) = run(folder.path(), &args.concat());
        let lines = stdout.lines().filter(|line| line.starts_with("dnscmd"));
        lines.map(str::to_owned).collect()
    };
    let right = "dnscmd /RecordAdd lab _sip._udp SRV 1 0 5060 b.lab.";
    assert_eq!(lines(&[])[0], right);
    let undone = lines(&["--undo"]);
    assert_eq!(
        undone,
        [
            "dnscmd /RecordAdd lab _sip._udp SRV 1 0 5060 b.lab.lab.",
            "dnscmd /RecordDelete lab _sip._udp SRV 1 0 5060 b.lab. /f",
        ]
    );
}

#[test]
fn a_record_that_was_made_static_is_left_so() {
    let folder = folder();
    let zone = ";  Database file lab.dns for Default zone scope in zone lab.\n\
                @ IN SOA ns.lab. a.lab. (1 900 600 86400 300)\n@ NS ns\nns A 10.0.0.53\n\
                _sip._udp SRV 0 10 5060 a\n_sip._udp SRV 1 10 5060 b\n\
                a A 10.0.0.1\nb [AGE:3634093] A 10.0.0.2\n";
    std::fs::write(folder.path().join("lab.dns"), zone).expect("a new file");
    let only = "zone-record-may-be-scavenged";
    let lines = |options: &[&str]| {
        let args = [&["fix", "--as", "dnscmd", "--only", only], options, &["."]];
        let (_, stdout, _) = run(folder.path(), &args.concat());
        stdout
    };
    assert!(lines(&[]).contains("dnscmd /RecordAdd lab b A 10.0.0.2\n"));
    let undone = lines(&["--undo"]);
    let has_step = undone.lines().any(|line| line.starts_with("dnscmd"));
    assert!(!has_step && undone.contains("stays static"), "{undone}");
}

#[test]
fn what_is_to_be_filled_in_says_which_lines_wait_for_it() {
    let folder = folder();
    let zone = "$TTL 3600\n@ SOA ns a 1 900 600 86400 300\n@ NS ns\nns A 10.0.0.53\n\
                _sip._udp SRV 0 10 5060 a\n_sip._udp SRV 1 10 5060 b\n\
                a A 10.0.0.1\nb A 10.0.0.1\n";
    std::fs::write(folder.path().join("lab.zone"), zone).expect("a new file");
    let only = "srv-targets-share-address";
    let args = ["fix", "--as", "powershell", "--only", only, "lab.zone"];
    let (_, stdout, _) = run(folder.path(), &args);
    let lines: Vec<_> = stdout.lines().skip(1).collect();
    assert!(
        lines[0].ends_with("makes the next 2 lines comments"),
        "{stdout}"
    );
    assert!(
        lines[1..3].iter().all(|line| line.starts_with("# ")),
        "{stdout}"
    );
}

#[test]
fn commands_name_the_zone_and_not_the_folder_that_was_exported() {
    let list = "Name\tType\tData\n\
                _udp\t\t\n\
                (same as parent folder)\tStart of Authority (SOA)\t[7], ns.eslab.local., a.eslab.local.\n\
                sip1\tHost (A)\t10.225.2.31\n";
    let records = "Name\tType\tData\n_sip\tService Location (SRV)\t[0][10][0]  sip1.eslab.local.\n";
    let commands = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a writable folder");
        }
        let only = ["fix", ".", "--as", "dnscmd", "--only", "srv-port-zero"];
        run(folder.path(), &only).1
    };
    let expected = "dnscmd /RecordAdd eslab.local _sip._udp SRV 0 10 5060 sip1.eslab.local.\n";
    let of_list = ("_udp.eslab.local.txt", records);
    let said = commands(&[("eslab.local.txt", list), of_list]);
    assert!(said.contains(expected), "{said}");
    let said = commands(&[of_list]);
    assert!(
        !said.contains("/RecordAdd"),
        "no file names the zone: {said}"
    );
}

#[cfg(unix)]
#[test]
fn files_outside_and_files_that_are_read_only_stay_as_they_are() {
    use std::os::unix::fs::PermissionsExt as _;
    let (inside, outside) = (folder(), folder());
    let path = outside.path().join("lab.zone");
    std::fs::write(&path, ZONE).expect("a new file");
    let link = inside.path().join("lab.zone");
    std::os::unix::fs::symlink(&path, &link).expect("a link");
    let (_, _, stderr) = run(inside.path(), &["fix", "--write", "lab.zone"]);
    assert!(stderr.contains("leads out of the folder"), "{stderr}");
    let read_only = std::fs::Permissions::from_mode(0o444);
    std::fs::set_permissions(&path, read_only).expect("a file of our own");
    let (_, _, stderr) = run(outside.path(), &["fix", "--write", "."]);
    assert!(stderr.contains("is read-only"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), ZONE);
}

/// The diff and what is left, where two zones include a file that holds these lines.
fn of_shared(lines: &str) -> (String, String) {
    let folder = folder();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a new file");
    };
    for zone in ["a.example", "b.example"] {
        let head = format!("$ORIGIN {zone}.\n$TTL 300\n@ SOA ns h 7 900 600 86400 300\n");
        let text = format!("{head}@ NS ns\nns A 10.0.0.1\n$INCLUDE common.inc\n");
        write(&format!("{zone}.zone"), &text);
    }
    write("common.inc", lines);
    let (_, diff, left) = run(folder.path(), &["fix", "--diff", "."]);
    (diff, left)
}

#[test]
fn a_file_that_zones_share_is_changed_for_all_of_them_or_not_at_all() {
    let (diff, left) = of_shared(
        "_sip._udp SRV 1 0 5060 pbx1\n_sip._udp SRV 1 0 5060 pbx2\n\
         pbx1 A 10.0.0.2\npbx2 A 10.0.0.3\n",
    );
    let changed = |name| diff.matches(&format!("+++ b/{name}\n")).count();
    let files = ["a.example.zone", "b.example.zone", "common.inc"];
    assert_eq!(files.map(changed), [1, 1, 1], "{diff}{left}");
    assert_eq!(diff.matches("\n+_sip._udp SRV 2").count(), 1, "{diff}");
    assert!(!left.contains("srv-equal-priority"), "{left}");

    let (diff, left) = of_shared(
        "@ NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.a.example.\n\
         _sip._udp SRV 1 0 5060 pbx1\npbx1 A 10.0.0.2\n",
    );
    assert_eq!(diff, "", "{left}");
    let told = "naptr-replacement-differs at common.inc:1:32: other zones have this file too";
    assert!(left.contains(told), "{left}");
}

#[test]
fn a_file_that_zones_are_served_from_is_changed_once() {
    let folder = folder();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a new file");
    };
    let zone = |name: &str| format!("zone \"{name}\" {{ type primary; file \"customers\"; }};\n");
    write("named.conf", &(zone("a.example") + &zone("b.example")));
    let head = "$TTL 300\n@ SOA ns h 7 900 600 86400 300\n@ NS ns\nns A 10.0.0.1\n";
    let srv = "_sip._udp SRV 1 0 5060 pbx1\n_sip._udp SRV 1 0 5060 pbx2\n";
    let hosts = "pbx1 A 10.0.0.2\npbx2 A 10.0.0.3\n";
    write("customers", &[head, srv, hosts].concat());
    let (_, diff, left) = run(folder.path(), &["fix", "--diff", "."]);
    let added = diff.lines().filter(|line| line.starts_with('+'));
    let added: Vec<_> = added.collect();
    let [file, soa, srv] = &added[..] else {
        panic!("{diff}{left}");
    };
    assert_eq!(*file, "+++ b/customers");
    assert!(soa.starts_with("+@ SOA ns h 8 "), "{soa}");
    assert_eq!(*srv, "+_sip._udp SRV 2 0 5060 pbx2");
}

const LAB: &str = "$ORIGIN lab.example.\n$TTL 3600\n@ SOA ns h 7 900 600 86400 300\n@ NS ns\n\
    ns A 10.0.0.1\n_sip._udp.sip SRV 1 0 5060 pbx1\n_sip._udp.sip SRV 2 0 5060 pbx2\n\
    pbx1 A 10.0.0.2\npbx2 A 10.0.0.3\n";

/// The text of a handset's file after the repairs that the program makes unasked, what it says
/// is left, and the lines that a diff of all repairs adds.
fn of_handset(file: &str) -> (String, String, Vec<String>) {
    in_views(file, &[LAB])
}

/// The same where the zone comes in several versions.
fn in_views(file: &str, zones: &[&str]) -> (String, String, Vec<String>) {
    let folder = folder();
    let path = folder.path().join("00907a000001.cfg");
    std::fs::write(&path, file).expect("a new file");
    for (version, zone) in zones.iter().enumerate() {
        let own = folder.path().join(format!("{version}"));
        std::fs::create_dir(&own).expect("a new folder");
        std::fs::write(own.join("lab.example.zone"), zone).expect("a new file");
    }
    let (_, diff, left) = run(folder.path(), &["fix", "--diff", "."]);
    let added = diff.lines().filter(|line| line.starts_with("+<"));
    let added = added.map(str::to_owned).collect();
    let (_, _, stderr) = run(folder.path(), &["fix", "--write", "."]);
    let written = std::fs::read_to_string(&path).expect("the file");
    (written, format!("{left}{stderr}"), added)
}

#[test]
fn a_dead_setting_comes_to_life_unasked_only_where_no_server_is_found() {
    let dead = r#"<a reg.1.address="1" volpProt.server.1.address="sip.lab.example"/>"#;
    let (written, ..) = of_handset(dead);
    assert_eq!(written, dead.replace("volp", "voIp"));
    // With the port of 5060 no SRV record would be asked for any more.
    let works = r#"<a reg.1.address="1" voIpProt.server.1.address="sip.lab.example" volpProt.server.1.port="5060"/>"#;
    let (written, _, added) = of_handset(works);
    assert_eq!(written, works);
    assert_eq!(added, [""; 0]);
    // What says nothing of servers may be spelt right, if somebody asks for it.
    let other = works.replace("server.1.port", "SIP.useContactInReferTo");
    let (written, _, added) = of_handset(&other);
    assert_eq!(written, other);
    assert_eq!(added, [format!("+{}", other.replace("volp", "voIp"))]);
    // Some handsets see a zone without servers; those that see the other have much to lose.
    let without = LAB.replace("_sip._udp.sip", "_sip._udp.other");
    for views in [[LAB, &without], [&without, LAB]] {
        assert_eq!(in_views(works, &views).0, works);
    }
    // The address leads nowhere, so there is nothing to lose.
    let fails = works.replace("sip.lab", "sio.lab");
    let (written, ..) = of_handset(&fails);
    assert_eq!(written, fails.replace("volp", "voIp"));
}

#[test]
fn a_setting_is_left_alone_where_other_handsets_live_by_it() {
    let site = r#"<s voIpProt.server.1.address="sip.lab.example" voIpProt.server.1.port="5070"/>"#;
    let list = r#"<APPLICATION CONFIG_FILES="[PHONE_MAC_ADDRESS]-reg.cfg, site.cfg"/>"#;
    let written = |second: &str| {
        let folder = folder();
        for (name, text) in [
            ("lab.example.zone", LAB),
            ("000000000000.cfg", list),
            ("site.cfg", site),
            ("00907a000001-reg.cfg", r#"<r reg.1.address="1"/>"#),
            ("00907a000002-reg.cfg", second),
        ] {
            std::fs::write(folder.path().join(name), text).expect("a new file");
        }
        let (_, diff, _) = run(folder.path(), &["fix", "--diff", "."]);
        run(folder.path(), &["fix", "--write", "."]);
        let written = std::fs::read_to_string(folder.path().join("site.cfg"));
        (written.expect("the file"), diff.contains("+<s "))
    };
    let at_0 = site.replace("5070", "0");
    let (alone, is_offered) = written(r#"<r reg.1.address="2"/>"#);
    assert_eq!(alone, at_0);
    assert!(is_offered);
    // It asks for an address of which nothing is known, and for one that is no name.
    for address in ["pbx.other.example", "10.0.0.9"] {
        let second = format!(r#"<r reg.1.address="2" voIpProt.server.1.address="{address}"/>"#);
        let (shared, is_offered) = written(&second);
        assert_eq!(shared, site, "{address}");
        assert!(!is_offered, "{address}");
    }
}

#[test]
fn no_name_stands_twice_after_a_repair() {
    let twice = r#"<a reg.1.address="1" volpProt.server.1.address="sip.lab.example" voipProt.server.1.address="sip.lab.example"/>"#;
    let (written, left, added) = of_handset(twice);
    assert_eq!(written, twice);
    assert_eq!(added, [format!("+{}", twice.replace("volp", "voIp"))]);
    let why = "`voIpProt.server.1.address` would stand twice in the file";
    assert!(left.contains(why), "{left}");

    let needs = r#"<a reg.1.address="1" voIpProt.server.1.address="sip.lab.example" voIpProt.server.1.failOver.failRegistrationOn="1" voIpProt.server.1.failOver.onlySignalWithRegistered="1"/>"#;
    let (_, left, added) = of_handset(needs);
    let all = added.concat();
    assert_eq!(
        all.matches("failOver.reRegisterOn=\"1\"").count(),
        1,
        "{all}"
    );
    assert!(!left.contains("phone-failover-prerequisite"), "{left}");
}

/// A file that is patched: how many lines it had, what is written of it, and what is left, the
/// last line first.
type Patched = (PathBuf, usize, Vec<u8>, Vec<Vec<u8>>);

/// What `patch -p1` makes of the files of a folder: every line that stays or goes has to be there,
/// byte for byte.
fn patch(folder: &Path, diff: &[u8]) {
    let mut files: Vec<Patched> = Vec::new();
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        lines.map(<[u8]>::to_vec).collect()
    };
    let mut said = lines(diff).into_iter().peekable();
    while let Some(mut line) = said.next() {
        if line.starts_with(b"--- a/") {
            let name = String::from_utf8(line[6..line.len() - 1].to_vec()).expect("a name");
            let path = folder.join(name);
            let mut old = lines(&std::fs::read(&path).expect("the file"));
            old.reverse();
            said.next();
            files.push((path, old.len(), Vec::new(), old));
            continue;
        }
        let (_, all, new, old) = files.last_mut().expect("a file");
        if line.starts_with(b"@@ -") {
            let head = String::from_utf8(line).expect("a head");
            let first: usize = head[4..]
                .split([',', ' '])
                .next()
                .and_then(|number| number.parse().ok())
                .expect("a number");
            let behind = *all + 1 - first.max(1);
            while old.len() > behind {
                new.extend(old.pop().expect("a line before the hunk"));
            }
            continue;
        }
        if said.next_if(|next| next.starts_with(b"\\")).is_some() {
            line.pop();
        }
        let (mark, line) = (line[0], &line[1..]);
        if mark != b'+' {
            let there = old.pop().expect("a line");
            let texts = [&there, line].map(String::from_utf8_lossy);
            assert_eq!(there, line, "{texts:?}");
        }
        if mark != b'-' {
            new.extend_from_slice(line);
        }
    }
    for (path, _, mut new, old) in files {
        new.extend(old.into_iter().rev().flatten());
        std::fs::write(path, new).expect("a writable file");
    }
}

/// The diff of all repairs of a folder, and what is said of it.
fn diff_of(folder: &Path) -> (Vec<u8>, String) {
    let output = program(folder).args(["fix", "--diff", "."]).output();
    let output = output.expect("the program runs");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    (output.stdout, told)
}

#[test]
fn a_diff_names_files_as_patch_takes_them() {
    let zone = "$TTL 3600\n@ SOA ns.x. h.x. 7 900 600 86400 900\n@ NS ns.x.\n\
        _sip._udp SRV 0 0 5060 a\n_sip._udp SRV 1 0 5060 b.lab\na A 10.0.0.1\nb A 10.0.0.2\n";
    let site = folder();
    for name in ["a b", "c"] {
        let folder = site.path().join(name);
        std::fs::create_dir(&folder).expect("a new folder");
        std::fs::write(folder.join("lab.zone"), zone).expect("a new file");
    }
    let (diff, _) = diff_of(site.path());
    let diff = String::from_utf8(diff).expect("UTF-8");
    // As git writes them: a name with a blank ends at a tab.
    for name in [
        "--- a/a b/lab.zone\t\n+++ b/a b/lab.zone\t\n",
        "--- a/c/lab.zone\n+++ b/c/lab.zone\n",
    ] {
        assert!(diff.contains(name), "{diff}");
    }
    let whole = site.path().to_str().expect("UTF-8");
    let output = program(site.path()).args(["fix", "--diff", whole]).output();
    let diff = String::from_utf8(output.expect("the program runs").stdout).expect("UTF-8");
    assert!(diff.contains("--- a/") && !diff.contains("a//"), "{diff}");
}

#[test]
fn a_diff_that_is_no_text_on_a_terminal_is_the_bytes_of_the_file() {
    let zone = "; caf\u{e9}\r\n$TTL 3600\r\n@ SOA ns.x. h.x. 7 900 600 86400 900\r\n@ NS ns.x.\r\n\
        _sip._udp SRV 0 0 5060 a\r\n_sip._udp SRV 1 0 5060 b.lab\r\na A 10.0.0.1\r\nb A 10.0.0.2";
    let unseen = zone
        .replace("SRV 0", "\u{200b}SRV 0")
        .replace('\u{e9}', "e");
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let windows = encoding_rs::WINDOWS_1252.encode(zone).0.into_owned();
    for (bytes, can_be_applied) in [
        (zone.as_bytes().to_vec(), true),
        ([b"\xef\xbb\xbf", zone.as_bytes()].concat(), true),
        (windows, true),
        (unseen.into_bytes(), true),
        (utf16(zone), false),
        (zone.replace("caf", "\u{1b}[31m").into_bytes(), false),
    ] {
        let folder = folder();
        let path = folder.path().join("lab.zone");
        std::fs::write(&path, &bytes).expect("a new file");
        let (diff, told) = diff_of(folder.path());
        assert!(!diff.is_empty(), "{told}");
        let warned = told.contains("cannot be applied to `lab.zone`");
        assert_eq!(warned, !can_be_applied, "{told}");
        if can_be_applied {
            patch(folder.path(), &diff);
            let changed = std::fs::read(&path).expect("the file");
            assert_ne!(changed, bytes);
            let (diff, told) = diff_of(folder.path());
            assert_eq!(diff, b"", "{told}");
        }
    }
}

/// How bad it stands with a folder: the set-ups that fail, the errors, the warnings.
fn state(folder: &Path) -> [usize; 3] {
    let (_, json, told) = run(folder, &["--format", "json", "."]);
    let json: Value = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {told}"));
    let count = |list: &str, key: &str, value: &str| {
        let list = json[list].as_array().expect("a list").iter();
        list.filter(|one| one[key] == value).count()
    };
    [
        count("setups", "verdict", "fails"),
        count("findings", "severity", "error"),
        count("findings", "severity", "warning"),
    ]
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a readable folder");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            std::fs::create_dir(&to).expect("a new folder");
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

#[test]
fn the_repairs_of_a_site_together_make_nothing_worse() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut faults = Vec::new();
    let mut changed = 0;
    for fixture in std::fs::read_dir(fixtures).expect("the fixtures") {
        let fixture = fixture.expect("a readable folder").path();
        if !fixture.is_dir() {
            continue;
        }
        let folder = folder();
        copy(&fixture, folder.path());
        let (diff, told) = diff_of(folder.path());
        if diff.is_empty() || told.contains("cannot be applied") {
            continue;
        }
        changed += 1;
        let before = state(folder.path());
        patch(folder.path(), &diff);
        let after = state(folder.path());
        let name = fixture.file_name().expect("a name").to_string_lossy();
        // What a graver defect hid may come to light.
        if after > before {
            faults.push(format!("{name}: {before:?} became {after:?}"));
        }
    }
    assert!(
        changed > 5 && faults.is_empty(),
        "{changed}\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_order_of_a_set_is_changed_by_one_repair_at_a_time() {
    // Beside the exchange of two priorities that of the third server would be another one's.
    let zone = "$ORIGIN lab.example.\n$TTL 3600\n@ SOA ns h 7 900 600 86400 300\n@ NS ns\n\
        ns A 10.0.0.1\n_sip._udp SRV 1 10 5060 backup1\n_sip._udp SRV 1 0 5060 backup2\n\
        _sip._udp SRV 5 10 5060 main\nmain A 10.0.0.2\nbackup1 A 10.0.0.3\nbackup2 A 10.0.0.4\n";
    let folder = folder();
    std::fs::write(folder.path().join("lab.example.zone"), zone).expect("a new file");
    let why = "the repair of `srv-priority-suspicious` changes the order of these records";
    let (diff, told) = diff_of(folder.path());
    assert_eq!(told.matches(why).count(), 1, "{told}");
    patch(folder.path(), &diff);
    let text = std::fs::read_to_string(folder.path().join("lab.example.zone"));
    let text = text.expect("the file");
    assert!(text.contains("SRV 1 0 5060 backup2"), "{text}");
    std::fs::write(folder.path().join("lab.example.zone"), zone).expect("the same file");
    let (_, script, told) = run(folder.path(), &["fix", "--as", "bind", "."]);
    assert!(!script.contains("5060 backup2"), "{script}");
    assert_eq!(told.matches(why).count(), 1, "{told}");
}
