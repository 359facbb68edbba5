//! `srv-ports-differ`: servers of one set listen on different ports.

use super::sip_set::{has_port, is_sip_port, usual_port};
use super::{Facts, Findings};
use crate::dns::Srv;
use crate::finding::Subject;
use crate::spelling::is_within;

/// Looks at every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        let servers = sip.ordered.iter();
        let servers =
            servers.filter(|(record, srv)| !srv.target.name.is_root() && has_port(record, srv));
        let servers = servers.map(|(_, srv)| *srv);
        // Where one is the port of SIP, the question is what the other is.
        let usual = usual_port(&sip.owner);
        let is_usual = |srv: &&Srv| srv.port.value == usual;
        let first = servers
            .clone()
            .find(is_usual)
            .or_else(|| servers.clone().next());
        let Some(first) = first else {
            continue;
        };
        // Of the port of another transport another rule speaks.
        let others = servers.filter(|srv| srv.port.value != first.port.value);
        let Some(other) = others.min_by_key(|srv| is_sip_port(srv.port.value)) else {
            continue;
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
