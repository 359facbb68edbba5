//! The lines of records in their master files.

use std::ops::Range;

use crate::dns::Record;
use crate::finding::Edit;
use crate::site::Site;
use crate::source::{SourceId, Span};

/// Takes a record's lines out of its master file; nothing where other text stands with it.
pub(super) fn remove(site: &Site, record: &Record) -> Vec<Edit> {
    remove_all(site, [record])
}

/// The same of several records, all or none. The next record, whose owner may be left blank,
/// keeps its owner.
pub(super) fn remove_all<'r>(
    site: &Site,
    records: impl IntoIterator<Item = &'r Record>,
) -> Vec<Edit> {
    let lines = records.into_iter().map(|record| Lines::of(site, record));
    let Some(mut lines) = lines.collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    lines.sort_by_key(|lines| (lines.source, lines.range.start));
    // That of a record whose next one goes too.
    let mut owner_before = None;
    let mut edits = Vec::new();
    for (at, own) in lines.iter().enumerate() {
        let text = &site.sources.get(own.source).text;
        let Range { start, mut end } = own.range;
        let mut kept = String::new();
        let owner = own.owner.or(owner_before.take());
        let next = blank_owner(text, end).zip(owner);
        let removed_next = lines.get(at + 1).filter(|next| next.source == own.source);
        let removed_next = removed_next.map(|next| next.range.start);
        if let Some((blank, owner)) = next {
            // Behind another origin the owner would be written otherwise.
            if may_change_origin(&text[end..blank.start]) {
                return Vec::new();
            }
            if removed_next == Some(blank.start) {
                owner_before = Some(owner);
            } else {
                let owner = site.text(owner);
                let columns = &text[blank.clone()];
                let rest = columns.strip_prefix(&*" ".repeat(owner.len()));
                let rest = rest.filter(|rest| !rest.is_empty()).unwrap_or(columns);
                kept = format!("{}{owner}{rest}", &text[end..blank.start]);
                end = blank.end;
            }
        }
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        edits.push(Edit {
            source: own.source,
            start: offset(start),
            end: offset(end),
            text: kept,
        });
    }
    edits
}

/// The lines of one record.
struct Lines {
    source: SourceId,
    range: Range<usize>,
    /// Its owner, where it is written.
    owner: Option<Span>,
}

impl Lines {
    fn of(site: &Site, record: &Record) -> Option<Self> {
        let span = record.span;
        let is_master = site.zones.iter().any(|zone| {
            let is_part = zone.source == span.source || zone.included.contains(&span.source);
            is_part && zone.format.is_loaded()
        });
        let text = &site.sources.get(span.source).text;
        let before = text.get(..span.start as usize)?;
        let behind = text.get(span.end as usize..)?;
        let ends = ['\n', '\r'];
        let start = before.rfind(ends).map_or(0, |end| end + 1);
        let length = behind.find(ends).unwrap_or(behind.len());
        let (rest, next) = behind.split_at(length);
        // Of several line ends only one belongs to the line.
        let ending = if next.starts_with("\r\n") {
            2
        } else {
            next.len().min(1)
        };
        let leading = before.get(start..)?;
        let stands_alone = leading.trim().is_empty()
            && (rest.trim().is_empty() || rest.trim_start().starts_with(';'));
        // One line of `$GENERATE` makes many records.
        let is_one = !site.text(span).starts_with('$');
        (is_one && is_master && stands_alone).then(|| Self {
            source: span.source,
            range: start..span.end as usize + length + ending,
            owner: leading.is_empty().then_some(record.owner.span),
        })
    }
}

/// The blanks that stand for the owner of the next record behind a place of a text, where a line
/// begins.
fn blank_owner(text: &str, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    let next = text.get(from..)?.split(['\n', '\r']).find_map(|line| {
        let start = at;
        at += line.len() + 1;
        let words = line.trim_start();
        let is_record = !words.is_empty() && !words.starts_with([';', '$']);
        is_record.then(|| start..start + line.len() - words.len())
    });
    next.filter(|blanks| !blanks.is_empty())
}

/// Lines between two records have a directive that says more than a TTL.
fn may_change_origin(between: &str) -> bool {
    let mut lines = between.split(['\n', '\r']).map(str::trim_start);
    lines.any(|line| {
        let is_of_ttl = line
            .get(..4)
            .is_some_and(|word| word.eq_ignore_ascii_case("$TTL"));
        line.starts_with('$') && !is_of_ttl
    })
}
