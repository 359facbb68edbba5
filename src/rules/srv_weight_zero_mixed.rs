//! `srv-weight-zero-mixed`: weight 0 beside positive weights.

use super::{Facts, Findings};

/// Looks at the priorities of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        for group in sip.by_priority() {
            let mut records = group.iter();
            let Some((_, positive)) = records.find(|(_, srv)| srv.weight.value > 0) else {
                continue;
            };
            for (_, srv) in group.iter().filter(|(_, srv)| srv.weight.value == 0) {
                let finding = findings
                    .at(
                        srv.weight.span,
                        format!(
                            "`{}` has weight 0 beside positive weights at priority {}: it is \
                             almost never chosen",
                            srv.target.name, srv.priority.value
                        ),
                    )
                    .related(positive.weight.span, "a positive weight")
                    .help(
                        "for a backup write a higher priority number; for an equal share write \
                         the same weight",
                    );
                findings.push(sip.with_handsets(finding));
            }
        }
    }
}
