//! The command line from outside: exit statuses, streams, words and options.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};

use serde_json::Value;

// Only its straightforward answers are needed here.
#[allow(dead_code)]
#[path = "support/scripted_server.rs"]
mod scripted_server;

#[path = "support/program.rs"]
mod program;

#[path = "cli/dnsmasq.rs"]
mod dnsmasq;

#[path = "cli/inputs.rs"]
mod inputs;

#[path = "cli/passed_over.rs"]
mod passed_over;

#[path = "cli/views.rs"]
mod views;

#[path = "../benches/zone/generate.rs"]
#[allow(dead_code, reason = "the benchmark uses all of it")]
mod generate;

use program::{Outcome, folder, outcome, program};
use scripted_server::{always, bytes, from_records, record, records};

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

fn run(folder: &Path, words: &str) -> Outcome {
    run_with(folder, words, "")
}

fn run_with(folder: &Path, words: &str, stdin: &str) -> Outcome {
    let mut command = program(folder);
    outcome(command.args(words.split_whitespace()).write_stdin(stdin))
}

#[test]
fn usage_errors_exit_with_2_and_leave_standard_output_alone() {
    let folder = folder(&[("a.zone", ZONE)]);
    for (words, says) in [
        ("", "nothing to check"),
        ("--quiet", "nothing to check"),
        ("--stdin-filename a.zone", "name `-` as well"),
        ("--frobnicate a.zone", "--frobnicate"),
        ("--format xml a.zone", "xml"),
        (
            "--only srv-single-targt a.zone",
            "did you mean `srv-single-target`?",
        ),
        ("--ignore srv-single-target,nonsense a.zone", "nonsense"),
        (
            "explain srv-single-targt",
            "did you mean `srv-single-target`?",
        ),
        ("--handset spectralink-85 a.zone", "spectralink-84"),
        ("--assume weihgt=rfc2782 a.zone", "weight"),
        ("--assume weight=random a.zone", "higher-first"),
        ("--server example a.zone", "a server is an IP address"),
        ("--server 192.0.2.53 a.zone", "--live"),
        ("--input zone=a.zone", "master-file"),
        ("--port 0 a.zone", "--address"),
        ("--threads 0 a.zone", "from 1"),
        ("--timeout never a.zone", "seconds"),
        ("--output a.json a.zone", "FORMAT=PATH"),
        ("explian srv-single-target", "did you mean `explain`?"),
        (
            "srv-single-target",
            "did you mean `explain srv-single-target`?",
        ),
        ("--color never tarce a.zone", "did you mean `trace`?"),
    ] {
        let outcome = run(folder.path(), words);
        assert_eq!(outcome.status, 2, "{words}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "", "{words}");
        assert!(outcome.stderr.contains(says), "{words}: {}", outcome.stderr);
    }
}

#[test]
fn no_arguments_print_the_short_help_to_standard_error() {
    let folder = folder(&[]);
    let outcome = run(folder.path(), "");
    assert!(
        outcome.stderr.contains("Usage: sipdns-lint"),
        "{}",
        outcome.stderr
    );
    let outcome = run(folder.path(), "--help");
    assert_eq!(outcome.status, 0);
    assert!(outcome.stdout.contains("Examples:"), "{}", outcome.stdout);
}

#[test]
fn a_subcommand_stands_anywhere_and_options_on_both_sides_of_it() {
    let folder = folder(&[("a.zone", ZONE), ("trace/b.zone", ZONE)]);
    let first = run(
        folder.path(),
        "trace --address eslab.local --threads 1 a.zone",
    );
    assert_eq!(first.status, 0, "{}", first.stderr);
    assert!(
        first.stdout.contains("1. eslab.local. NAPTR"),
        "{}",
        first.stdout
    );
    for words in [
        "--address eslab.local trace --threads 1 a.zone",
        "--threads 1 --address=eslab.local trace a.zone",
    ] {
        assert_eq!(run(folder.path(), words).stdout, first.stdout, "{words}");
    }
    // A folder of that name is written otherwise, or stands behind another path.
    for words in ["./trace", "a.zone --quiet trace", "-- trace"] {
        let outcome = run(folder.path(), &format!("--format json {words}"));
        let inputs = outcome.json()["inputs"].to_string();
        assert!(inputs.contains("trace/b.zone"), "{words}: {inputs}");
    }
}

#[test]
fn colour_is_used_when_asked_for() {
    let folder = folder(&[]);
    let escape = |words: &str| run(folder.path(), words).stdout.contains('\u{1b}');
    assert!(escape("--color always explain srv-single-target"));
    assert!(!escape("explain srv-single-target"));
    assert!(!escape("explain srv-single-target --color never"));
}

#[test]
fn rules_completions_and_manual_are_written() {
    let folder = folder(&[]);
    for (words, says) in [
        ("rules", "srv-single-target"),
        ("completions bash", "srv-single-target"),
        ("completions zsh", "srv-single-target"),
        ("completions fish", "srv-single-target"),
        ("completions powershell", "sipdns-lint"),
        ("man", ".TH sipdns-lint"),
        ("--version", env!("CARGO_PKG_VERSION")),
    ] {
        let outcome = run(folder.path(), words);
        assert_eq!(outcome.status, 0, "{words}");
        assert!(outcome.stdout.contains(says), "{words}: {}", outcome.stdout);
    }
}

#[test]
fn reports_are_written_into_files_as_well() {
    let folder = folder(&[("a.zone", ZONE)]);
    let words = "a.zone --output json=report.json --output concise=report.txt --quiet";
    let outcome = run(folder.path(), words);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let stored = std::fs::read_to_string(folder.path().join("report.json")).expect("written");
    let json: Value = serde_json::from_str(&stored).expect("JSON");
    assert_eq!(json["schema"], "sipdns-lint/1");
    assert!(folder.path().join("report.txt").exists());
    let outcome = run(
        folder.path(),
        "a.zone --output json=no/such/folder.json --format json",
    );
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.json()["summary"]["exit_code"], 2);
}

#[test]
fn the_output_is_the_same_at_any_number_of_threads() {
    let zones: Vec<_> = (0..20)
        .map(|number| {
            let zone = ZONE.replace("eslab", &format!("eslab{number}"));
            (format!("zones/{number}.zone"), zone)
        })
        .collect();
    let files: Vec<_> = zones
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let folder = folder(&files);
    let one = run(folder.path(), "--format json zones --threads 1").stdout;
    assert_eq!(
        run(folder.path(), "--format json zones --threads 8").stdout,
        one
    );
}

#[test]
fn a_large_zone_is_read_alike_by_any_number_of_threads() {
    // Long enough for several parts, which odd entries and directives stand between.
    let zone = generate::zone(40_000, generate::Form::MasterFile);
    let mut lines: Vec<_> = zone.lines().map(str::to_owned).collect();
    for (number, line) in lines.iter_mut().enumerate().skip(10) {
        match number % 4001 {
            0 => line.push_str("\nodd TXT (\n \"a\" )\nodd CAA 0 issue \"ca\"\n A 192.0.2.9"),
            1000 => {
                line.push_str("\n$ORIGIN below.big.example.\nx A 192.0.2.8\n$ORIGIN big.example.");
            }
            2000 => line.push_str("\nbad A 192.0.2.300"),
            3000 => line.push_str("\n_sip._udp.lost SRV 1 1 5060 nowhere"),
            _ => {}
        }
    }
    let folder = folder(&[("big.example.zone", &(lines.join("\n") + "\n"))]);
    let report = |threads: &str| {
        let words = format!("--format json --verbose big.example.zone --threads {threads}");
        run(folder.path(), &words).stdout
    };
    let one = report("1");
    let report_of_one: Value = serde_json::from_str(&one).expect("JSON");
    let errors = report_of_one["summary"]["errors"].as_u64();
    // Each bad address, and the target that the repeated SRV record leads to.
    assert_eq!(errors, Some(11));
    for threads in ["2", "3", "8"] {
        assert_eq!(report(threads), one, "{threads} threads");
    }
}

#[cfg(windows)]
#[test]
fn names_with_stars_mean_every_file_of_such_a_name() {
    let folder = folder(&[
        ("one.zone", ZONE),
        ("two.zone", ZONE),
        ("letter.txt", "Dear"),
    ]);
    let output = outcome(program(folder.path()).args(["--format", "json", "*.zone"]));
    let report: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let inputs = report["inputs"].as_array().expect("a list").iter();
    let names: Vec<_> = inputs.map(|input| &input["path"]).collect();
    assert_eq!(names, ["one.zone", "two.zone"]);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = folder(&[]);
    let mut child = Process::new(assert_cmd::cargo::cargo_bin!("sipdns-lint"))
        .current_dir(folder.path())
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // The script is longer than what a pipe or a buffer holds.
    drop(child.stdout.take());
    let mut stderr = String::new();
    let pipe = child.stderr.as_mut().expect("a pipe");
    pipe.read_to_string(&mut stderr).expect("UTF-8");
    let status = child.wait().expect("it ends");
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_log_is_traced_in_the_handsets_own_words() {
    let folder = folder(&[("a.zone", ZONE)]);
    let words = "trace --as-log --address eslab.local a.zone --again 60";
    let outcome = run(folder.path(), words);
    let lines: Vec<_> = outcome.stdout.lines().collect();
    let naptr = "hostname 'eslab.local' attempting..";
    assert!(lines[0].contains(naptr), "{}", outcome.stdout);
    assert!(
        lines.iter().all(|line| line.starts_with('|')),
        "{}",
        outcome.stdout
    );
    assert!(
        outcome.stdout.contains("expires in 3540 seconds"),
        "{}",
        outcome.stdout
    );
    let outcome = run(folder.path(), "trace --as-log --handset rfc3263 a.zone");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""));
}

#[test]
fn a_live_name_is_asked_and_looked_up() {
    let soa = record("eslab.local. 900 SOA ns.eslab.local. a.eslab.local. 7 900 600 86400 300");
    let zone = records(
        "_sip._udp.eslab.local. 600 SRV 1 10 5060 piper.eslab.local.
        piper.eslab.local. 600 A 10.225.2.31",
    );
    let server = always(move |query| vec![bytes(&from_records(&zone, &soa, query))]);
    let folder = folder(&[]);
    let words = format!(
        "--live eslab.local. --server {} --format json --retries 0",
        server.address
    );
    let outcome = run(folder.path(), &words);
    assert_ne!(outcome.status, 2, "{}", outcome.stderr);
    let json = outcome.json();
    assert_eq!(json["setups"][0]["verdict"], "registers", "{json:#}");
    assert_eq!(json["setups"][0]["servers"][0]["address"], "10.225.2.31");
    let live = json["inputs"].as_array().expect("a list").iter();
    assert_eq!(live.filter(|input| input["kind"] == "live").count(), 1);
    let mut unasked = json["not_checked"].as_array().expect("a list").iter();
    let is_said = |one: &serde_json::Value| one["what"].to_string().contains("wildcards");
    assert!(unasked.any(is_said), "{json:#}");
}

#[test]
fn a_live_name_is_looked_up_as_it_is_said_to_be_used() {
    let soa = record("eslab.local. 900 SOA ns.eslab.local. a.eslab.local. 7 900 600 86400 300");
    let zone = records(
        "_sip._tcp.eslab.local. 600 SRV 1 10 5060 piper.eslab.local.
        piper.eslab.local. 600 A 10.225.2.31",
    );
    let server = always(move |query| vec![bytes(&from_records(&zone, &soa, query))]);
    let phone = "<handset voIpProt.server.1.address=\"ESLAB.local\" \
                 voIpProt.server.1.transport=\"TCPOnly\"/>";
    let folder = folder(&[("phone.cfg", phone)]);
    for words in [
        "--live eslab.local --transport TCPOnly",
        "--live eslab.local --address eslab.local --transport TCPOnly",
        "--live eslab.local. phone.cfg",
    ] {
        let more = format!("--server {} --format json --retries 0", server.address);
        let json = run(folder.path(), &format!("{words} {more}")).json();
        let setups = json["setups"].as_array().expect("a list").iter();
        let used: Vec<_> = setups
            .map(|setup| format!("{} {}", setup["transport"], setup["verdict"]))
            .collect();
        assert_eq!(used, ["\"TCPOnly\" \"registers\""], "{words}");
    }
}

#[test]
fn a_dns_server_that_does_not_answer_is_2_and_files_are_checked_all_the_same() {
    let server = always(|_| Vec::new());
    let folder = folder(&[("a.zone", ZONE)]);
    let words = format!(
        "a.zone --live eslab.local --server {} --timeout 0.2 --retries 0 --format json",
        server.address
    );
    let outcome = run(folder.path(), &words);
    assert_eq!(outcome.status, 2, "{}", outcome.stdout);
    assert!(
        outcome.stderr.contains("does not answer"),
        "{}",
        outcome.stderr
    );
    let json = outcome.json();
    let checked = json["checked"].to_string();
    assert!(
        checked.contains("\"0 of "),
        "nothing was answered: {checked}"
    );
    let verdicts: Vec<_> = json["setups"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|setup| format!("{} {}", setup["view"], setup["verdict"]))
        .collect();
    assert!(
        verdicts.contains(&"\"a.zone\" \"registers\"".to_owned()),
        "{verdicts:?}"
    );
}

#[test]
fn readings_of_undocumented_behaviour_are_printed() {
    let folder = folder(&[("eslab.local.zone", ZONE)]);
    let assumed = |words: &str| {
        let output = run(folder.path(), words).stdout;
        let line = output.lines().find(|line| line.starts_with("assumed: "));
        line.map(str::to_owned)
    };
    assert_eq!(assumed("."), None);
    assert_eq!(
        assumed("--assume weight=higher-first .").as_deref(),
        Some("assumed: weight=higher-first")
    );
    let all = assumed("--verbose .").expect("all of them");
    assert!(all.contains("naptr-replacement=follow, "), "{all}");
    let json = run(folder.path(), "--format json --assume naptr-walk=next .").json();
    assert_eq!(json["assumptions"]["naptr-walk"], "next");
    assert_eq!(json["handset"], "spectralink-84");
}

#[test]
fn empty_names_are_refused_and_what_was_typed_is_shown_without_its_controls() {
    let folder = folder(&[("eslab.local.zone", ZONE)]);
    for option in ["--address", "--live", "--origin"] {
        let output = program(folder.path())
            .args([option, "", "."])
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(output.stdout.is_empty(), "{option}");
    }
    let output = program(folder.path())
        .args(["--\u{1b}[31mred", "."])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        !output.stderr.contains(&0x1b),
        "no escape reaches a terminal"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("red"));
}

#[test]
fn what_was_not_checked_says_why_of_what_was_given() {
    let log_only = r#"<site log.level.change.dns="1"/>"#;
    let folder = folder(&[("eslab.local.zone", ZONE), ("site.cfg", log_only)]);
    let not_checked = |words: &str| {
        let json = run(folder.path(), words).json();
        json["not_checked"].to_string()
    };
    let without = not_checked("--format json eslab.local.zone");
    assert!(without.contains("handset configuration"), "{without}");
    let without_address = not_checked("--format json eslab.local.zone site.cfg");
    assert!(
        !without_address.contains("none given; name its file"),
        "{without_address}"
    );
    assert!(
        without_address.contains("sets a server address"),
        "{without_address}"
    );
}

#[test]
fn what_was_given_is_not_said_to_be_missing() {
    let handset = r#"<reg reg.1.address="1512" reg.1.server.1.address="eslab.local"/>"#;
    let reverse = "$TTL 300\n@ SOA ns h 1 900 600 86400 300\n@ NS ns.eslab.local.\n";
    let log =
        "|dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'eslab.local' attempting..\n";
    let folder = folder(&[
        ("sipdns-lint.yaml", "expect: {mode: single}\n"),
        ("eslab.local.zone", ZONE),
        ("2.225.10.in-addr.arpa.zone", reverse),
        ("00907a0a0001.cfg", handset),
        ("00907a0a0002.cfg", handset),
        ("00907a0a0001-app.log", log),
    ]);
    let is_missing = |words: &str, what: &str| {
        let words = format!("--format json eslab.local.zone {words}");
        let json = run(folder.path(), &words).json();
        json["not_checked"].to_string().contains(what)
    };
    for (given, what) in [
        ("00907a0a0001.cfg", "handset configuration"),
        ("2.225.10.in-addr.arpa.zone", "PTR records"),
        ("--settings sipdns-lint.yaml", "intended order of servers"),
        (
            "00907a0a0001.cfg 00907a0a0002.cfg",
            "differences between handsets",
        ),
        ("00907a0a0001-app.log", "handset log"),
    ] {
        assert!(is_missing("--no-settings", what), "{what}");
        assert!(!is_missing(given, what), "{what}");
    }
    assert!(is_missing("00907a0a0001.cfg", "differences between"));
}

#[test]
fn a_server_whose_address_nobody_knows_is_named_and_nothing_more_is_claimed() {
    let outside = ZONE.replace("piper2\n", "piper2.other.test.\n");
    assert_ne!(outside, ZONE);
    for (zone, claim, what) in [
        (ZONE, "holds under every reading", ""),
        (
            &*outside,
            "as far as the answers are known",
            "not checked: the address of 1 server (piper2.other.test.): outside the data given",
        ),
    ] {
        let folder = folder(&[("eslab.local.zone", zone)]);
        let shown = run(folder.path(), "--no-settings .").stdout;
        assert!(shown.contains(&format!("registers ({claim})")), "{shown}");
        assert!(shown.contains(what), "{shown}");
        assert_eq!(shown.contains("the address of 1 server"), !what.is_empty());
    }
}

#[test]
fn transports_that_share_the_first_place_are_not_said_to_be_in_order() {
    let naptr = |order: u16| {
        format!(
            "{ZONE}_sip._tcp SRV 1 10 5060 piper\n_sip._tcp SRV 2 10 5060 piper2\n\
             @ NAPTR 10 10 \"S\" \"SIP+D2U\" \"\" _sip._udp\n\
             @ NAPTR {order} 10 \"S\" \"SIP+D2T\" \"\" _sip._tcp\n"
        )
    };
    for (order, claim) in [
        (10, "which of UDP and TCP comes first is open"),
        (20, "holds under every reading"),
    ] {
        let folder = folder(&[("eslab.local.zone", &*naptr(order))]);
        let shown = run(folder.path(), "--no-settings .").stdout;
        assert!(shown.contains(&format!("registers ({claim})")), "{shown}");
    }
}
