//! `provisioning-path-outside`: a name or a link that leads out of the folder.

use super::provisioning::named;
use super::{Facts, Findings};
use crate::finding::Subject;
use crate::phone::provisioning::{What, is_handset_file};
use crate::rule::Severity;
use crate::site::Kind;
use crate::source::Span;

/// Looks at every name in the lists of master files, and at links.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    links(site, findings);
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

/// A link is shown by what it leads to.
fn links(site: &Facts, findings: &mut Findings) {
    let links = site
        .inputs
        .iter()
        .filter(|input| input.kind == Kind::LinkOut);
    for link in links {
        let source = site.sources.get(link.source);
        // Whether anything else behind it is needed, nobody knows.
        let severity = if is_handset_file(&source.name) {
            Severity::Error
        } else {
            Severity::Note
        };
        let span = Span::new(link.source, 0, source.text.len());
        findings.push(
            findings
                .at(span, "a link leads out of the folder and is not followed")
                .severity(severity)
                .about(Subject::File(link.source))
                .help("put the file, not a link to it, into the folder that was given"),
        );
    }
}
