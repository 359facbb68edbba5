//! Records of which only the place is kept until somebody asks for them.
//!
//! Almost all records of a large zone are met by no lookup of a handset. Once a line is known
//! to be sound, its owner, type and place are enough: eight octets. The record is read from
//! the text when it is asked for, by the code that reads every other one.

use hashbrown::HashSet;
use rayon::prelude::*;

use super::contents::{firsts, identity, is_of_dnssec};
use crate::dns::{Name, Record, RecordType, RrSet};
use crate::remembered::Remembered;
use crate::source::Span;

mod index;
mod kind;
mod lines;
mod scan;
mod setting;

use index::Index;
pub(in crate::zone) use index::{Batch, Line};
pub(in crate::zone) use kind::Kind;
use lines::{Counts, NameServers, Settings};
pub(in crate::zone) use lines::{Lines, Notes};
pub(in crate::zone) use scan::{Owner, PlainRecord, Scanner, Target};
use setting::Read;
pub(in crate::zone) use setting::{Hashes, Names, Setting};

/// The kinds whose records nobody reads, only that they are there.
const NOTED: [RecordType; 6] = [
    RecordType::TXT,
    RecordType::MX,
    RecordType::RRSIG,
    RecordType::NSEC,
    RecordType::NSEC3,
    RecordType::DS,
];

/// The types whose records are read when they are asked for.
const READ_LATER: [RecordType; 7] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::CNAME,
    RecordType::NS,
    RecordType::PTR,
    RecordType::SRV,
    RecordType::NAPTR,
];

/// The lines of a zone by their owners, and the RRsets that were made of them.
#[derive(Debug, Default)]
pub(super) struct Plain {
    hashes: Hashes,
    settings: Settings,
    index: Index,
    /// Names above owners.
    above: HashSet<u64>,
    /// How many records there are of each kind.
    counts: Counts,
    notes: Vec<Notes>,
    name_servers: NameServers,
    /// Where an RRset is that was made; none where the lines belong to another name.
    made: Remembered<(u64, RecordType), Option<usize>>,
    sets: boxcar::Vec<Made>,
}

/// An RRset that was made of lines.
#[derive(Debug)]
struct Made {
    set: RrSet,
    /// Records that repeat one of it.
    repeated: Vec<Record>,
}

impl Plain {
    /// A line has the name of that number as its owner, or a name below it.
    pub(super) fn exists(&self, name: u64) -> bool {
        !self.index.is_empty() && (self.above.contains(&name) || self.at(name).next().is_some())
    }

    /// A line has a name below that of this number as its owner.
    pub(super) fn is_above(&self, name: u64) -> bool {
        self.above.contains(&name)
    }

    /// The types of an owner's lines, of those whose records are read when they are asked for.
    pub(super) fn types(&self, owner: &Name) -> impl Iterator<Item = RecordType> {
        let mut is_there = [false; Kind::ALL.len()];
        for (line, _) in self.at(self.hashes.of(owner)) {
            is_there[line.kind()] = true;
        }
        let types = READ_LATER.into_iter();
        types.filter(move |of_type| Kind::of(*of_type).is_some_and(|kind| is_there[kind as usize]))
    }

    /// The RRset of that owner and type where lines belong to it, with the records in `read`,
    /// which were read at once.
    pub(super) fn set<'p>(
        &'p self,
        owner: &Name,
        number: u64,
        record_type: RecordType,
        read: Option<&'p RrSet>,
    ) -> Option<&'p RrSet> {
        if !self.holds(record_type) {
            return read;
        }
        match self.make(owner, number, record_type, read) {
            Some(at) => Some(self.made(at)),
            None => read,
        }
    }

    /// The RRset that was made there.
    pub(super) fn made(&self, at: usize) -> &RrSet {
        &self.sets[at].set
    }

    /// Where the RRset is that is made of an owner's lines; none where there are none.
    fn make(
        &self,
        owner: &Name,
        number: u64,
        record_type: RecordType,
        read: Option<&RrSet>,
    ) -> Option<usize> {
        let kind = Kind::of(record_type)?;
        if !self.index.near(number).any(|line| line.is(kind)) {
            return None;
        }
        let make = || Some(self.make_of(owner, number, kind, read));
        self.made.get(&(number, record_type), |key| *key, make)?
    }

    fn make_of(
        &self,
        owner: &Name,
        number: u64,
        kind: Kind,
        read: Option<&RrSet>,
    ) -> Option<usize> {
        let before = read.map_or(&[][..], |set| &set.records);
        let near = || self.index.near(number);
        let count = near().filter(|line| line.is(kind)).count();
        let mut all: Vec<Record> = Vec::with_capacity(before.len() + count);
        all.extend_from_slice(before);
        // Whose lines they are, the names that are read tell.
        for (line, at) in with_owners(near()).filter(|(line, _)| line.is(kind)) {
            let read = self.read(line, at).and_then(|read| read.record);
            all.extend(read.filter(|one| one.owner.name == *owner));
        }
        if all.len() == before.len() {
            return None;
        }
        let (mut records, repeated) = each_once(all);
        records.shrink_to_fit();
        Some(self.sets.push(Made {
            set: RrSet::new(records[0].owner.name.clone(), records),
            repeated,
        }))
    }

    /// Where the RRsets are that lines of that type belong to, mostly in the order of reading;
    /// `read` gives the records of an owner that were read at once.
    pub(super) fn make_all<'p>(
        &'p self,
        record_type: RecordType,
        read: impl Fn(&Name) -> Option<&'p RrSet> + Sync,
    ) -> Vec<usize> {
        let Some(kind) = Kind::of(record_type) else {
            return Vec::new();
        };
        let mut seen = HashSet::new();
        let is_new = |(owner, _): &(u64, u32)| seen.insert(*owner);
        let owners: Vec<_> = match kind {
            Kind::Srv => self
                .noted_owners(|notes| &notes.srv)
                .filter(is_new)
                .collect(),
            Kind::Naptr => self
                .noted_owners(|notes| &notes.naptr)
                .filter(is_new)
                .collect(),
            _ => self.owners(|line, _| line.is(kind)),
        };
        self.made.reserve(owners.len());
        let make = |(number, at): (u64, u32)| {
            let (setting, at) = self.settings.of(at);
            let owner = setting.owner(at)?.name;
            self.make(&owner, number, record_type, read(&owner))
        };
        owners.into_par_iter().filter_map(make).collect()
    }

    /// How many lines are records.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        let lines = self.index.lines();
        lines.filter(|line| !line.is(Kind::Owner)).count()
    }

    /// There are lines of that type.
    pub(super) fn holds(&self, record_type: RecordType) -> bool {
        Kind::of(record_type).is_some_and(|kind| self.counts[kind as usize] > 0)
    }

    /// An owner has lines of that type.
    pub(super) fn has(&self, owner: &Name, record_type: RecordType) -> bool {
        self.holds(record_type) && self.number_has(self.hashes.of(owner), record_type)
    }

    /// The same of an owner's number.
    pub(super) fn number_has(&self, owner: u64, record_type: RecordType) -> bool {
        let kind = Kind::of(record_type);
        kind.is_some_and(|kind| self.at(owner).any(|(line, _)| line.is(kind)))
    }

    /// The owners of aliases that are services (`_sip`).
    pub(super) fn service_aliases(&self) -> impl Iterator<Item = Name> {
        let services = self.notes.iter().flat_map(|notes| &notes.services);
        services.filter_map(|owner| self.name(*owner))
    }

    /// Owners that were noted, and where they stand; some more than once.
    fn noted_owners<'p>(
        &'p self,
        owners: fn(&'p Notes) -> &'p Vec<(u64, u32)>,
    ) -> impl Iterator<Item = (u64, u32)> {
        self.notes.iter().flat_map(owners).copied()
    }

    /// Owner and target of each alias.
    fn aliases(&self) -> impl Iterator<Item = (u64, u64)> {
        self.notes.iter().flat_map(|notes| &notes.aliases).copied()
    }

    /// The owners of aliases that have another line, in no order.
    pub(super) fn crowded_aliases(&self) -> Vec<Name> {
        if !self.holds(RecordType::CNAME) {
            return Vec::new();
        }
        let counts = |line: &Line| {
            let beside = [Kind::Owner, Kind::Rrsig, Kind::Nsec];
            !beside.iter().any(|kind| line.is(*kind))
        };
        // By their tags, and then by what the text says.
        let may_be = |group: &[Line], alias: Line| {
            let of_owner = group.iter().filter(|one| one.tag() == alias.tag());
            alias.is(Kind::Cname) && of_owner.filter(|line| counts(line)).count() > 1
        };
        let is_crowded = |(owner, _): &(u64, u32)| {
            let lines = self.at(*owner).filter(|(line, _)| counts(line));
            lines.count() > 1
        };
        let groups = self.index.groups().filter(|group| {
            let mut lines = group.iter();
            lines.any(|line| may_be(group, *line))
        });
        let owners =
            groups.flat_map_iter(|group| self.owners_in(group, |line, _| may_be(group, line)));
        let owners = owners.filter(is_crowded);
        owners.filter_map(|(owner, _)| self.name(owner)).collect()
    }

    /// The numbers of the owners of NS records; some more than once.
    pub(super) fn delegating(&self) -> impl Iterator<Item = u64> {
        self.notes
            .iter()
            .flat_map(|notes| &notes.delegating)
            .copied()
    }

    /// The numbers of the owners of aliases.
    pub(super) fn alias_numbers(&self) -> impl Iterator<Item = u64> {
        self.aliases().map(|(owner, _)| owner)
    }

    /// The owners of aliases that lead to one of these names.
    pub(super) fn aliases_to(&self, names: &HashSet<u64>) -> impl Iterator<Item = Name> {
        let leading = self.aliases().filter(|(_, target)| names.contains(target));
        leading.filter_map(|(owner, _)| self.name(owner))
    }

    /// The name of an owner.
    fn name(&self, owner: u64) -> Option<Name> {
        let (_, at) = self.at(owner).next()?;
        let (setting, at) = self.settings.of(at);
        Some(setting.owner(at)?.name)
    }

    /// The owners of NS records that lead to a name in the zone which `is_wanted` by its number,
    /// in no order.
    pub(super) fn delegations_to(&self, is_wanted: impl Fn(u64) -> bool) -> Vec<Name> {
        let servers = self.name_servers.iter();
        let inside = servers.filter(|(_, (_, is_inside))| *is_inside);
        let wanted: HashSet<u64> = inside
            .map(|(number, _)| *number)
            .filter(|number| is_wanted(*number))
            .collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        self.names(|line, _| {
            let (setting, at) = self.settings.of(line.at);
            let target = setting.target(at).filter(|_| line.is(Kind::Ns));
            target.is_some_and(|target| wanted.contains(&target.number))
        })
    }

    /// The number that a name is told by.
    pub(super) fn number(&self, name: &Name) -> u64 {
        self.hashes.of(name)
    }

    /// The first line of a type whose records are only noted; one that DNSSEC adds to every
    /// owner only where there is no other.
    pub(super) fn noted(&self, owner: &Name) -> Option<(RecordType, Span)> {
        if !NOTED.iter().any(|of_type| self.holds(*of_type)) {
            return None;
        }
        let of_type = |(line, owner): (Line, u32)| {
            let mut types = NOTED.into_iter();
            let noted = types.find(|of_type| Kind::of(*of_type).is_some_and(|k| line.is(k)))?;
            Some((noted, self.read(line, owner)?.span))
        };
        let noted = self.at(self.hashes.of(owner)).filter_map(of_type);
        noted.min_by_key(|(of_type, span)| (is_of_dnssec(*of_type), *span))
    }

    /// Records that repeat an earlier one, of the RRsets that were made, in no order.
    pub(super) fn duplicates(&self) -> impl Iterator<Item = &Record> {
        let repeated = self.sets.iter().flat_map(|(_, made)| &made.repeated);
        // A set that two threads made at once is there twice.
        let mut seen = HashSet::new();
        repeated.filter(move |record| seen.insert(record.span))
    }

    fn names(&self, is_wanted: impl Fn(Line, u32) -> bool + Sync) -> Vec<Name> {
        let owners = self.owners(is_wanted).into_iter();
        let name = |(_, at)| {
            let (setting, at) = self.settings.of(at);
            Some(setting.owner(at)?.name)
        };
        owners.filter_map(name).collect()
    }

    /// The number of each owner that has a wanted line, and where the owner stands, in the order
    /// of reading; a line is given with where its owner stands.
    fn owners(&self, is_wanted: impl Fn(Line, u32) -> bool + Sync) -> Vec<(u64, u32)> {
        let owners = self
            .index
            .groups()
            .flat_map_iter(|group| self.owners_in(group, &is_wanted));
        let mut owners: Vec<_> = owners.collect();
        owners.par_sort_unstable_by_key(|(_, at)| *at);
        owners
    }

    fn owners_in(&self, group: &[Line], is_wanted: impl Fn(Line, u32) -> bool) -> Vec<(u64, u32)> {
        let mut owners: Vec<(u64, u32)> = Vec::new();
        for (line, at) in with_owners(group.iter().copied()) {
            if !is_wanted(line, at) {
                continue;
            }
            let (setting, offset) = self.settings.of(at);
            let number = setting.owner_hash(offset);
            let is_new = |number: &u64| owners.iter().all(|(known, _)| known != number);
            if let Some(number) = number.filter(is_new) {
                owners.push((number, at));
            }
        }
        owners
    }

    /// The lines of an owner, each with where the owner stands.
    fn at(&self, owner: u64) -> impl Iterator<Item = (Line, u32)> {
        with_owners(self.index.near(owner)).filter(move |(_, at)| {
            let (setting, at) = self.settings.of(*at);
            setting.owner_hash(at) == Some(owner)
        })
    }

    fn read(&self, line: Line, owner: u32) -> Option<Read> {
        let (setting, at) = self.settings.of(line.at);
        let (_, owner) = self.settings.of(owner);
        setting.read(at, line.is_indented().then_some(owner))
    }
}

/// Lines in the order of reading, each with where its owner stands: for one that begins with
/// a blank, the last owner that was noted for such lines.
fn with_owners(lines: impl Iterator<Item = Line>) -> impl Iterator<Item = (Line, u32)> {
    let mut noted: Vec<(u32, u32)> = Vec::new();
    lines.filter_map(move |line| {
        let of_owner = |(tag, _): &&mut (u32, u32)| *tag == line.tag();
        if line.is(Kind::Owner) {
            match noted.iter_mut().find(of_owner) {
                Some((_, at)) => *at = line.at,
                None => noted.push((line.tag(), line.at)),
            }
            return None;
        }
        if line.is_indented() {
            let owner = noted.iter_mut().find(of_owner)?;
            return Some((line, owner.1));
        }
        Some((line, line.at))
    })
}

/// Records in the order of their places, each once, and those that repeat one of them.
fn each_once(mut records: Vec<Record>) -> (Vec<Record>, Vec<Record>) {
    if records.len() == 1 {
        return (records, Vec::new());
    }
    // Those read at once may stand between the lines.
    records.sort_by_key(|record| record.span);
    let Some(firsts) = firsts(&records, identity) else {
        return (records, Vec::new());
    };
    let mut firsts = firsts.into_iter();
    records
        .into_iter()
        .partition(|_| firsts.next().unwrap_or(true))
}
