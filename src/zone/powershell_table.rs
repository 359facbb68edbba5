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
//! names the zone.

use super::export::{self, Builder, duration_ttl, trimmed};
use super::fields::{Fault, shown, span_of};
use super::lexer::Token;
use super::master::origin::Known;
use super::text::{Text, beginning};
use super::{Format, ReadOptions, TroubleKind, Zone, record_type};
use crate::dns::{Name, RecordType};
use crate::finding::Label;
use crate::source::{SourceId, Sources, Span};

mod columns;
mod command;
mod without_data;

use columns::{Columns, Row};
use command::Command;

/// Reads the tables of a text: one zone each.
pub fn read(sources: &Sources, id: SourceId, options: &ReadOptions) -> Vec<Zone> {
    let source = sources.get(id);
    let text = Text::verbatim(id, &source.text);
    if let Some(zone) = without_data::read(&text, source, options) {
        return vec![zone];
    }
    let mut reader = Reader {
        text: &text,
        origin: export::origin(source, options),
        is_given: options.origin.is_some(),
        command: Command::default(),
        table: None,
        headings: Vec::new(),
        zones: Vec::new(),
    };
    reader.lines();
    reader.finish()
}

/// Whether a text holds the head of such a table, or is what else PowerShell makes of records.
pub(crate) fn is_one(text: &str) -> bool {
    if without_data::found(text).is_some() {
        return true;
    }
    let mut lines = export::lines(beginning(text));
    let mut above = lines.next();
    lines.any(|line| {
        let heading = above.replace(line);
        heading.is_some_and(|heading| Columns::read(&heading, &line).is_some())
    })
}

/// Reads one text.
struct Reader<'t> {
    text: &'t Text<'t>,
    /// The zone where no command names it.
    origin: (Name, Known),
    /// The caller named the zone.
    is_given: bool,
    /// The command that printed what follows.
    command: Command,
    table: Option<Table<'t>>,
    /// Where each table begins.
    headings: Vec<Span>,
    zones: Vec<Zone>,
}

/// A table that is being read.
struct Table<'t> {
    columns: Columns,
    zone: Builder<'t>,
    /// A row that is read once the line below shows that it ends there.
    pending: Option<Row<'t>>,
    /// The last line was the rest of a row that was wrapped.
    is_wrapped: bool,
    /// A blank line came: the table has ended.
    has_ended: bool,
    /// The first line behind it that is no row.
    behind: Option<Span>,
}

impl<'t> Reader<'t> {
    fn lines(&mut self) {
        let text = self.text;
        let mut lines = export::lines(text.as_str()).peekable();
        while let Some(line) = lines.next() {
            if let Some(below) = lines.peek()
                && let Some(columns) = Columns::read(&line, below)
            {
                lines.next();
                self.begin(columns, &line);
                if self.headings.len() > export::MOST_EXPORTS {
                    return self.stop(&line);
                }
            } else {
                self.line(line);
            }
        }
    }

    /// Reads no further than the heading of a table that is one too many.
    fn stop(&mut self, heading: &Token<'_>) {
        if let Some(table) = &mut self.table {
            let span = span_of(self.text, &trimmed(heading));
            table.zone.zone_mut().is_excerpt = true;
            let fault = export::too_many_exports(span);
            table.zone.report(TroubleKind::Limit, fault, None);
        }
    }

    fn begin(&mut self, columns: Columns, heading: &Token<'_>) {
        self.end_table();
        self.headings.push(span_of(self.text, &trimmed(heading)));
        let (apex, known) = match self.command.zone.take() {
            Some(zone) if !self.is_given => (zone, Known::Surely),
            _ => self.origin.clone(),
        };
        let mut zone = Builder::new(self.text, Format::PowerShellTable, apex, known);
        let filter = std::mem::take(&mut self.command).filter;
        if !filter.is_empty() {
            zone.zone_mut().is_excerpt = true;
            zone.zone_mut().asked = Some(filter);
        }
        self.table = Some(Table {
            columns,
            zone,
            pending: None,
            is_wrapped: false,
            has_ended: false,
            behind: None,
        });
    }

    fn line(&mut self, line: Token<'t>) {
        let is_blank = line.text.trim().is_empty();
        if self.command.read(line.text) {
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
            table.take_pending(self.text);
            let mut zone = table.zone.finish();
            if let Some(first) = table.behind {
                zone.report_around(first, "text that is no table stands behind this one");
            }
            self.zones.push(zone);
        }
    }

    fn finish(mut self) -> Vec<Zone> {
        self.end_table();
        if self.zones.is_empty() {
            let (apex, known) = self.origin;
            let mut zone = Builder::new(self.text, Format::PowerShellTable, apex, known);
            zone.zone_mut().is_excerpt = true;
            let end = self.text.as_str().trim_end().len();
            let fault = Fault::new(
                self.text.span(end.saturating_sub(1), end),
                "this is no table of `Get-DnsServerResourceRecord`: its two lines of headings are missing",
            )
            .help(WHOLE);
            zone.report(TroubleKind::Syntax, fault, None);
            self.zones.push(zone.finish());
        }
        let further = export::further(&self.zones);
        if let Some(second) = further.first()
            && let (Some(zone), [first, ..]) = (self.zones.get_mut(*second), &self.headings[..])
        {
            let label = Label {
                span: *first,
                message: "the first one begins here".to_owned(),
            };
            zone.report_further_export(self.headings[*second], further.len() - 1, label);
        }
        self.zones
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
        let is_rest = row.host.text.is_empty() || (row.has_host_only() && !is_cut_off);
        if may_go_on && is_rest {
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
        // Such as the rest of a message that the table was pasted into.
        if self.has_ended {
            self.behind.get_or_insert(span_of(text, &trimmed(&line)));
            return;
        }
        if is_cut_off {
            let fault = Fault::new(
                span_of(text, &trimmed(&line)),
                "the file ends inside this row",
            )
            .help("the rest of the table is missing: export or copy it again");
            return self.zone.report(TroubleKind::Truncated, fault, None);
        }
        let fault = Fault::new(
            span_of(text, &trimmed(&line)),
            "this line is no row of the table",
        )
        .help("remove the line, or export the table again");
        self.zone.report(TroubleKind::Syntax, fault, None);
    }

    /// A line that is no row of its own holds the rest of cells that were wrapped.
    fn continued(&mut self, text: &Text<'t>, line: &Token<'t>, rest: &Row<'t>) {
        self.is_wrapped = true;
        // The third line of one row follows what was reported of the second.
        let Some(row) = self.pending.take() else {
            return;
        };
        let is_name = !rest.host.text.is_empty() || is_cut(row.host.text);
        let cell = if is_name { row.host } else { row.data };
        let record_type = row.record_type().map(|(record_type, _)| record_type);
        let damaged = if is_name {
            self.zone.zone_mut().is_excerpt |= may_be_looked_up(row.host.text);
            None
        } else {
            let owner = self.zone.owner(&row.host).map(|owner| owner.name);
            owner.zip(record_type)
        };
        let message = "this cell goes on in the line below: the table was wrapped";
        let fault = Fault::new(span_of(text, &cell), message).help(WHOLE);
        let label = Label {
            span: span_of(text, &trimmed(line)),
            message: "this is the rest of it".to_owned(),
        };
        let kind = TroubleKind::CellTruncated;
        self.zone.report_with(kind, fault, damaged, vec![label]);
    }

    /// Reads the row that waits.
    fn take_pending(&mut self, text: &Text<'t>) {
        if let Some(row) = self.pending.take() {
            self.row(text, &row);
        }
    }

    fn row(&mut self, text: &Text<'t>, row: &Row<'t>) {
        let Some((record_type, type_token)) = row.record_type() else {
            return self.no_type(text, row);
        };
        let name = record_type::name(record_type);
        if is_cut(row.host.text) {
            let message = format!("the owner of this {name} record is cut off: it cannot be read");
            let fault = Fault::new(span_of(text, &row.host), message).help(WHOLE);
            self.zone.report(TroubleKind::CellTruncated, fault, None);
            // Some name exists that is not in the zone now.
            self.zone.zone_mut().is_excerpt |= may_be_looked_up(row.host.text);
            return;
        }
        let Some(owner) = self.zone.owner(&row.host) else {
            return;
        };
        let damaged = Some((owner.name.clone(), record_type));
        if is_cut(row.data.text) {
            let message = format!("the data of this {name} record is cut off: it cannot be read");
            let fault = Fault::new(span_of(text, &row.data), message).help(WHOLE);
            let kind = TroubleKind::CellTruncated;
            return self.zone.report(kind, fault, damaged);
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
                self.zone.add(owner, row.span(text), ttl, aging, data);
            }
            Err(mut fault) => {
                let is_end = fault.incomplete && export::ends_text(text.as_str(), &row.data);
                let kind = if is_end {
                    fault.message = format!("the file ends inside this row: {}", fault.message);
                    TroubleKind::Truncated
                } else {
                    TroubleKind::Syntax
                };
                self.zone.report(kind, fault, damaged);
            }
        }
    }

    fn no_type(&mut self, text: &Text<'t>, row: &Row<'t>) {
        let (cell, message) = if row.record_type.text.is_empty() {
            (row.host, "this row names no record type".to_owned())
        } else {
            let cell = row.record_type;
            (cell, format!("`{}` is not a record type", shown(cell.text)))
        };
        let help = "remove the line, or export the table again";
        let fault = Fault::new(span_of(text, &cell), message).help(help);
        self.zone.report(TroubleKind::Syntax, fault, None);
    }
}

/// Whether a handset may look up an owner that begins so: any but that of another service,
/// such as `_ldap._tcp.Default-Fir...`.
pub(crate) fn may_be_looked_up(cut_owner: &str) -> bool {
    let first = cut_owner.split('.').next().unwrap_or_default();
    !first.starts_with('_') || first.to_ascii_lowercase().starts_with("_sip")
}

/// Whether the console cut the text to its column.
fn is_cut(text: &str) -> bool {
    text.ends_with("...") || text.ends_with('\u{2026}')
}

impl Row<'_> {
    /// Nothing but a word in the first column.
    fn has_host_only(&self) -> bool {
        let others = [self.record_type.text, self.data.text];
        others.iter().all(|text| text.is_empty()) && !self.host.text.contains(' ')
    }

    /// The type, by its name or else by its number, and the cell that tells it.
    fn record_type(&self) -> Option<(RecordType, Token<'_>)> {
        let name = self.record_type;
        if let Some(record_type) = record_type::from_name(name.text) {
            return Some((record_type, name));
        }
        let number = self.number?;
        let value: u16 = number.text.parse().ok()?;
        (value > 0).then(|| (RecordType::from(value), number))
    }

    fn span(&self, text: &Text<'_>) -> Span {
        let first = span_of(text, &self.host);
        if self.data.text.is_empty() {
            return first;
        }
        first.to(span_of(text, &self.data))
    }
}

#[cfg(test)]
mod tests;
