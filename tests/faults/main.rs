//! What happens to a run when the computer fails it: a full disk, a pipe that nobody reads,
//! files that go or change while they are read, too little memory, an interrupt. The status
//! and the message are right, no file is left half-written, and no input is changed.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

mod files;
#[path = "../support/program.rs"]
mod program;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../support/scripted_server.rs"]
mod scripted_server;
mod stopped;

use program::{Folder, folder};
use scripted_server::{ScriptedServer, always};

/// Far more than anything here takes, far less than for ever.
const LONG: Duration = Duration::from_secs(60);

const ZONE: &str = "\
$ORIGIN example.com.
$TTL 300
@ SOA ns1 hostmaster 1 900 600 86400 300
@ NS ns1
ns1 A 192.0.2.5
_sip._udp SRV 1 10 5060 sip1
_sip._udp SRV 2 10 5060 sip2.example.com
sip1 A 192.0.2.31
sip2 A 192.0.2.32
";

const PHONE: &str = r#"<a voIpProt.server.1.address="example.com" voIpProt.server.1.port="0"
  voIpProt.server.1.transport="DNSnaptr" reg.1.address="1512" reg.1.auth.password="hunter2"/>
"#;

const LOG: &str = "\
1028171642|dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'example.com' attempting..
1028171643|dns  |2|00|doDnsLookupForList for record NAPTR: no match found for 'example.com'
1028171644|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'example.com' found no records.
";

/// The zone, and so many records that lead nowhere.
fn large(records: usize) -> String {
    let record = |number| format!("_sip._udp.s{number} SRV 1 1 5060 gone{number}\n");
    let records: String = (0..records).map(record).collect();
    format!("{ZONE}{records}")
}

/// A site that has something to say in every command.
fn site() -> Folder {
    folder(&[
        ("site/zones/example.com.zone", ZONE),
        ("site/phones/00907a0a0001.cfg", PHONE),
        ("old/example.com.zone", &ZONE.replace("SRV 2", "SRV 3")),
        ("handset.log", LOG),
    ])
}

/// Every command that reads a site, with what it reads.
const COMMANDS: [&str; 13] = [
    "site",
    "site --verbose --format json",
    "site --format github",
    "site --format html",
    "trace site",
    "trace site --as-log",
    "failover site",
    "failover site --format json",
    "log handset.log site",
    "diff old site/zones",
    "diff old site/zones --format json",
    "fix site",
    "fix site --diff",
];

fn start(folder: &Path, words: &str) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipdns-lint"));
    command.current_dir(folder).env_clear();
    command.args(words.split_whitespace());
    command
}

/// Runs the program from a shell, after what the shell is told first.
fn shell(folder: &Path, first: &str, words: &str) -> Output {
    let program = assert_cmd::cargo::cargo_bin!("sipdns-lint");
    let script = format!("{first}; exec '{}' {words}", program.display());
    let mut shell = Command::new("sh");
    shell.current_dir(folder).env_clear();
    shell.args(["-c", &script]).output().expect("a shell")
}

/// Says why a part of a test is not done here.
#[expect(clippy::print_stderr, reason = "what was not tested is to be seen")]
fn skipped(why: &str) {
    eprintln!("not tested: {why}");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Waits for a run to end; it must.
fn ended(mut child: Child) -> Output {
    let begin = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if begin.elapsed() > LONG {
            child.kill().expect("a child");
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("it ended")
}

/// What is in a folder: of each file its bytes, when they were changed, and its permissions.
type Contents = BTreeMap<PathBuf, (Vec<u8>, (i64, i64), u32)>;

fn contents(folder: &Path) -> Contents {
    let mut all = Contents::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(contents(&path));
            continue;
        }
        let metadata = std::fs::metadata(&path).expect("a file");
        let changed = (metadata.mtime(), metadata.mtime_nsec());
        let bytes = std::fs::read(&path).expect("a file");
        all.insert(path, (bytes, changed, metadata.mode()));
    }
    all
}

#[test]
fn no_command_changes_what_it_reads_or_leaves_anything_beside_it() {
    let folder = site();
    let before = contents(folder.path());
    for words in COMMANDS {
        let output = start(folder.path(), words).output().expect("it runs");
        assert!(!output.stdout.is_empty(), "{words}");
        assert!(contents(folder.path()) == before, "{words}");
    }
    // This one is told to.
    assert_eq!(folder.run("fix site --write").status, 0);
    assert!(contents(folder.path()) != before, "a repair was made");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_once_by_every_command() {
    let folder = site();
    for words in COMMANDS {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let output = start(folder.path(), words)
            .stdout(full.expect("Linux has it"))
            .output()
            .expect("it runs");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}: {stderr}");
        let said = stderr.matches("cannot write the report: ").count();
        assert_eq!(said, 1, "{words}: {stderr}");
        assert!(!stderr.contains("panicked"), "{words}: {stderr}");
    }
}

#[test]
fn nobody_reads_on_and_every_command_ends_as_it_would_have() {
    let folder = site();
    for words in COMMANDS {
        let whole = start(folder.path(), words).output().expect("it runs");
        let mut child = start(folder.path(), words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let output = ended(child);
        assert_eq!(output.status.code(), whole.status.code(), "{words}");
        assert_eq!(text(&output.stderr), text(&whole.stderr), "{words}");
    }
}

/// Files that a disk has no room for: the shell allows none longer than half a kilobyte.
#[test]
fn a_disk_that_fills_up_leaves_no_half_of_a_file() {
    let full = "trap '' XFSZ; ulimit -f 1";
    let folder = site();
    let zone = folder.path().join("site/zones/example.com.zone");
    std::fs::write(&zone, large(20)).expect("a new file");
    folder.write("summary.md", "# before\n");
    let before = contents(folder.path());
    for (words, says) in [
        (
            "site --output json=report.json",
            "cannot write `report.json`",
        ),
        (
            "site --output html=report.html",
            "cannot write `report.html`",
        ),
        (
            "fix site --write",
            "cannot write `site/zones/example.com.zone`",
        ),
        (
            "site --baseline known --update-baseline",
            "cannot write the baseline `known`",
        ),
    ] {
        let output = shell(folder.path(), full, &format!("{words} > /dev/null"));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}: {stderr}");
        assert_eq!(stderr.matches("error: ").count(), 1, "{words}: {stderr}");
        assert!(stderr.contains(says), "{words}: {stderr}");
        assert!(contents(folder.path()) == before, "{words}");
    }

    let summary = format!("{full}; export GITHUB_STEP_SUMMARY=summary.md");
    let output = shell(folder.path(), &summary, "site --format github > /dev/null");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert_eq!(
        folder.read("summary.md"),
        "# before\n",
        "all of it or nothing"
    );
    let before = contents(folder.path());

    let new = "new --domain example.com --sip-server sip1=192.0.2.31 --sip-server sip2=192.0.2.32 \
               --out new > /dev/null";
    let output = shell(folder.path(), full, new);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("cannot write into `new/"), "{stderr}");
    assert!(contents(folder.path()) == before, "no part of a deployment");
    let output = shell(folder.path(), ":", new);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

/// A server that hears everything and says nothing.
fn silent() -> ScriptedServer {
    always(|_| Vec::new())
}

/// Waits until the server was asked one question more.
fn asked(server: &ScriptedServer, questions: usize) {
    let begin = Instant::now();
    while server.asked().len() == questions {
        assert!(begin.elapsed() < LONG, "nobody asks");
        std::thread::sleep(Duration::from_millis(5));
    }
}
