//! What a rule reports: one defect, its place, the places it has to do with, what to do.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::dns::Name;
use crate::fix::{Change, Commands};
use crate::handset::Mac;
use crate::rule::{Page, Severity};
use crate::source::{SourceId, Sources, Span};

/// A place that has to do with a finding, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Lower case, no full stop.
    pub message: String,
}

/// What a finding is about, so that several rules which see one defect yield one finding
/// (see [`crate::rules`], precedence).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A token: an SRV target, a NAPTR replacement.
    Token(Span),
    /// A name that is asked for, in one view: that of an SRV set, of a host or of an address, or
    /// the configured address where no SRV set is asked for.
    Lookup {
        /// Index into [`crate::site::Site::views`].
        view: usize,
        /// The name asked for, lower case.
        name: Name,
    },
    /// What stands at one owner.
    Owner(Name),
    /// One file.
    File(SourceId),
}

/// A change of one source's text; `start == end` inserts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edit {
    /// The text that is changed.
    pub source: SourceId,
    /// Offset of the first byte replaced.
    pub start: u32,
    /// Offset behind the last byte replaced.
    pub end: u32,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces the text of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            source: span.source,
            start: span.start,
            end: span.end,
            text: text.into(),
        }
    }

    /// Inserts behind `span`.
    pub fn insert_after(span: Span, text: impl Into<String>) -> Self {
        Self {
            source: span.source,
            start: span.end,
            end: span.end,
            text: text.into(),
        }
    }
}

/// A repair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// Applying it cannot change which records or handsets are meant.
    pub safe: bool,
    /// Changes to the sources.
    pub edits: Vec<Edit>,
    /// The same as steps that any system can be told.
    pub changes: Vec<Change>,
    /// Other steps to the same end, for a person to choose; scripts take the first way.
    pub instead: Vec<Change>,
}

impl Fix {
    /// The repair as lines to type. For a system that the steps do not concern, those of the
    /// other way.
    pub fn commands(&self) -> Commands {
        Commands::of(&self.changes).or(Commands::of(&self.instead))
    }

    /// It creates a zone, with all that stands in it.
    pub fn sets_up_a_zone(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| matches!(change, Change::ReverseZone { .. }))
    }
}

/// One defect at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that reports it.
    pub rule: &'static Page,
    /// Effect on the handset; at most the rule's own severity.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The smallest text that shows it.
    pub span: Span,
    /// What is said under the primary place in a snippet.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// The repair, where there is one.
    pub fix: Option<Fix>,
    /// What it is about, for precedence.
    pub subjects: Vec<Subject>,
    /// MACs of the handsets it touches; empty where none is known.
    pub handsets: BTreeSet<Mac>,
    /// What other rules say of the same defect. It is reported where this is not asked for.
    pub stands_for: Vec<Finding>,
}

impl Finding {
    /// A finding of `rule` at `span`, as severe as the rule says.
    pub fn new(rule: &'static Page, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: message.into(),
            help: None,
            span,
            label: None,
            related: Vec::new(),
            fix: None,
            subjects: Vec::new(),
            handsets: BTreeSet::new(),
            stands_for: Vec::new(),
        }
    }

    /// Lowers the severity.
    pub fn severity(mut self, severity: Severity) -> Self {
        debug_assert!(
            severity <= self.rule.severity,
            "{}: a check lowers the page's severity, it never raises it",
            self.rule.id
        );
        self.severity = severity;
        self
    }

    /// What to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is said under the primary place.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Another place that belongs to the defect.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// A repair.
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// What it is about.
    pub fn about(mut self, subject: Subject) -> Self {
        self.subjects.push(subject);
        self
    }

    /// Its repair, and those of what it stands for at other zones that have the same text.
    pub fn repairs(&self) -> impl Iterator<Item = &Fix> {
        let alike = self.stands_for.iter();
        let alike = alike.filter(|one| one.rule.id == self.rule.id);
        let alike = alike.filter_map(|one| one.fix.as_ref());
        self.fix.iter().chain(alike)
    }

    /// The handsets it touches.
    pub fn handsets<'a>(mut self, macs: impl IntoIterator<Item = &'a Mac>) -> Self {
        self.handsets.extend(macs);
        self
    }
}

/// `1 line`, `3 lines`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Takes subscribers or passwords out of what findings say. Snippets are the sources' business;
/// a repair stays whole, for it may be carried out.
pub fn mask(findings: &mut [Finding], masked: fn(&str) -> Cow<'_, str>) {
    let hide = |text: &mut String| {
        if let Cow::Owned(masked) = masked(text) {
            *text = masked;
        }
    };
    for finding in findings {
        hide(&mut finding.message);
        finding.help.iter_mut().for_each(hide);
        finding.label.iter_mut().for_each(hide);
        let labels = finding.related.iter_mut();
        labels.for_each(|label| hide(&mut label.message));
        if let Some(fix) = &mut finding.fix {
            hide(&mut fix.title);
        }
    }
}

/// Merges findings that say the same of the same place, and puts them in the order in which
/// they are reported: by path, line, column, rule, message.
pub fn in_order(mut findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    fn key<'a>(finding: &'a Finding, sources: &'a Sources) -> impl Ord + use<'a> {
        let source = sources.get(finding.span.source);
        let place = (&source.name, finding.span.start);
        let rest = (finding.span.end, finding.span.source);
        (place, finding.rule.id, &finding.message, rest)
    }
    findings.sort_by(|one, two| key(one, sources).cmp(&key(two, sources)));
    findings.dedup_by(|later, kept| {
        let same = key(later, sources) == key(kept, sources);
        if same {
            kept.severity = kept.severity.max(later.severity);
            kept.handsets.append(&mut later.handsets);
            for label in later.related.drain(..) {
                if !kept.related.contains(&label) {
                    kept.related.push(label);
                }
            }
            for subject in later.subjects.drain(..) {
                if !kept.subjects.contains(&subject) {
                    kept.subjects.push(subject);
                }
            }
        }
        same
    });
    findings
}
