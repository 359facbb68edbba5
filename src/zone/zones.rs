//! Several zones, found by the names they hold.

use std::ops::Deref;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::Zone;
use crate::dns::{Data, Name, RecordType, RrSet};
use crate::source::Span;

/// Zones of which no two have the same apex, but for excerpts of one zone.
#[derive(Debug, Clone, Default)]
pub struct Zones {
    list: Vec<Arc<Zone>>,
    /// Where in the list the zones of an apex are: one, or several excerpts.
    by_apex: HashMap<Name, Vec<usize>>,
    /// Where in the list the zones are whose apex has one label more than this name.
    by_parent: HashMap<Name, Vec<usize>>,
    /// The numbers of labels that apexes have, the highest first: thousands of zones have
    /// only a few.
    depths: Vec<usize>,
    /// Zones that the same servers have and that were not given, with where that is said.
    lacking: HashMap<Name, Span>,
}

impl Zones {
    /// The zones with an apex at or above `name`, the closest first.
    pub fn enclosing(&self, name: &Name) -> impl Iterator<Item = &Zone> {
        // One zone alone, as there is mostly, is not looked for.
        let (only, depths) = match &self.list[..] {
            [only] => (Some(&**only), &[][..]),
            _ => (None, &self.depths[..]),
        };
        let only = only.filter(|only| only.apex.zone_of(name));
        let labels = name.iter().len();
        let depths = depths.iter().filter(move |depth| **depth <= labels);
        let several = depths.flat_map(|depth| self.at(&name.trim_to(*depth)));
        only.into_iter().chain(several)
    }

    /// Notes zones that the same servers have, as far as they were not given.
    pub fn lack(&mut self, zones: &std::collections::HashMap<Name, Span>) {
        let lacking = zones
            .iter()
            .filter(|(apex, _)| !self.by_apex.contains_key(*apex));
        let lacking = lacking.map(|(apex, span)| (apex.clone(), *span));
        self.lacking = lacking.collect();
    }

    /// The zone that is not given and answers for `name`: none given is closer.
    pub fn lacking(&self, name: &Name) -> Option<(&Name, Span)> {
        if self.lacking.is_empty() {
            return None;
        }
        let given = self.enclosing(name).next();
        let lowest = given.map_or(0, |zone| zone.apex.iter().len() + 1);
        let mut above = (lowest..=name.iter().len()).rev();
        above.find_map(|labels| {
            let (apex, span) = self.lacking.get_key_value(&name.trim_to(labels))?;
            Some((apex, *span))
        })
    }

    /// Every zone that is not given.
    pub fn all_lacking(&self) -> impl Iterator<Item = &Name> {
        self.lacking.keys()
    }

    /// The zones with the closest apex at or above `name`: one, or several excerpts; none where
    /// that of a zone which is not given is closer.
    pub fn closest(&self, name: &Name) -> impl Iterator<Item = &Zone> {
        let mut enclosing = self.enclosing(name);
        let first = enclosing.next().filter(|_| self.lacking(name).is_none());
        let others =
            enclosing.take_while(move |zone| first.is_some_and(|one| one.apex == zone.apex));
        first.into_iter().chain(others)
    }

    /// The zones with an apex one label below `name`.
    pub fn one_below(&self, name: &Name) -> impl Iterator<Item = &Zone> {
        let indexes = self.by_parent.get(name).into_iter().flatten();
        indexes.map(|index| &*self.list[*index])
    }

    /// The aliases that lead to aliases, and those they lead to; a few more may be among them.
    pub fn chained_aliases(&self) -> Vec<&RrSet> {
        let numbers = self.iter().flat_map(|zone| zone.contents.alias_numbers());
        // A set that knows how many there will be is not made larger again and again.
        let numbers: Vec<u64> = numbers.collect();
        let aliases: HashSet<u64> = numbers.into_iter().collect();
        let leading = self
            .iter()
            .flat_map(|zone| zone.contents.aliases_to(&aliases));
        let mut sets: Vec<&RrSet> = leading.collect();
        let led_to = sets
            .iter()
            .flat_map(|set| set.records.iter())
            .filter_map(|alias| {
                let Data::Cname(target) = &alias.data else {
                    return None;
                };
                let mut zones = self.enclosing(&target.name);
                zones.find_map(|zone| zone.contents.set(&target.name, RecordType::CNAME))
            });
        let led_to: Vec<_> = led_to.collect();
        sets.extend(led_to);
        sets.sort_by(|one, two| one.by_place(two));
        sets.dedup_by(|one, two| std::ptr::eq(*one, *two));
        sets
    }

    /// The zones with that apex: one, or several excerpts.
    pub fn at<'z>(&'z self, apex: &Name) -> impl Iterator<Item = &'z Zone> + use<'z> {
        let indexes = self.by_apex.get(apex).into_iter().flatten();
        indexes.map(|index| &*self.list[*index])
    }
}

impl FromIterator<Arc<Zone>> for Zones {
    fn from_iter<I: IntoIterator<Item = Arc<Zone>>>(zones: I) -> Self {
        let list: Vec<_> = zones.into_iter().collect();
        let mut by_apex: HashMap<_, Vec<_>> = HashMap::new();
        let mut by_parent: HashMap<_, Vec<_>> = HashMap::new();
        for (index, zone) in list.iter().enumerate() {
            by_apex.entry(zone.apex.clone()).or_default().push(index);
            let children = by_parent.entry(zone.apex.base_name());
            children.or_default().push(index);
        }
        let mut depths: Vec<_> = list.iter().map(|zone| zone.apex.iter().len()).collect();
        depths.sort_unstable_by(|one, two| two.cmp(one));
        depths.dedup();
        Self {
            list,
            by_apex,
            by_parent,
            depths,
            lacking: HashMap::new(),
        }
    }
}

impl Deref for Zones {
    type Target = [Arc<Zone>];

    fn deref(&self) -> &Self::Target {
        &self.list
    }
}

impl<'z> IntoIterator for &'z Zones {
    type Item = &'z Arc<Zone>;
    type IntoIter = std::slice::Iter<'z, Arc<Zone>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::by_hand::{name, zone};

    #[test]
    fn the_zones_above_a_name_come_closest_first() {
        let apexes = ["lab.", "a.lab.", "c.a.lab.", "b.lab.", "other."];
        let zones: Zones = apexes
            .map(|apex| Arc::new(zone(apex, &[])))
            .into_iter()
            .collect();
        for (asked, expected) in [
            ("x.C.A.Lab.", "c.a.lab. a.lab. lab."),
            ("a.lab.", "a.lab. lab."),
            ("x.b.lab.", "b.lab. lab."),
            ("lab.", "lab."),
            ("xlab.", ""),
            (".", ""),
        ] {
            let found: Vec<_> = zones
                .enclosing(&name(asked))
                .map(|zone| zone.apex.to_string())
                .collect();
            assert_eq!(found.join(" "), expected, "{asked}");
        }
    }

    #[test]
    fn the_zones_one_below_a_name_are_its_children() {
        let apexes = ["a.lab.", "c.a.lab.", "b.lab."];
        let zones: Zones = apexes
            .map(|apex| Arc::new(zone(apex, &[])))
            .into_iter()
            .collect();
        let lab = name("Lab.");
        let children = zones.one_below(&lab);
        let children: Vec<_> = children.map(|zone| zone.apex.to_string()).collect();
        assert_eq!(children, ["a.lab.", "b.lab."]);
        assert_eq!(zones.one_below(&name("b.lab.")).count(), 0);
    }

    #[test]
    fn the_root_is_above_every_name() {
        let zones: Zones = [Arc::new(zone(".", &[]))].into_iter().collect();
        assert_eq!(zones.enclosing(&name("a.b.")).count(), 1);
        assert_eq!(zones.at(&Name::root()).count(), 1);
    }
}
