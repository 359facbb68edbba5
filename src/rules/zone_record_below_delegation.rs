//! `zone-record-below-delegation`: records of the SIP chain that a zone cut hides, or a zone
//! or a DNAME record in between.

use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, RrSet};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Change, Place, move_record};
use crate::site::{Hidden, View, is_sip_naptr, is_sip_service};
use crate::source::Span;
use crate::zone::Zone;

/// Looks at every zone for NAPTR, SRV and address records that it does not give out.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for zone in &view.zones {
            for set in zone.contents.sets(RecordType::NAPTR) {
                if set.naptr().any(|(_, naptr)| is_sip_naptr(naptr)) {
                    look_at((index, view), zone, set, &[], findings);
                }
            }
            for set in zone.contents.sets(RecordType::SRV) {
                if is_sip_service(&set.owner) && !view.serves_srv(set) {
                    look_at((index, view), zone, set, &[], findings);
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
                    look_at((index, view), zone, set, spans, findings);
                }
            }
        }
    }
}

fn look_at(
    view: (usize, &View),
    zone: &Zone,
    set: &RrSet,
    targets: &[Span],
    findings: &mut Findings,
) {
    let (index, view) = view;
    let Some(hidden) = view.hidden(zone, &set.owner) else {
        return;
    };
    let concerns = match view.ask(&set.owner, set.record_type) {
        Answer::Records(_) => false,
        Answer::NoData(_) | Answer::NxDomain(_) => true,
        // Where the answer is not known, a delegation alone says whose it is.
        Answer::NotLoaded | Answer::Failed(_) => matches!(hidden, Hidden::Delegated(_)),
    };
    if !concerns || is_glue(hidden, set) {
        return;
    }
    let (owner, kind) = (&set.owner, set.record_type);
    let told = tell(zone, hidden, owner);
    let finding = findings
        .at(
            set.records[0].mark(),
            format!(
                "this {kind} record of `{owner}` is invisible: {}",
                told.reason
            ),
        )
        .help(told.help)
        .about(Subject::Owner(told.at.to_lowercase()))
        .about(Subject::Lookup {
            view: index,
            name: owner.to_lowercase(),
        })
        .fix(Fix {
            title: told.title,
            changes: moved(view, zone, hidden, set),
            ..Fix::default()
        });
    let finding = match told.shown {
        Some((span, what)) => finding.related(span, what),
        None => finding,
    };
    let about = |finding: Finding, span: &Span| finding.about(Subject::Token(*span));
    findings.push(targets.iter().fold(finding, about));
}

/// The address of a name server beside the delegation to it.
fn is_glue(hidden: Hidden, set: &RrSet) -> bool {
    let Hidden::Delegated(cut) = hidden else {
        return false;
    };
    let names_it =
        |record: &Record| matches!(&record.data, Data::Ns(server) if server.name == set.owner);
    set.record_type == RecordType::A && cut.records.iter().any(names_it)
}

/// What a finding says of that which hides a record.
struct Told {
    /// The name at and below which records are hidden.
    at: Name,
    reason: String,
    help: String,
    title: String,
    shown: Option<(Span, &'static str)>,
}

fn tell(zone: &Zone, hidden: Hidden, owner: &Name) -> Told {
    match hidden {
        Hidden::Delegated(cut) => {
            let at = &cut.owner;
            Told {
                reason: format!("`{at}` is delegated to other name servers"),
                help: format!(
                    "add the record to the zone `{at}` on its own name servers, or remove the \
                     delegation (the NS records of `{at}`) from `{}`",
                    zone.apex
                ),
                title: format!("move it to the zone `{at}` on its name servers"),
                shown: Some((cut.records[0].mark(), "delegated here")),
                at: at.clone(),
            }
        }
        Hidden::Inside(inner) => {
            let at = &inner.apex;
            Told {
                reason: format!("`{at}` is a zone of its own"),
                help: format!("add the record to the zone `{at}`, which is asked instead"),
                title: format!("move it to the zone `{at}`"),
                shown: inner
                    .soa()
                    .map(|soa| (soa.owner.span, "the zone that is asked")),
                at: at.clone(),
            }
        }
        Hidden::Renamed(dname) => {
            let at = &dname.owner.name;
            let meant = match dname.leads(owner) {
                Some(meant) => format!("move it to `{meant}`, where the DNAME record leads"),
                None => "move it to where the DNAME record leads".to_owned(),
            };
            Told {
                reason: format!("the DNAME record of `{at}` stands for every name below it"),
                help: format!("{meant}, or remove that record"),
                title: "move it to where the DNAME record leads".to_owned(),
                shown: Some((dname.mark(), "the DNAME record")),
                at: at.clone(),
            }
        }
    }
}

/// The records where they are seen.
fn moved(view: &View, zone: &Zone, hidden: Hidden, set: &RrSet) -> Vec<Change> {
    let owner = &set.owner;
    let place = match hidden {
        Hidden::Delegated(cut) => Some(Place::new(Some(&cut.owner), owner)),
        Hidden::Inside(inner) => Some(Place::new(Some(&inner.apex), owner)),
        Hidden::Renamed(dname) => {
            let meant = dname.leads(owner);
            meant.map(|meant| Place::new(view.apex_of(&meant), &meant))
        }
    };
    let records = set.records.iter();
    let moved = |record| {
        let from = Place::new(Some(&zone.apex), owner);
        Some(move_record(record, from, place.clone()?))
    };
    records.filter_map(moved).collect()
}
