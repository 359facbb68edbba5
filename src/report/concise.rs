//! One line a finding: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::{Detail, Location, Presentation, Report, ending, sentence};

pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    findings(report, how, out)?;
    if how.detail == Detail::Quiet {
        return Ok(());
    }
    ending::setups_in_lines(report, how.detail, out)?;
    ending::coverage(report, how.detail, out)
}

/// The findings alone.
pub(super) fn findings(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (shown, hidden) = report.limited(how.detail);
    for finding in shown {
        writeln!(
            out,
            "{}: {}[{}] {}",
            Location::of(&report.site.sources, finding.span),
            finding.severity,
            finding.rule.id,
            sentence(&finding.message)
        )?;
    }
    ending::hidden(&hidden, out)
}
