//! What zone readers found wrong with a text, as findings of the rule that speaks for it.

use super::Findings;
use crate::finding::Subject;
use crate::site::Site;
use crate::source::{Sources, Span};
use crate::zone::TroubleKind;

/// Reports the readers' troubles of one kind. Each is about its line, so that of two rules
/// which speak of one line the more telling one is heard.
pub(super) fn report(site: &Site, findings: &mut Findings, kind: TroubleKind) {
    let troubles = site.zones.iter().flat_map(|zone| &zone.troubles);
    for trouble in troubles.filter(|trouble| trouble.kind == kind) {
        let line = line_of(&site.sources, trouble.span);
        let mut finding = findings
            .at(trouble.span, &*trouble.message)
            .about(Subject::Token(line));
        finding.help.clone_from(&trouble.help);
        finding.related.clone_from(&trouble.related);
        finding.fix.clone_from(&trouble.fix);
        findings.push(finding);
    }
}

/// The whole line in which a span begins.
fn line_of(sources: &Sources, span: Span) -> Span {
    let source = sources.get(span.source);
    let (start, text) = source.line(source.position(span.start).line);
    Span::new(span.source, start, start + text.len())
}
