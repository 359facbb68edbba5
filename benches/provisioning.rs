//! `cargo bench --bench provisioning`: linting a provisioning folder beside `xmllint --noout`
//! over the same files, one after the other in one run.
//!
//! `-- 100000` takes another number of handsets, several numbers show how the time grows.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

#[path = "provisioning/generate.rs"]
mod generate;

/// Runs of each program.
const RUNS: usize = 5;

/// Files that one run of xmllint is given: a command line has an end.
const BATCH: usize = 10_000;

/// Wall time, and the most memory that was used, where the system tells.
struct Measured {
    wall: Duration,
    kilobytes: u64,
}

fn main() -> io::Result<()> {
    let numbers: Vec<u32> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let numbers = if numbers.is_empty() {
        vec![10_000]
    } else {
        numbers
    };
    for handsets in numbers {
        compare(handsets)?;
    }
    Ok(())
}

#[allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]
fn compare(handsets: u32) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    generate::folder(folder.path(), handsets)?;
    let mut files: Vec<OsString> = fs::read_dir(folder.path())?
        .map(|entry| entry.map(|entry| entry.path().into_os_string()))
        .collect::<io::Result<_>>()?;
    files.sort();
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        own.push(lint(folder.path())?);
        other.extend(xmllint(&files));
    }
    let best = fastest(&own);
    println!(
        "{handsets} handsets: sipdns-lint {:.3} s, {} MB at most",
        best.wall.as_secs_f64(),
        best.kilobytes / 1024
    );
    if other.is_empty() {
        println!("  xmllint is not installed: nothing to compare with");
    } else {
        let reference = fastest(&other);
        println!(
            "  xmllint --noout {:.3} s: {:.2} times as long",
            reference.wall.as_secs_f64(),
            best.wall.as_secs_f64() / reference.wall.as_secs_f64()
        );
    }
    Ok(())
}

fn fastest(all: &[Measured]) -> &Measured {
    all.iter()
        .min_by_key(|one| one.wall)
        .expect("every program runs several times")
}

fn lint(folder: &Path) -> io::Result<Measured> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sipdns-lint"));
    command.arg("--format").arg("json").arg(folder);
    measure(command)
}

/// `None` where it is not installed.
fn xmllint(files: &[OsString]) -> Option<Measured> {
    let mut wall = Duration::ZERO;
    let mut kilobytes = 0;
    for batch in files.chunks(BATCH) {
        let mut command = Command::new("xmllint");
        command.arg("--noout").args(batch);
        let measured = measure(command).ok()?;
        wall += measured.wall;
        kilobytes = measured.kilobytes.max(kilobytes);
    }
    Some(Measured { wall, kilobytes })
}

fn measure(mut command: Command) -> io::Result<Measured> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let mut child = command.spawn()?;
    let mut kilobytes = 0;
    while child.try_wait()?.is_none() {
        kilobytes = memory(&child).unwrap_or(0).max(kilobytes);
        sleep(Duration::from_millis(2));
    }
    Ok(Measured {
        wall: begin.elapsed(),
        kilobytes,
    })
}

/// The most memory a process has used so far, on Linux.
fn memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
