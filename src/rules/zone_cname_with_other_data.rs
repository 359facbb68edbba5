//! `zone-cname-with-other-data`: an alias beside other records of its owner.

use super::{Facts, Findings};
use crate::dns::{Record, RecordType};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Place, remove_record};
use crate::source::Span;
use crate::zone::contents::{RecordData, is_of_dnssec};
use crate::zone::{Zone, type_name};

/// Looks at every alias of every zone.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for index in 0..site.views.len() {
        for (zone, set) in site.crowded_aliases(index) {
            let alias = &set.records[0];
            let Some((beside, text)) = beside(zone, &set.records) else {
                continue;
            };
            let owner = &set.owner;
            let finding = findings
                .at(
                    alias.mark(),
                    format!(
                        "`{owner}` is an alias and owns other records too: name servers \
                         refuse the zone or serve one of the two"
                    ),
                )
                .related(beside, text)
                .about(Subject::Owner(owner.to_lowercase()))
                .about(Subject::Lookup {
                    view: index,
                    name: owner.to_lowercase(),
                })
                .help(format!(
                    "keep either the CNAME record of `{owner}` or its other records; a host \
                     that SRV records name needs its A record"
                ));
            let place = Place::new(Some(&zone.apex), owner);
            let finding = finding.fix(Fix {
                title: "remove the alias, keep the other records".to_owned(),
                changes: vec![remove_record(place, alias)],
                ..Fix::default()
            });
            let spans = site.targets(index).get(owner).into_iter().flatten();
            let about = |finding: Finding, span: &Span| finding.about(Subject::Token(*span));
            findings.push(spans.fold(finding, about));
        }
    }
}

/// What stands beside an alias: records of another type, or an alias of another name.
fn beside(zone: &Zone, aliases: &[Record]) -> Option<(Span, String)> {
    let owner = &aliases[0].owner.name;
    let sets = zone.contents.sets_at(owner).into_iter();
    let mut others = sets.filter(|set| set.record_type != RecordType::CNAME);
    if let Some(other) = others.next() {
        let record = &other.records[0];
        return Some((record.mark(), format!("its {} record", other.record_type)));
    }
    if let Some((kind, span)) = zone.contents.other_at(owner)
        && !is_of_dnssec(kind)
    {
        return Some((span, format!("its {} record", type_name(kind))));
    }
    let first = RecordData::from(&aliases[0].data);
    let another = aliases
        .iter()
        .find(|alias| RecordData::from(&alias.data) != first)?;
    Some((another.mark(), "another alias of the same name".to_owned()))
}
