//! What is in force where lines stand, and how a line is read by it.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Target;
use super::scan::Scanner;
use crate::dns::name::MAX_LABEL;
use crate::dns::{Name, Record, WrittenName};
use crate::source::{SourceId, Span, Spanned};
use crate::zone::Format;
use crate::zone::fields::read_name;
use crate::zone::head::Head;
use crate::zone::lexer::{Entry, Lexer};
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
        fn hash<const ROOM: usize>(above: u64, label: &[u8]) -> u64 {
            let mut lower = [0; ROOM];
            lower[..label.len()].copy_from_slice(label);
            lower.make_ascii_lowercase();
            xxh3_64_with_seed(&lower[..label.len()], above)
        }
        // Almost every label is short, and clearing room for the longest takes time.
        match label.len() {
            0..=16 => hash::<16>(above, label),
            _ => hash::<MAX_LABEL>(above, label),
        }
    }

    /// The number of a name.
    pub(in crate::zone) fn of(self, name: &Name) -> u64 {
        name.iter().rev().fold(self.root, Self::below)
    }
}

impl Default for Hashes {
    /// The same in the whole run.
    fn default() -> Self {
        static ROOT: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        Self { root: *ROOT }
    }
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
    pub(in crate::zone) text: Arc<String>,
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
        self.entry(at, |text, entry| {
            read_name(text, entry.tokens.first()?, &self.origin).ok()
        })
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
        let mut entry = Entry::with_room();
        Lexer::new(text.as_str()).next(&mut entry).then_some(())?;
        read(&text, &entry)
    }

    fn line(&self, at: usize) -> Text<'_> {
        let rest = &self.text[at..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        Text::verbatim_part(self.source, &rest[..end], at)
    }
}
