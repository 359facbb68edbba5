//! The SIP SRV sets of a site, for the rules that judge them. The sets of other services are
//! not theirs to judge: Active Directory gives all its domain controllers one priority, and
//! is right.

use crate::dns::{Answer, Data, Name, Question, Record, RecordType, RrSet, Srv};
use crate::finding::Finding;
use crate::fix::Place;
use crate::site::{Site, View, sip_domain};

/// More configured addresses than this are not shown with a finding: they say no more.
const SHOWN_ADDRESSES: usize = 3;

/// A SIP SRV set that servers would give out, in one view.
pub(super) struct SipSet<'s> {
    site: &'s Site,
    view_index: usize,
    pub(super) view: &'s View,
    pub(super) set: &'s RrSet,
    /// The domain it serves: what handsets are configured with.
    pub(super) domain: Name,
}

/// Every SIP SRV set that handsets can be given, of every view.
pub(super) fn sip_sets(site: &Site) -> Vec<SipSet<'_>> {
    select(site, |view| view.sets(RecordType::SRV))
}

/// Those of which every record could be read: what may be judged as a whole.
pub(super) fn whole_sip_sets(site: &Site) -> Vec<SipSet<'_>> {
    select(site, |view| view.whole_sets(RecordType::SRV))
}

fn select<'s>(site: &'s Site, sets: impl Fn(&'s View) -> Vec<&'s RrSet>) -> Vec<SipSet<'s>> {
    let mut selected = Vec::new();
    for (view_index, view) in site.views.iter().enumerate() {
        for set in sets(view) {
            let Some(domain) = sip_domain(&set.owner) else {
                continue;
            };
            if !domain.is_wildcard() && is_served(view, set) {
                selected.push(SipSet {
                    site,
                    view_index,
                    view,
                    set,
                    domain,
                });
            }
        }
    }
    selected
}

/// The set is not hidden by a delegation.
fn is_served(view: &View, set: &RrSet) -> bool {
    view.live.is_some()
        || view.zone_of(&set.owner).is_some_and(|zone| {
            let own = zone.contents.set(&set.owner, set.record_type);
            own.is_some_and(|own| std::ptr::eq(own, set))
                && zone.zone_cut_above(&set.owner).is_none()
        })
}

impl<'s> SipSet<'s> {
    /// Where its records stand, for commands.
    pub(super) fn place(&self) -> Place<'s> {
        Place::new(self.view.apex_of(&self.set.owner), &self.set.owner)
    }

    /// Its records by priority, each group in the order of the source.
    pub(super) fn by_priority(&self) -> Vec<Vec<(&'s Record, &'s Srv)>> {
        let mut records: Vec<_> = self.set.srv().collect();
        records.sort_by_key(|(_, srv)| srv.priority.value);
        records
            .chunk_by(|(_, one), (_, two)| one.priority.value == two.priority.value)
            .map(<[_]>::to_vec)
            .collect()
    }

    /// What the data says of a target's IPv4 addresses.
    pub(super) fn addresses_of(&self, srv: &Srv) -> Answer {
        self.view.ask(&srv.target.name, RecordType::A)
    }

    /// A set-up's lookup asked for this set.
    pub(super) fn is_asked(&self) -> bool {
        self.askers().next().is_some()
    }

    fn askers(&self) -> impl Iterator<Item = &'s crate::site::Setup> {
        let question = Question::new(&self.set.owner, RecordType::SRV);
        let view = self.view_index;
        self.site
            .simulated()
            .filter(move |(simulation, ..)| {
                simulation.view == view && simulation.lookup.step(&question).is_some()
            })
            .map(|(_, setup, _)| setup)
    }

    /// The finding with the handsets that are led through this set, and the addresses they
    /// are configured with.
    pub(super) fn with_handsets(&self, mut finding: Finding) -> Finding {
        let configured = self.askers().filter(|setup| setup.is_configured());
        for (count, setup) in configured.enumerate() {
            if count < SHOWN_ADDRESSES {
                let text = "handsets with this address are led here";
                finding = finding.related(setup.entry.address.span, text);
            }
            finding = finding.handsets(&setup.handsets);
        }
        finding
    }
}

/// The first A record of an answer, to be shown beside a finding.
pub(super) fn first_address(answer: &Answer) -> Option<&Record> {
    answer
        .of_type(RecordType::A)
        .find(|record| matches!(record.data, Data::A(_)))
}
