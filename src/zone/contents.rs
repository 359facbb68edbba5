//! What a zone holds: the RRsets a handset can ask for, and which names exist.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::hash::BuildHasher;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use hashbrown::{DefaultHashBuilder, HashMap, HashSet, HashTable};
use rayon::slice::ParallelSliceMut;

use super::plain::{Hashes, Lines, Plain};
use crate::dns::{Name, Record, RecordType, RrSet};
use crate::remembered::side_by_side;
use crate::source::Span;

mod identity;

pub use identity::RecordData;
pub(crate) use identity::firsts;
pub(in crate::zone) use identity::identity;

/// RRsets with more records than this get an index, so that looking for a record that is
/// there already stays cheap in a set of a million.
const UNINDEXED: usize = 16;

/// A zone's records by owner. Record types that no lookup of a handset can meet are only
/// noted: that the owner exists, and where the first of them stands.
#[derive(Debug, Default)]
pub struct Contents {
    /// Every name that exists: owners, and the empty non-terminals above them (RFC 4592
    /// 2.2.2) up to the root. So a name that is here has all its ancestors here.
    nodes: HashMap<Name, Node>,
    /// For each type of [`Contents::TYPES`] its RRsets, in the order of reading.
    sets: [Vec<RrSet>; Contents::TYPES.len()],
    duplicates: Vec<Record>,
    /// Signatures were noted.
    is_signed: bool,
    /// For large RRsets: where a record of equal TTL and data stands in the set.
    indexes: HashMap<(Name, RecordType), HashTable<usize>>,
    hasher: DefaultHashBuilder,
    /// What is read when it is asked for.
    plain: Plain,
    /// The numbers of names that own NS records, where somebody has asked.
    delegating: OnceLock<HashSet<u64>>,
    /// For each type of [`Contents::TYPES`] its RRsets in order, where somebody has asked.
    in_order: [OnceLock<Vec<Place>>; Contents::TYPES.len()],
}

/// Where an RRset is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Among those that were read at once.
    Read(usize),
    /// Among those that were made of lines.
    Made(usize),
}

/// The records of one name; none for an empty non-terminal.
#[derive(Debug, Default)]
struct Node {
    /// For each type of [`Contents::TYPES`] where its RRset is among those of the type.
    sets: [Option<NonZeroU32>; Contents::TYPES.len()],
    other: Option<(RecordType, Span)>,
    /// A name below it exists.
    is_above: bool,
}

/// Where the RRsets of a type are kept.
fn slot(record_type: RecordType) -> Option<usize> {
    Contents::TYPES.iter().position(|kept| *kept == record_type)
}

/// The index of an RRset from its number, which starts at one.
fn index(number: NonZeroU32) -> usize {
    number.get() as usize - 1
}

impl Contents {
    /// The types whose records are kept; of others it is only noted that they are there.
    pub const TYPES: [RecordType; 9] = [
        RecordType::A,
        RecordType::AAAA,
        RecordType::CNAME,
        RecordType::DNAME,
        RecordType::NS,
        RecordType::PTR,
        RecordType::SRV,
        RecordType::NAPTR,
        RecordType::SOA,
    ];

    /// Adds a record; one that is there already, TTL, data and all, is not added again but
    /// put among the [`duplicates`](Self::duplicates), since servers serve it once
    /// (RFC 2181 5). The owner must be absolute.
    pub fn insert(&mut self, record: Record) {
        let record_type = record.record_type();
        // Every type that has data of its own is kept.
        let Some(slot) = slot(record_type) else {
            return;
        };
        let sets = &mut self.sets[slot];
        let node = node(&mut self.nodes, &record.owner.name);
        let Some(number) = node.sets[slot] else {
            sets.push(RrSet::new(record.owner.name.clone(), vec![record]));
            // A text has fewer records than its 2^32 octets.
            node.sets[slot] = u32::try_from(sets.len()).ok().and_then(NonZeroU32::new);
            return;
        };
        let set = &mut sets[index(number)];
        let is_duplicate = if set.records.len() < UNINDEXED {
            let key = identity(&record);
            set.records.iter().any(|other| identity(other) == key)
        } else {
            let hash = |record: &Record| self.hasher.hash_one(identity(record));
            let records = &set.records;
            let index = self
                .indexes
                .entry((set.owner.clone(), record_type))
                .or_insert_with(|| {
                    let mut index = HashTable::with_capacity(2 * UNINDEXED);
                    for (at, record) in records.iter().enumerate() {
                        index.insert_unique(hash(record), at, |&at| hash(&records[at]));
                    }
                    index
                });
            let key = identity(&record);
            let found = index.find(hash(&record), |&at| identity(&records[at]) == key);
            let is_duplicate = found.is_some();
            if !is_duplicate {
                index.insert_unique(hash(&record), records.len(), |&at| hash(&records[at]));
            }
            is_duplicate
        };
        if is_duplicate {
            self.duplicates.push(record);
        } else {
            Arc::make_mut(&mut set.records).push(record);
        }
    }

    /// Notes a record of a type that is not kept. One that DNSSEC adds to every owner gives
    /// way to one of another type.
    pub fn note_other(&mut self, owner: &Name, record_type: RecordType, span: Span) {
        self.is_signed |= record_type == RecordType::RRSIG;
        let node = node(&mut self.nodes, owner);
        let gives_way = |(noted, _)| is_of_dnssec(noted) && !is_of_dnssec(record_type);
        if node.other.is_none_or(gives_way) {
            node.other = Some((record_type, span));
        }
    }

    /// There are signatures of its records (RFC 4035 2.2).
    pub fn is_signed(&self) -> bool {
        self.is_signed || self.plain.holds(RecordType::RRSIG)
    }

    /// Whether records of this type are kept, or only noted.
    pub fn keeps(record_type: RecordType) -> bool {
        Contents::TYPES.contains(&record_type)
    }

    /// The name owns records, of whatever type, or a name below it does (an empty
    /// non-terminal).
    pub fn exists(&self, name: &Name) -> bool {
        self.nodes.contains_key(name) || self.plain.exists(self.plain.number(name))
    }

    /// A name below it exists.
    pub fn is_above(&self, name: &Name) -> bool {
        let node = self.nodes.get(name);
        node.is_some_and(|node| node.is_above) || self.plain.is_above(self.plain.number(name))
    }

    /// A name that exists, to ask for several of its RRsets.
    pub fn at(&self, name: Name) -> Option<Existing<'_>> {
        let number = self.plain.number(&name);
        self.at_number(name, number)
    }

    /// The name as if it existed.
    pub fn supposed(&self, name: Name) -> Existing<'_> {
        let number = self.plain.number(&name);
        self.existing(name, number)
    }

    /// The names at and above `name` that have more than so many labels, each where it exists,
    /// the highest first.
    pub fn path(&self, name: &Name, labels: usize) -> impl Iterator<Item = Option<Existing<'_>>> {
        let mut number = self.plain.number(&name.trim_to(labels));
        let below = name.from_highest().skip(labels);
        // Where a name exists, all those above it do.
        let exists = self.exists(name);
        below.enumerate().map(move |(below, label)| {
            number = Hashes::below(number, label);
            let at = name.trim_to(labels + below + 1);
            if exists {
                return Some(self.existing(at, number));
            }
            self.at_number(at, number)
        })
    }

    /// The NS records of the highest name that has some, of `name` and those above it that have
    /// more than so many labels.
    pub(super) fn cut_above(&self, name: &Name, labels: usize) -> Option<&RrSet> {
        let delegating = self.delegating.get_or_init(|| {
            let read = self.read_owners(RecordType::NS);
            let read = read.map(|owner| self.plain.number(owner));
            read.chain(self.plain.delegating()).collect()
        });
        let mut number = self.plain.number(&Name::root());
        name.from_highest().enumerate().find_map(|(above, label)| {
            number = Hashes::below(number, label);
            let may_be = above >= labels && delegating.contains(&number);
            let name = may_be.then(|| name.trim_to(above + 1))?;
            self.set(&name, RecordType::NS)
        })
    }

    fn at_number(&self, name: Name, number: u64) -> Option<Existing<'_>> {
        let supposed = self.existing(name, number);
        supposed.exists().then_some(supposed)
    }

    fn existing(&self, name: Name, number: u64) -> Existing<'_> {
        Existing {
            contents: self,
            node: OnceCell::new(),
            name,
            number,
        }
    }

    /// Whether there may be records of a type that is kept.
    pub fn may_hold(&self, record_type: RecordType) -> bool {
        let read = slot(record_type).is_some_and(|slot| !self.sets[slot].is_empty());
        read || self.plain.holds(record_type)
    }

    /// The RRset of exactly that owner and type.
    pub fn set(&self, owner: &Name, record_type: RecordType) -> Option<&RrSet> {
        let read = self.read(record_type, || self.nodes.get(owner));
        if !self.plain.holds(record_type) {
            return read;
        }
        let number = self.plain.number(owner);
        self.plain.set(owner, number, record_type, read)
    }

    /// The same of the records that were read at once, of the owner that has that node.
    fn read<'c>(
        &'c self,
        record_type: RecordType,
        node: impl FnOnce() -> Option<&'c Node>,
    ) -> Option<&'c RrSet> {
        let slot = slot(record_type)?;
        let sets = &self.sets[slot];
        let node = if sets.is_empty() { None } else { node() };
        Some(&sets[index(node?.sets[slot]?)])
    }

    /// All RRsets kept of an owner, in the order of their first records.
    pub fn sets_at(&self, owner: &Name) -> Vec<&RrSet> {
        let read = self.nodes.get(owner).map(|node| &node.sets);
        let read = read.into_iter().flatten().zip(Contents::TYPES);
        let read = read.filter_map(|(number, of_type)| number.map(|_| of_type));
        let mut types: Vec<_> = read.chain(self.plain.types(owner)).collect();
        types.sort_unstable();
        types.dedup();
        let sets = types.into_iter();
        let mut sets: Vec<_> = sets
            .filter_map(|of_type| self.set(owner, of_type))
            .collect();
        sets.sort_by_key(|set| set.place);
        sets
    }

    /// The first record of an owner whose type is not kept; one of DNSSEC only where there is
    /// no other.
    pub fn other_at(&self, owner: &Name) -> Option<(RecordType, Span)> {
        let read = self.nodes.get(owner).and_then(|node| node.other);
        let noted = [read, self.plain.noted(owner)].into_iter().flatten();
        noted.min_by_key(|(other, span)| (is_of_dnssec(*other), *span))
    }

    /// All RRsets of a type, in the order of their first records' places; sets that came
    /// from one place (`$GENERATE`) in canonical order of their owners.
    pub fn sets(&self, record_type: RecordType) -> Vec<&RrSet> {
        let Some(slot) = slot(record_type) else {
            return Vec::new();
        };
        let places = side_by_side(&self.in_order[slot], || self.places(slot)).iter();
        places.map(|place| self.at_place(slot, *place)).collect()
    }

    fn places(&self, slot: usize) -> Vec<Place> {
        let record_type = Contents::TYPES[slot];
        let has_lines = |owner| self.plain.has(owner, record_type);
        let read = self.sets[slot].iter().enumerate();
        let read = read.filter(|(_, set)| !has_lines(&set.owner));
        let mut places: Vec<_> = read.map(|(at, _)| Place::Read(at)).collect();
        if self.plain.holds(record_type) {
            let at = |owner: &Name| self.read(record_type, || self.nodes.get(owner));
            let made = self.plain.make_all(record_type, at);
            places.extend(made.into_iter().map(Place::Made));
        }
        let set = |place: &Place| self.at_place(slot, *place);
        sort(&mut places, |one, two| set(one).by_place(set(two)));
        places
    }

    fn at_place(&self, slot: usize, place: Place) -> &RrSet {
        match place {
            Place::Read(at) => &self.sets[slot][at],
            Place::Made(at) => self.plain.made(at),
        }
    }

    /// The aliases that are services: their lowest label begins with `_`.
    pub fn service_aliases(&self) -> Vec<&RrSet> {
        let read = self.read_owners(RecordType::CNAME).filter(|owner| {
            let lowest = owner.iter().next();
            lowest.is_some_and(|label| label.starts_with(b"_"))
        });
        let lines = self.plain.service_aliases();
        self.sets_of(RecordType::CNAME, read.cloned().chain(lines))
    }

    /// The aliases that may have other records beside them: all that have, and few that have
    /// not.
    pub fn crowded_aliases(&self) -> Vec<&RrSet> {
        let has_line = |owner: &&Name| self.plain.has(owner, RecordType::CNAME);
        let read = self.read_owners(RecordType::CNAME);
        let read = read.chain(self.nodes.keys().filter(has_line)).cloned();
        let lines = self.plain.crowded_aliases();
        self.sets_of(RecordType::CNAME, read.chain(lines))
    }

    /// The NS sets that may lead to a name in the zone that owns no record of these types: all
    /// that do, and few that do not.
    pub fn dangling_delegations(&self, types: &[RecordType]) -> Vec<&RrSet> {
        let owners = types.iter().flat_map(|of_type| self.read_owners(*of_type));
        let read: HashSet<u64> = owners.map(|owner| self.plain.number(owner)).collect();
        let lines = self.plain.delegations_to(|target| {
            let has = |of_type: &RecordType| self.plain.number_has(target, *of_type);
            !read.contains(&target) && !types.iter().any(has)
        });
        let read = self.read_owners(RecordType::NS).cloned();
        self.sets_of(RecordType::NS, read.chain(lines))
    }

    /// The numbers of names that are aliases.
    pub(super) fn alias_numbers(&self) -> impl Iterator<Item = u64> {
        let read = self.read_owners(RecordType::CNAME);
        let read = read.map(|owner| self.plain.number(owner));
        read.chain(self.plain.alias_numbers())
    }

    /// The aliases that lead to one of the names with these numbers, and all that were not
    /// plain.
    pub(super) fn aliases_to(&self, names: &HashSet<u64>) -> Vec<&RrSet> {
        let lines = self.plain.aliases_to(names);
        let read = self.read_owners(RecordType::CNAME).cloned();
        self.sets_of(RecordType::CNAME, read.chain(lines))
    }

    /// The owners of RRsets that were read at once.
    fn read_owners(&self, record_type: RecordType) -> impl Iterator<Item = &Name> {
        let sets = slot(record_type).map(|slot| &self.sets[slot]);
        sets.into_iter().flatten().map(|set| &set.owner)
    }

    /// The RRsets of those owners, each once.
    fn sets_of(&self, record_type: RecordType, owners: impl Iterator<Item = Name>) -> Vec<&RrSet> {
        let sets = owners.filter_map(|owner| self.set(&owner, record_type));
        let mut sets: Vec<_> = sets.collect();
        sort(&mut sets, |one, two| one.by_place(two));
        sets.dedup_by(|one, two| std::ptr::eq(*one, *two));
        sets
    }

    /// All RRsets, type by type.
    pub fn all_sets(&self) -> impl Iterator<Item = &RrSet> {
        Contents::TYPES
            .into_iter()
            .flat_map(|of_type| self.sets(of_type))
    }

    /// How many records are read only when they are asked for.
    #[cfg(test)]
    pub(in crate::zone) fn waiting(&self) -> usize {
        self.plain.waiting()
    }

    /// Adds lines that were found to be sound.
    pub(in crate::zone) fn set_plain(&mut self, lines: Lines) {
        self.plain = lines.finish();
    }

    /// Reads what every run asks for, side by side. Later it may be asked for where a thread
    /// must not take up other work: while it holds what others wait for.
    pub(in crate::zone) fn prepare(&self) {
        for of_type in [RecordType::SRV, RecordType::NAPTR] {
            self.sets(of_type);
        }
    }

    /// Records that repeat an earlier one of equal owner, TTL and data, in the order of their
    /// places; of types whose records are read when they are asked for, those of the RRsets
    /// that were.
    pub fn duplicates(&self) -> Vec<&Record> {
        let repeated = self.duplicates.iter().chain(self.plain.duplicates());
        let mut repeated: Vec<_> = repeated.collect();
        repeated.sort_by(|one, two| {
            let key = |record: &Record| (record.span, record.record_type());
            let owners = || one.owner.name.cmp(&two.owner.name);
            key(one).cmp(&key(two)).then_with(owners)
        });
        repeated
    }
}

fn sort<T: Send>(list: &mut [T], order: impl Fn(&T, &T) -> Ordering + Sync) {
    // Where all was read at once and no file is included it is in order already, and that is
    // found out in one pass.
    if !list.is_sorted_by(|one, two| order(one, two).is_le()) {
        list.par_sort_by(order);
    }
}

/// A name that exists in a zone.
#[derive(Debug, Clone)]
pub struct Existing<'c> {
    contents: &'c Contents,
    /// What was read at once of it, where somebody has asked; none where all records of the
    /// name are read when they are asked for.
    node: OnceCell<Option<&'c Node>>,
    name: Name,
    /// The number that the name is told by.
    number: u64,
}

impl<'c> Existing<'c> {
    /// The name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// It does exist, where that was only supposed.
    pub fn exists(&self) -> bool {
        self.contents.nodes.contains_key(&self.name) || self.contents.plain.exists(self.number)
    }

    /// See [`Contents::other_at`].
    pub fn other(&self) -> Option<(RecordType, Span)> {
        self.contents.other_at(&self.name)
    }

    /// Its RRset of that type.
    pub fn set(&self, record_type: RecordType) -> Option<&'c RrSet> {
        let contents = self.contents;
        let node = || *self.node.get_or_init(|| contents.nodes.get(&self.name));
        let read = contents.read(record_type, node);
        contents
            .plain
            .set(&self.name, self.number, record_type, read)
    }
}

/// The node of a name, which exists from now on like all names above it.
fn node<'n>(nodes: &'n mut HashMap<Name, Node>, owner: &Name) -> &'n mut Node {
    if !nodes.contains_key(owner) {
        let mut name = owner.clone();
        // An ancestor that exists has its own ancestors already.
        while !name.is_root() {
            name = name.base_name();
            let exists = nodes.contains_key(&name);
            nodes.entry_ref(&name).or_default().is_above = true;
            if exists {
                break;
            }
        }
    }
    nodes.entry_ref(owner).or_default()
}

/// Types that signing adds, beside an alias too (RFC 4034 3 and 4; RFC 2181 10.1).
pub(crate) fn is_of_dnssec(record_type: RecordType) -> bool {
    matches!(
        record_type,
        RecordType::RRSIG | RecordType::NSEC | RecordType::SIG | RecordType::KEY
    )
}

#[cfg(test)]
mod tests;
