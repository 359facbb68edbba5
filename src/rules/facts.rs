//! What several rules judge by, worked out once a run.

use std::net::Ipv4Addr;
use std::ops::Deref;
use std::sync::OnceLock;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::lookup::{Changed, losers};
use super::misspelt::Misspelt;
use super::moved::Missed;
use super::naptr::{SipNaptr, sip_naptrs};
use super::reached::Reached;
use super::reverse::{Pointer, Reverse, not_reversed};
use super::sip_ports::SipPorts;
use super::sip_set::{SipSet, sip_sets, targets};
use crate::dns::{Name, Question, Record, RecordType, RrSet};
use crate::finding::Finding;
use crate::remembered::Remembered;
use crate::rule::Severity;
use crate::site::{Aliases, Setup, Simulation, SipAddress, SipHost, Site, View};
use crate::source::Span;
use crate::zone::Zone;
use crate::zone::answer::MAX_RECORDS;

/// A site, and what follows from it.
pub(super) struct Facts<'s> {
    site: &'s Site,
    sip_sets: Vec<SipSet<'s>>,
    sip_ports: OnceLock<SipPorts<'s>>,
    sip_naptrs: OnceLock<Vec<SipNaptr<'s>>>,
    misspelt: OnceLock<Misspelt>,
    reached: OnceLock<Reached>,
    /// Simulations by the places of ports and transports.
    by_setting: OnceLock<HashMap<Span, Vec<&'s Simulation>>>,
    losers: Remembered<Changed, Vec<usize>>,
    missed: OnceLock<Missed<'s>>,
    views: Vec<ViewFacts<'s>>,
}

/// What follows from one view.
struct ViewFacts<'s> {
    hosts: Vec<SipHost>,
    addresses: Vec<SipAddress>,
    reverse: HashMap<Ipv4Addr, Reverse>,
    /// Where those are among the addresses that have PTR records, each address once.
    pointed: Vec<usize>,
    has_reverse_zone: bool,
    chain: Vec<&'s RrSet>,
    targets: OnceLock<HashMap<&'s Name, Vec<Span>>>,
    aliases: Aliases<'s>,
    crowded_aliases: Vec<(&'s Zone, &'s RrSet)>,
    /// What a zone serves is what it answers: no alias is in the place of other records, none
    /// stands for what is below it, and nothing was left out.
    is_plain: bool,
}

impl<'s> Facts<'s> {
    pub(super) fn of(site: &'s Site) -> Self {
        let (views, sip_sets) = rayon::join(
            || {
                let views = (0..site.views.len()).into_par_iter();
                views.map(|view| ViewFacts::of(site, view)).collect()
            },
            || sip_sets(site),
        );
        Self {
            site,
            sip_sets,
            sip_ports: OnceLock::new(),
            sip_naptrs: OnceLock::new(),
            misspelt: OnceLock::new(),
            reached: OnceLock::new(),
            by_setting: OnceLock::new(),
            losers: Remembered::default(),
            missed: OnceLock::new(),
            views,
        }
    }

    /// See [`sip_sets`].
    pub(super) fn sip_sets(&self) -> &[SipSet<'s>] {
        &self.sip_sets
    }

    /// The ports that they name.
    pub(super) fn sip_ports(&self) -> &SipPorts<'s> {
        let of_sets = || SipPorts::of(&self.sip_sets);
        self.sip_ports.get_or_init(of_sets)
    }

    /// Those of which a target is in doubt.
    pub(super) fn doubtful_sip_sets(&self) -> impl Iterator<Item = &SipSet<'s>> {
        self.sip_sets.iter().filter(|sip| sip.doubts.single)
    }

    /// See [`sip_naptrs`].
    pub(super) fn sip_naptrs(&self) -> &[SipNaptr<'s>] {
        let of_site = || sip_naptrs(self.site, &self.known_to_be_given());
        self.sip_naptrs.get_or_init(of_site)
    }

    /// What the misspelt parameters of all files were meant to be.
    pub(super) fn misspelt(&self) -> &Misspelt {
        self.misspelt.get_or_init(|| Misspelt::of(self.site))
    }

    /// A finding that judges sets as a whole, with the handsets that are led through them.
    pub(super) fn of_sets(&self, sets: &[&SipSet], finding: Finding) -> Finding {
        let with_handsets = |finding, sip: &&SipSet| sip.with_handsets(finding);
        let finding = sets.iter().fold(finding, with_handsets);
        self.of_chain(sets.iter().map(|sip| &sip.owner), finding)
    }

    /// A finding that judges RRsets of the SIP chain: a note where configured handsets come to
    /// none of these owners.
    pub(super) fn of_chain<'n>(
        &self,
        mut owners: impl Iterator<Item = &'n Name>,
        finding: Finding,
    ) -> Finding {
        let reached = || {
            let hosts = self.views.iter().flat_map(|view| &view.hosts);
            Reached::of(self.site, &self.sip_sets, hosts)
        };
        if owners.any(|owner| self.reached.get_or_init(reached).is(owner)) {
            finding
        } else {
            finding.severity(Severity::Note)
        }
    }

    /// The simulations, with their set-ups and views, that the port or the transport which
    /// stands in a place is a setting of.
    pub(super) fn simulated_with(
        &self,
        place: Span,
    ) -> impl Iterator<Item = (&'s Simulation, &'s Setup, &'s View)> {
        let site = self.site;
        let by_setting = self.by_setting.get_or_init(|| {
            let mut by_setting: HashMap<_, Vec<_>> = HashMap::new();
            for (simulation, setup, _) in site.simulated() {
                for place in [setup.entry.port.span, setup.entry.transport.span] {
                    by_setting.entry(place).or_default().push(simulation);
                }
            }
            by_setting
        });
        let there = by_setting.get(&place).into_iter().flatten();
        there.map(|one| (*one, &site.setups[one.setup], &site.views[one.view]))
    }

    /// See [`losers`]: many set-ups may share what is changed.
    pub(super) fn losers(&self, changed: &Changed) -> Vec<usize> {
        let find = || Some(losers(self, changed));
        self.losers
            .get(changed, Clone::clone, find)
            .unwrap_or_default()
    }

    /// See [`Missed::keep_servers`].
    pub(super) fn keeps_servers(&self, view: usize, set: &RrSet, owner: &Name) -> bool {
        let missed = self.missed.get_or_init(|| Missed::of(self.site));
        let question = Question::new(owner, set.record_type);
        missed.keep_servers(self.site, view, set, &question)
    }

    /// Those that may be judged as a whole.
    pub(super) fn whole_sip_sets(&self) -> impl Iterator<Item = &SipSet<'s>> {
        self.sip_sets.iter().filter(|sip| sip.is_whole)
    }

    /// See [`targets`].
    pub(super) fn targets(&self, view: usize) -> &HashMap<&'s Name, Vec<Span>> {
        let targets_of = || targets(&self.site.views[view]);
        self.views[view].targets.get_or_init(targets_of)
    }

    /// Where the aliases of a view lead.
    pub(super) fn aliases(&self, view: usize) -> &Aliases<'s> {
        &self.views[view].aliases
    }

    /// The aliases of a view's zones that may have other records beside them: all that have,
    /// and few that have not.
    pub(super) fn crowded_aliases(&self, view: usize) -> &[(&'s Zone, &'s RrSet)] {
        &self.views[view].crowded_aliases
    }

    /// The owners of SRV sets that are given out, by view, as far as nobody has to be asked.
    fn known_to_be_given(&self) -> HashSet<(usize, &'s Name)> {
        let given = self.sip_sets.iter().filter(|sip| {
            let is_answer = sip.set.records.len() <= MAX_RECORDS;
            self.views[sip.view_index].is_plain && sip.is_well_formed() && is_answer
        });
        let mut owners = HashSet::with_capacity(self.sip_sets.len());
        owners.extend(given.map(|sip| (sip.view_index, &sip.set.owner)));
        owners
    }

    /// See [`Site::sip_hosts`].
    pub(super) fn sip_hosts(&self, view: usize) -> &[SipHost] {
        &self.views[view].hosts
    }

    /// See [`Site::sip_addresses`].
    pub(super) fn sip_addresses(&self, view: usize) -> &[SipAddress] {
        &self.views[view].addresses
    }

    /// What the reverse zones say of an address; of those of SIP servers it is known.
    pub(super) fn reverse(&self, view: usize, address: Ipv4Addr) -> &Reverse {
        let known = self.views[view].reverse.get(&address);
        known.unwrap_or(&Reverse::NotGiven)
    }

    /// The servers whose addresses have PTR records; of several that share an address, the
    /// first.
    pub(super) fn pointed(&self, view: usize) -> impl Iterator<Item = (&SipAddress, &[Pointer])> {
        let facts = &self.views[view];
        facts.pointed.iter().filter_map(|at| {
            let server = &facts.addresses[*at];
            match facts.reverse.get(&server.address.value)? {
                Reverse::Pointers(pointers) => Some((server, &pointers[..])),
                _ => None,
            }
        })
    }

    /// See [`not_reversed`].
    pub(super) fn not_reversed(
        &self,
        view: usize,
        server: &SipAddress,
    ) -> Option<(&'s Record, Ipv4Addr)> {
        let has_reverse_zone = self.views[view].has_reverse_zone;
        has_reverse_zone.then(|| not_reversed(&self.site.views[view], server))?
    }

    /// See [`Site::sip_chain`].
    pub(super) fn sip_chain(&self, view: usize) -> &[&'s RrSet] {
        &self.views[view].chain
    }
}

impl<'s> ViewFacts<'s> {
    fn of(site: &'s Site, view: usize) -> Self {
        let hosts = site.sip_hosts(view);
        let ((addresses, reverse, aliases, crowded_aliases), chain) = rayon::join(
            || {
                let addresses = Site::sip_addresses(&hosts);
                let reverse = Reverse::of_all(&site.views[view], &addresses);
                let aliases = Aliases::of(&site.views[view]);
                let zones = site.views[view].zones.iter();
                let crowded = zones.flat_map(|zone| {
                    let crowded = zone.contents.crowded_aliases().into_iter();
                    crowded.map(move |alias| (&**zone, alias))
                });
                (addresses, reverse, aliases, crowded.collect::<Vec<_>>())
            },
            || site.sip_chain(view, &hosts),
        );
        let pointed = pointed(&addresses, &reverse);
        let is_whole = |zone: &Zone| {
            zone.not_exported.is_empty() && !zone.contents.may_hold(RecordType::DNAME)
        };
        let zones = || site.views[view].zones.iter();
        let is_plain = crowded_aliases.is_empty() && zones().all(|zone| is_whole(zone));
        Self {
            hosts,
            addresses,
            reverse,
            pointed,
            has_reverse_zone: zones().any(|zone| zone.apex.is_reverse()),
            chain,
            targets: OnceLock::new(),
            aliases,
            crowded_aliases,
            is_plain,
        }
    }
}

/// See [`Facts::pointed`].
fn pointed(addresses: &[SipAddress], reverse: &HashMap<Ipv4Addr, Reverse>) -> Vec<usize> {
    let has_pointers = |reverse: &Reverse| matches!(reverse, Reverse::Pointers(_));
    if !reverse.values().any(has_pointers) {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let mut is_pointed = |server: &SipAddress| {
        let address = server.address.value;
        reverse.get(&address).is_some_and(has_pointers) && seen.insert(address)
    };
    let addresses = addresses.iter().enumerate();
    let pointed = addresses.filter(|(_, server)| is_pointed(server));
    pointed.map(|(at, _)| at).collect()
}

/// Everything else is asked of the site.
impl Deref for Facts<'_> {
    type Target = Site;

    fn deref(&self) -> &Self::Target {
        self.site
    }
}
