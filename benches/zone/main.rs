//! Checking a generated zone beside the checkers that are installed (Debian packages
//! knot-dnssecutils, bind9-utils, nsd, ldnsutils, validns), each with its defaults, and beside
//! the crate `domain`, which only parses it.
//! `cargo bench --bench zone` prints a table; `-- 5000000` takes other numbers of records. The
//! programs take turns, and of each the middle run counts.

#![allow(
    clippy::print_stdout,
    reason = "a table on standard output is what this is for"
)]

use std::fs::{self, File};
use std::hint::black_box;
use std::io;
use std::path::Path;
use std::process::Command;

use domain::zonefile::inplace::Zonefile;

mod generate;
#[path = "../measure.rs"]
mod measure;

use generate::{APEX, Form, zone};
use measure::{memory, middle, silent, timed};

/// Runs of which the middle one counts; fewer where a run takes long.
const RUNS: usize = 5;
const LONG_RUNS: usize = 3;

/// Zones of more records take long.
const MANY: usize = 1_000_000;

/// Records of the zones, where nothing else is asked for; the first is for the start-up.
const RECORDS: [usize; 4] = [20, 100_000, 1_000_000, 5_000_000];

/// Has this program parse a zone with the crate `domain`, in a process of its own.
const PARSE: &str = "parse-with-domain";

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [PARSE, zone] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return parse_with_domain(Path::new(zone));
    }
    // `cargo test --benches` runs it too, and wants no measurement.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let numbers = arguments.iter().filter_map(|one| one.parse().ok());
    let mut numbers: Vec<usize> = numbers.collect();
    if numbers.is_empty() {
        numbers.extend(RECORDS);
    }
    println!("| records | program | time | of `sipdns-lint` | memory of the file |");
    println!("|---:|---|---:|---:|---:|");
    for records in numbers {
        compare(records)?;
    }
    Ok(())
}

/// Prints the lines of one zone.
fn compare(records: usize) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let master = folder.path().join(format!("{APEX}.zone"));
    let windows = folder.path().join(format!("{APEX}.dns"));
    fs::write(&master, zone(records, Form::MasterFile))?;
    let signed = folder.path().join(format!("{APEX}.zone.signed"));
    fs::write(&windows, zone(records, Form::WindowsExport))?;
    fs::write(&signed, zone(records, Form::Signed))?;

    let ours = env!("CARGO_BIN_EXE_sipdns-lint");
    let own = std::env::current_exe()?;
    let own = own.to_string_lossy();
    let mut contenders = [
        ("`sipdns-lint`", with(ours, &[], &master)),
        (
            "`sipdns-lint`, the Windows export",
            with(ours, &[], &windows),
        ),
        ("`sipdns-lint`, a signed zone", with(ours, &[], &signed)),
        ("`kzonecheck`", with("kzonecheck", &["-o", APEX], &master)),
        (
            "`kzonecheck`, the signed zone",
            with("kzonecheck", &["-o", APEX], &signed),
        ),
        (
            "`named-checkzone`",
            with("named-checkzone", &[APEX], &master),
        ),
        ("`nsd-checkzone`", with("nsd-checkzone", &[APEX], &master)),
        ("`validns`", with("validns", &["-z", APEX], &master)),
        ("`ldns-read-zone`", with("ldns-read-zone", &[], &master)),
        ("`domain`, which parses", with(&own, &[PARSE], &master)),
        ("`true`", Command::new("true")),
    ];
    let mut times = vec![Vec::new(); contenders.len()];
    let runs = if records > MANY { LONG_RUNS } else { RUNS };
    for _ in 0..runs {
        for ((_, command), times) in contenders.iter_mut().zip(&mut times) {
            // Nothing is wrong in the zone: who fails has not read it.
            let run = timed(silent(command)).ok();
            times.extend(
                run.filter(|(_, end)| end.success())
                    .map(|(seconds, _)| seconds),
            );
        }
    }
    let seconds: Vec<_> = times.into_iter().map(middle).collect();
    let first = seconds[0].expect("it runs");
    for ((name, command), seconds) in contenders.iter_mut().zip(seconds) {
        let Some(seconds) = seconds else {
            println!("| {records} | {name} | not installed, or it fails | | |");
            continue;
        };
        let kilobytes = memory(silent(command).spawn()?)?;
        let file = command.get_args().last().map(Path::new);
        let used = match file.map(fs::metadata) {
            Some(file) => {
                let tenths = kilobytes * 1024 * 10 / file?.len();
                format!("{}.{} ×", tenths / 10, tenths % 10)
            }
            None => String::new(),
        };
        let (milliseconds, ratio) = (seconds * 1000.0, seconds / first);
        println!("| {records} | {name} | {milliseconds:.0} ms | {ratio:.2} | {used} |");
    }
    Ok(())
}

/// Reads every entry of a zone and keeps none.
fn parse_with_domain(zone: &Path) -> io::Result<()> {
    let mut entries = Zonefile::load(&mut File::open(zone)?)?;
    while let Some(entry) = entries.next_entry().map_err(io::Error::other)? {
        drop(black_box(entry));
    }
    Ok(())
}

fn with(program: &str, arguments: &[&str], zone: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).arg(zone);
    command
}
