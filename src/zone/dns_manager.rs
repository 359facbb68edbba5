//! Lists that DNS Manager writes (Action, Export List): tab-separated or comma-separated,
//! one row a record, in the words of the server's language.
//!
//! ```text
//! Name<TAB>Type<TAB>Data<TAB>Timestamp
//! _udp<TAB><TAB><TAB>
//! (same as parent folder)<TAB>Name Server (NS)<TAB>ns1.eslab.local.<TAB>static
//! piper<TAB>Host (A)<TAB>10.225.2.31<TAB>4/25/2025 2:00:00 AM
//! ```
//!
//! Headings and types are localised, so rows are told by their structure: the abbreviation in
//! parentheses names the type, a name in parentheses is the zone itself. A list is what one
//! folder shows: rows without a type are folders whose records stand in a list of their own,
//! and the file's name says which folder it is. TTLs are not shown.

use std::net::Ipv4Addr;
use std::ops::Range;

use super::console::Framed;
use super::export::{self, Builder, part, token, trimmed};
use super::exports::{self, Exports};
use super::fields::{Fault, shown, span_of};
use super::lexer::Token;
use super::master::origin::{self, Known};
use super::text::{Text, beginning};
use super::{Format, ReadOptions, TroubleKind, cells, console, name, record_type};
use crate::dns::{Name, RecordType, WrittenName};
use crate::source::{SourceId, Sources, Span};

/// Reads the list in a part of a source; where its heading comes again, another one begins.
pub(super) fn read(
    sources: &Sources,
    id: SourceId,
    section: Range<usize>,
    options: &ReadOptions,
    exports: &mut Exports,
) {
    let source = sources.get(id);
    let begin = section.start;
    let Framed { content, console } = console::framed(&source.text, section, begin);
    let text = Text::of_export(id, &source.text[content.clone()], content.start);
    let layout = Layout::of(text.as_str());
    let (apex, known) = match export::origin(source, options, text.as_str()) {
        (nameless, Known::Not) => match reverse_zone(text.as_str(), layout) {
            Some(zone) => (zone, Known::FromFileName),
            None => (nameless, Known::Not),
        },
        named => named,
    };
    let mut lines = rows(text.as_str()).peekable();
    let heading = lines.next_if(|line| !layout.is_typed(line));
    let mut list = List {
        text: &text,
        zone: Builder::new(&text, Format::DnsManagerList, apex, known),
        layout,
    };
    let mut opening = exports::first_line(id, &source.text, content.clone());
    let first = exports.len();
    for line in lines {
        if heading.is_some_and(|heading| heading.text == line.text) {
            // A second list: nothing says which folder it shows.
            let next = Builder::new(&text, Format::DnsManagerList, Name::root(), Known::Not);
            let zone = std::mem::replace(&mut list.zone, next);
            exports.push(opening, zone.finish());
            opening = span_of(&text, &trimmed(&line));
            if !exports.admit(opening) {
                return;
            }
        } else {
            list.row(&line);
        }
    }
    exports.push(opening, list.zone.finish());
    if let (Some(console), Some(zone)) = (console, exports.zone_mut(first)) {
        zone.report_console(Span::new(id, console.start, console.end));
    }
}

/// The name of the zone that the name of a list's file (without its folder) begins with, perhaps
/// none, and the folder that it ends with: `_udp.txt`, `eslab.local_udp.txt`,
/// `eslab.local _udp.txt`.
pub(crate) fn folder_in(file: &str) -> (&str, &str) {
    let stem = origin::stem(file);
    let (zone, folder) = stem.split_at(stem.rfind('_').unwrap_or(0));
    (zone.trim_end_matches([' ', '-', '_', '.']), folder)
}

/// The zone of a list that nothing else names, where its pointers are shown by their addresses:
/// the closest one that holds them all.
fn reverse_zone(text: &str, layout: Layout) -> Option<Name> {
    let addresses = rows(text).filter_map(|line| {
        let cells = layout.cells(&line);
        let (record_type, _) = abbreviation(cells.get(1)?)?;
        let address: Ipv4Addr = cells[0].text.parse().ok()?;
        (record_type == RecordType::PTR).then(|| Name::from(address).base_name())
    });
    let zone = addresses.reduce(|one, other| name::shared_ancestor(&one, &other))?;
    // `in-addr.arpa` is nobody's.
    (zone.iter().len() > 2).then_some(zone)
}

/// Whether a text is such a list: the headings in English, or in any language a line of them
/// and a row below it that names its type by an abbreviation, or nothing but folders.
pub(crate) fn is_one(text: &str) -> bool {
    const LINES: usize = 200;
    let text = beginning(text);
    let text = &text[console::framed(text, 0..text.len(), 0).content];
    let layout = Layout::of(text);
    let mut lines = rows(text);
    let Some(heading) = lines.next() else {
        return false;
    };
    let heading = layout.cells(&heading);
    let words: Vec<_> = heading.iter().map(|cell| cell.text).collect();
    if matches!(words[..], ["Name", "Type", "Data", ..]) {
        return true;
    }
    if !(3..=cells::MOST).contains(&heading.len()) {
        return false;
    }
    let rows: Vec<_> = lines.take(LINES).map(|line| layout.cells(&line)).collect();
    let is_typed = |cells: &Vec<Token<'_>>| {
        let typed = |cell: &Token<'_>| cell.text.ends_with(')') && abbreviation(cell).is_some();
        cells.len() >= 3 && cells.get(1).is_some_and(typed)
    };
    rows.iter().any(is_typed) || holds_folders_only(&rows)
}

/// Whether rows are folders of services and others, as a domain has them that has no records of
/// its own.
fn holds_folders_only(rows: &[Vec<Token<'_>>]) -> bool {
    let is_folder = |cells: &Vec<Token<'_>>| {
        let (name, others) = cells
            .split_first()
            .map_or(("", &[][..]), |(name, others)| (name.text, others));
        !name.is_empty() && others.len() != 1 && others.iter().all(|cell| cell.text.is_empty())
    };
    let is_of_service = |cells: &Vec<Token<'_>>| {
        let name = cells.first().map_or("", |cell| cell.text);
        ["_tcp", "_udp"]
            .iter()
            .any(|it| name.eq_ignore_ascii_case(it))
    };
    rows.iter().all(is_folder) && rows.iter().any(is_of_service)
}

/// The lines with content. Excel writes rows of empty cells, and may say in a first line what
/// separates them.
fn rows(text: &str) -> impl Iterator<Item = Token<'_>> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, ';' | ',');
    let names_separator = |line: &str| {
        let rest = line.trim_end().strip_prefix("sep=");
        rest.is_some_and(|rest| rest.len() <= 1)
    };
    export::lines(text).filter(move |line| {
        !line.text.trim_matches(is_between).is_empty() && !names_separator(line.text)
    })
}

/// How the columns of a list are told apart.
#[derive(Clone, Copy)]
struct Layout {
    separator: u8,
    /// The heading's columns.
    columns: usize,
}

impl Layout {
    fn of(text: &str) -> Self {
        let heading = rows(text).next().map_or("", |line| line.text);
        let count = |separator: char| heading.matches(separator).count();
        let separator = if count('\t') > 0 {
            b'\t'
        } else if count(';') > count(',') {
            b';'
        } else {
            b','
        };
        let mut layout = Self {
            separator,
            columns: cells::MOST,
        };
        layout.columns = layout.cells(&token(heading, 0, heading.len())).len();
        layout
    }

    /// The cells of a row, without blanks and quotes around them. Commas in data that nobody
    /// quoted make more cells than there are columns: those of the data are joined again.
    fn cells<'t>(&self, line: &Token<'t>) -> Vec<Token<'t>> {
        let mut cells = cells::of(line, self.separator);
        let surplus = cells.len().saturating_sub(self.columns);
        if surplus > 0 && self.columns >= 3 && self.separator != b'\t' {
            let (first, last) = (&cells[2], &cells[2 + surplus]);
            let (start, end) = (first.start - line.start, last.end - line.start);
            cells.splice(2..=2 + surplus, [trimmed(&part(line, start, end, false))]);
        }
        cells
    }

    /// Whether a row names the type of a record.
    fn is_typed(&self, line: &Token<'_>) -> bool {
        let cells = self.cells(line);
        let kind = cells.get(1).filter(|cell| !cell.text.is_empty());
        kind.and_then(abbreviation).is_some()
    }
}

/// The type's abbreviation: what stands in parentheses at the end, else the last word.
fn abbreviation<'t>(cell: &Token<'t>) -> Option<(RecordType, Token<'t>)> {
    let text = cell.text.strip_suffix(')').unwrap_or(cell.text);
    let start = text.rfind(['(', ' ']).map_or(0, |separator| separator + 1);
    let word = part(cell, start, text.len(), false);
    if let Some(record_type) = record_type::from_name(word.text) {
        return Some((record_type, word));
    }
    // `WINS Lookup`, `WINS Reverse Lookup (WINSR)`: proper nouns in any language.
    let wins = || cell.text.contains("WINS").then_some("WINS");
    let of_windows = record_type::of_windows(word.text);
    let record_type = of_windows.or_else(|| record_type::of_windows(wins()?))?;
    Some((record_type, word))
}

/// A list that is being read.
struct List<'t> {
    text: &'t Text<'t>,
    zone: Builder<'t>,
    layout: Layout,
}

impl List<'_> {
    fn row(&mut self, line: &Token<'_>) {
        let cells = self.layout.cells(line);
        let kind = cells.get(1).filter(|cell| !cell.text.is_empty());
        let typed = kind.and_then(abbreviation);
        let is_cut =
            cells.len() < self.layout.columns.min(3) && export::ends_text(self.text.as_str(), line);
        // Without the separators behind it a folder is one word.
        let is_word = cells.len() == 1 && !cells[0].text.contains(char::is_whitespace);
        if (cells.len() < 2 && !is_word) || (is_cut && typed.is_none()) {
            return self.stray(line, is_cut);
        }
        let Some(kind) = kind else {
            return self.folder(&cells);
        };
        let Some((record_type, type_token)) = typed else {
            let message = format!("`{}` names no record type", shown(kind.text));
            let help = "the abbreviation in parentheses tells the type, as in `Host (A)`: export \
                        the list again, or correct the row";
            let fault = Fault::new(span_of(self.text, kind), message).help(help);
            return self.zone.report(TroubleKind::Syntax, fault, None);
        };
        self.record(line, &cells, record_type, &type_token);
    }

    fn stray(&mut self, line: &Token<'_>, is_cut: bool) {
        let span = span_of(self.text, &trimmed(line));
        let (kind, fault) = if is_cut {
            let message = "the file ends inside this row";
            let help = "the rest of the list is missing: export or copy it again";
            (TroubleKind::Truncated, Fault::new(span, message).help(help))
        } else {
            let message = "this line is no row of the list";
            let help = "a row is: name, type, data; remove the line, or export the list again";
            (TroubleKind::Syntax, Fault::new(span, message).help(help))
        };
        self.zone.report(kind, fault, None);
    }

    /// A folder: what is in it is not in this list.
    fn folder(&mut self, cells: &[Token<'_>]) {
        if let Some(data) = cells.get(2).filter(|data| !data.text.is_empty()) {
            let message = "this row has data and no type";
            let help = "export the list again with the columns Name, Type and Data";
            let fault = Fault::new(span_of(self.text, data), message).help(help);
            return self.zone.report(TroubleKind::Syntax, fault, None);
        }
        if let Some(name) = self.owner(&cells[0]) {
            self.zone.zone_mut().not_exported.push(name);
        }
    }

    fn record(
        &mut self,
        line: &Token<'_>,
        cells: &[Token<'_>],
        record_type: RecordType,
        type_token: &Token<'_>,
    ) {
        let Some(owner) = self.owner(&cells[0]) else {
            return;
        };
        let end = part(line, line.text.len(), line.text.len(), false);
        let data = cells.get(2).unwrap_or(&end);
        let span = self.text.span(cells[0].start, data.end);
        let aging = cells
            .get(3)
            .and_then(|cell| export::time_stamp(self.text, cell));
        // `(same as parent folder)` is no name.
        let name = Some(&cells[0]).filter(|name| !name.text.starts_with('('));
        for cell in name.into_iter().chain([data]) {
            self.zone.note_copied(record_type, cell.start..cell.end);
        }
        match export::displayed_cell(self.text, record_type, type_token, data) {
            Ok(written) => self.zone.add(owner, span, None, aging, written),
            Err(mut fault) => {
                let is_cut = fault.incomplete && export::ends_text(self.text.as_str(), line);
                let kind = if is_cut {
                    fault.message = format!("the file ends inside this row: {}", fault.message);
                    TroubleKind::Truncated
                } else {
                    TroubleKind::Syntax
                };
                let damaged = Some((owner.name, record_type));
                self.zone.report(kind, fault, damaged);
            }
        }
    }

    /// The owner: in parentheses the zone itself; in a reverse zone perhaps the address.
    fn owner(&mut self, cell: &Token<'_>) -> Option<WrittenName> {
        let span = span_of(self.text, cell);
        let known = |name: Name| WrittenName {
            name,
            span,
            relative: true,
        };
        if cell.text.starts_with('(') && cell.text.ends_with(')') {
            return Some(known(self.zone.apex().clone()));
        }
        let reverse = Name::from_ascii("in-addr.arpa.").ok()?;
        if reverse.zone_of(self.zone.apex())
            && let Ok(address) = cell.text.parse::<Ipv4Addr>()
        {
            let name = Name::from(address);
            if self.zone.apex().zone_of(&name) {
                return Some(known(name));
            }
        }
        self.zone.owner(cell)
    }
}

#[cfg(test)]
mod tests;
