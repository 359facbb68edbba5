//! Answers as an authoritative server gives them from loaded zones: the algorithm of
//! RFC 1034 4.3.2 with DNAME (RFC 6672), wildcards (RFC 4592) and negative answers
//! (RFC 2308, RFC 8020).

use std::collections::HashSet;
use std::sync::Arc;

use super::contents::{Existing, RecordData, firsts};
use super::{Zone, Zones};
use crate::dns::{
    Answer, Data, Failure, Name, Negative, Question, Record, RecordType, RrSet, WrittenName,
};

/// Aliases that are followed in one answer. No RFC sets a limit; BIND 9.18 gives up after 11,
/// other servers later. A chain this long works nowhere reliably, and a loop gets here too.
pub const MAX_ALIASES: usize = 16;

/// Records of one set that fit into an answer: a message has at most 65,535 octets
/// (RFC 1035 4.2.2), and no record takes less than the 16 of an A record whose owner is
/// compressed (RFC 1035 4.1.3, 4.1.4).
pub const MAX_RECORDS: usize = 65_535 / 16;

/// The response code of a DNAME substitution that gives too long a name (RFC 6672 2.2).
const YXDOMAIN: u16 = 6;

/// What the zones say to a question.
///
/// [`Answer::NotLoaded`] is the answer where a server would refuse, or would refer to other
/// servers, or would give an alias and leave the rest to others: for names outside every
/// zone, at or below a delegation to a zone that is not given, for what an export left out,
/// and for aliases that lead to such names. Glue is never an answer.
pub fn answer(zones: &Zones, question: &Question) -> Answer {
    let mut aliases = Vec::new();
    let mut name = question.name.clone();
    loop {
        let Some((zone, found)) = authority(zones, &name, question.record_type) else {
            return Answer::NotLoaded;
        };
        match found {
            Found::Set(set) => return positive(aliases, set),
            Found::NoData | Found::NoName if zone.may_know_more(&name, question.record_type) => {
                return Answer::NotLoaded;
            }
            Found::NoData => return Answer::NoData(zone.negative(aliases)),
            Found::NoName => return Answer::NxDomain(zone.negative(aliases)),
            Found::Elsewhere => return Answer::NotLoaded,
            Found::NameTooLong => return Answer::Failed(Failure::Code(YXDOMAIN)),
            Found::Alias(record, target) => {
                if aliases.len() == MAX_ALIASES {
                    return Answer::Failed(Failure::AliasLoop);
                }
                aliases.push(record.clone());
                name = target;
            }
        }
    }
}

impl Zone {
    /// The SOA record.
    pub fn soa(&self) -> Option<&Record> {
        let set = self.contents.set(&self.apex, RecordType::SOA)?;
        set.records.first()
    }

    /// What goes with a miss.
    fn negative(&self, aliases: Vec<Record>) -> Arc<Negative> {
        let miss = |aliases| {
            Arc::new(Negative {
                aliases,
                soa: self.soa().cloned(),
            })
        };
        if aliases.is_empty() {
            return Arc::clone(self.miss.get_or_init(|| miss(aliases)));
        }
        miss(aliases)
    }

    /// The NS records that delegate `name`, or a name above it, to another zone: those
    /// closest to the apex, since what stands below a cut is not this zone's to say
    /// (RFC 1034 4.2.1). `None` at the apex and outside the zone.
    pub fn zone_cut_above(&self, name: &Name) -> Option<&RrSet> {
        if !self.apex.zone_of(name) {
            return None;
        }
        self.contents.cut_above(name, self.apex.iter().len())
    }

    /// The DNAME record above `name` that is closest to the apex: what this zone holds below its
    /// owner is not given out (RFC 6672 2.4).
    pub fn dname_above(&self, name: &Name) -> Option<&Record> {
        if !self.contents.may_hold(RecordType::DNAME) || !self.apex.zone_of(name) {
            return None;
        }
        let mut above = self.apex.iter().len()..name.iter().len();
        let set = above.find_map(|labels| {
            let owner = name.trim_to(labels);
            self.contents.set(&owner, RecordType::DNAME)
        });
        set?.records.first()
    }

    /// The text would have the name if it existed, and all of its records.
    fn shows(&self, name: &Name) -> bool {
        let is_listed = |node: &Name| {
            let below = name.iter().len().checked_sub(node.iter().len());
            below.is_some_and(|below| below <= 1) && node.zone_of(name)
        };
        !self.is_excerpt || self.listed.as_ref().is_some_and(is_listed)
    }

    /// A set of that type which is not in the text may exist all the same.
    fn may_know_more(&self, name: &Name, record_type: RecordType) -> bool {
        let elsewhere = self.addresses_elsewhere;
        !self.shows(name)
            || self.has_unread(name, record_type)
            || elsewhere.is_some_and(|source| source.may_know(&self.apex, name, record_type))
    }

    /// The text has a record that could not be read and may be the answer: one of that owner and
    /// type or an alias, or such a one of a wildcard that stands for the owner.
    pub fn has_unread(&self, name: &Name, record_type: RecordType) -> bool {
        let unread = self.unread.get_or_init(|| {
            let troubles = self.troubles.iter();
            troubles
                .flat_map(|trouble| trouble.damaged.iter().cloned())
                .collect()
        });
        if unread.is_empty() {
            return false;
        }
        let is_unread = |owner: Name| {
            unread.contains(&(owner.clone(), RecordType::CNAME))
                || unread.contains(&(owner, record_type))
        };
        if is_unread(name.clone()) {
            return true;
        }
        let mut encloser = name.clone();
        while encloser != self.apex && !encloser.is_root() && !self.contents.exists(&encloser) {
            encloser = encloser.base_name();
            let wildcard = encloser.prepend_label(&b"*"[..]);
            if wildcard.is_ok_and(is_unread) {
                return true;
            }
        }
        false
    }

    /// The name at or above `name` that was left out of the export with all that is below it.
    pub fn not_exported_above(&self, name: &Name) -> Option<&WrittenName> {
        let mut names = self.not_exported.iter();
        names.find(|left_out| left_out.name.zone_of(name))
    }
}

/// The zone that answers for `name`, and its answer: the one with the closest apex. A DS set
/// belongs to the zone above the cut (RFC 4035 3.1.4.1). Of several excerpts of the zone it is
/// the one that shows the answer, else one that would show it.
fn authority<'z>(
    zones: &'z Zones,
    name: &Name,
    record_type: RecordType,
) -> Option<(&'z Zone, Found<'z>)> {
    let parent = (record_type == RecordType::DS && !name.is_root()).then(|| name.base_name());
    let of_parent = parent.filter(|parent| zones.closest(parent).next().is_some());
    let mut best: Option<(&Zone, Found<'_>)> = None;
    for zone in zones.closest(of_parent.as_ref().unwrap_or(name)) {
        let found = look_up(zone, name, record_type);
        if matches!(found, Found::Set(_) | Found::Alias(..) | Found::NameTooLong) {
            return Some((zone, found));
        }
        let is_better = match &best {
            Some((before, _)) => !before.shows(name) && zone.shows(name),
            None => true,
        };
        if is_better {
            best = Some((zone, found));
        }
    }
    best
}

/// What one zone says to one name.
enum Found<'z> {
    /// Records of the type asked for.
    Set(&'z RrSet),
    /// Go on with another name.
    Alias(&'z Record, Name),
    /// DNAME substitution gives a name that cannot be.
    NameTooLong,
    /// The name exists, the type does not.
    NoData,
    /// The name does not exist.
    NoName,
    /// Other servers know, or records that were not kept.
    Elsewhere,
}

/// Looks `name`, which is at or below the zone's apex, up from the apex downwards.
fn look_up<'z>(zone: &'z Zone, name: &Name, record_type: RecordType) -> Found<'z> {
    if zone.not_exported_above(name).is_some() {
        return Found::Elsewhere;
    }
    let apex_labels = zone.apex.iter().len();
    let has_dname = zone.contents.may_hold(RecordType::DNAME);
    // Where no name stands for what is below it, one that exists is found at once.
    if !has_dname {
        let cut = zone.contents.cut_above(name, apex_labels);
        let is_parents_own = |cut: &RrSet| record_type == RecordType::DS && cut.owner == *name;
        if cut.is_some_and(|cut| !is_parents_own(cut)) {
            return Found::Elsewhere;
        }
        let owner = zone.contents.supposed(name.clone());
        let found = at_owner(&owner, record_type);
        // What owns records exists.
        if !matches!(found, Found::NoData) || owner.exists() {
            return found;
        }
    }
    let apex = || zone.contents.at(zone.apex.clone());
    let mut encloser = has_dname.then(apex).flatten();
    for (below, at) in zone.contents.path(name, apex_labels).enumerate() {
        let dname = encloser.and_then(|encloser| encloser.set(RecordType::DNAME));
        if let Some(found) = substitute(dname, name) {
            return found;
        }
        let Some(at) = at else {
            // The name may stand in what an excerpt does not show.
            if !zone.shows(name) {
                return Found::Elsewhere;
            }
            return synthesise(zone, &name.trim_to(apex_labels + below), record_type);
        };
        let parents_own = record_type == RecordType::DS && *at.name() == *name;
        if !parents_own && at.set(RecordType::NS).is_some() {
            return Found::Elsewhere;
        }
        encloser = Some(at);
    }
    match encloser {
        Some(owner) => at_owner(&owner, record_type),
        None => Found::NoData,
    }
}

/// What the records of `owner` say, which belongs to the zone.
fn at_owner<'z>(owner: &Existing<'z>, record_type: RecordType) -> Found<'z> {
    if record_type != RecordType::CNAME
        && let Some(set) = owner.set(RecordType::CNAME)
        && let Some(alias) = set.records.first()
        && let Data::Cname(target) = &alias.data
    {
        return Found::Alias(alias, target.name.clone());
    }
    if let Some(set) = owner.set(record_type) {
        return Found::Set(set);
    }
    if !super::Contents::keeps(record_type) && owner.other().is_some() {
        return Found::Elsewhere;
    }
    Found::NoData
}

/// What the wildcard below the closest encloser says for a name that does not exist
/// (RFC 4592 3.3).
fn synthesise<'z>(zone: &'z Zone, encloser: &Name, record_type: RecordType) -> Found<'z> {
    let Ok(wildcard) = encloser.prepend_label(&b"*"[..]) else {
        return Found::NoName;
    };
    let Some(wildcard) = zone.contents.at(wildcard) else {
        return Found::NoName;
    };
    // RFC 4592 4.2 leaves open what NS records of a wildcard mean; a delegation is the
    // reading that claims nothing.
    if wildcard.set(RecordType::NS).is_some() {
        return Found::Elsewhere;
    }
    at_owner(&wildcard, record_type)
}

/// Where the DNAME of an owner above `name` leads.
fn substitute<'z>(set: Option<&'z RrSet>, name: &Name) -> Option<Found<'z>> {
    let record = set?.records.first()?;
    Some(match record.leads(name) {
        Some(substituted) => Found::Alias(record, substituted),
        None => Found::NameTooLong,
    })
}

/// The aliases, then the records of the set; those with equal data once, whatever their
/// TTLs (RFC 2181 5, 5.2).
fn positive(aliases: Vec<Record>, set: &RrSet) -> Answer {
    fn data(record: &Record) -> RecordData<'_> {
        RecordData::from(&record.data)
    }
    if set.records.len() > MAX_RECORDS {
        let mut seen = HashSet::new();
        let is_too_much = |one| {
            seen.insert(one);
            seen.len() > MAX_RECORDS
        };
        if set.records.iter().map(data).any(is_too_much) {
            // A server cannot put it into any message.
            return Answer::Failed(Failure::ServFail);
        }
    }
    let firsts = firsts(&set.records, data);
    if aliases.is_empty() && firsts.is_none() {
        return Answer::Records(Arc::clone(&set.records));
    }
    let mut firsts = firsts.into_iter().flatten();
    let own = set.records.iter();
    let own = own.filter(|_| firsts.next().unwrap_or(true)).cloned();
    Answer::Records(Arc::new(aliases.into_iter().chain(own).collect()))
}

#[cfg(test)]
mod tests;
