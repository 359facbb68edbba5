//! `domain-dot-local`: SIP names below `.local`, which belongs to multicast DNS.

use std::collections::BTreeMap;

use super::{Facts, Findings};
use crate::dns::Name;
use crate::finding::Finding;

/// Looks at the names that handsets are given; a zone is spoken of once.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut zones: BTreeMap<Name, Finding> = BTreeMap::new();
    for (_, setup, view) in site.simulated() {
        let Some(name) = setup.name().filter(|name| is_dot_local(name)) else {
            continue;
        };
        let apex = view.apex_of(name).map(Name::to_lowercase);
        let zone = apex.unwrap_or_else(|| name.trim_to(2));
        let finding = zones.entry(zone.clone()).or_insert_with(|| {
            findings
                .at(
                    setup.entry.address.span,
                    format!("`{zone}` lies below `.local`, which multicast DNS uses"),
                )
                .help(
                    "nothing has to be done where handsets ask the DNS server that has this zone; \
                     computers with Bonjour or Avahi may look for the name on the local link \
                     instead, so test lookups with the DNS server named",
                )
        });
        finding.handsets.extend(&setup.handsets);
    }
    for finding in zones.into_values() {
        findings.push(finding);
    }
}

fn is_dot_local(name: &Name) -> bool {
    let top = name.from_highest().next();
    top.is_some_and(|label| label.eq_ignore_ascii_case(b"local"))
}
