//! What is in force where lines stand, and how a line is read by it.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use bytestring::ByteString;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::scan::{Scanner, Target};
use crate::dns::name::MAX_LABEL;
use crate::dns::{Name, Record, WrittenName};
use crate::source::{SourceId, Span, Spanned};
use crate::zone::Format;
use crate::zone::fields::read_name;
use crate::zone::head::Head;
use crate::zone::lexer::{Entry, Lexer};
use crate::zone::name;
use crate::zone::text::Text;

/// Names as numbers: that of a name follows from the one above it and its lowest label, in
/// any case. They differ from run to run, so that nobody can make two names meet.
#[derive(Debug, Clone, Copy)]
pub(in crate::zone) struct Hashes {
    root: u64,
}

impl Hashes {
    pub(in crate::zone) fn root(self) -> u64 {
        self.root
    }

    /// The number of the name that `label` makes below another; a label has at most 63
    /// octets.
    #[inline]
    pub(in crate::zone) fn below(above: u64, label: &[u8]) -> u64 {
        // Almost every label is short: its octets are two numbers, which overlap.
        let (first, last) = match label.len() {
            0 => (0, 0),
            length @ 1..=3 => {
                let [first, middle, last] = [label[0], label[length / 2], label[length - 1]];
                let word = u32::from_le_bytes([first, middle, last, 0]);
                (u64::from(word), 0)
            }
            length @ 4..=8 => (four(&label[..4]), four(&label[length - 4..])),
            length @ 9..=16 => (eight(&label[..8]), eight(&label[length - 8..])),
            length => {
                let mut lower = [0; MAX_LABEL];
                lower[..length].copy_from_slice(label);
                lower.make_ascii_lowercase();
                return xxh3_64_with_seed(&lower[..length], above);
            }
        };
        // No turn of one factor may be the other, as it would be of `aaaaaaaaa` if the number above
        // were only turned: both halves of the product would have much in common.
        let octets = fold(
            in_lower_case(first) ^ above,
            in_lower_case(last) ^ above.wrapping_mul(LENGTHS),
        );
        fold(octets ^ above, LENGTHS ^ label.len() as u64)
    }

    /// The number of a name.
    pub(in crate::zone) fn of(self, name: &Name) -> u64 {
        name.from_highest().fold(self.root, Self::below)
    }
}

impl Default for Hashes {
    /// The same in the whole run.
    fn default() -> Self {
        static ROOT: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        Self { root: *ROOT }
    }
}

/// Bits without a pattern; lengths change the lowest of them.
const LENGTHS: u64 = 0x9e37_79b9_7f4a_7c15;

/// Both halves of the product, mixed.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "both halves are taken")]
const fn fold(one: u64, other: u64) -> u64 {
    let product = (one as u128).wrapping_mul(other as u128);
    (product >> 64) as u64 ^ product as u64
}

#[inline]
fn four(octets: &[u8]) -> u64 {
    let octets = octets.try_into().map(u32::from_le_bytes);
    octets.map_or(0, u64::from)
}

#[inline]
fn eight(octets: &[u8]) -> u64 {
    octets.try_into().map_or(0, u64::from_le_bytes)
}

/// Eight octets, letters in lower case.
#[inline]
const fn in_lower_case(octets: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The highest bit of an octet says that the seven others are at least `A`, or above `Z`.
    let seven = octets & (0x7f * EACH);
    let from_a = seven + (0x80 - b'A' as u64) * EACH;
    let above_z = seven + (0x7f - b'Z' as u64) * EACH;
    let is_upper = from_a & !above_z & !octets & (0x80 * EACH);
    octets | is_upper >> 2
}

/// What names are completed with, and what owners have to be in.
#[derive(Debug, Clone, Copy)]
pub(in crate::zone) struct Names {
    pub(super) hashes: Hashes,
    pub(super) origin: u64,
    /// What the origin's lowest label begins with.
    pub(super) first: Option<u8>,
    /// Octets of the origin in a message.
    pub(super) origin_length: usize,
    /// Labels of the origin.
    pub(super) origin_labels: usize,
    /// Relative owners are in the zone.
    pub(super) is_inside: bool,
    pub(super) apex: u64,
    /// Labels of the apex.
    pub(super) apex_labels: usize,
}

impl Names {
    pub(in crate::zone) fn new(apex: &Name, origin: &Name) -> Self {
        let hashes = Hashes::default();
        Self {
            hashes,
            origin: hashes.of(origin),
            first: origin.iter().next().and_then(<[u8]>::first).copied(),
            origin_length: origin.length(),
            origin_labels: origin.iter().len(),
            is_inside: apex.zone_of(origin),
            apex: hashes.of(apex),
            apex_labels: apex.iter().len(),
        }
    }
}

/// What is in force where lines stand.
#[derive(Debug)]
pub(in crate::zone) struct Setting {
    pub(in crate::zone) source: SourceId,
    pub(in crate::zone) text: ByteString,
    pub(in crate::zone) format: Format,
    pub(in crate::zone) origin: Name,
    pub(in crate::zone) names: Names,
    /// The TTL of records that have none of their own.
    pub(in crate::zone) default_ttl: Option<Spanned<u32>>,
}

/// A line that was read.
pub(super) struct Read {
    /// None where its data is not kept.
    pub(super) record: Option<Record>,
    pub(super) span: Span,
}

impl Setting {
    /// The record of a line, or what is known of it where its data is not kept; `owner` is
    /// where the owner of a line stands that begins with a blank.
    pub(super) fn read(&self, at: usize, owner: Option<usize>) -> Option<Read> {
        self.entry(at, |text, entry| {
            let head = Head::read(text, &entry.tokens, entry.indented, self.format)?;
            let (data, span) = head.data(text, head.record_type?, &self.origin).ok()?;
            let owner = match head.owner {
                Some(token) => read_name(text, token, &self.origin).ok()?,
                None => self.owner(owner?)?,
            };
            let ttl = head.ttl.or(self.default_ttl);
            let record = data.zip(ttl).map(|(data, ttl)| Record {
                owner,
                ttl,
                data,
                span,
                aging: head.aging,
            });
            Some(Read { record, span })
        })
    }

    /// The owner of the line at that offset.
    pub(in crate::zone) fn owner(&self, at: usize) -> Option<WrittenName> {
        let written = &self.text[at..at + self.scanner(at).field()];
        let span = Span::new(self.source, at, at + written.len());
        name::written(written, span, &self.origin).ok()
    }

    /// The line's own TTL.
    pub(in crate::zone) fn ttl(&self, at: usize) -> Option<Spanned<u32>> {
        self.entry(at, |text, entry| {
            Head::read(text, &entry.tokens, entry.indented, self.format)?.ttl
        })
    }

    /// The number of the owner in the first column of the line at that offset.
    pub(super) fn owner_hash(&self, at: usize) -> Option<u64> {
        self.scanner(at).owner_hash(&self.names)
    }

    /// The name that the line at that offset leads to.
    pub(super) fn target(&self, at: usize) -> Option<Target> {
        self.scanner(at).target(&self.names)
    }

    fn scanner(&self, at: usize) -> Scanner<'_> {
        Scanner::new(&self.text, at, self.format)
    }

    /// What `read` makes of the line at that offset.
    fn entry<T>(
        &self,
        at: usize,
        read: impl FnOnce(&Text<'_>, &Entry<'_>) -> Option<T>,
    ) -> Option<T> {
        let text = self.line(at);
        let mut entry = Entry::default();
        Lexer::new(text.as_str()).next(&mut entry).then_some(())?;
        read(&text, &entry)
    }

    fn line(&self, at: usize) -> Text<'_> {
        let rest = &self.text[at..];
        let line_end = |from: usize| {
            let end = memchr::memchr(b'\n', &rest.as_bytes()[from..]);
            end.map_or(rest.len(), |end| from + end + 1)
        };
        let mut end = line_end(0);
        // Parentheses may be closed in a line that follows, but for those in remarks and texts.
        let is_open = |open: usize| {
            let fields = rest[..end].split(';').next().unwrap_or_default();
            open < fields.len() && !fields.contains(['"', ')'])
        };
        if memchr::memchr(b'(', &rest.as_bytes()[..end]).is_some_and(is_open) {
            let close = memchr::memchr(b')', &rest.as_bytes()[end..]);
            end = close.map_or(end, |close| line_end(end + close));
        }
        Text::verbatim_part(self.source, &rest[..end], at)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::source::{Origin, Source, Sources};

    #[test]
    fn a_line_goes_on_to_where_its_parentheses_are_closed_and_no_further() {
        let origin = Name::root();
        let line = |text: &str| {
            let source = Sources::new().add(Source::new("t", Origin::Stdin, text));
            let setting = Setting {
                source,
                text: text.into(),
                format: Format::MasterFile,
                names: Names::new(&origin, &origin),
                origin: origin.clone(),
                default_ttl: None,
            };
            setting.line(0).as_str().to_owned()
        };
        let over_lines = "a DS 1 8 2 (\n AA\n BB ) ; (\n";
        assert_eq!(line(&format!("{over_lines}b A 10.0.0.1 )\n")), over_lines);
        for alone in ["a A 10.0.0.1 ; (\n", "a TXT \"(\"\n", "a TXT ( \"x\" )\n"] {
            assert_eq!(line(&format!("{alone}b\nc )\n")), alone);
        }
    }

    #[test]
    fn a_number_tells_every_label_from_every_other_in_any_case() {
        let root = Hashes::default().root();
        let below = |label: &[u8]| Hashes::below(root, label);
        let mut seen = HashSet::new();
        for length in 0..=MAX_LABEL {
            assert!(seen.insert(below(&vec![b'a'; length])), "{length}");
            for at in 0..length {
                for octet in (0..=u8::MAX).filter(|octet| !b"aA".contains(octet)) {
                    let mut label = vec![b'a'; length];
                    label[at] = octet;
                    let number = below(&label);
                    assert_eq!(number, below(&label.to_ascii_uppercase()), "{label:?}");
                    if !octet.is_ascii_uppercase() {
                        assert!(seen.insert(number), "{label:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn labels_of_one_octet_over_and_over_are_told_apart_below_any_name() {
        for above in (1..=64).map(|number: u64| LENGTHS.wrapping_mul(number)) {
            let mut seen = HashSet::new();
            for length in 9..=16 {
                for (at, octet) in (0..length).flat_map(|at| (b'b'..=b'z').map(move |o| (at, o))) {
                    let mut label = vec![b'a'; length];
                    label[at] = octet;
                    assert!(
                        seen.insert(Hashes::below(above, &label)),
                        "{above} {label:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_number_depends_on_every_name_above() {
        let root = Hashes::default().root();
        let of = |labels: &[&str]| {
            let labels = labels.iter();
            labels.fold(root, |above, label| Hashes::below(above, label.as_bytes()))
        };
        let numbers = [
            of(&["a", "b"]),
            of(&["b", "a"]),
            of(&["ab"]),
            of(&["a"]),
            of(&["c", "b"]),
        ];
        assert_eq!(HashSet::from(numbers).len(), numbers.len());
        assert!(!numbers.contains(&root));
    }

    #[test]
    fn numbers_spread_over_their_highest_and_their_lowest_bits() {
        let root = Hashes::default().root();
        let numbers: Vec<_> = (0..1_u64 << 16)
            .map(|number| Hashes::below(root, format!("host{number}").as_bytes()))
            .collect();
        for bits in [|number: &u64| number >> 48, |number: &u64| number & 0xffff] {
            let filled: HashSet<_> = numbers.iter().map(bits).collect();
            // Of 2^16 places that as many balls fall into at random, 1 - 1/e are hit.
            let percent = (100 * filled.len()) >> 16;
            assert!((62..65).contains(&percent), "{percent}");
        }
    }
}
