//! `srv-equal-priority`: several targets of one priority, so no primary, or no order of backups.

use super::srv_order::{may_be_priorities, one_after_another};
use super::{Facts, Findings};
use crate::finding::Subject;
use crate::site::Mode;

/// Looks at every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        let intended = site.expectation(&sip.domain);
        if intended.is_some_and(|it| it.is(Mode::ActiveActive)) {
            continue;
        }
        for (place, group) in sip.by_priority().enumerate() {
            let (_, first) = group[0];
            let other = |(_, srv): &&(_, &crate::dns::Srv)| srv.target.name != first.target.name;
            let Some((_, second)) = group.iter().find(other) else {
                continue;
            };
            let priority = second.priority.value;
            let open = if place == 0 {
                "neither is the primary"
            } else {
                "which of these backups comes first is open"
            };
            let mut finding = findings
                .at(
                    second.priority.span,
                    format!(
                        "`{}` and `{}` share priority {priority}: {open}",
                        first.target.name, second.target.name
                    ),
                )
                .about(Subject::Token(second.priority.span))
                .help(if may_be_priorities(site, sip, group) {
                    "if the weights were meant as priorities, exchange the two numbers of each \
                     record; else give the server that is to come later a higher priority number"
                } else {
                    "give the server that is to come later a higher priority number; how the \
                     handset chooses among equals by weight is not documented"
                });
            finding.fix = one_after_another(site, sip, group);
            for (_, srv) in group.iter().filter(|(_, srv)| !std::ptr::eq(*srv, *second)) {
                finding = finding
                    .related(srv.priority.span, "the same priority")
                    .about(Subject::Token(srv.priority.span));
            }
            findings.push(site.of_sets(&[sip], finding));
        }
    }
}
