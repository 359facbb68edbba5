//! Every fixture is a site: zones, handset configurations, perhaps a log, and `expect.yaml`.
//! All rules run on every one of them; what `expect.yaml` does not list is forbidden, notes
//! included. `good-*` sites have no finding at warning or above.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    /// What the site is and what is wrong with it, for people.
    about: String,
    /// The exit status of linting the folder.
    exit: i32,
    setups: Vec<ExpectedSetup>,
    findings: Vec<ExpectedFinding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<ExpectedLog>,
}

#[derive(Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct ExpectedSetup {
    /// `address port transport`
    setup: String,
    /// The zone file that makes up the view, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    view: Option<String>,
    handsets: Vec<String>,
    verdict: String,
    /// `order host address:port transport`
    servers: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct ExpectedFinding {
    /// `path:line:column`
    at: String,
    /// The text that is pointed at.
    text: String,
    rule: String,
    severity: String,
}

/// The handset's own log of the site, which `trace --as-log` must reproduce.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ExpectedLog {
    file: String,
    /// `--again`, in seconds after the lookup before.
    #[serde(default)]
    again: Vec<u32>,
    /// Lines of the file that the simulation does not write, and why.
    not_compared: Vec<Line>,
    /// Lines of the simulation that the file does not hold, and why.
    #[serde(default)]
    not_in_file: Vec<Line>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    line: usize,
    why: String,
}

fn fixtures() -> Vec<(String, PathBuf, Expectation)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .expect("the fixtures stand in fixtures/")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .map(|path| {
            let name = path.file_name().expect("a folder's name").to_string_lossy();
            let text = std::fs::read_to_string(path.join("expect.yaml"))
                .unwrap_or_else(|error| panic!("{name}: expect.yaml: {error}"));
            let expectation = serde_yaml::from_str(&text)
                .unwrap_or_else(|error| panic!("{name}: expect.yaml: {error}"));
            (name.into_owned(), path.clone(), expectation)
        })
        .collect();
    all.sort_by(|one, two| one.0.cmp(&two.0));
    all
}

/// The program in the folder of a fixture, with nothing of the surroundings.
fn sipdns_lint(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
    command.current_dir(folder).env_clear();
    command
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// What the program says, in the shape of an expectation.
fn observed(folder: &Path) -> (i32, Vec<ExpectedSetup>, Vec<ExpectedFinding>) {
    let output = sipdns_lint(folder)
        .args(["--format", "json", "."])
        .output()
        .expect("the program runs");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let setups = list(&report["setups"]).iter().map(|setup| ExpectedSetup {
        setup: format!(
            "{} {} {}",
            text(&setup["address"]),
            setup["port"],
            text(&setup["transport"])
        ),
        view: setup.get("view").filter(|view| !view.is_null()).map(text),
        handsets: list(&setup["handsets"]).iter().map(text).collect(),
        verdict: text(&setup["verdict"]),
        servers: list(&setup["servers"])
            .iter()
            .map(|server| {
                format!(
                    "{} {} {}:{} {}",
                    server["order"],
                    text(&server["host"]),
                    text(&server["address"]),
                    server["port"],
                    text(&server["transport"])
                )
            })
            .collect(),
    });
    let findings = list(&report["findings"]).iter().map(|finding| {
        let place = &finding["location"];
        ExpectedFinding {
            at: format!(
                "{}:{}:{}",
                text(&place["path"]),
                place["line"],
                place["column"]
            ),
            text: text(&place["snippet"]),
            rule: text(&finding["rule"]),
            severity: text(&finding["severity"]),
        }
    });
    let exit = output.status.code().expect("an exit status");
    (exit, setups.collect(), findings.collect())
}

#[test]
fn every_site_yields_what_it_expects_and_nothing_else() {
    let mut faults = String::new();
    for (name, folder, expected) in fixtures() {
        let (exit, setups, findings) = observed(&folder);
        let same = exit == expected.exit
            && setups.iter().collect::<BTreeSet<_>>() == expected.setups.iter().collect()
            && findings.iter().collect::<BTreeSet<_>>() == expected.findings.iter().collect()
            && findings.len() == expected.findings.len();
        if !same {
            let observed = Expectation {
                about: expected.about,
                exit,
                setups,
                findings,
                log: expected.log,
            };
            let yaml = serde_yaml::to_string(&observed).expect("YAML");
            writeln!(faults, "{name}: another outcome:\n{yaml}").expect("a string");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn good_sites_are_silent_at_warning_and_above() {
    let mut good = 0;
    for (name, _, expected) in fixtures() {
        if name.starts_with("good-") {
            good += 1;
            let loud = expected
                .findings
                .iter()
                .find(|finding| finding.severity != "note");
            assert!(loud.is_none(), "{name} expects {loud:?}");
            assert_eq!(expected.exit, 0, "{name}");
        }
    }
    assert!(
        good >= 11,
        "Active Directory and ten sites of different shape"
    );
}

#[test]
fn trace_as_log_reproduces_the_logs_line_by_line() {
    let mut compared = 0;
    for (name, folder, expected) in fixtures() {
        let Some(log) = expected.log else { continue };
        let mut command = sipdns_lint(&folder);
        command.args(["trace", "--as-log"]);
        for seconds in &log.again {
            command.args(["--again", &seconds.to_string()]);
        }
        let output = command.arg(".").output().expect("the program runs");
        let written = String::from_utf8(output.stdout).expect("UTF-8");
        let file = std::fs::read_to_string(folder.join(&log.file)).expect("the log");
        let skip = |text: &str, lines: &[Line]| -> Vec<String> {
            let last = text.lines().count();
            for skipped in lines {
                assert!(
                    (1..=last).contains(&skipped.line),
                    "{name}: no line {}",
                    skipped.line
                );
                assert!(
                    !skipped.why.is_empty(),
                    "{name}: line {} needs a reason",
                    skipped.line
                );
            }
            text.lines()
                .enumerate()
                .filter(|(index, _)| lines.iter().all(|line| line.line != index + 1))
                .map(|(_, line)| line.to_owned())
                .collect()
        };
        let file = skip(&file, &log.not_compared);
        let written = skip(&written, &log.not_in_file);
        for (index, (written, file)) in written.iter().zip(&file).enumerate() {
            assert_eq!(
                written,
                file,
                "{name}: line {} of what is compared",
                index + 1
            );
        }
        assert_eq!(written.len(), file.len(), "{name}: as many lines");
        compared += file.len();
    }
    assert!(
        compared >= 80,
        "both logs are compared, all but a few lines"
    );
}
