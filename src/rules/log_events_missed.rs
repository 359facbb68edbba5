//! `log-events-missed`: the handset had no time to write everything down.

use super::{Facts, Findings};

/// Looks at the fourth column of each log.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for log in &site.logs {
        let Some(missed) = &log.missed else { continue };
        let lines = match missed.lines {
            1 => "1 line says".to_owned(),
            lines => format!("{lines} lines say"),
        };
        let message = format!(
            "this log has holes: {lines} that events were missed, up to {}",
            missed.most
        );
        let finding = findings
            .at(log.span(missed.mark), message)
            .help(
                "a step that seems to be missing may have happened: a busy handset drops log \
                 lines. Set the levels of other modules back to 4 (`log.level.change.…`), then \
                 take the log again",
            )
            .label("events missed so far");
        findings.push(finding);
    }
}
