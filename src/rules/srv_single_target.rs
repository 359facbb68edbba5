//! `srv-single-target`: one server only, so no failover.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};

use super::other_entries::OtherEntries;
use super::sip_owner::meant;
use super::sip_set::SipSet;
use super::{Facts, Findings};
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::Fix;
use crate::fix::{Field, NewRecord, add_record};
use crate::site::{Mode, Site};

/// Looks at every SIP SRV set whose target's addresses are known, but for sets that stand for
/// one server of several: those of handsets that have other entries besides.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let entries = LazyCell::new(|| OtherEntries::of(site));
    let misnamed = LazyCell::new(|| misnamed(site));
    for sip in site.whole_sip_sets() {
        let Some((_, srv)) = sip.set.srv().next() else {
            continue;
        };
        let mut others = sip.set.srv();
        if others.any(|(_, other)| other.target.name != srv.target.name) {
            continue;
        }
        // Where one is listed again, `srv-duplicate` asks for the other server.
        let mut others = sip.set.srv().skip(1);
        if others.any(|(_, other)| other.port.value == srv.port.value) {
            continue;
        }
        // Nor is the second server missing where it may stand in what was not read.
        let zone = sip.view.zone_of(&sip.owner);
        if zone.is_some_and(|zone| zone.lacks_a_part()) {
            continue;
        }
        let intended = site.expectation(&sip.domain);
        if address_count(sip) != 1 || intended.is_some_and(|it| it.is(Mode::Single)) {
            continue;
        }
        let mut lookups = sip.configured_lookups().peekable();
        if lookups.peek().is_some() && lookups.all(|lookup| entries.take_over(lookup)) {
            continue;
        }
        // The other servers are there: what is wrong is their owner, which is reported.
        let meant_for_it = misnamed.get(&(sip.view_index, sip.owner.clone()));
        let mut meant_for_it = meant_for_it.into_iter().flatten().flat_map(|set| set.srv());
        if meant_for_it.any(|(_, other)| other.target.name != srv.target.name) {
            continue;
        }
        let owner = &sip.set.owner;
        // The server may be there at several ports.
        let priorities = sip.set.srv().map(|(_, srv)| srv.priority.value);
        let last = priorities.max().unwrap_or(srv.priority.value);
        let next = NewRecord::srv(
            last.saturating_add(1),
            srv.weight.value,
            srv.port.value,
            Field::blank("name of the second SIP server"),
        );
        let finding = findings
            .at(
                srv.target.span,
                format!(
                    "`{}` is the only server of `{owner}`: when it is down, nothing takes over",
                    srv.target.name
                ),
            )
            .help(format!(
                "add an SRV record at `{owner}` for each further SIP server, with a higher \
                 priority number than {last}"
            ))
            .fix(Fix {
                title: "add an SRV record for the second server".to_owned(),
                changes: vec![add_record(sip.place(), &next)],
                ..Fix::default()
            })
            .about(sip.subject());
        findings.push(site.of_sets(&[sip], finding));
    }
}

/// Sets whose owner is malformed, by view and the owner that was meant.
fn misnamed(site: &Site) -> HashMap<(usize, Name), Vec<&RrSet>> {
    let mut misnamed: HashMap<_, Vec<_>> = HashMap::new();
    for (index, view) in site.views.iter().enumerate() {
        for set in view.sets(RecordType::SRV) {
            let meant = meant(view, set).filter(|meant| !meant.is_service_alone());
            if let Some(meant) = meant {
                misnamed.entry((index, meant.name)).or_default().push(set);
            }
        }
    }
    misnamed
}

/// The addresses that the set leads to; 0 where they are not known.
fn address_count(sip: &SipSet) -> usize {
    let mut addresses = BTreeSet::new();
    for (_, srv) in sip.set.srv() {
        let answer = sip.addresses_of(srv);
        addresses.extend(answer.ipv4_addresses().map(|address| address.value));
    }
    addresses.len()
}
