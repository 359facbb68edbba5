//! `ttl-mixed`: different TTLs inside one RRset of the SIP chain.

use super::ttl::{is_original, set_name, spoken, with_ttl};
use super::{Facts, Findings};
use crate::dns::{Record, RrSet};
use crate::finding::{Edit, Fix};

/// Compares the TTLs inside every RRset of the SIP chain.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let chain = site.sip_chain(index).iter();
        for set in chain.filter(|set| is_original(view, set)) {
            let Some((odd, usual)) = difference(set) else {
                continue;
            };
            let own = odd.has_own_ttl();
            let (odd_ttl, usual_ttl) = (odd.ttl.value, usual.ttl.value);
            let mut finding = findings
                .at(
                    if own { odd.ttl.span } else { odd.span },
                    format!("{} has records with different TTLs", set_name(set)),
                )
                .label(spoken(odd_ttl))
                .related(usual.span, format!("this record has {}", spoken(usual_ttl)))
                .help(
                    "give all records of this name and type the same TTL (in DNS Manager: View, \
                     Advanced, then the record's Time to live): they are one answer, and are \
                     kept and forgotten together",
                );
            if own {
                finding = finding.fix(Fix {
                    title: format!("set the TTL to {usual_ttl}"),
                    edits: vec![Edit::replace(odd.ttl.span, usual_ttl.to_string())],
                    changes: vec![with_ttl(view, odd, usual_ttl)],
                    ..Fix::default()
                });
            }
            findings.push(finding);
        }
    }
}

/// A record whose TTL differs from the first one's, and one to compare it with; of the two,
/// the one with a TTL of its own is the odd one, rather than the one that has the default.
fn difference(set: &RrSet) -> Option<(&Record, &Record)> {
    let first = set.records.first()?;
    let other = set
        .records
        .iter()
        .find(|record| record.ttl.value != first.ttl.value)?;
    Some(if first.has_own_ttl() && !other.has_own_ttl() {
        (first, other)
    } else {
        (other, first)
    })
}
