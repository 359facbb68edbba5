//! What runs on CI services: actions are pinned, names agree between the release, the action
//! that takes it and the README, and the words that are passed on are options of the program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_yaml::Value;

const ACTION: &str = ".github/actions/sipdns-lint/action.yml";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path));
    text.unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every value under a key, at any depth.
fn under<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Mapping(mapping) => {
            for (name, value) in mapping {
                if name.as_str() == Some(key) {
                    found.push(value);
                }
                under(value, key, found);
            }
        }
        Value::Sequence(list) => list.iter().for_each(|value| under(value, key, found)),
        _ => {}
    }
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    under(value, key, &mut found);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    found.into_iter().map(text).collect()
}

/// The workflows and the action, as paths from the root.
fn files() -> Vec<String> {
    let folder = ".github/workflows";
    let files = std::fs::read_dir(root().join(folder)).expect("the workflows");
    let name = |file: std::io::Result<std::fs::DirEntry>| {
        let name = file.expect("a file").file_name();
        format!("{folder}/{}", name.to_string_lossy())
    };
    let mut files: Vec<_> = files.map(name).collect();
    files.push(ACTION.to_owned());
    files.sort();
    files
}

#[test]
fn actions_of_others_are_pinned_by_commit() {
    let mut pinned = 0;
    for file in files() {
        for uses in texts(&yaml(&file), "uses") {
            if let Some(own) = uses.strip_prefix("./") {
                assert!(
                    root().join(own).join("action.yml").exists(),
                    "{file}: {uses}"
                );
                continue;
            }
            let commit = uses.split_once('@').map_or("", |(_, commit)| commit);
            let hex = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(commit.len() == 40 && hex, "{file}: {uses}");
            // The comment says which release that is.
            let line = format!("{uses} # v");
            assert!(
                read(&file).contains(&line),
                "{file}: {uses} has no `# vX.Y.Z`"
            );
            pinned += 1;
        }
    }
    assert!(pinned >= 5, "{pinned}");
}

#[test]
fn no_text_of_others_becomes_part_of_a_script() {
    for file in files() {
        for script in texts(&yaml(&file), "run") {
            assert!(
                !script.contains("${{"),
                "{file}: pass it in `env`: {script}"
            );
        }
    }
}

#[test]
fn the_action_takes_what_the_release_makes() {
    let release = yaml(".github/workflows/release.yml");
    let made: BTreeSet<_> = texts(&release, "target")
        .into_iter()
        .map(|target| {
            let ending = if target.contains("windows") {
                "zip"
            } else {
                "tar.gz"
            };
            format!("sipdns-lint-{target}.{ending}")
        })
        .collect();
    let scripts = texts(&yaml(ACTION), "run").join("\n");
    let taken: BTreeSet<_> = scripts
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("file="))
        .map(str::to_owned)
        .collect();
    assert_eq!(taken, made);
    assert!(made.len() >= 4, "Linux, Windows and macOS: {made:?}");
    let checksums = texts(&release, "run")
        .iter()
        .any(|script| script.contains("SHA256SUMS"));
    assert!(checksums && scripts.contains("SHA256SUMS"));
}

#[test]
fn the_readme_gives_the_action_inputs_that_it_has() {
    let action = yaml(ACTION);
    let inputs = action["inputs"].as_mapping().expect("inputs");
    let readme = read("README.md");
    let block = readme.split("```yaml\n").nth(1).expect("a block of YAML");
    let block = block.split("```").next().expect("its end");
    assert!(block.lines().count() <= 5, "five lines:\n{block}");
    let steps: Value = serde_yaml::from_str(block).expect("YAML");
    let with = steps[1]["with"].as_mapping().expect("inputs of the action");
    for name in with.keys() {
        assert!(inputs.contains_key(name), "{name:?}");
    }
}

/// The script of the action's check, run as the runner does, with the program that was built.
#[cfg(unix)]
#[test]
fn the_check_of_the_action_reports_and_keeps_the_status() {
    let action = yaml(ACTION);
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    let check = steps
        .iter()
        .find(|step| step["id"].as_str() == Some("check"));
    let script = check
        .and_then(|step| step["run"].as_str())
        .expect("its script");
    let temp = tempfile::TempDir::new().expect("a temporary folder");
    let program = assert_cmd::cargo::cargo_bin!("sipdns-lint");
    let folder = temp.path().join("sipdns-lint");
    std::fs::create_dir(&folder).expect("a new folder");
    std::os::unix::fs::symlink(program, folder.join("sipdns-lint")).expect("a new link");
    let settings = temp.path().join("settings.yaml");
    std::fs::write(&settings, "fail-on: note\n").expect("a new file");
    let by_settings = format!("--settings {}", settings.display());
    for (paths, args, fail_on, expected) in [
        ("fixtures/good-tcp", "", "error", "0"),
        ("fixtures/bad-targets\nfixtures/good-tcp", "", "", "1"),
        ("fixtures/bad-targets", "", "never", "0"),
        ("fixtures/bad-targets", "--only srv-single-target", "", "0"),
        ("fixtures/good-zone-only", &*by_settings, "", "1"),
        ("fixtures/good-zone-only", &*by_settings, "error", "0"),
        ("fixtures/*", "", "error", "2"),
        ("no-such-folder", "", "", "2"),
    ] {
        let output = temp.path().join("output");
        std::fs::write(&output, "").expect("a new file");
        let summary = temp.path().join("summary");
        std::fs::write(&summary, "").expect("a new file");
        let done = Command::new("bash")
            .current_dir(root())
            .args([
                "--noprofile",
                "--norc",
                "-e",
                "-o",
                "pipefail",
                "-c",
                script,
            ])
            .env("RUNNER_TEMP", temp.path())
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("PATHS", paths)
            .env("ARGS", args)
            .env("FAIL_ON", fail_on)
            .output()
            .expect("bash runs");
        assert!(done.status.success(), "{paths}: {done:?}");
        let outputs = std::fs::read_to_string(&output).expect("it is there");
        assert!(
            outputs.contains(&format!("status={expected}\n")),
            "{paths}: {outputs}"
        );
        let sarif = outputs.lines().find_map(|line| line.strip_prefix("sarif="));
        let sarif = std::fs::read_to_string(sarif.expect("a report")).expect("it is there");
        assert!(sarif.contains("\"version\": \"2.1.0\""));
        let summary = std::fs::read_to_string(&summary).expect("it is there");
        assert!(
            summary.starts_with("## sipdns-lint: "),
            "{paths}: {summary}"
        );
    }
}

#[test]
fn the_pre_commit_hook_runs() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hook = &hooks[0];
    let entry = hook["entry"].as_str().expect("a command");
    let mut words = entry.split_whitespace();
    assert_eq!(words.next(), Some("sipdns-lint"));
    let args = hook["args"].as_sequence().expect("arguments");
    let args = args.iter().filter_map(Value::as_str);
    let folder: &Path = &root().join("fixtures/good-tcp");
    let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
    command
        .current_dir(folder)
        .env_clear()
        .args(words)
        .args(args);
    command.assert().code(0);
}
