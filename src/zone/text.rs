//! A zone's text as its author meant it: typographic characters that word processors, PDF
//! and chat put where syntax is expected are read as the ASCII characters they stand for.
//!
//! Only texts that hold such a character outside comments and quoted strings are rewritten;
//! spans always point into the text as it was given.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::{SourceId, Span};

/// A text that is read, and the way back from its offsets to places in the source.
pub(crate) struct Text<'t> {
    source: SourceId,
    /// Offset in the source at which the text begins.
    begin: usize,
    content: Cow<'t, str>,
    replaced: Vec<Replaced>,
}

/// One typographic character that was read as ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// The character that stands in the source.
    pub(crate) character: char,
    /// What it is read as; empty for characters that have no width.
    pub(crate) by: &'static str,
    /// Offset in the text that is read.
    at: usize,
    /// Offset in the part of the source that was given.
    original: usize,
}

impl<'t> Text<'t> {
    /// The part of a source's text that begins at the offset `begin`, typographic characters
    /// replaced.
    pub(crate) fn part(source: SourceId, text: &'t str, begin: usize) -> Self {
        let rewritten = Rewriter::rewrite(text, Rewriter::run);
        Self::rewritten(source, text, begin, rewritten)
    }

    /// The same for what an export prints: only what copying makes of blanks, and characters
    /// without a width, are replaced. Everything else is data there, in which a server may have
    /// such a character.
    pub(crate) fn of_export(source: SourceId, text: &'t str, begin: usize) -> Self {
        let rewritten = Rewriter::rewrite(text, Rewriter::run_over_export);
        Self::rewritten(source, text, begin, rewritten)
    }

    /// The text as it was rewritten, or as it stands where that was not needed.
    fn rewritten(
        source: SourceId,
        text: &'t str,
        begin: usize,
        rewritten: Option<(String, Vec<Replaced>)>,
    ) -> Self {
        let (content, replaced) = match rewritten {
            Some((text, replaced)) => (Cow::Owned(text), replaced),
            None => (Cow::Borrowed(text), Vec::new()),
        };
        Self {
            source,
            begin,
            content,
            replaced,
        }
    }

    /// The text of `source` as it stands: in settings, which nobody types from a document, a
    /// typographic character is data.
    pub(crate) fn verbatim(source: SourceId, text: &'t str) -> Self {
        Self::verbatim_part(source, text, 0)
    }

    /// The same for the part of a source's text that begins at the offset `begin`.
    pub(crate) fn verbatim_part(source: SourceId, text: &'t str, begin: usize) -> Self {
        Self {
            source,
            begin,
            content: Cow::Borrowed(text),
            replaced: Vec::new(),
        }
    }

    /// What is to be read.
    pub(crate) fn as_str(&self) -> &str {
        &self.content
    }

    /// It is read as it was given.
    pub(crate) fn is_verbatim(&self) -> bool {
        self.replaced.is_empty()
    }

    /// The source it came from.
    pub(crate) fn source(&self) -> SourceId {
        self.source
    }

    /// Where `start..end` of the text that is read stands in the source.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(
            self.source,
            self.begin + self.original(start, |replaced| replaced.at + replaced.by.len() <= start),
            self.begin + self.original(end, |replaced| replaced.at < end),
        )
    }

    /// The offset in the part as it was given, counting on from the last replaced character that
    /// `is_before` accepts.
    fn original(&self, offset: usize, is_before: impl Fn(&Replaced) -> bool) -> usize {
        let count = self.replaced.partition_point(is_before);
        match count.checked_sub(1).map(|last| self.replaced[last]) {
            Some(last) => {
                last.original + last.character.len_utf8() + offset - last.at - last.by.len()
            }
            None => offset,
        }
    }

    /// The characters replaced before `end` of the text that is read, except the first `seen`.
    pub(crate) fn replaced(&self, seen: usize, end: usize) -> &[Replaced] {
        let count = self.replaced.partition_point(|replaced| replaced.at < end);
        &self.replaced[seen.min(count)..count]
    }

    /// The characters replaced in `start..end` of the text that is read, and those without a
    /// width at its end.
    pub(crate) fn replaced_in(&self, start: usize, end: usize) -> &[Replaced] {
        let first = self
            .replaced
            .partition_point(|replaced| replaced.at < start);
        let in_it = |replaced: &Replaced| replaced.at + replaced.by.len() <= end;
        let count = self.replaced[first..].partition_point(in_it);
        &self.replaced[first..first + count]
    }

    /// The offset in the source of one in a text that is read as it was given.
    pub(crate) fn offset(&self, at: usize) -> u32 {
        u32::try_from(self.begin + at).unwrap_or(u32::MAX)
    }

    /// The place of a replaced character.
    pub(crate) fn span_of(&self, replaced: &Replaced) -> Span {
        let start = self.begin + replaced.original;
        Span::new(self.source, start, start + replaced.character.len_utf8())
    }
}

/// The lines of a text, each with the character that ends it: LF or CR, so that CR LF ends
/// a line and an empty one.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes());
    ends.map(|end| end + 1).chain([text.len()]).map(move |end| {
        let line = start..end;
        start = end;
        line
    })
}

/// Those of its [`lines`] that hold a word; the others are not looked at one by one.
pub(crate) fn lines_with<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut end = 0;
    let hits = memchr::memmem::find_iter(bytes, word);
    hits.filter_map(move |at| {
        // The line may hold it twice.
        let between = bytes.get(end..at)?;
        let before = memchr::memrchr2(b'\n', b'\r', between);
        let start = before.map_or(end, |before| end + before + 1);
        let rest = memchr::memchr2(b'\n', b'\r', &bytes[at..]);
        end = rest.map_or(bytes.len(), |rest| at + rest + 1);
        Some(start..end)
    })
}

/// A part of an export's text as it was before it was copied.
pub(crate) fn copied(text: &str) -> Cow<'_, str> {
    match Rewriter::rewrite(text, Rewriter::run_over_export) {
        Some((text, _)) => Cow::Owned(text),
        None => Cow::Borrowed(text),
    }
}

/// The lines of a text by which its kind is told.
pub(crate) fn beginning(text: &str) -> &str {
    const LINES: usize = 2000;
    let end = lines(text).nth(LINES).map_or(text.len(), |line| line.start);
    &text[..end]
}

/// What kinds of typographic characters there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    DoubleQuote,
    SingleQuote,
    Dash,
    Blank,
    /// No width: zero-width space and joiners, soft hyphen, direction marks, a byte order mark.
    Invisible,
}

fn kind(character: char) -> Option<Kind> {
    Some(match character {
        '\u{201c}'..='\u{201f}' | '\u{2033}' => Kind::DoubleQuote,
        '\u{2018}'..='\u{201b}' | '\u{2032}' => Kind::SingleQuote,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Kind::Dash,
        '\u{85}'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Kind::Blank,
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => Kind::Invisible,
        _ => return None,
    })
}

/// The name a person would search for.
pub(crate) fn name_of(character: char) -> &'static str {
    match (kind(character), character) {
        (Some(Kind::DoubleQuote | Kind::SingleQuote), _) => "curly quote",
        (Some(Kind::Dash), '\u{2014}') => "em dash",
        (Some(Kind::Dash), '\u{2013}') => "en dash",
        (Some(Kind::Dash), _) => "typographic dash",
        (Some(Kind::Blank), '\u{a0}' | '\u{202f}') => "no-break space",
        (Some(Kind::Blank), _) => "typographic space",
        (Some(Kind::Invisible), '\u{ad}') => "soft hyphen",
        _ => "zero-width character",
    }
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

/// Where the rewriter stands in a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where syntax is expected.
    Plain,
    Comment,
    /// In a quoted string that the character of this kind (or an ASCII quote) closes;
    /// `None`: an ASCII quote alone.
    Quoted(Option<Kind>),
}

/// Copies a text, replacing typographic characters outside comments and quoted strings.
struct Rewriter<'t> {
    from: &'t str,
    to: String,
    replaced: Vec<Replaced>,
    /// Everything before this offset of `from` is in `to`.
    copied: usize,
}

impl<'t> Rewriter<'t> {
    fn rewrite(from: &'t str, run: impl Fn(&mut Self)) -> Option<(String, Vec<Replaced>)> {
        // The first bytes of all characters that `kind` knows.
        if from.is_ascii() {
            return None;
        }
        if !from
            .bytes()
            .any(|byte| matches!(byte, 0xc2 | 0xe1..=0xe3 | 0xef))
        {
            return None;
        }
        let mut rewriter = Self {
            from,
            to: String::new(),
            replaced: Vec::new(),
            copied: 0,
        };
        run(&mut rewriter);
        if rewriter.replaced.is_empty() {
            return None;
        }
        rewriter.to.push_str(&from[rewriter.copied..]);
        Some((rewriter.to, rewriter.replaced))
    }

    /// Replaces blanks and characters without a width wherever they stand.
    fn run_over_export(&mut self) {
        for (at, character) in self.from.char_indices() {
            match kind(character) {
                Some(Kind::Blank) => self.replace(at, character, " "),
                Some(Kind::Invisible) => self.replace(at, character, ""),
                _ => {}
            }
        }
    }

    fn run(&mut self) {
        let mut place = Place::Plain;
        let mut at_boundary = true;
        let mut characters = self.from.char_indices();
        while let Some((at, character)) = characters.next() {
            if is_line_end(character) {
                place = Place::Plain;
                at_boundary = true;
                continue;
            }
            match place {
                Place::Comment => continue,
                _ if character == '\\' => {
                    // The escaped character is data, whatever it is.
                    if self.from[at + 1..].starts_with(|next| !is_line_end(next)) {
                        characters.next();
                    }
                }
                Place::Quoted(closing) => {
                    if character == '"' {
                        place = Place::Plain;
                    } else if closing.is_some() && kind(character) == closing {
                        self.replace(at, character, "\"");
                        place = Place::Plain;
                    }
                }
                Place::Plain => place = self.plain(at, character, at_boundary),
            }
            at_boundary = matches!(character, ' ' | '\t' | '(' | ')' | '"')
                || kind(character) == Some(Kind::Blank);
        }
    }

    fn plain(&mut self, at: usize, character: char, at_boundary: bool) -> Place {
        match character {
            ';' => return Place::Comment,
            '"' => {
                let closes = !self.line_has(at, |next| next == '"')
                    && self.line_has(at, |next| kind(next) == Some(Kind::DoubleQuote));
                return Place::Quoted(closes.then_some(Kind::DoubleQuote));
            }
            _ => {}
        }
        match kind(character) {
            None => {}
            Some(Kind::Dash) => self.replace(at, character, "-"),
            Some(Kind::Blank) => self.replace(at, character, " "),
            Some(Kind::Invisible) => self.replace(at, character, ""),
            Some(Kind::DoubleQuote) => {
                self.replace(at, character, "\"");
                return Place::Quoted(Some(Kind::DoubleQuote));
            }
            Some(Kind::SingleQuote) => {
                // A pair around a field is meant as quotes, one inside a word as an apostrophe.
                if at_boundary && self.line_has(at, |next| kind(next) == Some(Kind::SingleQuote)) {
                    self.replace(at, character, "\"");
                    return Place::Quoted(Some(Kind::SingleQuote));
                }
                self.replace(at, character, "'");
            }
        }
        Place::Plain
    }

    /// Whether such a character follows in the line of the character at `at`.
    fn line_has(&self, at: usize, is_it: impl Fn(char) -> bool) -> bool {
        self.from[at..]
            .chars()
            .skip(1)
            .take_while(|next| !is_line_end(*next))
            .any(is_it)
    }

    fn replace(&mut self, at: usize, character: char, by: &'static str) {
        self.to.push_str(&self.from[self.copied..at]);
        self.replaced.push(Replaced {
            character,
            by,
            at: self.to.len(),
            original: at,
        });
        self.to.push_str(by);
        self.copied = at + character.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Origin, Source, Sources};

    fn read(text: &str) -> String {
        let id = Sources::new().add(Source::new("t", Origin::Stdin, ""));
        Text::part(id, text, 0).as_str().to_owned()
    }

    #[test]
    fn lines_with_a_word_are_the_lines_that_hold_it() {
        for text in [
            "",
            "ab",
            "ab\n",
            "x\r\nab ab\r\n\r\nab\nx\nyab",
            "\nab\rab\r\nab",
            "b\na\nxab abx\nb",
        ] {
            let holds = |line: &Range<usize>| text[line.clone()].contains("ab");
            let expected: Vec<_> = lines(text).filter(holds).collect();
            assert_eq!(
                lines_with(text, "ab").collect::<Vec<_>>(),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn typographic_characters_are_read_as_what_they_stand_for() {
        for (text, expected) in [
            ("a\u{a0}A 1", "a A 1"),
            ("a\u{200b}b A 1", "ab A 1"),
            ("a\u{2013}b A 1", "a-b A 1"),
            (
                "\u{201c}S\u{201d} \u{201c}SIP+D2U\u{201d}",
                "\"S\" \"SIP+D2U\"",
            ),
            ("\u{2018}S\u{2019} x", "\"S\" x"),
            ("anna\u{2019}s A 1", "anna's A 1"),
            ("x \"S\u{201d} y", "x \"S\" y"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn in_exports_only_blanks_and_what_has_no_width_is_replaced() {
        for (text, expected) in [
            ("a\u{a0}; \"\u{200b}b\"", "a ; \"b\""),
            (
                "anna\u{2019}s\u{2013}\u{201c}",
                "anna\u{2019}s\u{2013}\u{201c}",
            ),
        ] {
            assert_eq!(copied(text), expected);
        }
        let id = Sources::new().add(Source::new("t", Origin::Stdin, ""));
        let text = Text::of_export(id, "a\u{a0}b\u{200b} c", 0);
        let count = |start, end| text.replaced_in(start, end).len();
        assert_eq!(
            [count(0, 1), count(0, 2), count(2, 3), count(4, 5)],
            [0, 1, 1, 0]
        );
    }

    #[test]
    fn comments_quoted_strings_and_other_letters_stay() {
        for text in [
            "a A 1 ; \u{201c}piper\u{201d}\u{a0}\u{2013}",
            "a TXT \"\u{201c}piper\u{201d} \u{2013} x\"",
            "a TXT \"x\\\"\u{a0}\"",
            "b\u{fc}ro A 1",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn spans_point_into_the_text_as_given() {
        let sources = Sources::new();
        let given = "a\u{a0}\u{200b}A \u{201c}x\u{201d} b";
        let id = sources.add(Source::new("t", Origin::Stdin, given));
        let text = Text::part(id, given, 0);
        for (word, expected) in [
            ("A", "A"),
            ("x", "x"),
            ("\"x\"", "\u{201c}x\u{201d}"),
            ("b", "b"),
        ] {
            let at = text.as_str().find(word).expect("the word is in the text");
            assert_eq!(sources.text(text.span(at, at + word.len())), expected);
        }
        let places: Vec<_> = text
            .replaced(1, usize::MAX)
            .iter()
            .map(|replaced| sources.text(text.span_of(replaced)))
            .collect();
        assert_eq!(places, ["\u{200b}", "\u{201c}", "\u{201d}"]);
    }
}
