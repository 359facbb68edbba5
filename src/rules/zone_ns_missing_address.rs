//! `zone-ns-missing-address`: a name server inside the zone that has no address.

use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, RecordType};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record};
use crate::site::View;
use crate::zone::Zone;

/// What makes a name server reachable, or says something else of it.
const ADDRESS_TYPES: [RecordType; 3] = [RecordType::A, RecordType::AAAA, RecordType::CNAME];

/// Looks at the NS records of every zone, at its apex and at its delegations.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let is_unread = |host: &Name| {
            let mut types = ADDRESS_TYPES.iter();
            types.any(|kind| view.has_unread(host, *kind))
        };
        for zone in view.zones.iter().filter(|zone| !zone.soas.is_empty()) {
            for set in zone.contents.dangling_delegations(&ADDRESS_TYPES) {
                for record in set.records.iter() {
                    let Data::Ns(host) = &record.data else {
                        continue;
                    };
                    let host_name = &host.name;
                    if !zone.apex.zone_of(host_name)
                        || is_unread(host_name)
                        || !lacks_address(view, zone, &set.owner, host_name)
                    {
                        continue;
                    }
                    let finding = findings
                        .at(
                            host.span,
                            format!("the name server `{host_name}` has no address in its zone"),
                        )
                        .help(format!(
                            "add an A record for `{host_name}`, or correct the name: others \
                             cannot find a server that only its own zone can name"
                        ))
                        .about(Subject::Lookup {
                            view: index,
                            name: host_name.clone(),
                        });
                    let address = NewRecord::a(Field::blank(format!("address of {host_name}")));
                    findings.push(finding.fix(Fix {
                        title: "add the A record".to_owned(),
                        changes: vec![add_record(
                            Place::new(Some(&zone.apex), host_name),
                            &address,
                        )],
                        ..Fix::default()
                    }));
                }
            }
        }
    }
}

/// Glue counts, and so does another zone below, where it is given. The name server of a
/// delegation that lies inside it cannot be found without glue, whatever its own zone says.
fn lacks_address(view: &View, zone: &Zone, served: &Name, host: &Name) -> bool {
    let has = |kind: &RecordType| zone.contents.set(host, *kind).is_some();
    if ADDRESS_TYPES.iter().any(has) {
        return false;
    }
    if *served != zone.apex && served.zone_of(host) {
        return true;
    }
    let mut unknown = false;
    for kind in [RecordType::A, RecordType::AAAA] {
        match view.ask(host, kind) {
            Answer::Records(_) | Answer::Failed(_) => return false,
            Answer::NotLoaded => unknown = true,
            Answer::NoData(_) | Answer::NxDomain(_) => {}
        }
    }
    !unknown
}
