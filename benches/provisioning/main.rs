//! Linting a provisioning folder beside `xmllint --noout` (Debian package libxml2-utils) over
//! the same files. `cargo bench --bench provisioning` prints a table; `-- 10000 100000` takes
//! other numbers of handsets. The programs take turns, and of each the middle run counts.

#![allow(
    clippy::print_stdout,
    reason = "a table on standard output is what this is for"
)]

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

mod generate;
#[path = "../measure.rs"]
mod measure;

use measure::{memory, middle, silent, timed};

/// Runs of which the middle one counts.
const RUNS: usize = 7;

/// Handsets of the folder, where nothing else is asked for.
const HANDSETS: u32 = 10_000;

/// Files that one run of xmllint is given: a command line has an end.
const BATCH: usize = 10_000;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it too, and wants no measurement.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let numbers = arguments.iter().filter_map(|one| one.parse().ok());
    let mut numbers: Vec<u32> = numbers.collect();
    if numbers.is_empty() {
        numbers.push(HANDSETS);
    }
    println!("| handsets | `xmllint --noout` | `sipdns-lint` | ratio | memory |");
    println!("|---:|---:|---:|---:|---:|");
    for handsets in numbers {
        compare(handsets)?;
    }
    Ok(())
}

/// Prints a line of the table.
fn compare(handsets: u32) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    generate::folder(folder.path(), handsets)?;
    let mut files: Vec<OsString> = fs::read_dir(folder.path())?
        .map(|entry| entry.map(|entry| entry.path().into_os_string()))
        .collect::<io::Result<_>>()?;
    files.sort();
    let kilobytes = memory(lint(folder.path()).spawn()?)?;
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        other.extend(xmllint(&files));
        own.push(timed(&mut lint(folder.path()))?.0);
    }
    let own = middle(own).expect("it runs several times");
    let (reference, ratio) = match middle(other) {
        Some(other) => (
            format!("{:.0} ms", other * 1000.0),
            format!("{:.2}", own / other),
        ),
        None => ("not installed".to_owned(), String::new()),
    };
    println!(
        "| {handsets} | {reference} | {:.0} ms | {ratio} | {} MB |",
        own * 1000.0,
        kilobytes.div_ceil(1024)
    );
    Ok(())
}

fn lint(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sipdns-lint"));
    command.arg("--format").arg("json").arg(folder);
    silent(&mut command);
    command
}

/// `None` where it is not installed.
fn xmllint(files: &[OsString]) -> Option<f64> {
    let batches = files.chunks(BATCH).map(|batch| {
        let mut command = Command::new("xmllint");
        silent(command.arg("--noout").args(batch));
        timed(&mut command).ok().map(|(seconds, _)| seconds)
    });
    batches.sum()
}
