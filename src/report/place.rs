//! Places as reports print them; where a finding is shown by formats that know files only, and
//! by which name it is known again in the next run.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::{Report, printable};
use crate::finding::Finding;
use crate::source::{Origin, Source, Sources, Span};

/// A place as reports print it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Location<'a> {
    /// The source's name: a relative path with `/`, or `<stdin>` and the like.
    pub path: &'a str,
    /// From 1.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// In characters, from 1.
    #[schemars(range(min = 1))]
    pub column: u32,
    /// Line of the first character behind the place.
    #[schemars(range(min = 1))]
    pub end_line: u32,
    /// Column of the first character behind the place.
    #[schemars(range(min = 1))]
    pub end_column: u32,
    /// The text of the place.
    pub snippet: Cow<'a, str>,
}

impl<'a> Location<'a> {
    /// The place of a span.
    pub fn of(sources: &'a Sources, span: Span) -> Self {
        let source = sources.get(span.source);
        let (start, end) = sources.positions(span);
        Self {
            path: &source.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            snippet: source.shown(source.clamp(span)),
        }
    }
}

impl fmt::Display for Location<'_> {
    /// `path:line:column`, fit for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = printable(self.path);
        write!(f, "{path}:{}:{}", self.line, self.column)
    }
}

/// A finding's place as formats for files and lines show it.
pub(super) enum Place<'a> {
    /// It stands in a file.
    File(Location<'a>),
    /// It stands in an answer or an argument, and a file has to do with it.
    Related {
        /// The first place in a file.
        file: Location<'a>,
        /// The place it is really about.
        real: Location<'a>,
    },
    /// No file has to do with it.
    Nowhere(Location<'a>),
}

impl<'a> Place<'a> {
    /// The place of a finding.
    pub(super) fn of(report: &Report<'a>, finding: &Finding) -> Self {
        let sources = &report.site.sources;
        let real = Location::of(sources, finding.span);
        let in_file = |span: &Span| is_file(sources.get(span.source));
        if in_file(&finding.span) {
            return Self::File(real);
        }
        let mut related = finding.related.iter().map(|label| label.span);
        match related.find(in_file) {
            Some(span) => Self::Related {
                file: Location::of(sources, span),
                real,
            },
            None => Self::Nowhere(real),
        }
    }

    /// The place in a file, where there is one.
    pub(super) fn file(&self) -> Option<&Location<'a>> {
        match self {
            Self::File(file) | Self::Related { file, .. } => Some(file),
            Self::Nowhere(_) => None,
        }
    }

    /// The place the finding is about, where it is no file's.
    pub(super) fn elsewhere(&self) -> Option<&Location<'a>> {
        match self {
            Self::File(_) => None,
            Self::Related { real, .. } | Self::Nowhere(real) => Some(real),
        }
    }
}

/// Whether a source's name is a path: that of standard input is where `--stdin-filename`
/// gave it one.
pub(super) fn is_file(source: &Source) -> bool {
    match source.origin {
        Origin::File(_) => true,
        Origin::Stdin => !source.name.starts_with('<'),
        Origin::Live | Origin::Arguments => false,
    }
}

/// A name for each finding, in their order, no two the same: what a CI service compares to
/// tell new findings from old ones.
///
/// It is made of rule, path, message and the text of the place, not of lines, so it stays
/// when lines move; equal ones are numbered.
pub(super) fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut seen: HashMap<u128, u32> = HashMap::new();
    let name = |finding: &Finding| {
        let place = Location::of(&report.site.sources, finding.span);
        let parts = [
            finding.rule.id,
            place.path,
            &finding.message,
            &place.snippet,
        ];
        // No part holds a NUL that is not one of its own characters: lengths tell them apart.
        let text: String = parts.map(|part| format!("{}\0{part}", part.len())).concat();
        let hash = xxh3_128(text.as_bytes());
        let number = seen.entry(hash).or_default();
        *number += 1;
        format!("{hash:032x}:{number}")
    };
    report.findings.iter().map(name).collect()
}
