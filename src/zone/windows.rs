//! Zone files of Windows servers: `%SystemRoot%\System32\dns\*.dns`, `dnscmd /ZoneExport`,
//! `Export-DnsServerZone`.
//!
//! They are master files with rules of their own. The comment at the head names the zone,
//! and mostly nothing else does. A record without a TTL has the SOA's last number, whatever
//! stands before it. Dynamic records carry a time stamp ([`aging`](super::aging)). Addresses
//! of name servers outside the zone stand among the records and are no data of it.

use std::ops::Range;

use memchr::memmem;

use super::console::Framed;
use super::exports::{self, Exports};
use super::fields::Fault;
use super::master::Reader;
use super::master::origin::{self, Known};
use super::text::lines_with;
use super::{Format, ReadOptions, TroubleKind, Zone, console};
use crate::dns::Name;
use crate::source::{SourceId, Sources, Span};

/// Begins the comment that names the zone.
const HEADER: &str = "Database file";

/// Begin and end of the lines about a zone that is delegated, in comments.
const DELEGATION: &str = "Delegated sub-zone:";
const END_OF_DELEGATION: &str = "End delegation";

/// A header in a text.
struct Header {
    /// The comment line.
    line: Range<usize>,
    /// Where the export begins: an empty comment may stand in front of the line.
    begin: usize,
    zone: Name,
}

/// Reads the exports in a part of a source, each by itself; mostly there is one.
pub(super) fn read(
    sources: &Sources,
    id: SourceId,
    section: Range<usize>,
    options: &ReadOptions,
    exports: &mut Exports,
) {
    let source = sources.get(id);
    let text: &str = &source.text;
    let headers = headers(text, section.clone());
    let ends = headers.iter().skip(1).map(|header| header.begin);
    let ends = ends.chain([section.end]);
    let named = headers.iter().zip(ends).enumerate();
    let named = named.map(|(index, (header, end))| {
        // What stands before the first header is not passed over.
        let begin = if index == 0 {
            section.start
        } else {
            end - text[header.begin..end]
                .trim_start_matches(BYTE_ORDER_MARK)
                .len()
        };
        let opening = Span::new(id, header.line.start, header.line.end);
        (begin..end, header.line.start, opening, header.zone.clone())
    });
    for (part, marked, opening, zone) in named {
        if !exports.admit(opening) {
            return;
        }
        let framed = console::framed(text, part, marked);
        let origin = (zone, Known::Surely);
        read_part(sources, id, framed, (opening, origin), options, exports);
    }
    if headers.is_empty() {
        let origin = match &options.origin {
            Some(origin) => (origin.clone(), Known::Surely),
            None => origin::guess(origin::file_name(source), &text[section.clone()]),
        };
        let begin = section.start;
        let framed = console::framed(text, section, begin);
        let opening = exports::first_line(id, text, framed.content.clone());
        if exports.admit(opening) {
            read_part(sources, id, framed, (opening, origin), options, exports);
        }
    }
}

/// Reads one export, of the zone `origin`, or several that nothing but SOA records tell apart.
fn read_part(
    sources: &Sources,
    id: SourceId,
    Framed { content, console }: Framed,
    (opening, origin): (Span, (Name, Known)),
    options: &ReadOptions,
    exports: &mut Exports,
) {
    let source = (id, sources.get(id));
    exports.read(opening, source, content, |part, is_named| {
        let nameless = || (Name::root(), Known::Not);
        let origin = if is_named { origin.clone() } else { nameless() };
        let mut zone = read_one(sources, id, part, origin, options);
        if let (Some(first), true) = (&console, is_named) {
            zone.report_console(Span::new(id, first.start, first.end));
        }
        zone
    });
}

fn read_one(
    sources: &Sources,
    id: SourceId,
    part: Range<usize>,
    origin: (Name, Known),
    options: &ReadOptions,
) -> Zone {
    let mut reader = Reader::new(sources, id, Format::WindowsDns, origin, options);
    reader.part(id, part.clone());
    if let Some(delegation) = unfinished_delegation(&sources.get(id).text[part.clone()]) {
        let (start, end) = (part.start + delegation.start, part.start + delegation.end);
        let message = "the file ends inside this delegation";
        let fault = Fault::new(Span::new(id, start, end), message).help(
            "`;  End delegation` is missing, and with it the rest of the file: export it again",
        );
        reader.push(TroubleKind::Truncated, fault, None);
    }
    reader.finish()
}

/// The lines in a part of a text that name a zone.
fn headers(text: &str, part: Range<usize>) -> Vec<Header> {
    let mut headers = Vec::new();
    for line in lines_with(&text[part.clone()], HEADER) {
        let line = part.start + line.start..part.start + line.end;
        let words = &text[line.clone()];
        let Some(zone) = zone_of(words) else {
            continue;
        };
        // Exports begin with an empty comment.
        let before = text[part.start..line.start].trim_end();
        let start = memchr::memrchr2(b'\n', b'\r', before.as_bytes()).map_or(0, |end| end + 1);
        let begin = match comment(&before[start..]) {
            Some("") => part.start + start,
            _ => line.start,
        };
        let line = line.start..line.start + words.trim_end().len();
        headers.push(Header { line, begin, zone });
    }
    headers
}

/// Stands inside a text where two exports were put together.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The zone that a line names, where the line is the header of a Windows zone file.
pub(crate) fn zone_of(line: &str) -> Option<Name> {
    let comment = comment(line)?;
    comment.starts_with(HEADER).then_some(())?;
    origin::from_comment(comment)
}

/// What a comment line says.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(BYTE_ORDER_MARK).trim();
    line.strip_prefix(';').map(str::trim)
}

/// The comment that opens a delegation which nothing closes.
fn unfinished_delegation(text: &str) -> Option<Range<usize>> {
    let line = lines_with(text, DELEGATION).last()?;
    let words = text[line.clone()].trim_end();
    let opened = line.start + words.rfind(DELEGATION)?;
    if memmem::find(&text.as_bytes()[opened..], END_OF_DELEGATION.as_bytes()).is_some() {
        return None;
    }
    let is_one = comment(words)?.starts_with(DELEGATION);
    is_one.then_some(line.start..line.start + words.len())
}

#[cfg(test)]
mod tests;
