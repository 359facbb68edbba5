//! The records that signing adds to a zone: there are more of them than of all others. They may
//! go on over lines between parentheses, as signers write them; remarks and quotes are left to
//! the reader of entries.

use super::super::setting::Names;
use super::name::Written;
use super::{Scanner, TTL_DIGITS, number};
use crate::zone::record_type;

/// Digits of a time such as `20260131120000`; fewer are seconds.
const DATE_DIGITS: usize = 14;

impl Scanner<'_> {
    /// RRSIG (RFC 4034 3.2).
    pub(super) fn signature(&mut self, names: &Names) -> Option<()> {
        self.wide(|fields| {
            is_type(fields.word()?).then_some(())?;
            for _ in ["algorithm", "labels"] {
                fields.number(u8::MAX.into())?;
            }
            fields.number(u32::MAX.into())?;
            for _ in ["expiration", "inception"] {
                let word = fields.word()?;
                let is_date = word.len() == DATE_DIGITS || word.len() <= TTL_DIGITS;
                (is_date && word.iter().all(u8::is_ascii_digit)).then_some(())?;
            }
            fields.number(u16::MAX.into())?;
            fields.name(names)?;
            fields.some(|word| word.iter().all(|byte| is_base64(*byte)))
        })
    }

    /// NSEC (RFC 4034 4.2).
    pub(super) fn next_name(&mut self, names: &Names) -> Option<()> {
        self.wide(|fields| {
            fields.name(names)?;
            fields.rest(is_type)
        })
    }

    /// NSEC3 (RFC 5155 3.3).
    pub(super) fn next_hash(&mut self) -> Option<()> {
        self.wide(|fields| {
            for most in [u8::MAX.into(), u8::MAX.into(), u16::MAX.into()] {
                fields.number(most)?;
            }
            let salt = fields.word()?;
            (salt == b"-" || salt.iter().all(u8::is_ascii_hexdigit)).then_some(())?;
            let is_base32 = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'v' | b'A'..=b'V');
            fields.word()?.iter().all(is_base32).then_some(())?;
            fields.rest(is_type)
        })
    }

    /// DS (RFC 4034 5.3).
    pub(super) fn digest(&mut self) -> Option<()> {
        self.wide(|fields| {
            for most in [u16::MAX.into(), u8::MAX.into(), u8::MAX.into()] {
                fields.number(most)?;
            }
            fields.some(|word| word.iter().all(u8::is_ascii_hexdigit))
        })
    }

    /// What `read` takes of the data, up to the end of the entry.
    fn wide(&mut self, read: impl FnOnce(&mut Wide<'_>) -> Option<()>) -> Option<()> {
        let mut fields = Wide {
            scanner: *self,
            enclosed: Enclosed::NotYet,
        };
        read(&mut fields)?;
        fields.gap();
        (fields.enclosed != Enclosed::Now).then_some(())?;
        self.at = fields.scanner.at;
        Some(())
    }
}

/// The fields of an entry that may have parentheses once.
struct Wide<'t> {
    scanner: Scanner<'t>,
    enclosed: Enclosed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Enclosed {
    NotYet,
    Now,
    NoMore,
}

impl<'t> Wide<'t> {
    /// Passes over what stands between fields.
    fn gap(&mut self) {
        let bytes = self.scanner.bytes;
        loop {
            self.scanner.blanks();
            let behind = bytes.get(self.scanner.at..).unwrap_or_default();
            (self.scanner.at, self.enclosed) = match (behind, self.enclosed) {
                ([b'(', ..], Enclosed::NotYet) | ([b'\n', ..], Enclosed::Now) => {
                    (self.scanner.at + 1, Enclosed::Now)
                }
                ([b')', ..], Enclosed::Now) => (self.scanner.at + 1, Enclosed::NoMore),
                ([b'\r', b'\n', ..], Enclosed::Now) => (self.scanner.at + 2, Enclosed::Now),
                _ => return,
            };
        }
    }

    fn word(&mut self) -> Option<&'t [u8]> {
        self.gap();
        Some(self.scanner.word()).filter(|word| !word.is_empty())
    }

    fn number(&mut self, max: u64) -> Option<u64> {
        number(self.word()?, TTL_DIGITS, max)
    }

    fn name(&mut self, names: &Names) -> Option<Written<'t>> {
        self.gap();
        self.scanner.name(names)
    }

    /// One field or more.
    fn some(&mut self, is_it: impl Fn(&[u8]) -> bool) -> Option<()> {
        is_it(self.word()?).then_some(())?;
        self.rest(is_it)
    }

    /// All fields that are left.
    fn rest(&mut self, is_it: impl Fn(&[u8]) -> bool) -> Option<()> {
        while let Some(word) = self.word() {
            is_it(word).then_some(())?;
        }
        Some(())
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// The mnemonic of a type of records, of which a signed zone's names have only a few.
fn is_type(word: &[u8]) -> bool {
    matches!(
        word,
        b"A" | b"AAAA"
            | b"CNAME"
            | b"DS"
            | b"MX"
            | b"NAPTR"
            | b"NS"
            | b"NSEC"
            | b"NSEC3"
            | b"PTR"
            | b"RRSIG"
            | b"SOA"
            | b"SRV"
            | b"TXT"
    ) || std::str::from_utf8(word).is_ok_and(|word| record_type::from_mnemonic(word).is_some())
}
