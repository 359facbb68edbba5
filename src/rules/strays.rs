//! PTR records that name a SIP server and stand at another address than its own.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use super::Facts;
use super::reverse::{Pointer, Reverse, leads_back};
use crate::dns::{Data, Name, RecordType, WrittenName, of_reverse_name};
use crate::site::{SipAddress, View};

/// A PTR record that names a server and is not at its address.
pub(super) struct Stray<'s> {
    /// The name of the server, as the record has it.
    pub(super) host: &'s WrittenName,
    /// The address that the record is of.
    pub(super) address: Ipv4Addr,
    /// The server with each of its addresses; never empty.
    pub(super) servers: Vec<&'s SipAddress>,
}

impl Stray<'_> {
    /// What is wrong with the record.
    pub(super) fn label(&self) -> String {
        format!("no A record leads from here back to {}", self.address)
    }

    /// What to do: nobody knows which of the two is right.
    pub(super) fn help(&self) -> String {
        format!(
            "if the server is at {}, correct its A record; else remove the PTR record, and give or \
             make the one of {}",
            self.address, self.servers[0].address.value
        )
    }
}

/// PTR records of other addresses than the server has, where none of its own names it: one
/// of the two is mistyped, or the server has moved and they were left behind. Servers that differ
/// alike from their PTR records have these in a second network. Of what servers answer not all PTR
/// records are known.
pub(super) fn strays<'s>(site: &'s Facts, index: usize, view: &'s View) -> Vec<Stray<'s>> {
    let mut zones = view.zones.iter();
    let may_be = zones.any(|zone| zone.contents.may_hold(RecordType::PTR));
    if view.live.is_some() || !may_be {
        return Vec::new();
    }
    let mut servers: HashMap<&Name, Vec<&SipAddress>> = HashMap::new();
    for found in site.sip_addresses(index) {
        servers.entry(&found.owner).or_default().push(found);
    }
    // Many servers may have one address.
    let mut astray: HashMap<Ipv4Addr, bool> = HashMap::new();
    servers.retain(|owner, addresses| {
        addresses.iter().all(|found| {
            let address = found.address.value;
            match site.reverse(index, address) {
                Reverse::NotGiven => true,
                Reverse::Missing(_) => !found.from_wildcard,
                Reverse::Pointers(pointers) => {
                    let leads_astray =
                        |one: &Pointer| leads_back(view, &one.host.name, address) == Some(false);
                    let is_astray = astray
                        .entry(address)
                        .or_insert_with(|| pointers.iter().any(leads_astray));
                    !*is_astray && pointers.iter().all(|one| one.host.name != **owner)
                }
            }
        })
    });
    if servers.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for set in view.sets(RecordType::PTR) {
        let Some(address) = of_reverse_name(&set.owner) else {
            continue;
        };
        for record in set.records.iter() {
            let Data::Ptr(host) = &record.data else {
                continue;
            };
            // Of the records that name one server the first is told.
            let Some(addresses) = servers.remove(&host.name) else {
                continue;
            };
            let is_own = |found: &&SipAddress| found.address.value == address;
            let has_it = |view: &View| leads_back(view, &host.name, address) == Some(true);
            if addresses.iter().any(is_own) || site.views.iter().any(has_it) {
                continue;
            }
            if let Some(slip) = slip(addresses[0].address.value, address) {
                let stray = Stray {
                    host,
                    address,
                    servers: addresses,
                };
                found.push((slip, stray));
            }
        }
    }
    let mut servers_with: HashMap<Slip, usize> = HashMap::new();
    for (slip, _) in &found {
        *servers_with.entry(*slip).or_default() += 1;
    }
    let alone = found
        .into_iter()
        .filter(|(slip, _)| servers_with[slip] == 1);
    alone.map(|(_, stray)| stray).collect()
}

/// The place of a number that differs between two addresses, and what it is in each.
type Slip = (usize, u8, u8);

/// The one number that differs. Of addresses with others, one may well be what the server has
/// elsewhere: outside, or before it moved.
fn slip(one: Ipv4Addr, other: Ipv4Addr) -> Option<Slip> {
    let pairs = one.octets().into_iter().zip(other.octets()).enumerate();
    let mut differing = pairs.filter(|(_, (one, other))| one != other);
    let (place, (one, other)) = differing.next()?;
    differing.next().is_none().then_some((place, one, other))
}
