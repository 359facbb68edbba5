//! Findings in a file that stands for others: files of other handsets with the same content.
//! They are found once, named together, and repaired in all files.

use crate::finding::{Edit, Finding, Label};
use crate::phone::{Configuration, Parameter};
use crate::site::Site;
use crate::source::{SourceId, Span};

/// Other files that a finding shows.
const SHOWN: usize = 3;

/// Adds the other files to what was found in the one that stands for them.
pub(super) fn join(site: &Site, findings: &mut [Finding]) {
    for finding in findings {
        // What is wrong with the text of a file concerns that file alone.
        if finding.handsets.len() < 2 {
            continue;
        }
        let twins = site.provisioning.twins_of(finding.span.source);
        let places = twins
            .iter()
            .filter_map(|twin| moved(site, finding.span, *twin));
        let places = places.take(SHOWN).map(|span| Label {
            span,
            message: "the same here".to_owned(),
        });
        finding.related.extend(places.collect::<Vec<_>>());
        let Some(fix) = &mut finding.fix else {
            continue;
        };
        let mut others = Vec::new();
        for edit in &fix.edits {
            for twin in site.provisioning.twins_of(edit.source) {
                others.extend(repeated(site, edit, twin));
            }
        }
        fix.edits.extend(others);
    }
}

/// The same change of another file.
fn repeated(site: &Site, edit: &Edit, twin: SourceId) -> Option<Edit> {
    let (start, end) = (edit.start as usize, edit.end as usize);
    let span = moved(
        site,
        Span::new(edit.source, start, end.max(start + 1)),
        twin,
    )?;
    Some(Edit {
        source: twin,
        start: span.start,
        end: if start == end { span.start } else { span.end },
        text: edit.text.clone(),
    })
}

/// The place in another file: in the same parameter, as far from where name or value begins.
fn moved(site: &Site, span: Span, twin: SourceId) -> Option<Span> {
    let file = |source| {
        site.provisioning
            .configuration(&site.configurations, source)
    };
    let own = file(span.source)?;
    let parameter = own.parameter_at(span)?;
    let nth = same_name(own, parameter).position(|one| one.name.span == parameter.name.span)?;
    let other = same_name(file(twin)?, parameter).nth(nth)?;
    let in_value = span.start >= parameter.value.span.start;
    let (from, to) = if in_value {
        (parameter.value.span, other.value.span)
    } else {
        (parameter.name.span, other.name.span)
    };
    // Nothing is changed where the texts differ, if only in how they are written.
    if span.end > from.end || site.text(from) != site.text(to) {
        return None;
    }
    let start = to.start + (span.start - from.start);
    Some(Span {
        source: twin,
        start,
        end: start + (span.end - span.start),
    })
}

fn same_name<'f>(
    file: &'f Configuration,
    parameter: &Parameter,
) -> impl Iterator<Item = &'f Parameter> {
    let parameters = file.parameters.iter();
    parameters.filter(move |one| one.name.value == parameter.name.value)
}
