//! SARIF 2.1.0, for code scanning and editors.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//!
//! A finding in a file has a physical location. One on a server's answer or an argument has
//! the first related place in a file, since GitHub takes no result without a file, and names
//! the real place as a logical location.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::{markdown_message, uri};
use super::place::{self, fingerprints, is_file};
use super::worst::worst_positions;
use super::{Location, Report, catalogue, count, json_text, sentence};
use crate::finding::{Edit, Finding, Fix, Label};
use crate::problem::Problem;
use crate::rule::{Page, Severity};
use crate::source::{Origin, SourceId};

mod model;

use model::{
    Artifact, Change, Configuration, Content, Descriptor, Driver, Fingerprints, FixObject,
    Invocation, Log, Logical, Message, Notification, Physical, Place, Region, Replacement,
    ResultObject, ResultProperties, RuleProperties, Run, Tool,
};

/// Results of one run that GitHub's code scanning takes; of a report with more it takes none.
/// <https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning>
const RESULTS: usize = 25_000;

/// Places beside its own that are written of a finding.
const RELATED: usize = 100;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_limited(report, RESULTS, out)
}

/// The report with the worst `limit` results.
pub(super) fn write_limited(
    report: &Report<'_>,
    limit: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    json_text::write(&log(report, limit), out)
}

fn log(report: &Report<'_>, limit: usize) -> Log {
    let findings: Vec<_> = report.findings.iter().collect();
    let fingerprints = fingerprints(report);
    let shown = worst_positions(&findings, limit);
    let pages: BTreeMap<_, _> = shown
        .iter()
        .map(|position| (findings[*position].rule.id, findings[*position].rule))
        .collect();
    let indices: BTreeMap<_, _> = pages.keys().copied().zip(0..).collect();
    let results = shown.iter().map(|position| {
        let finding = findings[*position];
        result(
            report,
            finding,
            indices[finding.rule.id],
            fingerprints[*position].clone(),
        )
    });
    let results: Vec<_> = results.collect();
    Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "sipdns-lint",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: pages.values().map(|page| descriptor(page)).collect(),
                },
            },
            invocations: [invocation(report, findings.len() - results.len())],
            column_kind: "unicodeCodePoints",
            newline_sequences: ["\r\n", "\n", "\r"],
            results,
        }],
    }
}

/// How the run went: why it could not check everything, and how many results are left out.
fn invocation(report: &Report<'_>, left_out: usize) -> Invocation {
    let mut notifications: Vec<_> = report.problems.iter().map(notification).collect();
    if left_out > 0 {
        let findings = count(left_out, "more finding");
        let text = format!("{findings} left out: code scanning takes no more results");
        notifications.push(Notification {
            level: Severity::Warning,
            message: message(&text, None),
        });
    }
    Invocation {
        execution_successful: report.problems.is_empty(),
        exit_code: report.summary.exit_code,
        tool_execution_notifications: notifications,
    }
}

fn notification(problem: &Problem) -> Notification {
    Notification {
        level: Severity::Error,
        message: message(&problem.message, problem.help.as_deref()),
    }
}

/// A text of ours that may name inputs, and what to do.
fn message(text: &str, help: Option<&str>) -> Message {
    let lines: Vec<_> = std::iter::once(text)
        .chain(help.into_iter().flat_map(str::lines))
        .map(sentence)
        .collect();
    let markdown: Vec<_> = lines.iter().map(|line| markdown_message(line)).collect();
    Message {
        // `[text](target)` is a link in plain text too (3.11.6); `\]` is a bracket.
        text: lines.join("\n").replace("](", "\\]("),
        markdown: Some(markdown.join("\n\n")),
    }
}

fn descriptor(page: &Page) -> Descriptor {
    let plain = |text: &str| Message {
        text: text.to_owned(),
        markdown: None,
    };
    Descriptor {
        id: page.id,
        short_description: plain(page.summary),
        full_description: plain(page.why),
        help: Message {
            text: format!("{}\n\n{}", page.why, page.fix.text),
            markdown: Some(catalogue::markdown_page(page)),
        },
        default_configuration: Configuration {
            level: page.severity,
        },
        properties: RuleProperties {
            tags: vec!["dns", "sip", page.section],
            severity: match page.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
        },
    }
}

fn result(
    report: &Report<'_>,
    finding: &Finding,
    rule_index: usize,
    fingerprint: String,
) -> ResultObject {
    let place = place::Place::of(report, finding);
    let location = Place {
        physical_location: place.file().map(physical),
        logical_locations: place
            .elsewhere()
            .map(|place| logical(report, finding.span.source, place))
            .into_iter()
            .collect(),
        ..Place::default()
    };
    let related = finding.related.iter().take(RELATED).zip(1..);
    ResultObject {
        rule_id: finding.rule.id,
        rule_index,
        level: finding.severity,
        message: message(&finding.message, finding.help.as_deref()),
        locations: [location],
        related_locations: related
            .map(|(label, id)| related_place(report, label, id))
            .collect(),
        partial_fingerprints: Fingerprints { own: fingerprint },
        fixes: finding
            .fix
            .iter()
            .filter_map(|fix| fix_object(report, fix))
            .collect(),
        properties: ResultProperties {
            handset_count: finding.handsets.len(),
            views: report
                .views(finding)
                .into_iter()
                .map(|view| sentence(view).into_owned())
                .collect(),
        },
    }
}

fn related_place(report: &Report<'_>, label: &Label, id: usize) -> Place {
    let place = Location::of(&report.site.sources, label.span);
    let in_file = is_file(report.site.sources.get(label.span.source));
    Place {
        id: Some(id),
        physical_location: in_file.then(|| physical(&place)),
        logical_locations: if in_file {
            Vec::new()
        } else {
            vec![logical(report, label.span.source, &place)]
        },
        message: Some(message(&label.message, None)),
    }
}

fn physical(place: &Location<'_>) -> Physical {
    Physical {
        artifact_location: Artifact {
            uri: uri(place.path),
        },
        region: Region::of(place),
    }
}

/// The line of an answer or argument, named by its text: its number says nothing outside
/// the run.
fn logical(report: &Report<'_>, source: SourceId, place: &Location<'_>) -> Logical {
    let source = report.site.sources.get(source);
    let (start, line) = source.line(place.line);
    let line = source.shown(start..start + line.len());
    let line = sentence(line.trim()).into_owned();
    Logical {
        name: sentence(&place.snippet).into_owned(),
        fully_qualified_name: format!("{} {line}", sentence(place.path)),
        kind: match source.origin {
            Origin::Arguments => "parameter",
            Origin::Live | Origin::Stdin | Origin::File(_) => "resource",
        },
    }
}

/// The repair as changes of files, where every change is one of a file.
fn fix_object(report: &Report<'_>, fix: &Fix) -> Option<FixObject> {
    let sources = &report.site.sources;
    let mut changes: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        if !is_file(sources.get(edit.source)) {
            return None;
        }
        changes.entry(edit.source).or_default().push(edit);
    }
    let replacement = |edit: &&Edit| {
        let source = sources.get(edit.source);
        let (start, end) = (source.position(edit.start), source.position(edit.end));
        Replacement {
            deleted_region: Region {
                start_line: start.line,
                start_column: start.column,
                end_line: end.line,
                end_column: end.column,
                snippet: None,
            },
            inserted_content: Content {
                text: edit.text.clone(),
            },
        }
    };
    let changes: Vec<_> = changes
        .iter()
        .map(|(source, edits)| Change {
            artifact_location: Artifact {
                uri: uri(&sources.get(*source).name),
            },
            replacements: edits.iter().map(replacement).collect(),
        })
        .collect();
    (!changes.is_empty()).then(|| FixObject {
        description: message(&fix.title, None),
        artifact_changes: changes,
    })
}
