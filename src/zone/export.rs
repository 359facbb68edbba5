//! What the readers of exports and settings share: lines, cells, and a zone that is put
//! together record by record.
//!
//! In these formats every name in a record's data is complete, with or without a final dot;
//! only owners are relative to the zone.

mod builder;
mod builders;
#[cfg(test)]
pub(super) mod testing;

use super::fields::{Fault, Fields, span_of};
use super::lexer::Token;
use super::master::origin::{self, Known};
use super::text::Text;
use super::{Contents, ReadOptions, naptr_data, rdata, ttl};
use crate::dns::{Data, Name, RecordType};
use crate::source::{Source, Spanned};
pub(super) use builder::Builder;
pub(super) use builders::Builders;

/// How a record's data was read.
pub(super) enum Written {
    /// Data that is kept.
    Kept(Box<Data>),
    /// Data of a type that is not kept, or of which the text shows only a part.
    Other(RecordType),
}

impl Written {
    pub(super) fn kept(data: Data) -> Self {
        Self::Kept(Box::new(data))
    }
}

/// The zone of an export that does not name it: the caller's, else the one of its file name, or
/// of the names in `text` where that is one word, such as `dns` of `dns.txt`, which says what the
/// file is for.
pub(super) fn origin(source: &Source, options: &ReadOptions, text: &str) -> (Name, Known) {
    if let Some(origin) = &options.origin {
        return (origin.clone(), Known::Surely);
    }
    let (zone, known) = origin::of_export(origin::file_name(source), text);
    if zone.num_labels() < 2 {
        return (Name::root(), Known::Not);
    }
    (zone, known)
}

/// The zone of that name as a text gives it; `None` where it is no name.
pub(super) fn zone_name(text: &str) -> Option<Name> {
    let (name, _) = super::name::read(text, &Name::root()).ok()?;
    (!name.is_root()).then_some(name)
}

/// Reads data as Windows tools display it. Types that a handset cannot meet are not looked
/// at: the server wrote them.
pub(super) fn displayed_cell(
    text: &Text<'_>,
    record_type: RecordType,
    type_token: &Token<'_>,
    cell: &Token<'_>,
) -> Result<Written, Fault> {
    if !Contents::keeps(record_type) {
        return Ok(Written::Other(record_type));
    }
    if record_type == RecordType::NAPTR && naptr_data::is_hexadecimal(cell.text) {
        return naptr_data::read(text, cell).map(Written::kept);
    }
    let open = memchr::memrchr2(b'[', b']', cell.text.as_bytes());
    if let Some(open) = open.filter(|at| cell.text[*at..].starts_with('[')) {
        let rest = part(cell, open, cell.text.len(), false);
        let fault = Fault::new(span_of(text, &rest), "this bracket is never closed")
            .help("what should follow is missing: export or copy the record again");
        return Err(fault.incomplete());
    }
    displayed(text, record_type, type_token, &cell_tokens(*cell))
}

/// The same where the data is split into its fields.
pub(super) fn displayed(
    text: &Text<'_>,
    record_type: RecordType,
    type_token: &Token<'_>,
    tokens: &[Token<'_>],
) -> Result<Written, Fault> {
    if !Contents::keeps(record_type) {
        return Ok(Written::Other(record_type));
    }
    let root = Name::root();
    let mut fields = Fields::with_complete_names(text, tokens, type_token, &root);
    if record_type == RecordType::SOA && tokens.len() < 7 {
        // Lists and tables show serial, primary server and mailbox, and none of the times.
        fields.set_layout("[serial] primary-server mailbox");
        fields.number("serial", u32::MAX)?;
        fields.check_name("primary server")?;
        if fields.peek().is_some() {
            fields.check_name("mailbox")?;
        }
        fields.end()?;
        return Ok(Written::Other(record_type));
    }
    let data = rdata::read(record_type, &mut fields)?;
    Ok(data.map_or(Written::Other(record_type), Written::kept))
}

/// The fields of a cell such as `[0][100][5060]  host.`, `[1102], ns., mailbox.` or
/// `10.225.2.31`.
fn cell_tokens(cell: Token<'_>) -> Vec<Token<'_>> {
    /// No type that is read from cells has more fields (NAPTR has six), so what follows needs
    /// no splitting: it is too many in any case.
    const MOST: usize = 16;
    let mut tokens = Vec::new();
    let bytes = cell.text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let close = match byte {
            b'[' => b']',
            b'"' => b'"',
            byte if byte.is_ascii_whitespace() || *byte == b',' => {
                at += 1;
                continue;
            }
            _ => {
                let end = word_end(bytes, at);
                tokens.push(part(&cell, at, end, false));
                at = end;
                continue;
            }
        };
        if tokens.len() >= MOST {
            tokens.push(part(&cell, at, bytes.len(), false));
            break;
        }
        let rest = &bytes[at + 1..];
        let end = memchr::memchr(close, rest).map_or(bytes.len(), |length| at + 1 + length);
        // An empty pair stands for an empty string, as empty quotes do.
        let is_string = close == b'"' || end == at + 1;
        tokens.push(part(&cell, at + 1, end, is_string));
        at = (end + 1).min(bytes.len());
    }
    tokens
}

/// The end of a bare word: a blank, a comma or a bracket ends it.
fn word_end(bytes: &[u8], from: usize) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[');
    let length = bytes[from..].iter().position(ends);
    length.map_or(bytes.len(), |length| from + length)
}

/// A part of a token's text as a token.
pub(super) fn part<'t>(token: &Token<'t>, start: usize, end: usize, quoted: bool) -> Token<'t> {
    let (start_at, end_at) = if token.made {
        (token.start, token.end)
    } else {
        (token.start + start, token.start + end)
    };
    Token {
        text: &token.text[start..end],
        start: start_at,
        end: end_at,
        quoted,
        made: token.made,
    }
}

/// A token without the blanks around it.
pub(super) fn trimmed<'t>(token: &Token<'t>) -> Token<'t> {
    let start = token.text.len() - token.text.trim_start().len();
    let end = start + token.text.trim().len();
    part(token, start, end, token.quoted)
}

/// A piece of the text that is read as a token.
pub(super) fn token(text: &str, start: usize, end: usize) -> Token<'_> {
    Token {
        text: &text[start..end],
        start,
        end,
        quoted: false,
        made: false,
    }
}

/// The lines of a text as tokens, without their ends; LF, CR LF and a lone CR each end one, and
/// so does CR CR LF, which programs make that put a CR before every LF.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let rest = &text.as_bytes()[at..];
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = token(text, at, at + length);
        let ends: [&[u8]; 3] = [b"\r\r\n", b"\r\n", b"\n"];
        let end = ends.into_iter().find(|end| rest[length..].starts_with(end));
        at += length + end.map_or(1, <[u8]>::len);
        Some(line)
    })
}

/// Whether nothing follows a token but blanks, and no line end: the text may have been cut
/// there.
pub(super) fn ends_text(text: &str, token: &Token<'_>) -> bool {
    let mut rest = text[token.end..].bytes();
    rest.all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The time stamp of a dynamic record, where the cell that shows it has a date. Static records
/// have `0` there, or a word in the server's language; a date has digits in all of them. It
/// is in the server's own time and the order of its language, so its hours are not told.
pub(super) fn time_stamp(text: &Text<'_>, cell: &Token<'_>) -> Option<Spanned<u32>> {
    let is_date = cell.text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    is_date.then(|| Spanned::new(0, span_of(text, cell)))
}

/// Seconds of a duration as .NET writes it, `[d.]hh:mm:ss[.fraction]`.
pub(super) fn duration(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let seconds = seconds.split_once('.').map_or(seconds, |(whole, _)| whole);
    let number = |text: &str, most: u64| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = is_number.then(|| text.parse().ok())??;
        (number <= most).then_some(number)
    };
    let minutes = number(hours, 23)? * 60 + number(minutes, 59)?;
    let total = number(days, 1 << 20)? * 86_400 + minutes * 60 + number(seconds, 59)?;
    u32::try_from(total).ok().filter(|total| *total <= ttl::MAX)
}

/// The TTL that a token gives as a duration.
pub(super) fn duration_ttl(text: &Text<'_>, token: &Token<'_>) -> Result<Spanned<u32>, Fault> {
    let span = span_of(text, token);
    let seconds = duration(token.text).ok_or_else(|| {
        let written = super::fields::shown(token.text);
        Fault::new(span, format!("`{written}` is not a TTL"))
            .help("Windows shows a TTL as `hh:mm:ss`, with days in front as in `1.00:00:00`")
    })?;
    Ok(Spanned::new(seconds, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fall_into_fields() {
        for (cell, expected) in [
            (
                "[0][100][5060]  host.x.",
                vec![("0", 1), ("100", 4), ("5060", 9), ("host.x.", 16)],
            ),
            (
                "[0][100][5060][host.x.]",
                vec![("0", 1), ("100", 4), ("5060", 9), ("host.x.", 15)],
            ),
            (
                "[1102], ns.x., h.x.",
                vec![("1102", 1), ("ns.x.", 8), ("h.x.", 15)],
            ),
            ("[1102], ns.x.,", vec![("1102", 1), ("ns.x.", 8)]),
            ("10.225.2.31", vec![("10.225.2.31", 0)]),
            ("[S][]", vec![("S", 1), ("", 4)]),
            ("\"a b\" c", vec![("a b", 1), ("c", 6)]),
            ("[1", vec![("1", 1)]),
            ("[", vec![("", 1)]),
            ("", vec![]),
        ] {
            let tokens = cell_tokens(token(cell, 0, cell.len()));
            let tokens: Vec<_> = tokens.iter().map(|t| (t.text, t.start)).collect();
            assert_eq!(tokens, expected, "{cell}");
        }
        assert_eq!(cell_tokens(token(&"[]".repeat(99), 0, 198)).len(), 17);
    }

    #[test]
    fn durations_are_those_of_dot_net() {
        for (text, expected) in [
            ("01:00:00", Some(3600)),
            ("00:10:05", Some(605)),
            ("1.00:00:00", Some(86_400)),
            ("7.01:02:03", Some(608_523)),
            ("00:00:01.5", Some(1)),
            ("24:00:00", None),
            ("00:60:00", None),
            ("99999.00:00:00", None),
            ("3600", None),
            ("1:2", None),
            ("+1:00:00", None),
            ("", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn every_line_end_ends_one_line() {
        let text = "a\r\nb\rc\n\nd\r\r\ne";
        let read: Vec<_> = lines(text).map(|l| (l.text, l.start)).collect();
        assert_eq!(
            read,
            [("a", 0), ("b", 3), ("c", 5), ("", 7), ("d", 8), ("e", 12)]
        );
    }
}
