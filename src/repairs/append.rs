//! Records that are to be added, as lines at the end of their master files.
//!
//! Nowhere else would be right in every file: a line put between others could take the place
//! of the owner that the next line leaves blank, or stand under an origin that was not meant.
//! So the lines are absolute and come last.

use std::collections::BTreeMap;

use crate::finding::{Edit, Finding};
use crate::fix::{Change, NewRecord, Placed, zone_line};
use crate::site::Site;
use crate::source::{SourceId, Span};
use crate::zone::{Format, Zone};

/// The TTL of a record that is added to a file without a default, in seconds.
const TTL: u32 = 3600;

/// Lines at the ends of files.
#[derive(Debug, Default)]
pub(super) struct Appended {
    lines: BTreeMap<SourceId, Vec<String>>,
}

impl Appended {
    /// The records that a finding's repair adds; the error says why it is no such repair.
    pub(super) fn of(site: &Site, finding: &Finding) -> Result<Self, String> {
        let changes = finding.fix.as_ref().map_or(&[][..], |fix| &fix.changes);
        let mut appended = Self::default();
        for change in changes {
            let Change::Record {
                old: None,
                new: Some(new),
            } = change
            else {
                return Err("its change of a file is left to a person".to_owned());
            };
            if let Some(blank) = change.blanks().first() {
                return Err(format!("<{blank}> is to be filled in first"));
            }
            let zone = zone_of(site, finding, new)
                .ok_or("no master file of its zone was given".to_owned())?;
            let line = zone_line(&new.place, &with_ttl(site, zone, new));
            appended.lines.entry(zone.source).or_default().push(line);
        }
        Ok(appended)
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = SourceId> {
        self.lines.keys().copied()
    }

    pub(super) fn add(&mut self, other: Self) {
        for (source, lines) in other.lines {
            let own = self.lines.entry(source).or_default();
            for line in lines {
                if !own.contains(&line) {
                    own.push(line);
                }
            }
        }
    }

    /// One change a file, which keeps its line ends.
    pub(super) fn edits(self, site: &Site) -> Vec<Edit> {
        let edit = |(source, lines): (SourceId, Vec<String>)| {
            let source_text = site.sources.get(source);
            let (text, ending) = (&source_text.text, source_text.line_ending());
            let mut added = String::new();
            if !text.is_empty() && !text.ends_with(['\n', '\r']) {
                added.push_str(ending);
            }
            for line in lines {
                added.push_str(&line);
                added.push_str(ending);
            }
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            Edit {
                source,
                start: end,
                end,
                text: added,
            }
        };
        self.lines.into_iter().map(edit).collect()
    }
}

/// The master file of a record's zone: that of the finding's own view, where several are.
fn zone_of<'s>(site: &'s Site, finding: &Finding, new: &Placed) -> Option<&'s Zone> {
    let apex = new.place.zone()?;
    let is_file = |zone: &&Zone| zone.apex == *apex && zone.format.is_loaded();
    let places: Vec<Span> = std::iter::once(finding.span)
        .chain(finding.related.iter().map(|label| label.span))
        .collect();
    let is_named = |zone: &&Zone| {
        let mut places = places.iter();
        places.any(|place| place.source == zone.source)
    };
    let zones = || site.zones.iter().map(|zone| &**zone).filter(is_file);
    match zones().find(is_named) {
        Some(zone) => Some(zone),
        // Of several copies none is more likely than another.
        None => zones().next().filter(|_| zones().count() == 1),
    }
}

fn with_ttl(site: &Site, zone: &Zone, new: &Placed) -> NewRecord {
    let text = &site.sources.get(zone.source).text;
    let has_default = zone.format == Format::WindowsDns
        || text.lines().any(|line| {
            line.get(..4)
                .is_some_and(|word| word.eq_ignore_ascii_case("$TTL"))
        });
    let record = new.record.clone();
    if has_default {
        record
    } else {
        record.or_ttl(TTL)
    }
}
