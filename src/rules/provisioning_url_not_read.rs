//! `provisioning-url-not-read`: settings that come from elsewhere.

use super::provisioning::named;
use super::{Facts, Findings};
use crate::phone::provisioning::What;

/// Looks at every name in the lists of master files.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (span, one) in named(site, |what| *what == What::Url) {
        // The URL may hold a password.
        let finding = one
            .finding(
                findings,
                span,
                "a URL is not fetched: what handsets read there was not checked",
            )
            .help("download the file into the folder and name it here to have it checked");
        findings.push(finding);
    }
}
