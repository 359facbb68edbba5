//! `srv-alias-owner`: the name that handsets ask for SRV records is an alias.

use super::sip_set::usual_port;
use super::{Facts, Findings};
use crate::dns::{Data, Record, RecordType, WrittenName};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record, remove_record};
use crate::site::{View, is_sip_service};

/// Looks at every alias of a service.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        for set in view.service_aliases() {
            let alias = &set.records[0];
            let Data::Cname(target) = &alias.data else {
                continue;
            };
            if !is_sip_service(&set.owner) {
                continue;
            }
            let finding = findings.at(
                alias.mark(),
                format!(
                    "`{}` is an alias of `{}`: whether handsets follow it to the SRV records is \
                     not documented",
                    set.owner, target.name
                ),
            );
            let finding = finding
                .fix(fix(view, alias, target))
                .about(Subject::Owner(set.owner.to_lowercase()));
            findings.push(finding.help(format!(
                "write the SRV records at `{}` itself, in the place of the CNAME record",
                set.owner
            )));
        }
    }
}

/// The records that the alias leads to, at its own name.
fn fix(view: &View, alias: &Record, target: &WrittenName) -> Fix {
    let owner = &alias.owner.name;
    let place = Place::new(view.apex_of(owner), owner);
    let set = view.set(&target.name, RecordType::SRV);
    let records = set.into_iter().flat_map(|set| set.records.iter());
    let mut new: Vec<NewRecord> = records.map(NewRecord::from).collect();
    if new.is_empty() {
        let target = Field::blank("host name of the SIP server");
        new.push(NewRecord::srv(0, 10, usual_port(owner), target));
    }
    // Nothing stands beside an alias, so it goes first.
    let mut changes = vec![remove_record(place.clone(), alias)];
    changes.extend(new.iter().map(|record| add_record(place.clone(), record)));
    Fix {
        title: "write the SRV records in the place of the alias".to_owned(),
        changes,
        ..Fix::default()
    }
}
