//! `diff`: what a change does to handsets, between files, folders and revisions.

use std::path::Path;
use std::process::Command as Process;

use serde_json::Value;

#[path = "support/program.rs"]
mod program;

use program::{Folder, Outcome, folder, outcome, program};

const ZONE: &str = "\
$ORIGIN eslab.local.
$TTL 3600
@ SOA ns1 hostmaster 1 900 600 86400 900
@ NS ns1
ns1 A 10.225.2.5
_sip._udp SRV 1 10 5060 piper
_sip._udp SRV 2 10 5060 piper2
piper A 10.225.2.31
piper2 A 10.225.2.32
";
const PHONE: &str = r#"<x voIpProt.server.1.address="eslab.local"/>"#;

fn diff(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = program(folder);
    // Git is called by name.
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    outcome(command.arg("diff").args(arguments))
}

/// What a change of the zone does, as JSON.
fn changed(new: &str) -> (Value, i32) {
    let folder = folder(&[
        ("old/eslab.zone", ZONE),
        ("old/phone.cfg", PHONE),
        ("new/eslab.zone", new),
        ("new/phone.cfg", PHONE),
    ]);
    let outcome = diff(folder.path(), &["--format", "json", "old", "new"]);
    (outcome.json(), outcome.status)
}

fn rules(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter()
        .map(|one| one["rule"].as_str().expect("a rule"))
        .collect()
}

#[test]
fn what_only_moves_is_unchanged() {
    let moved = ZONE
        .replace("ns1 A", "; a comment\n\n; another\nns1 A")
        .replace("eslab", "ESLAB");
    let (json, status) = changed(&moved);
    assert_eq!(status, 0);
    assert_eq!(json["setups"]["unchanged"], 1);
    for list in ["changed", "gained", "lost"] {
        assert_eq!(
            json["setups"][list].as_array().map(Vec::len),
            Some(0),
            "{list}"
        );
    }
    assert_eq!(rules(&json["findings"]["new"]), [""; 0]);
    assert_eq!(rules(&json["findings"]["fixed"]), [""; 0]);
    assert!(json["findings"]["unchanged"].as_u64() > Some(0));
}

#[test]
fn what_is_found_stays_known_whatever_the_case_of_names() {
    let faulty = ZONE.replace("5060 piper2", "0 piper2");
    let spelt = faulty.replace("0 piper2", "0 PIPER2");
    let folder = folder(&[("old/eslab.zone", &faulty), ("new/eslab.zone", &spelt)]);
    let outcome = diff(folder.path(), &["--format", "json", "old", "new"]);
    let json = outcome.json();
    assert_eq!(outcome.status, 0, "{json}");
    assert_eq!(rules(&json["findings"]["new"]), [""; 0]);
    assert!(rules(&changed(&faulty).0["findings"]["new"]).contains(&"srv-port-zero"));
}

#[test]
fn views_are_what_they_were_where_their_files_move() {
    let swapped = ZONE.replace("SRV 1 10 5060 piper\n", "SRV 3 10 5060 piper\n");
    let other = ZONE.replace("10.225.2.3", "10.225.2.4");
    let (old, new) = ("old/internal/eslab.zone", "new/inside/eslab.zone");
    let (old_other, new_other) = ("old/external/eslab.zone", "new/external/eslab.zone");
    let both = |zone| {
        vec![
            (old, ZONE),
            (old_other, &other),
            (new, zone),
            (new_other, &other),
        ]
    };
    let counts = |files: &[(&str, &str)]| {
        let outcome = diff(folder(files).path(), &["--format", "json", "old", "new"]);
        let setups = &outcome.json()["setups"];
        let count = |list: &str| setups[list].as_array().map(Vec::len);
        (
            setups["unchanged"].as_u64(),
            ["changed", "gained", "lost"].map(|list| count(list).expect("a list")),
        )
    };
    assert_eq!(counts(&both(ZONE)), (Some(2), [0, 0, 0]));
    assert_eq!(counts(&both(&swapped)), (Some(1), [1, 0, 0]));
    // A view has no name where it is the only one.
    let second = [(old, ZONE), (new, ZONE), (new_other, &other)];
    assert_eq!(counts(&second), (Some(1), [0, 1, 0]));
    let gone = [(old, ZONE), (old_other, &other), (new, ZONE)];
    assert_eq!(counts(&gone), (Some(1), [0, 0, 1]));
}

#[test]
fn servers_are_shown_before_and_after() {
    let swapped = ZONE.replace("SRV 1 10 5060 piper\n", "SRV 3 10 5060 piper\n");
    let (json, status) = changed(&swapped);
    assert_eq!(status, 0, "{json}");
    let changed = &json["setups"]["changed"][0];
    assert_eq!(
        changed["before"]["servers"][0]["host"],
        "piper.eslab.local."
    );
    assert_eq!(
        changed["after"]["servers"][0]["host"],
        "piper2.eslab.local."
    );
    let schema = include_str!("../schema/sipdns-lint-diff-1.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<_> = validator
        .iter_errors(&json)
        .map(|one| one.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn set_ups_that_differ_in_static_records_alone_are_told_one_by_one() {
    let own = PHONE.replace(
        "/>",
        " dns.cache.A.1.name=\"a.eslab.local\" dns.cache.A.1.address=\"10.225.2.9\"/>",
    );
    let swapped = ZONE.replace("SRV 1 10", "SRV 3 10");
    let folder = folder(&[
        ("old/eslab.zone", ZONE),
        ("old/00907a0a0001.cfg", PHONE),
        ("old/00907a0a0002.cfg", &own),
        ("new/eslab.zone", &swapped),
        ("new/00907a0a0001.cfg", PHONE),
        ("new/00907a0a0002.cfg", &own),
    ]);
    let json = diff(folder.path(), &["--format", "json", "old", "new"]).json();
    let changed = json["setups"]["changed"].as_array().expect("a list");
    let handsets = changed.iter().map(|one| &one["after"]["handsets"][0]);
    let handsets: Vec<_> = handsets.collect();
    assert_eq!(handsets, ["00907a0a0001", "00907a0a0002"]);
}

#[test]
fn new_findings_decide_the_exit_status() {
    let broken = ZONE.replace("piper A 10.225.2.31\n", "");
    let (json, status) = changed(&broken);
    assert_eq!(status, 1);
    assert_eq!(
        rules(&json["findings"]["new"]),
        ["srv-target-missing-address"]
    );
    assert_eq!(json["summary"]["errors"], 1);

    // The same the other way round: nothing new, one fixed.
    let folder = folder(&[("old.zone", broken.as_str()), ("new.zone", ZONE)]);
    let outcome = diff(folder.path(), &["--format", "json", "old.zone", "new.zone"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stdout);
    let json = outcome.json();
    assert_eq!(
        rules(&json["findings"]["fixed"]),
        ["srv-target-missing-address"]
    );
    // Old defects are not held against a change.
    let outcome = diff(folder.path(), &["old.zone", "old.zone"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stdout);
    // Nor are new ones below `--fail-on`.
    let outcome = diff(
        folder.path(),
        &["--fail-on", "never", "new.zone", "old.zone"],
    );
    assert_eq!(outcome.status, 0);
}

#[test]
fn handsets_that_register_no_more_fail_the_run_though_the_error_is_known() {
    let known = ZONE.replace("piper2 A 10.225.2.32\n", "");
    let outage = known.replace("_sip._udp SRV 1 10 5060 piper\n", "");
    let tcp = PHONE.replace("/>", " voIpProt.server.1.transport=\"TCPOnly\"/>");
    let known_tcp = format!("{known}_sip._tcp SRV 1 10 5060 piper2\n");
    let folder = folder(&[
        ("known/eslab.zone", known.as_str()),
        ("known/phone.cfg", PHONE),
        ("outage/eslab.zone", outage.as_str()),
        ("outage/phone.cfg", PHONE),
        ("without/phone.cfg", PHONE),
        ("tcp-old/eslab.zone", known_tcp.as_str()),
        ("tcp-old/00907a0a0001.cfg", PHONE),
        ("tcp-new/eslab.zone", known_tcp.as_str()),
        ("tcp-new/00907a0a0001.cfg", tcp.as_str()),
    ]);
    let compare = |old: &str, new: &str, more: &[&str]| {
        let arguments = [&["--format", "json", old, new], more].concat();
        let outcome = diff(folder.path(), &arguments);
        (outcome.json(), outcome.status)
    };
    for (old, new) in [
        ("known", "outage"),
        ("known", "without"),
        ("tcp-old", "tcp-new"),
    ] {
        let (json, status) = compare(old, new, &[]);
        assert_eq!(json["setups"]["out_of_service"], 1, "{old} {new}: {json}");
        assert_eq!(status, 1, "{old} {new}");
        let (_, status) = compare(old, new, &["--fail-on", "never"]);
        assert_eq!(status, 0, "{old} {new}");
    }
    let (json, _) = compare("known", "outage", &[]);
    assert_eq!(json["summary"]["errors"], 0, "it is known: {json}");
    // What failed before, and what is well again, is none.
    for (old, new) in [("outage", "outage"), ("outage", "known")] {
        let (json, status) = compare(old, new, &[]);
        assert_eq!(json["setups"]["out_of_service"], 0, "{old} {new}: {json}");
        assert_eq!(status, 0, "{old} {new}");
    }
    let told = diff(folder.path(), &["known", "outage"]).stdout;
    assert!(
        told.contains("1 changed, 0 gained, 0 lost, 0 unchanged; 1 registers no more"),
        "{told}"
    );
}

#[test]
fn equal_findings_are_counted_one_for_one() {
    let two = ZONE
        .replace("piper A 10.225.2.31\n", "")
        .replace("piper2 A 10.225.2.32\n", "");
    let one = ZONE.replace("piper A 10.225.2.31\n", "");
    let folder = folder(&[("old.zone", one.as_str()), ("new.zone", two.as_str())]);
    let json = diff(folder.path(), &["--format", "json", "old.zone", "new.zone"]).json();
    assert_eq!(
        rules(&json["findings"]["new"]),
        ["srv-target-missing-address"]
    );
    assert_eq!(json["findings"]["new"][0]["location"]["snippet"], "piper2");
}

#[test]
fn the_text_says_what_changed() {
    let new = ZONE
        .replace("SRV 2 10 5060 piper2\n", "SRV 2 10 5070 piper2\n")
        .replace("piper A 10.225.2.31\n", "")
        + "_sip._udp.branch SRV 1 1 5060 piper2\n";
    let folder = folder(&[("old.zone", ZONE), ("new.zone", &new)]);
    let outcome = diff(folder.path(), &["old.zone", "new.zone"]);
    for expected in [
        "  changed eslab.local, port 0, DNSnaptr: registers",
        "    before  1. piper.eslab.local. 10.225.2.31:5060 UDP",
        "    after   1. piper2.eslab.local. 10.225.2.32:5070 UDP",
        "  gained branch.eslab.local, port 0, DNSnaptr: registers",
        "new findings\n\nerror[srv-target-missing-address]",
        "set-ups: 1 changed, 1 gained, 0 lost, 0 unchanged\n",
    ] {
        assert!(
            outcome.stdout.contains(expected),
            "no `{expected}` in\n{}",
            outcome.stdout
        );
    }
    let outcome = diff(
        folder.path(),
        &["--format", "concise", "old.zone", "new.zone"],
    );
    assert!(
        outcome
            .stdout
            .contains("new new.zone:6:25: error[srv-target-missing-address]"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn markdown_fits_a_comment_and_gives_inputs_no_meaning() {
    let mut new = ZONE.replace("piper A 10.225.2.31\n", "");
    for number in 0..400 {
        let line = format!("_sip._udp.site{number} SRV 1 1 5060 |<b>@x{number}\n");
        new.push_str(&line);
    }
    let folder = folder(&[("old.zone", ZONE), ("new.zone", &new)]);
    let outcome = diff(
        folder.path(),
        &["--format", "markdown", "old.zone", "new.zone"],
    );
    let text = outcome.stdout;
    assert!(text.len() < 65_536, "{}", text.len());
    for expected in [
        "## What this change does to handsets\n",
        "\n| changed | eslab.local",
        "| 1\\. piper.eslab.local. 10.225.2.31:5060 UDP<br>2\\. piper2",
        "| 1\\. piper2.eslab.local. 10.225.2.32:5060 UDP |",
        "- **error** `srv-target-missing-address`: `",
        "and 751 new findings more",
    ] {
        assert!(
            text.contains(expected),
            "no `{expected}` in\n{}",
            &text[..4000]
        );
    }
    assert!(!text.contains("<b>"));
    let rows = text.lines().filter(|line| line.starts_with("| "));
    for row in rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = folder(&[("a.zone", ZONE)]);
    for (arguments, message) in [
        (&["a.zone"][..], "`diff` compares two states"),
        (
            &["a.zone", "a.zone", "a.zone"],
            "`diff` compares two states",
        ),
        (
            &["a.zone", "b.zone"],
            "cannot read `b.zone`: no such file or folder",
        ),
        (
            &["--format", "table", "a.zone", "a.zone"],
            "`diff` has no format `table`",
        ),
        (
            &["--git", "--output=x", "a.zone"],
            "`--output=x` is no revision",
        ),
        (
            &["--git", "HEAD", "a.zone"],
            "`HEAD` is no revision of the repository",
        ),
        (
            &["--git", "HEAD", "gone/a.zone"],
            "cannot read `gone/a.zone`",
        ),
    ] {
        let outcome = diff(folder.path(), arguments);
        assert_eq!(outcome.status, 2, "{arguments:?}: {}", outcome.stdout);
        assert!(
            outcome.stderr.contains(message),
            "{arguments:?}: {}",
            outcome.stderr
        );
    }
    assert!(!folder.path().join("x").exists());
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Process::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(
        status.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&status.stderr)
    );
}

#[test]
fn a_revision_is_compared_with_the_files_as_they_are() {
    let folder = folder(&[
        ("dns/zones/eslab.zone", ZONE),
        (
            "dns/zones/parts.zone",
            "$ORIGIN other.test.\n$INCLUDE more/part.txt\n",
        ),
        (
            "dns/zones/more/part.txt",
            "$TTL 60\n@ SOA ns.x. h.x. 1 1 1 1 1\n@ NS ns.x.\n",
        ),
        ("elsewhere.zone", "not read"),
    ]);
    git(folder.path(), &["init", "-q"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("dns/link.zone"))
        .expect("a new link");
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    let broken = ZONE.replace("piper A 10.225.2.31\n", "");
    folder.write("dns/zones/eslab.zone", &broken);

    let outcome = diff(folder.path(), &["--git", "HEAD", "--format", "json", "dns"]);
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    let json = outcome.json();
    assert_eq!(
        rules(&json["findings"]["new"]),
        ["srv-target-missing-address"]
    );
    assert_eq!(rules(&json["findings"]["fixed"]), [""; 0]);
    let paths: Vec<_> = json["old"]["inputs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|input| input["path"].as_str().expect("a path"))
        .collect();
    // Named as they are, and no link is followed.
    assert_eq!(
        paths,
        [
            "dns/zones/eslab.zone",
            "dns/zones/more/part.txt",
            "dns/zones/parts.zone"
        ]
    );

    // What git is told to ignore is of no state, and of one it is that was added all the same.
    folder.write(".gitignore", "/dns/build\n");
    folder.write("dns/build/x.zone", ZONE);
    let new = |folder: &Folder| {
        let outcome = diff(folder.path(), &["--git", "HEAD", "--format", "json", "dns"]);
        let inputs = outcome.json()["new"]["inputs"].as_array().map(Vec::len);
        inputs.expect("a list")
    };
    assert_eq!(new(&folder), 3);
    git(folder.path(), &["add", "-f", "dns/build/x.zone"]);
    assert_eq!(new(&folder), 4);
    git(folder.path(), &["reset", "-q"]);

    // One file, from a folder of the repository.
    let outcome = diff(
        &folder.path().join("dns"),
        &["--git", "HEAD", "zones/eslab.zone"],
    );
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    git(folder.path(), &["commit", "-q", "-a", "-m", "two"]);
    let outcome = diff(folder.path(), &["--git", "HEAD", "dns"]);
    assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
    let outcome = diff(folder.path(), &["--git", "HEAD~1", "dns"]);
    assert_eq!(outcome.status, 1, "{}{}", outcome.stdout, outcome.stderr);
    folder.write("dns/new/new.zone", ZONE);
    let outcome = diff(folder.path(), &["--git", "HEAD", "dns/new"]);
    assert_eq!(outcome.status, 2);
    assert!(
        outcome
            .stderr
            .contains("`dns/new` does not exist at `HEAD`"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_schema_in_the_repository_is_this_one() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/schema/sipdns-lint-diff-1.json"
    );
    let schema = sipdns_lint::report::diff::schema();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &schema).expect("schema/ is writable");
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert!(stored == schema, "run `UPDATE=1 cargo test --test diff`");
}

#[test]
fn a_declared_kind_counts_however_its_path_is_written() {
    let folder = folder(&[
        ("old/x.dat", ZONE),
        ("new/x.dat", &ZONE.replace("piper2 A", "pipper2 A")),
        ("elsewhere.dat", ZONE),
    ]);
    let within = folder.path().join("new");
    let full = within.join("x.dat").to_string_lossy().into_owned();
    let run = |from: &Path, states: [&str; 2], declared: &str| {
        let declared = format!("master-file={declared}");
        let old = "master-file=../old/x.dat";
        let old = if from == within {
            old
        } else {
            "master-file=./old/x.dat"
        };
        let arguments = ["--input", &declared, "--input", old, "--format", "json"];
        diff(from, &[&states[..], &arguments].concat())
    };
    for (from, states, declared) in [
        (folder.path(), ["old", "new"], "new/x.dat"),
        (folder.path(), ["old", "./new"], "new/x.dat"),
        (folder.path(), ["./old", "new"], "./new/x.dat"),
        (folder.path(), ["old", "new"], full.as_str()),
        (within.as_path(), ["../old", "."], "x.dat"),
    ] {
        let outcome = run(from, states, declared);
        let json = outcome.json();
        let new = rules(&json["findings"]["new"]);
        assert_eq!(new, ["srv-target-missing-address"], "{states:?} {declared}");
    }
    let outcome = run(folder.path(), ["old", "new"], "elsewhere.dat");
    assert_eq!(outcome.status, 2);
    let why = "`elsewhere.dat` of --input lies in neither state";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}

#[test]
fn what_settings_ask_a_server_is_no_part_of_two_states_of_files() {
    // Nobody listens there.
    let nobody = ["--server", "127.0.0.1:9"];
    let folder = folder(&[
        ("old/eslab.zone", ZONE),
        ("new/eslab.zone", ZONE),
        ("new/sipdns-lint.yaml", "live: sip.eslab.local\n"),
    ]);
    let states = ["--format", "json", "old", "new"];
    let outcome = diff(folder.path(), &[&states[..], &nobody].concat());
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    assert_eq!(outcome.json()["setups"]["unchanged"], 1);
}

#[test]
fn an_error_that_comes_to_touch_another_handset_is_new() {
    let line = |user: u16, port: &str| {
        format!(
            r#"<r reg.1.address="{user}" reg.1.server.1.address="eslab.local" reg.1.server.1.port="{port}"/>"#
        )
    };
    let list = r#"<APPLICATION CONFIG_FILES="[PHONE_MAC_ADDRESS]-reg.cfg"/>"#;
    let (good, bad) = (line(1512, "0"), line(1513, "5060"));
    let files = |name: &str, first: &str| {
        [
            (format!("{name}/eslab.zone"), ZONE.to_owned()),
            (format!("{name}/000000000000.cfg"), list.to_owned()),
            (format!("{name}/00907a0a0001-reg.cfg"), first.to_owned()),
            (format!("{name}/00907a0a0002-reg.cfg"), bad.clone()),
        ]
    };
    let with_third = ("more/00907a0a0003-reg.cfg".to_owned(), line(1514, "5060"));
    let mut all = [
        files("old", &good),
        files("new", &line(1512, "5060")),
        files("more", &good),
    ]
    .concat();
    all.push(with_third);
    let all: Vec<_> = all.iter().map(|(name, text)| (&**name, &**text)).collect();
    let folder = folder(&all);
    let compared = |new: &str| {
        let outcome = diff(folder.path(), &["--format", "json", "old", new]);
        let json = outcome.json();
        let rules = rules(&json["findings"]["new"]).len();
        (rules, outcome.status)
    };
    assert_eq!(compared("new"), (1, 1));
    assert_eq!(compared("old"), (0, 0));
    // Nothing changes for those that were there.
    assert_eq!(compared("more"), (0, 0));
}
