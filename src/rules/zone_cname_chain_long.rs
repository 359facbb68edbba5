//! `zone-cname-chain-long`: more aliases in a row than servers are sure to follow.

use super::sip_set::edit;
use super::{Facts, Findings};
use crate::dns::{Data, Name, Record, RecordType};
use crate::finding::Fix;
use crate::fix::{NewRecord, Place, in_presentation_format, replace_record};
use crate::site::View;

/// Aliases that every resolver follows.
const FOLLOWED: usize = 8;

/// Aliases behind those that are looked through for the end of a chain.
const LONGEST: usize = 64;

/// Looks at the aliases of every view.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for chain in site.aliases(index).chains_over(FOLLOWED) {
            let (first, last) = (chain[0], chain[FOLLOWED]);
            let owner = &first.owner.name;
            let finding = findings
                .at(
                    first.mark(),
                    format!(
                        "`{owner}` leads over more than {FOLLOWED} aliases: some resolvers give \
                         up before the end"
                    ),
                )
                .related(last.mark(), format!("alias number {}", FOLLOWED + 1));
            let Data::Cname(target) = &first.data else {
                continue;
            };
            let finding = finding.help(format!(
                "point `{owner}` at the host at the end of the chain, not at `{}`",
                target.name
            ));
            let Some(end) = end(view, last) else {
                findings.push(finding);
                continue;
            };
            let mut shorter = target.clone();
            shorter.name = end;
            findings.push(finding.fix(Fix {
                title: format!("point it at `{}`", shorter.name),
                edits: edit(site, target.span, in_presentation_format(&shorter.name)),
                changes: vec![replace_record(
                    Place::new(view.apex_of(owner), owner),
                    first,
                    &NewRecord::from(&Data::Cname(shorter)),
                )],
                ..Fix::default()
            }));
        }
    }
}

/// The name to which the aliases from this one on lead; none where they are too many.
fn end(view: &View, alias: &Record) -> Option<Name> {
    let next = |record: &Record| match &record.data {
        Data::Cname(target) => Some(target.name.clone()),
        _ => None,
    };
    let mut name = next(alias)?;
    for _ in 0..LONGEST {
        let Some(set) = view.set(&name, RecordType::CNAME) else {
            return Some(name);
        };
        name = next(&set.records[0])?;
    }
    None
}
