//! Code Quality of GitLab: a JSON list of what Code Climate calls issues.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use serde::Serialize;

use super::place::{Place, fingerprints};
use super::{Report, json_text, printable, sentence};
use crate::rule::Severity;

/// One finding.
#[derive(Serialize)]
struct Issue<'a> {
    /// What is wrong.
    description: String,
    /// The rule.
    check_name: &'a str,
    /// By which GitLab tells new findings from old ones.
    fingerprint: String,
    /// `info`, `minor`, `major`, `critical` or `blocker`.
    severity: &'static str,
    location: Lines,
}

/// GitLab shows lines of files of the repository and no columns.
#[derive(Serialize)]
struct Lines {
    path: String,
    lines: Range,
}

#[derive(Serialize)]
struct Range {
    begin: u32,
    end: u32,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<_> = report
        .findings
        .iter()
        .zip(fingerprints(report))
        .map(|(finding, fingerprint)| {
            let place = Place::of(report, finding);
            let (shown, real) = match &place {
                Place::File(file) => (file, None),
                Place::Related { file, real } => (file, Some(real)),
                // A path is obligatory; the name of what was asked is the best there is.
                Place::Nowhere(real) => (real, None),
            };
            let message = sentence(&finding.message);
            let description = match real {
                Some(real) => format!("{message} (at {real})"),
                None => message.into_owned(),
            };
            Issue {
                description,
                check_name: finding.rule.id,
                fingerprint,
                severity: severity(finding.severity),
                location: Lines {
                    path: printable(shown.path).into_owned(),
                    lines: Range {
                        begin: shown.line,
                        end: shown.end_line,
                    },
                },
            }
        })
        .collect();
    json_text::write(&issues, out)
}

/// An error keeps a handset from its server, a warning is one failure away from that.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Note => "info",
    }
}
