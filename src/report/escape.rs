//! Texts of inputs inside the syntax of a format: the one home of escaping.
//!
//! Zones, handset configurations, logs, DNS answers and file names come from people nobody
//! vouches for, and reports are shown by programs that give characters a meaning: a browser,
//! a Markdown renderer, the runner of a CI service. What passes through here is text there
//! and nothing else. [`printable`] comes first everywhere, so that control characters and
//! bidirectional overrides are seen, and no text holds a line end.

use std::borrow::Cow;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::text::printable;

/// Text of HTML, also inside a quoted attribute.
pub fn html(text: &str) -> Cow<'_, str> {
    let text = printable(text);
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// Running text of Markdown, also in a table's cell and at the start of a line.
///
/// What GitHub and GitLab make of plain text is defused as well: `@name`, `#1`, `!1` and
/// addresses become no mentions and no links, `/close` at the start is no quick action. A
/// zero-width space does it, since both look at the rendered text; it is written `&#8203;`,
/// so that whoever reads the source sees it.
pub fn markdown(text: &str) -> String {
    let text = printable(text);
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    // A list, a numbered list, the line under a heading, a quick action.
    let marker: &[char] = if digits == 0 {
        &['+', '-', '=', '/', ':']
    } else {
        &['.', ')']
    };
    let escape = if rest.starts_with(marker) { "\\" } else { "" };
    format!("{number}{escape}{}", inline(rest))
}

/// Running text of Markdown that does not stand at the start of a line.
fn inline(text: &str) -> String {
    const NOTHING: &str = "&#8203;";
    let text = printable(text);
    let mut escaped = String::with_capacity(text.len() + text.len() / 4);
    for (at, character) in text.char_indices() {
        let rest = &text[at + character.len_utf8()..];
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Markup of CommonMark, then of GitHub and GitLab.
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' | '^' | '@' | '!' | '%' => {
                escaped.extend(['\\', character]);
            }
            _ => escaped.push(character),
        }
        let reference = "@#!~%$&".contains(character) && rest.starts_with(char::is_alphanumeric);
        let address = character == ':' && rest.starts_with("//");
        let web = rest.starts_with('.') && ends_with_www(&text[..at], character);
        if reference || address || web {
            escaped.push_str(NOTHING);
        }
    }
    escaped
}

/// Whether the text up to and with `last` ends with `www`.
fn ends_with_www(before: &str, last: char) -> bool {
    let w = |character: char| character.eq_ignore_ascii_case(&'w');
    w(last) && before.chars().rev().take(2).filter(|c| w(*c)).count() == 2
}

/// A name or value of an input as code in Markdown.
pub fn markdown_code(text: &str) -> String {
    let text = printable(text);
    // A code span cannot hold backticks in a way that all renderers agree on, nor a bar in a
    // table, and drops a blank at both ends.
    if text.contains(['`', '|', '\\'])
        || text.starts_with(' ')
        || text.ends_with(' ')
        || text.is_empty()
    {
        format!("<code>{}</code>", inline(&text))
    } else {
        format!("`{text}`")
    }
}

/// A message, whose names stand between backticks, in Markdown.
pub fn markdown_message(message: &str) -> String {
    let mut written = String::with_capacity(message.len() * 2);
    for (index, part) in parts(message).enumerate() {
        match part {
            Part::Text(text) if index == 0 => written.push_str(&markdown(text)),
            Part::Text(text) => written.push_str(&inline(text)),
            Part::Name(name) => written.push_str(&markdown_code(name)),
        }
    }
    written
}

/// A message, whose names stand between backticks, in HTML.
pub fn html_message(message: &str) -> String {
    let mut written = String::with_capacity(message.len() * 2);
    for part in parts(message) {
        match part {
            Part::Text(text) => written.push_str(&html(text)),
            Part::Name(name) => {
                let name = html(name);
                written.extend(["<code>", &*name, "</code>"]);
            }
        }
    }
    written
}

/// A part of a message.
enum Part<'m> {
    Text(&'m str),
    /// What stood between backticks.
    Name(&'m str),
}

/// The parts of a message; the first one is text. A backtick that nothing closes is text too.
fn parts(message: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = Some(message);
    let mut is_name = false;
    std::iter::from_fn(move || {
        let text = rest?;
        let opens = |from: usize| text[from..].find('`').map(|at| from + at);
        let (part, behind) = if is_name {
            // Where a name begins, its end was seen.
            let end = opens(1)?;
            (Part::Name(&text[1..end]), Some(&text[end + 1..]))
        } else {
            match opens(0).filter(|start| opens(start + 1).is_some()) {
                Some(start) => (Part::Text(&text[..start]), Some(&text[start..])),
                None => (Part::Text(text), None),
            }
        };
        is_name = !is_name;
        rest = behind;
        Some(part)
    })
}

/// Lines of an input as a block of code in Markdown, with its line ends.
pub fn markdown_block(lines: &str) -> String {
    let longest = lines
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let mut block = format!("{fence}text\n");
    for line in lines.lines() {
        block.push_str(&printable(line));
        block.push('\n');
    }
    block.push_str(&fence);
    block.push('\n');
    block
}

/// The message of a workflow command of GitHub Actions. Line ends of our own stay line ends.
pub fn workflow_data(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(printable).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property of a workflow command of GitHub Actions, such as a file's name.
pub fn workflow_property(text: &str) -> String {
    workflow_data(&text.replace(['\r', '\n'], "\u{240a}"))
        .replace(':', "%3A")
        .replace(',', "%2C")
}

/// What may stand in a path of a URI as it is (RFC 3986, section 3.3, `pchar` less what
/// renderers or shells give a meaning to).
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A source's name as a URI reference: relative where the name is, else `file:///…`.
pub fn uri(path: &str) -> String {
    let encoded = utf8_percent_encode(path, IN_PATH);
    let on_a_drive =
        matches!(path.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic());
    match path.strip_prefix("//") {
        // A share of Windows: the host comes first.
        Some(share) => format!("file://{}", utf8_percent_encode(share, IN_PATH)),
        None if on_a_drive => {
            format!(
                "file:///{}:{}",
                &path[..1],
                utf8_percent_encode(&path[2..], IN_PATH)
            )
        }
        None if path.starts_with('/') => format!("file://{encoded}"),
        None => encoded.to_string(),
    }
}

/// The syntax of what [`Inert`] passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Text for people, Markdown included.
    Text,
    /// XML: what is to be inert stands in attributes and text.
    Xml,
}

/// Lets `write` write lines of a syntax so that no CI runner obeys them, see [`Inert`].
pub fn inert<T>(
    out: &mut dyn Write,
    syntax: Syntax,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> io::Result<T> {
    let mut out = Inert::new(out, syntax);
    let written = write(&mut out)?;
    out.finish().map(|()| written)
}

/// Passes lines on so that a CI runner which reads them obeys none of them.
///
/// The runner of GitHub Actions reads all that a step prints, and takes a line that begins
/// with `::command::`, whatever blanks stand before it, or holds `##[command]` anywhere, for
/// an order; that of Azure Pipelines takes `##vso[`. A line of a report may hold what a zone
/// or a file's name says.
pub struct Inert<'a> {
    out: &'a mut dyn Write,
    syntax: Syntax,
    line: Vec<u8>,
}

impl<'a> Inert<'a> {
    /// Lines of that syntax, on their way to `out`.
    pub fn new(out: &'a mut dyn Write, syntax: Syntax) -> Self {
        Self {
            out,
            syntax,
            line: Vec::new(),
        }
    }

    /// Writes what is held back: a last line without an end.
    pub fn finish(mut self) -> io::Result<()> {
        self.pass_on()
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let (colon, second_hash): (&[u8], &[u8]) = match self.syntax {
            Syntax::Text => (b"<U+003A>", b"<U+0023>"),
            Syntax::Xml => (b"&#58;", b"&#35;"),
        };
        if is_command(&self.line) {
            let at = self.line.iter().position(|byte| *byte == b':').unwrap_or(0);
            self.line.splice(at..=at, colon.iter().copied());
        }
        let mut rest: &[u8] = &self.line;
        while let Some(at) = memchr::memmem::find(rest, b"##") {
            let (before, behind) = (&rest[..=at], &rest[at + 2..]);
            self.out.write_all(before)?;
            let order = behind.starts_with(b"[") || behind.starts_with(b"vso[");
            if order {
                self.out.write_all(second_hash)?;
                rest = behind;
            } else {
                // The second `#` may be the first one of `##[`.
                rest = &rest[at + 1..];
            }
        }
        self.out.write_all(rest)?;
        self.line.clear();
        Ok(())
    }
}

/// Whether the runner of GitHub Actions takes the line for a command.
fn is_command(line: &[u8]) -> bool {
    line.trim_ascii_start()
        .strip_prefix(b"::")
        .is_some_and(|rest| memchr::memmem::find(rest, b"::").is_some())
}

impl Write for Inert<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.pass_on()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
