//! `zone-typographic-character`: characters of a word processor where syntax is expected.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::{Facts, Findings, trouble};
use crate::dns::RecordType;
use crate::site::{Site, Verdict};
use crate::source::{SourceId, Span};
use crate::zone::TroubleKind;

/// Reports what the zone readers met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let misleading = LazyCell::new(|| misleading(site));
    for trouble in trouble::of_kind(site, TroubleKind::Typographic) {
        let mut finding = trouble::finding(site, findings, trouble);
        if let Some(fix) = finding.fix.as_mut().filter(|fix| fix.safe) {
            fix.safe = !holds(&misleading, trouble.span);
        }
        findings.push(finding);
    }
}

/// Where records begin, and where they end.
type Records = BTreeMap<(SourceId, u32), u32>;

/// NAPTR records with which set-ups find no server. As they stand servers give out curly quotes as
/// a part of the text, so that handsets discard the record and go on as without it; with plain ones
/// they would follow it.
fn misleading(site: &Site) -> Records {
    let simulated = site.simulated();
    let failing = simulated.filter(|(one, ..)| one.verdict != Verdict::Registers);
    let steps = failing.flat_map(|(one, ..)| &one.lookup.steps);
    let records = steps.flat_map(|step| step.answer.of_type(RecordType::NAPTR));
    let places = records.map(|record| record.span);
    places
        .map(|span| ((span.source, span.start), span.end))
        .collect()
}

/// The place lies in one of the records.
fn holds(records: &Records, place: Span) -> bool {
    let mut before = records.range(..=(place.source, place.start));
    let last = before.next_back();
    last.is_some_and(|((source, _), end)| *source == place.source && place.start < *end)
}
