//! `zone-record-may-be-scavenged`: dynamic records that lead to the SIP servers.

use super::{Facts, Findings};
use crate::finding::Fix;
use crate::fix::{NewRecord, Place, replace_record};
use crate::zone::aging;

/// Looks for time stamps in the SIP chain. The apex's own addresses, which domain controllers
/// write there, are no part of it.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let records = site
            .sip_chain(index)
            .iter()
            .flat_map(|set| set.records.iter());
        for record in records {
            let Some(stamp) = record.aging else { continue };
            let (owner, kind) = (&record.owner.name, record.record_type());
            let place = Place::new(view.apex_of(owner), owner);
            let refreshed = match stamp.value {
                0 => site.text(stamp.span).to_owned(),
                hours => aging::moment(u64::from(hours)),
            };
            let again = replace_record(place, record, &NewRecord::from(record));
            let finding = findings
                .at(
                    stamp.span,
                    format!("the {kind} record of `{owner}` is dynamic: scavenging can delete it"),
                )
                .label(format!("refreshed {refreshed}"))
                .help(
                    "make it static: in DNS Manager (View, Advanced) open the record and clear \
                     `Delete this record when it becomes stale`",
                );
            let finding = finding.fix(Fix {
                title: "write the record again by hand, which makes it static".to_owned(),
                changes: vec![again],
                ..Fix::default()
            });
            findings.push(site.of_chain(std::iter::once(owner), finding));
        }
    }
}
