//! Several zones, found by the names they hold.

use std::ops::Deref;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::Zone;
use crate::dns::{Data, Name, RecordType, RrSet};

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

    /// The zones with the closest apex at or above `name`: one, or several excerpts.
    pub fn closest(&self, name: &Name) -> impl Iterator<Item = &Zone> {
        let mut enclosing = self.enclosing(name);
        let first = enclosing.next();
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
