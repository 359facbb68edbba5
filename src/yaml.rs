//! YAML that people write for the program: settings and pages of rules, with a place for
//! every value.
//!
//! The parser's events become a tree of [`Node`]s; a [`Shape`](shape::Shape) says what the
//! tree may hold. Anchors and aliases are refused, so that no text is larger than it looks,
//! and nesting is limited.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::source::{Fault, SourceId, Sources, Span, Spanned};

pub mod shape;

/// The deepest nesting of lists and mappings.
const MAX_DEPTH: usize = 32;

/// The largest text that is read, in bytes: nobody writes more settings by hand.
const MAX_BYTES: usize = 1 << 20;

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Its text; of a list or mapping from its first value to its last.
    pub span: Span,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A key with nothing behind it, `~` or `null`.
    Nothing,
    /// Text, a number, a word: what it means is for its reader to say.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// Keys with their values, in the order of the text.
    Mapping(Vec<(Spanned<String>, Node)>),
}

/// A single value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Without quotes and indentation.
    pub text: String,
    /// The text stands in the source as it is, but for line ends and indentation.
    verbatim: bool,
}

impl Node {
    /// What kind of value it is, for people.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Nothing => "nothing",
            Value::Scalar(_) => "a single value",
            Value::List(_) => "a list",
            Value::Mapping(_) => "keys with values",
        }
    }

    /// The text of a scalar; empty for anything else.
    pub fn text(&self) -> &str {
        match &self.value {
            Value::Scalar(scalar) => &scalar.text,
            _ => "",
        }
    }

    /// The text of a scalar with its place.
    pub fn spanned(&self) -> Spanned<String> {
        Spanned::new(self.text().to_owned(), self.span)
    }

    /// The values of a list; a single value is a list of one.
    pub fn list(&self) -> &[Node] {
        match &self.value {
            Value::List(list) => list,
            Value::Nothing => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The keys and values of a mapping; none for anything else.
    pub fn entries(&self) -> &[(Spanned<String>, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a mapping's key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|(name, _)| name.value == key)
            .map(|(_, node)| node)
    }

    /// The place of a part of a scalar's text, in bytes of it; the whole scalar where quotes
    /// and escapes make the text another than its source.
    pub fn part(&self, sources: &Sources, start: usize, end: usize) -> Span {
        let Value::Scalar(scalar) = &self.value else {
            return self.span;
        };
        if !scalar.verbatim {
            return self.span;
        }
        let written = sources.text(self.span);
        // Both texts have the same characters, but for indentation and line ends.
        let mut places = written.char_indices();
        let mut found = None;
        let mut last = 0;
        for (at, character) in scalar.text.char_indices() {
            if at >= end && found.is_some() {
                break;
            }
            let same =
                |written: char| written == character || (written == '\n' && character == ' ');
            let Some((place, written)) = places.find(|(_, written)| same(*written)) else {
                break;
            };
            last = place + written.len_utf8();
            if at >= start && found.is_none() {
                found = Some(place);
            }
        }
        let base = self.span.range().start;
        let from = found.unwrap_or(last);
        Span::new(self.span.source, base + from, base + last.max(from))
    }
}

/// A file's bytes, of a larger one only so many that [`read`] can tell.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe waits for its writer, and a device may never end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads the one document of a source; `None` where there is none but comments.
pub fn read(sources: &Sources, source: SourceId) -> Result<Option<Node>, Fault> {
    let text = &sources.get(source).text;
    if text.len() > MAX_BYTES {
        let message = format!("it is larger than {MAX_BYTES} bytes");
        return Err(Fault::new(Span::new(source, 0, 1), message));
    }
    Composer {
        source,
        text,
        offsets: text.char_indices().map(|(offset, _)| offset).collect(),
        open: Vec::new(),
        root: None,
    }
    .compose()
}

/// A list or mapping whose end is not reached yet.
struct Open {
    node: Node,
    /// The key whose value comes next.
    key: Option<Spanned<String>>,
}

struct Composer<'t> {
    source: SourceId,
    text: &'t str,
    /// Byte offsets of characters: the parser counts these.
    offsets: Vec<usize>,
    open: Vec<Open>,
    root: Option<Node>,
}

impl Composer<'_> {
    fn compose(mut self) -> Result<Option<Node>, Fault> {
        let mut parser = Parser::new_from_str(self.text);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, place) = event.map_err(|error| self.malformed(&error))?;
            let span = self.span(place);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        let message = "a second document begins here";
                        return Err(Fault::new(span, message)
                            .help("one file holds one document: remove this line"));
                    }
                }
                Event::Scalar(text, style, anchor, _) => {
                    self.plain_only(anchor, span)?;
                    let nothing = style == ScalarStyle::Plain
                        && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                    let verbatim = match style {
                        ScalarStyle::DoubleQuoted => !self.text[span.range()].contains('\\'),
                        ScalarStyle::SingleQuoted => !text.contains('\''),
                        _ => true,
                    };
                    let text = text.into_owned();
                    let value = if nothing {
                        Value::Nothing
                    } else {
                        Value::Scalar(Scalar { text, verbatim })
                    };
                    self.add(Node { value, span })?;
                }
                Event::SequenceStart(anchor, _) => {
                    self.plain_only(anchor, span)?;
                    self.begin(Value::List(Vec::new()), span)?;
                }
                Event::MappingStart(anchor, _) => {
                    self.plain_only(anchor, span)?;
                    self.begin(Value::Mapping(Vec::new()), span)?;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some(Open { node, .. }) = self.open.pop() {
                        self.add(node)?;
                    }
                }
                Event::Alias(_) => self.plain_only(1, span)?,
                _ => {}
            }
        }
        Ok(self.root)
    }

    fn begin(&mut self, value: Value, span: Span) -> Result<(), Fault> {
        if self.open.len() == MAX_DEPTH {
            let message = format!("lists and keys are nested more than {MAX_DEPTH} deep");
            return Err(Fault::new(span, message));
        }
        self.open.push(Open {
            node: Node { value, span },
            key: None,
        });
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        let span = node.span;
        match &mut open.node.value {
            Value::List(list) => list.push(node),
            Value::Mapping(entries) => {
                if let Some(key) = open.key.take() {
                    entries.push((key, node));
                } else {
                    let Value::Scalar(scalar) = node.value else {
                        return Err(Fault::new(span, "a key is a single word"));
                    };
                    if entries.iter().any(|(key, _)| key.value == scalar.text) {
                        let message = format!("`{}` is given twice", scalar.text);
                        return Err(Fault::new(span, message).help("write it once"));
                    }
                    open.key = Some(Spanned::new(scalar.text, span));
                }
            }
            Value::Nothing | Value::Scalar(_) => {}
        }
        open.node.span = open.node.span.to(span);
        Ok(())
    }

    fn plain_only(&self, anchor: usize, span: Span) -> Result<(), Fault> {
        if anchor == 0 {
            return Ok(());
        }
        // The place of an anchored value is the value's: the anchor stands before it.
        let before = self.text[..span.range().start].trim_end();
        let start = before
            .rfind(['&', '*', '\n'])
            .filter(|at| before[*at..].starts_with(['&', '*']));
        let span = start.map_or(span, |start| Span::new(self.source, start, before.len()));
        Err(Fault::new(span, "anchors and aliases are not read here")
            .help("write the value itself"))
    }

    fn malformed(&self, error: &saphyr_parser::ScanError) -> Fault {
        let at = self.offset(error.marker().index());
        let span = Span::new(self.source, at, at + 1);
        Fault::new(span, format!("this is no YAML: {}", error.info()))
    }

    fn offset(&self, characters: usize) -> usize {
        let offset = self.offsets.get(characters).copied();
        offset.unwrap_or(self.text.len())
    }

    /// The place of an event, without the blanks and line ends the parser puts behind it.
    fn span(&self, place: saphyr_parser::Span) -> Span {
        let start = self.offset(place.start.index());
        let end = self.offset(place.end.index()).max(start);
        let length = self.text[start..end].trim_end().len();
        Span::new(self.source, start, start + length)
    }
}

#[cfg(test)]
mod tests;
