//! What hostile inputs say, through every command in every format, on both streams.

use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use super::formats;
use super::hostile::{
    HOSTILE, hostile_site, obeyed_by_no_runner, obeyed_by_no_terminal, only_our_markup,
};

/// Runs a command; both streams.
fn said(folder: &Path, words: &str) -> (String, String) {
    let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
    command.current_dir(folder).env_clear();
    let output = command.args(words.split_whitespace()).output();
    let output = output.expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let stderr = text(output.stderr);
    assert!(!stderr.contains("panicked"), "{words}: {stderr}");
    (text(output.stdout), stderr)
}

/// A log that says hostile things, and a zone that is another version of one of the site.
fn site() -> TempDir {
    let folder = hostile_site();
    let line = HOSTILE.replace(['\u{85}', '\u{2028}'], "");
    let log = format!(
        "1028171642|sip  |*|00|Sip Register Usr:{line} Dsp:{line} Auth:'{line}' Inx:0\n\
         1028171642|dns  |1|00|doDnsLookupForList for record NAPTR: hostname '{line}' attempting..\n\
         1028171643|dns  |2|00|doDnsLookupForList for record NAPTR: no match found for '{line}'\n\
         1028171644|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList '{line}' found no records.\n\
         1028171645|sip  |4|00|Registration failed User: {line}, Error Code:480 {line}\n\
         1028171646|sip  |4|00|Registration failed User: 1512, Error Code:480 ##[error]x\n"
    );
    std::fs::write(folder.path().join("handset.log"), log).expect("a new file");
    let zone = std::fs::read_to_string(folder.path().join("a.zone")).expect("a zone");
    let other = zone.replace("a A 10.0.0.2", "a A 10.0.0.3\nb A 10.0.0.4");
    std::fs::create_dir(folder.path().join("other")).expect("a new folder");
    std::fs::write(folder.path().join("other/a.zone"), other).expect("a new file");
    folder
}

/// What holds of every text that is printed.
fn is_obeyed_by_nobody(words: &str, text: &str) {
    let format = words.split(' ').next_back().unwrap_or_default();
    obeyed_by_no_terminal(words, text);
    obeyed_by_no_runner(if format == "github" { format } else { words }, text);
    match format {
        "html" => {
            for markup in ["<script", "<img", "href=\"http"] {
                assert!(!text.contains(markup), "{words}: {markup}");
            }
        }
        "markdown" if !text.is_empty() => only_our_markup(text, &[0, 2, 3, 4]),
        _ => {}
    }
}

#[test]
fn nothing_an_input_says_breaks_out_of_any_command() {
    let folder = site();
    let mut shown = 0;
    for command in [
        ".",
        "trace .",
        "trace . --as-log",
        "failover .",
        "log handset.log .",
        "diff other/a.zone a.zone",
    ] {
        for format in formats() {
            let words = format!("{command} --verbose --format {format}");
            let (stdout, stderr) = said(folder.path(), &words);
            if stderr.contains("has no format") {
                assert!(command.starts_with("diff"), "{stderr}");
                continue;
            }
            is_obeyed_by_nobody(&words, &stdout);
            is_obeyed_by_nobody(&format!("{command} standard error"), &stderr);
            shown += usize::from(stdout.contains("evil"));
        }
    }
    assert!(shown > 20, "reports repeat what is hostile: {shown}");
}

#[test]
fn no_repair_holds_what_an_input_says_to_a_terminal_or_a_runner() {
    let folder = site();
    let systems = ["bind", "powershell", "dnscmd", "clicks", "xml"];
    let mut shown = 0;
    let scripts = systems.map(|system| format!("fix . --as {system}"));
    for words in [
        "fix .",
        "fix . --undo",
        "fix . --diff",
        "fix . --diff --undo",
    ]
    .into_iter()
    .chain(scripts.iter().map(String::as_str))
    {
        let (stdout, stderr) = said(folder.path(), words);
        is_obeyed_by_nobody(words, &stdout);
        is_obeyed_by_nobody(words, &stderr);
        shown += usize::from(stdout.contains("set-output"));
    }
    assert!(shown > 4, "repairs name what they repair: {shown}");
}

/// A rule of one's own and settings are part of a pull request too.
#[test]
fn pages_of_rules_and_settings_are_text() {
    let folder = TempDir::new().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a new file");
    };
    std::fs::create_dir(folder.path().join("lint")).expect("a new folder");
    let hostile = r"a \e[31mred\u202e <script>alert(1)</script> ##[error]x ##vso[task.complete]y";
    let lines = r"\e[2J\n::error::x\n::set-output name=a::b\n##[error]y";
    write(
        "lint/short-ttl.yaml",
        &format!(
            "id: short-ttl\nseverity: warning\nsummary: \"{hostile}\"\nwhy: \"{lines}\"\n\
             for: srv-set\nassert: records.all(r, r.ttl >= 300)\nmessage: \"{hostile}\"\n\
             help: \"{lines}\"\nsources: [\"{hostile}\"]\nexamples:\n  - name: \"{hostile}\"\n    \
             zone: \"{lines}\"\n"
        ),
    );
    write(
        "sipdns-lint.yaml",
        &format!(
            "ignore:\n  - {{rules: [ttl-mixed], paths: [\"::error::\"], reason: \"{lines}\"}}\n"
        ),
    );
    write("wrong.yaml", &format!("\"{hostile}\": 1\n"));
    write(
        "a.zone",
        "$ORIGIN a.example.\n@ SOA ns1 h 1 900 600 86400 900\n@ NS ns1\nns1 A 10.0.0.1\n\
         _sip._udp 60 SRV 1 1 5060 ns1\n",
    );
    let mut shown = 0;
    for words in [
        "explain short-ttl --rules lint",
        "rules --rules lint",
        "rules --rules lint --format json",
        "rules --rules lint --format markdown",
        "rules --test lint",
        "a.zone --rules lint",
        "a.zone --rules lint --format html",
        "a.zone --rules lint --format markdown",
        "a.zone --show-settings",
        "a.zone --settings wrong.yaml",
    ] {
        let (stdout, stderr) = said(folder.path(), words);
        obeyed_by_no_terminal(words, &stdout);
        obeyed_by_no_terminal(words, &stderr);
        obeyed_by_no_runner(words, &stdout);
        obeyed_by_no_runner(words, &stderr);
        shown += usize::from(format!("{stdout}{stderr}").contains("error]"));
    }
    assert!(shown > 7, "they are shown: {shown}");
}

/// Names that somebody gives to files and folders, on the command line and met in a folder.
#[cfg(unix)]
#[test]
fn a_files_name_is_one_line_of_text() {
    let folder = TempDir::new().expect("a temporary folder");
    let zone = "$ORIGIN a.example.\n@ SOA ns1 h 1 900 600 86400 900\n@ NS ns1\nns1 A 10.0.0\n";
    let names = [
        "a\n::error::new line.zone",
        "a\r\n##[error]x.zone",
        "\u{1b}[2J\u{202e}enoz.zone",
        "<script>alert(1)<!--.zone",
        "|`[x](http:‖evil)`.zone",
        "::set-output name=a::b.zone",
    ];
    for name in names {
        std::fs::write(folder.path().join(name), zone).expect("a new file");
    }
    std::fs::create_dir(folder.path().join("b\n::error::folder")).expect("a new folder");
    for format in formats() {
        let words = format!(". --verbose --format {format}");
        let (stdout, stderr) = said(folder.path(), &words);
        assert_eq!(stderr, "", "{words}");
        is_obeyed_by_nobody(&words, &stdout);
    }
    for name in names
        .into_iter()
        .chain(["no\n::error::such", "\u{1b}]0;x\u{7}"])
    {
        for words in [&[][..], &["trace"], &["fix", "--diff"], &["failover"]] {
            let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
            command.current_dir(folder.path()).env_clear().args(words);
            let output = command.arg("--").arg(name).output().expect("it runs");
            for stream in [output.stdout, output.stderr] {
                let text = String::from_utf8(stream).expect("UTF-8");
                // In a diff a name with a blank ends at a tab.
                let text = text.replace("\t\n", "\n");
                is_obeyed_by_nobody("a file that is named", &text);
            }
        }
    }
}
