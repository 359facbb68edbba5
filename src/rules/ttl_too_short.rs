//! `ttl-too-short`: records of the SIP chain that handsets keep less than five minutes.

use super::ttl::{USUAL, faults, spoken};
use super::{Facts, Findings};
use crate::finding::Subject;

/// Seconds; below them a short outage of DNS is felt on handsets.
const SHORTEST: u32 = 300;

/// Looks at the TTLs of the SIP chain.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for fault in faults(site, index, false, |ttl| ttl < SHORTEST) {
            let mut finding = findings
                .at(
                    fault.ttl.span,
                    format!(
                        "{} a TTL of {} only",
                        fault.sets_have(),
                        spoken(fault.ttl.value)
                    ),
                )
                .label("kept no longer than this")
                .help(
                    "set the TTL to 3600 (in DNS Manager: View, Advanced, then the record's Time \
                     to live): handsets ask again before a call when it is over, and the call \
                     waits while DNS does not answer",
                );
            finding = finding.about(Subject::Token(fault.ttl.span));
            for other in &fault.others {
                finding = finding
                    .about(Subject::Token(*other))
                    .related(*other, "this one is short too");
            }
            let owners = fault.sets.iter().map(|set| &set.owner);
            findings.push(site.of_chain(owners, finding.fix(fault.repair(view, USUAL))));
        }
    }
}
