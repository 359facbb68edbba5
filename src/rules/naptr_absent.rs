//! `naptr-absent`: transport DNSnaptr, and no NAPTR record at the configured address.

use super::{Facts, Findings};
use crate::dns::{Answer, RecordType};
use crate::finding::Subject;

/// Looks at the first answer of every lookup that begins with NAPTR. A name that does not
/// exist at all, or that SRV records have, is left to the rules about the address.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, _) in site.simulated() {
        let first = simulation.lookup.steps.first();
        let Some(step) = first.filter(|step| step.question.record_type == RecordType::NAPTR) else {
            continue;
        };
        let Answer::NoData(miss) = &step.answer else {
            continue;
        };
        let address = &setup.entry.address.value;
        if setup.entry.static_dns.is_all() || address.starts_with('_') {
            continue;
        }
        let kept = miss.ttl().map_or(String::new(), |seconds| {
            format!(" and keeps that answer for {seconds} s")
        });
        let finding = findings
            .at(
                setup.entry.address.span,
                format!("`{address}` has no NAPTR record"),
            )
            .label("NAPTR is asked for here first")
            .help(format!(
                "nothing has to be done: the handset asks for NAPTR once{kept}, then for the SRV \
                 records `_sip._udp.{address}`. For TCP or TLS, add a NAPTR record or set the \
                 transport in the handset's configuration"
            ));
        let finding = match &miss.soa {
            Some(soa) => finding.related(soa.owner.span, "the zone that says so"),
            None => finding,
        };
        let finding = finding.about(Subject::Lookup {
            view: simulation.view,
            name: step.question.name.clone(),
        });
        findings.push(finding.handsets(&setup.handsets));
    }
}
