//! `naptr-replacement-differs`: a replacement elsewhere than below the configured address.

use super::naptr::{Service, SipNaptr, below, first_set, owns_srv};
use super::{Facts, Findings};
use crate::finding::Subject;
use crate::fix::in_presentation_format;
use crate::rule::Severity;
use crate::site::is_sip_naptr;

/// Looks at the NAPTR records that lookups meet, as far as the handset knows their services.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let Some((set, address)) = first_set(&simulation.lookup, view).zip(setup.name()) else {
            continue;
        };
        for (_, naptr) in set.naptr().filter(|(_, naptr)| is_sip_naptr(naptr)) {
            let token = &naptr.replacement;
            let srv = Service::find(&naptr.service.value).and_then(|service| service.srv);
            let Some(usual) = srv.and_then(|srv| below(srv, &address)) else {
                continue;
            };
            if token.name == usual || token.name.is_root() {
                continue;
            }
            let found = SipNaptr::new(view, set, naptr);
            if !found.is_followed(site) {
                continue;
            }
            let text = in_presentation_format(&usual);
            let finding = findings
                .at(
                    token.span,
                    format!("NAPTR replacement `{}` is not `{text}`", token.name),
                )
                .label("elsewhere than below the configured address")
                .related(setup.entry.address.span, "the configured address")
                .help(format!(
                    "let the SRV records stand at `{text}` and the NAPTR record lead there: \
                     whether the handset follows a replacement that differs is not documented"
                ))
                .about(Subject::Token(token.span))
                .handsets(&setup.handsets)
                .severity(setup.severity(Severity::Warning));
            findings.push(if owns_srv(view, &usual) {
                finding.fix(found.repair(
                    site,
                    format!("let it lead to {text}"),
                    (token.span, &text),
                    |naptr| naptr.replacement.name.clone_from(&usual),
                ))
            } else {
                finding
            });
        }
    }
}
