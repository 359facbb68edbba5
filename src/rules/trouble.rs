//! What zone readers found wrong with a text, as findings of the rule that speaks for it.

use super::Findings;
use crate::finding::{Finding, Subject};
use crate::site::Site;
use crate::source::{Sources, Span};
use crate::zone::{Trouble, TroubleKind};

/// Reports the readers' troubles of one kind.
pub(super) fn report(site: &Site, findings: &mut Findings, kind: TroubleKind) {
    for trouble in of_kind(site, kind) {
        findings.push(finding(site, findings, trouble));
    }
}

/// The readers' troubles of one kind.
pub(super) fn of_kind(site: &Site, kind: TroubleKind) -> impl Iterator<Item = &Trouble> {
    let troubles = site.zones.iter().flat_map(|zone| &zone.troubles);
    troubles.filter(move |trouble| trouble.kind == kind)
}

/// A trouble as a finding of the running rule. It is about its line, so that of two rules
/// which speak of one line the more telling one is heard.
pub(super) fn finding(site: &Site, findings: &Findings, trouble: &Trouble) -> Finding {
    let line = line_of(&site.sources, trouble.span);
    let mut finding = findings
        .at(trouble.span, &*trouble.message)
        .about(Subject::Token(line));
    finding.help.clone_from(&trouble.help);
    finding.related.clone_from(&trouble.related);
    finding.fix.clone_from(&trouble.fix);
    finding
}

/// The whole line in which a span begins.
fn line_of(sources: &Sources, span: Span) -> Span {
    let source = sources.get(span.source);
    let (start, text) = source.line(source.position(span.start).line);
    Span::new(span.source, start, start + text.len())
}
