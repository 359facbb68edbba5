//! Annotations of GitHub Actions: workflow commands, one a line.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without
//! a word, so the worst of each are written; everything stands in the job summary, which
//! [`super::markdown`] writes. Besides the commands no line holds text of an input.

use std::io::{self, Write};

use super::escape::{workflow_data, workflow_property};
use super::place::Place;
use super::worst::worst_positions;
use super::{Location, Report, count, sentence};
use crate::finding::Finding;
use crate::rule::Severity;

/// Annotations of one level that GitHub shows of a step.
pub(super) const SHOWN: usize = 10;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for problem in report.problems.iter().take(SHOWN) {
        let help = problem.help.as_deref();
        let text = message(&problem.message, help, &[]);
        writeln!(out, "::error title=sipdns-lint::{}", workflow_data(&text))?;
    }
    let mut hidden = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let all: Vec<_> = report
            .findings
            .iter()
            .filter(|one| one.severity == severity)
            .collect();
        let taken = match severity {
            Severity::Error => report.problems.len(),
            Severity::Warning | Severity::Note => 0,
        };
        let shown = worst_positions(&all, SHOWN.saturating_sub(taken));
        hidden += all.len() - shown.len();
        for position in shown {
            annotation(report, all[position], out)?;
        }
    }
    if hidden > 0 {
        let findings = count(hidden, "more finding");
        writeln!(
            out,
            "{findings} without an annotation: see the summary of this job"
        )?;
    }
    writeln!(out, "{}", report.summary)
}

fn annotation(report: &Report<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    write!(out, "::{level} ")?;
    let place = Place::of(report, finding);
    if let Some(file) = place.file() {
        write!(
            out,
            "file={},line={},",
            workflow_property(file.path),
            file.line
        )?;
        // Columns are for places on one line.
        if file.line == file.end_line {
            write!(out, "col={},endColumn={},", file.column, file.end_column)?;
        } else {
            write!(out, "endLine={},", file.end_line)?;
        }
    }
    let elsewhere = place.elsewhere().map(at);
    let text = message(
        &finding.message,
        finding.help.as_deref(),
        elsewhere.as_slice(),
    );
    writeln!(
        out,
        "title={}::{}",
        workflow_property(finding.rule.id),
        workflow_data(&text)
    )
}

/// Where a finding stands that stands in no file.
fn at(place: &Location<'_>) -> String {
    format!("at {place}: {}", sentence(&place.snippet))
}

/// What is wrong, what to do, and more lines.
fn message(message: &str, help: Option<&str>, more: &[String]) -> String {
    let mut lines = vec![sentence(message).into_owned()];
    lines.extend(
        help.into_iter()
            .flat_map(str::lines)
            .map(|line| sentence(line).into_owned()),
    );
    lines.extend_from_slice(more);
    lines.join("\n")
}
