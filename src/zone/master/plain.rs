//! Lines that are sound at first sight: one record on one line, no escapes, no parentheses,
//! of the types that fill large zones.
//!
//! What is accepted here is accepted by the reader of entries too, with the same meaning;
//! everything else is left to it, faults included. No line costs an allocation.

use std::sync::Arc;

use super::origin::Known;
use super::{Format, LastOwner, Reader};
use crate::dns::Name;
use crate::dns::name::MAX_LABEL;
use crate::source::Spanned;
use crate::zone::contents::plain::{Hashes, Kind, Lines, Setting};
use crate::zone::text::Text;
use crate::zone::ttl;

/// The longest character string in octets (RFC 1035 3.3).
const LONGEST_STRING: usize = 255;

/// Digits of the highest TTL.
const TTL_DIGITS: usize = 10;

/// What a name is completed with, and what owners have to be in.
#[derive(Clone, Copy)]
struct Names {
    hashes: Hashes,
    origin: u64,
    /// Octets of the origin in a message.
    origin_length: usize,
    /// Relative owners are in the zone.
    is_inside: bool,
    apex: u64,
    /// Labels of the apex.
    apex_labels: usize,
}

/// An owner on a line.
#[derive(Clone, Copy)]
struct Owner {
    hash: u64,
    at: usize,
    /// It was completed with the origin.
    is_relative: bool,
    /// Names lie between it and the origin or the apex.
    is_deep: bool,
    /// It was noted for lines that begin with a blank.
    is_noted: bool,
}

/// A line that holds a sound record.
struct Found {
    owner: Owner,
    kind: Kind,
    has_ttl: bool,
}

impl Reader<'_> {
    /// Takes the plain lines from `start` of the text on; the offset of the first that is
    /// not.
    pub(super) fn plain_lines(&mut self, text: &Text<'_>, start: usize) -> usize {
        let is_ready = self.waiting.is_over()
            && text.is_verbatim()
            && self.scope.known != Known::Not
            && matches!(self.zone.format, Format::MasterFile | Format::WindowsDns);
        if !is_ready {
            return start;
        }
        let mut scanner = Scanner {
            bytes: text.as_str().as_bytes(),
            at: start,
            format: self.zone.format,
        };
        let ttl = self.plain_ttl();
        let mut names = None;
        let mut before = None;
        let mut last_ttl = None;
        while scanner.may_be_plain() {
            let names = names.get_or_insert_with(|| self.names());
            let begin = scanner.at;
            let found = scanner.record(names, before);
            let found = found.filter(|found| found.has_ttl || ttl.is_some());
            let (Some(found), Some(lines)) = (found, self.lines_in_force(text, ttl)) else {
                scanner.at = begin;
                break;
            };
            let mut owner = found.owner;
            let is_indented = owner.at != begin;
            if is_indented && !owner.is_noted {
                lines.add(owner.hash, Kind::Owner, text.offset(owner.at), false);
                owner.is_noted = true;
            }
            if owner.is_relative {
                lines.add_origin(names.apex_labels);
            }
            if owner.is_deep && !is_indented {
                let mut again = Scanner {
                    at: begin,
                    ..scanner
                };
                again.owner(names, |above| lines.add_above(above));
            }
            lines.add(owner.hash, found.kind, text.offset(begin), is_indented);
            if found.has_ttl {
                last_ttl = Some(begin);
            }
            before = Some(owner);
            self.zone.record_count += 1;
        }
        self.remember(text, before, last_ttl);
        scanner.at
    }

    /// What the next record without a TTL of its own has, where a directive or the SOA says
    /// so.
    fn plain_ttl(&self) -> Option<Spanned<u32>> {
        let of_soa = || {
            let minimum = self.soa_minimum?;
            Some(Spanned::new(minimum.value.min(ttl::MAX), minimum.span))
        };
        self.default_ttl
            .or_else(|| of_soa().filter(|_| self.zone.format.is_of_windows()))
    }

    fn names(&self) -> Names {
        let hashes = self.lines.hashes();
        let (apex, origin) = (&self.zone.apex, &self.scope.origin);
        Names {
            hashes,
            origin: hashes.of(origin),
            origin_length: origin.length(),
            is_inside: apex.zone_of(origin),
            apex: hashes.of(apex),
            apex_labels: apex.iter().len(),
        }
    }

    /// The lines, with what is in force now as their setting.
    fn lines_in_force(&mut self, text: &Text<'_>, ttl: Option<Spanned<u32>>) -> Option<&mut Lines> {
        let origin = &self.scope.origin;
        let is_in_force = self.lines.setting().is_some_and(|setting| {
            setting.source == text.source()
                && setting.default_ttl == ttl
                && setting.origin == *origin
        });
        if !is_in_force {
            let has_room = self.lines.set(Setting {
                source: text.source(),
                text: Arc::clone(&self.sources.get(text.source()).text),
                format: self.zone.format,
                origin: origin.clone(),
                default_ttl: ttl,
            });
            if !has_room {
                return None;
            }
        }
        Some(&mut self.lines)
    }

    /// Keeps what records that follow depend on.
    fn remember(&mut self, text: &Text<'_>, owner: Option<Owner>, ttl: Option<usize>) {
        let Some(setting) = self.lines.setting() else {
            return;
        };
        let offset = |at| text.offset(at) as usize;
        if let Some(owner) = owner.and_then(|owner| setting.owner(offset(owner.at))) {
            self.scope.owner = LastOwner::Read(owner);
        }
        if let Some(ttl) = ttl.and_then(|at| setting.ttl(offset(at))) {
            self.last_ttl = Some(ttl);
        }
    }
}

/// Letters, digits and the signs that names of hosts, services and wildcards have.
const fn is_of_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*')
}

/// Reads a line from left to right; every method takes what it is named after, or gives up.
#[derive(Clone, Copy)]
struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    format: Format,
}

impl<'t> Scanner<'t> {
    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(b'\n')
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), b' ' | b'\t') && self.at < self.bytes.len() {
            self.at += 1;
        }
    }

    /// Passes over empty lines and remarks; whether there is a next line that does not look like
    /// anything else at its first character.
    fn may_be_plain(&mut self) -> bool {
        loop {
            let begin = self.at;
            if self.end_of_line().is_none() {
                self.at = begin;
                break;
            }
        }
        let first = self.bytes.get(self.at);
        first.is_some_and(|first| is_of_names(*first) || matches!(first, b'@' | b' ' | b'\t'))
    }

    /// A whole line with a record, which belongs to the owner before where it begins with a
    /// blank.
    fn record(&mut self, names: &Names, before: Option<Owner>) -> Option<Found> {
        let at = self.at;
        let owner = if matches!(self.byte(), b' ' | b'\t') {
            before?
        } else {
            let mut is_deep = false;
            Owner {
                hash: self.owner(names, |_| is_deep = true)?,
                at,
                is_relative: self.bytes[self.at - 1] != b'.',
                is_deep,
                is_noted: false,
            }
        };
        let (kind, has_ttl) = self.head()?;
        self.data(kind, names)?;
        self.end_of_line()?;
        Some(Found {
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
        self.at += match &self.bytes[self.at..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        Some(())
    }

    /// A field up to a blank or the line's end.
    fn word(&mut self) -> &'t [u8] {
        self.blanks();
        let start = self.at;
        while self.at < self.bytes.len()
            && !matches!(
                self.bytes[self.at],
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'"' | b'(' | b')' | b'\\'
            )
        {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// A name in the first column that is in the zone; names between it and what it is
    /// relative to, or the apex, go to `above`.
    fn owner(&mut self, names: &Names, mut above: impl FnMut(u64)) -> Option<u64> {
        let name = self.word();
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
            let dot = memchr::memrchr(b'.', rest);
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

    /// The type, and whether a TTL stands before it.
    fn head(&mut self) -> Option<(Kind, bool)> {
        let (mut has_ttl, mut has_class, mut has_stamp) = (false, false, false);
        loop {
            let word = self.word();
            let kind = match word {
                b"A" | b"a" => Some(Kind::A),
                b"AAAA" | b"aaaa" => Some(Kind::Aaaa),
                b"PTR" | b"ptr" => Some(Kind::Ptr),
                b"TXT" | b"txt" => Some(Kind::Txt),
                b"MX" | b"mx" => Some(Kind::Mx),
                _ => None,
            };
            if let Some(kind) = kind {
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

    fn data(&mut self, kind: Kind, names: &Names) -> Option<()> {
        match kind {
            Kind::Owner => None,
            Kind::A => is_ipv4(self.word()).then_some(()),
            Kind::Aaaa => {
                let text = std::str::from_utf8(self.word()).ok()?;
                text.parse::<std::net::Ipv6Addr>().ok().map(drop)
            }
            Kind::Ptr => self.name(names),
            Kind::Mx => {
                number(self.word(), 5, u64::from(u16::MAX))?;
                self.name(names)
            }
            Kind::Txt => self.strings(),
        }
    }

    fn name(&mut self, names: &Names) -> Option<()> {
        let name = self.word();
        is_name(name, names.origin_length).then_some(())
    }

    /// One or more character strings.
    fn strings(&mut self) -> Option<()> {
        let mut count = 0;
        loop {
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
                match self.word().len() {
                    0 => return (count > 0).then_some(()),
                    length => length,
                }
            };
            if length > LONGEST_STRING {
                return None;
            }
            count += 1;
        }
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

/// Labels of usual characters, of sound lengths; relative names fit before the origin.
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
            if label > MAX_LABEL || !is_of_names(*byte) {
                return false;
            }
        }
    }
    label > 0 && length <= Name::MAX_LENGTH
}

/// Four numbers without leading zeros.
fn is_ipv4(text: &[u8]) -> bool {
    let mut count = 0;
    let mut numbers = text.split(|byte| *byte == b'.');
    let are_sound = numbers.all(|digits| {
        count += 1;
        (digits.len() == 1 || digits.first() != Some(&b'0')) && number(digits, 3, 255).is_some()
    });
    are_sound && count == 4
}

#[cfg(test)]
mod tests;
