//! What the documents say is true: output they show is what the program writes, tables are
//! those of the program, paths and links exist. `UPDATE=1 cargo test --test docs` rewrites the
//! generated parts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use sipdns_lint::handset::assumption::ASSUMPTIONS;

const DOCUMENTS: [&str; 8] = [
    ".github/SECURITY.md",
    "README.md",
    "CONTRIBUTING.md",
    "docs/differences-from-bind.md",
    "docs/handset.md",
    "docs/mutants.md",
    "docs/settings.md",
    "rules/README.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(document: &str) -> String {
    std::fs::read_to_string(root().join(document))
        .unwrap_or_else(|error| panic!("{document}: {error}"))
        .replace("\r\n", "\n")
}

/// Compares a document with what it should be, or rewrites it under `UPDATE`.
fn hold(document: &str, expected: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(document), expected).expect("a writable document");
        return;
    }
    let written = read(document);
    for (number, (written, expected)) in written.lines().zip(expected.lines()).enumerate() {
        assert_eq!(
            written,
            expected,
            "{document}:{} is stale: `UPDATE=1 cargo test --test docs`",
            number + 1
        );
    }
    assert_eq!(
        written.lines().count(),
        expected.lines().count(),
        "{document}"
    );
}

/// A generated part stands in a fenced block or between a comment that says what it is and
/// the comment `<!-- end -->`.
fn regenerate(document: &str) -> String {
    let text = read(document);
    let mut fresh = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(fresh, "{line}");
        let Some(what) = line
            .strip_prefix("<!-- ")
            .and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        let content = match what.split_once(' ') {
            Some(("output", command)) => format!("```text\n{}```\n", output(command)),
            _ if what == "functions" => functions_table(),
            _ if what == "assumptions" => assumptions_table(),
            _ => continue,
        };
        fresh.push_str(&content);
        fresh.push_str("<!-- end -->\n");
        assert!(
            lines.by_ref().any(|line| line == "<!-- end -->"),
            "{document}: `{what}` has no `<!-- end -->`"
        );
    }
    fresh
}

/// What the program writes to standard output, in the project's folder.
fn output(command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("sipdns-lint"), "{command}");
    let output = Command::cargo_bin("sipdns-lint")
        .expect("cargo builds the program")
        .args(words)
        .current_dir(root())
        .env_clear()
        .output()
        .expect("the program runs");
    assert!(output.stderr.is_empty(), "{command} complains");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.is_empty(), "{command} writes nothing");
    // Trailing blanks would not survive an editor.
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{}", line.trim_end());
        all
    })
}

fn functions_table() -> String {
    let mut table = String::from("| function | values | says |\n|---|---|---|\n");
    for (name, values, about, _) in sipdns_lint::expression::FUNCTIONS {
        let _ = writeln!(table, "| `{name}` | {values} | {about} |");
    }
    table
}

fn assumptions_table() -> String {
    let mut table =
        String::from("| assumption | question | readings, the default first |\n|---|---|---|\n");
    for assumption in ASSUMPTIONS {
        let readings: Vec<_> = assumption
            .readings
            .iter()
            .map(|reading| format!("`{}`: {}", reading.value, reading.meaning))
            .collect();
        let _ = writeln!(
            table,
            "| `{}` | {} | {} |",
            assumption.name,
            assumption.question,
            readings.join("<br>")
        );
    }
    table
}

#[test]
fn generated_parts_are_fresh() {
    for document in DOCUMENTS {
        let fresh = match document {
            // Nothing of it is written by hand.
            "rules/README.md" => output("sipdns-lint rules --format markdown"),
            _ => regenerate(document),
        };
        if document == "README.md" {
            assert!(fresh.contains("```text\n"), "the README shows output");
        }
        hold(document, &fresh);
    }
}

/// Everything in backticks that looks like a path of the project, and every relative link.
fn named_paths(text: &str) -> Vec<String> {
    let folders = [
        "src/",
        "rules/",
        "tests/",
        "fixtures/",
        "docs/",
        "schema/",
        ".ci/",
        "benches/",
    ];
    let mut paths = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let in_backticks = line.split('`').skip(1).step_by(2);
        let is_path = |word: &&str| {
            folders.iter().any(|folder| word.starts_with(folder))
                && !word.contains(['<', '*', ' ', '{'])
        };
        paths.extend(in_backticks.filter(is_path).map(str::to_owned));
        for link in line.split("](").skip(1) {
            let target = link.split(')').next().unwrap_or_default();
            let target = target.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                paths.push(target.to_owned());
            }
        }
    }
    paths
}

#[test]
fn paths_and_links_lead_somewhere() {
    let mut checked = 0;
    for document in DOCUMENTS {
        let beside = Path::new(document).parent().expect("a file in a folder");
        for path in named_paths(&read(document)) {
            let exists = root().join(beside).join(&path).exists() || root().join(&path).exists();
            assert!(exists, "{document} names `{path}`, which is not there");
            checked += 1;
        }
    }
    assert!(checked > 20, "the documents name paths: {checked}");
}

/// The text of every Rust file below a folder.
fn code(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            code(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push_str(&std::fs::read_to_string(&path).expect("a readable file"));
        }
    }
}

#[test]
fn tests_that_are_named_exist() {
    let mut all = String::new();
    for folder in ["src", "tests"] {
        code(&root().join(folder), &mut all);
    }
    let text = read(".github/SECURITY.md");
    let in_backticks = text.split('`').skip(1).step_by(2);
    let mut checked = 0;
    for name in in_backticks.filter(|word| word.matches('_').count() > 1) {
        assert!(all.contains(&format!("fn {name}(")), "`{name}` is no test");
        checked += 1;
    }
    assert!(checked > 20, "defences are tested: {checked}");
}

#[test]
fn the_first_commands_of_the_readme_are_the_two_that_matter() {
    let readme = read("README.md");
    let mut commands = readme.lines().filter(|line| line.starts_with("cargo "));
    let run = commands.next().expect("a command");
    assert!(run.starts_with("cargo run --release -- fixtures/"), "{run}");
    assert_eq!(commands.next(), Some("cargo test"));
}
