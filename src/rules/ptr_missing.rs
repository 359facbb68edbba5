//! `ptr-missing`: a SIP server's address without a PTR record.

use super::reverse::Reverse;
use super::{Facts, Findings};
use crate::finding::Fix;

/// Asks for the PTR records of every SIP server whose reverse zone was given. What a
/// wildcard supplies is no server's own address.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let addresses = site.sip_addresses(index).iter();
        for found in addresses.filter(|found| !found.from_wildcard) {
            let address = found.address;
            let Reverse::Missing(missing) = site.reverse(index, address.value) else {
                continue;
            };
            let name = &missing.owner;
            findings.push(
                findings
                    .at(
                        address.span,
                        format!("{} of `{}` has no PTR record", address.value, found.owner),
                    )
                    .label(format!("`{name}` owns no PTR record"))
                    .help(format!(
                        "add a PTR record (a Pointer in DNS Manager) to the reverse zone: \
                         `{name}` to `{}`",
                        found.owner
                    ))
                    .fix(Fix {
                        title: "add the PTR record".into(),
                        changes: missing.lead_to(&found.owner, address.value, view),
                        ..Fix::default()
                    }),
            );
        }
    }
}
