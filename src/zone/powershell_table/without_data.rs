//! What else PowerShell makes of `Get-DnsServerResourceRecord`: files without the data of the
//! records, or in a form that is not read. They are known, so that they are not passed over.

use std::ops::Range;

use super::super::fields::Fault;
use super::super::lexer::Token;
use super::super::text::{Text, beginning};
use super::super::{Format, ReadOptions, TroubleKind, Zone};
use super::columns::Headings;
use super::{WHOLE, export};
use crate::source::{Source, Span};

/// The class of records and, with their type behind it, of their data.
const CLASS: &str = "DnsServerResourceRecord";

/// What shows that a text is such a file, and what it is.
pub(super) struct Found {
    /// The word that shows it.
    word: Range<usize>,
    what: &'static str,
}

/// Looks for the marks of such a file.
pub(super) fn found(text: &str) -> Option<Found> {
    let head = beginning(text);
    let mut of_table = None;
    let mut lines = export::lines(head).peekable();
    while let (None, Some(line)) = (&of_table, lines.next()) {
        of_table = lines
            .peek()
            .and_then(|below| Headings::read(&line, below))
            .map(|headings| (headings, line));
    }
    if let Some((Headings::WithoutData, line)) = of_table {
        let what = "the column `RecordData` is missing: the window had no room for it, or it was \
                    not picked";
        return Some(Found::at(&line, "HostName", what));
    }
    if !head.contains(CLASS) {
        return None;
    }
    if let Some((Headings::OfRecords, line)) = of_table {
        let is_of_kind = |line: Token<'_>| {
            let last = line.text.split_whitespace().next_back();
            last.is_some_and(|last| last.starts_with(CLASS))
        };
        let what = "columns that were picked by name show what kind of data each record has, not \
                    the data";
        let mut rows = lines.take_while(|line| !line.text.trim().is_empty());
        return rows
            .any(is_of_kind)
            .then(|| Found::at(&line, "RecordData", what));
    }
    let mut lines = export::lines(head).filter(|line| !line.text.trim().is_empty());
    let first = lines.next()?;
    if first.text.trim_start().starts_with("<Objs ") {
        let what = "what `Export-Clixml` writes is not read";
        return Some(Found::at(&first, "<Objs", what));
    }
    let is_cell = |cell: &str, name| cell.trim_matches([' ', '"']) == name;
    let names = ["HostName", "RecordData", "RecordType"];
    let is_heading = |line: &Token<'_>| {
        names.iter().all(|name| {
            line.text
                .split([',', ';', '\t'])
                .any(|cell| is_cell(cell, *name))
        })
    };
    // A line with the type of the objects may stand above the headings.
    let second = lines.next();
    if let Some(line) = [Some(first), second].into_iter().flatten().find(is_heading) {
        let what = "`Export-Csv` writes what kind of data each record has, not the data";
        return Some(Found::at(&line, "HostName", what));
    }
    let is_of_list = |line: &Token<'_>| {
        line.text
            .split_once(" : ")
            .is_some_and(|(name, value)| is_cell(name, "RecordData") && value.starts_with(CLASS))
    };
    let line = export::lines(head).find(is_of_list)?;
    let what = "`Format-List` writes what kind of data each record has, not the data";
    Some(Found::at(&line, "RecordData", what))
}

impl Found {
    /// At a word of a line.
    fn at(line: &Token<'_>, word: &str, what: &'static str) -> Self {
        let start = line.start + line.text.find(word).unwrap_or_default();
        Self {
            word: start..(start + word.len()).min(line.end),
            what,
        }
    }
}

/// A zone of which such a text tells nothing, and where the text says so.
pub(super) fn read(
    text: &Text<'_>,
    source: &Source,
    options: &ReadOptions,
) -> Option<(Span, Zone)> {
    let Found { word, what } = found(text.as_str())?;
    let (apex, known) = export::origin(source, options, text.as_str());
    let mut zone = export::Builder::new(text, Format::PowerShellTable, apex, known);
    zone.zone_mut().is_excerpt = true;
    let span = text.span(word.start, word.end);
    let fault = Fault::new(span, what).help(WHOLE);
    zone.report(TroubleKind::CellTruncated, fault, None);
    Some((span, zone.finish()))
}
