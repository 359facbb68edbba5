//! Copies of a zone: backups, split horizon, old and new. Files with the same apex are never
//! merged; each makes a view of its own, together with the zones that it lies with.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::{View, branch, folder, nearness};
use crate::dns::Name;
use crate::source::{SourceId, Sources};
use crate::zone::Zone;

/// The views in which settings of a server say that it serves a text: each is known by its name
/// and by the settings that name it.
pub type StatedViews = HashMap<SourceId, BTreeSet<(SourceId, String)>>;

/// A view for each copy of a zone that there are several of: that copy, the zones of its family,
/// and of every other zone the nearest copy that no rival family has. Copies of one family
/// mostly make up one view.
pub(super) fn views(sources: &Sources, zones: &[Arc<Zone>], stated: &StatedViews) -> Vec<View> {
    let copies = Copies::of(sources, zones, stated);
    let several = copies.by_apex.values().filter(|copies| copies.len() > 1);
    let mut anchors: Vec<_> = several.flatten().copied().collect();
    // A view is named after a zone with hosts, where it has one.
    let arpa = Name::from_labels(["arpa"]).expect("a short label");
    let rank = |copy: &usize| (arpa.zone_of(copies.apex(*copy)), *copy);
    if anchors.is_empty() {
        anchors.extend(
            copies
                .by_apex
                .values()
                .flatten()
                .min_by_key(|copy| rank(copy)),
        );
    }
    anchors.sort_unstable_by_key(rank);
    let anchors = anchors.into_iter().flat_map(|anchor| {
        let families = copies.families_of[anchor].iter();
        families.map(move |family| (anchor, *family))
    });
    let mut rivals = HashMap::new();
    let mut begun = HashSet::new();
    let mut seen = HashSet::new();
    anchors
        .filter_map(|(anchor, family)| {
            let is_first = copies.families[family][copies.apex(anchor)] == anchor;
            if is_first && !begun.insert(family) {
                return None;
            }
            let rivals = rivals
                .entry(family)
                .or_insert_with(|| copies.rivals(family));
            let members = copies.together(anchor, family, rivals);
            let of_members = members.iter().flat_map(|copy| &copies.list[*copy]);
            let view = View {
                name: Some(copies.name(anchor)),
                source: Some(copies.source(anchor)),
                stated: copies.stated[family].cloned(),
                ..View::of_zones(of_members.map(|index| zones[*index].clone()))
            };
            seen.insert(members).then_some(view)
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
    /// The first copy of each zone in each family: in a view that a server's settings state, or
    /// in a folder.
    families: Vec<BTreeMap<&'a Name, usize>>,
    /// The view that settings state it to be.
    stated: Vec<Option<&'a (SourceId, String)>>,
    /// The families of each copy.
    families_of: Vec<Vec<usize>>,
}

/// What has another copy of a zone that a family has: no server has both.
#[derive(Default)]
struct Rivals<'a> {
    families: HashSet<usize>,
    /// The folders they lie in, inner and outer: what lies nearer to them is theirs.
    branches: HashSet<&'a str>,
}

/// What copies have in common that belong together.
#[derive(PartialEq, Eq, Hash)]
enum Bond<'a> {
    Stated(&'a (SourceId, String)),
    Folder(&'a str),
}

impl<'a> Copies<'a> {
    fn of(sources: &'a Sources, zones: &'a [Arc<Zone>], stated: &'a StatedViews) -> Self {
        let mut copies = Self {
            sources,
            zones,
            list: Vec::new(),
            by_apex: BTreeMap::new(),
            families: Vec::new(),
            stated: Vec::new(),
            families_of: Vec::new(),
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
                    let place = folder(&sources.get(zone.source).name);
                    let before = times_asked.entry((&zone.apex, place, asked)).or_default();
                    *before += 1;
                    *of_excerpts
                        .entry((&zone.apex, place, *before))
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
        copies.find_families(stated);
        copies
    }

    fn find_families(&mut self, stated: &'a StatedViews) {
        let mut by_bond = HashMap::new();
        for copy in 0..self.list.len() {
            let bonds: Vec<_> = match stated.get(&self.source(copy)) {
                Some(views) => views.iter().map(Bond::Stated).collect(),
                None => vec![Bond::Folder(self.folder(copy))],
            };
            let families = bonds.into_iter().map(|bond| {
                let next = by_bond.len();
                let view = match bond {
                    Bond::Stated(view) => Some(view),
                    Bond::Folder(_) => None,
                };
                let family = *by_bond.entry(bond).or_insert(next);
                if family == next {
                    self.stated.push(view);
                }
                family
            });
            let families: Vec<usize> = families.collect();
            for family in &families {
                if *family == self.families.len() {
                    self.families.push(BTreeMap::new());
                }
                let apex = self.apex(copy);
                self.families[*family].entry(apex).or_insert(copy);
            }
            self.families_of.push(families);
        }
    }

    fn rivals(&self, family: usize) -> Rivals<'a> {
        let own = self.families[family].iter();
        let others = own.flat_map(|(apex, own)| {
            let all = self.by_apex[apex].iter();
            all.filter(move |copy| *copy != own)
        });
        let mut rivals = Rivals::default();
        for copy in others {
            let families = self.families_of[*copy].iter();
            let families = families.filter(|other| **other != family);
            rivals.families.extend(families);
            rivals.branches.extend(branch(self.folder(*copy)));
        }
        rivals
    }

    /// The copies that a server may have that has `anchor`, of that family.
    fn together(&self, anchor: usize, family: usize, rivals: &Rivals<'_>) -> Vec<usize> {
        let place = self.folder(anchor);
        let is_near = |copy: &usize| {
            let folder = self.folder(*copy);
            let mut apart = branch(folder).skip(nearness(folder, place));
            let mut families = self.families_of[*copy].iter();
            families.any(|family| !rivals.families.contains(family))
                && !apart
                    .next()
                    .is_some_and(|first| rivals.branches.contains(first))
        };
        let of_apex = |(apex, all): (&&Name, &Vec<usize>)| {
            if *apex == self.apex(anchor) {
                return Some(anchor);
            }
            let own = self.families[family].get(apex).copied();
            own.or_else(|| {
                let near = all.iter().copied().filter(is_near);
                near.min_by_key(|copy| Reverse(nearness(place, self.folder(*copy))))
            })
        };
        let mut together: Vec<_> = self.by_apex.iter().filter_map(of_apex).collect();
        together.sort_unstable();
        together
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
        let is_same_text = |zone: &&Arc<Zone>| zone.source == source;
        let of_apex = |zone: &&Arc<Zone>| zone.apex == *self.apex(copy);
        let (before, behind) = self.zones.split_at(first);
        let before = before.iter().rev().take_while(is_same_text);
        let behind = behind.iter().take_while(is_same_text);
        let of_zone = before.clone().chain(behind).filter(of_apex).count();
        if of_zone <= self.list[copy].len() {
            path.clone()
        } else {
            format!("{path} (export {})", before.count() + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Origin, Source};
    use crate::zone::master::{ReadOptions, read};

    /// The views of zones (path and apex), each as its name and files; some zones are stated to
    /// be served in views.
    fn views_of(zones: &[(&str, &str)], stated: &[(&str, &[&str])]) -> Vec<(String, String)> {
        let sources = Sources::new();
        let settings = sources.add(Source::new("named.conf", Origin::Stdin, ""));
        let mut views_of_source = StatedViews::new();
        let read = |(path, origin): &(&str, &str)| {
            let text = "@ 60 SOA ns h 1 1 1 1 1\n".to_owned();
            let source = sources.add(Source::new(*path, Origin::Stdin, text));
            if let Some((_, views)) = stated.iter().find(|(file, _)| file == path) {
                let views = views.iter().map(|view| (settings, (*view).to_owned()));
                views_of_source.insert(source, views.collect());
            }
            let options = ReadOptions {
                origin: Some(Name::from_ascii(origin).expect("a name")),
                ..ReadOptions::default()
            };
            Arc::new(read(&sources, source, &options))
        };
        let zones: Vec<_> = zones.iter().map(read).collect();
        let views = views(&sources, &zones, &views_of_source).into_iter();
        let told = views.map(|view| {
            let files = view.zones.iter().map(|zone| zone.source);
            let mut files: Vec<_> = files.map(|file| sources.get(file).name.clone()).collect();
            files.sort();
            (view.name.unwrap_or_default(), files.join(" "))
        });
        told.collect()
    }

    fn expect(found: &[(String, String)], expected: &[(&str, &str)]) {
        let found: Vec<_> = found
            .iter()
            .map(|(name, files)| (&**name, &**files))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn copies_stand_with_what_lies_in_their_folder() {
        let zones = [
            ("new/x", "x."),
            ("new/y", "y."),
            ("old/x", "x."),
            ("old/y", "y."),
            ("other/z", "z."),
        ];
        expect(
            &views_of(&zones, &[]),
            &[
                ("new/x", "new/x new/y other/z"),
                ("old/x", "old/x old/y other/z"),
            ],
        );
    }

    #[test]
    fn a_view_is_named_after_a_zone_with_hosts() {
        let zones = [("a.rev", "1.in-addr.arpa."), ("x.zone", "x.")];
        expect(&views_of(&zones, &[]), &[("x.zone", "a.rev x.zone")]);
    }

    #[test]
    fn what_lies_with_one_copy_only_does_not_stand_with_the_others() {
        let zones = [
            ("in/1.in-addr.arpa", "1.in-addr.arpa."),
            ("in/x", "x."),
            ("in/y", "y."),
            ("out/x", "x."),
        ];
        expect(
            &views_of(&zones, &[]),
            &[("in/x", "in/1.in-addr.arpa in/x in/y"), ("out/x", "out/x")],
        );
    }

    #[test]
    fn of_zones_that_lie_elsewhere_the_nearest_copy_is_taken() {
        let zones = [
            ("a/common/y", "y."),
            ("a/own/z", "z."),
            ("a/zones/x", "x."),
            ("b/common/y", "y."),
            ("b/zones/x", "x."),
            ("w", "w."),
        ];
        expect(
            &views_of(&zones, &[]),
            &[
                ("a/common/y", "a/common/y a/own/z a/zones/x w"),
                ("b/common/y", "b/common/y b/zones/x w"),
            ],
        );
    }

    #[test]
    fn settings_of_the_server_tell_more_than_folders() {
        let zones = [
            ("z/x.in", "x."),
            ("z/x.out", "x."),
            ("z/y", "y."),
            ("z/z", "z."),
        ];
        let stated: [(&str, &[&str]); 4] = [
            ("z/x.in", &["in"]),
            ("z/x.out", &["out"]),
            ("z/y", &["in"]),
            ("z/z", &["in", "out"]),
        ];
        expect(
            &views_of(&zones, &stated),
            &[("z/x.in", "z/x.in z/y z/z"), ("z/x.out", "z/x.out z/z")],
        );
    }
}
