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
use super::fields::Fault;
use super::master::Reader;
use super::master::origin::{self, Known};
use super::text::lines_with;
use super::{Format, ReadOptions, TroubleKind, Zone, console, export};
use crate::dns::Name;
use crate::finding::Label;
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

/// Reads the exports of a source, each by itself; mostly there is one.
pub(super) fn read(sources: &Sources, id: SourceId, options: &ReadOptions) -> Vec<Zone> {
    let source = sources.get(id);
    // `copy a.dns + b.dns all.dns` in cmd.exe ends a text with the mark of its end.
    let text = source.text.trim_end_matches(END_OF_FILE);
    let headers = headers(text);
    let without_header = || match &options.origin {
        Some(origin) => (origin.clone(), Known::Surely),
        None => origin::guess(origin::file_name(source), ""),
    };
    let Some(first) = headers.first() else {
        let whole = console::framed(text, 0..text.len(), 0);
        return vec![read_one(sources, id, whole, without_header(), options)];
    };
    let ends = headers.iter().skip(1).map(|header| header.begin);
    let ends = ends.chain([text.len()]);
    let mut zones: Vec<Zone> = Vec::new();
    for (header, end) in headers.iter().zip(ends).take(export::MOST_EXPORTS) {
        // What stands before the first header is not passed over.
        let begin = match zones.len() {
            0 => 0,
            _ => {
                end - text[header.begin..end]
                    .trim_start_matches(BYTE_ORDER_MARK)
                    .len()
            }
        };
        let origin = (header.zone.clone(), Known::Surely);
        let part = console::framed(text, begin..end, header.line.start);
        zones.push(read_one(sources, id, part, origin, options));
    }
    let span = |header: &Header| Span::new(id, header.line.start, header.line.end);
    if let (Some(second), Some(zone)) = (headers.get(1), zones.get_mut(1)) {
        let label = Label {
            span: span(first),
            message: "the first one begins here".to_owned(),
        };
        zone.report_further_export(span(second), headers.len() - 2, label);
    }
    if let (Some(next), Some(zone)) = (headers.get(export::MOST_EXPORTS), zones.last_mut()) {
        let fault = export::too_many_exports(span(next));
        let trouble = fault.into_trouble(TroubleKind::Limit, Vec::new(), Vec::new());
        zone.troubles.push(trouble);
    }
    zones
}

fn read_one(
    sources: &Sources,
    id: SourceId,
    Framed {
        content: part,
        console,
    }: Framed,
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
    let mut zone = reader.finish();
    if let Some(first) = console {
        zone.report_console(Span::new(id, first.start, first.end));
    }
    zone
}

/// The lines that name a zone.
fn headers(text: &str) -> Vec<Header> {
    let mut headers = Vec::new();
    for line in lines_with(text, HEADER) {
        let words = &text[line.clone()];
        let Some(zone) = zone_of(words) else {
            continue;
        };
        // Exports begin with an empty comment.
        let before = text[..line.start].trim_end();
        let start = memchr::memrchr2(b'\n', b'\r', before.as_bytes()).map_or(0, |end| end + 1);
        let begin = match comment(&before[start..]) {
            Some("") => start,
            _ => line.start,
        };
        let line = line.start..line.start + words.trim_end().len();
        headers.push(Header { line, begin, zone });
    }
    headers
}

/// Ctrl+Z, by which DOS and its heirs end a text.
const END_OF_FILE: char = '\u{1a}';

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
