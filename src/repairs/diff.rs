//! Changes of files as a unified diff. Which lines change is known from the edits: nothing is
//! searched for.

use std::borrow::Cow;
use std::io::Write as _;
use std::iter::{Rev, zip};
use std::mem::swap;
use std::ops::Range;
use std::str::SplitInclusive;

use super::edits::Edits;
use super::files::encode;
use crate::finding::Edit;
use crate::report::printable;
use crate::source::{Encoding, Source, Sources, without_passwords};

/// Unchanged lines that are shown around changed ones.
const CONTEXT: usize = 3;

/// What a diff is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be read on a terminal: what steers one, or is not seen, is shown as a picture.
    Reading,
    /// To be given to `patch`: lines are the bytes of the file.
    Patching,
}

/// Changes as a unified diff.
#[derive(Debug, Default)]
pub struct Diff {
    /// The text, or the bytes of the files' lines.
    pub bytes: Vec<u8>,
    /// Files that `patch` would refuse to change by it, each with why: lower case, no full stop.
    pub refused: Vec<(String, &'static str)>,
}

/// The changes as a unified diff that `patch -p1` takes, or what undoes them. Passwords are
/// shown as `*`, and control characters other than tabs as pictures, whatever it is for; such a
/// line keeps `patch` from applying that part.
pub fn unified(sources: &Sources, edits: &Edits<'_>, undo: bool, purpose: Purpose) -> Diff {
    let mut diff = Diff::default();
    for (source, of_source) in &edits.files {
        let old = sources.get(*source);
        let replaced = replaced(&old.text, of_source);
        let new = old.edited(edits.text(sources, *source), kept(&old.text, &replaced));
        // What one edit changes the next may change back.
        if new.text == old.text {
            continue;
        }
        let mut changes = changed_lines(&old.text, &new.text, &replaced);
        let mut lines = Lines {
            bytes: &mut diff.bytes,
            purpose,
            refused: None,
        };
        if undo {
            for Change { before, after } in &mut changes {
                swap(before, after);
            }
            one(&mut lines, (&new, old), &changes);
        } else {
            one(&mut lines, (old, &new), &changes);
        }
        if let Some(why) = lines.refused {
            diff.refused.push((old.name.clone(), why));
        }
    }
    diff
}

/// What changes: where it stands in the text before and in the text after.
#[derive(Debug, Clone)]
struct Change {
    before: Range<usize>,
    after: Range<usize>,
}

/// What edits, in order and none over another, replace.
fn replaced(before: &str, edits: &[Edit]) -> Vec<Change> {
    let place = |offset: u32| before.len().min(offset as usize);
    let (mut at, mut at_after) = (0, 0);
    let one = |edit: &Edit| {
        let before = place(edit.start)..place(edit.end);
        let start = at_after + before.start - at;
        let after = start..start + edit.text.len();
        (at, at_after) = (before.end, after.end);
        Change { before, after }
    };
    edits.iter().map(one).collect()
}

/// What lies between: where it stands before, and where it begins after.
fn kept(before: &str, replaced: &[Change]) -> impl Iterator<Item = (Range<usize>, usize)> {
    let behind = |change: &Change| (change.before.end, change.after.end);
    let begins = std::iter::once((0, 0)).chain(replaced.iter().map(behind));
    let ends = replaced.iter().map(|change| change.before.start);
    zip(begins, ends.chain([before.len()])).map(|((start, after), end)| (start..end, after))
}

impl Change {
    /// Without the lines at its beginning and at its end that stay as they are.
    fn trimmed(&self, before: &str, after: &str) -> Self {
        let (before, after) = (&before[self.before.clone()], &after[self.after.clone()]);
        let head = same(lines(before), lines(after));
        let tail = same(
            lines_from_end(&before[head..]),
            lines_from_end(&after[head..]),
        );
        let without = |range: &Range<usize>| range.start + head..range.end - tail;
        Self {
            before: without(&self.before),
            after: without(&self.after),
        }
    }

    fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }
}

/// The whole lines that change where that is replaced.
fn changed_lines(before: &str, after: &str, replaced: &[Change]) -> Vec<Change> {
    let mut wide: Vec<Change> = Vec::new();
    for change in replaced {
        let Range { start, end } = change.before;
        let begun = lines_from_end(&before[..start]).next().map_or(0, open_end);
        let rest = lines(&before[end..]).next().map_or(0, str::len);
        match wide.last_mut() {
            Some(last) if start - begun < last.before.end => {
                last.before.end = end + rest;
                last.after.end = change.after.end + rest;
            }
            _ => wide.push(Change {
                before: start - begun..end + rest,
                after: change.after.start - begun..change.after.end + rest,
            }),
        }
    }
    let mut changes: Vec<Change> = wide
        .iter()
        .map(|change| change.trimmed(before, after))
        .filter(|change| !change.is_empty())
        .collect();
    changes.dedup_by(|next, last| {
        let touches = last.before.end == next.before.start;
        if touches {
            last.before.end = next.before.end;
            last.after.end = next.after.end;
        }
        touches
    });
    changes
}

fn one(out: &mut Lines<'_>, (before, after): (&Source, &Source), changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    let name = printable(before.name.trim_start_matches('/'));
    // What would be a time behind a name with a blank is cut off at a tab.
    let end = if name.contains(' ') { "\t" } else { "" };
    // Writing to memory does not fail.
    let _ = writeln!(out.bytes, "--- a/{name}{end}\n+++ b/{name}{end}");
    let between = |one: &Change, next: &Change| &before.text[one.before.end..next.before.start];
    let is_near = |one: &Change, next: &Change| {
        let first_too_many = lines(between(one, next)).nth(2 * CONTEXT);
        first_too_many.is_none()
    };
    let (mut numbers, mut numbers_after) = (Numbers::new(before), Numbers::new(after));
    for hunk in changes.chunk_by(is_near) {
        let (first, last) = (&hunk[0], &hunk[hunk.len() - 1]);
        let head = length(lines_from_end(&before.text[..first.before.start]));
        let tail = length(lines(&before.text[last.before.end..]));
        let around = |from: usize, to: usize| from - head..to + tail;
        let whole = around(first.before.start, last.before.end);
        let whole_after = around(first.after.start, last.after.end);
        let _ = writeln!(
            out.bytes,
            "@@ -{} +{} @@",
            numbers.of(whole.clone()),
            numbers_after.of(whole_after)
        );
        let mut at = whole.start;
        for change in hunk {
            out.write(b' ', before, at..change.before.start);
            out.write(b'-', before, change.before.clone());
            out.write(b'+', after, change.after.clone());
            at = change.before.end;
        }
        out.write(b' ', before, at..whole.end);
    }
}

/// The numbers of a text's lines, counted on from hunk to hunk.
struct Numbers<'t> {
    text: &'t str,
    at: usize,
    /// Lines before that place.
    before: usize,
}

impl<'t> Numbers<'t> {
    fn new(source: &'t Source) -> Self {
        Self {
            text: &source.text,
            at: 0,
            before: 0,
        }
    }

    /// Those of lines behind the ones asked for last, as a hunk's head gives them.
    fn of(&mut self, range: Range<usize>) -> String {
        let before = self.before + lines(&self.text[self.at..range.start]).count();
        let count = lines(&self.text[range.clone()]).count();
        (self.at, self.before) = (range.end, before + count);
        match count {
            // The line that they would stand behind.
            0 => format!("{before},0"),
            1 => format!("{}", before + 1),
            _ => format!("{},{count}", before + 1),
        }
    }
}

/// Lines of one file on their way into a diff.
struct Lines<'b> {
    bytes: &'b mut Vec<u8>,
    purpose: Purpose,
    /// Why `patch` would not know them again.
    refused: Option<&'static str>,
}

impl Lines<'_> {
    fn write(&mut self, mark: u8, source: &Source, range: Range<usize>) {
        let mut start = range.start;
        for line in lines(&source.text[range]) {
            let length = line.trim_end_matches(['\r', '\n']).len();
            let ending = &line[length..];
            self.bytes.push(mark);
            match self.purpose {
                Purpose::Reading => self.write_for_reading(&source.shown(start..start + length)),
                Purpose::Patching => self.write_for_patching(source, start..start + length),
            }
            self.bytes.extend_from_slice(ending.as_bytes());
            if !ending.ends_with('\n') {
                self.bytes
                    .extend_from_slice(b"\n\\ No newline at end of file\n");
            }
            start += line.len();
        }
    }

    fn write_for_reading(&mut self, line: &str) {
        for part in line.split_inclusive('\t') {
            // Tabs steer no terminal, and master files are full of them.
            let plain = part.trim_end_matches('\t');
            self.bytes.extend_from_slice(printable(plain).as_bytes());
            self.bytes
                .extend_from_slice(&part.as_bytes()[plain.len()..]);
        }
    }

    fn write_for_patching(&mut self, source: &Source, line: Range<usize>) {
        let shown = source.shown(line.clone());
        let steers = |character: char| character.is_control() && character != '\t';
        let is_first = line.start == 0;
        let is_secret = matches!(without_passwords(&shown), Cow::Owned(_));
        if is_secret || *shown != source.text[line] {
            self.refused = Some("it does not show what is secret");
        } else if shown.contains(steers) {
            self.refused = Some("it shows control characters as pictures");
        } else {
            match in_file(&shown, source.encoding, is_first) {
                Some(bytes) => return self.bytes.extend_from_slice(&bytes),
                None => self.refused = Some("it is UTF-8, and the file is not"),
            }
        }
        self.write_for_reading(&shown);
    }
}

/// A line as the bytes of its file; `None` where these are not such as have lines.
fn in_file(line: &str, encoding: Encoding, is_first: bool) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Utf8 { bom } => encode(
            line,
            Encoding::Utf8 {
                bom: bom && is_first,
            },
        ),
        Encoding::Windows1252 { .. } => encode(line, encoding),
        Encoding::Utf16Le { .. } | Encoding::Utf16Be { .. } => None,
    }
}

/// Lines with their ends, as `patch` knows them: only LF ends one.
fn lines(text: &str) -> SplitInclusive<'_, char> {
    text.split_inclusive('\n')
}

fn lines_from_end(text: &str) -> Rev<SplitInclusive<'_, char>> {
    lines(text).rev()
}

/// The length of a line that goes on; of one that has ended, nothing.
fn open_end(line: &str) -> usize {
    if line.ends_with('\n') { 0 } else { line.len() }
}

/// The length of the lines that are shown around a change.
fn length<'t>(lines: impl Iterator<Item = &'t str>) -> usize {
    lines.take(CONTEXT).map(str::len).sum()
}

/// The length of the first lines that two texts have in common.
fn same<'t>(one: impl Iterator<Item = &'t str>, other: impl Iterator<Item = &'t str>) -> usize {
    zip(one, other)
        .take_while(|(one, other)| one == other)
        .map(|(line, _)| line.len())
        .sum()
}

#[cfg(test)]
mod tests;
