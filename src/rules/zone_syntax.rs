//! `zone-syntax`: a line that a name server refuses.

use std::collections::HashSet;

use super::{Facts, Findings, trouble};
use crate::source::{SourceId, Sources, Span};
use crate::zone::TroubleKind;

/// How placeholders of template languages begin and end.
const PLACEHOLDERS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("<%", "%>")];

/// Reports what the zone readers met. Of a template it is one thing, said once: the lines
/// with placeholders are not what a server reads.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut templates: HashSet<SourceId> = HashSet::new();
    for trouble in trouble::of_kind(site, TroubleKind::Syntax) {
        let mut finding = trouble::finding(site, findings, trouble);
        if let Some(span) = placeholder(&site.sources, trouble.span) {
            if !templates.insert(span.source) {
                continue;
            }
            finding = findings
                .at(span, "template that was not rendered")
                .help("give this program the file that is made of the template");
        }
        findings.push(finding);
    }
}

/// The first placeholder in the line where a span begins, comments apart.
fn placeholder(sources: &Sources, span: Span) -> Option<Span> {
    let source = sources.get(span.source);
    let (start, line) = source.line(source.position(span.start).line);
    let line = line.split(';').next()?;
    let found = PLACEHOLDERS
        .iter()
        .filter_map(|(begin, end)| Some((line.find(begin)?, end)));
    let (at, end) = found.min()?;
    let length = line[at..].find(end).map_or(2, |to| to + end.len());
    Some(Span::new(span.source, start + at, start + at + length))
}
