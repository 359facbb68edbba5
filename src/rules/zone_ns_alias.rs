//! `zone-ns-alias`: a name server that is called by an alias.

use super::{Facts, Findings};
use crate::dns::{Data, Name, RecordType};
use crate::finding::{Edit, Fix};
use crate::fix::{NewRecord, Place, in_presentation_format, replace_record};
use crate::site::View;

/// Looks at the NS records of every zone, at its apex and at its delegations.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        for zone in view.zones.iter().filter(|zone| !zone.soas.is_empty()) {
            let addresses = [RecordType::A, RecordType::AAAA];
            for set in zone.contents.dangling_delegations(&addresses) {
                for record in set.records.iter() {
                    let Data::Ns(host) = &record.data else {
                        continue;
                    };
                    let Some(alias) = zone.contents.set(&host.name, RecordType::CNAME) else {
                        continue;
                    };
                    let mut finding = findings
                        .at(
                            host.span,
                            format!(
                                "the name server `{}` is an alias, which none may be",
                                host.name
                            ),
                        )
                        .related(alias.records[0].span, "the alias")
                        .help(
                            "name the host that the alias leads to, or give the name server an \
                             A record in the place of the alias: BIND refuses to load the zone",
                        );
                    if let Some(end) = end_of(view, &host.name) {
                        let written = in_presentation_format(&end);
                        let new = NewRecord::ns((&end).into());
                        let place = Place::new(Some(&zone.apex), &set.owner);
                        finding = finding.fix(Fix {
                            title: format!("name the host `{written}`"),
                            edits: vec![Edit::replace(host.span, &written)],
                            changes: vec![replace_record(place, record, &new)],
                            ..Fix::default()
                        });
                    }
                    findings.push(finding);
                }
            }
        }
    }
}

/// The host at the end of an alias, if it is known to have an address.
fn end_of(view: &View, alias: &Name) -> Option<Name> {
    let answer = view.ask(alias, RecordType::A);
    let host = answer.of_type(RecordType::A).next()?;
    Some(host.owner.name.clone())
}
