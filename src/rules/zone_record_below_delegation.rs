//! `zone-record-below-delegation`: records of the SIP chain that a zone cut hides.

use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, RrSet};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Place, move_record};
use crate::site::{View, is_sip_naptr, is_sip_service};
use crate::source::Span;
use crate::zone::Zone;

/// Looks at every zone for NAPTR, SRV and address records below its delegations.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for zone in &view.zones {
            for set in zone.contents.sets(RecordType::NAPTR) {
                if set.naptr().any(|(_, naptr)| is_sip_naptr(naptr)) {
                    look_at(view, zone, set, &[], findings);
                }
            }
            for set in zone.contents.sets(RecordType::SRV) {
                if is_sip_service(&set.owner) && !view.serves_srv(set) {
                    look_at(view, zone, set, &[], findings);
                }
            }
        }
        let hosts = site.sip_hosts(index).iter();
        let without = hosts.filter(|host| !matches!(host.answer, Answer::Records(_)));
        for target in without.map(|host| &host.name) {
            let Some(spans) = site.targets(index).get(target) else {
                continue;
            };
            for zone in view.zones.enclosing(target) {
                if let Some(set) = zone.contents.set(target, RecordType::A) {
                    look_at(view, zone, set, spans, findings);
                }
            }
        }
    }
}

fn look_at(view: &View, zone: &Zone, set: &RrSet, targets: &[Span], findings: &mut Findings) {
    if matches!(view.ask(&set.owner, set.record_type), Answer::Records(_)) {
        return;
    }
    let Some(cut) = zone.zone_cut_above(&set.owner) else {
        return;
    };
    if set.record_type == RecordType::A && serves(cut, &set.owner) {
        return;
    }
    let record: &Record = &set.records[0];
    let (owner, kind, below) = (&set.owner, set.record_type, &cut.owner);
    let finding = findings
        .at(
            record.mark(),
            format!(
                "this {kind} record of `{owner}` is invisible: `{below}` is delegated to other \
                 name servers"
            ),
        )
        .help(format!(
            "add the record to the zone `{below}` on its own name servers, or remove the \
             delegation (the NS records of `{below}`) from `{}`",
            zone.apex
        ))
        .related(cut.records[0].mark(), "delegated here")
        .about(Subject::Owner(below.to_lowercase()))
        .fix(Fix {
            title: format!("move it to the zone `{below}` on its name servers"),
            changes: set
                .records
                .iter()
                .map(|record| {
                    let place = |zone| Place::new(Some(zone), owner);
                    move_record(record, place(&zone.apex), place(below))
                })
                .collect(),
            ..Fix::default()
        });
    let about = |finding: Finding, span: &Span| finding.about(Subject::Token(*span));
    findings.push(targets.iter().fold(finding, about));
}

/// The host is one of the name servers that the cut delegates to.
fn serves(cut: &RrSet, host: &Name) -> bool {
    cut.records
        .iter()
        .any(|record| matches!(&record.data, Data::Ns(server) if server.name == *host))
}
