//! Every format over every site: the same findings at the same places, valid by its own
//! standard, the same bytes at any number of threads; and nothing that an input says breaks
//! out of any of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;
use tempfile::TempDir;

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
    let schema = include_str!("sarif/sarif-schema-2.1.0.json");
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

/// What somebody might write into a zone, a configuration or a file's name to be obeyed.
const HOSTILE: &str = "::set-output name=a::b ##[error]x ##vso[task.complete]y %0A::error::z \
    </script><img src=x onerror=alert(1)> ]]&gt; | a | b | [x](http://evil.example) \
    ![x](http://evil.example) `` ` @team #1 http://evil.example www.evil.example \
    \u{202e}gnp\u{200b}\u{9b}31m\u{85}\u{2028} {0} ${{ x }}";

/// A site that says hostile things wherever an input can say something.
fn hostile_site() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let write = |name: &str, text: String| {
        std::fs::write(folder.path().join(name), text).expect("a new file");
    };
    let in_xml = HOSTILE
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace("]]&gt;", "]]&amp;gt;");
    write(
        "phone.cfg",
        format!(
            "<x voIpProt.server.1.address=\"{in_xml}\" voIpProt.server.1.transport=\"{in_xml}\"\n\
             reg.1.server.1.address=\"&#10;::error::new line\" {}=\"\"/>\n",
            "voIpProt.server.1.prot"
        ),
    );
    let head = "$ORIGIN hostile.example.\n$TTL 3600\n@ SOA ns1 h 1 900 600 86400 900\n@ NS ns1\n\
        ns1 A 10.0.0.1\n_sip._udp SRV 1 0 5060 a\na A 10.0.0.2\n";
    let quoted = HOSTILE.replace('"', "");
    let bytes = HOSTILE.bytes().take(60);
    let escaped: Vec<_> = bytes.map(|byte| format!("\\{byte:03}")).collect();
    let escaped = escaped.concat();
    let zone = format!(
        "{head}{escaped} SRV {quoted}\n{HOSTILE}\n@ NAPTR 1 1 \"{quoted}\" \"{quoted}\" \"\" .\n\
         _sip._tcp SRV 1 0 5060 {escaped}\n\u{1b}[2J\u{7}::error::x SRV 1 ::error::y \r::error::z\n"
    );
    write("a.zone", zone.clone());
    // Names that Windows and git hosts allow as well, then those that only Unix does.
    write("@team #1 %0A [x](y) `b` b.zone", zone.clone());
    if cfg!(unix) {
        write(
            "::set-output name=a::b,line=1 ##[error]x.zone",
            zone.clone(),
        );
        write("a\n::error::|b|<script>\u{202e}.zone", zone);
    }
    folder
}

#[test]
fn nothing_an_input_says_breaks_out_of_a_format() {
    let folder = hostile_site();
    let mut formats = reports(folder.path(), &[]);
    for words in [&["trace"][..], &["trace", "--as-log"]] {
        let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
        command.current_dir(folder.path()).env_clear().args(words);
        for format in ["pretty", "markdown"] {
            let output = command.args(["--format", format, "."]).output();
            let text = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
            formats.insert(
                if format == "pretty" {
                    "trace"
                } else {
                    "trace.md"
                },
                text,
            );
            command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
            command.current_dir(folder.path()).env_clear().args(words);
        }
    }
    let findings = expected(&json(&formats["json"])).len();
    assert!(findings > 20, "the site is full of defects: {findings}");
    assert!(
        formats["json"].contains("evil.example"),
        "and they quote it"
    );
    for (format, text) in &formats {
        obeyed_by_no_terminal(format, text);
        obeyed_by_no_runner(format, text);
        if matches!(*format, "json" | "sarif" | "gitlab" | "junit" | "markdown") {
            let code_is_text = if *format == "markdown" {
                without_code(text)
            } else {
                text.clone()
            };
            assert!(!code_is_text.contains("</script"), "{format}");
            assert!(!code_is_text.contains("<img"), "{format}");
        }
    }
    json(&formats["sarif"]);
    json(&formats["gitlab"]);
    roxmltree::Document::parse(&formats["junit"]).expect("XML");
    only_our_markup(&formats["markdown"]);
    only_our_markup(&formats["trace.md"]);
}

fn obeyed_by_no_terminal(format: &str, text: &str) {
    let steers = |character: char| {
        let invisible = ['\u{200b}', '\u{202e}', '\u{2028}', '\u{feff}'];
        (character.is_control() && character != '\n') || invisible.contains(&character)
    };
    let found = text.lines().find(|line| line.contains(steers));
    assert!(found.is_none(), "{format}: {found:?}");
}

fn obeyed_by_no_runner(format: &str, text: &str) {
    for line in text.lines() {
        let Some(command) = command_head(line) else {
            assert!(
                !line.contains("##[") && !line.contains("##vso["),
                "{format}: {line}"
            );
            continue;
        };
        assert_eq!(format, "github", "{line}");
        let ours = ["error", "warning", "notice"].contains(&&*command);
        assert!(ours, "{line}");
        let read = self::command(line).expect("it is one");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        for (key, value) in &read.properties {
            assert!(known.contains(&&**key), "{line}");
            let number = ["line", "endLine", "col", "endColumn"].contains(&&**key);
            assert!(!number || value.parse::<u32>().is_ok(), "{line}");
        }
        assert!(!read.data.contains('\r'), "{line}");
    }
}

fn command_head(line: &str) -> Option<String> {
    let (head, _) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    Some(head.split(' ').next().unwrap_or_default().to_owned())
}

/// Markdown without its code, which renderers show as text.
fn without_code(markdown: &str) -> String {
    let mut rest = String::new();
    let mut fenced = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => fenced = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => fenced = false,
            Event::Html(html) | Event::InlineHtml(html) if !fenced => rest.push_str(&html),
            _ => {}
        }
    }
    rest
}

fn only_our_markup(markdown: &str) {
    let ours = [
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "lines to type",
        "<code>",
        "</code>",
        "<br>",
        "\n",
    ];
    let mut html = without_code(markdown);
    for own in ours {
        html = html.replace(own, "");
    }
    assert_eq!(html, "");
    let mut columns = 0;
    let mut fenced = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => fenced = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => fenced = false,
            Event::Start(
                tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::BlockQuote(_) | Tag::Emphasis),
            ) => {
                panic!("{tag:?}")
            }
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::Start(Tag::Heading { .. }) | Event::Rule => columns = 0,
            Event::Text(text) if !fenced => {
                // A mention or an address that renderers would find in the text they show.
                let text = text.into_string();
                assert!(!text.contains("@team"), "{text}");
                assert!(
                    !text.contains("http://") && !text.contains("www.e"),
                    "{text}"
                );
            }
            _ => {}
        }
    }
    assert!(
        columns == 0 || columns == 3,
        "the table of set-ups: {columns}"
    );
}
