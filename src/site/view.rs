//! A consistent set of DNS data: zones that belong together, or one server's answers.

use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use hashbrown::Equivalent;
use rayon::prelude::*;

use super::simulate::sip_server_addresses;
use crate::dns::{Answer, Dns, Name, Question, Record, RecordType, RrSet};
use crate::live;
use crate::remembered::{Remembered, side_by_side};
use crate::source::{SourceId, Sources, Span};
use crate::zone::{self, ApexIs, Zone, Zones};

mod copies;

pub use copies::StatedViews;

/// Zones that belong together, or the answers of one server.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// What tells it from other views in a report: a path or a server; `None` where there
    /// is only one.
    pub name: Option<String>,
    /// The text that it is named after, the first of its copies of a zone or a server's answers.
    pub source: Option<SourceId>,
    /// The settings of the server that state the view, and its name there.
    pub stated: Option<(SourceId, String)>,
    /// The zones.
    pub zones: Zones,
    /// The answers of a server.
    pub live: Option<Arc<live::Answers>>,
    /// What the zones were asked before.
    asked: Remembered<Question, Answer>,
    sip_server_addresses: OnceLock<HashSet<IpAddr>>,
    /// Place and owner of SRV sets that no server gives out.
    hidden_srv: OnceLock<HashSet<(Span, Name)>>,
}

/// What keeps servers from giving out what a zone holds at a name.
#[derive(Debug, Clone, Copy)]
pub enum Hidden<'v> {
    /// NS records delegate it to other name servers.
    Delegated(&'v RrSet),
    /// A zone that was given too lies between, and answers.
    Inside(&'v Zone),
    /// A DNAME record stands for everything below its owner.
    Renamed(&'v Record),
}

/// What a view is asked, before it is made a question.
struct Asked<'n> {
    name: &'n Name,
    record_type: RecordType,
}

impl Asked<'_> {
    fn question(&self) -> Question {
        Question::new(self.name, self.record_type)
    }
}

/// As the question's.
impl Hash for Asked<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.record_type.hash(state);
    }
}

impl Equivalent<Question> for Asked<'_> {
    fn equivalent(&self, question: &Question) -> bool {
        self.record_type == question.record_type && *self.name == question.name
    }
}

impl View {
    /// A nameless view of zones.
    pub fn of_zones(zones: impl IntoIterator<Item = Arc<Zone>>) -> Self {
        Self {
            zones: zones.into_iter().collect(),
            ..Self::default()
        }
    }

    /// A nameless view of a server's answers.
    pub fn of_answers(live: Arc<live::Answers>) -> Self {
        Self {
            live: Some(live),
            ..Self::default()
        }
    }

    /// The IPv4 addresses that the view's SIP SRV records lead to.
    pub fn sip_server_addresses(&self) -> &HashSet<IpAddr> {
        let find = || sip_server_addresses(self);
        self.sip_server_addresses.get_or_init(find)
    }

    /// What the data says; `NotLoaded` where it does not speak.
    pub fn ask(&self, name: &Name, record_type: RecordType) -> Answer {
        let asked = Asked { name, record_type };
        if let Some(live) = &self.live {
            return live.ask(&asked.question());
        }
        let answer = || {
            // What no zone speaks of is not worth to be remembered.
            self.zones.enclosing(name).next()?;
            Some(zone::answer::answer(&self.zones, &asked.question()))
        };
        let known = self.asked.get(&asked, Asked::question, answer);
        known.unwrap_or(Answer::NotLoaded)
    }

    /// Makes room for what so many set-ups ask.
    pub(super) fn expect(&self, setups: usize) {
        /// NAPTR, SRV, and the addresses of two servers.
        const QUESTIONS: usize = 4;
        self.asked.reserve(setups.saturating_mul(QUESTIONS));
    }

    /// All RRsets of a type, in the order of their places.
    pub fn sets(&self, record_type: RecordType) -> Vec<&RrSet> {
        let zones = self.zones.iter();
        zones
            .flat_map(|zone| zone.contents.sets(record_type))
            .chain(self.live_sets(record_type))
            .collect()
    }

    /// The aliases that lead to aliases, and those they lead to, in the order of their places;
    /// a few more may be among them.
    pub fn chained_aliases(&self) -> Vec<&RrSet> {
        let mut sets = self.zones.chained_aliases();
        sets.extend(self.live_sets(RecordType::CNAME));
        sets
    }

    /// The aliases that are services: their lowest label begins with `_`.
    pub fn service_aliases(&self) -> Vec<&RrSet> {
        let zones = self.zones.iter();
        let sets = zones.flat_map(|zone| zone.contents.service_aliases());
        sets.chain(self.live_sets(RecordType::CNAME)).collect()
    }

    fn live_sets(&self, record_type: RecordType) -> impl Iterator<Item = &RrSet> {
        let live = self.live.iter().flat_map(|live| &live.sets);
        live.filter(move |set| set.record_type == record_type)
    }

    /// All RRsets of a type of which every record could be read: what rules about sets as a
    /// whole may judge.
    pub fn whole_sets(&self, record_type: RecordType) -> Vec<&RrSet> {
        let damaged = self.damaged(record_type);
        let mut sets = self.sets(record_type);
        sets.retain(|set| !damaged.contains(&set.owner));
        sets
    }

    /// The SRV set is given out: nothing hides it ([`hidden`](Self::hidden)).
    pub fn serves_srv(&self, set: &RrSet) -> bool {
        let hidden = self.hidden_srv();
        hidden.is_empty() || !hidden.contains(&place_and_owner(set))
    }

    /// Place and owner of the SRV sets that no server gives out.
    fn hidden_srv(&self) -> &HashSet<(Span, Name)> {
        side_by_side(&self.hidden_srv, || {
            let zones = self.zones.par_iter();
            let sets = zones.flat_map(|zone| {
                let sets = zone.contents.sets(RecordType::SRV).into_par_iter();
                sets.filter(|set| self.hidden(zone, &set.owner).is_some())
            });
            sets.map(place_and_owner).collect()
        })
    }

    /// What keeps servers from giving out what `zone` holds at `owner`.
    pub fn hidden<'v>(&'v self, zone: &'v Zone, owner: &Name) -> Option<Hidden<'v>> {
        let delegated = || zone.zone_cut_above(owner).map(Hidden::Delegated);
        let closest = || self.zone_of(owner).filter(|one| one.apex != zone.apex);
        let renamed = || zone.dname_above(owner).map(Hidden::Renamed);
        delegated()
            .or_else(|| closest().map(Hidden::Inside))
            .or_else(renamed)
    }

    /// Owners of records of a type that could not be read: what is not there may be one of
    /// them.
    pub fn damaged(&self, record_type: RecordType) -> HashSet<&Name> {
        let troubles = self.zones.iter().flat_map(|zone| &zone.troubles);
        troubles
            .flat_map(|trouble| &trouble.damaged)
            .filter(|(_, damaged)| *damaged == record_type)
            .map(|(owner, _)| owner)
            .collect()
    }

    /// A record of that owner and type stands in the zone that answers for it, and could not be
    /// read.
    pub fn has_unread(&self, owner: &Name, record_type: RecordType) -> bool {
        let zone = self.zone_of(owner);
        zone.is_some_and(|zone| zone.has_unread(owner, record_type))
    }

    /// The RRset of exactly that owner and type, wherever it lies: below a delegation too,
    /// and without wildcards or aliases.
    pub fn set(&self, owner: &Name, record_type: RecordType) -> Option<&RrSet> {
        let live = self.live.iter().flat_map(|live| &live.sets);
        self.zones
            .enclosing(owner)
            .find_map(|zone| zone.contents.set(owner, record_type))
            .or_else(|| {
                live.into_iter()
                    .find(|set| set.owner == *owner && set.record_type == record_type)
            })
    }

    /// The zone file with the closest apex at or above `name`.
    pub fn zone_of(&self, name: &Name) -> Option<&Zone> {
        self.zones.enclosing(name).next()
    }

    /// Nothing says which zone the file is that has `name`.
    pub fn is_nameless(&self, name: &Name) -> bool {
        self.zone_of(name)
            .is_some_and(|zone| zone.apex_is == ApexIs::Unknown)
    }

    /// The data given speaks of `name`: a zone lies at or above it, does not delegate it to a
    /// zone that was not given and was exported with it, or a server was asked for it.
    pub fn covers(&self, name: &Name) -> bool {
        if let Some(live) = &self.live {
            let from = Question::new(name, RecordType::ZERO);
            return live
                .answers
                .range(from..)
                .next()
                .is_some_and(|(question, _)| question.name == *name);
        }
        self.zones.closest(name).any(|zone| {
            zone.zone_cut_above(name).is_none() && zone.not_exported_above(name).is_none()
        })
    }

    /// `name` is the apex of a zone.
    pub fn is_apex(&self, name: &Name) -> bool {
        self.zones.at(name).next().is_some()
            || self
                .live
                .as_ref()
                .is_some_and(|live| live.apexes.contains(name))
    }

    /// The apex of the zone that holds `name`, as far as it is known: of a zone given, or
    /// proved by an SOA in an answer.
    pub fn apex_of(&self, name: &Name) -> Option<&Name> {
        let live = self.live.iter().flat_map(|live| &live.apexes);
        let zone = self
            .zones
            .enclosing(name)
            .find(|zone| zone.apex_is == ApexIs::Apex);
        zone.map(|zone| &zone.apex)
            .into_iter()
            .chain(live)
            .filter(|apex| apex.zone_of(name))
            .max_by_key(|apex| apex.num_labels())
    }

    /// A record, or a name below it, exists at exactly that name.
    pub fn exists(&self, name: &Name) -> bool {
        self.zones
            .enclosing(name)
            .any(|zone| zone.contents.exists(name))
            || self.live.iter().any(|live| {
                let below = |set: &RrSet| name.zone_of(&set.owner);
                live.sets.iter().any(below)
            })
    }

    /// Every owner that a handset could be pointed at by mistake or on purpose: names that
    /// own address, SRV or NAPTR records, with the place of their first record.
    pub fn owners(&self) -> BTreeMap<&Name, Span> {
        let types = [
            RecordType::A,
            RecordType::CNAME,
            RecordType::SRV,
            RecordType::NAPTR,
        ];
        let mut owners = BTreeMap::new();
        for set in types.into_iter().flat_map(|kind| self.sets(kind)) {
            owners
                .entry(&set.owner)
                .or_insert(set.records[0].owner.span);
        }
        owners
    }
}

fn place_and_owner(set: &RrSet) -> (Span, Name) {
    (set.place, set.owner.clone())
}

impl Dns for &View {
    fn ask(&mut self, question: &Question) -> Answer {
        View::ask(self, &question.name, question.record_type)
    }
}

/// The folder of a path.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders that a folder lies in, from the outermost on, and itself.
fn branch(folder: &str) -> impl Iterator<Item = &str> {
    let ends = folder.match_indices('/').map(|(at, _)| at);
    let ends = ends.chain([folder.len()]).filter(|end| *end > 0);
    ends.map(|end| &folder[..end])
}

/// How many folders two folders lie in both.
pub(super) fn nearness(one: &str, other: &str) -> usize {
    let pairs = branch(one).zip(branch(other));
    pairs.take_while(|(one, other)| one == other).count()
}

/// The views that zones and answers make up; at least one, if only an empty one.
pub(super) fn views(
    sources: &Sources,
    zones: &[Arc<Zone>],
    stated: &StatedViews,
    live: Vec<Arc<live::Answers>>,
) -> Vec<View> {
    let mut views = copies::views(sources, zones, stated);
    views.extend(live.into_iter().map(|live| View {
        name: Some(sources.get(live.source).name.clone()),
        source: Some(live.source),
        ..View::of_answers(live)
    }));
    if views.is_empty() {
        views.push(View::default());
    }
    if let [only] = &mut views[..] {
        only.name = None;
        only.source = None;
    }
    views
}
