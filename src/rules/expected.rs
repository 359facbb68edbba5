//! SRV sets beside what the settings expect of them.

use std::net::Ipv4Addr;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::Facts;
use super::sip_set::{Entry, SipSet};
use crate::dns::Name;
use crate::finding::Finding;
use crate::handset::Protocol;
use crate::site::{Expectation, ExpectedServer};
use crate::source::Spanned;

/// An SRV set that handsets are led through, or that the settings speak of by its transport,
/// with what is expected of it.
pub(super) struct ExpectedSet<'s> {
    pub(super) sip: &'s SipSet<'s>,
    pub(super) expectation: &'s Expectation,
    places: Arc<Places<'s>>,
}

/// The first records of a set's servers.
struct Places<'s> {
    hosts: HashMap<&'s Name, Entry<'s>>,
    addresses: HashMap<Ipv4Addr, Entry<'s>>,
    /// A target's address is not in the data given.
    is_open: bool,
}

/// Every set of which something is expected, once for each address of which it is.
pub(super) fn expected_sets<'s>(site: &'s Facts) -> impl Iterator<Item = ExpectedSet<'s>> {
    let is_stated = !site.expectations.is_empty();
    let sets = site.whole_sip_sets().filter(move |_| is_stated);
    let meant = sets.map(|sip| (sip, meant(site, sip)));
    let meant = meant.filter(|(_, meant)| !meant.is_empty());
    meant.flat_map(|(sip, meant)| {
        let places = Arc::new(Places::of(sip));
        meant.into_iter().map(move |expectation| ExpectedSet {
            sip,
            expectation,
            places: Arc::clone(&places),
        })
    })
}

/// What is expected of a set: by the address that it serves, and by those whose lookups ask for
/// it, as where a NAPTR record leads elsewhere.
fn meant<'s>(site: &'s Facts, sip: &'s SipSet) -> Vec<&'s Expectation> {
    let Some(protocol) = protocol_of(&sip.owner) else {
        return Vec::new();
    };
    let own = site.expectation(&sip.domain);
    let own = own.filter(|one| sip.is_asked() || !one.transports.is_empty());
    let askers = sip.askers().iter();
    let of_askers = askers.filter_map(|(_, setup)| site.expectation_of(setup));
    let mut seen = HashSet::new();
    own.into_iter()
        .chain(of_askers)
        .filter(|one| one.allows(protocol) && seen.insert(one.span))
        .collect()
}

/// What SIP travels over by the servers of an SRV set (RFC 3263 4.1).
fn protocol_of(owner: &Name) -> Option<Protocol> {
    let mut labels = owner.iter().take(2).map(<[u8]>::to_ascii_lowercase);
    match (labels.next()?.as_slice(), labels.next()?.as_slice()) {
        (b"_sip", b"_udp") => Some(Protocol::Udp),
        (b"_sip", b"_tcp") => Some(Protocol::Tcp),
        (b"_sips", b"_tcp") => Some(Protocol::Tls),
        _ => None,
    }
}

/// Where an expected server stands in a set.
pub(super) enum Standing<'s> {
    /// Its first record, the one of the lowest priority.
    At(Entry<'s>),
    /// No record names it.
    Missing,
    /// A target's address is not in the data given, and may be the one expected.
    Unknown,
}

impl<'s> Places<'s> {
    fn of(sip: &'s SipSet<'s>) -> Self {
        let mut places = Self {
            hosts: HashMap::new(),
            addresses: HashMap::new(),
            is_open: false,
        };
        for entry @ (_, srv) in sip.ordered.iter() {
            places.hosts.entry(&srv.target.name).or_insert(*entry);
            let answer = sip.addresses_of(srv);
            places.is_open |= answer.is_open();
            for address in answer.ipv4_addresses() {
                places.addresses.entry(address.value).or_insert(*entry);
            }
        }
        places
    }
}

impl<'s> ExpectedSet<'s> {
    /// The records of the set, in the order in which their targets are tried.
    pub(super) fn records(&self) -> &'s [Entry<'s>] {
        &self.sip.ordered
    }

    /// Where a server stands.
    pub(super) fn standing(&self, server: &ExpectedServer) -> Standing<'s> {
        let place = match server {
            ExpectedServer::Host(name) => self.places.hosts.get(name),
            ExpectedServer::Address(address) => self.places.addresses.get(address),
        };
        let may_be_there = matches!(server, ExpectedServer::Address(_)) && self.places.is_open;
        match place {
            Some(entry) => Standing::At(*entry),
            None if may_be_there => Standing::Unknown,
            None => Standing::Missing,
        }
    }

    /// The expected servers that have a record, in the order in which they are expected.
    pub(super) fn found(&self) -> Vec<(&'s Spanned<ExpectedServer>, Entry<'s>)> {
        let servers = self.expectation.servers.iter();
        servers
            .filter_map(|server| match self.standing(&server.value) {
                Standing::At(entry) => Some((server, entry)),
                _ => None,
            })
            .collect()
    }

    /// The records of servers that are not expected, in the order in which they are tried. One
    /// whose address is not known may be expected by it.
    pub(super) fn strangers(&self) -> Vec<Entry<'s>> {
        let (mut hosts, mut addresses) = (HashSet::new(), HashSet::new());
        for server in &self.expectation.servers {
            match &server.value {
                ExpectedServer::Host(name) => {
                    hosts.insert(name);
                }
                ExpectedServer::Address(address) => {
                    addresses.insert(*address);
                }
            }
        }
        let has_expected_address = |entry: &Entry| {
            let answer = self.sip.addresses_of(entry.1);
            let mut own = answer.ipv4_addresses();
            answer.is_open() || own.any(|own| addresses.contains(&own.value))
        };
        let is_expected = |entry: &Entry| {
            hosts.contains(&entry.1.target.name)
                || (!addresses.is_empty() && has_expected_address(entry))
        };
        let strangers = self.records().iter().filter(|entry| !is_expected(entry));
        strangers.copied().collect()
    }

    /// The finding with the handsets of which this is expected.
    pub(super) fn with_handsets(&self, site: &Facts, finding: Finding) -> Finding {
        let span = self.expectation.span;
        let is_meant = |of_setup: Option<&Expectation>| of_setup.is_none_or(|one| one.span == span);
        self.sip
            .with_handsets_that(finding, |setup| is_meant(site.expectation_of(setup)))
    }
}
