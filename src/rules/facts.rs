//! What several rules judge by, worked out once a run.

use std::ops::Deref;

use rayon::prelude::*;

use super::sip_set::{SipSet, sip_sets, whole_sip_sets};
use crate::dns::RrSet;
use crate::site::{SipAddress, SipHost, Site};

/// A site, and what follows from it.
pub(super) struct Facts<'s> {
    site: &'s Site,
    sip_sets: Vec<SipSet<'s>>,
    whole_sip_sets: Vec<SipSet<'s>>,
    views: Vec<ViewFacts<'s>>,
}

/// What follows from one view.
struct ViewFacts<'s> {
    hosts: Vec<SipHost>,
    addresses: Vec<SipAddress>,
    chain: Vec<&'s RrSet>,
}

impl<'s> Facts<'s> {
    pub(super) fn of(site: &'s Site) -> Self {
        let (views, (sip_sets, whole_sip_sets)) = rayon::join(
            || {
                let views = (0..site.views.len()).into_par_iter();
                views.map(|view| ViewFacts::of(site, view)).collect()
            },
            || rayon::join(|| sip_sets(site), || whole_sip_sets(site)),
        );
        Self {
            site,
            sip_sets,
            whole_sip_sets,
            views,
        }
    }

    /// See [`sip_sets`].
    pub(super) fn sip_sets(&self) -> &[SipSet<'s>] {
        &self.sip_sets
    }

    /// See [`whole_sip_sets`].
    pub(super) fn whole_sip_sets(&self) -> &[SipSet<'s>] {
        &self.whole_sip_sets
    }

    /// See [`Site::sip_hosts`].
    pub(super) fn sip_hosts(&self, view: usize) -> &[SipHost] {
        &self.views[view].hosts
    }

    /// See [`Site::sip_addresses`].
    pub(super) fn sip_addresses(&self, view: usize) -> &[SipAddress] {
        &self.views[view].addresses
    }

    /// See [`Site::sip_chain`].
    pub(super) fn sip_chain(&self, view: usize) -> &[&'s RrSet] {
        &self.views[view].chain
    }
}

impl<'s> ViewFacts<'s> {
    fn of(site: &'s Site, view: usize) -> Self {
        let hosts = site.sip_hosts(view);
        let (addresses, chain) = rayon::join(
            || site.sip_addresses(view, &hosts),
            || site.sip_chain(view, &hosts),
        );
        Self {
            hosts,
            addresses,
            chain,
        }
    }
}

/// Everything else is asked of the site.
impl Deref for Facts<'_> {
    type Target = Site;

    fn deref(&self) -> &Self::Target {
        self.site
    }
}
