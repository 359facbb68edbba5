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

/// The modules, each behind those that it may use: the picture in `src/lib.rs`.
const FLOW: [&str; 30] = [
    // What everything stands on.
    "spelling",
    "remembered",
    "aside",
    "source",
    "yaml",
    // What is spoken of.
    "dns",
    "handset",
    "fix",
    "rule",
    "problem",
    "finding",
    // Texts and servers become a site.
    "zone",
    "phone",
    "phone_log",
    "live",
    "site",
    "load",
    // What is to be said of it.
    "precedence",
    "rules",
    "settings",
    "select",
    "example",
    "expression",
    "own",
    // And how.
    "diff",
    "report",
    "repairs",
    "deployment",
    // Who asks for it.
    "cli",
    "run",
];

/// The modules at the top that some code names.
fn modules_in(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for path in code.split("crate::").skip(1) {
        let mut depth = 0;
        let mut name = String::new();
        // Of `crate::{a, b::{c, d}}` those are a and b.
        for character in path.chars() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => modules.push(std::mem::take(&mut name)),
                _ if depth < 2 => name.push(character),
                _ => {}
            }
            if depth == 0 && !(character.is_alphanumeric() || character == '_') {
                break;
            }
        }
        modules.push(name);
    }
    let head = |name: &String| {
        let name = name.trim_start();
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        name[..end.unwrap_or(name.len())].to_owned()
    };
    let mut modules: Vec<_> = modules.iter().map(head).collect();
    modules.retain(|name| !name.is_empty());
    modules
}

#[test]
fn modules_are_found_in_every_way_to_write_them() {
    let code = "use crate::a::B;\nuse crate::{c, d::{E, f::G}, h};\nlet i = crate::i::j(crate::k);";
    assert_eq!(modules_in(code), ["a", "c", "d", "h", "i", "k"]);
}

#[test]
fn nothing_reaches_back() {
    let (_, root) = code(&["src/lib.rs"]).remove(0);
    let modules = root.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    let modules: Vec<_> = modules.collect();
    let mut flow = FLOW;
    flow.sort_unstable();
    assert_eq!(modules, flow);
    for (at, module) in FLOW.iter().enumerate() {
        let file = format!("src/{module}.rs");
        let folder = format!("src/{module}");
        let folder = Path::new(&folder).is_dir().then_some(&*folder);
        let parts: Vec<_> = folder.into_iter().chain([&*file]).collect();
        let code = code(&parts);
        for (name, code) in code.iter().filter(|(name, _)| !is_test(name)) {
            for used in modules_in(code) {
                assert!(
                    FLOW[..=at].contains(&&*used),
                    "{name} uses {used}, which comes after it"
                );
            }
        }
    }
}

/// Tests may look at what becomes of what they test.
fn is_test(name: &str) -> bool {
    name.contains("/tests")
}

#[test]
fn the_handset_has_only_dns_and_sources() {
    let allowed = ["dns", "source", "handset"];
    for (name, code) in code(&["src/handset.rs", "src/handset"]) {
        for module in modules_in(&code) {
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
