//! `zone-ns-missing-address`: a name server inside the zone that has no address.

use super::final_dot::without_repetition;
use super::origin_left::Origins;
use super::sip_set::edit;
use super::srv_target_ip_literal::literal;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, WrittenName};
use crate::finding::{Fix, Subject};
use crate::fix::{
    Field, NewRecord, Place, add_record, in_presentation_format, remove_record, replace_record,
};
use crate::site::{Site, View};
use crate::zone::Zone;

/// What makes a name server reachable, or says something else of it.
const ADDRESS_TYPES: [RecordType; 3] = [RecordType::A, RecordType::AAAA, RecordType::CNAME];

/// Looks at the NS records of every zone, at its apex and at its delegations.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut origins = Origins::default();
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
                    let message =
                        format!("the name server `{host_name}` has no address in its zone");
                    let finding = findings.at(host.span, message).about(Subject::Lookup {
                        view: index,
                        name: host_name.clone(),
                    });
                    if let Some(below) = origins.below_service(site, view, host_name) {
                        findings.push(
                            finding
                                .help(below.advice(host_name))
                                .related(below.origin, "names from here on lie below this one")
                                .about(Subject::Token(below.origin))
                                .fix(below.fix(site, view, host_name)),
                        );
                        continue;
                    }
                    let (help, fix) = advice(site, zone, record, host);
                    findings.push(finding.help(help).fix(fix));
                }
            }
        }
    }
}

/// What is wrong with the name, or else its address, and the repair.
fn advice(site: &Site, zone: &Zone, record: &Record, host: &WrittenName) -> (String, Fix) {
    let apex = Some(&zone.apex);
    let replace = |new: Field| {
        let new = NewRecord::ns(new);
        replace_record(Place::new(apex, &record.owner.name), record, &new)
    };
    if let Some(address) = literal(host, apex) {
        let fix = Fix {
            title: "name the server in the place of its address".to_owned(),
            changes: vec![replace(Field::blank(format!(
                "name of the host with {address}"
            )))],
            ..Fix::default()
        };
        let help = format!(
            "write the name of the server that has the address {address}: DNS takes an address \
             here for a name"
        );
        return (help, fix);
    }
    if let Some(meant) = without_repetition(&host.name, &zone.apex) {
        let written = in_presentation_format(&meant);
        let listed = zone.contents.set(&record.owner.name, RecordType::NS);
        let names_it = |one: &Record| matches!(&one.data, Data::Ns(host) if host.name == meant);
        if listed.is_some_and(|set| set.records.iter().any(names_it)) {
            let place = Place::new(apex, &record.owner.name);
            let fix = Fix {
                title: "remove the NS record".to_owned(),
                changes: vec![remove_record(place, record)],
                ..Fix::default()
            };
            let help = format!(
                "remove this record, in which the final dot is missing: `{written}` has one of \
                 its own"
            );
            return (help, fix);
        }
        let fix = Fix {
            title: format!("write `{written}`"),
            edits: edit(site, host.span, &*written),
            changes: vec![replace((&meant).into())],
            ..Fix::default()
        };
        let help = format!("write the name with its final dot: `{written}`");
        return (help, fix);
    }
    let name = &host.name;
    let address = NewRecord::a(Field::blank(format!("address of {name}")));
    let fix = Fix {
        title: "add the A record".to_owned(),
        changes: vec![add_record(Place::new(apex, name), &address)],
        ..Fix::default()
    };
    let help = format!(
        "add an A record for `{name}`, or correct the name: others cannot find a server that only \
         its own zone can name"
    );
    (help, fix)
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
