//! SRV sets beside what the settings expect of them.

use super::Facts;
use super::sip_set::{Entry, SipSet};
use crate::dns::{Data, Name, RecordType};
use crate::handset::Protocol;
use crate::site::{Expectation, ExpectedServer};
use crate::source::Spanned;

/// An SRV set that handsets are led through, or that the settings speak of by its transport,
/// with what is expected of it.
pub(super) struct ExpectedSet<'s> {
    pub(super) sip: &'s SipSet<'s>,
    pub(super) expectation: &'s Expectation,
}

/// Every set of which something is expected.
pub(super) fn expected_sets<'s>(site: &'s Facts) -> impl Iterator<Item = ExpectedSet<'s>> {
    site.whole_sip_sets().filter_map(|sip| {
        let expectation = site.expectation(&sip.domain)?;
        let protocol = protocol_of(&sip.owner)?;
        let transports = &expectation.transports;
        let is_meant = if transports.is_empty() {
            sip.is_asked()
        } else {
            transports.iter().any(|one| one.value == protocol)
        };
        is_meant.then_some(ExpectedSet { sip, expectation })
    })
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

impl<'s> ExpectedSet<'s> {
    /// The records of the set, in the order in which their targets are tried.
    pub(super) fn records(&self) -> Vec<Entry<'s>> {
        self.sip.ordered.to_vec()
    }

    /// Where a server stands.
    pub(super) fn standing(&self, server: &ExpectedServer) -> Standing<'s> {
        let mut unknown = false;
        for entry @ (_, srv) in self.records() {
            let is_it = match server {
                ExpectedServer::Host(name) => srv.target.name == *name,
                ExpectedServer::Address(address) => {
                    let answer = self.sip.addresses_of(srv);
                    unknown |= answer.is_open();
                    answer.of_type(RecordType::A).any(
                        |record| matches!(&record.data, Data::A(found) if found.value == *address),
                    )
                }
            };
            if is_it {
                return Standing::At(entry);
            }
        }
        if unknown {
            Standing::Unknown
        } else {
            Standing::Missing
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
}
