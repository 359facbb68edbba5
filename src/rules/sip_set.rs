//! The SIP SRV sets of a site, for the rules that judge them. The sets of other services are
//! not theirs to judge: Active Directory gives all its domain controllers one priority, and
//! is right.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use smallvec::SmallVec;

use super::sip_owner::meant;
use super::slips::{differ_by_dots, is_slip};
use crate::dns::{Answer, Name, Record, RecordType, RrSet, Srv};
use crate::finding::{Edit, Finding, Fix, Subject};
use crate::fix::{Change, NewRecord, Place, replace_record};
use crate::site::{Setup, Simulation, Site, View, is_sip_service, sip_domain};
use crate::source::{Origin, Span};
use crate::spelling::nearest;
use crate::zone::contents::firsts;

/// More configured addresses than this are not shown with a finding: they say no more.
const SHOWN_ADDRESSES: usize = 3;

/// Findings of a rule that get a did-you-mean.
const MAX_GUESSES: usize = 50;

/// Names that the did-you-means of a rule look at: each looks at all the names there are, and
/// where these are a million a few must do.
pub(super) const MAX_COMPARISONS: usize = 1_000_000;

/// An SRV record and its data.
pub(super) type Entry<'s> = (&'s Record, &'s Srv);

/// A lookup and whose it is.
pub(super) type Asker<'s> = (&'s Simulation, &'s Setup);

/// A SIP SRV set that servers would give out, in one view.
pub(super) struct SipSet<'s> {
    /// Index into [`Site::views`].
    pub(super) view_index: usize,
    pub(super) view: &'s View,
    pub(super) set: &'s RrSet,
    /// The owner in its well-formed spelling.
    pub(super) owner: Name,
    /// The domain it serves: what handsets are configured with.
    pub(super) domain: Name,
    /// The lookups that ask for it, with their set-ups.
    askers: Vec<Asker<'s>>,
    /// Its records by priority, then in the order of the source.
    pub(super) ordered: Arc<[Entry<'s>]>,
    /// What rules about its targets have to look at.
    pub(super) doubts: Doubts,
    /// Its owner is well-formed and every record could be read: it may be judged as a whole.
    pub(super) is_whole: bool,
}

/// So many are looked at by one thread at a time.
const SOME: usize = 512;

/// Every SIP SRV set that handsets can be given, of every view; one with a malformed owner
/// too, where what was meant is certain and no other is in its place: once the owner is
/// repaired its targets count.
pub(super) fn sip_sets<'s>(site: &'s Site) -> Vec<SipSet<'s>> {
    let well_formed = |view: &View, set: &RrSet| match meant(view, set) {
        None => Some(set.owner.clone()),
        Some(meant) => Some(meant)
            .filter(|meant| meant.certain)
            .map(|meant| meant.name)
            .filter(|name| view.set(name, RecordType::SRV).is_none()),
    };
    let askers = askers(site);
    let mut selected = Vec::new();
    for (view_index, view) in site.views.iter().enumerate() {
        let damaged = view.damaged(RecordType::SRV);
        let select = |set: &'s RrSet| {
            let owner = well_formed(view, set)?;
            let domain = sip_domain(&owner)?;
            let is_served = !domain.is_wildcard() && view.serves_srv(set);
            is_served.then_some(())?;
            let mut ordered: SmallVec<[_; 4]> = set.srv().collect();
            ordered.sort_by_key(|(_, srv)| srv.priority.value);
            let doubts = Doubts::of(view, &ordered);
            let own = askers.get(&(view_index, &set.owner));
            Some(SipSet {
                ordered: ordered.as_slice().into(),
                is_whole: owner == set.owner && !damaged.contains(&set.owner),
                doubts,
                view_index,
                view,
                set,
                owner,
                domain,
                askers: own.cloned().unwrap_or_default(),
            })
        };
        // Each is made in its place, and those that were not selected are taken out there.
        let sets = view.sets(RecordType::SRV).into_par_iter();
        let of_view: Vec<Option<SipSet>> = sets.with_min_len(SOME).map(select).collect();
        #[allow(clippy::filter_map_identity, reason = "`flatten` makes a second list")]
        let mut of_view: Vec<SipSet> = of_view.into_iter().filter_map(|one| one).collect();
        if selected.is_empty() {
            selected = of_view;
        } else {
            selected.append(&mut of_view);
        }
    }
    selected
}

/// What may be found of a set's targets; where it is not so, there is nothing to be said.
pub(super) struct Doubts {
    /// One is not plainly the name of a host with IPv4 addresses of its own.
    pub(super) single: bool,
    /// Two have an address in common.
    pub(super) shared_address: bool,
    /// One is named twice.
    pub(super) repeated: bool,
}

impl Doubts {
    fn of(view: &View, entries: &[Entry]) -> Self {
        let mut is_in_doubt = false;
        let mut addresses = SmallVec::<[_; 8]>::new();
        for (_, srv) in entries {
            let target = &srv.target.name;
            let answer = view.ask(target, RecordType::A);
            is_in_doubt |= is_doubtful(target, &answer);
            addresses.extend(answer.ipv4_addresses().map(|address| address.value));
        }
        addresses.sort_unstable();
        Self {
            single: is_in_doubt,
            shared_address: addresses.windows(2).any(|two| two[0] == two[1]),
            repeated: firsts(entries, |(_, srv)| &srv.target.name).is_some(),
        }
    }
}

fn is_doubtful(target: &Name, answer: &Answer) -> bool {
    let begins_with_letter = |label: &[u8]| label.first().is_some_and(u8::is_ascii_alphabetic);
    if !target.iter().next().is_some_and(begins_with_letter) {
        return true;
    }
    let mut records = match answer {
        Answer::Records(records) => records.iter(),
        _ => return true,
    };
    !records.all(|record| record.owner.name == *target)
}

/// Who asks for the SRV records of an owner, by view and owner.
pub(super) fn askers(site: &Site) -> HashMap<(usize, &Name), Vec<Asker<'_>>> {
    let mut askers: HashMap<_, Vec<_>> = HashMap::with_capacity(site.simulations.len());
    for (simulation, setup, _) in site.simulated() {
        let questions = simulation.lookup.steps.iter().map(|step| &step.question);
        for question in questions.filter(|asked| asked.record_type == RecordType::SRV) {
            let asked = askers.entry((simulation.view, &question.name));
            asked.or_default().push((simulation, setup));
        }
    }
    askers
}

impl<'s> SipSet<'s> {
    /// Its owner is `_service._proto.name` as it stands.
    pub(super) fn is_well_formed(&self) -> bool {
        self.owner == self.set.owner
    }

    /// Where its records stand, for commands.
    pub(super) fn place(&self) -> Place {
        Place::new(self.view.apex_of(&self.set.owner), &self.set.owner)
    }

    /// Its records by priority, each group in the order of the source.
    pub(super) fn by_priority(&self) -> impl Iterator<Item = &[Entry<'s>]> {
        self.ordered
            .chunk_by(|(_, one), (_, two)| one.priority.value == two.priority.value)
    }

    /// Its targets in the order in which they are tried; a host that is named twice counts
    /// where it is tried first.
    pub(super) fn targets(&self) -> Vec<Entry<'s>> {
        if !self.doubts.repeated {
            return self.ordered.to_vec();
        }
        let mut seen = HashSet::new();
        let is_first = |(_, srv): &Entry<'s>| seen.insert(&srv.target.name);
        self.ordered.iter().copied().filter(is_first).collect()
    }

    /// The repair that gives some of its records other priorities.
    pub(super) fn with_priorities(
        &self,
        site: &Site,
        title: String,
        priorities: &[(Entry<'_>, u16)],
    ) -> Fix {
        let fields = priorities.iter();
        let fields =
            fields.map(|((record, srv), new)| (*record, srv.priority.span, new.to_string()));
        Fix {
            title,
            edits: edits(site, fields),
            changes: priorities
                .iter()
                .map(|((record, srv), new)| self.with_priority(record, srv, *new))
                .collect(),
            ..Fix::default()
        }
    }

    /// The change that gives one of its records another priority.
    pub(super) fn with_priority(&self, record: &Record, srv: &Srv, priority: u16) -> Change {
        let target = (&srv.target.name).into();
        let new = NewRecord::srv(priority, srv.weight.value, srv.port.value, target);
        replace_record(self.place(), record, &new)
    }

    /// What the data says of a target's IPv4 addresses.
    pub(super) fn addresses_of(&self, srv: &Srv) -> Answer {
        self.view.ask(&srv.target.name, RecordType::A)
    }

    /// A set-up's lookup asks for this set.
    pub(super) fn is_asked(&self) -> bool {
        !self.askers.is_empty()
    }

    /// The lookups that ask for it, with their set-ups.
    pub(super) fn askers(&self) -> &[Asker<'s>] {
        &self.askers
    }

    /// The lookups that ask for it because somebody configured so.
    pub(super) fn configured_lookups(&self) -> impl Iterator<Item = &'s Simulation> {
        configured(&self.askers).map(|(simulation, _)| *simulation)
    }

    /// Somebody configured a handset that asks for it.
    pub(super) fn has_configured_lookups(&self) -> bool {
        self.configured_lookups().next().is_some()
    }

    /// What findings about the set as a whole are about.
    pub(super) fn subject(&self) -> Subject {
        Subject::Lookup {
            view: self.view_index,
            name: self.set.owner.clone(),
        }
    }

    /// The finding with the handsets that are led through this set, and the addresses they
    /// are configured with.
    pub(super) fn with_handsets(&self, finding: Finding) -> Finding {
        with_handsets_of(&self.askers, finding)
    }
}

/// Those of the lookups that somebody configured so.
fn configured<'a, 's: 'a>(
    askers: impl IntoIterator<Item = &'a Asker<'s>>,
) -> impl Iterator<Item = &'a Asker<'s>> {
    let askers = askers.into_iter();
    askers.filter(|(_, setup)| setup.is_configured())
}

/// The finding with the handsets of these lookups, and the addresses they are configured with.
pub(super) fn with_handsets_of<'a, 's: 'a>(
    askers: impl IntoIterator<Item = &'a Asker<'s>>,
    mut finding: Finding,
) -> Finding {
    for (count, (_, setup)) in configured(askers).enumerate() {
        if count < SHOWN_ADDRESSES {
            let text = "handsets with this address are led here";
            finding = finding.related(setup.entry.address.span, text);
        }
        finding = finding.handsets(&setup.handsets);
    }
    finding
}

/// The did-you-means that a rule may still give.
pub(super) struct Guesses {
    left: usize,
    comparisons_left: usize,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            left: MAX_GUESSES,
            comparisons_left: MAX_COMPARISONS,
        }
    }
}

impl Guesses {
    /// A host whose name is the target's but for a slip, and which the set does not name yet; else
    /// the only one of its first label further down.
    pub(super) fn similar_host(&mut self, sip: &SipSet, srv: &Srv) -> Option<String> {
        if self.comparisons_left == 0 {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let target = &srv.target.name;
        let hosts = sip.view.sets(RecordType::A);
        let looked_at = hosts.len() + sip.set.records.len();
        self.comparisons_left = self.comparisons_left.saturating_sub(looked_at);
        let hosts = hosts.into_iter().map(|set| &set.owner);
        let mut below = hosts.clone().filter(|host| is_further_down(target, host));
        let only_below = below.next().filter(|_| below.next().is_none());
        let is_similar = |host: &&Name| is_slip(target, host) || differ_by_dots(target, host);
        let similar: Vec<_> = hosts.filter(is_similar).collect();
        // Names that are alike are few; those that the set names may be a million.
        let mut unnamed: HashSet<_> = similar.iter().chain(&only_below).copied().collect();
        for (_, other) in sip.set.srv() {
            unnamed.remove(&other.target.name);
        }
        let hosts = similar.into_iter().filter(|host| unnamed.contains(host));
        let hosts: Vec<_> = hosts.map(Name::to_string).collect();
        let nearest = nearest(&target.to_string(), hosts.iter().map(String::as_str));
        nearest.map(str::to_owned).or_else(|| {
            only_below
                .filter(|host| unnamed.contains(host))
                .map(Name::to_string)
        })
    }
}

/// `sip1.lab.eslab.local` of `sip1.eslab.local`: where an `$ORIGIN` was forgotten.
fn is_further_down(name: &Name, host: &Name) -> bool {
    let first = |name: &'_ Name| name.iter().next().map(<[u8]>::to_ascii_lowercase);
    host.iter().len() > name.iter().len()
        && name.base_name().zone_of(host)
        && first(host) == first(name)
}

/// A token's replacement in its file. There is none for what a server answered, nor for a
/// token from which `$GENERATE` makes many.
pub(super) fn edit(site: &Site, token: Span, text: impl Into<String>) -> Vec<Edit> {
    let is_file = site.sources.get(token.source).origin != Origin::Live;
    let is_one = !site.text(token).contains('$');
    let edit = (is_file && is_one).then(|| Edit::replace(token, text));
    edit.into_iter().collect()
}

/// The replacement of a record's field ([`edit`]). There is none where the text has no such
/// field.
pub(super) fn edit_field(
    site: &Site,
    record: &Record,
    field: Span,
    text: impl Into<String>,
) -> Vec<Edit> {
    if record.states(field) {
        edit(site, field, text)
    } else {
        Vec::new()
    }
}

/// The replacements of several fields, all of them or none ([`edit_field`]).
pub(super) fn edits<'r>(
    site: &Site,
    fields: impl IntoIterator<Item = (&'r Record, Span, String)>,
) -> Vec<Edit> {
    let all: Option<Vec<_>> = fields
        .into_iter()
        .map(|(record, field, text)| edit_field(site, record, field, text).pop())
        .collect();
    all.unwrap_or_default()
}

/// The host that a target was meant to be in which a comma or `@` stands for a dot, or a dot is
/// escaped and so separates no labels.
pub(super) fn separated(view: &View, target: &Name) -> Option<Name> {
    let mut labels = target.iter();
    labels.find(|label| label.iter().any(|byte| matches!(byte, b',' | b'@' | b'.')))?;
    let dotted = target.to_string().replace("\\.", ".").replace(',', ".");
    let dotted = dotted.replace("\\@", ".");
    let meant = Name::from_ascii(dotted).ok()?;
    view.set(&meant, RecordType::A)?;
    Some(meant)
}

/// The hosts that the SIP SRV records of a view name, with every place that names them.
pub(super) fn targets(view: &View) -> HashMap<&Name, Vec<Span>> {
    let mut targets: HashMap<&Name, Vec<Span>> = HashMap::new();
    for set in view.sets(RecordType::SRV) {
        if is_sip_service(&set.owner) {
            for (_, srv) in set.srv() {
                let spans = targets.entry(&srv.target.name).or_default();
                spans.push(srv.target.span);
            }
        }
    }
    targets
}

/// The record names a port on which a server can listen; dnsmasq gives those that name none
/// one of its own.
pub(super) fn has_port(record: &Record, srv: &Srv) -> bool {
    srv.port.value != 0 && record.states(srv.port.span)
}

/// The port that SIP has by default over the transport of an owner (RFC 3261 19.1.2).
pub(super) fn usual_port(owner: &Name) -> u16 {
    let service = owner.iter().next();
    let is_tls = service.is_some_and(|label| label.eq_ignore_ascii_case(b"_sips"));
    if is_tls { 5061 } else { 5060 }
}

/// It is that port for one of the transports.
pub(super) const fn is_sip_port(port: u16) -> bool {
    matches!(port, 5060 | 5061)
}
