//! Markdown for a pull request's comment, a ticket, or the job summary of GitHub Actions.
//!
//! The worst findings come first, since all these places hold so much text and no more: what
//! does not fit is counted.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::{Syntax, inert, markdown_block, markdown_code, markdown_message};
use super::worst::worst_first;
use super::{Detail, Format, Location, Presentation, Report, count, ending, sentence, title};
use crate::finding::{Finding, Fix};
use crate::fix::System;
use crate::rule::Severity;

/// Bytes of a report: a comment of GitHub holds 65,536 characters, and something may have
/// to stand beside the report.
pub(super) const COMMENT: usize = 60_000;

/// Bytes of the summary of one step of GitHub Actions, 1 MiB, less what a line end between two
/// reports takes.
pub(super) const JOB_SUMMARY: usize = 1024 * 1024 - 16;

/// Bytes that a line of an input is shown with.
const LINE: usize = 300;

/// Places beside its own that are shown of a finding; its message says what they have in common.
const RELATED: usize = 12;

/// Bytes kept for the sentence that says how many are left out.
const REST: usize = 100;

/// The report in at most `limit` bytes, or whole where there is no limit.
pub(super) fn text(report: &Report<'_>, how: &Presentation, limit: Option<usize>) -> String {
    let limit = limit.unwrap_or(usize::MAX);
    let mut page = Page {
        text: String::new(),
        // What is below the findings matters less than they do, and is short but for odd input.
        room: limit / 4,
    };
    if how.detail != Detail::Quiet {
        setups(report, how.detail, &mut page);
        coverage(report, &mut page);
    }
    let below = page.text;
    let mut page = Page {
        room: limit.saturating_sub(below.len()),
        text: String::new(),
    };
    page.add(&format!("## sipdns-lint: {}\n", report.summary));
    problems(report, &mut page);
    findings(report, &mut page);
    page.text + &below
}

/// What other formats write as lines, such as the questions of handsets: as a block.
pub(super) fn listing(
    how: &Presentation,
    out: &mut dyn Write,
    write: &dyn Fn(&Presentation, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let how = Presentation {
        format: Format::Pretty,
        color: false,
        ..how.clone()
    };
    let mut lines = Vec::new();
    write(&how, &mut lines)?;
    let block = markdown_block(&String::from_utf8_lossy(&lines));
    inert(out, Syntax::Text, |out| out.write_all(block.as_bytes()))
}

/// A page that takes paragraphs as long as there is room.
struct Page {
    text: String,
    room: usize,
}

impl Page {
    /// Adds a paragraph whole or not at all; whether there was room.
    fn add(&mut self, paragraph: &str) -> bool {
        let fits = paragraph.len() <= self.room;
        if fits {
            self.room -= paragraph.len();
            self.text.push_str(paragraph);
        }
        fits
    }

    /// Adds what fits of several paragraphs, and how many did not.
    fn add_each(&mut self, paragraphs: impl Iterator<Item = String>, noun: &str) {
        let reserved = self.room.min(REST);
        self.room -= reserved;
        let mut hidden = 0;
        for paragraph in paragraphs {
            // Once one is left out, so are the rest: an order with gaps is none.
            if hidden > 0 || !self.add(&paragraph) {
                hidden += 1;
            }
        }
        self.room += reserved;
        self.left_out(hidden, noun);
    }

    /// Says how many are not here.
    fn left_out(&mut self, hidden: usize, noun: &str) {
        if hidden > 0 {
            let rest = count(hidden, &format!("more {noun}"));
            self.add(&format!("\n*and {rest} that did not fit here*\n"));
        }
    }
}

fn problems(report: &Report<'_>, page: &mut Page) {
    if report.problems.is_empty() {
        return;
    }
    page.add("\n**Could not check everything:**\n\n");
    let lines = report.problems.iter().map(|problem| {
        let help = problem.help.iter().flat_map(|help| help.lines());
        let lines: Vec<_> = std::iter::once(&*problem.message)
            .chain(help)
            .map(|line| markdown_message(&sentence(line)))
            .collect();
        format!("- {}\n", lines.join("  \n  "))
    });
    page.add_each(lines, "problem");
}

fn findings(report: &Report<'_>, page: &mut Page) {
    for (severity, heading) in [
        (Severity::Error, "Errors"),
        (Severity::Warning, "Warnings"),
        (Severity::Note, "Notes"),
    ] {
        let all: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .collect();
        if all.is_empty() {
            continue;
        }
        page.add(&format!("\n### {heading}\n"));
        let mut room = page.room.saturating_sub(REST);
        let mut chosen: Vec<_> = worst_first(&all)
            .into_iter()
            .map_while(|position| {
                let paragraph = paragraph(report, all[position]);
                room = room.checked_sub(paragraph.len())?;
                Some((position, paragraph))
            })
            .collect();
        chosen.sort_unstable();
        let hidden = all.len() - chosen.len();
        for (_, paragraph) in chosen {
            page.add(&paragraph);
        }
        page.left_out(hidden, severity.word());
    }
}

/// One finding: rule and place, what is wrong, the line, what to do.
fn paragraph(report: &Report<'_>, finding: &Finding) -> String {
    let place = Location::of(&report.site.sources, finding.span);
    let mut text = format!(
        "\n**{}** {}\n\n{}\n",
        finding.rule.id,
        code_place(&place),
        markdown_message(&sentence(&finding.message)),
    );
    if let Some(line) = line(report, finding) {
        let _ = write!(text, "\n{}", markdown_block(&line));
    }
    let views = report.views(finding);
    if !views.is_empty() {
        let views: Vec<_> = views.into_iter().map(markdown_code).collect();
        let _ = writeln!(text, "\nin: {}", views.join(", "));
    }
    if !finding.related.is_empty() {
        text.push('\n');
    }
    for label in finding.related.iter().take(RELATED) {
        let place = Location::of(&report.site.sources, label.span);
        let message = markdown_message(&sentence(&label.message));
        let _ = writeln!(text, "- {}: {message}", code_place(&place));
    }
    for line in finding.help.iter().flat_map(|help| help.lines()) {
        let _ = writeln!(text, "\n{}", markdown_message(&sentence(line)));
    }
    if !finding.handsets.is_empty() {
        let handsets = count(finding.handsets.len(), "handset");
        let _ = writeln!(text, "\nTouches {handsets}.");
    }
    if let Some(fix) = &finding.fix {
        repair(fix, &mut text);
    }
    text
}

/// `path:line:column` as code.
fn code_place(place: &Location<'_>) -> String {
    markdown_code(&place.to_string())
}

/// The line a finding is about, or the text of its place where the line is too long.
fn line(report: &Report<'_>, finding: &Finding) -> Option<String> {
    let source = report.site.sources.get(finding.span.source);
    let place = Location::of(&report.site.sources, finding.span);
    let (start, line) = source.line(place.line);
    let text = if line.len() <= LINE {
        source.shown(start..start + line.len()).into_owned()
    } else {
        place.snippet.chars().take(LINE).collect()
    };
    let text = text.trim().replace(['\r', '\n', '\t'], " ");
    (!text.is_empty()).then_some(text)
}

/// The repair; its lines are folded where HTML is shown.
fn repair(fix: &Fix, text: &mut String) {
    let title = markdown_message(&sentence(&fix.title));
    let _ = writeln!(text, "\nFix: {title}");
    let commands = fix.commands();
    let mut lines = String::new();
    for system in System::ALL {
        if let Some(reason) = commands.reason.filter(|_| system == System::PowerShell) {
            let reason = markdown_message(reason);
            let _ = writeln!(lines, "\n{}: none; {reason}", system.title());
        }
        if let Some(typed) = commands.get(system) {
            let _ = write!(lines, "\n{}:\n\n{}", system.title(), markdown_block(typed));
        }
    }
    if !lines.is_empty() {
        let _ = write!(
            text,
            "\n<details><summary>lines to type</summary>\n{lines}\n</details>\n"
        );
    }
}

fn setups(report: &Report<'_>, detail: Detail, page: &mut Page) {
    let outcomes = report.site.outcomes();
    let (listed, rest) = ending::limited(&outcomes, detail);
    if listed.is_empty() {
        return;
    }
    page.add("\n### Set-ups\n\n| set-up | verdict | servers in order |\n|---|---|---|\n");
    let rows = listed.iter().map(|outcome| {
        let servers: Vec<_> = outcome
            .servers()
            .iter()
            .map(|server| {
                format!(
                    "{}. {}",
                    server.order,
                    markdown_code(&ending::server(server))
                )
            })
            .collect();
        format!(
            "| {} | {} | {} |\n",
            markdown_code(&title(outcome)),
            outcome.verdict().word(),
            servers.join("<br>")
        )
    });
    page.add_each(rows, "set-up");
    page.left_out(rest, "set-up");
}

fn coverage(report: &Report<'_>, page: &mut Page) {
    page.add("\n### Checked\n\n");
    let checked = report
        .checked
        .iter()
        .map(|what| format!("- {}\n", markdown_message(&sentence(what))));
    let missing = report.not_checked.iter().map(|missing| {
        let (what, why) = (sentence(&missing.what), sentence(&missing.why));
        format!(
            "- not checked: {}: {}\n",
            markdown_message(&what),
            markdown_message(&why)
        )
    });
    page.add_each(checked.chain(missing), "line");
}
