//! Files that several zones include, or are served from. Each zone has such a file as a source
//! of its own, but there is one text to be changed, and a change of it changes all of them.

use std::collections::{HashMap, HashSet};

use crate::finding::{Edit, Fix};
use crate::site::Site;
use crate::source::{SourceId, Sources};

/// Changes of included files, and the zones that they are repairs for.
pub(super) struct Shared<'s> {
    sources: &'s Sources,
    /// How many zones have each file.
    zones: HashMap<SourceId, usize>,
    /// The sources in which a repair makes a change.
    wanted: HashMap<Edit, HashSet<SourceId>>,
}

impl<'s> Shared<'s> {
    /// What is shared of the changes that these repairs make.
    pub(super) fn of<'f>(site: &'s Site, repairs: impl Iterator<Item = &'f Fix>) -> Self {
        let mut zones = HashMap::new();
        for zone in &site.zones {
            let files = std::iter::once(&zone.source).chain(&zone.included);
            let files: HashSet<_> = files.map(|file| site.sources.first_of(*file)).collect();
            for file in files {
                *zones.entry(file).or_default() += 1;
            }
        }
        let mut shared = Self {
            sources: &site.sources,
            zones,
            wanted: HashMap::new(),
        };
        for edit in repairs.flat_map(|fix| &fix.edits) {
            let known = shared.wanted.entry(shared.of_text(edit)).or_default();
            known.insert(edit.source);
        }
        shared
    }

    /// The change as one of the text that all zones share.
    pub(super) fn of_text(&self, edit: &Edit) -> Edit {
        Edit {
            source: self.sources.first_of(edit.source),
            ..edit.clone()
        }
    }

    /// Why changes of texts cannot be made: they are repairs for some zones only that include
    /// the file.
    pub(super) fn refuses(&self, edits: &[Edit]) -> Option<String> {
        let is_for_some = |edit: &Edit| {
            let zones = self.zones.get(&edit.source).copied().unwrap_or(1);
            let repaired = self.wanted.get(edit).map_or(0, HashSet::len);
            zones > 1 && repaired < zones
        };
        let why = "other zones have this file too, and for them it is no repair";
        edits.iter().any(is_for_some).then(|| why.to_owned())
    }
}
