//! What a run says: findings, set-ups, what was checked and what was not, in several formats.
//!
//! Reporters read a [`Report`] and decide nothing. Every span becomes a line, a column and a
//! snippet here, so that all formats agree; every text that came from an input passes
//! [`Source::shown`](crate::source::Source::shown) and, on its way to a terminal, [`printable`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{self, Finding, Subject, count};
use crate::problem::Problem;
use crate::rule::{FailOn, Severity};
use crate::select::{Selected, Selection, Suppressed};
use crate::site::{Outcome, Site, Verdict};
use crate::source::{without_passwords, without_subscribers};

pub mod catalogue;
mod concise;
mod coverage;
pub mod diff;
mod ending;
pub mod escape;
mod failover;
mod github;
mod gitlab;
mod html;
pub mod json;
mod json_text;
mod junit;
mod markdown;
mod place;
pub mod pretty;
mod reading;
mod sarif;
mod story;
mod table;
mod text;
mod trace;
mod worst;

pub use place::Location;

use escape::{Syntax, inert};
use text::{presentation, records, title};
pub(crate) use text::{printable, sentence};

/// Findings of one rule that the text formats show; the rest is counted.
const SHOWN_PER_RULE: usize = 50;

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: each finding with its lines of text.
    Pretty,
    /// One line a finding: `path:line:column: severity[rule] message`.
    Concise,
    /// Tables of set-ups, servers and findings.
    Table,
    /// For programs; its schema is `schema/sipdns-lint-1.json`.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Annotations of GitHub Actions, and the summary of its job.
    Github,
    /// Code Quality of GitLab.
    Gitlab,
    /// `JUnit` XML, for test reports.
    Junit,
    /// For comments and tickets.
    Markdown,
    /// A page for print and archive: set-ups, what-if tables, findings, what was checked.
    Html,
}

impl Format {
    /// Its word on the command line.
    pub fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// How much a text format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Findings only.
    Quiet,
    /// Findings, at most [`SHOWN_PER_RULE`] a rule, then set-ups and what was checked.
    #[default]
    Normal,
    /// Everything, and every input.
    Verbose,
}

/// What of a report is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Content {
    /// Findings, then set-ups.
    #[default]
    Findings,
    /// Every question with its answer and reason.
    Trace,
    /// Which server handsets use when which is down.
    Failover,
    /// The lookups in the words of the handset's own log: the first one after a boot, and
    /// one more for each number of seconds, after that wait.
    Log(Vec<u32>),
    /// What the logs of handsets tell.
    Story,
}

/// How a report is written.
#[derive(Debug, Clone)]
pub struct Presentation {
    /// The format.
    pub format: Format,
    /// The part of the report that text formats write.
    pub content: Content,
    /// How much of it.
    pub detail: Detail,
    /// Whether colour is wanted.
    pub color: bool,
}

/// Something that was not looked at, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct NotChecked {
    /// What was not looked at.
    pub what: String,
    /// Why, or what to give for it to be looked at.
    pub why: String,
}

/// Numbers at the end of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Findings that were taken out.
    pub suppressed: Suppressed,
    /// The severity from which on findings fail the run.
    pub fail_on: FailOn,
    /// 0: nothing at or above `fail_on`; 1: findings at or above it, or of two states handsets that
    /// register no more; 2: could not check.
    pub exit_code: u8,
}

impl Summary {
    /// The numbers of findings, in a run that could check all it was told to, or could not.
    fn of<'f>(
        findings: impl IntoIterator<Item = &'f Finding>,
        suppressed: Suppressed,
        fail_on: FailOn,
        could_check: bool,
    ) -> Self {
        let findings = findings.into_iter();
        let severities: Vec<_> = findings.map(|finding| finding.severity).collect();
        let of = |severity| severities.iter().filter(|one| **one == severity).count();
        let fails = severities
            .iter()
            .any(|severity| fail_on.includes(*severity));
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            suppressed,
            fail_on,
            exit_code: if could_check { u8::from(fails) } else { 2 },
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {}, {}",
            count(self.errors, "error"),
            count(self.warnings, "warning"),
            count(self.notes, "note")
        )?;
        let Suppressed {
            comments,
            settings,
            baseline,
        } = self.suppressed;
        let ignored = comments + settings;
        let taken_out = [(ignored, "ignored"), (baseline, "in the baseline")];
        for (number, by) in taken_out.into_iter().filter(|(number, _)| *number > 0) {
            write!(f, "; {number} {by}")?;
        }
        Ok(())
    }
}

/// Everything a run has to say.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was read and simulated.
    pub site: &'a Site,
    /// Sorted and merged, see [`finding::in_order`].
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub checked: Vec<String>,
    /// What was not.
    pub not_checked: Vec<NotChecked>,
    /// Why the exit status is 2.
    pub problems: Vec<Problem>,
    /// The numbers.
    pub summary: Summary,
}

impl<'a> Report<'a> {
    /// The report of a run that found `findings` and met `problems`.
    pub fn new(
        site: &'a Site,
        findings: Vec<Finding>,
        problems: Vec<Problem>,
        selection: &Selection,
    ) -> Self {
        let selected = selection.apply(site, findings);
        Self::of(site, selected, problems, selection.fail_on)
    }

    /// The report of what a selection left.
    pub fn of(site: &'a Site, selected: Selected, problems: Vec<Problem>, fail_on: FailOn) -> Self {
        let mut findings = selected.findings;
        finding::mask(&mut findings, without_passwords);
        for fix in findings
            .iter_mut()
            .filter_map(|finding| finding.fix.as_mut())
        {
            fix.edits
                .retain(|edit| matches!(without_passwords(&edit.text), Cow::Borrowed(_)));
        }
        if site.sources.mask() {
            finding::mask(&mut findings, without_subscribers);
        }
        Self {
            checked: coverage::checked(site),
            not_checked: coverage::not_checked(site),
            site,
            summary: Summary::of(&findings, selected.suppressed, fail_on, problems.is_empty()),
            findings,
            problems,
        }
    }

    /// Writes the report.
    pub fn write(&self, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
        match how.format {
            Format::Json => json::write(self, &how.content, out),
            Format::Html => inert(out, Syntax::Xml, |out| html::write(self, how, out)),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
            Format::Gitlab => gitlab::write(self, out),
            Format::Junit => inert(out, Syntax::Xml, |out| junit::write(self, out)),
            Format::Markdown if !matches!(how.content, Content::Findings | Content::Story) => {
                markdown::listing(how, out, &|how, out| self.write_text(how, out))
            }
            Format::Pretty | Format::Concise | Format::Table | Format::Markdown => {
                inert(out, Syntax::Text, |out| self.write_text(how, out))
            }
        }
    }

    /// Writes the report for people.
    fn write_text(&self, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
        match (how.format, &how.content) {
            (Format::Markdown, content @ (Content::Findings | Content::Story)) => {
                let stories = match content {
                    Content::Story => story::markdown(self, how.detail),
                    _ => String::new(),
                };
                let limit = markdown::COMMENT.saturating_sub(stories.len());
                let limit = (how.detail != Detail::Verbose).then_some(limit);
                out.write_all(stories.as_bytes())?;
                out.write_all(markdown::text(self, how, limit).as_bytes())
            }
            (_, Content::Failover) => failover::write(self, how, out),
            (_, Content::Trace) => trace::write(self, how, out),
            (_, Content::Log(again)) => trace::write_as_log(self, again, out),
            (Format::Pretty, Content::Story) => story::write(self, how, out),
            (Format::Concise, _) => concise::write(self, how, out),
            (Format::Table, _) => table::write(self, how, out),
            (_, _) => pretty::write(self, how, out),
        }
    }

    /// The report for the summary of a job of GitHub Actions, of which `taken` bytes are used
    /// already.
    pub fn job_summary(&self, how: &Presentation, taken: u64) -> Vec<u8> {
        let taken = usize::try_from(taken).unwrap_or(usize::MAX);
        let limit = markdown::JOB_SUMMARY.saturating_sub(taken);
        markdown::text(self, how, Some(limit)).into_bytes()
    }

    /// The findings that a text format shows, and how many more each rule has.
    fn limited(&self, detail: Detail) -> (Vec<&Finding>, BTreeMap<&'static str, usize>) {
        let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut shown = Vec::new();
        for finding in &self.findings {
            let number = seen.entry(finding.rule.id).or_default();
            *number += 1;
            if detail == Detail::Verbose || *number <= SHOWN_PER_RULE {
                shown.push(finding);
            }
        }
        seen.retain(|_, number| {
            *number = number.saturating_sub(SHOWN_PER_RULE);
            detail != Detail::Verbose && *number > 0
        });
        (shown, seen)
    }

    /// Whether a set-up's outcome is the same however undocumented behaviour is read, in words.
    fn readings(&self, outcome: &Outcome<'_>) -> Option<String> {
        let (simulation, _) = outcome.simulated?;
        if simulation.verdict == Verdict::Undetermined {
            return None;
        }
        let readings = self.site.readings(simulation);
        let mut steps = simulation.lookup.steps.iter();
        let tied = simulation.lookup.tied(self.site.model);
        let tied: Vec<_> = tied.iter().map(|protocol| protocol.as_str()).collect();
        Some(if !tied.is_empty() {
            format!("(which of {} comes first is open)", tied.join(" and "))
        } else if !readings.holds() {
            format!("(depends on {})", readings.depends_on.join(", "))
        } else if steps.any(|step| step.answer.is_open()) {
            "(as far as the answers are known)".to_owned()
        } else {
            "(holds under every reading)".to_owned()
        })
    }

    /// The names of the views a finding is about; empty where there is only one view.
    fn views(&self, finding: &Finding) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for subject in &finding.subjects {
            if let Subject::Lookup { view, .. } = subject
                && let Some(name) = self.site.views.get(*view).and_then(|v| v.name.as_deref())
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests;
