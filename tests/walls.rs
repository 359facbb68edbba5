//! The walls between the parts: who may use what. Comments are stripped first.

use std::path::{Path, PathBuf};

/// Rust files below a folder or of a module (`src/x.rs` and `src/x/`), without comments.
fn code(of: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for part in of {
        let path = root.join(part);
        if path.is_dir() {
            collect(&path, &mut files);
        } else {
            files.push(path);
        }
    }
    files.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(root).expect("in the project");
        let name = name.to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&path).expect("a readable file");
        (name, without_comments(&text))
    };
    files.into_iter().map(named).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn without_comments(text: &str) -> String {
    let line = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// No file outside `except` uses any of `words`; and one inside does, so that a wall whose
/// words went out of use is noticed.
fn only_in(except: &[&str], words: &[&str]) {
    let mut used = false;
    for (name, code) in code(&["src"]) {
        let inside = except.iter().any(|part| name.starts_with(part));
        for word in words {
            let found = code.contains(word);
            used |= found && inside;
            assert!(!found || inside, "{name} uses `{word}`");
        }
    }
    assert!(used, "nothing uses any of {words:?}");
}

#[test]
fn the_handset_has_only_dns_and_sources() {
    let allowed = ["dns", "source", "handset"];
    for (name, code) in code(&["src/handset.rs", "src/handset"]) {
        for used in code.split("crate::").skip(1) {
            let module: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            assert!(allowed.contains(&&*module), "{name} uses crate::{module}");
        }
        for outside in [
            "std::fs",
            "std::time",
            "std::env",
            "std::thread",
            "SystemTime",
            "Socket",
            "Stream",
            "rand::",
        ] {
            assert!(!code.contains(outside), "{name} uses {outside}");
        }
    }
}

#[test]
fn sockets_and_the_client_are_under_live() {
    only_in(
        &["src/live"],
        &[
            "tokio::",
            "hickory_client",
            "hickory_resolver",
            "UdpSocket",
            "TcpStream",
        ],
    );
}

#[test]
fn colour_and_miette_are_in_pretty() {
    only_in(
        &["src/report/pretty", "src/main.rs"],
        &["miette::", "anstyle::", "anstream::"],
    );
}

#[test]
fn the_program_parses_no_yaml() {
    for (name, code) in code(&["src"]) {
        assert!(!code.contains("serde_yaml"), "{name} parses YAML");
    }
}

#[test]
fn what_users_write_in_yaml_is_read_in_one_place() {
    only_in(&["src/yaml"], &["saphyr_parser"]);
    only_in(
        &["src/yaml", "src/settings", "src/own", "src/example"],
        &["yaml::"],
    );
}

#[test]
fn rules_do_not_print() {
    for (name, code) in code(&["src/rules.rs", "src/rules"]) {
        for printing in ["println!", "eprintln!", "print!", "std::io"] {
            assert!(!code.contains(printing), "{name} uses {printing}");
        }
    }
}
