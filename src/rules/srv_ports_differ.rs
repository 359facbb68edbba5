//! `srv-ports-differ`: servers of one set listen on different ports.

use super::sip_set::{has_port, usual_port};
use super::{Facts, Findings};
use crate::finding::Subject;
use crate::spelling::is_within;

/// Looks at every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        let records = sip
            .set
            .srv()
            .filter(|(record, srv)| !srv.target.name.is_root() && has_port(record, srv));
        let mut records = records.map(|(_, srv)| srv);
        let Some(first) = records.next() else {
            continue;
        };
        let Some(other) = records.find(|srv| srv.port.value != first.port.value) else {
            continue;
        };
        // Where one is the port of SIP, the question is what the other is.
        let usual = usual_port(&sip.owner);
        let (first, other) = if other.port.value == usual {
            (other, first)
        } else {
            (first, other)
        };
        // Other ports of four digits are ones that people choose, such as 5070.
        let [written, right] = [other.port.value, usual].map(|port| port.to_string());
        let is_slip = first.port.value == usual
            && written.len() != right.len()
            && is_within(&written, &right, 1);
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
            .help(if is_slip {
                format!(
                    "did you mean {usual}, the port of SIP? Check that each server listens on the \
                     port that stands here"
                )
            } else {
                "check that each server listens on the port that stands here".to_owned()
            });
        findings.push(site.of_sets(&[sip], finding));
    }
}
