//! What readers found wrong with a text, as findings of the rule that speaks for it.

use super::Findings;
use crate::finding::{Finding, Fix, Label, Subject};
use crate::site::Site;
use crate::source::{Sources, Span};
use crate::{phone, zone};

/// Reports the zone readers' troubles of one kind. Each is about its line, so that of two
/// rules which speak of one line the more telling one is heard.
pub(super) fn of_zones(site: &Site, kind: zone::TroubleKind, findings: &mut Findings) {
    for trouble in site.zones.iter().flat_map(|zone| &zone.troubles) {
        if trouble.kind == kind {
            let line = line_of(&site.sources, trouble.span);
            let finding = findings
                .at(trouble.span, &*trouble.message)
                .about(Subject::Token(line));
            let (help, fix) = (&trouble.help, &trouble.fix);
            findings.push(complete(finding, help, &trouble.related, fix));
        }
    }
}

/// Reports the configuration reader's troubles of one kind.
pub(super) fn of_configurations(site: &Site, kind: phone::TroubleKind, findings: &mut Findings) {
    for configuration in &site.configurations {
        for trouble in &configuration.troubles {
            if trouble.kind == kind {
                let finding = findings
                    .at(trouble.span, &*trouble.message)
                    .about(Subject::File(configuration.source))
                    .handsets(&configuration.handsets());
                let (help, fix) = (&trouble.help, &trouble.fix);
                findings.push(complete(finding, help, &trouble.related, fix));
            }
        }
    }
}

fn complete(
    mut finding: Finding,
    help: &Option<String>,
    related: &[Label],
    fix: &Option<Fix>,
) -> Finding {
    finding.help.clone_from(help);
    finding.related.extend_from_slice(related);
    finding.fix.clone_from(fix);
    finding
}

/// The whole line in which a span begins.
fn line_of(sources: &Sources, span: Span) -> Span {
    let source = sources.get(span.source);
    let (start, text) = source.line(source.position(span.start).line);
    Span::new(span.source, start, start + text.len())
}
