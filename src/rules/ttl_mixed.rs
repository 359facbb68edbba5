//! `ttl-mixed`: different TTLs inside one RRset of the SIP chain.

use super::Findings;
use super::ttl::{is_original, set_name, spoken};
use crate::dns::{Record, RrSet};
use crate::site::Site;

/// Compares the TTLs inside every RRset of the SIP chain.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let chain = site.sip_chain(index).into_iter();
        for set in chain.filter(|set| is_original(view, set)) {
            let Some((odd, usual)) = difference(set) else {
                continue;
            };
            let span = if is_own(odd) { odd.ttl.span } else { odd.span };
            findings.push(
                findings
                    .at(
                        span,
                        format!("{} has records with different TTLs", set_name(set)),
                    )
                    .label(spoken(odd.ttl.value))
                    .related(usual.span, format!("this record has {}", spoken(usual.ttl.value)))
                    .help(
                        "give all records of this name and type the same TTL: resolvers keep the \
                         whole set for the shortest one",
                    ),
            );
        }
    }
}

/// A record whose TTL differs from the first one's, and one to compare it with; of the two,
/// the one with a TTL of its own is the odd one, rather than the one that has the default.
fn difference(set: &RrSet) -> Option<(&Record, &Record)> {
    let first = set.records.first()?;
    let other = set.records.iter().find(|record| record.ttl.value != first.ttl.value)?;
    Some(if is_own(first) && !is_own(other) {
        (first, other)
    } else {
        (other, first)
    })
}

/// The TTL stands in the record itself.
fn is_own(record: &Record) -> bool {
    let (record, ttl) = (record.span, record.ttl.span);
    record.source == ttl.source && record.start <= ttl.start && ttl.end <= record.end
}
