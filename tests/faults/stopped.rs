//! Runs that are ended before their time: by an interrupt, or for want of memory.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::scripted_server::ScriptedServer;
use super::{asked, contents, ended, folder, large, shell, silent, site, skipped, start, text};

/// Starts a run that asks a silent server, and will wait for long.
fn asking(folder: &Path, server: &ScriptedServer, words: &str) -> Child {
    let more = format!("--server {} --timeout 50", server.address);
    start(folder, &format!("{words} --live example.com {more}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs")
}

fn signal(child: &Child, name: &str) {
    let number = child.id().to_string();
    let sent = Command::new("sh")
        .args(["-c", r#"kill "$0" "$1""#, name, &number])
        .status();
    assert!(sent.expect("sh is part of POSIX").success());
}

/// Whoever started the tests ignores interrupts, as shells do for what runs in the background,
/// and the program would inherit that.
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 0b10 != 0)
}

#[test]
fn an_interrupt_ends_a_run_at_once_and_leaves_the_old_report() {
    let folder = site();
    folder.write("report.json", "old");
    let before = contents(folder.path());
    let server = silent();
    for (name, number) in [("-INT", 2), ("-TERM", 15)] {
        if number == 2 && interrupts_are_ignored() {
            skipped("interrupts are ignored where the tests run");
            continue;
        }
        let words = "site --output json=report.json --output html=new.html";
        let questions = server.asked().len();
        let child = asking(folder.path(), &server, words);
        asked(&server, questions);
        signal(&child, name);
        let output = ended(child);
        // What a shell shows as 130 for the first of them.
        assert_eq!(output.status.signal(), Some(number), "{:?}", output.status);
        assert_eq!(text(&output.stdout), "", "no half of a report");
        assert_eq!(text(&output.stderr), "");
        assert!(contents(folder.path()) == before, "nothing was written");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn too_little_memory_ends_a_run_with_a_reason_and_no_half_of_a_report() {
    let folder = folder(&[("site/example.com.zone", &large(3000))]);
    let words = "site --quiet --format concise --output json=report.json";
    let mut ends = BTreeMap::new();
    for kilobytes in [25_000, 50_000, 75_000, 100_000, 150_000, 4_000_000] {
        let limit = format!("ulimit -c 0; ulimit -v {kilobytes}");
        if !shell(folder.path(), &limit, "--version").status.success() {
            ends.insert(kilobytes, "no room for the program");
            continue;
        }
        folder.write("report.json", "old");
        let before = contents(folder.path());
        let output = shell(folder.path(), &limit, words);
        let stderr = text(&output.stderr);
        let mut after = contents(folder.path());
        // What was begun aside may be left by a run that is ended so; it is no report.
        after.retain(|path, _| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let aside = name.starts_with(".sipdns-lint-");
            if aside {
                std::fs::remove_file(path).expect("it is there");
            }
            !aside
        });
        let report = folder.read("report.json");
        let is_new = report != "old";
        if is_new {
            let report: serde_json::Value = serde_json::from_str(&report).expect("whole");
            assert_eq!(report["summary"]["exit_code"], 1);
        }
        let end = match (output.status.code(), output.status.signal()) {
            (Some(1), None) => {
                assert!(is_new, "{kilobytes}: {stderr}");
                "done"
            }
            (Some(2), None) => {
                assert!(stderr.starts_with("error: "), "{kilobytes}: {stderr}");
                assert!(!stderr.contains("panicked"), "{kilobytes}: {stderr}");
                assert!(after == before, "{kilobytes}: {stderr}");
                "said"
            }
            // The allocator of Rust ends a run that it has no memory for.
            (None, Some(6)) => {
                assert!(
                    stderr.contains("memory allocation of"),
                    "{kilobytes}: {stderr}"
                );
                assert!(!text(&output.stdout).contains("panicked"));
                // It may end so behind the report.
                assert!(is_new || after == before, "{kilobytes}: {stderr}");
                "aborted"
            }
            end => panic!("{kilobytes}: {end:?} {stderr}"),
        };
        ends.insert(kilobytes, end);
    }
    assert_eq!(ends[&4_000_000], "done", "{ends:?}");
    assert!(
        ends.values().any(|end| ["said", "aborted"].contains(end)),
        "{ends:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_a_folder_that_there_is_no_room_for_is_not_passed_over() {
    let folder = folder(&[("site/example.com.zone", &large(3000))]);
    // It has no blocks on the disk.
    let zone = folder.path().join("site/example.com.zone");
    let zone = std::fs::OpenOptions::new().append(true).open(zone);
    let zone = zone.expect("it was written");
    zone.set_len(1_200_000_000).expect("a file of any length");
    let limit = "ulimit -c 0; ulimit -v 1000000";
    let output = shell(folder.path(), limit, "site --quiet");
    assert_eq!(output.status.code(), Some(2), "{:?}", output.status);
    let expected = "error: cannot read `site/example.com.zone`: out of memory\n";
    assert_eq!(text(&output.stderr), expected);
}
