//! `srv-wildcard-inert`: an asterisk in the middle of a name.

use super::{Facts, Findings};
use crate::dns::RecordType;
use crate::site::sip_domain;

/// Looks at the owners of all SIP SRV sets.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        for set in view.sets(RecordType::SRV) {
            let has_asterisk = set.owner.iter().skip(1).any(|label| label == b"*");
            if !has_asterisk || sip_domain(&set.owner).is_none() {
                continue;
            }
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
            findings.push(finding);
        }
    }
}
