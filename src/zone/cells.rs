//! Lines whose cells are divided by a separator, as in CSV.

use super::export::{part, trimmed};
use super::lexer::Token;

/// Cells of a row that are looked at. An export has seven columns, a few more where the user
/// added some.
pub(super) const MOST: usize = 64;

/// The cells of a line, without blanks and quotes around them.
pub(super) fn of<'t>(line: &Token<'t>, separator: u8) -> Vec<Token<'t>> {
    let bytes = line.text.as_bytes();
    let mut cells = Vec::new();
    let mut start = 0;
    while start <= bytes.len() && cells.len() < MOST {
        let quoted = bytes.get(start) == Some(&b'"');
        // DNS Manager quotes nothing between tabs, Excel what has a comma in it.
        let from = if quoted && separator != b'\t' {
            closing_quote(bytes, start)
        } else {
            start
        };
        let end =
            memchr::memchr(separator, &bytes[from..]).map_or(bytes.len(), |length| from + length);
        cells.push(cell(line, start, end, quoted));
        start = end + 1;
    }
    cells
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
