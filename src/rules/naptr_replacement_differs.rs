//! `naptr-replacement-differs`: a replacement elsewhere than below the configured address.

use super::naptr::{Service, SipNaptr, below, first_naptrs, first_set, is_below, owns_srv};
use super::{Facts, Findings};
use crate::dns::{Name, Naptr, RecordType};
use crate::finding::Subject;
use crate::fix::in_presentation_format;
use crate::rule::Severity;
use crate::site::{View, is_sip_naptr};

/// Looks at the NAPTR records that lookups meet, as far as the handset knows their services.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let Some(address) = setup.name() else {
            continue;
        };
        let differs = |(_, naptr): &(_, &Naptr)| differs(naptr, address);
        if !first_naptrs(&simulation.lookup).any(|naptr| differs(&naptr)) {
            continue;
        }
        let Some(set) = first_set(&simulation.lookup, view) else {
            continue;
        };
        let leads = |naptr| {
            let found = SipNaptr::new(view, set, naptr);
            found.is_followed(site) && found.leads_on
        };
        let followed = set.naptr().filter(|(_, naptr)| leads(naptr));
        let first = followed.map(|(_, naptr)| naptr.place()).min();
        for (_, naptr) in set.naptr().filter(differs) {
            let token = &naptr.replacement;
            let Some(usual) = srv_of(naptr).and_then(|srv| below(srv, address)) else {
                continue;
            };
            let found = SipNaptr::new(view, set, naptr);
            // Handsets do not come to a record behind one that leads to servers.
            let is_behind = first.is_some_and(|first| first < naptr.place());
            if !found.is_followed(site) || is_behind || is_one_set(view, &usual, &token.name) {
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
                .about(Subject::Owner(address.to_lowercase()))
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

/// An alias of either name leads to the other, as below a DNAME record.
fn is_one_set(view: &View, usual: &Name, replacement: &Name) -> bool {
    let answer = view.ask(usual, RecordType::SRV);
    let mut records = answer.of_type(RecordType::SRV);
    records.any(|record| record.owner.name == *replacement)
}

/// The replacement is not the name that the service has at the configured address.
fn differs(naptr: &Naptr, address: &Name) -> bool {
    let name = &naptr.replacement.name;
    let is_usual = |srv| is_below(name, srv, address);
    is_sip_naptr(naptr) && !name.is_root() && srv_of(naptr).is_some_and(|srv| !is_usual(srv))
}

/// The labels that an SRV owner for its service begins with.
fn srv_of(naptr: &Naptr) -> Option<&'static str> {
    Service::find(&naptr.service.value)?.srv
}
