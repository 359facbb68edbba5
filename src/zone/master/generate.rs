//! `$GENERATE`: BIND's way to write many records as one line.

use std::borrow::Cow;

/// The numbers that a line is repeated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    start: u32,
    stop: u32,
    step: u32,
}

impl Range {
    /// Reads `start-stop` or `start-stop/step`.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "the range is not `start-stop` or `start-stop/step`";
        let (bounds, step) = match text.split_once('/') {
            Some((bounds, step)) => (bounds, number(step).ok_or(FORM)?),
            None => (text, 1),
        };
        let (first, last) = bounds.split_once('-').ok_or(FORM)?;
        let range = Self {
            start: number(first).ok_or(FORM)?,
            stop: number(last).ok_or(FORM)?,
            step,
        };
        if range.step == 0 {
            return Err("the step is 0, so the range never ends");
        }
        if range.start > range.stop {
            return Err("the range ends before it starts");
        }
        Ok(range)
    }

    /// How many numbers there are.
    pub(super) fn len(self) -> u64 {
        u64::from(self.stop - self.start) / u64::from(self.step) + 1
    }

    /// The numbers.
    pub(super) fn numbers(self) -> impl Iterator<Item = u32> {
        let step = usize::try_from(self.step).unwrap_or(usize::MAX);
        (self.start..=self.stop).step_by(step)
    }
}

/// At most 31 bits, as in BIND.
fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|number| is_number && *number <= 0x7fff_ffff)
}

/// The widest a number is padded to.
const MAX_WIDTH: usize = 255;

/// A field with its places for the number.
#[derive(Debug)]
pub(super) struct Template<'t> {
    parts: Vec<Part<'t>>,
}

#[derive(Debug)]
enum Part<'t> {
    Text(&'t str),
    Number {
        offset: i64,
        width: usize,
        base: Base,
    },
}

/// How the number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Decimal,
    Octal,
    Hex,
    UpperHex,
    /// Hex digits in reverse, a dot between two of them, as below `ip6.arpa`.
    Nibbles,
    UpperNibbles,
}

/// What is wrong with a template, and the offsets that show it.
pub(super) type Misformed = (&'static str, std::ops::Range<usize>);

impl<'t> Template<'t> {
    /// Reads `$`, `${offset,width,base}`, `\$` and `$$`.
    pub(super) fn read(text: &'t str) -> Result<Self, Misformed> {
        let mut parts = Vec::new();
        let mut from = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match (bytes[at], bytes.get(at + 1)) {
                (b'\\' | b'$', Some(b'$')) => {
                    parts.push(Part::Text(&text[from..at]));
                    from = at + 1;
                    at += 2;
                }
                (b'\\', _) => {
                    // The escaped character may be longer than one byte.
                    at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
                }
                (b'$', Some(b'{')) => {
                    parts.push(Part::Text(&text[from..at]));
                    let end = text[at..]
                        .find('}')
                        .map_or(text.len(), |length| at + length);
                    let part = modifier(&text[at + 2..end.max(at + 2)])
                        .filter(|_| end < text.len())
                        .ok_or((
                            "this is not `${offset,width,base}` with a base of d, o, x, X, n or N",
                            at..(end + 1).min(text.len()),
                        ))?;
                    parts.push(part);
                    at = end + 1;
                    from = at;
                }
                (b'$', _) => {
                    parts.push(Part::Text(&text[from..at]));
                    parts.push(Part::Number {
                        offset: 0,
                        width: 0,
                        base: Base::Decimal,
                    });
                    at += 1;
                    from = at;
                }
                _ => at += 1,
            }
        }
        parts.push(Part::Text(&text[from..]));
        Ok(Self { parts })
    }

    /// The field for one number.
    pub(super) fn fill(&self, number: u32) -> Cow<'t, str> {
        if let [Part::Text(text)] = self.parts[..] {
            return Cow::Borrowed(text);
        }
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Number {
                    offset,
                    width,
                    base,
                } => {
                    filled.push_str(&written(i64::from(number) + offset, *width, *base));
                }
            }
        }
        Cow::Owned(filled)
    }
}

/// `offset`, `offset,width` or `offset,width,base`.
fn modifier<'t>(text: &str) -> Option<Part<'t>> {
    let mut fields = text.split(',');
    let offset: i32 = fields.next()?.parse().ok()?;
    let width: usize = fields.next().map_or(Some(0), |width| width.parse().ok())?;
    let base = match fields.next().unwrap_or("d") {
        "d" => Base::Decimal,
        "o" => Base::Octal,
        "x" => Base::Hex,
        "X" => Base::UpperHex,
        "n" => Base::Nibbles,
        "N" => Base::UpperNibbles,
        _ => return None,
    };
    (fields.next().is_none() && width <= MAX_WIDTH).then_some(Part::Number {
        offset: i64::from(offset),
        width,
        base,
    })
}

/// A number as BIND writes it: below zero it has its sign, and in digits of other bases the
/// 32 bits that stand for it.
fn written(number: i64, width: usize, base: Base) -> String {
    let [.., a, b, c, d] = number.to_be_bytes();
    let bits = u32::from_be_bytes([a, b, c, d]);
    match base {
        Base::Decimal => format!("{number:0width$}"),
        Base::Octal => format!("{bits:0width$o}"),
        Base::Hex => format!("{bits:0width$x}"),
        Base::UpperHex => format!("{bits:0width$X}"),
        Base::Nibbles | Base::UpperNibbles => {
            // The width counts digits and dots, and BIND fills an even one with a final dot.
            let digits = format!("{bits:0width$x}", width = width.div_ceil(2));
            let mut nibbles = String::with_capacity(digits.len() * 2);
            for digit in digits.chars().rev() {
                if !nibbles.is_empty() {
                    nibbles.push('.');
                }
                nibbles.push(digit);
            }
            if nibbles.len() + 1 == width {
                nibbles.push('.');
            }
            match base {
                Base::UpperNibbles => nibbles.to_ascii_uppercase(),
                _ => nibbles,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (text, expected) in [
            ("1-3", Some(vec![1, 2, 3])),
            ("0-7/3", Some(vec![0, 3, 6])),
            ("5-5", Some(vec![5])),
            ("3-1", None),
            ("1-3/0", None),
            ("1", None),
            ("-1-3", None),
            ("1-4294967296", None),
        ] {
            let range = Range::read(text).ok();
            let numbers = range.map(|range| range.numbers().collect::<Vec<_>>());
            assert_eq!(numbers, expected, "{text}");
            assert_eq!(
                range.map(Range::len),
                expected.map(|list| list.len() as u64)
            );
        }
        assert_eq!(Range::read("0-2147483647").map(Range::len), Ok(1 << 31));
    }

    #[test]
    fn places_for_the_number() {
        for (template, number, expected) in [
            ("host$", 7, "host7"),
            ("$.$", 7, "7.7"),
            ("h${0,3}", 7, "h007"),
            ("h${-5,3,d}x", 7, "h002x"),
            ("${0,4,x}", 255, "00ff"),
            ("${0,0,X}", 255, "FF"),
            ("${1,0,o}", 7, "10"),
            ("${0,7,n}", 18, "2.1.0.0"),
            ("${0,8,n}", 18, "2.1.0.0."),
            ("${0,2,n}", 300, "c.2.1"),
            ("${0,3,N}", 175, "F.A"),
            ("\\$$$", 7, "$$"),
            ("a\\\\$", 7, "a\\\\7"),
            ("plain", 7, "plain"),
            ("h${-9,4}", 7, "h-002"),
            ("${-9,0,x}", 7, "fffffffe"),
        ] {
            let filled = Template::read(template).unwrap().fill(number);
            assert_eq!(filled, expected, "{template}");
        }
    }

    #[test]
    fn a_bad_place_is_shown() {
        for (template, shown) in [
            ("a${x}b", "${x}"),
            ("a${0,1,q}", "${0,1,q}"),
            ("${0,999}", "${0,999}"),
            ("a${0", "${0"),
            ("a${", "${"),
            ("${0,1,d,4}", "${0,1,d,4}"),
        ] {
            let (_, range) = Template::read(template).unwrap_err();
            assert_eq!(&template[range], shown);
        }
    }
}
