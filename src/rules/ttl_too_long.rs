//! `ttl-too-long`: records of the SIP chain that handsets keep more than a day.

use super::ttl::{USUAL, faults, spoken};
use super::{Facts, Findings};
use crate::finding::Subject;

/// Seconds; beyond them a server that moves is out of reach for days.
const LONGEST: u32 = 86400;

/// Looks at the TTLs of the SIP chain; what is left of one in a cache is no longer than it.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for fault in faults(site, index, true, |ttl| ttl > LONGEST) {
            let mut finding = findings
                .at(
                    fault.ttl.span,
                    format!("{} a TTL of {}", fault.sets_have(), spoken(fault.ttl.value)),
                )
                .label("kept this long")
                .help(
                    "set the TTL to 3600 (in DNS Manager: View, Advanced, then the record's Time \
                     to live): until it is over, handsets do not see that a server has moved",
                );
            finding = finding.about(Subject::Token(fault.ttl.span));
            for other in &fault.others {
                finding = finding
                    .about(Subject::Token(*other))
                    .related(*other, "this one is long too");
            }
            let owners = fault.sets.iter().map(|set| &set.owner);
            findings.push(site.of_chain(owners, finding.fix(fault.repair(view, USUAL))));
        }
    }
}
