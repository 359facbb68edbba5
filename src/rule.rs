//! A rule's page: what it reports, why it matters on the handset, how to repair it.
//!
//! Pages are YAML files under `rules/`; the build script turns them into the table
//! [`PAGES`], so the binary stands alone and parses no YAML at start.

use std::fmt;

use crate::fix::System;
use crate::source::{Fault, Spanned};
use crate::spelling::nearest;

/// Effect on the handset.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Works today and breaks when something goes down, or rests on something undocumented.
    Warning,
    /// A handset will not register, or talks to the wrong server, or the zone will not load.
    Error,
}

impl Severity {
    /// Every severity, the lowest first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// The severity of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// `error`, `warning` or `note`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The severity from which on findings fail a run.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    serde::Serialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors only.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Note,
    /// No finding.
    Never,
}

impl FailOn {
    /// Every one, the highest first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Note, Self::Never];

    /// The word of `--fail-on`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Never => "never",
        }
    }

    /// The one of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// Whether a finding of that severity fails the run.
    pub(crate) fn includes(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Note => true,
            Self::Never => false,
        }
    }
}

/// What a rule must be given to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Need {
    /// Zone data, from a file or live.
    Zone,
    /// A handset configuration.
    Configuration,
    /// A reverse zone, or live.
    Reverse,
    /// Live answers.
    Live,
    /// `expect:` in the settings.
    Expectation,
    /// Several handsets.
    Handsets,
    /// A handset log.
    Log,
}

impl Need {
    /// Every one, in the order in which reports tell what was not checked.
    pub const ALL: [Self; 7] = [
        Self::Zone,
        Self::Configuration,
        Self::Reverse,
        Self::Live,
        Self::Expectation,
        Self::Handsets,
        Self::Log,
    ];
}

/// One page of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The one name of the rule, in kebab case: file, function, `explain`, ignore comment.
    pub id: &'static str,
    /// The rule's highest severity.
    pub severity: Severity,
    /// Heading of the catalogue it stands under.
    pub section: &'static str,
    /// What it must be given.
    pub needs: &'static [Need],
    /// One line: what is reported.
    pub summary: &'static str,
    /// What the user sees on the handset, and why.
    pub why: &'static str,
    /// How to repair it, by system.
    pub fix: Repair,
    /// Why the findings carry no repair of their own; none where they can.
    pub no_repair: Option<&'static str>,
    /// Bulletin paragraph, RFC section, guide page.
    pub sources: &'static [&'static str],
    /// Inputs that are tests.
    pub examples: &'static [Example],
}

/// The repair a page describes in general terms.
#[derive(Debug, PartialEq, Eq)]
pub struct Repair {
    /// In words.
    pub text: &'static str,
    /// A master file's lines.
    pub zone: Option<&'static str>,
    /// PowerShell.
    pub powershell: Option<&'static str>,
    /// `dnscmd` in cmd.exe.
    pub dnscmd: Option<&'static str>,
    /// DNS Manager, field by field.
    pub clicks: Option<&'static str>,
    /// Handset XML.
    pub xml: Option<&'static str>,
}

impl Repair {
    /// The lines there are, each with the name of the system they are for.
    pub fn by_system(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            (System::Bind, self.zone),
            (System::PowerShell, self.powershell),
            (System::Dnscmd, self.dnscmd),
            (System::Clicks, self.clicks),
            (System::Xml, self.xml),
        ]
        .into_iter()
        .filter_map(|(system, lines)| Some((system.title(), lines?)))
    }
}

/// An example of a page, as `explain` shows it. What it must yield is read from the same
/// YAML by the tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub name: &'static str,
    /// The handset of the command line.
    pub command: Option<&'static str>,
    /// Lines of a zone, carets under what is reported.
    pub zone: Option<&'static str>,
    /// Handset XML.
    pub phone: Option<&'static str>,
    /// A handset's log.
    pub log: Option<&'static str>,
    /// `sipdns-lint.yaml`.
    pub settings: Option<&'static str>,
}

impl Example {
    /// What a reader needs to see of it.
    pub fn texts(&self) -> impl Iterator<Item = &'static str> {
        let all = [self.command, self.zone, self.phone, self.log, self.settings];
        all.into_iter().flatten()
    }
}

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of that id.
pub fn page(id: &str) -> Option<&'static Page> {
    PAGES
        .binary_search_by(|page| page.id.cmp(id))
        .ok()
        .map(|index| PAGES[index])
}

/// Every rule of a run: the built-in ones and users' own.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    own: Vec<&'static Page>,
}

impl Catalogue {
    /// The built-in rules and these.
    pub fn with(own: Vec<&'static Page>) -> Self {
        Self { own }
    }

    /// Every page, users' own ones last.
    pub fn pages(&self) -> impl Iterator<Item = &'static Page> {
        PAGES.iter().chain(&self.own).copied()
    }

    /// The page of that id.
    pub fn find(&self, id: &str) -> Option<&'static Page> {
        page(id).or_else(|| self.own.iter().find(|page| page.id == id).copied())
    }

    /// What to say of a name that no rule has, and what to do.
    pub fn missing(&self, id: &str) -> (String, String) {
        let near = nearest(id, self.pages().map(|page| page.id));
        let help = near.map_or_else(
            || "`sipdns-lint rules` lists them all".to_owned(),
            |near| format!("did you mean `{near}`? `sipdns-lint rules` lists them all"),
        );
        (format!("no rule is called `{id}`"), help)
    }

    /// The same as a fault of the text that names it.
    pub fn unknown(&self, id: &Spanned<String>) -> Fault {
        let (message, help) = self.missing(&id.value);
        Fault::new(id.span, message).help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_id() {
        assert!(!PAGES.is_empty());
        for expected in PAGES {
            assert_eq!(page(expected.id).map(|page| page.id), Some(expected.id));
        }
        assert_eq!(page("no-such-rule"), None);
    }
}
