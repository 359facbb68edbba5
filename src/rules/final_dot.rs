//! Names that were typed in full and without their final dot, so that the origin follows them.

use std::collections::HashSet;

use super::lookup::plain;
use crate::dns::{Name, Record, RecordType, RrSet};
use crate::finding::{Edit, Finding, Fix};
use crate::fix::{Place, move_record};
use crate::site::{Site, View};
use crate::source::Span;

/// What such a repair is called.
pub(super) const END_WITH_DOT: &str = "end the owner with a dot";

/// The set that `owner` would have, had its final dot been written: it stands at that name below
/// an origin, which is the apex or a name between the two.
pub(super) fn without_dot<'v>(
    view: &'v View,
    owner: &Name,
    record_type: RecordType,
) -> Option<&'v RrSet> {
    let apex = view.apex_of(owner).filter(|apex| !apex.is_root())?;
    let least = apex.iter().len();
    let most = owner.base_name().iter().len().max(least);
    (least..=most).find_map(|labels| {
        let doubled = owner.append_name(&owner.trim_to(labels)).ok()?;
        view.set(&doubled, record_type)
            .filter(|set| is_relative(set))
    })
}

/// The name up to the first time that the zone's name stands in it, if it does so twice:
/// `x.eslab.local.` of `x.eslab.local.eslab.local.`
pub(super) fn without_repetition(name: &Name, zone: &Name) -> Option<Name> {
    let labels: Vec<_> = name.iter().collect();
    let apex: Vec<_> = zone.iter().collect();
    if apex.is_empty() || !zone.zone_of(name) {
        return None;
    }
    let is_apex = |window: &[&[u8]]| {
        let mut pairs = window.iter().zip(&apex);
        pairs.all(|(one, two)| one.eq_ignore_ascii_case(two))
    };
    let first = labels.windows(apex.len()).position(is_apex)?;
    let end = first + apex.len();
    if end == labels.len() {
        return None;
    }
    Name::from_labels(&labels[..end]).ok()
}

/// A record of the set has an owner without a final dot.
pub(super) fn is_relative(set: &RrSet) -> bool {
    set.records.iter().any(|record| record.owner.relative)
}

/// Shows such a set, whose owner was meant to be `meant`, with its repair.
pub(super) fn shown(
    finding: Finding,
    site: &Site,
    view: &View,
    set: &RrSet,
    meant: &Name,
) -> Finding {
    let stands = format!("without its final dot this is `{}`", set.owner);
    finding
        .related(set.records[0].owner.span, stands)
        .fix(with_dot(site, view, set, meant))
}

/// The repair of such a set, whose owner was meant to be `meant`.
pub(super) fn with_dot(site: &Site, view: &View, set: &RrSet, meant: &Name) -> Fix {
    let place = |owner: &Name| Place::new(view.apex_of(owner), owner);
    let records = set.records.iter();
    let edits = of_owners(set, |owner| dot(site, owner, meant));
    Fix {
        title: END_WITH_DOT.to_owned(),
        safe: !edits.is_empty(),
        edits,
        changes: records
            .map(|record| move_record(record, place(&set.owner), place(meant)))
            .collect(),
        ..Fix::default()
    }
}

/// The dot behind an owner that is written as `meant`.
pub(super) fn dot(site: &Site, owner: Span, meant: &Name) -> Option<Edit> {
    let is_written = site.text(owner).eq_ignore_ascii_case(&plain(meant));
    is_written.then(|| Edit::insert_after(owner, "."))
}

/// Every owner of a set stands before a record of its own: one that is left blank may be that of
/// another type's records.
pub(super) fn has_own_owners(set: &RrSet) -> bool {
    let marks: HashSet<_> = set.records.iter().map(Record::mark).collect();
    let mut records = set.records.iter();
    records.all(|record| marks.contains(&record.owner.span))
}

/// The changes of every owner of a set that is written; none where one of them cannot be
/// changed: with escapes, by `$GENERATE`, below an origin that lacks its own dot.
pub(super) fn of_owners(set: &RrSet, edit: impl Fn(Span) -> Option<Edit>) -> Vec<Edit> {
    let records = set.records.iter();
    let edits: Option<Vec<_>> = records.map(|record| edit(record.owner.span)).collect();
    let mut edits = edits.unwrap_or_default();
    // Records whose owner is left blank share the one that is written.
    edits.dedup();
    edits
}
