//! `naptr-order-strands-handset`: the first NAPTR record leads where this handset finds no
//! server.

use super::naptr::{Service, first_set, leads_to_srv};
use super::{Facts, Findings};
use crate::dns::{Answer, Naptr, RecordType, RrSet};
use crate::finding::Subject;
use crate::handset::{Lookup, Via};
use crate::rule::Severity;
use crate::site::is_sip_naptr;

/// Looks at the first choice of every NAPTR set that a lookup meets.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let set = first_set(&simulation.lookup, view);
        let Some(naptr) = set.and_then(first_choice) else {
            continue;
        };
        let service = &naptr.service.value;
        let (label, help) = if site.model.service(service).is_none() {
            (
                "a transport that this handset does not use",
                "give the record of a transport that the handset uses (SIP+D2U, SIP+D2T, \
                 SIPS+D2T) the lowest Order: whether it looks at records of a higher order is not \
                 documented",
            )
        } else if finds_no_srv(&simulation.lookup) {
            (
                "no SRV records stand behind it",
                "add the SRV records it leads to, or give the record of a transport that has SRV \
                 records the lowest Order",
            )
        } else {
            continue;
        };
        let finding = findings
            .at(
                naptr.order.span,
                format!(
                    "the first NAPTR record for `{}` leads handsets to `{service}`",
                    setup.entry.address.value
                ),
            )
            .label(label)
            .related(setup.entry.address.span, "the configured address")
            .help(help)
            .about(Subject::Token(naptr.replacement.span))
            .handsets(&setup.handsets);
        findings.push(finding.severity(setup.severity(Severity::Warning)));
    }
}

/// The record with the lowest order and preference whose service is one of SIP's; records
/// without such a service have findings of their own.
fn first_choice(set: &RrSet) -> Option<&Naptr> {
    set.naptr()
        .map(|(_, naptr)| naptr)
        .filter(|naptr| is_sip_naptr(naptr) && leads_to_srv(naptr))
        .filter(|naptr| Service::find(&naptr.service.value).is_some())
        .min_by_key(|naptr| (naptr.order.value, naptr.preference.value))
}

/// The SRV question that follows NAPTR is answered with no, and no other one finds a server.
fn finds_no_srv(lookup: &Lookup) -> bool {
    let second = lookup.steps.get(1);
    let miss = second.is_some_and(|step| {
        step.question.record_type == RecordType::SRV
            && matches!(step.answer, Answer::NoData(_) | Answer::NxDomain(_))
    });
    miss && lookup.servers().iter().all(|server| server.via != Via::Srv)
}
