//! `ptr-to-alias`: a PTR record of a SIP server names an alias.

use std::collections::HashSet;

use super::reverse::{Reverse, leads_back};
use super::{Facts, Findings};
use crate::dns::{Data, Name, RecordType};
use crate::finding::{Edit, Fix};
use crate::fix::{NewRecord, Place, in_presentation_format, replace_record};

/// Looks at the PTR records of every SIP server that lead back to its address. The aliases
/// of a classless reverse delegation (RFC 2317) stand on the other side and are in order.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let mut judged = HashSet::new();
        for found in site.sip_addresses(index) {
            let address = found.address.value;
            // However many SIP servers share the address, a PTR record is one finding.
            if !judged.insert(address) {
                continue;
            }
            let Reverse::Hosts(hosts) = site.reverse(index, address) else {
                continue;
            };
            for host in hosts {
                let answer = view.ask(&host.name, RecordType::A);
                let Some(alias) = answer.aliases().next() else {
                    continue;
                };
                if leads_back(view, &host.name, address) != Some(true) {
                    continue;
                }
                let owner = Name::from(address);
                let place = Place::new(view.apex_of(&owner), &owner);
                let canonical = in_presentation_format(&found.owner);
                let change = replace_record(
                    place,
                    &Data::Ptr(host.clone()),
                    &NewRecord::ptr(&found.owner),
                );
                findings.push(
                    findings
                        .at(
                            host.span,
                            format!(
                                "the PTR record of {address} names the alias `{}`",
                                host.name
                            ),
                        )
                        .label("an alias")
                        .related(alias.span, "the alias")
                        .help(format!(
                            "let the PTR record (Pointer in DNS Manager) name `{canonical}`, which \
                             owns the A record"
                        ))
                        .fix(Fix {
                            title: format!("name {canonical}"),
                            edits: vec![Edit::replace(host.span, canonical)],
                            changes: vec![change],
                            ..Fix::default()
                        }),
                );
            }
        }
    }
}
