//! Plain lines, of which the index keeps no more than their places, are read side by side.
//!
//! A stretch of text is cut into parts, and every part is scanned as if what is in force at the
//! beginning of the stretch were in force in it. What no part can know ends it: a directive or
//! an SOA changes what is in force, and what does not end with the part was cut. Other entries that are not plain are left to the reader of
//! entries, in their order, when the parts are put together. A part that does not begin where
//! the one before has ended is dropped, and so are those behind it.

use std::ops::Range;

use rayon::prelude::*;

use super::origin::Known;
use super::{Format, LastOwner, Reader, conflict, directive};
use crate::dns::RecordType;
use crate::source::Spanned;
use crate::zone::lexer::{Entry, Lexer, Token};
use crate::zone::plain::{Batch, Kind, Line, Names, Notes, Owner, PlainRecord, Scanner, Setting};
use crate::zone::record_type;
use crate::zone::text::Text;
use crate::zone::ttl;

/// How much text is scanned at once, in octets. As long as all parts are good it doubles, and
/// where parts are dropped it is halved: what is scanned in vain is never more than a few times
/// what was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Of a part; about so many.
    pub part: usize,
    /// Of the next stretch.
    pub next: usize,
    /// Of the longest and the shortest there is.
    pub longest: usize,
    /// See `longest`.
    pub shortest: usize,
}

impl Default for Stretch {
    fn default() -> Self {
        Self {
            part: 1 << 18,
            next: 1 << 22,
            longest: 1 << 24,
            shortest: 1 << 16,
        }
    }
}

/// What was scanned of a part.
struct Part {
    range: Range<usize>,
    lines: Batch,
    /// How many of them are records.
    records: u64,
    /// Numbers of names above owners.
    above: Vec<u64>,
    /// An owner was completed with the origin.
    has_relative: bool,
    notes: Notes,
    /// Entries for the reader of entries.
    others: Vec<Other>,
    /// What was last before the end.
    last: Last,
}

/// An entry that is not plain.
struct Other {
    range: Range<usize>,
    before: Last,
}

/// The last line that had an owner of its own since the last entry that was not plain, and
/// the last one that had a TTL.
#[derive(Debug, Clone, Copy, Default)]
struct Last {
    owner: Option<usize>,
    ttl: Option<usize>,
}

/// Octets of an entry that is left for when everything before it is read.
const LONG_ENTRY: usize = 1 << 12;

/// What is in force in a stretch.
#[derive(Clone, Copy)]
struct InForce<'t> {
    text: &'t str,
    format: Format,
    names: Names,
    /// Records without a TTL of their own have one.
    has_ttl: bool,
    /// What is added to an offset of the text to number a line.
    begin: u32,
}

impl Reader<'_> {
    /// Takes the lines from `start` of the text on, up to an entry that must be read before
    /// what follows can be; its offset.
    pub(super) fn plain_lines(&mut self, text: &Text<'_>, start: usize) -> usize {
        let is_ready = self.waiting.is_over()
            && text.is_verbatim()
            && self.scope.known != Known::Not
            && self.zone.format.is_loaded();
        let end = text.as_str().len();
        // Where a directive follows on the other there is nothing to be kept.
        let mut first = Scanner::new(text.as_str(), start, self.zone.format);
        first.pass_over_remarks();
        if !is_ready || first.offset() >= end || !may_be_plain(text.as_str(), first.offset()) {
            return start;
        }
        let Some(in_force) = self.in_force(text, start) else {
            return start;
        };
        let mut at = start;
        while at < end {
            let parts = self.stretch.parts(text.as_str(), at);
            let behind = parts.last().map_or(end, |part| part.end);
            let parts: Vec<Part> = match &parts[..] {
                [only] => vec![in_force.scan(only.clone())],
                _ => parts
                    .into_par_iter()
                    .map(|one| in_force.scan(one))
                    .collect(),
            };
            for part in parts {
                if part.range.start != at {
                    break;
                }
                at = self.take(text, &in_force, part);
            }
            let stretch = &mut self.stretch;
            if at != behind {
                stretch.next = (stretch.next / 2).max(stretch.shortest);
                return at;
            }
            stretch.next = (2 * stretch.next).min(stretch.longest);
        }
        at
    }

    /// Takes what was scanned of a part; where it ends.
    fn take(&mut self, text: &Text<'_>, in_force: &InForce<'_>, part: Part) -> usize {
        self.lines.add(part.lines);
        self.lines.add_above(part.above);
        if part.has_relative {
            self.lines.add_origin(self.zone.apex.iter().len());
        }
        self.lines.add_notes(part.notes);
        self.zone.record_count += part.records;
        let mut entry = Entry::default();
        for other in part.others {
            self.remember(text, in_force, other.before);
            let mut lexer = Lexer::new(text.as_str());
            lexer.skip_to(other.range.start);
            if lexer.next(&mut entry) {
                self.entry(text, &entry);
            }
        }
        self.remember(text, in_force, part.last);
        part.range.end
    }

    /// What the next record without a TTL of its own has, where a directive or the SOA says
    /// so.
    fn plain_ttl(&self) -> Option<Spanned<u32>> {
        let of_soa = || {
            let minimum = self.soa_minimum?;
            Some(Spanned::new(minimum.value.min(ttl::MAX), minimum.span))
        };
        self.default_ttl
            .or_else(|| of_soa().filter(|_| self.zone.format.is_of_windows()))
    }

    /// What is in force for the lines from an offset on, which are kept with it.
    fn in_force<'t>(&mut self, text: &'t Text<'_>, start: usize) -> Option<InForce<'t>> {
        let ttl = self.plain_ttl();
        let origin = &self.scope.origin;
        let is_known = self.lines.setting().is_some_and(|setting| {
            self.lines.is_in(text.source())
                && setting.default_ttl == ttl
                && setting.origin == *origin
        });
        if !is_known {
            let setting = Setting {
                source: text.source(),
                text: self.sources.get(text.source()).text.clone(),
                format: self.zone.format,
                names: Names::new(&self.zone.apex, origin),
                origin: origin.clone(),
                default_ttl: ttl,
            };
            self.lines.set(setting, text.offset(start)).then_some(())?;
        }
        let names = self.lines.setting()?.names;
        Some(InForce {
            text: text.as_str(),
            format: self.zone.format,
            names,
            has_ttl: ttl.is_some(),
            begin: self.lines.text() + text.offset(0),
        })
    }

    /// Keeps what records that follow depend on.
    fn remember(&mut self, text: &Text<'_>, in_force: &InForce<'_>, last: Last) {
        let Some(setting) = self.lines.setting() else {
            return;
        };
        let offset = |at| text.offset(at) as usize;
        if let Some(owner) = last.owner.and_then(|at| setting.owner(offset(at))) {
            self.scope.owner = LastOwner::Read(owner);
        }
        // Where a directive sets one, nothing depends on the last.
        if let Some(ttl) = last.ttl.filter(|_| !in_force.has_ttl)
            && let Some(ttl) = setting.ttl(offset(ttl))
        {
            self.last_ttl = Some(ttl);
        }
    }
}

/// A line at that offset does not look like anything else at its first character.
fn may_be_plain(text: &str, at: usize) -> bool {
    let first = text.as_bytes().get(at);
    first.is_some_and(|first| is_of_owner(*first) || matches!(first, b' ' | b'\t'))
}

/// An owner may begin with it.
const fn is_of_owner(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*' | b'@')
}

impl Stretch {
    /// Cuts the next stretch of a text from an offset on into parts.
    fn parts(self, text: &str, start: usize) -> Vec<Range<usize>> {
        let end = cut(text, start, self.next);
        let mut parts = Vec::new();
        let mut begin = start;
        while begin < end {
            let behind = if end - begin > 2 * self.part {
                cut(text, begin, self.part).min(end)
            } else {
                end
            };
            parts.push(begin..behind);
            begin = behind;
        }
        parts
    }
}

/// Where to cut a text that has so many octets more than it should: in front of the last line
/// that begins with an owner, or of the last line, or behind the line that is too long.
fn cut(text: &str, begin: usize, length: usize) -> usize {
    let bytes = text.as_bytes();
    let Some(part) = bytes[begin..].get(..length) else {
        return bytes.len();
    };
    let mut ends = memchr::memrchr_iter(b'\n', &part[length / 2..]);
    let begins_with_owner = |end: &usize| {
        let next = bytes.get(begin + length / 2 + end + 1);
        next.is_some_and(|next| is_of_owner(*next))
    };
    if let Some(end) = ends.find(begins_with_owner) {
        return begin + length / 2 + end + 1;
    }
    if let Some(end) = memchr::memrchr(b'\n', part) {
        return begin + end + 1;
    }
    let rest = &bytes[begin + length..];
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| begin + length + end + 1)
}

impl InForce<'_> {
    /// Scans a part.
    fn scan(&self, range: Range<usize>) -> Part {
        let mut scanner = Scanner::new(&self.text[..range.end], range.start, self.format);
        let mut part = Part {
            // A record is seldom shorter.
            lines: Batch::with_capacity(range.len() / 24),
            range: range.start..range.end,
            records: 0,
            above: Vec::new(),
            has_relative: false,
            notes: Notes::default(),
            others: Vec::new(),
            last: Last::default(),
        };
        let mut before = None;
        loop {
            scanner.pass_over_remarks();
            let begin = scanner.offset();
            if begin >= range.end {
                break;
            }
            let line = scanner;
            match scanner.record(&self.names, before) {
                Some(found) if found.has_ttl || self.has_ttl => {
                    let mut owner = found.owner;
                    self.add(&mut part, &mut owner, begin, &found, line);
                    if found.has_ttl {
                        part.last.ttl = Some(begin);
                    }
                    part.last.owner = Some(owner.at);
                    before = Some(owner);
                }
                _ => {
                    let Some(end) = self.other(begin, range.end) else {
                        part.range.end = begin;
                        break;
                    };
                    part.others.push(Other {
                        range: begin..end,
                        before: std::mem::take(&mut part.last),
                    });
                    before = None;
                    scanner = Scanner::new(&self.text[..range.end], end, self.format);
                }
            }
        }
        part.lines.close();
        part
    }

    /// Adds a plain line.
    fn add(
        &self,
        part: &mut Part,
        owner: &mut Owner,
        begin: usize,
        found: &PlainRecord,
        line: Scanner<'_>,
    ) {
        // Lines are numbered with 32 bits, or not kept at all.
        let at = |offset: usize| self.begin + u32::try_from(offset).unwrap_or(0);
        let is_indented = owner.at != begin;
        if is_indented && !owner.is_noted {
            let noted = Line::new(owner.hash, Kind::Owner, at(owner.at), false);
            part.lines.push(noted);
            owner.is_noted = true;
        }
        part.has_relative |= owner.is_relative;
        if owner.is_deep && !is_indented {
            line.above_owner(&self.names, |above| part.above.push(above));
        }
        if let Some(target) = found.target {
            let notes = &mut part.notes;
            notes.add_target(found.kind, *owner, target, at(begin));
        }
        part.notes.add_record(found.kind, owner.hash, at(owner.at));
        let line = Line::new(owner.hash, found.kind, at(begin), is_indented);
        part.lines.push(line);
        part.records += 1;
    }

    /// Where an entry ends that is not plain; none where nothing behind it can be read before
    /// it is, or where it does not end before `end`.
    fn other(&self, begin: usize, end: usize) -> Option<usize> {
        // What goes on for long may go on for ever, and that is found out once for a text.
        let end = end.min(cut(self.text, begin, LONG_ENTRY));
        let mut lexer = Lexer::new(&self.text[..end]);
        lexer.skip_to(begin);
        let mut entry = Entry::default();
        lexer.next(&mut entry).then_some(())?;
        entry.tokens.first()?;
        let is_soa =
            |token: &Token<'_>| record_type::from_name(token.text) == Some(RecordType::SOA);
        let changes = directive::is_one(&entry)
            || entry.tokens.iter().any(is_soa)
            || conflict::is_in(self.text, &entry);
        let is_cut = entry.cut || entry.fault.is_some() || lexer.offset() > end;
        (!changes && !is_cut).then_some(lexer.offset())
    }
}

#[cfg(test)]
mod tests;
