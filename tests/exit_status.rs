//! The exit status, row by row of what the README promises, and the files of `--output`.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;

#[path = "support/program.rs"]
mod program;

use program::{Folder, Outcome, outcome, program};

const CLEAN: &str = "\
$ORIGIN example.com.
$TTL 300
@ SOA ns1 hostmaster 1 900 600 86400 300
@ NS ns1
ns1 A 192.0.2.5
_sip._udp SRV 1 10 5060 sip1
_sip._udp SRV 2 10 5060 sip2
sip1 A 192.0.2.31
sip2 A 192.0.2.32
";

/// A folder with one file of each kind that matters here.
fn folder() -> Folder {
    let one_server = CLEAN.replace("_sip._udp SRV 2 10 5060 sip2\n", "");
    let no_address = CLEAN.replace("sip2 A 192.0.2.32\n", "");
    program::folder(&[
        ("clean/a.zone", CLEAN),
        ("warning.zone", &one_server),
        ("error.zone", &no_address),
        ("broken.zone", &CLEAN.replace("5060 sip1", "5060 sip1 \"")),
        ("bad.yaml", "fail-onn: warning\n"),
        ("letter.txt", "Dear all,\nthe telephones are silent.\n"),
        (
            "logs/handset.log",
            include_str!("../fixtures/bulletin-log-success/handset.log"),
        ),
        (
            "letters/letter.txt",
            "Dear all,\nthe telephones are silent.\n",
        ),
        ("mixed/a.zone", CLEAN),
        (
            "mixed/letter.txt",
            "Dear all,\nthe telephones are silent.\n",
        ),
    ])
}

fn sipdns_lint(folder: &Path, words: &str) -> Command {
    let mut command = program(folder);
    command.args(words.split_whitespace());
    command
}

fn run(folder: &Path, words: &str) -> Outcome {
    outcome(&mut sipdns_lint(folder, words))
}

#[test]
fn every_row_of_the_contract_holds() {
    let folder = folder();
    for (words, status, why) in [
        // 0: nothing at or above --fail-on, which is error by default.
        ("clean", 0, "notes only"),
        ("warning.zone", 0, "warnings only"),
        ("error.zone --fail-on never", 0, "nothing fails"),
        ("mixed", 0, "a file of no known kind in a folder is listed"),
        ("--help", 0, "help was asked for"),
        ("--version", 0, "the version was asked for"),
        ("explain srv-missing", 0, "a page was asked for"),
        ("rules", 0, "the list was asked for"),
        ("trace clean", 0, "a trace of what works"),
        // 1: findings at or above it.
        ("error.zone", 1, "an error"),
        ("broken.zone", 1, "what is wrong inside a file is a finding"),
        ("warning.zone --fail-on warning", 1, "a warning"),
        ("clean --fail-on note", 1, "a note"),
        ("trace error.zone", 1, "a trace lints as well"),
        // --only, --ignore and --min-severity act before the status.
        (
            "error.zone --only srv-single-target",
            0,
            "the error is not asked for",
        ),
        (
            "warning.zone --fail-on warning --ignore srv-single-target",
            0,
            "ignored",
        ),
        (
            "warning.zone --fail-on note --min-severity error",
            0,
            "dropped",
        ),
        // 2: could not check.
        ("absent.zone", 2, "a named file cannot be read"),
        ("letter.txt", 2, "a named file cannot be recognised"),
        ("letters", 2, "a folder holds nothing that can be checked"),
        ("fix letters", 2, "a folder holds nothing to repair"),
        ("diff clean letters", 2, "nothing is there any more"),
        ("diff letters clean", 0, "there was nothing before"),
        ("logs", 2, "a log in a folder is not read"),
        ("log logs/handset.log", 0, "a log is explained"),
        ("", 2, "nothing is named"),
        ("clean --frobnicate", 2, "bad usage"),
        ("clean --fail-on sometimes", 2, "bad usage"),
        ("clean --only no-such-rule", 2, "bad usage"),
        ("explain no-such-rule", 2, "bad usage"),
        (
            "clean --output json=absent/report.json",
            2,
            "a report cannot be written",
        ),
        ("clean --settings bad.yaml", 2, "bad settings"),
        ("clean --settings absent.yaml", 2, "settings cannot be read"),
        (
            "--live example.com --server 127.0.0.1:1 --timeout 0.2 --retries 0",
            2,
            "no DNS server is reachable",
        ),
        // 2 beats 1.
        ("error.zone absent.zone", 2, "could not check, and findings"),
        ("error.zone letter.txt", 2, "could not check, and findings"),
        (
            "error.zone --output json=absent/report.json",
            2,
            "could not write, and findings",
        ),
        (
            "error.zone absent.zone --fail-on never",
            2,
            "could not check",
        ),
    ] {
        let Outcome {
            status: got,
            stderr,
            ..
        } = run(folder.path(), words);
        assert_eq!(got, status, "`{words}`: {why}\n{stderr}");
        assert_eq!(stderr.is_empty(), status != 2, "`{words}`: {stderr}");
    }
}

#[test]
fn what_could_be_checked_is_reported_in_every_format_beside_what_could_not() {
    let folder = folder();
    for (format, finding, problem) in [
        ("pretty", "error[srv-target-missing-address]", "1 problem"),
        ("concise", "error[srv-target-missing-address]", "1 problem"),
        ("table", "srv-target-missing-address", "1 problem"),
        ("json", "srv-target-missing-address", "\"exit_code\": 2"),
        (
            "sarif",
            "srv-target-missing-address",
            "\"executionSuccessful\": false",
        ),
        (
            "github",
            "title=srv-target-missing-address",
            "::error title=sipdns-lint::",
        ),
        ("gitlab", "srv-target-missing-address", ""),
        ("junit", "srv-target-missing-address", "<error message="),
        (
            "markdown",
            "**srv-target-missing-address**",
            "**Could not check everything:**",
        ),
    ] {
        let words = format!("error.zone absent.zone --format {format}");
        let Outcome {
            status,
            stdout,
            stderr,
        } = run(folder.path(), &words);
        assert_eq!(status, 2, "{format}");
        assert!(stdout.contains(finding), "{format}: {stdout}");
        assert!(stdout.contains(problem), "{format}: {stdout}");
        assert_eq!(stderr.matches("error: ").count(), 1, "{format}: {stderr}");
    }
}

#[test]
fn the_status_stays_when_nobody_reads_on() {
    let folder = folder();
    let mut child = Process::new(assert_cmd::cargo::cargo_bin!("sipdns-lint"))
        .current_dir(folder.path())
        .args([
            "error.zone",
            "--format",
            "sarif",
            "--output",
            "json=report.json",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let mut stderr = String::new();
    let pipe = child.stderr.as_mut().expect("a pipe");
    pipe.read_to_string(&mut stderr).expect("UTF-8");
    let status = child.wait().expect("it ends");
    assert_eq!((status.code(), stderr.as_str()), (Some(1), ""));
    assert!(
        folder.path().join("report.json").exists(),
        "files are wanted all the same"
    );
}

/// What stands in the folder beside the inputs.
#[cfg(unix)]
fn written(folder: &Path) -> Vec<String> {
    let before = [
        "clean",
        "letters",
        "logs",
        "mixed",
        "warning.zone",
        "error.zone",
        "broken.zone",
        "letter.txt",
        "bad.yaml",
    ];
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !before.contains(&&**name))
        .collect();
    names.sort();
    names
}

#[test]
fn an_output_takes_no_other_files_place() {
    let folder = folder();
    let Outcome { status, stderr, .. } = run(folder.path(), "clean --output markdown=clean/a.zone");
    assert_eq!(status, 2);
    assert!(stderr.contains("it is an input"), "{stderr}");
    let zone = std::fs::read_to_string(folder.path().join("clean/a.zone"));
    assert_eq!(zone.expect("it is there"), CLEAN);

    // What was named is not written to, be it nothing to be read.
    std::fs::write(folder.path().join("notes.txt"), "nothing").expect("a new file");
    let Outcome { status, .. } = run(folder.path(), "notes.txt --output json=notes.txt");
    let notes = std::fs::read_to_string(folder.path().join("notes.txt"));
    assert_eq!(
        (status, notes.expect("it is there").as_str()),
        (2, "nothing")
    );

    let Outcome { status, stderr, .. } = run(folder.path(), "clean --output json=-");
    assert_eq!((status, folder.path().join("-").exists()), (2, false));
    assert!(stderr.contains("say --format json"), "{stderr}");

    // The report of an earlier run is met in the folder, and is no input.
    for _ in 0..2 {
        let Outcome { status, stderr, .. } = run(folder.path(), "clean --output json=clean/r.json");
        assert_eq!((status, stderr.as_str()), (0, ""));
    }

    let words = "clean --output json=report --output sarif=report";
    let Outcome { status, stderr, .. } = run(folder.path(), words);
    assert_eq!(status, 2);
    assert!(stderr.contains("named twice"), "{stderr}");
    let Outcome { stderr, .. } = run(folder.path(), "clean --output json=mixed");
    assert!(stderr.contains("cannot write `mixed`"), "{stderr}");
    let Outcome { stderr, .. } = run(folder.path(), "clean --output jsn=report");
    assert!(stderr.contains("did you mean `json`?"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn links_permissions_and_devices_stay_what_they_are() {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("old.json"), "old").expect("a new file");
    std::fs::set_permissions(path("old.json"), Permissions::from_mode(0o640)).expect("mine");
    symlink("old.json", path("link.json")).expect("a new link");
    let words = "clean --quiet --format concise --output json=link.json --output sarif=new.sarif \
        --output gitlab=/dev/stdout";
    let Outcome {
        status,
        stdout,
        stderr,
    } = run(folder.path(), words);
    assert_eq!(status, 0, "{stderr}");
    assert!(
        stdout.ends_with("]\n"),
        "the device is written to: {stdout}"
    );
    let link = std::fs::symlink_metadata(path("link.json")).expect("it is there");
    assert!(link.file_type().is_symlink());
    let old = std::fs::read_to_string(path("old.json")).expect("it is there");
    assert!(serde_json::from_str::<serde_json::Value>(&old).is_ok());
    let mode = |name| {
        std::fs::metadata(path(name))
            .expect("there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("old.json"), 0o640);
    std::fs::write(path("like.any"), "").expect("a new file");
    assert_eq!(
        mode("new.sarif"),
        mode("like.any"),
        "readable like any new file"
    );
}

/// A write that fails half-way: the file would be larger than the shell allows.
#[cfg(unix)]
#[test]
fn a_report_that_could_not_be_written_whole_leaves_the_old_one() {
    let folder = folder();
    std::fs::write(folder.path().join("report.json"), "old").expect("a new file");
    let program = assert_cmd::cargo::cargo_bin!("sipdns-lint");
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; exec '{}' error.zone --output sarif=report.json",
        program.display()
    );
    let output = Process::new("sh")
        .current_dir(folder.path())
        .args(["-c", &script])
        .output()
        .expect("a shell");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.matches("cannot write").count(), 1, "{stderr}");
    let report = std::fs::read_to_string(folder.path().join("report.json"));
    assert_eq!(report.expect("it is there"), "old");
    assert_eq!(
        written(folder.path()),
        ["report.json"],
        "nothing is left aside"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_once() {
    let folder = folder();
    for words in [
        "error.zone",
        "error.zone --format json --quiet",
        "trace error.zone",
        "rules",
        "explain srv-missing",
        "completions bash",
        "man",
        "--help",
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("Linux has it");
        let output = Process::new(assert_cmd::cargo::cargo_bin!("sipdns-lint"))
            .current_dir(folder.path())
            .args(words.split_whitespace())
            .stdout(full)
            .output()
            .expect("the program runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{words}: {stderr}");
        assert!(
            stderr.starts_with("error: cannot write the report: "),
            "{words}: {stderr}"
        );
    }
    let Outcome {
        status,
        stdout,
        stderr,
    } = run(folder.path(), "clean --output json=/dev/full");
    assert_eq!(status, 2);
    assert!(!stdout.is_empty(), "standard output has its report");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn the_summary_of_a_github_job_is_added_to() {
    let folder = folder();
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "# before\n").expect("a new file");
    let with = |words: &str, path: &Path| {
        let mut command = sipdns_lint(folder.path(), words);
        let output = command.env("GITHUB_STEP_SUMMARY", path).output();
        output.expect("it runs")
    };
    let output = with("error.zone --format github", &summary);
    assert_eq!(output.status.code(), Some(1));
    let text = std::fs::read_to_string(&summary).expect("it is there");
    assert!(
        text.starts_with("# before\n\n## sipdns-lint: 1 error"),
        "{text}"
    );
    // Other formats leave it alone.
    with("error.zone --format concise", &summary);
    assert_eq!(std::fs::read_to_string(&summary).expect("there"), text);
    let output = with("clean --format github", &folder.path().join("absent/x"));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("create the folder first"));
}
