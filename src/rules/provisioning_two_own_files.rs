//! `provisioning-two-own-files`: a handset with two files, in capital and in small letters.

use super::{Facts, Findings};
use crate::finding::Subject;
use crate::source::Span;

/// Looks at names that differ in their case only.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for rivals in &site.provisioning.rivals {
        let start = |source| {
            let file = site
                .provisioning
                .configuration(&site.configurations, source);
            let first = file.and_then(|file| file.parameters.first());
            first.map_or(Span::new(source, 0, 1), |first| first.name.span)
        };
        let (taken, other) = (start(rivals.taken), start(rivals.other));
        findings.push(
            findings
                .at(
                    other,
                    format!("handset {} has two files of its own", rivals.mac),
                )
                .about(Subject::Token(other))
                .handsets(&[rivals.mac])
                .related(taken, "the file that is taken here")
                .help("delete one of the two: which one handsets are given depends on the server"),
        );
    }
}
