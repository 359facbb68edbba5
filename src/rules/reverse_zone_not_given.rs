//! `reverse-zone-not-given`: the PTR records of SIP servers could not be checked.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use super::reverse::Reverse;
use super::{Facts, Findings};
use crate::dns::{Name, unusable};
use crate::finding::Fix;
use crate::fix::{Change, NewRecord, Place, add_record};
use crate::site::SipAddress;

/// How many reverse zones are named before the rest is counted.
const NAMED: usize = 3;

/// Asks for the PTR records of every SIP server; a zone is spoken of once.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let mut unknown: BTreeMap<Option<&Name>, Vec<_>> = BTreeMap::new();
        for found in site.sip_addresses(index) {
            let address = found.address.value;
            let is_unknown = matches!(site.reverse(index, address), Reverse::NotGiven);
            // Of an address that no server has there is no name to be asked for.
            if is_unknown
                && unusable(address).is_none()
                && site.not_reversed(index, found).is_none()
            {
                let zone = view.apex_of(&found.owner);
                unknown.entry(zone).or_default().push(found);
            }
        }
        for (zone, addresses) in unknown {
            let Some(first) = addresses.iter().min_by_key(|found| found.address.span) else {
                continue;
            };
            let networks = networks(&addresses);
            let zone_of =
                |[a, b, c]: &[u8; 3]| Name::from(Ipv4Addr::new(*a, *b, *c, 0)).base_name();
            let zones: BTreeSet<Name> = networks.iter().map(zone_of).collect();
            let named = zones.iter().take(NAMED);
            let mut named: Vec<_> = named.map(|zone| format!("`{zone}`")).collect();
            if networks.len() > NAMED {
                named.push(format!("{} more", networks.len() - NAMED));
            }
            let of_zone = zone.map_or(String::new(), |zone| format!(" in `{zone}`"));
            findings.push(
                findings
                    .at(
                        first.address.span,
                        format!("PTR records of the SIP servers{of_zone} could not be checked"),
                    )
                    .label("no reverse zone for this address")
                    .help(format!(
                        "give the reverse zone as well: {}, or the one above",
                        named.join(", ")
                    ))
                    .fix(fix(&addresses, networks)),
            );
        }
    }
}

/// The zones and their records, for whom they are missing on the server too; where they are
/// there, the commands say so and change nothing.
fn fix(addresses: &[&SipAddress], networks: Vec<[u8; 3]>) -> Fix {
    let zones = networks.into_iter();
    let zones = zones.map(|network| Change::ReverseZone { network });
    let mut changes = Vec::with_capacity(zones.len() + addresses.len());
    changes.extend(zones);
    for found in addresses {
        let name = Name::from(found.address.value);
        let place = Place::new(Some(&name.base_name()), &name);
        changes.push(add_record(place, &NewRecord::ptr(&found.owner)));
    }
    Fix {
        title: "create the reverse zone and its PTR records where there are none yet".to_owned(),
        changes,
        ..Fix::default()
    }
}

/// The networks of 256 addresses that the servers are in.
fn networks(addresses: &[&SipAddress]) -> Vec<[u8; 3]> {
    let octets = addresses.iter().map(|found| found.address.value.octets());
    let mut networks: Vec<_> = octets.map(|[a, b, c, _]| [a, b, c]).collect();
    networks.sort_unstable();
    networks.dedup();
    networks
}
