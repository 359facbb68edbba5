//! `log-lines-cut`: something has shortened or wrapped the lines of a log.

use super::{Facts, Findings};

/// Looks at each log: lines that are the beginning of a message.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for log in &site.logs {
        let Some(first) = log.cut else { continue };
        let lines = log.lines.known + log.lines.unknown;
        let shown = if log.tells_of_lookups() {
            "steps of lookups can be missing"
        } else {
            "no lookup is shown"
        };
        let message = format!(
            "{} of {lines} lines of the modules `sip` and `dns` are cut, so that {shown}",
            log.lines.cut
        );
        let help = "take the file `<MAC>-app.log` itself, as the handset uploaded it to the \
                    provisioning server: a terminal's window, a mail, or a syslog server that \
                    shortens messages has cut or wrapped what you have";
        let finding = findings.at(log.span(first), message).help(help);
        findings.push(finding.label("the first one"));
    }
}
