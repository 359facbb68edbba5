//! Finds the attributes of an XML text with their places, in broken text too.
//!
//! An XML parser stops at the first fault. A configuration with a fault is still full of
//! settings that can be judged, so this scanner notes what is wrong and reads on. What is
//! well-formed is decided by roxmltree (see [`super::xml`]); the two agree on every
//! well-formed text, which a property test watches.

use std::cell::OnceCell;
use std::ops::Range;

use hashbrown::HashMap;
use memchr::{memchr, memchr2, memmem};

use super::{entity, parameter, recognise};

mod tag;

/// Elements nested deeper than this are not read: a handset's files use four levels.
pub(super) const MAX_DEPTH: usize = 256;

/// How the text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// As the specification says; right for well-formed text.
    Strict,
    /// The text is known to be broken: a closing quote may be missing.
    Recovering,
}

/// An attribute as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Its name.
    pub(super) name: Range<usize>,
    /// What stands between the quotes; empty for `""`.
    pub(super) value: Range<usize>,
}

/// Something that is not well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The smallest text that shows it.
    pub(super) at: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
    /// Another place that belongs to it.
    pub(super) related: Option<(Range<usize>, &'static str)>,
}

/// What was found in a text.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// In document order.
    pub(super) attributes: Vec<Attribute>,
    /// The fault that stands first in the text.
    pub(super) first_fault: Option<Fault>,
    /// All faults.
    pub(super) fault_count: usize,
    /// The text ends inside this: a tag's or element's name, a comment's beginning, a quote.
    pub(super) unfinished: Option<Range<usize>>,
    /// The first document type declaration that defines what is not read.
    pub(super) doctype: Option<Range<usize>>,
    /// The first element below [`MAX_DEPTH`]; nothing behind it was read.
    pub(super) too_deep: Option<Range<usize>>,
    /// Attributes of the element that has most.
    pub(super) most_attributes: usize,
    /// Names of settings that stand in text, where no parser takes them for attributes.
    pub(super) in_text: Vec<Range<usize>>,
}

/// An element whose end tag has not been met.
struct Open {
    name: Range<usize>,
    /// Its tag was not closed, so it may have been an empty element.
    unsure: bool,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    mode: Mode,
    open: Vec<Open>,
    root: Option<Range<usize>>,
    /// Names of the attributes of the tag being read.
    seen: HashMap<&'a str, Range<usize>>,
    /// Where the last `?>` stands, once that is known.
    last_end: OnceCell<Option<usize>>,
    found: Scan,
}

/// Reads a text from end to end, in linear time.
pub(super) fn scan(text: &str, mode: Mode) -> Scan {
    let mut scanner = Scanner {
        text,
        at: 0,
        mode,
        open: Vec::new(),
        root: None,
        seen: HashMap::new(),
        last_end: OnceCell::new(),
        found: Scan::default(),
    };
    scanner.document();
    scanner.found
}

/// Quotes that word processors, chats and PDF files put in place of `"` and `'`.
fn is_typographic_quote(character: char) -> bool {
    "“”„‟‘’‚‛«»‹›″′＂".contains(character)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// XML 1.0 production 5, generous above ASCII.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(begins_name) && text.chars().all(is_of_name)
}

fn begins_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || c == ':' || is_foreign(c)
}

/// A character that a name may have behind its first one.
pub(super) fn is_of_name(c: char) -> bool {
    begins_name(c) || c.is_ascii_digit() || c == '-' || c == '.'
}

fn is_foreign(character: char) -> bool {
    character >= '\u{b7}' && !is_typographic_quote(character)
}

impl<'a> Scanner<'a> {
    fn document(&mut self) {
        self.note_forbidden_character();
        while let Some(length) = memchr(b'<', self.rest().as_bytes()) {
            self.character_data(self.at..self.at + length);
            self.markup();
        }
        self.character_data(self.at..self.text.len());
        if self.found.too_deep.is_some() {
            return;
        }
        if let Some(open) = self.open.iter().rev().find(|open| !open.unsure) {
            self.found.unfinished.get_or_insert(open.name.clone());
        }
        if self.root.is_none() && self.found.fault_count == 0 && self.found.unfinished.is_none() {
            self.fault(
                0..1,
                "no element",
                "a handset reads settings from attributes of XML elements",
            );
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn slice(&self, range: &Range<usize>) -> &'a str {
        &self.text[range.clone()]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The range of the character at `offset`.
    fn character(&self, offset: usize) -> Range<usize> {
        let length = self.text[offset..].chars().next().map_or(0, char::len_utf8);
        offset..offset + length
    }

    fn end(&mut self) {
        self.at = self.text.len();
    }

    fn fault(&mut self, at: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.fault_with(at, message, help, None);
    }

    fn fault_with(
        &mut self,
        at: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
        related: Option<(Range<usize>, &'static str)>,
    ) {
        self.found.fault_count += 1;
        let is_first = self
            .found
            .first_fault
            .as_ref()
            .is_none_or(|first| at.start < first.at.start);
        if is_first {
            self.found.first_fault = Some(Fault {
                at,
                message: message.into(),
                help: help.into(),
                related,
            });
        }
    }

    /// The file ends inside what begins at `opening`.
    fn unfinished(&mut self, opening: Range<usize>) {
        self.found.unfinished.get_or_insert(opening);
        self.end();
    }

    /// XML 1.0 production 2; one finding for a whole text is enough.
    fn note_forbidden_character(&mut self) {
        let forbidden = |c: char| {
            (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
        };
        if let Some(at) = self.text.find(forbidden) {
            self.fault(
                self.character(at),
                "control character, which XML does not allow",
                "delete the character",
            );
        }
    }

    fn character_data(&mut self, range: Range<usize>) {
        let text = self.slice(&range);
        self.at = range.end;
        if self.open.is_empty() {
            let blank = |c: char| c.is_ascii() && is_blank(c as u8);
            if let Some(start) = text.find(|c| !blank(c)) {
                let length = text[start..].find(blank).unwrap_or(text.len() - start);
                let start = range.start + start;
                self.fault(
                    start..start + length,
                    "text outside the root element",
                    "one element must enclose everything else in the file",
                );
            }
            return;
        }
        if !text.trim_ascii().is_empty() {
            self.settings_in_text(text, range.start);
        }
        self.check_references(range.clone());
        if let Some(at) = memmem::find(text.as_bytes(), b"]]>") {
            let at = range.start + at;
            self.fault(at..at + 3, "`]]>` in text", "write `]]&gt;`");
        }
    }

    /// `<a.b>value</a.b>`, and `a.b="value"` outside of tags where nothing stands beside but what
    /// a tag may have: a remark may speak of a setting.
    fn settings_in_text(&mut self, text: &str, start: usize) {
        if let Some(open) = self.open.last()
            && self.found.in_text.last() != Some(&open.name)
            && parameter::find(self.slice(&open.name)).is_some()
        {
            self.found.in_text.push(open.name.clone());
        }
        let mut settings = Vec::new();
        let mut beside = String::new();
        let mut end = 0;
        for name in recognise::attribute_names(text) {
            let rest = &text[name.end..];
            let value = rest.trim_ascii_start().strip_prefix('=');
            let value = value.map_or("", str::trim_ascii_start);
            let Some(quote) = value.chars().next().filter(|first| "\"'".contains(*first)) else {
                continue;
            };
            if name.start < end || !recognise::is_setting(&text[name.clone()]) {
                continue;
            }
            beside += &text[end..name.start];
            beside.push(' ');
            let behind = value[1..]
                .split_once(quote)
                .map_or("", |(_, behind)| behind);
            end = text.len() - behind.len();
            settings.push(start + name.start..start + name.end);
        }
        beside += &text[end..];
        let is_of_tag = |c: char| c.is_whitespace() || matches!(c, '/' | '>');
        let mut words = beside.split(is_of_tag).filter(|word| !word.is_empty());
        if words.nth(1).is_none() {
            self.found.in_text.extend(settings);
        }
    }

    /// Every `&` begins a character reference or one of the five entities of XML.
    fn check_references(&mut self, range: Range<usize>) {
        let text = self.slice(&range);
        let mut from = 0;
        while let Some(at) = memchr(b'&', &text.as_bytes()[from..]) {
            let at = from + at;
            if entity::read(&text[at..]).is_none() && self.found.doctype.is_none() {
                let at = range.start + at;
                self.fault(
                    at..at + 1,
                    "`&` that begins no entity",
                    "write `&amp;` for the character `&`",
                );
            }
            from = at + 1;
        }
    }

    /// What a `<` begins.
    fn markup(&mut self) {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.comment();
        } else if rest.starts_with("<![CDATA[") {
            self.skip_past("]]>", 9);
        } else if rest.starts_with("<!DOCTYPE") {
            self.doctype();
        } else if rest.starts_with("<?") {
            self.instruction();
        } else if rest.starts_with("</") {
            self.end_tag();
        } else if rest[1..].starts_with(|c: char| is_name(c.encode_utf8(&mut [0; 4]))) {
            self.start_tag();
        } else {
            self.fault(
                self.at..self.at + 1,
                "`<` that begins no tag",
                "write `&lt;` for the character `<`, or complete the tag",
            );
            self.at += 1;
            if self.open.is_empty() {
                // What follows belongs to the broken tag: one fault is enough for it.
                self.at += memchr2(b'>', b'<', self.rest().as_bytes()).unwrap_or(0);
                self.at += usize::from(self.peek() == Some(b'>'));
            }
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let body = start + 4;
        let Some(length) = memmem::find(&self.text.as_bytes()[body..], b"-->") else {
            return self.unfinished(start..body);
        };
        // The two hyphens of the end may be part of a longer run.
        if let Some(at) = memmem::find(&self.text.as_bytes()[body..=body + length], b"--") {
            let at = body + at;
            self.fault(
                at..at + 2,
                "`--` inside a comment",
                "a comment ends at its first `--`: use other characters inside it",
            );
        }
        self.at = body + length + 3;
    }

    fn skip_past(&mut self, end: &str, opening: usize) {
        let start = self.at;
        let body = start + opening;
        match memmem::find(&self.text.as_bytes()[body..], end.as_bytes()) {
            Some(length) => self.at = body + length + end.len(),
            None => self.unfinished(start..body),
        }
    }

    /// Skips the declaration: entities that a file defines for itself are not expanded. What
    /// another file defines, handsets do not read either.
    fn doctype(&mut self) {
        let start = self.at;
        let mut depth = 0_u32;
        let mut quote = None;
        for (offset, byte) in self.rest().bytes().enumerate() {
            match (quote, byte) {
                (Some(open), close) if open == close => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'[') => depth += 1,
                (None, b']') => depth = depth.saturating_sub(1),
                (None, b'>') if depth == 0 => {
                    self.at = start + offset + 1;
                    let declaration = &self.text[start..self.at];
                    let defines = |what| memmem::find(declaration.as_bytes(), what).is_some();
                    if defines(b"<!ENTITY") || defines(b"<!ATTLIST") {
                        self.found.doctype.get_or_insert(start..start + 9);
                    }
                    return;
                }
                _ => {}
            }
        }
        self.unfinished(start..start + 9);
    }

    fn instruction(&mut self) {
        let start = self.at;
        let declaration = self.rest()[2..].starts_with("xml")
            && self.rest()[5..].starts_with(|c: char| c.is_ascii_whitespace() || c == '?');
        if declaration && start > 0 {
            self.fault(
                start..start + 5,
                "XML declaration behind the beginning of the file",
                "`<?xml` must be the first five characters of the file: delete what stands before it, blank lines too",
            );
        }
        let text = self.text.as_bytes();
        let last = self.last_end.get_or_init(|| memmem::rfind(text, b"?>"));
        // The question mark of `<?` is none of an end.
        let is_ended = last.is_some_and(|end| end > start + 1);
        if let Some(end) = memchr(b'>', &text[start..]).filter(|_| !is_ended) {
            self.at = start + end + 1;
            let help = "end it with `?>`";
            return self.fault(start + end..self.at, "`>` does not end a declaration", help);
        }
        self.skip_past("?>", 2);
    }
}
