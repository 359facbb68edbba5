//! Every format over every site: the same findings at the same places, valid by its own
//! standard, the same bytes at any number of threads; and nothing that an input says breaks
//! out of any of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;
use tempfile::TempDir;

mod commands;
mod hostile;
#[allow(dead_code, reason = "these tests run the program in their own way")]
#[path = "../support/program.rs"]
mod program;

use program::formats;

const FORMATS: [&str; 9] = [
    "pretty", "concise", "table", "json", "sarif", "github", "gitlab", "junit", "markdown",
];

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .expect("the fixtures stand in fixtures/")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .collect();
    all.sort();
    all
}

/// The reports of one run on a folder by their formats, with everything in them.
fn reports(folder: &Path, more: &[&str]) -> BTreeMap<&'static str, String> {
    let out = TempDir::new().expect("a temporary folder");
    let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
    command.current_dir(folder).env_clear().args(["--verbose"]);
    for format in FORMATS {
        let path = out.path().join(format);
        command.arg(format!("--output={format}={}", path.display()));
    }
    let output = command.args(more).arg(".").output().expect("it runs");
    assert!(
        output.stderr.is_empty(),
        "{}: {}",
        folder.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    let read = |format| {
        let text = std::fs::read(out.path().join(format)).expect("a report");
        (format, String::from_utf8(text).expect("UTF-8"))
    };
    let reports: BTreeMap<_, _> = FORMATS.into_iter().map(read).collect();
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(shown, reports["pretty"], "the same as on standard output");
    reports
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What formats must agree on of a finding.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Finding {
    rule: String,
    severity: String,
    path: String,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
    snippet: String,
}

fn expected(report: &Value) -> Vec<Finding> {
    let finding = |finding: &Value| {
        let place = &finding["location"];
        let number = |field: &str| place[field].as_u64().expect("a number");
        Finding {
            rule: text(&finding["rule"]).to_owned(),
            severity: text(&finding["severity"]).to_owned(),
            path: text(&place["path"]).to_owned(),
            line: number("line"),
            column: number("column"),
            end_line: number("end_line"),
            end_column: number("end_column"),
            snippet: text(&place["snippet"]).to_owned(),
        }
    };
    list(&report["findings"]).iter().map(finding).collect()
}

/// The place of each finding as formats for files show it: its own, or the first related one
/// in a file.
fn in_files(report: &Value) -> Vec<Option<Finding>> {
    let is_file = |place: &Value| !text(&place["path"]).starts_with('<');
    let of = |finding: &Value| {
        let related = list(&finding["related"]).iter();
        let mut places = std::iter::once(&finding["location"]).chain(related);
        let place = places.find(|place| is_file(place))?;
        let mut moved = finding.clone();
        moved["location"] = place.clone();
        expected(&serde_json::json!({ "findings": [moved] })).pop()
    };
    list(&report["findings"]).iter().map(of).collect()
}

#[test]
fn every_format_says_the_same_of_every_site_at_any_number_of_threads() {
    let schema = include_str!("../sarif/sarif-schema-2.1.0.json");
    // One pattern of the schema, for the language of texts, is no regular expression.
    let odd = r#""pattern": "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$""#;
    let schema = schema.replace(odd, r#""pattern": "^[a-zA-Z]{2}""#);
    let schema = jsonschema::validator_for(&json(&schema)).expect("a schema");
    let mut findings = 0;
    for folder in fixtures() {
        let name = folder.file_name().expect("a name").to_string_lossy();
        let reports = threads_do_not_matter(&folder);
        let report = json(&reports["json"]);
        let expected = expected(&report);
        findings += expected.len();
        sarif_agrees(&name, &json(&reports["sarif"]), &report, &schema);
        gitlab_agrees(&name, &json(&reports["gitlab"]), &report);
        junit_agrees(&name, &reports["junit"], &expected);
        github_agrees(&name, &reports["github"], &report);
        markdown_agrees(&name, &reports["markdown"], &expected);
        text_agrees(&name, &reports, &expected);
    }
    assert!(
        findings > 100,
        "the sites have something to say: {findings}"
    );
}

fn threads_do_not_matter(folder: &Path) -> BTreeMap<&'static str, String> {
    let one = reports(folder, &["--threads", "1"]);
    for threads in ["2", "8"] {
        let other = reports(folder, &["--threads", threads]);
        for (format, text) in &one {
            let place = folder.display();
            assert!(
                *text == other[format],
                "{place}: {format} at {threads} threads"
            );
        }
    }
    one
}

fn sarif_agrees(name: &str, log: &Value, report: &Value, schema: &jsonschema::Validator) {
    let errors: Vec<_> = schema.iter_errors(log).map(|one| one.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(
        run["invocations"][0]["exitCode"],
        report["summary"]["exit_code"]
    );
    let results = list(&run["results"]);
    let places = in_files(report);
    assert_eq!(results.len(), places.len(), "{name}");
    let mut fingerprints = BTreeSet::new();
    for ((result, place), finding) in results.iter().zip(places).zip(expected(report)) {
        assert!(
            fingerprints.insert(result["partialFingerprints"].to_string()),
            "{name}"
        );
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index"));
        let rule = &run["tool"]["driver"]["rules"][index.expect("small")];
        assert_eq!(rule["id"], result["ruleId"], "{name}");
        assert!(text(&rule["help"]["markdown"]).contains("**Sources**"));
        let location = &result["locations"][0];
        let own_place = place.as_ref() == Some(&finding);
        assert_eq!(location["logicalLocations"].is_null(), own_place, "{name}");
        let Some(place) = place else {
            assert!(location["physicalLocation"].is_null(), "{name}");
            continue;
        };
        let physical = &location["physicalLocation"];
        let uri = text(&physical["artifactLocation"]["uri"]);
        let path = percent_encoding::percent_decode_str(uri).decode_utf8();
        let region = |field: &str| physical["region"][field].as_u64().expect("a number");
        let shown = Finding {
            rule: text(&result["ruleId"]).to_owned(),
            severity: text(&result["level"]).to_owned(),
            path: path.expect("UTF-8").into_owned(),
            line: region("startLine"),
            column: region("startColumn"),
            end_line: region("endLine"),
            end_column: region("endColumn"),
            snippet: text(&physical["region"]["snippet"]["text"]).to_owned(),
        };
        assert_eq!(shown, place, "{name}");
        assert!(
            !uri.starts_with('/') && !uri.contains(['\\', ' ', ':']),
            "{uri}"
        );
    }
}

fn gitlab_agrees(name: &str, issues: &Value, report: &Value) {
    let findings = expected(report);
    assert_eq!(list(issues).len(), findings.len(), "{name}");
    let mut fingerprints = BTreeSet::new();
    for ((issue, place), finding) in list(issues).iter().zip(in_files(report)).zip(findings) {
        let place = place.unwrap_or_else(|| finding.clone());
        let severity = match text(&issue["severity"]) {
            "critical" => "error",
            "major" => "warning",
            "info" => "note",
            other => panic!("{name}: {other}"),
        };
        assert_eq!(severity, finding.severity, "{name}");
        assert_eq!(issue["check_name"], finding.rule, "{name}");
        assert_eq!(issue["location"]["path"], place.path, "{name}");
        assert_eq!(issue["location"]["lines"]["begin"], place.line, "{name}");
        assert!(
            fingerprints.insert(text(&issue["fingerprint"]).to_owned()),
            "{name}"
        );
    }
}

fn junit_agrees(name: &str, xml: &str, expected: &[Finding]) {
    let document =
        roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut shown = Vec::new();
    let mut names = BTreeSet::new();
    for case in document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
    {
        let attribute = |name| case.attribute(name).expect("an attribute").to_owned();
        assert!(
            names.insert((attribute("classname"), attribute("name"))),
            "{name}"
        );
        let Some(outcome) = case.first_element_child() else {
            continue;
        };
        let severity = outcome.attribute("type").expect("a severity").to_owned();
        let failed = outcome.has_tag_name("failure");
        assert_eq!(failed, severity == "error", "{name}");
        let rule = attribute("name")
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned();
        shown.push((rule, severity, attribute("file"), attribute("line")));
    }
    let mut expected: Vec<_> = expected
        .iter()
        .map(|one| {
            (
                one.rule.clone(),
                one.severity.clone(),
                one.path.clone(),
                one.line.to_string(),
            )
        })
        .collect();
    expected.sort();
    shown.sort();
    assert_eq!(shown, expected, "{name}");
}

/// A workflow command as the runner of GitHub Actions reads it.
struct WorkflowCommand {
    name: String,
    properties: BTreeMap<String, String>,
    data: String,
}

fn command(line: &str) -> Option<WorkflowCommand> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let decoded = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let property = |pair: &str| {
        let (key, value) = pair.split_once('=').expect("key=value");
        (key.to_owned(), decoded(value))
    };
    Some(WorkflowCommand {
        name: name.to_owned(),
        properties: properties.split(',').map(property).collect(),
        data: data
            .replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%25", "%"),
    })
}

fn github_agrees(name: &str, lines: &str, report: &Value) {
    let places = in_files(report);
    let findings = expected(report);
    for (level, severity) in [
        ("error", "error"),
        ("warning", "warning"),
        ("notice", "note"),
    ] {
        let of_level = |one: &&WorkflowCommand| one.name == level;
        let commands: Vec<_> = lines.lines().filter_map(command).collect();
        let all = findings
            .iter()
            .filter(|one| one.severity == severity)
            .count();
        let shown = commands.iter().filter(of_level);
        assert_eq!(shown.clone().count(), all.min(10), "{name}: {level}");
        for one in shown {
            let Some(path) = one.properties.get("file") else {
                continue;
            };
            let number = |key: &str| one.properties.get(key).and_then(|value| value.parse().ok());
            let known = places.iter().flatten().any(|place| {
                place.severity == severity
                    && one.properties["title"] == place.rule
                    && *path == place.path
                    && number("line") == Some(place.line)
                    && number("col").is_none_or(|column| column == place.column)
            });
            assert!(known, "{name}: {:?} {}", one.properties, one.data);
        }
    }
}

/// Rules and places of a Markdown report's findings, by a parser.
fn markdown_agrees(name: &str, markdown: &str, expected: &[Finding]) {
    let mut shown = Vec::new();
    let mut rule = None;
    let mut bold = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Strong) => bold = true,
            Event::Text(text) if bold => {
                rule = Some(text.into_string());
                bold = false;
            }
            Event::Code(place) => {
                if let Some(rule) = rule.take() {
                    shown.push((rule, place.into_string()));
                }
            }
            _ => {}
        }
    }
    let mut expected: Vec<_> = expected
        .iter()
        .map(|one| {
            (
                one.rule.clone(),
                format!("{}:{}:{}", one.path, one.line, one.column),
            )
        })
        .collect();
    expected.sort();
    shown.sort();
    assert_eq!(shown, expected, "{name}");
}

fn text_agrees(name: &str, reports: &BTreeMap<&str, String>, expected: &[Finding]) {
    for one in expected {
        let start = format!(
            "{}:{}:{}: {}[{}] ",
            one.path, one.line, one.column, one.severity, one.rule
        );
        let concise = reports["concise"].lines();
        assert!(
            concise.clone().any(|line| line.starts_with(&start)),
            "{name}: {start}"
        );
        let place = format!("{}:{}:{}", one.path, one.line, one.column);
        assert!(reports["pretty"].contains(&place), "{name}: {place}");
    }
    let headers = |line: &&str| {
        ["error[", "warning[", "note["]
            .iter()
            .any(|word| line.starts_with(word))
    };
    let pretty = reports["pretty"].lines().filter(headers).count();
    assert_eq!(pretty, expected.len(), "{name}");
}
