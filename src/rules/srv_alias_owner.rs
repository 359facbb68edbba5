//! `srv-alias-owner`: the name that handsets ask for SRV records is an alias.

use super::{Facts, Findings};
use crate::dns::{Data, RecordType};
use crate::finding::Subject;
use crate::site::sip_domain;

/// Looks at every alias.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        for set in view.sets(RecordType::CNAME) {
            let alias = &set.records[0];
            let Data::Cname(target) = &alias.data else {
                continue;
            };
            if sip_domain(&set.owner).is_none() {
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
            let finding = finding.about(Subject::Owner(set.owner.to_lowercase()));
            findings.push(finding.help(format!(
                "write the SRV records at `{}` itself, in the place of the CNAME record",
                set.owner
            )));
        }
    }
}
