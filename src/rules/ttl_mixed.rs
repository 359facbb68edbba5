//! `ttl-mixed`: different TTLs inside one RRset of the SIP chain.

use super::ttl::{is_original, set_name, spoken};
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
            let own = is_own(odd);
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
    Some(if is_own(first) && !is_own(other) {
        (first, other)
    } else {
        (other, first)
    })
}

/// The TTL stands in the record itself.
fn is_own(record: &Record) -> bool {
    let is_stated = record.has_stated_ttl();
    let (record, ttl) = (record.span, record.ttl.span);
    is_stated && record.source == ttl.source && record.start <= ttl.start && ttl.end <= record.end
}
