//! `ptr-missing`: a SIP server's address without a PTR record.

use super::reverse::{Missing, Reverse};
use super::{Facts, Findings};
use crate::finding::{Finding, Fix, Subject};
use crate::site::{SipAddress, View};

/// Asks for the PTR records of every SIP server whose reverse zone was given, be it under another
/// name. What a wildcard supplies is no server's own address.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let addresses = site.sip_addresses(index).iter();
        for found in addresses.filter(|found| !found.from_wildcard) {
            match site.reverse(index, found.address.value) {
                Reverse::Missing(missing) => {
                    let finding = report(findings, view, found, missing);
                    findings.push(finding.about(Subject::Lookup {
                        view: index,
                        name: missing.owner.clone(),
                    }));
                }
                Reverse::NotGiven => {
                    if let Some((record, other)) = site.not_reversed(index, found) {
                        let missing = Missing::of_misnamed_zone(found.address.value);
                        let finding = report(findings, view, found, &missing);
                        findings.push(finding.related(
                            record.owner.span,
                            format!("this PTR record of the server is that of {other}: the numbers are not reversed"),
                        ));
                    }
                }
                Reverse::Pointers(_) => {}
            }
        }
    }
}

fn report(findings: &Findings, view: &View, found: &SipAddress, missing: &Missing) -> Finding {
    let (name, address) = (&missing.owner, found.address);
    findings
        .at(
            address.span,
            format!("{} of `{}` has no PTR record", address.value, found.owner),
        )
        .label(format!("`{name}` owns no PTR record"))
        .help(format!(
            "add a PTR record (a Pointer in DNS Manager) to the reverse zone: `{name}` to `{}`",
            found.owner
        ))
        .fix(Fix {
            title: "add the PTR record".into(),
            changes: missing.lead_to(&found.owner, address.value, view),
            ..Fix::default()
        })
}
