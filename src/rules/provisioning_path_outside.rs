//! `provisioning-path-outside`: a name or a link that leads out of the folder.

use super::provisioning::named;
use super::{Facts, Findings};
use crate::phone::provisioning::What;

/// Looks at every name in the lists of master files.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (span, one) in named(site, |what| *what == What::Outside) {
        let name = site.text(span);
        let finding = one
            .finding(
                findings,
                span,
                format!("`{name}` leads out of the folder and is not read"),
            )
            .help(
                "put the file, not a link to it, into the folder that was given, and name it \
                 without `/` at the beginning and without `..`",
            );
        findings.push(finding);
    }
}
