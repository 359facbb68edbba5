//! Lines that are sound at first sight: one record on one line, no escapes, no parentheses
//! but those around a text, of the types that fill large zones.
//!
//! What is accepted here is accepted by the reader of entries too, with the same meaning;
//! everything else is left to it, faults included. No line costs an allocation.

use std::net::Ipv6Addr;

use super::kind::Kind;
use super::setting::Names;
use crate::zone::Format;
use crate::zone::ttl;
use name::{Class, Written, class, field};

mod name;
mod signed;

pub(in crate::zone) use name::Target;

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
pub(in crate::zone) struct PlainRecord {
    pub(in crate::zone) owner: Owner,
    pub(in crate::zone) kind: Kind,
    pub(in crate::zone) has_ttl: bool,
    /// Where an alias or a delegation leads.
    pub(in crate::zone) target: Option<Target>,
}

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

    /// Octets of the field that begins here.
    pub(super) fn field(&self) -> usize {
        field(&self.bytes[self.at..])
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
    ) -> Option<PlainRecord> {
        let owner = if self.is_indented() {
            before?
        } else {
            self.owner(names)?
        };
        let (kind, has_ttl) = self.head()?;
        let mut target = None;
        self.data(kind, names, &mut target)?;
        self.end_of_line()?;
        // Others know why it cannot be.
        if kind == Kind::Ns && owner.is_wildcard {
            return None;
        }
        Some(PlainRecord {
            owner,
            kind,
            has_ttl,
            target,
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
        let word = &rest[..field(rest)];
        self.at += word.len();
        word
    }

    /// A name that could be completed.
    #[inline]
    fn name(&mut self, names: &Names) -> Option<Written<'t>> {
        self.blanks();
        let (name, length) = Written::read(&self.bytes[self.at..], names)?;
        self.at += length;
        Some(name)
    }

    /// A name in the first column that is in the zone.
    #[inline]
    fn owner(&mut self, names: &Names) -> Option<Owner> {
        let at = self.at;
        let name = self.name(names)?;
        let mut is_deep = false;
        let target = name.target(names, |_| is_deep = true);
        let first = name.first(names);
        target.is_inside.then_some(Owner {
            hash: target.number,
            at,
            is_relative: name.is_relative(),
            is_deep,
            is_service: first == Some(b'_'),
            is_wildcard: first == Some(b'*'),
            is_noted: false,
        })
    }

    /// The number of the owner in the first column.
    pub(super) fn owner_hash(mut self, names: &Names) -> Option<u64> {
        let target = self.name(names)?.target(names, |_| ());
        target.is_inside.then_some(target.number)
    }

    /// The numbers of the names above the owner in the first column, up to what it is relative
    /// to or to the apex.
    pub(in crate::zone) fn above_owner(mut self, names: &Names, above: impl FnMut(u64)) {
        if let Some(name) = self.name(names) {
            name.target(names, above);
        }
    }

    /// The name that an alias or a delegation leads to; the line is known to be sound.
    pub(in crate::zone) fn target(mut self, names: &Names) -> Option<Target> {
        if !self.is_indented() {
            self.word();
        }
        let (kind, _) = self.head()?;
        let mut target = None;
        self.data(kind, names, &mut target)?;
        target
    }

    /// The type, and whether a TTL stands before it.
    #[inline]
    fn head(&mut self) -> Option<(Kind, bool)> {
        let (mut has_ttl, mut has_class, mut has_stamp) = (false, false, false);
        loop {
            let word = self.word();
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
                _ => return Some((Kind::from_mnemonic(word)?, has_ttl)),
            }
        }
    }

    /// The data of a record; where it leads if it is an alias's or a delegation's.
    #[inline]
    fn data(&mut self, kind: Kind, names: &Names, target: &mut Option<Target>) -> Option<()> {
        match kind {
            Kind::Owner => return None,
            Kind::A => self.ipv4()?,
            Kind::Aaaa => self.ipv6()?,
            Kind::Cname | Kind::Ns => {
                let name = self.name(names)?;
                *target = Some(name.target(names, |_| ()));
            }
            Kind::Ptr => {
                self.name(names)?;
            }
            Kind::Mx => {
                self.number()?;
                self.name(names)?;
            }
            Kind::Srv => {
                for _ in ["priority", "weight", "port"] {
                    self.number()?;
                }
                self.name(names)?;
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
                self.name(names)?;
            }
            Kind::Txt => self.texts()?,
            Kind::Rrsig => self.signature(names)?,
            Kind::Nsec => self.next_name(names)?,
            Kind::Nsec3 => self.next_hash()?,
            Kind::Ds => self.digest()?,
        }
        Some(())
    }

    /// A number of 16 bits.
    fn number(&mut self) -> Option<u64> {
        number(self.word(), 5, u64::from(u16::MAX))
    }

    /// An IPv4 address without leading zeros.
    #[inline]
    fn ipv4(&mut self) -> Option<()> {
        self.blanks();
        let (mut dots, mut number, mut digits) = (0, 0_u16, 0);
        let rest = &self.bytes[self.at..];
        for (length, byte) in rest.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                if digits == 3 || (digits > 0 && number == 0) {
                    return None;
                }
                number = 10 * number + u16::from(digit);
                digits += 1;
                continue;
            }
            if digits == 0 || number > 255 {
                return None;
            }
            if dots == 3 {
                self.at += length;
                return (class(*byte) == Class::End).then_some(());
            }
            if *byte != b'.' {
                return None;
            }
            (dots, number, digits) = (dots + 1, 0, 0);
        }
        None
    }

    fn ipv6(&mut self) -> Option<()> {
        let word = self.word();
        if !is_plain_ipv6(word) {
            std::str::from_utf8(word).ok()?.parse::<Ipv6Addr>().ok()?;
        }
        Some(())
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

/// Groups of hexadecimal digits: eight, or fewer around one `::` that is neither in front nor
/// behind.
fn is_plain_ipv6(text: &[u8]) -> bool {
    let (mut groups, mut digits, mut has_gap) = (0, 0, false);
    for byte in text {
        match byte {
            b':' if digits > 0 => (groups, digits) = (groups + 1, 0),
            b':' if groups > 0 && !has_gap => has_gap = true,
            _ if byte.is_ascii_hexdigit() && digits < 4 => digits += 1,
            _ => return false,
        }
    }
    digits > 0 && if has_gap { groups < 7 } else { groups == 7 }
}
