//! The whole program: its exit status, and that its JSON is what it promises.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;
use sipdns_lint::phone_log;
use sipdns_lint::run::{Streams, run};
use sipdns_lint::source::{Origin, Sources};
use tempfile::TempDir;

use crate::readers::has_place;

/// Stands between the files of a folder: no text has it.
const BETWEEN_FILES: u8 = 0x1e;

/// More files than this teach nothing new.
const MOST_FILES: usize = 8;

/// A small site that settings and rules are tried on.
const ZONE: &str = "$ORIGIN eslab.local.\n$TTL 3600\n@ SOA ns1 hostmaster 1 900 600 86400 900\n\
                    @ NS ns1\nns1 A 10.225.2.5\n_sip._udp 60 SRV 1 10 5060 piper\n\
                    _sip._udp SRV 2 10 5060 piper2\npiper A 10.225.2.31\n";
const PHONE: &str = "<PHONE_CONFIG>\n <SIP voIpProt.server.1.address=\"eslab.local\" \
                     voIpProt.server.1.port=\"0\" voIpProt.server.1.transport=\"DNSnaptr\"/>\n\
                     </PHONE_CONFIG>\n";

/// A zone that nothing leads to.
const OTHER: &str = "@ 300 SOA ns.example. h.example. 1 900 600 86400 300\n@ 300 NS ns.example.\n";

/// No server is there, and no settings lead to another one: nothing leaves this computer.
const NOBODY: [&str; 2] = ["--server", "127.0.0.1:1"];

/// Reads bytes as a handset's log, and explains it. Bytes that hold no line of a log are the
/// only reason not to: exit status 2.
pub fn log(bytes: &[u8]) {
    let sources = Sources::new();
    let scan = phone_log::scan(bytes).expect("bytes can be read");
    let is_no_log = scan.is_no_log();
    for log in scan.into_logs(&sources, "0004f2000000-app.log", Origin::Stdin) {
        for step in log.chains.iter().flat_map(|chain| &chain.steps) {
            let marks = [Some(step.mark), step.answer_mark].into_iter().flatten();
            for mark in marks {
                assert!(has_place(&sources, log.span(mark)), "{mark:?}");
            }
        }
    }
    for format in ["pretty", "json"] {
        let status = status(words(&["log", "-", "--verbose", "--format", format]), bytes);
        assert_eq!(status == 2, is_no_log, "exit status {status}");
    }
}

/// Lints a folder whose files are the parts of `bytes`, and a zone, so that there is always
/// something to check. What they hold is never a reason not to: the exit status is 0 or 1.
pub fn folder(bytes: &[u8]) {
    let folder = new_folder();
    write(&folder, "other.example.zone", OTHER.as_bytes());
    let files = bytes.split(|byte| *byte == BETWEEN_FILES);
    for (index, file) in files.take(MOST_FILES).enumerate() {
        write(&folder, &format!("{index}.eslab.local"), file);
    }
    let status = json(words(&[]), &[folder.path()]);
    assert!(status <= 1, "exit status {status}");
}

/// Lints a site under settings.
pub fn settings(bytes: &[u8]) {
    let folder = site();
    write(&folder, "sipdns-lint.yaml", bytes);
    let paths = [folder.path()];
    json(words(&NOBODY), &paths);
    let mut show = words(&["--show-settings"]);
    show.push(folder.path().into());
    status(show, &[]);
}

/// Lints a site by a rule of a user's own, and tests that rule's examples.
pub fn own_rule(bytes: &[u8]) {
    let folder = site();
    // A page is called as its rule.
    let text = String::from_utf8_lossy(bytes);
    let id = text.lines().find_map(|line| line.strip_prefix("id: "));
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let id = id.filter(|id| id.len() < 64 && id.bytes().all(is_plain));
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).expect("a new folder");
    write(
        &folder,
        &format!("rules/{}.yaml", id.unwrap_or("own")),
        bytes,
    );
    let mut lint = words(&["--rules"]);
    lint.push(rules.clone().into());
    json(
        lint,
        &[
            &folder.path().join("eslab.local.zone"),
            &folder.path().join("phone.cfg"),
        ],
    );
    let mut test = words(&["rules", "--test"]);
    test.push(rules.into());
    status(test, &[]);
}

/// Runs the program over paths with findings as JSON; the exit status.
pub(crate) fn json(mut arguments: Vec<OsString>, paths: &[&Path]) -> u8 {
    arguments.extend(words(&["--format", "json"]));
    arguments.extend(paths.iter().map(|path| path.as_os_str().to_owned()));
    let mut stdout = Vec::new();
    let status = into(arguments, &[], &mut stdout);
    assert!(status <= 2, "exit status {status}");
    if stdout.is_empty() {
        assert_eq!(status, 2, "no report");
        return status;
    }
    let report: Value = serde_json::from_slice(&stdout).expect("JSON");
    assert_eq!(report["summary"]["exit_code"], status);
    for finding in report["findings"].as_array().expect("a list") {
        let place = &finding["location"];
        let number = |key: &str| place[key].as_u64().unwrap_or_default();
        let (start, end) = (
            ["line", "column"].map(number),
            ["end_line", "end_column"].map(number),
        );
        assert!(start >= [1, 1] && start[1] >= 1 && start < end, "{finding}");
    }
    status
}

/// Runs the program; its exit status.
fn status(arguments: Vec<OsString>, stdin: &[u8]) -> u8 {
    let status = into(arguments, stdin, &mut io::sink());
    assert!(status <= 2, "exit status {status}");
    status
}

fn into(arguments: Vec<OsString>, mut stdin: &[u8], stdout: &mut dyn io::Write) -> u8 {
    let program = std::iter::once("sipdns-lint".into());
    run(
        program.chain(arguments),
        &mut Streams {
            stdin: &mut stdin,
            stdout,
            stderr: &mut io::sink(),
            terminal: false,
            progress: false,
            color: false,
            summary: None,
        },
    )
}

pub(crate) fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(Into::into).collect()
}

fn site() -> TempDir {
    let folder = new_folder();
    write(&folder, "eslab.local.zone", ZONE.as_bytes());
    write(&folder, "phone.cfg", PHONE.as_bytes());
    folder
}

fn new_folder() -> TempDir {
    tempfile::tempdir().expect("the folder for temporary files can be written")
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) {
    fs::write(folder.path().join(name), bytes).expect("a new file can be written");
}
