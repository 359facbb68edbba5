//! Files that go, change or may not be read.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{ZONE, asked, ended, silent, site, skipped, start, text};

/// Starts a run that has found its files and waits for standard input: it reads that before
/// any file. What is done meanwhile happens between finding a file and reading it.
fn between_finding_and_reading(folder: &Path, words: &str, meanwhile: impl FnOnce()) -> Output {
    let mut child = start(folder, words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // More than a pipe holds: once it is written, the program has begun to read.
    let comment = "; a comment of some length\n".repeat(1 << 14);
    let zone =
        "$ORIGIN stdin.test.\n$TTL 300\n@ SOA ns h 1 900 600 86400 300\n@ NS ns\nns A 10.0.0.1\n";
    write!(stdin, "{zone}{comment}").expect("the program reads");
    meanwhile();
    drop(stdin);
    ended(child)
}

#[test]
fn a_file_that_goes_between_finding_and_reading_is_said_to_be_gone() {
    let folder = site();
    let zone = folder.path().join("site/zones/example.com.zone");
    let remove = || std::fs::remove_file(&zone).expect("it is there");
    let output = between_finding_and_reading(folder.path(), "site - --format json", remove);
    // It was met in a folder: what is left is checked, and it is listed.
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let json = text(&output.stdout);
    assert!(
        json.contains("1 file (site/zones/example.com.zone)"),
        "{json}"
    );
    assert!(json.contains("cannot be read: no such file"), "{json}");

    let folder = site();
    let zone = folder.path().join("site/zones/example.com.zone");
    let remove = || std::fs::remove_file(&zone).expect("it is there");
    let words = "site/zones/example.com.zone - --format concise";
    let output = between_finding_and_reading(folder.path(), words, remove);
    // It was named: the run could not check.
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: cannot read `site/zones/example.com.zone`: no such file or folder\n"
    );
}

#[test]
fn a_folder_in_the_place_of_a_file_and_a_file_in_that_of_a_folder_are_told() {
    let folder = site();
    let zones = folder.path().join("site/zones");
    let swap = || {
        std::fs::remove_dir_all(&zones).expect("a folder");
        std::fs::write(&zones, "no folder any more").expect("a new file");
    };
    let output = between_finding_and_reading(folder.path(), "site - --format json", swap);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let json = text(&output.stdout).to_lowercase();
    assert!(json.contains("cannot be read: not a directory"), "{json}");

    let output = start(folder.path(), "site/zones/example.com.zone").output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot read `site/zones/example.com.zone`: "));
}

#[test]
fn a_file_that_grows_is_read_as_far_as_it_goes() {
    let folder = site();
    let zone = folder.path().join("site/zones/example.com.zone");
    let grow = || std::fs::write(&zone, format!("{ZONE}more A 192.0.2.77\n")).expect("a file");
    let output = between_finding_and_reading(folder.path(), "site - --format json", grow);
    assert!(
        text(&output.stdout).contains("\"records\": 8"),
        "{}",
        text(&output.stdout)
    );

    // One that grows all the time, by whole records.
    let (stop, stopped) = std::sync::mpsc::channel();
    let growing = std::thread::spawn({
        let zone = zone.clone();
        move || {
            let file = std::fs::OpenOptions::new().append(true).open(zone);
            let mut file = file.expect("a file");
            let mut lines = 0_u64;
            while stopped.try_recv().is_err() {
                let line = format!("x{lines} A 192.0.2.78\n");
                file.write_all(line.as_bytes()).expect("room");
                lines += 1;
            }
            lines
        }
    });
    let child = start(folder.path(), "site --format concise")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let output = ended(child);
    stop.send(()).expect("it listens");
    assert!(growing.join().expect("it wrote") > 0);
    // The site has an error of its own.
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let stdout = text(&output.stdout);
    assert!(stdout.contains("srv-target-relative"), "{stdout}");
}

#[test]
fn a_file_that_was_changed_meanwhile_is_not_repaired() {
    let folder = site();
    let zone = folder.path().join("site/zones/example.com.zone");
    let server = silent();
    let more = format!("--server {} --timeout 2 --retries 0", server.address);
    let words = format!("fix site --write --live example.com {more}");
    let child = start(folder.path(), &words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    // The files were read before the server is asked.
    asked(&server, 0);
    let changed = format!("{ZONE}late A 192.0.2.99\n");
    std::fs::write(&zone, &changed).expect("a file");
    let output = ended(child);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("was changed meanwhile"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&zone).expect("a file"), changed);
}

/// Runs as somebody who may not read everything; `None`, and why, where that is not possible.
fn as_nobody(folder: &Path, words: &str) -> Option<Output> {
    let id = Command::new("id")
        .arg("-u")
        .output()
        .expect("id is part of POSIX");
    if text(&id.stdout).trim() != "0" {
        return Some(start(folder, words).output().expect("it runs"));
    }
    let program = assert_cmd::cargo::cargo_bin!("sipdns-lint");
    let nobody = |program: &Path| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(program).current_dir(folder).env_clear();
        command
    };
    let possible = nobody(program).arg("--version").output();
    if !possible.is_ok_and(|output| output.status.success()) {
        let program = program.display();
        skipped(&format!(
            "this is root, and `setpriv` cannot run {program} as nobody"
        ));
        return None;
    }
    let output = nobody(program).args(words.split_whitespace()).output();
    Some(output.expect("it runs"))
}

#[test]
fn what_may_not_be_read_or_written_is_named() {
    let folder = site();
    let path = |name: &str| folder.path().join(name);
    let mode = |name: &str, mode| {
        std::fs::set_permissions(path(name), Permissions::from_mode(mode)).expect("ours");
    };
    mode("", 0o555);
    mode("site/zones", 0o000);
    mode("site/phones/00907a0a0001.cfg", 0o000);
    let runs = [
        ("site --format json", 0, "site/zones"),
        (
            "site/zones --format json",
            2,
            "cannot read all of the folder `site/zones`: permission denied",
        ),
        (
            "site/phones/00907a0a0001.cfg",
            2,
            "cannot read `site/phones/00907a0a0001.cfg`: permission denied",
        ),
        (
            "old --output json=report.json",
            2,
            "cannot write `report.json`: permission denied",
        ),
    ];
    let outputs: Vec<_> = runs
        .iter()
        .map(|(words, status, says)| (words, status, says, as_nobody(folder.path(), words)))
        .collect();
    // So that the folder can be removed.
    mode("", 0o755);
    mode("site/zones", 0o755);
    for (words, status, says, output) in outputs {
        let Some(output) = output else { return };
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(*status), "{words}: {stderr}");
        let said = format!("{}{stderr}", text(&output.stdout));
        assert!(said.contains(says), "{words}: {said}");
    }
}
