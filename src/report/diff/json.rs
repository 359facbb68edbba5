//! A comparison in JSON, as `schema/sipdns-lint-diff-1.json` describes it. Fields are added,
//! never renamed.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Comparison;
use crate::diff::Change;
use crate::problem::Problem;
use crate::report::json::{Input, JsonFinding, Setup, inputs, json_finding, setup};
use crate::report::{Report, Summary, json_text};
use crate::site::Outcome;

/// The version of this format; it changes when a field is renamed or removed.
const SCHEMA: &str = "sipdns-lint-diff/1";

/// What a change does to handsets.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "sipdns-lint diff")]
pub struct Document<'a> {
    /// Name and version of this format.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The program's version.
    version: &'static str,
    /// The old state.
    old: JsonSide<'a>,
    /// The new state.
    new: JsonSide<'a>,
    /// Set-ups before and after.
    setups: Setups<'a>,
    /// Findings that come and go.
    findings: Findings<'a>,
    /// Why the exit code is 2; empty where it is not.
    problems: Vec<&'a Problem>,
    /// The numbers of the new findings.
    summary: Summary,
}

/// One of the two states.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Side")]
struct JsonSide<'a> {
    /// What was read.
    inputs: Vec<Input<'a>>,
    /// The numbers of all its findings.
    summary: Summary,
}

/// Set-ups before and after; one is told from others by address, port, transport and view, and
/// from one that has these too by static records.
#[derive(Serialize, JsonSchema)]
struct Setups<'a> {
    /// Those that find other servers, have another verdict, or are those of other handsets.
    changed: Vec<Changed<'a>>,
    /// Those of the new state only.
    gained: Vec<Setup<'a>>,
    /// Those of the old state only.
    lost: Vec<Setup<'a>>,
    /// The number of the others.
    unchanged: usize,
    /// How many of those changed and gained lead handsets to no server that registered before.
    out_of_service: usize,
}

/// A set-up that is not what it was.
#[derive(Serialize, JsonSchema)]
struct Changed<'a> {
    /// In the old state.
    before: Setup<'a>,
    /// In the new state.
    after: Setup<'a>,
}

/// Findings that come and go; one is told from others by rule, severity, and the owner and
/// data of its record, the name and value of its parameter, or the text of its place.
#[derive(Serialize, JsonSchema)]
struct Findings<'a> {
    /// Those of the new state only.
    new: Vec<JsonFinding<'a>>,
    /// Those of the old state only; places are those of the old state.
    fixed: Vec<JsonFinding<'a>>,
    /// The number of the others.
    unchanged: usize,
}

pub(super) fn write(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    json_text::write(&document(comparison), out)
}

fn document<'a>(comparison: &'a Comparison<'a>) -> Document<'a> {
    let side = |report: &'a Report<'a>| JsonSide {
        inputs: inputs(report.site),
        summary: report.summary,
    };
    let before = |old: &Outcome<'a>| setup(comparison.old.site, old);
    let after = |new: &Outcome<'a>| setup(comparison.new.site, new);
    let mut setups = Setups {
        changed: Vec::new(),
        gained: Vec::new(),
        lost: Vec::new(),
        unchanged: comparison.difference.unchanged_setups,
        out_of_service: comparison.difference.out_of_service,
    };
    for change in &comparison.difference.setups {
        match change {
            Change::Changed {
                before: old,
                after: new,
            } => setups.changed.push(Changed {
                before: before(old),
                after: after(new),
            }),
            Change::Gained(gained) => setups.gained.push(after(gained)),
            Change::Lost(lost) => setups.lost.push(before(lost)),
        }
    }
    Document {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        old: side(comparison.old),
        new: side(comparison.new),
        setups,
        findings: Findings {
            new: comparison
                .new_findings()
                .map(|finding| json_finding(comparison.new, finding))
                .collect(),
            fixed: comparison
                .fixed_findings()
                .map(|finding| json_finding(comparison.old, finding))
                .collect(),
            unchanged: comparison.difference.unchanged,
        },
        problems: comparison.problems().collect(),
        summary: comparison.summary,
    }
}

/// The JSON Schema of [`Document`], as text.
pub fn schema() -> String {
    json_text::schema::<Document<'_>>()
}
