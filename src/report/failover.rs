//! The what-if table: which server handsets use when which is down.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};

use super::pretty::Paint;
use super::{Detail, Format, Presentation, Report, ending};

pub(super) mod sheet;

use sheet::Sheet;

/// Columns that a table takes at most.
const WIDTH: u16 = 120;

pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line_ups = report.site.failover();
    let (listed, rest) = ending::limited(&line_ups, how.detail);
    for line_up in listed {
        let sheet = Sheet::of(report.site, line_up);
        match how.format {
            Format::Concise => in_lines(&sheet, out)?,
            _ => sheet_as_text(&sheet, Paint(how.color), out)?,
        }
    }
    ending::more(rest, "line", out)?;
    if how.detail == Detail::Quiet {
        return Ok(());
    }
    ending::coverage(report, how.detail, out)
}

/// A line a scenario: `address: down: uses`.
fn in_lines(sheet: &Sheet, out: &mut dyn Write) -> io::Result<()> {
    for row in &sheet.rows {
        let entry = row.entry.as_deref().unwrap_or(&sheet.title);
        writeln!(
            out,
            "{entry}: down {}: {}{}{}",
            row.down,
            row.uses,
            after(&row.after.text),
            clause("back ", row.back.as_ref().map(|back| back.text.as_str())),
        )?;
    }
    Ok(())
}

/// How long it takes; some texts say it as a whole.
fn after(text: &str) -> String {
    let is_whole = text == "at once" || text.starts_with("after ");
    clause(if is_whole { "" } else { "after " }, Some(text))
}

/// What follows a comma; nothing where nothing is known.
fn clause(word: &str, text: Option<&str>) -> String {
    let text = text.filter(|text| !text.is_empty());
    text.map_or_else(String::new, |text| format!(", {word}{text}"))
}

fn sheet_as_text(sheet: &Sheet, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", paint.heading(&sheet.title))?;
    let mut several = sheet.several_entries();
    let mut table = table();
    table.set_header(sheet.header());
    for row in &sheet.rows {
        let mut cells = vec![
            row.down.clone(),
            row.uses.clone(),
            row.tries.clone(),
            row.after.marked(),
            row.back
                .as_ref()
                .map_or_else(String::new, sheet::Marked::marked),
        ];
        if several {
            cells.insert(1, row.entry.clone().unwrap_or_default());
        }
        table.add_row(cells);
    }
    writeln!(out, "{table}")?;
    if sheet.left_out > 0 {
        writeln!(
            out,
            "  and {} more combinations of two servers down, which are not listed",
            sheet.left_out
        )?;
    }
    several &= sheet.facts.iter().any(|fact| fact.entry.is_some());
    for fact in &sheet.facts {
        let entry = fact.entry.as_deref().filter(|_| several);
        let of = entry.map_or_else(String::new, |entry| format!("{entry}: "));
        writeln!(out, "  {of}{}", fact.figure.marked())?;
    }
    for weights in &sheet.weights {
        writeln!(out)?;
        writeln!(out, "  {}", weights.title)?;
        let mut table = self::table();
        table.set_header(["server", "weight drawn at random", "higher weight first"]);
        for (server, drawn, sorted) in &weights.rows {
            table.add_row([server, drawn, sorted]);
        }
        writeln!(out, "{table}")?;
    }
    if !sheet.notes.is_empty() {
        writeln!(out)?;
    }
    for (number, note) in sheet.notes.iter().enumerate() {
        writeln!(out, "  [{}] {note}", number + 1)?;
    }
    writeln!(out)
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(WIDTH);
    table
}
