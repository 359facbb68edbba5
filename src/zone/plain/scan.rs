//! Lines that are sound at first sight: one record on one line, no escapes, no parentheses
//! but those around a text, of the types that fill large zones.
//!
//! What is accepted here is accepted by the reader of entries too, with the same meaning;
//! everything else is left to it, faults included. No line costs an allocation.

use std::net::Ipv6Addr;

use super::Target;
use super::kind::Kind;
use super::setting::{Hashes, Names};
use crate::dns::Name;
use crate::dns::name::MAX_LABEL;
use crate::zone::Format;
use crate::zone::ttl;

/// The longest character string in octets (RFC 1035 3.3).
const LONGEST_STRING: usize = 255;

/// Digits of the highest TTL.
const TTL_DIGITS: usize = 10;

/// An owner on a line.
#[allow(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
#[derive(Debug, Clone, Copy)]
pub(in crate::zone) struct Owner {
    pub(in crate::zone) hash: u64,
    /// Where it stands.
    pub(in crate::zone) at: usize,
    /// It was completed with the origin.
    pub(in crate::zone) is_relative: bool,
    /// Names lie between it and the origin or the apex.
    pub(in crate::zone) is_deep: bool,
    /// Its lowest label begins with `_`.
    pub(in crate::zone) is_service: bool,
    /// Its lowest label begins with `*`.
    pub(in crate::zone) is_wildcard: bool,
    /// It was noted for lines that begin with a blank.
    pub(in crate::zone) is_noted: bool,
}

/// A line that holds a sound record.
pub(in crate::zone) struct Record {
    pub(in crate::zone) owner: Owner,
    pub(in crate::zone) kind: Kind,
    pub(in crate::zone) has_ttl: bool,
}

/// What a byte is in a line.
const NONE: u8 = 0;
const OF_NAMES: u8 = 1;
const OF_WORDS: u8 = 2;

/// Letters, digits and the signs that names of hosts, services and wildcards have are of
/// names; whatever does not end a field is of words.
const CLASSES: [u8; 256] = {
    let mut classes = [OF_WORDS; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*' | b'.') {
            classes[byte as usize] = OF_NAMES;
        }
        byte += 1;
    }
    let mut ends = [b' ', b'\t', b'\n', b'\r', b';', b'"', b'(', b')', b'\\'].as_slice();
    while let [end, rest @ ..] = ends {
        classes[*end as usize] = NONE;
        ends = rest;
    }
    classes
};

/// Reads a line from left to right; every method takes what it is named after, or gives up.
#[derive(Clone, Copy)]
pub(in crate::zone) struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    format: Format,
}

impl<'t> Scanner<'t> {
    /// A scanner of a text from an offset on.
    pub(in crate::zone) fn new(text: &'t str, at: usize, format: Format) -> Self {
        Self {
            bytes: text.as_bytes(),
            at,
            format,
        }
    }

    /// Offset behind what was read.
    pub(in crate::zone) fn offset(&self) -> usize {
        self.at
    }

    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(b'\n')
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Passes over empty lines and remarks.
    pub(in crate::zone) fn pass_over_remarks(&mut self) {
        loop {
            let begin = self.at;
            if self.end_of_line().is_none() {
                self.at = begin;
                return;
            }
        }
    }

    /// The line begins with a blank.
    pub(in crate::zone) fn is_indented(&self) -> bool {
        matches!(self.byte(), b' ' | b'\t')
    }

    /// A whole line with a record, which belongs to the owner before where it begins with a
    /// blank.
    #[inline]
    pub(in crate::zone) fn record(
        &mut self,
        names: &Names,
        before: Option<Owner>,
    ) -> Option<Record> {
        let owner = if self.is_indented() {
            before?
        } else {
            self.owner(names)?
        };
        let (kind, has_ttl) = self.head()?;
        self.data(kind, names)?;
        self.end_of_line()?;
        // Others know why it cannot be.
        if kind == Kind::Ns && owner.is_wildcard {
            return None;
        }
        Some(Record {
            owner,
            kind,
            has_ttl,
        })
    }

    /// Nothing but a remark, and the line's end. The last line of a text that is not ended may
    /// have been cut.
    fn end_of_line(&mut self) -> Option<()> {
        self.blanks();
        if self.byte() == b';' {
            self.at += memchr::memchr2(b'\n', b'\r', &self.bytes[self.at..])?;
        }
        self.at += match self.bytes.get(self.at..)? {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        Some(())
    }

    /// A field up to a blank or the line's end.
    #[inline]
    fn word(&mut self) -> &'t [u8] {
        self.blanks();
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .position(|byte| CLASSES[usize::from(*byte)] == NONE);
        let word = &rest[..length.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// A name in the first column that is in the zone.
    #[inline]
    fn owner(&mut self, names: &Names) -> Option<Owner> {
        let at = self.at;
        let mut is_deep = false;
        let name = self.word();
        let hash = owner(name, names, |_| is_deep = true)?;
        let begins_with = |byte| match name {
            b"@" => names.first == Some(byte),
            name => name.first() == Some(&byte),
        };
        Some(Owner {
            hash,
            at,
            is_relative: name.last() != Some(&b'.'),
            is_deep,
            is_service: begins_with(b'_'),
            is_wildcard: begins_with(b'*'),
            is_noted: false,
        })
    }

    /// The number of the owner in the first column.
    pub(super) fn owner_hash(mut self, names: &Names) -> Option<u64> {
        owner(self.word(), names, |_| ())
    }

    /// The numbers of the names above the owner in the first column, up to what it is relative
    /// to or to the apex.
    pub(in crate::zone) fn above_owner(mut self, names: &Names, above: impl FnMut(u64)) {
        owner(self.word(), names, above);
    }

    /// The name that an alias or a delegation leads to; the line is known to be sound.
    pub(in crate::zone) fn target(mut self, names: &Names) -> Option<Target> {
        if !self.is_indented() {
            self.word();
        }
        self.head()?;
        let name = self.word();
        let (mut number, labels) = match name {
            b"@" => (names.origin, &name[..0]),
            [labels @ .., b'.'] => (names.hashes.root(), labels),
            _ => (names.origin, name),
        };
        let is_relative = name.last() != Some(&b'.');
        let mut is_inside = names.apex_labels == 0 || (is_relative && names.is_inside);
        if !labels.is_empty() {
            for (above, label) in labels.rsplit(|byte| *byte == b'.').enumerate() {
                number = Hashes::below(number, label);
                is_inside |= above + 1 == names.apex_labels && number == names.apex;
            }
        }
        Some(Target { number, is_inside })
    }

    /// The type, and whether a TTL stands before it.
    #[inline]
    fn head(&mut self) -> Option<(Kind, bool)> {
        let (mut has_ttl, mut has_class, mut has_stamp) = (false, false, false);
        loop {
            let word = self.word();
            if let Some(kind) = Kind::from_mnemonic(word) {
                return Some((kind, has_ttl));
            }
            match word {
                b"IN" | b"in" if !has_class => has_class = true,
                [b'0'..=b'9', ..] if !has_ttl => {
                    number(word, TTL_DIGITS, u64::from(ttl::MAX))?;
                    has_ttl = true;
                }
                [b'[', b'A', b'G', b'E', b':', hours @ .., b']']
                    if !has_stamp && self.format.is_of_windows() =>
                {
                    number(hours, TTL_DIGITS, u64::from(u32::MAX))?;
                    has_stamp = true;
                }
                _ => return None,
            }
        }
    }

    #[inline]
    fn data(&mut self, kind: Kind, names: &Names) -> Option<()> {
        match kind {
            Kind::Owner => None,
            Kind::A => is_ipv4(self.word()).then_some(()),
            Kind::Aaaa => {
                let text = std::str::from_utf8(self.word()).ok()?;
                text.parse::<Ipv6Addr>().ok().map(drop)
            }
            Kind::Cname | Kind::Ns | Kind::Ptr => self.name(names),
            Kind::Mx => {
                self.number()?;
                self.name(names)
            }
            Kind::Srv => {
                for _ in ["priority", "weight", "port"] {
                    self.number()?;
                }
                self.name(names)
            }
            Kind::Naptr => {
                for _ in ["order", "preference"] {
                    self.number()?;
                }
                for _ in ["flags", "service"] {
                    self.string()?;
                }
                // A regular expression may be wrong in itself.
                self.empty_string()?;
                self.name(names)
            }
            Kind::Txt => self.texts(),
        }
    }

    /// A number of 16 bits.
    fn number(&mut self) -> Option<u64> {
        number(self.word(), 5, u64::from(u16::MAX))
    }

    fn name(&mut self, names: &Names) -> Option<()> {
        let name = self.word();
        is_name(name, names.origin_length).then_some(())
    }

    /// One or more character strings; Windows writes parentheses around them.
    fn texts(&mut self) -> Option<()> {
        self.blanks();
        let is_enclosed = self.byte() == b'(';
        if is_enclosed {
            self.at += 1;
        }
        let begin = self.at;
        self.string()?;
        loop {
            // Data that may be too long is for others to count.
            if self.at - begin > usize::from(u16::MAX) {
                return None;
            }
            self.blanks();
            match self.byte() {
                b')' if is_enclosed => {
                    self.at += 1;
                    return Some(());
                }
                b'\n' | b'\r' | b';' if !is_enclosed => return Some(()),
                _ => self.string()?,
            }
        }
    }

    /// A character string without a character.
    fn empty_string(&mut self) -> Option<()> {
        self.blanks();
        let begin = self.at;
        self.string()?;
        (self.at - begin == 2 && self.bytes[begin] == b'"').then_some(())
    }

    /// A character string.
    fn string(&mut self) -> Option<()> {
        self.blanks();
        let length = if self.byte() == b'"' {
            let start = self.at + 1;
            let length = self.bytes[start..]
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r'))?;
            self.at = start + length;
            if self.byte() != b'"' {
                return None;
            }
            self.at += 1;
            length
        } else {
            let word = self.word();
            if word.is_empty() {
                return None;
            }
            word.len()
        };
        (length <= LONGEST_STRING).then_some(())
    }
}

/// The number of an owner that is in the zone; those of the names between it and what it is
/// relative to, or the apex, go to `above`.
#[inline]
fn owner(name: &[u8], names: &Names, mut above: impl FnMut(u64)) -> Option<u64> {
    if name == b"@" {
        return names.is_inside.then_some(names.origin);
    }
    let is_absolute = name.last() == Some(&b'.');
    if !is_name(name, names.origin_length) || (!is_absolute && !names.is_inside) {
        return None;
    }
    let (mut hash, labels) = if is_absolute {
        (names.hashes.root(), &name[..name.len() - 1])
    } else {
        (names.origin, name)
    };
    let mut is_inside = !is_absolute || names.apex_labels == 0;
    let mut count = 0;
    let mut rest = labels;
    loop {
        let dot = rest.iter().rposition(|byte| *byte == b'.');
        let label = dot.map_or(rest, |dot| &rest[dot + 1..]);
        hash = Hashes::below(hash, label);
        count += 1;
        is_inside |= count == names.apex_labels && hash == names.apex;
        let Some(dot) = dot else { break };
        if is_inside {
            above(hash);
        }
        rest = &rest[..dot];
    }
    is_inside.then_some(hash)
}

/// Digits only, at most so many, up to a maximum.
fn number(digits: &[u8], most: usize, max: u64) -> Option<u64> {
    if digits.is_empty() || digits.len() > most {
        return None;
    }
    let number = digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(10 * number + digit)
    })?;
    (number <= max).then_some(number)
}

/// Labels of usual characters, of sound lengths; relative names fit before the origin.
#[inline]
fn is_name(name: &[u8], origin_length: usize) -> bool {
    if name == b"@" || name == b"." {
        return true;
    }
    let (labels, length) = match name {
        [labels @ .., b'.'] => (labels, name.len() + 1),
        _ => (name, name.len() + 1 + origin_length),
    };
    let mut label = 0;
    for byte in labels {
        if *byte == b'.' {
            if label == 0 {
                return false;
            }
            label = 0;
        } else {
            label += 1;
            if label > MAX_LABEL || CLASSES[usize::from(*byte)] != OF_NAMES {
                return false;
            }
        }
    }
    label > 0 && length <= Name::MAX_LENGTH
}

/// Four numbers without leading zeros.
#[inline]
fn is_ipv4(text: &[u8]) -> bool {
    let (mut count, mut number, mut digits) = (0, 0_u16, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' if digits == 0 || (number > 0 && digits < 3) => {
                number = 10 * number + u16::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && number <= 255 => {
                (count, number, digits) = (count + 1, 0, 0);
            }
            _ => return false,
        }
    }
    count == 3 && digits > 0 && number <= 255
}
