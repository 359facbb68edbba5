//! Every text a finding can point into, and the one place where lines and columns are computed.
//!
//! A [`Source`] is a text with a name: a file, standard input, the answers of a DNS server
//! written out, the command line. A [`Span`] is a byte range of one source and is never
//! empty. Readers put spans on tokens; reports turn them into lines and columns here.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bytes::Bytes;
use bytestring::ByteString;

mod column;
mod copies;
mod counts;
mod decode;
mod fault;
mod lines;
mod secret;
mod sources;
mod subscriber;

use column::Characters;
pub(crate) use copies::{original, tells_of_copy, unmarked};
pub use decode::{Encoding, decode};
pub use fault::Fault;
use lines::Lines;
pub use sources::Sources;

/// What a text begins with where it speaks to this program.
pub(crate) const MARK: &str = "sipdns-lint:";

/// The largest text that is read, in bytes: offsets are 32 bits wide.
pub const MAX_BYTES: u64 = u32::MAX as u64;

/// The folder of a path, with the `/` at its end; empty where it has none.
pub(crate) fn folder_of(path: &str) -> &str {
    &path[..path.rfind('/').map_or(0, |at| at + 1)]
}

/// The beginning of a text, with no more bytes than that.
pub(crate) fn at_most(bytes: usize, text: &str) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Which of the [`Sources`] a span points into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A byte range of one source's decoded text; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text pointed into.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `source`.
    ///
    /// An empty range is widened by one byte, so that a reader at the end of its text still
    /// yields something to point at; [`Source::clamp`] keeps that inside the text.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX - 1);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self {
            source,
            start,
            end: end.max(start + 1),
        }
    }

    /// The smallest range that holds both; both must lie in one source.
    pub fn to(self, other: Self) -> Self {
        debug_assert_eq!(self.source, other.source, "a span lies in one source");
        Self {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The offsets as a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and the text it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value` as it stands at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// Where a source's text came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file; the path as it can be opened.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Answers of DNS servers, written out in presentation format.
    Live,
    /// The command line, written out.
    Arguments,
}

/// Line and column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One text and its line index.
#[derive(Debug)]
pub struct Source {
    /// The name that reports print: a relative path with `/`, `<stdin>`, `<live>`, …
    pub name: String,
    /// Where the text came from.
    pub origin: Origin,
    /// The decoded text, without a byte order mark; shared with what reads parts of it later.
    pub text: ByteString,
    /// How the bytes were decoded.
    pub encoding: Encoding,
    lines: OnceLock<Lines>,
    /// For columns in long lines.
    counts: OnceLock<Box<Characters>>,
    /// The number of each line, where lines were left out.
    numbers: Option<Vec<u32>>,
    /// Subscribers are secret too.
    mask: bool,
    secrets: OnceLock<Vec<Range<usize>>>,
    marks: OnceLock<Vec<usize>>,
    /// The first source of the file, where that is read once more.
    first: Option<SourceId>,
}

impl Source {
    /// A source of text that is already decoded.
    pub fn new(name: impl Into<String>, origin: Origin, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            origin,
            text: text.into().into(),
            encoding: Encoding::Utf8 { bom: false },
            lines: OnceLock::new(),
            counts: OnceLock::new(),
            numbers: None,
            mask: false,
            secrets: OnceLock::new(),
            marks: OnceLock::new(),
            first: None,
        }
    }

    /// A source of some lines of a longer text: `numbers` are those of its lines, rising. It
    /// is pointed into by the numbers that its lines have in the whole.
    pub fn excerpt(
        name: impl Into<String>,
        origin: Origin,
        text: impl Into<String>,
        numbers: Vec<u32>,
    ) -> Self {
        Self {
            numbers: Some(numbers),
            ..Self::new(name, origin, text)
        }
    }

    /// A source of raw bytes, decoded as [`decode`] says.
    pub fn from_bytes(name: impl Into<String>, origin: Origin, bytes: impl Into<Bytes>) -> Self {
        let (text, encoding) = decode(bytes);
        Self {
            text,
            encoding,
            ..Self::new(name, origin, "")
        }
    }

    /// The same text under another name.
    #[must_use]
    pub fn renamed(&self, name: impl Into<String>) -> Self {
        Self {
            text: self.text.clone(),
            encoding: self.encoding,
            ..Self::new(name, self.origin.clone(), "")
        }
    }

    /// The same source with another text, which keeps parts of this one: where they stand here,
    /// in order, and where they begin there. What is secret of them stays so.
    pub fn edited(
        &self,
        text: impl Into<String>,
        kept: impl IntoIterator<Item = (Range<usize>, usize)>,
    ) -> Self {
        let edited = Self {
            encoding: self.encoding,
            mask: self.mask,
            ..Self::new(self.name.clone(), self.origin.clone(), text)
        };
        let carried = kept.into_iter().flat_map(|(part, to)| {
            let inside = self.secrets_in(part.clone());
            inside.map(move |secret| secret.start - part.start + to..secret.end - part.start + to)
        });
        let secrets = joined(edited.secrets().to_vec(), carried.collect());
        Self {
            secrets: OnceLock::from(secrets),
            ..edited
        }
    }

    /// The file it was read from, as it can be opened.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            _ => None,
        }
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }

    /// Works out what reports ask of the text: where lines begin, what is secret, and where it
    /// speaks to this program. Each passes over the whole text.
    pub(crate) fn look_into(&self) {
        rayon::join(|| (self.lines(), self.marks()), || self.secrets());
    }

    /// Where the text speaks to this program ([`MARK`]), in order.
    pub(crate) fn marks(&self) -> &[usize] {
        let find = || memchr::memmem::find_iter(self.text.as_bytes(), MARK).collect();
        self.marks.get_or_init(find)
    }

    /// How its lines end: as the first one does.
    pub fn line_ending(&self) -> &'static str {
        let text = &self.text;
        match text.find(['\n', '\r']) {
            Some(at) if text[at..].starts_with("\r\n") => "\r\n",
            Some(at) if text[at..].starts_with('\r') => "\r",
            _ => "\n",
        }
    }

    /// The number of the last line; an empty text has one line.
    pub fn line_count(&self) -> usize {
        let last = self.numbers.as_ref().and_then(|numbers| numbers.last());
        last.map_or_else(|| self.lines().count(), |last| *last as usize)
    }

    /// The text of a line (from 1) without its line end, and the offset where it begins; of a
    /// line that was left out, nothing.
    pub fn line(&self, line: u32) -> (usize, &str) {
        let lines = self.lines();
        let index = match &self.numbers {
            None => (line.max(1) as usize - 1).min(lines.count() - 1),
            Some(numbers) => match numbers.binary_search(&line) {
                Ok(index) => index,
                Err(_) => return (self.text.len(), ""),
            },
        };
        let start = lines.start(&self.text, index);
        let end = lines.start(&self.text, index + 1);
        (start, self.text[start..end].trim_end_matches(['\n', '\r']))
    }

    /// The line is there: it was not left out.
    pub fn has_line(&self, line: u32) -> bool {
        self.numbers
            .as_ref()
            .is_none_or(|numbers| numbers.binary_search(&line).is_ok())
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.floor(offset as usize);
        let lines = self.lines();
        let index = lines.at(&self.text, offset);
        let start = lines.start(&self.text, index);
        let column = if offset - start < column::STRIDE {
            self.text[start..offset].chars().count() + 1
        } else {
            let count = || Box::new(column::count(&self.text));
            let counts = self.counts.get_or_init(count);
            let before = |offset| counts.before(&self.text, offset);
            before(offset) - before(start) + 1
        };
        let number = self
            .numbers
            .as_ref()
            .and_then(|numbers| numbers.get(index))
            .map_or(index + 1, |number| *number as usize);
        Position {
            line: u32::try_from(number).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    /// The span cut to the text and to character boundaries; empty only in an empty text.
    pub fn clamp(&self, span: Span) -> Range<usize> {
        let len = self.text.len();
        let start = self.floor((span.start as usize).min(len));
        let mut end = (span.end as usize).min(len);
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        if start < end {
            return start..end;
        }
        // Behind the last character: show the last character.
        self.floor(start.saturating_sub(1))..len
    }

    /// Where passwords stand, in order, and subscribers where they are masked; no report shows
    /// them.
    pub fn secrets(&self) -> &[Range<usize>] {
        self.secrets.get_or_init(|| {
            let passwords = secret::find(&self.text);
            if !self.mask {
                return passwords;
            }
            joined(passwords, subscriber::find(&self.text))
        })
    }

    /// What lies of them in a part of the text.
    pub fn secrets_in(&self, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let secrets = self.secrets();
        let first = secrets.partition_point(|secret| secret.end <= part.start);
        secrets[first..]
            .iter()
            .take_while(move |secret| secret.start < part.end)
            .map(move |secret| secret.start.max(part.start)..secret.end.min(part.end))
    }

    /// A part of the text as it may be shown, with `*` for each character of what is secret. Every
    /// snippet and excerpt comes from here.
    pub fn shown(&self, part: Range<usize>) -> Cow<'_, str> {
        starred(&self.text, part.clone(), self.secrets_in(part))
    }

    fn floor(&self, mut offset: usize) -> usize {
        offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Two lists of ranges as one: in order, none over another.
fn joined(mut one: Vec<Range<usize>>, mut two: Vec<Range<usize>>) -> Vec<Range<usize>> {
    one.append(&mut two);
    one.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(one.len());
    for range in one {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// A text that is no source, with `*` for each character of the subscribers that it names.
pub fn without_subscribers(text: &str) -> Cow<'_, str> {
    starred(text, 0..text.len(), subscriber::find(text))
}

/// A text that a message or a set-up repeats, with `*` for each character of a password.
pub fn without_passwords(text: &str) -> Cow<'_, str> {
    starred(text, 0..text.len(), secret::find(text))
}

/// A part of a text, with `*` for each character of what is hidden there. Line ends and the
/// number of characters stay, so that lines and columns do.
fn starred(
    text: &str,
    part: Range<usize>,
    hidden: impl IntoIterator<Item = Range<usize>>,
) -> Cow<'_, str> {
    let mut starred = String::new();
    let mut at = part.start;
    for range in hidden {
        starred.push_str(&text[at..range.start]);
        at = range.end;
        let star = |character| match character {
            '\r' | '\n' | '\t' => character,
            _ => '*',
        };
        starred.extend(text[range].chars().map(star));
    }
    if at == part.start {
        return Cow::Borrowed(&text[part]);
    }
    starred.push_str(&text[at..part.end]);
    Cow::Owned(starred)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(text: &str, start: usize, end: usize) -> (String, String) {
        let sources = Sources::new();
        let id = sources.add(Source::new("t", Origin::Stdin, text));
        let (from, to) = sources.positions(Span::new(id, start, end));
        (from.to_string(), to.to_string())
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(positions("aé b", 4, 5), ("1:4".into(), "1:5".into()));
    }

    #[test]
    fn every_kind_of_line_end_ends_one_line() {
        let text = "a\nb\r\nc\rd";
        assert_eq!(positions(text, 2, 3).0, "2:1");
        assert_eq!(positions(text, 5, 6).0, "3:1");
        assert_eq!(positions(text, 7, 8).0, "4:1");
    }

    #[test]
    fn a_span_behind_the_end_shows_the_last_character() {
        assert_eq!(positions("ab", 2, 2), ("1:2".into(), "1:3".into()));
    }

    #[test]
    fn lines_of_an_excerpt_keep_their_numbers() {
        let source = Source::excerpt("t", Origin::Stdin, "ab\ncd\n", vec![7, 12]);
        assert_eq!(source.position(4).to_string(), "12:2");
        assert_eq!(source.line(12), (3, "cd"));
        assert_eq!(source.line(8), (6, ""));
        assert_eq!(source.line_count(), 12);
        assert!(source.has_line(7) && !source.has_line(8));
    }

    #[test]
    fn a_line_is_given_without_its_end() {
        let source = Source::new("t", Origin::Stdin, "ab\r\ncd");
        assert_eq!(source.line(1), (0, "ab"));
        assert_eq!(source.line(2), (4, "cd"));
        assert_eq!(source.line_count(), 2);
    }
}
