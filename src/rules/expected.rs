//! SRV sets beside what the settings expect of them.

use std::net::Ipv4Addr;
use std::sync::Arc;

use hashbrown::HashMap;

use super::Facts;
use super::sip_set::{Asker, Entry, SipSet, with_handsets_of};
use crate::dns::{Name, RecordType, Srv};
use crate::finding::Finding;
use crate::handset::{Protocol, Reason, Step};
use crate::site::{Expectation, ExpectedServer, SIP_SETS, View, below};
use crate::source::{Span, Spanned};

/// An SRV set that handsets are led through, or that the settings speak of by its transport,
/// with what is expected of it.
pub(super) struct ExpectedSet<'s> {
    pub(super) sip: &'s SipSet<'s>,
    pub(super) expectation: &'s Expectation,
    /// The NAPTR replacement that leads handsets there, and past the set of their own address,
    /// which lists every server that is expected.
    pub(super) led_by: Option<Span>,
    /// The lookups of which this is expected and that ask for the set.
    pub(super) askers: Vec<&'s Asker<'s>>,
    places: Arc<Places<'s>>,
}

/// The first records of a set's servers.
struct Places<'s> {
    view: &'s View,
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
        let places = Arc::new(Places::of(sip.view, &sip.ordered));
        meant
            .into_iter()
            .map(move |(expectation, askers)| ExpectedSet {
                sip,
                expectation,
                led_by: askers
                    .first()
                    .and_then(|first| led_by(sip, first, expectation)),
                askers,
                places: Arc::clone(&places),
            })
    })
}

/// What is expected of a set, and by whose lookups: by the address that it serves, and by those
/// that ask for it, as where a NAPTR record leads elsewhere.
fn meant<'s>(site: &'s Facts, sip: &'s SipSet<'s>) -> Vec<(&'s Expectation, Vec<&'s Asker<'s>>)> {
    let Some(protocol) = protocol_of(&sip.owner) else {
        return Vec::new();
    };
    let own = site.expectation(&sip.domain);
    let stated = own.filter(|one| !one.transports.is_empty());
    let askers = sip.askers().iter();
    let of_askers = askers.filter_map(|asker| {
        let expectation = site.expectation_of(asker.1).or(own)?;
        Some((expectation, Some(asker)))
    });
    let all = of_askers.chain(stated.map(|one| (one, None)));
    let mut meant: Vec<(_, Vec<_>)> = Vec::new();
    let mut places = HashMap::new();
    for (expectation, asker) in all.filter(|(one, _)| one.allows(protocol)) {
        let place = *places.entry(expectation.span).or_insert(meant.len());
        if place == meant.len() {
            meant.push((expectation, Vec::new()));
        }
        meant[place].1.extend(asker);
    }
    meant
}

/// See [`ExpectedSet::led_by`].
fn led_by(sip: &SipSet, (simulation, setup): &Asker, expectation: &Expectation) -> Option<Span> {
    let mut steps = simulation.lookup.steps.iter();
    let leads_here = |step: &&Step| {
        step.question.name == sip.set.owner && matches!(step.why.reason, Reason::NaptrNames(_))
    };
    let step = steps.find(leads_here)?;
    let usual = usual(sip, setup.name()?)?;
    let usual = sip.view.set(&usual, RecordType::SRV)?;
    let entries: Vec<_> = usual.srv().collect();
    let places = Places::of(sip.view, &entries);
    let mut servers = expectation.servers.iter();
    let lists_all = servers.all(|server| places.find(&server.value).is_some());
    lists_all.then_some(step.why.span)
}

/// The owner that the servers of an SRV set have at another address.
pub(super) fn usual(sip: &SipSet, address: &Name) -> Option<Name> {
    let protocol = protocol_of(&sip.owner)?;
    let mut sets = SIP_SETS.iter();
    let (prefix, _) = sets.find(|(_, known)| *known == protocol)?;
    below(prefix, address).filter(|usual| *usual != sip.owner)
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

/// The order of servers that an expectation states.
pub(super) struct Stated {
    hosts: HashMap<Name, usize>,
    addresses: HashMap<Ipv4Addr, usize>,
}

impl Stated {
    pub(super) fn of(expectation: &Expectation, view: &View) -> Self {
        let (mut hosts, mut addresses) = (HashMap::new(), HashMap::new());
        for (place, server) in expectation.servers.iter().enumerate() {
            match &server.value {
                ExpectedServer::Host(name) => {
                    let own = std::iter::once(name.clone());
                    for host in own.chain(server.value.stands_for(view)) {
                        hosts.entry(host).or_insert(place);
                    }
                }
                ExpectedServer::Address(address) => {
                    addresses.entry(*address).or_insert(place);
                }
            }
        }
        Self { hosts, addresses }
    }

    /// The place of the server that a record of the set names.
    pub(super) fn place(&self, sip: &SipSet, srv: &Srv) -> Option<usize> {
        let by_name = self.hosts.get(&srv.target.name).copied();
        by_name.or_else(|| {
            if self.addresses.is_empty() {
                return None;
            }
            let answer = sip.addresses_of(srv);
            let own = answer.ipv4_addresses();
            own.filter_map(|own| self.addresses.get(&own.value).copied())
                .min()
        })
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
    /// Of records in the order in which they are tried.
    fn of(view: &'s View, entries: &[Entry<'s>]) -> Self {
        let mut places = Self {
            view,
            hosts: HashMap::new(),
            addresses: HashMap::new(),
            is_open: false,
        };
        for entry @ (_, srv) in entries {
            places.hosts.entry(&srv.target.name).or_insert(*entry);
            let answer = view.ask(&srv.target.name, RecordType::A);
            places.is_open |= answer.is_open();
            for address in answer.ipv4_addresses() {
                places.addresses.entry(address.value).or_insert(*entry);
            }
        }
        places
    }

    fn find(&self, server: &ExpectedServer) -> Option<Entry<'s>> {
        let place = match server {
            ExpectedServer::Host(name) => self.hosts.get(name).or_else(|| {
                let host = server.stands_for(self.view)?;
                self.hosts.get(&host)
            }),
            ExpectedServer::Address(address) => self.addresses.get(address),
        };
        place.copied()
    }
}

impl<'s> ExpectedSet<'s> {
    /// The records of the set, in the order in which their targets are tried.
    pub(super) fn records(&self) -> &'s [Entry<'s>] {
        &self.sip.ordered
    }

    /// Where a server stands.
    pub(super) fn standing(&self, server: &ExpectedServer) -> Standing<'s> {
        let may_be_there = matches!(server, ExpectedServer::Address(_)) && self.places.is_open;
        match self.places.find(server) {
            Some(entry) => Standing::At(entry),
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
        let stated = Stated::of(self.expectation, self.sip.view);
        let may_be_stated =
            |srv: &Srv| !stated.addresses.is_empty() && self.sip.addresses_of(srv).is_open();
        let is_expected =
            |(_, srv): &Entry| stated.place(self.sip, srv).is_some() || may_be_stated(srv);
        let strangers = self.records().iter().filter(|entry| !is_expected(entry));
        strangers.copied().collect()
    }

    /// The finding with the handsets of which this is expected.
    pub(super) fn with_handsets(&self, finding: Finding) -> Finding {
        with_handsets_of(self.askers.iter().copied(), finding)
    }
}
