//! `address-multiple`: a SIP server with several A records.

use super::{Facts, Findings};
use crate::finding::Subject;

/// Looks at hosts that own more than one of the addresses SIP is sent to.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for index in 0..site.views.len() {
        let addresses = site.sip_addresses(index);
        for host in addresses.chunk_by(|one, two| one.host == two.host) {
            let [first, second, others @ ..] = host else {
                continue;
            };
            let tokens = host.iter().map(|one| Subject::Token(one.address.span));
            let mut finding = findings
                .at(
                    second.address.span,
                    format!("`{}` has {} A records", first.host, host.len()),
                )
                .label("a further address of the same host")
                .related(first.address.span, "its first address")
                .help(
                    "the handset takes all of them for servers, in an order that is not \
                     documented: where the order matters, give each server a name and an SRV \
                     record of its own",
                );
            finding.subjects.extend(tokens);
            for other in others {
                finding = finding.related(other.address.span, "and another one");
            }
            findings.push(finding);
        }
    }
}
