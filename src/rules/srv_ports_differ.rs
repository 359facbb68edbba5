//! `srv-ports-differ`: servers of one set listen on different ports.

use super::sip_set::has_port;
use super::{Facts, Findings};
use crate::finding::Subject;

/// Looks at every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        let mut records = sip
            .set
            .srv()
            .filter(|(record, srv)| !srv.target.name.is_root() && has_port(record, srv));
        let Some((_, first)) = records.next() else {
            continue;
        };
        let Some((_, other)) = records.find(|(_, srv)| srv.port.value != first.port.value) else {
            continue;
        };
        let finding = findings
            .at(
                other.port.span,
                format!(
                    "`{}` is used on port {}, `{}` on port {}",
                    other.target.name, other.port.value, first.target.name, first.port.value
                ),
            )
            .related(first.port.span, "the other port")
            .about(Subject::Token(first.port.span))
            .about(Subject::Token(other.port.span))
            .help("check that each server listens on the port that stands here");
        findings.push(site.of_sets(&[sip], finding));
    }
}
