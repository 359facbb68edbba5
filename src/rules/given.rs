//! The domains that handsets are given, and owners in which one of them is misspelt.

use std::collections::HashSet;

use super::sip_owner::{Meant, Slip};
use super::sip_set::MAX_COMPARISONS;
use super::slips::{is_slip, same_digits};
use crate::dns::{Name, RecordType, RrSet, Srv};
use crate::site::{SIP_SETS, Setup, Site, View, below, is_sip_naptr, sip_domain};

/// The domains that handsets are given.
pub(super) struct Given<'s> {
    domains: HashSet<&'s Name>,
    comparisons_left: usize,
}

impl<'s> Given<'s> {
    pub(super) fn to_handsets(site: &'s Site) -> Self {
        let configured = site.setups.iter().filter(|setup| setup.is_configured());
        Self {
            domains: configured.filter_map(Setup::name).collect(),
            comparisons_left: MAX_COMPARISONS,
        }
    }

    /// Handsets are given the domain, for which the other name is a slip: nothing else is there.
    fn is_mistyped(&self, view: &View, name: &Name, domain: &Name) -> bool {
        let kinds = [RecordType::A, RecordType::CNAME];
        is_slip(name, domain)
            && same_digits(name, domain)
            && self.domains.contains(domain)
            && !self.domains.contains(name)
            && !kinds.iter().any(|kind| view.set(name, *kind).is_some())
    }

    /// The owner that was meant for an SRV record alone at a name that is a slip for a domain, which
    /// has other servers.
    pub(super) fn mistyped(&mut self, view: &View, set: &RrSet) -> Option<Meant> {
        let name = sip_domain(&set.owner).filter(|name| !self.domains.contains(name))?;
        let is_alone = set.records.len() == 1
            && view.set(&name, RecordType::NAPTR).is_none()
            && services(view, &name) == 1;
        if !is_alone {
            return None;
        }
        self.comparisons_left = self.comparisons_left.checked_sub(self.domains.len())?;
        let mut domains = self.domains.iter();
        let domain = domains.find(|domain| self.is_mistyped(view, &name, domain))?;
        let meant = set.owner.iter().take(2).chain(domain.iter());
        let meant = Name::from_labels(meant).ok()?;
        let there = view.set(&meant, RecordType::SRV)?;
        let has = |srv: &Srv| {
            let mut servers = there.srv();
            servers.any(|(_, other)| other.target.name == srv.target.name)
        };
        let is_lacking = !set.srv().any(|(_, srv)| has(srv));
        is_lacking.then_some(Meant {
            name: meant,
            slip: Slip::Domain,
            certain: false,
        })
    }

    /// The domain to which NAPTR records lead that stand at a slip for it, where it lacks what they
    /// say.
    pub(super) fn mistyped_naptr(&self, view: &View, set: &RrSet) -> Option<Name> {
        let naptr = || set.naptr().map(|(_, naptr)| naptr);
        let mut domains = naptr().map(|naptr| sip_domain(&naptr.replacement.name));
        let domain = domains.next()??;
        if domains.any(|other| other.as_ref() != Some(&domain)) {
            return None;
        }
        let there = view.set(&domain, RecordType::NAPTR);
        let says = |service: &str| {
            let mut there = there.iter().flat_map(|set| set.naptr());
            there.any(|(_, other)| other.service.value.eq_ignore_ascii_case(service))
        };
        let is_lacking = naptr().all(|one| is_sip_naptr(one) && !says(&one.service.value));
        let is_meant = is_lacking
            && self.is_mistyped(view, &set.owner, &domain)
            && services(view, &set.owner) == 0;
        is_meant.then_some(domain)
    }
}

/// How many SIP services have SRV records at a domain.
fn services(view: &View, domain: &Name) -> usize {
    let owners = SIP_SETS
        .iter()
        .filter_map(|(service, _)| below(service, domain));
    owners
        .filter(|owner| view.set(owner, RecordType::SRV).is_some())
        .count()
}
