//! Master-file text to fields (RFC 1035 5.1): quotes, escapes, parentheses, comments.
//!
//! The lexer never fails and never loses a line: what is unterminated becomes a [`LexFault`]
//! of its entry, and reading resumes where the next record begins. One pass, no allocation
//! for each entry: fields borrow from the text, and the caller hands the same [`Entry`] in
//! again and again.

use smallvec::SmallVec;

use super::record_type;

/// As many fields as most records have at most.
const USUAL_FIELDS: usize = 12;

/// The most fields an entry can have: RDATA ends at 65,535 octets.
const MAX_FIELDS: usize = 1 << 17;

/// One field as it was written, escapes untouched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    /// The field; of a quoted one what stands between the quotes.
    pub(crate) text: &'t str,
    /// Offset of the first byte of the field in the text that is read.
    pub(crate) start: usize,
    /// Offset behind its last byte.
    pub(crate) end: usize,
    /// Stands in quotes.
    pub(crate) quoted: bool,
    /// `text` is not what stands at `start..end` but was made from it (`$GENERATE`).
    pub(crate) made: bool,
}

impl Token<'_> {
    /// The field is this word, unquoted, in any case.
    pub(crate) fn is(&self, word: &str) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(word)
    }

    /// The field begins as numbers and times do.
    pub(crate) fn begins_with_digit(&self) -> bool {
        self.text.starts_with(|first: char| first.is_ascii_digit())
    }
}

/// What is wrong with the form of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LexFault {
    /// A quote without an end on its line.
    UnterminatedQuote,
    /// A parenthesis that is opened and never closed.
    UnclosedParenthesis,
    /// A parenthesis that closes nothing.
    StrayParenthesis,
    /// More fields than any record can have.
    TooManyFields,
}

/// One record or directive: a line, or the lines that parentheses join.
#[derive(Debug, Default)]
pub(crate) struct Entry<'t> {
    /// The fields, owner first unless `indented`.
    pub(crate) tokens: SmallVec<[Token<'t>; USUAL_FIELDS]>,
    /// The line begins with a blank: the owner is that of the record before.
    pub(crate) indented: bool,
    /// The first fault and its place: offset and length.
    pub(crate) fault: Option<(LexFault, usize, usize)>,
    /// The text ends in this entry, without a line end.
    pub(crate) cut: bool,
}

impl Entry<'_> {
    fn clear(&mut self) {
        self.tokens.clear();
        self.indented = false;
        self.fault = None;
        self.cut = false;
    }

    fn set_fault(&mut self, fault: LexFault, start: usize, len: usize) {
        self.fault.get_or_insert((fault, start, len));
    }
}

/// What a byte means outside quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Escape,
    Blank,
    LineEnd,
    Quote,
    Comment,
    Open,
    Close,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Word; 256];
    classes[b'\\' as usize] = Class::Escape;
    classes[b' ' as usize] = Class::Blank;
    classes[b'\t' as usize] = Class::Blank;
    classes[b'\n' as usize] = Class::LineEnd;
    classes[b'\r' as usize] = Class::LineEnd;
    classes[b'"' as usize] = Class::Quote;
    classes[b';' as usize] = Class::Comment;
    classes[b'(' as usize] = Class::Open;
    classes[b')' as usize] = Class::Close;
    classes
};

/// Reads entries one after the other.
pub(crate) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Offsets of the parentheses that are never closed, found when the text ended inside
    /// the first of them. Knowing them all, the lexer reads to the end in vain only once.
    unclosed: Vec<usize>,
}

impl<'t> Lexer<'t> {
    /// A lexer at the beginning of a text.
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            unclosed: Vec::new(),
        }
    }

    /// Offset behind what was read.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Goes on behind what somebody else has read.
    pub(crate) fn skip_to(&mut self, offset: usize) {
        self.at = offset;
    }

    /// Reads the next entry that has a field or a fault; `false` at the end of the text.
    pub(crate) fn next(&mut self, entry: &mut Entry<'t>) -> bool {
        while self.at < self.text.len() {
            let begin = self.at;
            entry.clear();
            if let Err(unclosed) = self.read(entry) {
                self.unclosed = unclosed;
                self.at = begin;
                entry.clear();
                // With the offsets known this call ends the entry before the end of the text.
                let _ = self.read(entry);
            }
            if !entry.tokens.is_empty() || entry.fault.is_some() {
                return true;
            }
        }
        false
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads one entry; where the text ends inside parentheses not yet known as unclosed,
    /// their offsets.
    fn read(&mut self, entry: &mut Entry<'t>) -> Result<(), Vec<usize>> {
        entry.indented = matches!(self.byte(), Some(b' ' | b'\t'));
        let mut open: Vec<usize> = Vec::new();
        loop {
            let Some(byte) = self.byte() else {
                entry.cut = !self.text.ends_with(['\n', '\r']);
                if self.is_never_closed(&open) {
                    entry.set_fault(LexFault::UnclosedParenthesis, open[0], 1);
                    return Ok(());
                }
                return if open.is_empty() { Ok(()) } else { Err(open) };
            };
            match CLASSES[usize::from(byte)] {
                Class::Word | Class::Escape => self.word(entry),
                Class::Blank => self.at += 1,
                Class::LineEnd => {
                    self.at += 1;
                    if open.is_empty() {
                        return Ok(());
                    }
                    if self.is_never_closed(&open) && starts_record(&self.text[self.at..]) {
                        entry.set_fault(LexFault::UnclosedParenthesis, open[0], 1);
                        return Ok(());
                    }
                }
                Class::Quote => self.quoted(entry),
                Class::Comment => self.at = self.line_end(self.at),
                Class::Open => {
                    open.push(self.at);
                    self.at += 1;
                }
                Class::Close => {
                    if open.pop().is_none() {
                        entry.set_fault(LexFault::StrayParenthesis, self.at, 1);
                    }
                    self.at += 1;
                }
            }
        }
    }

    fn is_never_closed(&self, open: &[usize]) -> bool {
        open.first()
            .is_some_and(|first| self.unclosed.binary_search(first).is_ok())
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr2(b'\n', b'\r', &self.text.as_bytes()[from..])
            .map_or(self.text.len(), |length| from + length)
    }

    fn word(&mut self, entry: &mut Entry<'t>) {
        let start = self.at;
        while let Some(byte) = self.byte() {
            match CLASSES[usize::from(byte)] {
                Class::Word => self.at += 1,
                Class::Escape => {
                    self.at += 1;
                    if self.byte().is_some_and(|next| !is_line_end(next)) {
                        self.at += 1;
                    }
                }
                _ => break,
            }
        }
        self.push(entry, start, self.at, false);
    }

    fn quoted(&mut self, entry: &mut Entry<'t>) {
        let open = self.at;
        self.at += 1;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    self.push(entry, open + 1, self.at, true);
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    self.at += 1;
                    if self.byte().is_some_and(|next| !is_line_end(next)) {
                        self.at += 1;
                    }
                }
                b'\n' | b'\r' => break,
                _ => self.at += 1,
            }
        }
        entry.set_fault(LexFault::UnterminatedQuote, open, 1);
        self.push(entry, open + 1, self.at, true);
        if let Some(close) = self.continued_quote() {
            self.at = close + 1;
        }
    }

    /// A quoted string that was broken over two lines: the offset of the quote that ends it
    /// in the next line. A line that opens and closes its quotes by itself is left alone.
    fn continued_quote(&self) -> Option<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let line_end = match rest {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => return None,
        };
        let start = self.at + line_end;
        let line = &self.text.as_bytes()[start..self.line_end(start)];
        let mut quotes = memchr::memchr_iter(b'"', line);
        let first = quotes.next()?;
        let is_last_of_string = match line.get(first + 1) {
            None => true,
            Some(next) => matches!(next, b' ' | b'\t' | b')' | b';'),
        };
        let opens_no_string = first > 0 && !matches!(line[first - 1], b' ' | b'\t' | b'(');
        (is_last_of_string && opens_no_string && quotes.count().is_multiple_of(2))
            .then_some(start + first)
    }

    fn push(&self, entry: &mut Entry<'t>, start: usize, end: usize, quoted: bool) {
        if entry.tokens.len() == MAX_FIELDS {
            entry.set_fault(LexFault::TooManyFields, start, end - start);
            return;
        }
        entry.tokens.push(Token {
            text: &self.text[start..end],
            start,
            end,
            quoted,
            made: false,
        });
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether a line inside parentheses that are never closed looks like the next record or
/// directive, rather than like more data of the record that opened them.
fn starts_record(rest: &str) -> bool {
    let line = rest.split(['\n', '\r', ';']).next().unwrap_or_default();
    if line.starts_with('$') {
        return true;
    }
    let is_indented = line.starts_with([' ', '\t']);
    let mut words = line.split_ascii_whitespace();
    if !is_indented {
        words.next();
    }
    let words: [&str; 4] = std::array::from_fn(|_| words.next().unwrap_or_default());
    // TTL and class may stand before the type, and data follows it.
    let has_type = words
        .windows(2)
        .any(|pair| record_type::from_mnemonic(pair[0]).is_some() && !pair[1].is_empty());
    has_type || (!is_indented && !words[1].is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields, fault and its place.
    type Seen<'t> = (Vec<&'t str>, Option<(LexFault, usize)>);

    fn entries(text: &str) -> Vec<Seen<'_>> {
        let mut lexer = Lexer::new(text);
        let mut entry = Entry::default();
        let mut list = Vec::new();
        while lexer.next(&mut entry) {
            let words = entry.tokens.iter().map(|token| token.text).collect();
            list.push((words, entry.fault.map(|(fault, start, _)| (fault, start))));
        }
        list
    }

    #[test]
    fn fields_end_at_blanks_quotes_comments_and_parentheses() {
        for (text, expected) in [
            ("a A 1;x", vec!["a", "A", "1"]),
            ("a(A 1)", vec!["a", "A", "1"]),
            ("a TXT foo\"b c\"d", vec!["a", "TXT", "foo", "b c", "d"]),
            ("a\\ b\\;c A", vec!["a\\ b\\;c", "A"]),
            ("a \"x;\\\"(\" \"\"", vec!["a", "x;\\\"(", ""]),
            ("a ( ( 1\r\n2 ) ; c\n 3 )", vec!["a", "1", "2", "3"]),
            ("\n ; only a comment\n \t\na", vec!["a"]),
            ("a\\", vec!["a\\"]),
        ] {
            assert_eq!(entries(text), [(expected, None)], "{text}");
        }
    }

    #[test]
    fn an_indented_entry_says_so() {
        let mut lexer = Lexer::new(" A 1\nb A 2");
        let mut entry = Entry::default();
        assert!(lexer.next(&mut entry) && entry.indented && !entry.cut);
        assert!(lexer.next(&mut entry) && !entry.indented && entry.cut);
    }

    #[test]
    fn an_unterminated_quote_ends_with_its_line() {
        let unterminated = Some((LexFault::UnterminatedQuote, 6));
        assert_eq!(
            entries("a TXT \"x y\nb A 1\n"),
            [
                (vec!["a", "TXT", "x y"], unterminated),
                (vec!["b", "A", "1"], None)
            ]
        );
        // Two lines with the same fault are two faults.
        assert_eq!(entries("a TXT \"x\nb TXT \"y\n").len(), 2);
        // A string that was broken by a line end is one.
        assert_eq!(
            entries("a TXT \"x\ny\" \"z\"\nb A 1\n"),
            [
                (vec!["a", "TXT", "x", "z"], unterminated),
                (vec!["b", "A", "1"], None)
            ]
        );
    }

    #[test]
    fn a_parenthesis_never_closed_hides_no_record() {
        let text = "@ SOA n h (\n 1 ; serial\n 2 3\n4\nb A 1\nc TXT ( x )\nd TXT ( y\n NS e\n";
        let unclosed = |start| Some((LexFault::UnclosedParenthesis, start));
        assert_eq!(
            entries(text),
            [
                (vec!["@", "SOA", "n", "h", "1", "2", "3", "4"], unclosed(10)),
                (vec!["b", "A", "1"], None),
                (vec!["c", "TXT", "x"], None),
                (vec!["d", "TXT", "y"], unclosed(text.rfind('(').unwrap())),
                (vec!["NS", "e"], None),
            ]
        );
    }

    #[test]
    fn many_parentheses_never_closed_are_read_in_linear_time() {
        let text = "a A ( 1\n".repeat(50_000);
        assert_eq!(entries(&text).len(), 50_000);
    }

    #[test]
    fn a_parenthesis_that_closes_nothing_is_a_fault_of_its_line() {
        assert_eq!(
            entries("a A 1 )\nb A 2\n"),
            [
                (vec!["a", "A", "1"], Some((LexFault::StrayParenthesis, 6))),
                (vec!["b", "A", "2"], None)
            ]
        );
    }
}
