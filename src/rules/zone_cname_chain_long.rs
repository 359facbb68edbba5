//! `zone-cname-chain-long`: more aliases in a row than servers are sure to follow.

use super::{Facts, Findings};
use crate::dns::Data;
use crate::site::Aliases;

/// Aliases that every resolver follows.
const FOLLOWED: usize = 8;

/// Looks at the aliases of every view.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        for chain in Aliases::of(view).chains_over(FOLLOWED) {
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
            findings.push(finding.help(format!(
                "point `{owner}` at the host at the end of the chain, not at `{}`",
                target.name
            )));
        }
    }
}
