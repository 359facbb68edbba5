//! The lines of a record in its master file.

use crate::dns::Record;
use crate::finding::Edit;
use crate::site::Site;

/// Takes a record's lines out of its master file; nothing where that would give the next
/// record, whose owner is left blank, to another owner, or where other text stands with it.
pub(super) fn remove(site: &Site, record: &Record) -> Vec<Edit> {
    let span = record.span;
    let is_master = site.zones.iter().any(|zone| {
        let is_part = zone.source == span.source || zone.included.contains(&span.source);
        is_part && zone.format.is_loaded()
    });
    let text = &site.sources.get(span.source).text;
    let (Some(before), Some(behind)) = (
        text.get(..span.start as usize),
        text.get(span.end as usize..),
    ) else {
        return Vec::new();
    };
    let ends = ['\n', '\r'];
    let start = before.rfind(ends).map_or(0, |end| end + 1);
    let length = behind.find(ends).unwrap_or(behind.len());
    let (rest, next) = behind.split_at(length);
    let next_line = next.trim_start_matches(ends);
    let ending = next.len() - next_line.len();
    // Of several line ends only one belongs to the line.
    let ending = match next.get(..ending) {
        Some(ends) if ends.starts_with("\r\n") => 2,
        Some("") | None => 0,
        Some(_) => 1,
    };
    let leading = before.get(start..).unwrap_or_default();
    let stands_alone =
        leading.trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with(';'));
    let owner_is_written = leading.is_empty();
    let is_record = |line: &&str| {
        let text = line.trim_start();
        !text.is_empty() && !text.starts_with(';')
    };
    let next_record = next_line.split(ends).find(is_record);
    let next_needs_it =
        owner_is_written && next_record.is_some_and(|line| line.starts_with([' ', '\t']));
    // One line of `$GENERATE` makes many records.
    let is_one = !site.text(span).starts_with('$');
    if !is_one || !is_master || !stands_alone || next_needs_it {
        return Vec::new();
    }
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    vec![Edit {
        source: span.source,
        start: offset(start),
        end: offset(span.end as usize + length + ending),
        text: String::new(),
    }]
}
