//! Copies of a zone: backups, split horizon, old and new. Files with the same apex are never
//! merged; each makes a view of its own, together with the other zones of its folder first.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::View;
use crate::dns::Name;
use crate::source::{SourceId, Sources};
use crate::zone::Zone;

/// A view for each copy of a zone that there are several of: that copy, and of every other zone
/// the one in its folder, or else the first. Copies of one folder mostly make up one view.
pub(super) fn views(sources: &Sources, zones: &[Arc<Zone>]) -> Vec<View> {
    let copies = Copies::of(sources, zones);
    let of_folders = copies.of_folders();
    let several = || copies.by_apex.values().filter(|copies| copies.len() > 1);
    let mut anchors: Vec<_> = several().flatten().copied().collect();
    if anchors.is_empty() {
        anchors.extend(copies.by_apex.values().flatten().take(1));
    }
    // A view is named after a zone with hosts, where it has one.
    let arpa = Name::from_labels(["arpa"]).expect("a short label");
    anchors.sort_unstable_by_key(|anchor| (arpa.zone_of(copies.apex(*anchor)), *anchor));
    let mut folders = HashSet::new();
    let mut seen = BTreeSet::new();
    anchors
        .into_iter()
        .filter_map(|anchor| {
            let (folder, apex) = (copies.folder(anchor), copies.apex(anchor));
            let beside = &of_folders[folder];
            if beside[apex] == anchor && !folders.insert(folder) {
                return None;
            }
            let mut others = beside.clone();
            others.insert(apex, anchor);
            others.retain(|apex, copy| copies.by_apex[apex][0] != *copy);
            if !seen.insert(others.clone()) {
                return None;
            }
            let of_apexes = copies.by_apex.iter();
            let chosen = of_apexes.map(|(apex, all)| *others.get(apex).unwrap_or(&all[0]));
            let chosen: BTreeSet<usize> = chosen.collect();
            let members = chosen.iter().flat_map(|copy| &copies.list[*copy]);
            Some(View {
                name: Some(copies.name(anchor)),
                source: Some(copies.source(anchor)),
                ..View::of_zones(members.map(|index| zones[*index].clone()))
            })
        })
        .collect()
}

/// Copies of zones: each is one text's zone, or excerpts of one zone that belong together.
struct Copies<'a> {
    sources: &'a Sources,
    zones: &'a [Arc<Zone>],
    /// The indexes of each copy's zones.
    list: Vec<Vec<usize>>,
    /// The copies of each zone, in the order of their places.
    by_apex: BTreeMap<&'a Name, Vec<usize>>,
}

impl<'a> Copies<'a> {
    fn of(sources: &'a Sources, zones: &'a [Arc<Zone>]) -> Self {
        let mut copies = Self {
            sources,
            zones,
            list: Vec::new(),
            by_apex: BTreeMap::new(),
        };
        // Excerpts of one folder that asked for different things make up one copy; where the
        // same was asked once more, another copy begins.
        let mut times_asked: HashMap<_, usize> = HashMap::new();
        let mut of_excerpts = HashMap::new();
        for (index, zone) in zones.iter().enumerate() {
            if zone.is_root_hints() {
                continue;
            }
            let next = copies.list.len();
            let copy = match &zone.asked {
                Some(asked) => {
                    let folder = folder(&sources.get(zone.source).name);
                    let before = times_asked.entry((&zone.apex, folder, asked)).or_default();
                    *before += 1;
                    *of_excerpts
                        .entry((&zone.apex, folder, *before))
                        .or_insert(next)
                }
                None => next,
            };
            if copy == next {
                copies.list.push(Vec::new());
                copies.by_apex.entry(&zone.apex).or_default().push(next);
            }
            copies.list[copy].push(index);
        }
        copies
    }

    /// The first copy of each zone in each folder.
    fn of_folders(&self) -> HashMap<&'a str, BTreeMap<&'a Name, usize>> {
        let mut of_folders: HashMap<_, BTreeMap<_, _>> = HashMap::new();
        for (apex, copies) in &self.by_apex {
            for copy in copies {
                let of_folder = of_folders.entry(self.folder(*copy)).or_default();
                of_folder.entry(*apex).or_insert(*copy);
            }
        }
        of_folders
    }

    fn apex(&self, copy: usize) -> &'a Name {
        &self.zones[self.list[copy][0]].apex
    }

    fn source(&self, copy: usize) -> SourceId {
        self.zones[self.list[copy][0]].source
    }

    /// The folder that a copy lies in.
    fn folder(&self, copy: usize) -> &'a str {
        folder(&self.sources.get(self.source(copy)).name)
    }

    /// What tells a copy from others: its file, and of several exports in one file which one.
    fn name(&self, copy: usize) -> String {
        let first = self.list[copy][0];
        let source = self.source(copy);
        let path = &self.sources.get(source).name;
        let is_same = |zone: &&Arc<Zone>| zone.source == source;
        let before = self.zones[..first].iter().rev().take_while(is_same).count();
        let behind = self.zones[first..].iter().take_while(is_same).count();
        if before == 0 && behind <= self.list[copy].len() {
            path.clone()
        } else {
            format!("{path} (export {})", before + 1)
        }
    }
}

/// The folder of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Origin, Source};
    use crate::zone::master::{ReadOptions, read};

    #[test]
    fn copies_stand_with_what_lies_in_their_folder() {
        let sources = Sources::new();
        let zone = |(path, origin): (&str, &str)| {
            let text = "@ 60 SOA ns h 1 1 1 1 1\n".to_owned();
            let source = sources.add(Source::new(path, Origin::Stdin, text));
            let options = ReadOptions {
                origin: Some(Name::from_ascii(origin).expect("a name")),
                ..ReadOptions::default()
            };
            Arc::new(read(&sources, source, &options))
        };
        let zones = [
            ("new/x", "x."),
            ("new/y", "y."),
            ("old/x", "x."),
            ("old/y", "y."),
            ("other/z", "z."),
        ];
        let zones = zones.map(zone);
        let views = views(&sources, &zones);
        let views = views.iter().map(|view| {
            let files = view.zones.iter().map(|zone| zone.source);
            let mut files: Vec<_> = files.map(|file| sources.get(file).name.clone()).collect();
            files.sort();
            (view.name.clone().unwrap_or_default(), files.join(" "))
        });
        let expected = [
            ("new/x", "new/x new/y other/z"),
            ("old/x", "old/x old/y other/z"),
        ];
        let expected = expected.map(|(name, files)| (name.to_owned(), files.to_owned()));
        assert_eq!(views.collect::<Vec<_>>(), expected);
    }
}
