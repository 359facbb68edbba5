//! JSON (RFC 8259) with the place of every value, read value by value.
//!
//! `serde_json` tells the line and column of a fault and of nothing else. This reader is
//! strict, keeps what came before a fault, and does not go deeper than [`MAX_DEPTH`].

use std::borrow::Cow;

/// Arrays in objects in arrays: exports have less than ten.
const MAX_DEPTH: usize = 64;

/// A value and where it stands; of a string what is between its quotes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node<'t> {
    pub(super) value: Value<'t>,
    /// Offset of the first byte.
    pub(super) start: usize,
    /// Offset behind the last byte.
    pub(super) end: usize,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'t> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'t str),
    /// Escapes resolved.
    String(Cow<'t, str>),
    Array(Vec<Node<'t>>),
    /// In the order of the text.
    Object(Vec<(Node<'t>, Node<'t>)>),
}

impl<'t> Node<'t> {
    /// The value of a property, whatever the case of its name; of several the first.
    pub(super) fn property(&self, name: &str) -> Option<&Node<'t>> {
        let Value::Object(properties) = &self.value else {
            return None;
        };
        let mut properties = properties.iter();
        properties
            .find(|(key, _)| matches!(&key.value, Value::String(key) if key.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value)
    }

    /// The array that a property holds.
    pub(super) fn into_array(self, name: &str) -> Result<Vec<Self>, Self> {
        let is_it = |(key, value): &(Self, Self)| {
            let is_named =
                matches!(&key.value, Value::String(key) if key.eq_ignore_ascii_case(name));
            is_named && matches!(value.value, Value::Array(_))
        };
        match self.value {
            Value::Object(properties) if properties.iter().any(is_it) => {
                let mut arrays = properties.into_iter().filter(is_it);
                match arrays.next().map(|(_, array)| array.value) {
                    Some(Value::Array(nodes)) => Ok(nodes),
                    _ => Ok(Vec::new()),
                }
            }
            value => Err(Self { value, ..self }),
        }
    }

    /// The text of a string or a number.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Number(text) => Some(text),
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text stands as it is between `start` and `end`, without escapes.
    pub(super) fn is_verbatim(&self) -> bool {
        !matches!(&self.value, Value::String(Cow::Owned(_)))
    }
}

/// What is no JSON, and where: offsets of its first byte and behind its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) what: What,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Ways in which a text is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Something else than what may stand here.
    Unexpected(&'static str),
    /// The text ends inside a value.
    Ended,
    /// A backslash followed by no escape.
    Escape,
    /// A line end or another control character in a string.
    Control,
    /// Deeper than [`MAX_DEPTH`].
    Depth,
}

/// Reads values one after the other.
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    /// A reader at an offset of a text.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// The offset behind what was read.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next byte that is no blank.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    /// Takes the next byte if it is this one.
    pub(super) fn take(&mut self, expected: u8) -> bool {
        let is_it = self.peek() == Some(expected);
        self.at += usize::from(is_it);
        is_it
    }

    /// A fault at the next word or character.
    pub(super) fn unexpected(&mut self, expected: &'static str) -> Malformed {
        let start = match self.peek() {
            Some(_) => self.at,
            None => return self.ended(),
        };
        let rest = &self.text[start..];
        let is_word = |character: char| character.is_alphanumeric() || "_-+.".contains(character);
        let word: usize = rest
            .chars()
            .take_while(|c| is_word(*c))
            .map(char::len_utf8)
            .sum();
        let length = if word > 0 {
            word
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        Malformed {
            what: What::Unexpected(expected),
            start,
            end: start + length,
        }
    }

    fn ended(&self) -> Malformed {
        let end = self.text.trim_end().len();
        let start = self.text[..end].char_indices().next_back();
        Malformed {
            what: What::Ended,
            start: start.map_or(0, |(at, _)| at),
            end,
        }
    }

    /// Reads one value.
    pub(super) fn value(&mut self) -> Result<Node<'t>, Malformed> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Result<Node<'t>, Malformed> {
        let Some(first) = self.peek() else {
            return Err(self.ended());
        };
        let start = self.at;
        let value = match first {
            b'{' | b'[' if depth > MAX_DEPTH => {
                return Err(Self::malformed(What::Depth, start));
            }
            b'"' => return self.string(),
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => self.word()?,
        };
        Ok(Node {
            value,
            start,
            end: self.at,
        })
    }

    /// One byte at `start`; it is ASCII.
    fn malformed(what: What, start: usize) -> Malformed {
        Malformed {
            what,
            start,
            end: start + 1,
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'t>, Malformed> {
        self.at += 1;
        let mut properties = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Object(properties));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a name in quotes"));
            }
            let key = self.string()?;
            if !self.take(b':') {
                return Err(self.unexpected("`:`"));
            }
            properties.push((key, self.value_at(depth + 1)?));
            if self.take(b'}') {
                return Ok(Value::Object(properties));
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'t>, Malformed> {
        self.at += 1;
        let mut values = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(values));
        }
        loop {
            values.push(self.value_at(depth + 1)?);
            if self.take(b']') {
                return Ok(Value::Array(values));
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    fn number(&mut self) -> Result<Value<'t>, Malformed> {
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let length = rest.bytes().take_while(is_part).count();
        let text = &rest[..length];
        if !is_number(text) {
            return Err(self.unexpected("a number"));
        }
        self.at += length;
        Ok(Value::Number(text))
    }

    fn word(&mut self) -> Result<Value<'t>, Malformed> {
        let rest = &self.text[self.at..];
        let words = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ];
        for (word, value) in words {
            let behind = rest.strip_prefix(word).map(|rest| rest.chars().next());
            if behind.is_some_and(|next| !next.is_some_and(char::is_alphanumeric)) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.unexpected("a value"))
    }

    /// A string; the reader stands at its opening quote.
    fn string(&mut self) -> Result<Node<'t>, Malformed> {
        let open = self.at;
        let start = open + 1;
        let bytes = self.text.as_bytes();
        let mut resolved: Option<String> = None;
        // Everything before this offset is in `resolved`.
        let mut copied = start;
        let mut at = start;
        loop {
            match bytes.get(at) {
                None => return Err(self.ended()),
                Some(b'"') => break,
                Some(b'\\') => {
                    let (character, length) = escape(&self.text[at..])
                        .ok_or_else(|| Self::malformed(What::Escape, at))?;
                    let text = resolved.get_or_insert_default();
                    text.push_str(&self.text[copied..at]);
                    text.push(character);
                    at += length;
                    copied = at;
                }
                Some(byte) if *byte < b' ' => return Err(Self::malformed(What::Control, at)),
                Some(_) => at += 1,
            }
        }
        self.at = at + 1;
        let rest = &self.text[copied..at];
        let value = match resolved {
            Some(text) => Cow::Owned(text + rest),
            None => Cow::Borrowed(rest),
        };
        Ok(Node {
            value: Value::String(value),
            start,
            end: at,
        })
    }
}

/// A number by the grammar of RFC 8259 6.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

/// The character that an escape at the start of a text stands for, and the escape's length;
/// half a surrogate pair stands for U+FFFD.
fn escape(text: &str) -> Option<(char, usize)> {
    let simple = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let high = unit(text)?;
            if let Some(low) = text.get(6..).and_then(unit)
                && let Some(Ok(character)) = char::decode_utf16([high, low]).next()
                && character.len_utf16() == 2
            {
                return Some((character, 12));
            }
            let character = char::from_u32(u32::from(high));
            return Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), 6));
        }
        _ => return None,
    };
    Some((simple, 2))
}

/// `\u002e` at the start of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(node: &Node<'_>) -> serde_json::Value {
        match &node.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(text) => serde_json::from_str(text).expect("a number"),
            Value::String(text) => text.as_ref().into(),
            Value::Array(values) => values.iter().map(plain).collect(),
            Value::Object(properties) => {
                let pairs = properties.iter();
                let pairs = pairs.map(|(key, value)| (key.text().expect("a name"), plain(value)));
                pairs.map(|(key, value)| (key.to_owned(), value)).collect()
            }
        }
    }

    fn read(text: &str) -> Result<Node<'_>, Malformed> {
        let mut reader = Reader::new(text, 0);
        let node = reader.value()?;
        match reader.peek() {
            None => Ok(node),
            Some(_) => Err(reader.unexpected("nothing")),
        }
    }

    #[test]
    fn values_have_places() {
        let text = " { \"a\\u002e\": [ 1, -2.5e3, \"x\" ], \"A\" :null }";
        let node = read(text).expect("JSON");
        let list = node.property("A.").expect("the first property");
        let Value::Array(values) = &list.value else {
            panic!("no array");
        };
        let shown: Vec<_> = values.iter().map(|v| &text[v.start..v.end]).collect();
        assert_eq!(shown, ["1", "-2.5e3", "x"]);
        assert_eq!(node.property("a").map(|n| &n.value), Some(&Value::Null));
        assert!(values[2].is_verbatim());
    }

    #[test]
    fn faults_point_at_what_is_wrong() {
        let deep = "[".repeat(MAX_DEPTH + 2);
        let deep_word = format!("{}ÿ", "[".repeat(MAX_DEPTH + 1));
        for (text, what, shown) in [
            ("{\"a\" 1}", What::Unexpected("`:`"), "1"),
            ("{a: 1}", What::Unexpected("a name in quotes"), "a"),
            ("[1, nul]", What::Unexpected("a value"), "nul"),
            ("[1 2]", What::Unexpected("`,` or `]`"), "2"),
            ("[01]", What::Unexpected("a number"), "01"),
            ("[1,]", What::Unexpected("a value"), "]"),
            ("[\"a", What::Ended, "a"),
            ("[1,\n", What::Ended, ","),
            ("", What::Ended, ""),
            ("[\"\\x\"]", What::Escape, "\\"),
            ("[\"\\u00g0\"]", What::Escape, "\\"),
            ("[\"a\nb\"]", What::Control, "\n"),
            (&deep, What::Depth, "["),
            (&deep_word, What::Unexpected("a value"), "ÿ"),
        ] {
            let fault = read(text).expect_err(text);
            assert_eq!(
                (fault.what, &text[fault.start..fault.end]),
                (what, shown),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_reads_is_read_alike(text in "[\\[\\]{}:,\" a0-9.eE+\\-\\\\nulltrfsb]{0,24}") {
            let expected: Result<serde_json::Value, _> = serde_json::from_str(&text);
            // serde_json refuses numbers beyond a double and lone surrogates.
            if let Ok(expected) = expected {
                prop_assert_eq!(read(&text).map(|node| plain(&node)), Ok(expected));
            } else if let Ok(node) = read(&text) {
                let has_number = text.contains(['e', 'E']);
                prop_assert!(has_number || text.contains("\\u"), "{:?}", node);
            }
        }

        #[test]
        fn any_text_is_read(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
