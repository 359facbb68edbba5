//! `srv-wildcard-inert`: an asterisk in the middle of a name.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};

use super::{Facts, Findings};
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::{Fix, Subject};
use crate::fix::{Place, add_record, remove_record};
use crate::site::{View, sip_domain};

/// For how many addresses a repair spells the set out.
const SPELT_OUT: usize = 8;

/// Looks at the owners of all SIP SRV sets.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let addresses = LazyCell::new(|| {
        let mut addresses: HashMap<Name, BTreeSet<Name>> = HashMap::new();
        for (_, setup, _) in site.simulated() {
            if let Some(name) = setup.name() {
                // `*` may be meant to stand for the zone itself too.
                for above in [name.base_name(), name.clone()] {
                    let addresses = addresses.entry(above.to_lowercase());
                    addresses.or_default().insert(name.clone());
                }
            }
        }
        addresses
    });
    for (index, view) in site.views.iter().enumerate() {
        for set in view.sets(RecordType::SRV) {
            let has_asterisk = set.owner.iter().skip(1).any(|label| label == b"*");
            let Some(domain) = sip_domain(&set.owner).filter(|_| has_asterisk) else {
                continue;
            };
            let finding = findings
                .at(
                    set.records[0].mark(),
                    format!(
                        "`{}` answers no lookup: `*` is a wildcard only as the first label of a \
                         name",
                        set.owner
                    ),
                )
                .help(
                    "write one SRV set for each address that handsets are configured with, such \
                     as `_sip._udp.testserver`",
                );
            let addresses = domain
                .is_wildcard()
                .then(|| addresses.get(&domain.base_name().to_lowercase()))
                .flatten();
            // The addresses of handsets that `*` would stand for.
            let owners = addresses.into_iter().flatten();
            let owners: Vec<_> = owners.filter_map(|address| meant(set, address)).collect();
            let mut finding = match spelt_out(view, set, &owners) {
                Some(fix) => finding.fix(fix),
                None => finding,
            };
            let asked = |name| Subject::Lookup { view: index, name };
            finding.subjects.extend(owners.into_iter().map(asked));
            findings.push(finding);
        }
    }
}

/// What handsets that are given an address ask for in the set's place.
fn meant(set: &RrSet, address: &Name) -> Option<Name> {
    let service = Name::from_labels(set.owner.iter().take(2)).ok()?;
    let owner = service.append_name(address).ok()?;
    Some(owner.to_lowercase())
}

/// The set under the owners that it was meant for.
fn spelt_out(view: &View, set: &RrSet, owners: &[Name]) -> Option<Fix> {
    let place = |owner: &Name| Place::new(view.apex_of(owner), owner);
    let mut changes = Vec::new();
    for owner in owners.iter().take(SPELT_OUT) {
        if view.set(owner, RecordType::SRV).is_none() {
            let records = set.records.iter();
            changes.extend(records.map(|record| add_record(place(owner), &record.into())));
        }
    }
    if changes.is_empty() {
        return None;
    }
    let inert = set.records.iter();
    changes.extend(inert.map(|record| remove_record(place(&set.owner), record)));
    Some(Fix {
        title: "write the records under each address of handsets".to_owned(),
        changes,
        ..Fix::default()
    })
}
