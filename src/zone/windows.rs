//! Zone files of Windows servers: `%SystemRoot%\System32\dns\*.dns`, `dnscmd /ZoneExport`,
//! `Export-DnsServerZone`.
//!
//! They are master files with rules of their own. The comment at the head names the zone,
//! and mostly nothing else does. A record without a TTL has the SOA's last number, whatever
//! stands before it. Dynamic records carry a time stamp ([`aging`](super::aging)). Addresses
//! of name servers outside the zone stand among the records and are no data of it.

use std::ops::Range;

use super::fields::Fault;
use super::master::origin::{self, Known};
use super::master::{Reader, absolute};
use super::{Format, ReadOptions, TroubleKind, Zone};
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
    let headers = headers(&source.text);
    let without_header = || match &options.origin {
        Some(origin) => (absolute(origin), Known::Surely),
        None => origin::guess(origin::file_name(source), ""),
    };
    let Some(first) = headers.first() else {
        let whole = 0..source.text.len();
        return vec![read_one(sources, id, whole, without_header(), options)];
    };
    let ends = headers.iter().skip(1).map(|header| header.begin);
    let ends = ends.chain([source.text.len()]);
    let mut zones: Vec<Zone> = Vec::new();
    for (header, end) in headers.iter().zip(ends) {
        // What stands before the first header is not passed over.
        let begin = if zones.is_empty() { 0 } else { header.begin };
        let origin = (header.zone.clone(), Known::Surely);
        zones.push(read_one(sources, id, begin..end, origin, options));
    }
    let span = |header: &Header| Span::new(id, header.line.start, header.line.end);
    if let (Some(second), Some(zone)) = (headers.get(1), zones.get_mut(1)) {
        let label = Label {
            span: span(first),
            message: "the first one begins here".to_owned(),
        };
        zone.report_further_export(span(second), headers.len() - 2, label);
    }
    zones
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

/// The lines that name a zone.
fn headers(text: &str) -> Vec<Header> {
    memchr::memmem::find_iter(text.as_bytes(), HEADER)
        .filter_map(|at| {
            let line = line_around(text, at);
            let zone = zone_of(&text[line.clone()])?;
            // Exports begin with an empty comment.
            let before = text[..line.start].trim_end_matches(['\n', '\r']).len();
            let before = line_around(text, before);
            let begin = match comment(&text[before.clone()]) {
                Some("") => before.start,
                _ => line.start,
            };
            let mark = if text[begin..].starts_with(BYTE_ORDER_MARK) {
                BYTE_ORDER_MARK.len_utf8()
            } else {
                0
            };
            let begin = begin + mark;
            Some(Header { line, begin, zone })
        })
        .collect()
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

/// The line that holds the offset, without its end.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |end| end + 1);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(text.len(), |end| at + end);
    start..end
}

/// The comment that opens a delegation which nothing closes.
fn unfinished_delegation(text: &str) -> Option<Range<usize>> {
    let opened = text.rfind(DELEGATION)?;
    let is_closed = text[opened..].contains(END_OF_DELEGATION);
    let line = line_around(text, opened);
    (!is_closed && comment(&text[line.clone()])?.starts_with(DELEGATION)).then_some(line)
}

#[cfg(test)]
mod tests;
