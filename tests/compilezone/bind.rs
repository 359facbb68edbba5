//! What BIND's `named-compilezone` makes of a zone: the records that it loads, or why it
//! refuses them and in which lines.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::generated::ORIGIN;
use crate::line::{Line, canonical};

/// Its name.
pub const EXECUTABLE: &str = "named-compilezone";

/// Only reading is compared: what is right or wrong about a zone as a whole, and which names
/// hosts may have, other rules say.
const ARGUMENTS: [&str; 24] = [
    "-i", "none", "-k", "ignore", "-n", "ignore", "-m", "ignore", "-M", "ignore", "-S", "ignore",
    "-T", "ignore", "-r", "ignore", "-W", "ignore", "-f", "text", "-s", "full", "-o", "-",
];

/// What it calls a text that it reads from standard input.
const INPUT: &str = "stream-0x";

/// What BIND says of a zone.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The records, where it loads the zone; those of types that are not kept without data.
    pub loaded: Option<Vec<Line>>,
    /// Why lines are refused, by their numbers.
    pub refused: BTreeMap<u32, String>,
    /// Everything else that it says.
    pub remarks: Vec<String>,
}

/// Reads a zone.
pub fn read(executable: &Path, text: &str) -> Verdict {
    let mut child = Command::new(executable)
        .args(ARGUMENTS)
        .args([ORIGIN, "-"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("named-compilezone starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // One that has refused the text may have ended.
    let _ = stdin.write_all(text.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("named-compilezone ends");
    let mut verdict = Verdict::default();
    let said = String::from_utf8_lossy(&output.stderr);
    let dumped = String::from_utf8_lossy(&output.stdout);
    for line in said.lines() {
        match complaint(line) {
            Some((number, why)) => drop(verdict.refused.entry(number).or_insert(why)),
            None => verdict.remarks.push(line.to_owned()),
        }
    }
    if output.status.success() {
        verdict.loaded = Some(dumped.lines().filter_map(canonical).collect());
    }
    verdict
}

impl Verdict {
    /// The zone is refused, for something else than a line or what a zone has to hold.
    pub fn is_refused_by_readers(&self) -> bool {
        const OF_ZONES: [&str; 5] = [
            "below a DNAME",
            "consistency checks",
            "has no address records",
            "has no NS records",
            "SOA records",
        ];
        let is_of_zone = |remark: &String| OF_ZONES.iter().any(|part| remark.contains(part));
        self.loaded.is_none() && self.refused.is_empty() && !self.remarks.iter().any(is_of_zone)
    }
}

/// The line that a message complains about, and why. Warnings complain about nothing.
fn complaint(message: &str) -> Option<(u32, String)> {
    const WARNINGS: [&str; 7] = [
        "> MAXTTL, setting",
        "record with inherited owner",
        "ignoring out-of-zone data",
        "TTL set to prior TTL",
        "no TTL specified; using SOA MINTTL instead",
        "using RFC1035 TTL semantics",
        "file does not end with newline",
    ];
    let (_, rest) = message.split_once(INPUT)?;
    let (number, why) = rest.split_once(':')?.1.split_once(": ")?;
    if WARNINGS.iter().any(|warning| why.contains(warning)) {
        return None;
    }
    Some((number.parse().ok()?, why.to_owned()))
}
