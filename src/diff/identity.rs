//! What a finding is about, whichever line it stands on: the owner and data of its record,
//! the name and value of its parameter, or the text of its place.

use std::collections::{HashMap, HashSet};

use super::Side;
use crate::dns::Record;
use crate::finding::Finding;
use crate::phone::Parameter;
use crate::source::{SourceId, Span};
use crate::zone::Contents;

/// Records and parameters of the sources that findings point into, by place.
pub(super) struct Subjects<'a> {
    side: &'a Side<'a>,
    records: HashMap<SourceId, Vec<&'a Record>>,
    parameters: HashMap<SourceId, Vec<&'a Parameter>>,
}

/// What tells a finding from others, from the part that stays longest to the one that
/// changes first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    /// Rule and severity.
    pub(super) rule: String,
    /// What it is about.
    pub(super) subject: String,
    /// The text of its place.
    pub(super) snippet: String,
    /// What is said.
    pub(super) message: String,
    /// The file below the one that was named.
    pub(super) path: String,
}

impl<'a> Subjects<'a> {
    /// The subjects of a side's findings.
    pub(super) fn of(side: &'a Side<'a>) -> Self {
        let pointed_at: HashSet<SourceId> =
            side.findings.iter().map(|one| one.span.source).collect();
        let mut records: HashMap<SourceId, Vec<&Record>> = HashMap::new();
        for view in &side.site.views {
            let sets = Contents::TYPES.into_iter().flat_map(|kind| view.sets(kind));
            for record in sets.flat_map(|set| set.records.iter()) {
                if pointed_at.contains(&record.span.source) {
                    records.entry(record.span.source).or_default().push(record);
                }
            }
        }
        for list in records.values_mut() {
            list.sort_by_key(|record| (record.span.start, record.span.end));
        }
        let mut parameters: HashMap<SourceId, Vec<&Parameter>> = HashMap::new();
        for configuration in &side.site.configurations {
            for parameter in &configuration.parameters {
                let source = parameter.name.span.source;
                if pointed_at.contains(&source) {
                    parameters.entry(source).or_default().push(parameter);
                }
            }
        }
        for list in parameters.values_mut() {
            list.sort_by_key(|parameter| parameter.name.span.start);
        }
        Self {
            side,
            records,
            parameters,
        }
    }

    /// What tells a finding from others.
    pub(super) fn identity(&self, finding: &Finding) -> Identity {
        // Names are alike in either case (RFC 4343).
        let snippet = self.side.site.text(finding.span).to_ascii_lowercase();
        let about = self
            .about(finding.span)
            .map(|about| about.to_ascii_lowercase());
        let about = about.unwrap_or_else(|| snippet.clone());
        Identity {
            rule: format!("{} {}", finding.rule.id, finding.severity),
            subject: about,
            snippet,
            message: finding.message.to_ascii_lowercase(),
            path: self.side.below(finding.span.source).to_owned(),
        }
    }

    fn about(&self, place: Span) -> Option<String> {
        let record = last_at(self.records.get(&place.source), place, |record| record.span);
        if let Some(record) = record {
            let owner = record.owner.name.to_lowercase();
            return Some(format!("{owner} {} {}", record.record_type(), record.data));
        }
        let whole = |parameter: &Parameter| parameter.name.span.to(parameter.value.span);
        let parameters = self.parameters.get(&place.source);
        let Parameter { name, value } = last_at(parameters, place, whole)?;
        Some(format!("{}={}", name.value, value.value))
    }
}

/// The last of a list sorted by place that begins at or before `place` and reaches it.
fn last_at<'a, T>(
    list: Option<&Vec<&'a T>>,
    place: Span,
    span: impl Fn(&T) -> Span,
) -> Option<&'a T> {
    let list = list?;
    let behind = list.partition_point(|one| span(one).start <= place.start);
    let found = *list.get(behind.checked_sub(1)?)?;
    (place.start < span(found).end).then_some(found)
}
