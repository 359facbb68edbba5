//! Tags: names, attributes, values, and which end tag belongs to which start tag.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::{Attribute, MAX_DEPTH, Mode, Open, Scanner, is_blank, is_name, is_typographic_quote};

impl Scanner<'_> {
    /// Reads to the first character that cannot belong to a name.
    fn name(&mut self) -> Range<usize> {
        let start = self.at;
        let ends = |c: char| {
            c.is_ascii() && (is_blank(c as u8) || b"=/><\"'".contains(&(c as u8)))
                || is_typographic_quote(c)
        };
        self.at += self.rest().find(ends).unwrap_or(self.text.len() - start);
        start..self.at
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest().bytes().take_while(|byte| is_blank(*byte));
        self.at += blanks.count();
    }

    pub(super) fn end_tag(&mut self) {
        let start = self.at;
        self.at += 2;
        let name = self.name();
        self.skip_blanks();
        match self.peek() {
            None => return self.unfinished(start..start + 2),
            Some(b'>') => self.at += 1,
            Some(_) => {
                self.fault(
                    start..self.at,
                    "end tag without `>`",
                    format!("write `</{}>`", self.slice(&name)),
                );
                let end = memchr2(b'<', b'>', self.rest().as_bytes());
                self.at += end.unwrap_or(self.text.len() - self.at);
                self.at += usize::from(self.peek() == Some(b'>'));
            }
        }
        self.close(start, name);
    }

    fn close(&mut self, start: usize, name: Range<usize>) {
        let wanted = self.slice(&name);
        let matching = self
            .open
            .iter()
            .rposition(|open| self.slice(&open.name) == wanted);
        let due = self.open.iter().rposition(|open| !open.unsure);
        let shown = if name.is_empty() {
            start..start + 2
        } else {
            name
        };
        match (matching, due) {
            (Some(matching), due) if due.is_none_or(|due| due <= matching) => {}
            (_, Some(due)) => {
                let open = self.open[due].name.clone();
                let expected = self.slice(&open);
                self.fault_with(
                    shown,
                    format!("end tag `</{wanted}>` where `</{expected}>` is due"),
                    format!(
                        "close `<{expected}>` first, or correct the spelling of one of the two"
                    ),
                    Some((open, "the element that is still open")),
                );
            }
            (_, None) => self.fault(
                shown,
                format!("end tag `</{wanted}>` without a start tag"),
                "delete it, or correct its spelling",
            ),
        }
        if let Some(matching) = matching {
            self.open.truncate(matching);
        } else if self.open.len() > 1 {
            // Most likely the innermost element's own end tag, misspelt.
            self.open.pop();
        }
    }

    pub(super) fn start_tag(&mut self) {
        self.at += 1;
        let name = self.name();
        if !is_name(self.slice(&name)) {
            self.fault(
                name.clone(),
                format!("`{}` is no element name", self.slice(&name)),
                "a name is made of letters, digits, `.`, `-` and `_`",
            );
        }
        if self.open.is_empty() {
            match &self.root {
                None => self.root = Some(name.clone()),
                Some(root) => {
                    let root = root.clone();
                    self.fault_with(
                        name.clone(),
                        format!("second root element `<{}>`", self.slice(&name)),
                        "one element must enclose everything else in the file",
                        Some((root, "the first root element")),
                    );
                }
            }
        }
        self.seen.clear();
        let before = self.found.attributes.len();
        self.attributes(&name);
        let count = self.found.attributes.len() - before;
        self.found.most_attributes = self.found.most_attributes.max(count);
    }

    /// Reads a tag from behind its name to its end.
    fn attributes(&mut self, tag: &Range<usize>) {
        loop {
            let behind = self.at;
            self.skip_blanks();
            match self.peek() {
                None => return self.unfinished(tag.clone()),
                Some(b'>') => {
                    self.at += 1;
                    return self.push(tag.clone(), false);
                }
                Some(b'/') if self.rest().starts_with("/>") => {
                    self.at += 2;
                    return;
                }
                Some(b'/') => {
                    self.fault(
                        self.at..self.at + 1,
                        "`/` inside a tag",
                        "write `/>` to end the tag",
                    );
                    self.at += 1;
                }
                Some(b'<') if self.mode == Mode::Recovering && self.rest().starts_with("<?") => {
                    // A template's code stands inside a tag, where XML has no room for it.
                    self.fault(self.at..self.at + 2, "`<?` inside a tag", "delete it");
                    self.skip_past("?>", 2);
                }
                Some(b'<') => {
                    self.fault_with(
                        tag.clone(),
                        format!("the tag `<{}` is not closed", self.slice(tag)),
                        "add `>` or `/>` behind its last attribute",
                        Some((self.at..self.at + 1, "the next tag begins here")),
                    );
                    return self.push(tag.clone(), true);
                }
                Some(_) => self.attribute(behind < self.at),
            }
        }
    }

    fn push(&mut self, name: Range<usize>, unsure: bool) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(Open { name, unsure });
        } else {
            self.found.too_deep = Some(name);
            self.end();
        }
    }

    fn attribute(&mut self, separated: bool) {
        let name = self.name();
        if name.is_empty() {
            let stray = self.character(self.at);
            self.at = stray.end;
            let message = format!("stray `{}` in a tag", self.slice(&stray));
            return self.fault(
                stray,
                message,
                "delete it, or pair the quotes around the value",
            );
        }
        let text = self.slice(&name);
        self.skip_blanks();
        match self.peek() {
            Some(b'=') => {}
            // The file ends here, as the tag's reader will say.
            None => return,
            Some(_) => {
                self.no_value(&name);
                return;
            }
        }
        self.at += 1;
        if !is_name(text) {
            self.fault(
                name.clone(),
                format!("`{text}` is no attribute name"),
                "a name is made of letters, digits, `.`, `-` and `_`",
            );
        } else if !separated {
            self.fault(
                name.clone(),
                format!("no blank before `{text}`"),
                "separate attributes by a blank",
            );
        }
        if let Some(first) = self.seen.get(text) {
            let first = first.clone();
            self.fault_with(
                name.clone(),
                format!("`{text}` is set twice in one element"),
                "delete one of the two, or give it the index it was meant to have",
                Some((first, "set here first")),
            );
        } else {
            self.seen.insert(text, name.clone());
        }
        self.skip_blanks();
        if let Some(value) = self.value(&name) {
            self.found.attributes.push(Attribute { name, value });
        }
    }

    /// Reads what stands behind `=`.
    fn value(&mut self, name: &Range<usize>) -> Option<Range<usize>> {
        let first = self.rest().chars().next();
        match first {
            Some('/') if self.rest().starts_with("/>") => self.no_value(name),
            Some(quote @ ('"' | '\'')) => self.quoted(quote as u8),
            Some(quote) if is_typographic_quote(quote) => Some(self.typographic(quote)),
            Some('>' | '<') => self.no_value(name),
            None => None,
            Some(_) => Some(self.unquoted()),
        }
    }

    fn no_value(&mut self, name: &Range<usize>) -> Option<Range<usize>> {
        let text = self.slice(name);
        self.fault(
            name.clone(),
            format!("`{text}` has no value"),
            format!("write `{text}=\"…\"`"),
        );
        None
    }

    fn quoted(&mut self, quote: u8) -> Option<Range<usize>> {
        let open = self.at;
        let start = open + 1;
        let length = memchr(quote, &self.text.as_bytes()[start..]);
        let value = &self.text[start..start + length.unwrap_or(self.text.len() - start)];
        if self.mode == Mode::Recovering
            && let Some(cut) = missing_quote(value, length.is_none())
        {
            self.fault(
                open..start,
                "quote that is not closed",
                "add the closing quote at the end of the value",
            );
            self.at = start + cut;
            return Some(start..self.at);
        }
        let Some(length) = length else {
            self.unfinished(open..start);
            return None;
        };
        if let Some(at) = memchr(b'<', value.as_bytes()) {
            let at = start + at;
            self.fault(
                at..at + 1,
                "`<` inside a value",
                "write `&lt;` for the character `<`",
            );
        }
        self.at = start + length + 1;
        self.check_references(start..start + length);
        Some(start..start + length)
    }

    fn typographic(&mut self, quote: char) -> Range<usize> {
        let open = self.character(self.at);
        self.fault(
            open.clone(),
            format!("typographic quote `{quote}`"),
            "write straight quotes: the text was pasted from a document or a chat",
        );
        let start = open.end;
        let rest = &self.text[start..];
        let ends = |c: char| is_typographic_quote(c) || "\"<>\r\n".contains(c);
        let length = rest.find(ends).unwrap_or(rest.len());
        self.at = start + length;
        let next = self.character(self.at);
        if self
            .slice(&next)
            .starts_with(|c| is_typographic_quote(c) || c == '"')
        {
            self.at = next.end;
        }
        start..start + length
    }

    fn unquoted(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = self.rest();
        let length = rest
            .find(|c: char| c == '>' || c == '<' || c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let length = if rest[length..].starts_with('>') && rest[..length].ends_with('/') {
            length - 1
        } else {
            length
        };
        self.at = start + length;
        let value = rest[..length].trim_end_matches(['"', '\'']);
        let range = start..start + value.len();
        self.fault(
            range.clone(),
            "value without quotes",
            "put the value in straight quotes",
        );
        range
    }
}

/// Where a value ends whose closing quote seems to be missing: `value` reaches to the next
/// quote of its kind, or to the end of the file.
fn missing_quote(value: &str, to_the_end: bool) -> Option<usize> {
    // `a="1 b="2"`: the value seems to end in the next attribute's name.
    let swallowed = value.trim_end().strip_suffix('=').and_then(|before| {
        let before = before.trim_end();
        let name = before.rfind(|c: char| c.is_ascii_whitespace())? + 1;
        is_name(&before[name..]).then_some(name)
    });
    if swallowed.is_none() && !to_the_end {
        return None;
    }
    let stop = value.find(['<', '>', '\r', '\n']).or(swallowed)?;
    let kept = &value[..stop];
    let kept = if value[stop..].starts_with('>') {
        kept.strip_suffix('/').unwrap_or(kept)
    } else {
        kept
    };
    Some(kept.trim_end().len())
}
