//! `reverse-zone-not-given`: the PTR records of SIP servers could not be checked.

use std::collections::{BTreeMap, BTreeSet};

use super::reverse::Reverse;
use super::{Facts, Findings};
use crate::dns::Name;

/// How many reverse zones are named before the rest is counted.
const NAMED: usize = 3;

/// Asks for the PTR records of every SIP server; a zone is spoken of once.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let mut unknown: BTreeMap<Option<&Name>, Vec<_>> = BTreeMap::new();
        for found in site.sip_addresses(index) {
            if let Reverse::NotGiven = Reverse::of(view, found.address.value) {
                let zone = view.apex_of(&found.owner);
                unknown.entry(zone).or_default().push(found.address);
            }
        }
        for (zone, addresses) in unknown {
            let Some(first) = addresses.iter().min_by_key(|address| address.span) else {
                continue;
            };
            let networks = addresses
                .iter()
                .map(|address| Name::from(address.value).base_name());
            let networks: BTreeSet<Name> = networks.collect();
            let mut named: Vec<_> = networks
                .iter()
                .take(NAMED)
                .map(|n| format!("`{n}`"))
                .collect();
            if networks.len() > NAMED {
                named.push(format!("{} more", networks.len() - NAMED));
            }
            let of_zone = zone.map_or(String::new(), |zone| format!(" in `{zone}`"));
            findings.push(
                findings
                    .at(
                        first.span,
                        format!("PTR records of the SIP servers{of_zone} could not be checked"),
                    )
                    .label("no reverse zone for this address")
                    .help(format!(
                        "give the reverse zone as well: {}, or the one above",
                        named.join(", ")
                    )),
            );
        }
    }
}
