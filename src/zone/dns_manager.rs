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

use super::console::Framed;
use super::export::{self, Builder, part, token, trimmed};
use super::fields::{Fault, shown, span_of};
use super::lexer::Token;
use super::master::origin::Known;
use super::text::{Text, beginning};
use super::{Format, ReadOptions, TroubleKind, Zone, console, name, record_type};
use crate::dns::{Name, RecordType, WrittenName};
use crate::source::{SourceId, Sources, Span};

/// Cells of a row that are looked at. A list has four columns, a few more where the user
/// added some.
const MOST_CELLS: usize = 64;

/// Reads one list.
pub fn read(sources: &Sources, id: SourceId, options: &ReadOptions) -> Zone {
    let source = sources.get(id);
    let Framed { content, console } = console::framed(&source.text, 0..source.text.len(), 0);
    let text = Text::verbatim_part(id, &source.text[content.clone()], content.start);
    let layout = Layout::of(text.as_str());
    let (apex, known) = match export::origin(source, options) {
        (nameless, Known::Not) => match reverse_zone(text.as_str(), layout) {
            Some(zone) => (zone, Known::FromFileName),
            None => (nameless, Known::Not),
        },
        named => named,
    };
    let mut list = List {
        text: &text,
        zone: Builder::new(&text, Format::DnsManagerList, apex, known),
        layout,
    };
    for (index, line) in rows(text.as_str()).enumerate() {
        list.row(&line, index == 0);
    }
    let mut zone = list.zone.finish();
    if let Some(first) = console {
        zone.report_console(Span::new(id, first.start, first.end));
    }
    zone
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
    if !(3..=MOST_CELLS).contains(&heading.len()) {
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
        !name.is_empty() && others.len() >= 2 && others.iter().all(|cell| cell.text.is_empty())
    };
    let is_of_service = |cells: &Vec<Token<'_>>| {
        let name = cells.first().map_or("", |cell| cell.text);
        ["_tcp", "_udp"]
            .iter()
            .any(|it| name.eq_ignore_ascii_case(it))
    };
    rows.iter().all(is_folder) && rows.iter().any(is_of_service)
}

/// The lines with content.
fn rows(text: &str) -> impl Iterator<Item = Token<'_>> {
    export::lines(text).filter(|line| !line.text.trim().is_empty())
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
            columns: MOST_CELLS,
        };
        layout.columns = layout.cells(&token(heading, 0, heading.len())).len();
        layout
    }

    /// The cells of a row, without blanks and quotes around them. Commas in data that nobody
    /// quoted make more cells than there are columns: those of the data are joined again.
    fn cells<'t>(&self, line: &Token<'t>) -> Vec<Token<'t>> {
        let bytes = line.text.as_bytes();
        let mut cells = Vec::new();
        let mut start = 0;
        while start <= bytes.len() && cells.len() < MOST_CELLS {
            let quoted = bytes.get(start) == Some(&b'"');
            // DNS Manager quotes nothing between tabs, Excel what has a comma in it.
            let from = if quoted && self.separator != b'\t' {
                closing_quote(bytes, start)
            } else {
                start
            };
            let end = memchr::memchr(self.separator, &bytes[from..])
                .map_or(bytes.len(), |length| from + length);
            cells.push(cell(line, start, end, quoted));
            start = end + 1;
        }
        let surplus = cells.len().saturating_sub(self.columns);
        if surplus > 0 && self.columns >= 3 && self.separator != b'\t' {
            let (first, last) = (&cells[2], &cells[2 + surplus]);
            let (start, end) = (first.start - line.start, last.end - line.start);
            cells.splice(2..=2 + surplus, [trimmed(&part(line, start, end, false))]);
        }
        cells
    }
}

/// The offset behind the quote that closes the one at `open`; doubled quotes stand for one.
fn closing_quote(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(length) = memchr::memchr(b'"', &bytes[at..]) {
        at += length + 1;
        if bytes.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

fn cell<'t>(line: &Token<'t>, start: usize, end: usize, quoted: bool) -> Token<'t> {
    let cell = trimmed(&part(line, start, end, false));
    let inner = cell.text.len().checked_sub(1).filter(|end| *end > 0);
    match inner {
        Some(end) if quoted && cell.text.ends_with('"') => trimmed(&part(&cell, 1, end, false)),
        _ => cell,
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
    fn row(&mut self, line: &Token<'_>, is_first: bool) {
        let cells = self.layout.cells(line);
        let kind = cells.get(1).filter(|cell| !cell.text.is_empty());
        let typed = kind.and_then(abbreviation);
        if is_first && typed.is_none() {
            return;
        }
        let is_cut =
            cells.len() < self.layout.columns.min(3) && export::ends_text(self.text.as_str(), line);
        if cells.len() < 2 || (is_cut && typed.is_none()) {
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
