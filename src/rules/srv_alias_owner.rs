//! `srv-alias-owner`: the name that handsets ask for SRV records is an alias.

use super::sip_set::usual_port;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, WrittenName};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record, remove_record};
use crate::site::{View, is_sip_service};

/// Looks at every alias of a service.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for set in view.service_aliases() {
            let alias = &set.records[0];
            let Data::Cname(target) = &alias.data else {
                continue;
            };
            if !is_sip_service(&set.owner) {
                continue;
            }
            let (owner, name) = (&set.owner, &target.name);
            let message = if leads_nowhere(view, name) {
                format!("`{owner}` is an alias of `{name}`, which owns no SRV record")
            } else {
                format!(
                    "`{owner}` is an alias of `{name}`: whether handsets follow it to the SRV \
                     records is not documented"
                )
            };
            findings.push(
                findings
                    .at(alias.mark(), message)
                    .help(advice(owner))
                    .fix(fix(view, alias, target))
                    .about(Subject::Owner(owner.to_lowercase()))
                    .about(Subject::Lookup {
                        view: index,
                        name: owner.to_lowercase(),
                    }),
            );
        }
    }
}

/// The data says that no SRV record is of that name.
fn leads_nowhere(view: &View, name: &Name) -> bool {
    let answer = view.ask(name, RecordType::SRV);
    matches!(answer, Answer::NoData(_) | Answer::NxDomain(_))
}

fn advice(owner: &Name) -> String {
    format!("write the SRV records at `{owner}` itself, in the place of the CNAME record")
}

/// What to do where an alias stands in the place of SRV records that are asked for, and the
/// repair.
pub(super) fn in_its_place(view: &View, owner: &Name) -> Option<(String, Fix)> {
    let alias = view.set(owner, RecordType::CNAME)?.records.first()?;
    let Data::Cname(target) = &alias.data else {
        return None;
    };
    Some((advice(owner), fix(view, alias, target)))
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
