//! `ptr-to-alias`: a PTR record of a SIP server names an alias.

use super::reverse::leads_back;
use super::sip_set::edit;
use super::{Facts, Findings};
use crate::dns::RecordType;
use crate::finding::{Fix, Subject};
use crate::fix::in_presentation_format;

/// Looks at the PTR records of every SIP server that lead back to its address. The aliases
/// of a classless reverse delegation (RFC 2317) stand on the other side and are in order.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        // However many SIP servers share the address, a PTR record is one finding.
        for (found, pointers) in site.pointed(index) {
            let address = found.address.value;
            for pointer in pointers {
                let host = &pointer.host;
                let answer = view.ask(&host.name, RecordType::A);
                let Some(alias) = answer.aliases().next() else {
                    continue;
                };
                if leads_back(view, &host.name, address) != Some(true) {
                    continue;
                }
                let canonical = in_presentation_format(&found.owner);
                let edits = if pointer.from_wildcard {
                    Vec::new()
                } else {
                    edit(site, host.span, &*canonical)
                };
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
                        .about(Subject::Token(host.span))
                        .about(Subject::Owner(alias.owner.name.to_lowercase()))
                        .related(alias.span, "the alias")
                        .help(format!(
                            "{} `{canonical}`, which owns the A record",
                            pointer.advice(address)
                        ))
                        .fix(Fix {
                            title: format!("name {canonical}"),
                            edits,
                            changes: vec![pointer.lead_to(&found.owner, view)],
                            ..Fix::default()
                        }),
                );
            }
        }
    }
}
