//! `naptr-owner-misplaced`: SIP NAPTR records at the name of an SRV set, or at a slip for a domain, for
//! which no handset asks.

use super::final_dot::{has_own_owners, of_owners};
use super::given::Given;
use super::lookup::plain;
use super::naptr_owner_relative::with_lookups;
use super::{Facts, Findings};
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::{Edit, Fix, Subject};
use crate::fix::{Place, move_record, remove_record};
use crate::rule::Severity;
use crate::site::{View, is_sip_naptr};

/// Looks at the owner of every SIP NAPTR set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let given = Given::to_handsets(site);
    for (index, view) in site.views.iter().enumerate() {
        for set in view.sets(RecordType::NAPTR) {
            let is_mistyped = meant(set).is_none();
            let Some(meant) = meant(set).or_else(|| given.mistyped_naptr(view, set)) else {
                continue;
            };
            let name = plain(&meant);
            let message = format!(
                "the NAPTR records for `{name}` stand at `{}`, for which no handset asks",
                plain(&set.owner)
            );
            let mut finding = findings
                .at(set.records[0].mark(), message)
                .severity(Severity::Warning);
            let there = view.set(&meant, RecordType::NAPTR);
            if let Some(there) = there.filter(|_| !is_mistyped) {
                finding = finding
                    .help("remove these records, or move them if they lead elsewhere")
                    .related(there.records[0].owner.span, "handsets get this one")
                    .fix(removed(view, set));
                findings.push(finding);
                continue;
            }
            finding = finding
                .help(format!(
                    "give the records the owner `{name}.`: handsets ask for NAPTR records by the \
                     address they are given"
                ))
                .fix(Fix {
                    edits: if is_mistyped {
                        respelt(set, &meant)
                    } else {
                        Vec::new()
                    },
                    ..moved(view, set, &meant)
                });
            // What is said of the name as of one that handsets are given.
            let tokens = set.naptr().map(|(_, naptr)| naptr.replacement.span);
            finding.subjects.extend(tokens.map(Subject::Token));
            findings.push(with_lookups(finding, site, index, set, &meant));
        }
    }
}

/// The domain behind the labels of a service.
fn meant(set: &RrSet) -> Option<Name> {
    let is_sip = set.naptr().any(|(_, naptr)| is_sip_naptr(naptr));
    let of_service = set.owner.iter().take_while(|label| label.starts_with(b"_"));
    let of_service = of_service.count();
    let domain = set.owner.trim_to(set.owner.iter().len() - of_service);
    (is_sip && of_service > 0 && !domain.is_root()).then_some(domain)
}

/// The domain in the place of the slip for it.
fn respelt(set: &RrSet, meant: &Name) -> Vec<Edit> {
    let is_own = has_own_owners(set);
    of_owners(set, |owner| {
        is_own.then(|| Edit::replace(owner, meant.to_string()))
    })
}

/// Nothing in the place of the records.
fn removed(view: &View, set: &RrSet) -> Fix {
    let place = Place::new(view.apex_of(&set.owner), &set.owner);
    let records = set.records.iter();
    Fix {
        title: "remove the records".to_owned(),
        changes: records
            .map(|record| remove_record(place.clone(), record))
            .collect(),
        ..Fix::default()
    }
}

/// The same records at the domain.
fn moved(view: &View, set: &RrSet, meant: &Name) -> Fix {
    let place = |owner: &Name| Place::new(view.apex_of(owner), owner);
    let records = set.records.iter();
    Fix {
        title: format!("move the records to `{}`", plain(meant)),
        changes: records
            .map(|record| move_record(record, place(&set.owner), place(meant)))
            .collect(),
        ..Fix::default()
    }
}
