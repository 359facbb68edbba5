//! A comparison as a comment of a pull request: what reviewers need first, the rest folded.

use std::io::{self, Write};

use super::{Comparison, LISTED, Told};
use crate::finding::Finding;
use crate::report::escape::{markdown, markdown_code, markdown_message};
use crate::report::{Detail, Location, Report, count};

/// Set-ups of one table; a comment has 65,536 characters.
const SETUPS: usize = 50;

pub(super) fn write(
    comparison: &Comparison<'_>,
    detail: Detail,
    out: &mut dyn Write,
) -> io::Result<()> {
    let difference = &comparison.difference;
    writeln!(out, "## What this change does to handsets\n")?;
    for line in comparison.counts().lines() {
        writeln!(out, "- {}", markdown(line))?;
    }
    let problems = comparison.problems().count();
    if problems > 0 {
        let problems = count(problems, "problem");
        writeln!(out, "- **could not check everything: {problems}**")?;
    }
    if difference.setups.is_empty() {
        writeln!(out, "\nHandsets find the same servers as before.")?;
    } else {
        setups(comparison, out)?;
    }
    let (shown, hidden) = comparison.shown(detail);
    if !shown.is_empty() {
        writeln!(out, "\n### New findings\n")?;
        findings(comparison.new, &shown, out)?;
    }
    more(hidden, "new finding", out)?;
    let fixed: Vec<_> = comparison.fixed_findings().collect();
    if !fixed.is_empty() {
        let summary = count(fixed.len(), "fixed finding");
        writeln!(out, "\n<details><summary>{summary}</summary>\n")?;
        let listed = &fixed[..fixed.len().min(LISTED)];
        findings(comparison.old, listed, out)?;
        more(fixed.len() - listed.len(), "fixed finding", out)?;
        writeln!(out, "\n</details>")?;
    }
    Ok(())
}

fn setups(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    let all = &comparison.difference.setups;
    writeln!(out, "\n### Set-ups\n")?;
    writeln!(out, "| | set-up | before | after |")?;
    writeln!(out, "|---|---|---|---|")?;
    for change in all.iter().take(SETUPS) {
        let told = Told::of(change);
        let servers = |when: &str| {
            let of = told
                .servers
                .iter()
                .filter(|(at, _)| [when, "both"].contains(at));
            let servers = of.flat_map(|(_, servers)| servers);
            servers
                .map(|server| markdown(server))
                .collect::<Vec<_>>()
                .join("<br>")
        };
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            told.word,
            markdown(&told.what),
            servers("before"),
            servers("after")
        )?;
    }
    more(all.len().saturating_sub(SETUPS), "set-up", out)
}

fn findings(report: &Report<'_>, list: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in list {
        let place = Location::of(&report.site.sources, finding.span);
        let place = format!("{}:{}", place.path, place.line);
        writeln!(
            out,
            "- **{}** {}: {} ({})",
            finding.severity,
            markdown_code(finding.rule.id),
            markdown_message(&finding.message),
            markdown_code(&place)
        )?;
    }
    Ok(())
}

fn more(rest: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    match rest {
        0 => Ok(()),
        rest => writeln!(out, "\nand {} more", count(rest, noun)),
    }
}
