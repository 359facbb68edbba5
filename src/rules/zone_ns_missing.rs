//! `zone-ns-missing`: no name server at the apex of a master file.

use super::final_dot::{self, without_dot};
use super::{Facts, Findings};
use crate::dns::RecordType;
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record};
use crate::zone::Format;

/// Looks at every master file that has an SOA; one without is another rule's matter.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for zone in &site.zones {
        let Some(soa) = zone.soa() else { continue };
        let has_ns = zone.contents.set(&zone.apex, RecordType::NS).is_some();
        let mut damaged = zone.troubles.iter().flat_map(|trouble| &trouble.damaged);
        let is_damaged = damaged.any(|(name, kind)| *name == zone.apex && *kind == RecordType::NS);
        if zone.format != Format::MasterFile || has_ns || is_damaged {
            continue;
        }
        let apex = &zone.apex;
        let name_server = NewRecord::ns(Field::blank("name server, with its final dot"));
        let mut finding = findings
            .at(
                soa.mark(),
                format!("the zone `{apex}` names no name server: most servers refuse the file"),
            )
            .help(format!(
                "add an NS record at `{apex}` for every server that holds the zone"
            ))
            .fix(Fix {
                title: "add the NS record".to_owned(),
                changes: vec![add_record(Place::new(Some(apex), apex), &name_server)],
                ..Fix::default()
            });
        if let Some(view) = site.view_of(zone) {
            let name = apex.clone();
            finding = finding.about(Subject::Lookup { view, name });
            let view = &site.views[view];
            if let Some(set) = without_dot(view, apex, RecordType::NS) {
                finding = final_dot::shown(finding, site, view, set, apex)
                    .help(format!("write the owner with its final dot: `{apex}`"));
            }
        }
        findings.push(finding);
    }
}
