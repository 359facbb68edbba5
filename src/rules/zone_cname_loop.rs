//! `zone-cname-loop`: aliases that lead back to themselves.

use std::collections::HashSet;

use super::{Facts, Findings};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, replace_record};

/// Members of a loop that are shown; a longer one is no clearer.
const SHOWN: usize = 16;

/// Looks at the aliases of every view.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        // `$GENERATE` may make a thousand in one line.
        let mut lines = HashSet::new();
        for members in site.aliases(index).loops() {
            let first = members[0];
            if !lines.insert(first.mark()) {
                continue;
            }
            let owner = &first.owner.name;
            let message = match members.len() {
                1 => format!("`{owner}` is an alias of itself"),
                count => {
                    format!("`{owner}` is an alias that leads back to itself over {count} aliases")
                }
            };
            let finding = findings.at(first.mark(), message).help(format!(
                "let one of these names have an A record in the place of its CNAME record, or \
                 point it at a host outside the loop; no lookup of `{owner}` ends now"
            ));
            let address = Field::blank(format!("address of {owner}"));
            let finding = finding.fix(Fix {
                title: "put an A record in the place of the alias".to_owned(),
                changes: vec![replace_record(
                    Place::new(view.apex_of(owner), owner),
                    first,
                    &NewRecord::a(address),
                )],
                ..Fix::default()
            });
            let others = members[1..].iter().take(SHOWN);
            let mut finding = others.fold(finding, |finding, alias| {
                finding.related(alias.mark(), "goes on here")
            });
            let owners = members.iter().take(SHOWN + 1);
            let owners = owners.map(|alias| Subject::Owner(alias.owner.name.to_lowercase()));
            finding.subjects.extend(owners);
            findings.push(finding);
        }
    }
}
