//! Tables that `Get-DnsServerResourceRecord` prints, as copied from a console or redirected
//! into a file.
//!
//! ```text
//! HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
//! --------                  ---------- ----       ---------            ----------      ----------
//! @                         A          1          4/25/2025 4:00:00 AM 00:10:00        10.225.2.31
//! _sip._udp                 SRV        33         0                    01:00:00        [1][10][5060][piper.eslab.local.]
//! ```
//!
//! Columns begin where the dashes begin; Windows Server 2012 has none for the number of the
//! type. The console cuts cells to their columns with `...`: a cut cell is reported and never
//! read as a name. Prompts around the table are passed over, and one that shows the command
//! names the zone. The same in CSV has its columns between separators.

use std::ops::Range;

use super::cmdlet::Command;
use super::export::{self, Builder, Builders, duration_ttl, trimmed};
use super::exports::Exports;
use super::fields::{Fault, shown, span_of};
use super::lexer::Token;
use super::master::origin::Known;
use super::text::{self, Text, beginning};
use super::{Contents, Format, ReadOptions, TroubleKind, record_type};
use crate::dns::{Name, RecordType};
use crate::finding::Label;
use crate::source::{SourceId, Sources, Span};

mod columns;
mod group;
mod without_data;

use columns::{Columns, Row};
use group::Group;

/// Reads the tables in a part of a text: one zone each, unless their rows name several.
pub(super) fn read(
    sources: &Sources,
    id: SourceId,
    section: Range<usize>,
    options: &ReadOptions,
    exports: &mut Exports,
) {
    let source = sources.get(id);
    let text = Text::of_export(id, &source.text[section.clone()], section.start);
    if let Some((opening, zone)) = without_data::read(&text, source, options) {
        return exports.push(opening, zone);
    }
    let mut reader = Reader {
        text: &text,
        origin: export::origin(source, options, text.as_str()),
        origin_of_further: export::origin(source, options, ""),
        is_given: options.origin.is_some(),
        command: Command::default(),
        group: None,
        table: None,
        has_table: false,
        exports,
    };
    reader.lines();
    reader.finish();
}

/// Whether a text holds the head of such a table, or is what else PowerShell makes of records.
pub(crate) fn is_one(text: &str) -> bool {
    let head = text::copied(beginning(text));
    if without_data::found(&head).is_some() {
        return true;
    }
    let mut lines = export::lines(&head).peekable();
    while let Some(line) = lines.next() {
        let has_head = lines.peek().is_some_and(|below| is_head(&line, below));
        if has_head || Columns::of_cells(&line).is_some() {
            return true;
        }
    }
    false
}

/// Whether a line and the one below it are the head of such a table.
pub(super) fn is_head(line: &Token<'_>, below: &Token<'_>) -> bool {
    Columns::read(line, below).is_some()
}

/// Reads one text.
struct Reader<'t, 'e> {
    text: &'t Text<'t>,
    /// The zone where no command names it.
    origin: (Name, Known),
    /// The same of tables behind the first, of which the names in the text tell nothing.
    origin_of_further: (Name, Known),
    /// The caller named the zone.
    is_given: bool,
    /// The command that printed what follows.
    command: Command,
    /// The line that names what the rows of the table below have in common.
    group: Option<Group>,
    table: Option<Table<'t>>,
    /// There was a table.
    has_table: bool,
    exports: &'e mut Exports,
}

/// A table that is being read.
struct Table<'t> {
    columns: Columns,
    zones: Builders<'t>,
    /// The zone that the line above the block of rows names.
    zone_of_group: Option<Name>,
    /// A row that is read once the line below shows that it ends there.
    pending: Option<Row<'t>>,
    /// Rows at the apex, which wait for the SOA record among them.
    at_apex: Vec<Row<'t>>,
    /// The last line was the rest of a row that was wrapped.
    is_wrapped: bool,
    /// A blank line came: the table has ended.
    has_ended: bool,
    /// The first line behind it that is no row.
    behind: Option<Span>,
}

impl<'t> Reader<'t, '_> {
    fn lines(&mut self) {
        let text = self.text;
        let mut lines = export::lines(text.as_str()).peekable();
        while let Some(line) = lines.next() {
            let with_rule = lines.peek().and_then(|below| Columns::read(&line, below));
            let has_rule = with_rule.is_some();
            if let Some(columns) = with_rule.or_else(|| Columns::of_cells(&line)) {
                if has_rule {
                    lines.next();
                }
                if !self.begin(columns, &line) {
                    return;
                }
            } else {
                self.line(line);
            }
        }
    }

    /// Begins a table, or goes on with the next block of one that was printed in groups;
    /// `false` where it is one too many.
    fn begin(&mut self, columns: Columns, heading: &Token<'_>) -> bool {
        let group = self.group.take();
        if let (Some(group), Some(table)) = (&group, &mut self.table) {
            table.take_rows(self.text);
            table.columns = columns;
            table.zone_of_group.clone_from(&group.zone);
            table.has_ended = false;
            return true;
        }
        self.end_table();
        let opening = span_of(self.text, &trimmed(heading));
        if !self.exports.admit(opening) {
            return false;
        }
        self.has_table = true;
        let further = self.origin_of_further.clone();
        let origin = std::mem::replace(&mut self.origin, further);
        self.table = Some(Table {
            columns,
            zones: Builders::new(
                self.text,
                Format::PowerShellTable,
                opening,
                self.command.take(),
                (origin, self.is_given),
            ),
            zone_of_group: group.and_then(|group| group.zone),
            pending: None,
            at_apex: Vec::new(),
            is_wrapped: false,
            has_ended: false,
            behind: None,
        });
        true
    }

    fn line(&mut self, line: Token<'t>) {
        let is_blank = line.text.trim().is_empty();
        let is_outside = self.table.as_ref().is_none_or(|table| table.has_ended);
        if let (true, Some(group)) = (is_outside, Group::read(line.text)) {
            self.group = Some(group);
        } else if self.command.read(line.text) {
            self.group = None;
            self.end_table();
        } else if let Some(table) = &mut self.table {
            if is_blank {
                table.take_pending(self.text);
                table.is_wrapped = false;
                table.has_ended = true;
            } else {
                table.line(self.text, line);
            }
        } else if !is_blank {
            // A command that was broken over two lines.
            self.command.read_on(line.text);
        }
    }

    fn end_table(&mut self) {
        if let Some(mut table) = self.table.take() {
            table.take_rows(self.text);
            if let Some(first) = table.behind {
                let zone = table.zones.current().zone_mut();
                zone.report_around(first, "text that is no table stands behind this one");
            }
            table.zones.finish(self.exports);
        }
    }

    fn finish(mut self) {
        self.end_table();
        if !self.has_table {
            let (apex, known) = self.origin;
            let mut zone = Builder::new(self.text, Format::PowerShellTable, apex, known);
            zone.zone_mut().is_excerpt = true;
            let end = self.text.as_str().trim_end().len();
            let span = self.text.span(end.saturating_sub(1), end);
            let fault = Fault::new(
                span,
                "this is no table of `Get-DnsServerResourceRecord`: its two lines of headings are missing",
            )
            .help(WHOLE);
            zone.report(TroubleKind::Syntax, fault, None);
            self.exports.push(span, zone.finish());
        }
    }
}

/// How to get what a table cuts.
const WHOLE: &str = "export it whole: `Get-DnsServerResourceRecord -ZoneName <zone> | \
                     Select-Object -Property * -ExcludeProperty Cim* | ConvertTo-Json -Depth 4 | \
                     Out-File <zone>.json`, or `dnscmd /ZoneExport <zone> <file>`";

impl<'t> Table<'t> {
    /// A line below the head.
    fn line(&mut self, text: &Text<'t>, line: Token<'t>) {
        let row = self.columns.row(&line);
        let is_cut_off = export::ends_text(text.as_str(), &line);
        let may_go_on = self.pending.is_some() || self.is_wrapped;
        // A console wraps lines at its edge, wherever the columns are.
        let is_word = !line.text.trim().contains(char::is_whitespace);
        let is_rest = row.host.text.is_empty() || (is_word && !is_cut_off);
        if may_go_on && is_rest && !self.columns.are_cells() {
            return self.continued(text, &line, &row);
        }
        self.take_pending(text);
        self.is_wrapped = false;
        let is_row = !row.host.text.is_empty()
            && (self.columns.reaches_data(&line) || row.record_type().is_some());
        if is_row {
            self.has_ended = false;
            self.pending = Some(row);
            return;
        }
        // Excel writes rows without anything below its own.
        if self.columns.are_cells() && row.is_empty() {
            return;
        }
        // Such as the rest of a message that the table was pasted into.
        if self.has_ended {
            self.behind.get_or_insert(span_of(text, &trimmed(&line)));
            return;
        }
        let span = span_of(text, &trimmed(&line));
        let (kind, fault) = if is_cut_off {
            let help = "the rest of the table is missing: export or copy it again";
            let fault = Fault::new(span, "the file ends inside this row").help(help);
            (TroubleKind::Truncated, fault)
        } else {
            let help = "remove the line, or export the table again";
            let fault = Fault::new(span, "this line is no row of the table").help(help);
            (TroubleKind::Syntax, fault)
        };
        self.zones.current().report(kind, fault, None);
    }

    /// A line that is no row of its own holds the rest of cells that were wrapped.
    fn continued(&mut self, text: &Text<'t>, line: &Token<'t>, rest: &Row<'t>) {
        self.is_wrapped = true;
        // The third line of one row follows what was reported of the second.
        let Some(row) = self.pending.take() else {
            return;
        };
        let goes_on = rest.has_host_only() && self.columns.is_full(&row.host);
        let is_name = goes_on || is_cut(row.host.text);
        let cell = if is_name { row.host } else { row.data };
        let record_type = row.record_type().map(|(record_type, _)| record_type);
        self.zones.choose(self.zone_of(&row));
        let zone = self.zones.current();
        let damaged = if is_name {
            zone.zone_mut().is_excerpt |= may_be_looked_up(row.host.text);
            None
        } else {
            let owner = zone.owner(&row.host).map(|owner| owner.name);
            owner.zip(record_type)
        };
        let message = "this cell goes on in the line below: the table was wrapped";
        let fault = Fault::new(span_of(text, &cell), message).help(WHOLE);
        let label = Label {
            span: span_of(text, &trimmed(line)),
            message: "this is the rest of it".to_owned(),
        };
        zone.report_with(TroubleKind::CellTruncated, fault, damaged, vec![label]);
    }

    /// Reads the row that waits, once those at the apex are together.
    fn take_pending(&mut self, text: &Text<'t>) {
        let Some(row) = self.pending.take() else {
            return;
        };
        let named = self.zone_of(&row);
        if row.host.text == "@" && named.is_none() {
            return self.at_apex.push(row);
        }
        self.take_apex(text);
        self.zones.choose(named);
        read_row(self.zones.current(), text, &row);
    }

    fn take_apex(&mut self, text: &Text<'t>) {
        let rows = std::mem::take(&mut self.at_apex);
        let is_soa = |row: &Row<'_>| {
            let record_type = row.record_type().map(|(record_type, _)| record_type);
            record_type == Some(RecordType::SOA) && !is_cut(row.data.text)
        };
        self.zones.add_apex(
            &rows,
            |row| is_soa(row).then_some(row.data.text),
            |row| row.span(text),
            |zones, row| read_row(zones.current(), text, row),
        );
    }

    /// Reads every row that waits.
    fn take_rows(&mut self, text: &Text<'t>) {
        self.take_pending(text);
        self.take_apex(text);
    }

    /// The zone that a row says it is of.
    fn zone_of(&self, row: &Row<'_>) -> Option<Name> {
        let cell = row.zone.filter(|cell| !is_cut(cell.text));
        let named = cell.and_then(|cell| export::zone_name(cell.text));
        named.or_else(|| self.zone_of_group.clone())
    }
}

/// Reads a row into the zone that it is of.
fn read_row(zone: &mut Builder<'_>, text: &Text<'_>, row: &Row<'_>) {
    let Some((record_type, type_token)) = row.record_type() else {
        return no_type(zone, text, row);
    };
    let name = match record_type {
        RecordType::NULL => columns::UNNAMED.to_owned(),
        known => record_type::name(known),
    };
    if is_cut_value(row.host.text) {
        let message = format!("the owner of this {name} record is cut off: it cannot be read");
        let fault = Fault::new(span_of(text, &row.host), message).help(WHOLE);
        zone.report(TroubleKind::CellTruncated, fault, None);
        // Some name exists that is not in the zone now.
        zone.zone_mut().is_excerpt |= may_be_looked_up(row.host.text);
        return;
    }
    let Some(owner) = zone.owner(&row.host) else {
        return;
    };
    let damaged = Some((owner.name.clone(), record_type));
    let is_kept = Contents::keeps(record_type);
    if is_cut(row.data.text) || (is_kept && is_cut_value(row.data.text)) {
        let message = format!("the data of this {name} record is cut off: it cannot be read");
        let fault = Fault::new(span_of(text, &row.data), message).help(WHOLE);
        return zone.report(TroubleKind::CellTruncated, fault, damaged);
    }
    for cell in [row.host, row.data] {
        zone.note_copied(record_type, cell.start..cell.end);
    }
    let ttl = row.ttl.filter(|cell| !cell.text.is_empty());
    let ttl = ttl.map(|cell| duration_ttl(text, &cell)).transpose();
    let read = ttl.and_then(|ttl| {
        let data = export::displayed_cell(text, record_type, &type_token, &row.data)?;
        Ok((ttl, data))
    });
    match read {
        Ok((ttl, data)) => {
            let stamp = row.timestamp;
            let aging = stamp.and_then(|cell| export::time_stamp(text, &cell));
            zone.add(owner, row.span(text), ttl, aging, data);
        }
        Err(mut fault) => {
            // PowerShell ends every line: a last one without an end was cut.
            let kind = if export::ends_text(text.as_str(), &row.last()) {
                fault.message = format!("the file ends inside this row: {}", fault.message);
                fault.help =
                    Some("the rest of the table is missing: export or copy it again".to_owned());
                TroubleKind::Truncated
            } else {
                TroubleKind::Syntax
            };
            zone.report(kind, fault, damaged);
        }
    }
}

fn no_type(zone: &mut Builder<'_>, text: &Text<'_>, row: &Row<'_>) {
    let (cell, message) = if row.record_type.text.is_empty() {
        (row.host, "this row names no record type".to_owned())
    } else {
        let cell = row.record_type;
        (cell, format!("`{}` is not a record type", shown(cell.text)))
    };
    let help = "remove the line, or export the table again";
    let fault = Fault::new(span_of(text, &cell), message).help(help);
    zone.report(TroubleKind::Syntax, fault, None);
}

/// Whether a handset may look up an owner that begins so: any but that of another service,
/// such as `_ldap._tcp.Default-Fir...`.
pub(crate) fn may_be_looked_up(cut_owner: &str) -> bool {
    let first = cut_owner.split('.').next().unwrap_or_default();
    !first.starts_with('_') || first.to_ascii_lowercase().starts_with("_sip")
}

/// What the console puts at the end of a text that it cuts to its column: three dots, one
/// character of three, or what becomes of its octets where they are read as Windows-1252 or in
/// the encoding of a console.
const CUTS: [&str; 4] = [
    "...",
    "\u{2026}",
    "\u{e2}\u{20ac}\u{a6}",
    "\u{d4}\u{c7}\u{aa}",
];

/// Whether the console cut the text to its column.
fn is_cut(text: &str) -> bool {
    CUTS.iter().any(|cut| text.ends_with(cut))
}

/// The same of a name, a number or an address, in which the character of three dots may have
/// become a question mark.
fn is_cut_value(text: &str) -> bool {
    is_cut(text) || text.ends_with('?')
}

#[cfg(test)]
mod tests;
