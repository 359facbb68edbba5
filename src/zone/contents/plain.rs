//! Records of which only the place is kept until somebody asks for them.
//!
//! Almost all records of a large zone are addresses, texts and mail routes that no lookup of
//! a handset meets. Once a line is known to be sound, its owner, type and place are enough:
//! 16 bytes. The record is read from the text when it is asked for, by the code that reads
//! every other one.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, RwLock};

use hashbrown::{HashMap, HashSet};
use rayon::slice::ParallelSliceMut;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::identity;
use crate::dns::name::MAX_LABEL;
use crate::dns::{Name, Record, RecordType, RrSet, WrittenName};
use crate::source::{SourceId, Span, Spanned};
use crate::zone::Format;
use crate::zone::fields::read_name;
use crate::zone::head::Head;
use crate::zone::lexer::{Entry, Lexer};
use crate::zone::text::Text;

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::zone) enum Kind {
    /// The owner of lines that follow and begin with a blank.
    Owner,
    A,
    Aaaa,
    Ptr,
    Txt,
    Mx,
}

impl Kind {
    const fn of(record_type: RecordType) -> Option<Self> {
        match record_type {
            RecordType::A => Some(Self::A),
            RecordType::AAAA => Some(Self::Aaaa),
            RecordType::PTR => Some(Self::Ptr),
            RecordType::TXT => Some(Self::Txt),
            RecordType::MX => Some(Self::Mx),
            _ => None,
        }
    }
}

/// The kinds whose records nobody reads, only that they are there.
const NOTED: [RecordType; 2] = [RecordType::TXT, RecordType::MX];

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
    pub(in crate::zone) fn below(above: u64, label: &[u8]) -> u64 {
        let mut lower = [0; MAX_LABEL];
        let lower = &mut lower[..label.len()];
        lower.copy_from_slice(label);
        lower.make_ascii_lowercase();
        xxh3_64_with_seed(lower, above)
    }

    pub(in crate::zone) fn of(self, name: &Name) -> u64 {
        name.iter().rev().fold(self.root, Self::below)
    }
}

impl Default for Hashes {
    fn default() -> Self {
        Self {
            root: RandomState::new().hash_one(0),
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
    /// The TTL of records that have none of their own.
    pub(in crate::zone) default_ttl: Option<Spanned<u32>>,
}

impl Setting {
    /// The record of a line, or what is known of it where its data is not kept; `owner` is
    /// where the owner of a line stands that begins with a blank.
    fn read(&self, at: usize, owner: Option<usize>) -> Option<Read> {
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
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        Text::verbatim_part(self.source, &rest[..end], at)
    }
}

/// A line that was read.
struct Read {
    record: Option<Record>,
    span: Span,
}

/// Owner, type and place of a line, in this order, so that lines of one RRset stand together
/// and in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    owner: u64,
    /// From the highest bit: 4 bits for the kind, 27 for the setting, 32 for the offset, one
    /// that says that the line begins with a blank.
    place: u64,
}

/// One setting more than fits into a line.
const SETTINGS: usize = 1 << 27;

impl Line {
    const fn new(owner: u64, kind: Kind, setting: usize, at: u32, is_indented: bool) -> Self {
        let place = (kind as u64) << 60 | (setting as u64) << 33 | (at as u64) << 1;
        Self {
            owner,
            place: place | is_indented as u64,
        }
    }

    const fn setting(self) -> usize {
        (self.place >> 33) as usize % SETTINGS
    }

    const fn at(self) -> usize {
        (self.place >> 1) as usize % (1 << 32)
    }

    const fn is_indented(self) -> bool {
        self.place % 2 == 1
    }

    const fn kind(self) -> u64 {
        self.place >> 60
    }
}

/// Lines as they are found.
#[derive(Debug, Default)]
pub(in crate::zone) struct Lines {
    hashes: Hashes,
    settings: Vec<Setting>,
    list: Vec<Line>,
    /// Names above owners.
    above: HashSet<u64>,
    /// The origin of the last setting was noted.
    has_origin: bool,
    /// A bit for each kind that there is.
    kinds: u8,
}

impl Lines {
    pub(in crate::zone) fn hashes(&self) -> Hashes {
        self.hashes
    }

    /// What is in force for the lines that are added.
    pub(in crate::zone) fn setting(&self) -> Option<&Setting> {
        self.settings.last()
    }

    /// Puts another setting in force; `false` where there have been too many.
    pub(in crate::zone) fn set(&mut self, setting: Setting) -> bool {
        let has_room = self.settings.len() < SETTINGS;
        if has_room {
            self.settings.push(setting);
            self.has_origin = false;
        }
        has_room
    }

    /// Adds a line of the setting in force.
    pub(in crate::zone) fn add(&mut self, owner: u64, kind: Kind, at: u32, is_indented: bool) {
        let setting = self.settings.len() - 1;
        let line = Line::new(owner, kind, setting, at, is_indented);
        self.list.push(line);
        self.kinds |= 1 << kind as u8;
    }

    /// Notes the origin in force and the names above it: an owner stands below. Those above the
    /// apex, which has so many labels, are of no interest.
    pub(in crate::zone) fn add_origin(&mut self, apex_labels: usize) {
        let Some(setting) = self.settings.last().filter(|_| !self.has_origin) else {
            return;
        };
        self.has_origin = true;
        let origin = &setting.origin;
        let names = (apex_labels..=origin.iter().len()).map(|labels| origin.trim_to(labels));
        self.above.extend(names.map(|name| self.hashes.of(&name)));
    }

    /// Notes a name above an owner.
    pub(in crate::zone) fn add_above(&mut self, name: u64) {
        self.above.insert(name);
    }

    /// The lines in order.
    pub(super) fn finish(mut self) -> Plain {
        self.list.par_sort_unstable();
        self.list.shrink_to_fit();
        Plain {
            starts: starts(&self.list),
            lines: self,
            made: RwLock::default(),
            sets: boxcar::Vec::new(),
        }
    }
}

/// About so many lines share a number of their owners' highest bits.
const SHARED: usize = 8;

/// Where the owners' numbers begin that have the same highest bits, and where the last end:
/// they are spread evenly, so this finds an owner in one step.
fn starts(lines: &[Line]) -> Vec<u32> {
    if lines.is_empty() {
        return Vec::new();
    }
    let bits = (lines.len() / SHARED).max(2).ilog2();
    let mut starts = Vec::with_capacity((1 << bits) + 1);
    let mut at = 0;
    for first in 0..1_u64 << bits {
        while lines
            .get(at)
            .is_some_and(|line| line.owner >> (64 - bits) < first)
        {
            at += 1;
        }
        // A text has fewer lines than its 2^32 octets.
        starts.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
    starts.push(u32::try_from(lines.len()).unwrap_or(u32::MAX));
    starts
}

/// The lines in order, and the RRsets that were made of them.
#[derive(Debug, Default)]
pub(super) struct Plain {
    lines: Lines,
    /// See [`starts`].
    starts: Vec<u32>,
    /// Where an RRset is that was made; none where the lines belong to another name.
    made: RwLock<HashMap<(u64, RecordType), Option<usize>>>,
    sets: boxcar::Vec<RrSet>,
}

impl Plain {
    /// A line has this name as its owner, or a name below it.
    pub(super) fn exists(&self, name: &Name) -> bool {
        if self.lines.list.is_empty() {
            return false;
        }
        let owner = self.lines.hashes.of(name);
        self.lines.above.contains(&owner) || !self.at(owner).is_empty()
    }

    /// The types of an owner's lines, of those whose records are read when they are asked for.
    pub(super) fn types(&self, owner: &Name) -> impl Iterator<Item = RecordType> {
        let number = self.lines.hashes.of(owner);
        let lines = self.at(number);
        let read_later = [RecordType::A, RecordType::AAAA, RecordType::PTR];
        let is_there = |of_type: &RecordType| {
            let kind = Kind::of(*of_type);
            kind.is_some_and(|kind| !of(lines, kind).is_empty())
        };
        read_later
            .into_iter()
            .filter(move |of_type| is_there(of_type))
    }

    /// The RRset of that owner and type where lines belong to it, with the records in `read`,
    /// which were read at once.
    pub(super) fn set<'p>(
        &'p self,
        owner: &Name,
        record_type: RecordType,
        read: Option<&'p RrSet>,
    ) -> Option<&'p RrSet> {
        let Some(kind) = Kind::of(record_type).filter(|_| !self.lines.list.is_empty()) else {
            return read;
        };
        let number = self.lines.hashes.of(owner);
        let lines = self.of(number, kind);
        if lines.is_empty() {
            return read;
        }
        let key = (number, record_type);
        if let Some(made) = self.made.read().ok()?.get(&key) {
            return made.map_or(read, |at| Some(&self.sets[at]));
        }
        let mut records: Vec<_> = read.map(|set| set.records.clone()).unwrap_or_default();
        let lines = lines.iter().filter_map(|line| self.read(*line)?.record);
        records.extend(lines.filter(|record| record.owner.name == *owner));
        // Those read at once may stand between the lines.
        records.sort_by_key(|record| record.span);
        let mut seen = HashSet::with_capacity(records.len());
        let is_first: Vec<_> = records.iter().map(|r| seen.insert(identity(r))).collect();
        drop(seen);
        let mut is_first = is_first.into_iter();
        records.retain(|_| is_first.next().unwrap_or(true));
        let mut made = self.made.write().ok()?;
        let at = *made.entry(key).or_insert_with(|| {
            (!records.is_empty()).then(|| {
                self.sets.push(RrSet {
                    owner: records[0].owner.name.clone(),
                    record_type,
                    records,
                })
            })
        });
        at.map_or(read, |at| Some(&self.sets[at]))
    }

    /// How many lines are records.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        let lines = self.lines.list.iter();
        lines
            .filter(|line| line.kind() != Kind::Owner as u64)
            .count()
    }

    /// There are lines of that type.
    pub(super) fn holds(&self, record_type: RecordType) -> bool {
        let kind = Kind::of(record_type);
        kind.is_some_and(|kind| self.lines.kinds & (1 << kind as u8) != 0)
    }

    /// The owners of lines of that type.
    pub(super) fn owners(&self, record_type: RecordType) -> impl Iterator<Item = Name> {
        let kind = Kind::of(record_type);
        let lines = kind.into_iter().flat_map(|kind| {
            let of_kind = move |line: &&Line| line.kind() == kind as u64;
            self.lines.list.iter().filter(of_kind)
        });
        let mut last = None;
        let first = lines.filter(move |line| last.replace(line.owner) != Some(line.owner));
        first.filter_map(|line| Some(self.read(*line)?.record?.owner.name))
    }

    /// The first line of a type whose records are only noted.
    pub(super) fn noted(&self, owner: &Name) -> Option<(RecordType, Span)> {
        if self.lines.list.is_empty() {
            return None;
        }
        let number = self.lines.hashes.of(owner);
        let of_type = |record_type| {
            let lines = self.of(number, Kind::of(record_type)?);
            Some((record_type, self.read(*lines.first()?)?.span))
        };
        let noted = NOTED.into_iter().filter_map(of_type);
        noted.min_by_key(|(_, span)| *span)
    }

    /// The lines of an owner and a kind.
    fn of(&self, owner: u64, kind: Kind) -> &[Line] {
        of(self.at(owner), kind)
    }

    /// The lines of an owner.
    fn at(&self, owner: u64) -> &[Line] {
        let lines = &self.lines.list;
        let Some(bits) = self.starts.len().checked_ilog2() else {
            return &[];
        };
        let highest = usize::try_from(owner >> (64 - bits)).unwrap_or(0);
        let shared = &lines[self.starts[highest] as usize..self.starts[highest + 1] as usize];
        let start = shared.partition_point(|line| line.owner < owner);
        let count = shared[start..].partition_point(|line| line.owner == owner);
        &shared[start..start + count]
    }

    fn read(&self, line: Line) -> Option<Read> {
        let setting = &self.lines.settings[line.setting()];
        let owner = if line.is_indented() {
            // The last one named before the line.
            let owners = self.of(line.owner, Kind::Owner);
            let place = |line: Line| (line.setting(), line.at());
            let before = owners.partition_point(|owner| place(*owner) < place(line));
            Some(owners[before.checked_sub(1)?].at())
        } else {
            None
        };
        setting.read(line.at(), owner)
    }
}

/// Those of an owner's lines that are of a kind.
fn of(lines: &[Line], kind: Kind) -> &[Line] {
    let start = lines.partition_point(|line| line.kind() < kind as u64);
    let count = lines[start..].partition_point(|line| line.kind() == kind as u64);
    &lines[start..start + count]
}
