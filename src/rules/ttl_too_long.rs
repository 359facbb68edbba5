//! `ttl-too-long`: records of the SIP chain that handsets keep more than a day.

use super::ttl::{FITTING, faults, spoken};
use super::{Facts, Findings};
use crate::finding::Subject;

/// Looks at the TTLs of the SIP chain; what is left of one in a cache is no longer than it.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for fault in faults(site, index, true, |ttl| ttl > *FITTING.end()) {
            let mut finding = findings
                .at(
                    fault.ttl.span,
                    format!("{} a TTL of {}", fault.sets_have(), spoken(fault.ttl.value)),
                )
                .label("kept this long")
                .help(format!(
                    "set the TTL to {} (in DNS Manager: View, Advanced, then the record's Time \
                     to live): until it is over, handsets do not see that a server has moved",
                    fault.meant()
                ));
            finding = finding.about(Subject::Token(fault.ttl.span));
            for other in &fault.others {
                finding = finding
                    .about(Subject::Token(*other))
                    .related(*other, "this one is long too");
            }
            let owners = fault.sets.iter().map(|set| &set.owner);
            findings.push(site.of_chain(owners, finding.fix(fault.repair(view))));
        }
    }
}
