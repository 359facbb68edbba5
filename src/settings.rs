//! Settings: what a folder of zones and handset configurations wants of every run, in
//! `sipdns-lint.yaml`. The command line beats them, they beat the defaults.
//!
//! Every value keeps its place, so that a finding or an error can point at it. What the file
//! may hold is said once, in [`shape`]: that reads it, and is the schema for editors.

use std::path::PathBuf;

use crate::handset::Model;
use crate::rule::{FailOn, Severity};
use crate::site::Expectation;
use crate::source::{Fault, SourceId, Sources, Span, Spanned};
use crate::yaml;

mod find;
mod path;
mod read;
mod shape;

pub use find::{FILE_NAME, Found, find};
pub(crate) use shape::assume;
pub use shape::{schema, shape};

/// The settings of one file; what the file does not say is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The text.
    pub source: SourceId,
    /// The folder it lies in: paths are relative to it.
    pub folder: PathBuf,
    /// The file was named with `--settings`, not found.
    pub named: bool,
    /// Zone files and folders that are read where the command line names no path.
    pub zones: Vec<Spanned<String>>,
    /// Handset configurations and their folders, likewise.
    pub phones: Vec<Spanned<String>>,
    /// Names to ask DNS for, as with `--live`.
    pub live: Vec<Spanned<String>>,
    /// `--handset`
    pub handset: Option<Spanned<&'static Model>>,
    /// `--assume`: names and readings, each known.
    pub assume: Vec<(Spanned<String>, Spanned<String>)>,
    /// Severities of rules in the place of their own.
    pub severity: Vec<(Spanned<String>, Spanned<Severity>)>,
    /// Findings that are not reported.
    pub ignore: Vec<Ignore>,
    /// An ignore in a zone or a configuration must say why.
    pub require_reason: Option<Spanned<bool>>,
    /// What handsets are to find.
    pub expect: Vec<Expectation>,
    /// `--fail-on`
    pub fail_on: Option<Spanned<FailOn>>,
    /// `--min-severity`
    pub min_severity: Option<Spanned<Severity>>,
    /// `--rules`: folders of users' own rules.
    pub rules: Vec<Spanned<String>>,
    /// `--baseline`
    pub baseline: Option<Spanned<String>>,
}

/// Findings that are known and not reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// Rules by name; never empty.
    pub rules: Vec<Spanned<String>>,
    /// Glob patterns of paths below the settings' folder; empty means everywhere.
    pub paths: Vec<Spanned<String>>,
    /// Why.
    pub reason: Spanned<String>,
    /// The whole entry.
    pub span: Span,
}

impl Settings {
    /// Reads the settings in a source.
    pub fn read(sources: &Sources, found: &Found) -> Result<Self, Vec<Fault>> {
        let mut settings = Self {
            source: found.source,
            folder: found.folder.clone(),
            named: found.named,
            zones: Vec::new(),
            phones: Vec::new(),
            live: Vec::new(),
            handset: None,
            assume: Vec::new(),
            severity: Vec::new(),
            ignore: Vec::new(),
            require_reason: None,
            expect: Vec::new(),
            fail_on: None,
            min_severity: None,
            rules: Vec::new(),
            baseline: None,
        };
        let root = yaml::read(sources, found.source).map_err(|fault| vec![fault])?;
        let Some(root) = root else {
            return Ok(settings);
        };
        let mut faults = Vec::new();
        shape().check(&root, &mut faults);
        if faults.is_empty() {
            read::fill(&mut settings, &root, &mut faults);
        }
        if faults.is_empty() {
            Ok(settings)
        } else {
            faults.sort_by_key(|fault| fault.span);
            Err(faults)
        }
    }
}

#[cfg(test)]
mod tests;
