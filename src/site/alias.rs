//! Where the aliases of a view lead.

use std::collections::HashMap;

use super::View;
use crate::dns::{Data, Name, Record};

/// The CNAME records of a view as chains. Of several at one owner the first counts: only
/// one can be there (RFC 2181 10.1).
pub struct Aliases<'v> {
    /// In the order of their places.
    records: Vec<&'v Record>,
    /// For each record, the alias its target is, if it is one.
    next: Vec<Option<usize>>,
}

/// How far a record has been followed.
#[derive(Clone, Copy, PartialEq)]
enum Followed {
    Not,
    /// On the path that is being followed.
    Now,
    /// To its end, over this many aliases, itself included; `None` where there is no end.
    Through(Option<usize>),
}

impl<'v> Aliases<'v> {
    /// The aliases of `view` that lead to aliases, and those they lead to.
    pub fn of(view: &'v View) -> Self {
        let sets = view.chained_aliases();
        let records: Vec<_> = sets.iter().map(|set| &set.records[0]).collect();
        let mut by_owner = HashMap::with_capacity(records.len());
        for (index, record) in records.iter().enumerate() {
            by_owner.entry(&record.owner.name).or_insert(index);
        }
        let next = records
            .iter()
            .map(|record| by_owner.get(target(record)?).copied())
            .collect();
        Self { records, next }
    }

    /// The loops, each from its first record in the order of places.
    pub fn loops(&self) -> Vec<Vec<&'v Record>> {
        let mut walk_of = vec![None; self.records.len()];
        let mut loops = Vec::new();
        for walk in 0..self.records.len() {
            let mut at = Some(walk);
            while let Some(index) = at.filter(|index| walk_of[*index].is_none()) {
                walk_of[index] = Some(walk);
                at = self.next[index];
            }
            // A walk that runs into itself has found a loop, perhaps behind a tail.
            let Some(entry) = at.filter(|index| walk_of[*index] == Some(walk)) else {
                continue;
            };
            let around = std::iter::successors(self.next[entry], |at| self.next[*at]);
            let mut members = vec![entry];
            members.extend(around.take_while(|index| *index != entry));
            let first = (0..members.len()).min_by_key(|place| members[*place]);
            members.rotate_left(first.unwrap_or(0));
            loops.push(members);
        }
        loops.sort_unstable();
        let records = |members: Vec<usize>| members.iter().map(|i| self.records[*i]).collect();
        loops.into_iter().map(records).collect()
    }

    /// The chains of more than `limit` aliases that end, each from the alias that no other
    /// leads to.
    pub fn chains_over(&self, limit: usize) -> Vec<Vec<&'v Record>> {
        let mut is_led_to = vec![false; self.records.len()];
        for next in self.next.iter().flatten() {
            is_led_to[*next] = true;
        }
        let lengths = self.lengths();
        let heads = (0..self.records.len()).filter(|index| !is_led_to[*index]);
        heads
            .filter(|head| lengths[*head].is_some_and(|length| length > limit))
            .map(|head| {
                let chain = std::iter::successors(Some(head), |at| self.next[*at]);
                // One more than the limit shows the point; a chain may be very long.
                chain
                    .take(limit + 1)
                    .map(|index| self.records[index])
                    .collect()
            })
            .collect()
    }

    /// For each record the aliases from it to the end; `None` where there is no end.
    fn lengths(&self) -> Vec<Option<usize>> {
        let mut followed = vec![Followed::Not; self.records.len()];
        for start in 0..self.records.len() {
            let mut path = Vec::new();
            let mut at = Some(start);
            let mut length = loop {
                match at.map(|index| (index, followed[index])) {
                    None => break Some(0),
                    Some((index, Followed::Not)) => {
                        followed[index] = Followed::Now;
                        path.push(index);
                        at = self.next[index];
                    }
                    Some((_, Followed::Now)) => break None,
                    Some((_, Followed::Through(length))) => break length,
                }
            };
            for index in path.into_iter().rev() {
                length = length.map(|length| length + 1);
                followed[index] = Followed::Through(length);
            }
        }
        followed
            .into_iter()
            .map(|state| match state {
                Followed::Through(length) => length,
                Followed::Not | Followed::Now => None,
            })
            .collect()
    }
}

fn target(record: &Record) -> Option<&Name> {
    match &record.data {
        Data::Cname(target) => Some(&target.name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::zone::by_hand::zone;

    fn view(records: &[(&str, &str)]) -> View {
        View::of_zones([Arc::new(zone("x.", records))])
    }

    fn owners(chain: &[&Record]) -> String {
        let names = chain.iter().map(|record| record.owner.name.to_string());
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_loop_is_found_once_whatever_leads_into_it() {
        let view = view(&[
            ("tail", "CNAME in"),
            ("in", "CNAME b"),
            ("a", "CNAME b"),
            ("b", "CNAME a"),
            ("self", "CNAME self"),
            ("other", "CNAME a"),
            ("fine", "CNAME host"),
        ]);
        let loops: Vec<_> = Aliases::of(&view)
            .loops()
            .iter()
            .map(|l| owners(l))
            .collect();
        assert_eq!(loops, ["a.x. b.x.", "self.x."]);
    }

    #[test]
    fn a_chain_is_counted_from_the_alias_that_none_leads_to() {
        let view = view(&[
            ("c", "CNAME host"),
            ("b", "CNAME c"),
            ("a", "CNAME b"),
            ("l", "CNAME l"),
            ("m", "CNAME l"),
        ]);
        let aliases = Aliases::of(&view);
        let over = |limit| aliases.chains_over(limit);
        assert_eq!(
            over(2).iter().map(|c| owners(c)).collect::<Vec<_>>(),
            ["a.x. b.x. c.x."]
        );
        assert!(over(3).is_empty());
    }

    #[test]
    fn a_long_chain_takes_no_recursion_and_no_square_of_time() {
        let names: Vec<_> = (0..=50_000).map(|n| format!("n{n}")).collect();
        let targets: Vec<_> = (1..=50_000).map(|n| format!("CNAME n{n}")).collect();
        let records: Vec<_> = (0..50_000)
            .map(|n| (names[n].as_str(), targets[n].as_str()))
            .collect();
        let view = view(&records);
        let aliases = Aliases::of(&view);
        assert_eq!(aliases.chains_over(49_999).len(), 1);
        assert_eq!(aliases.chains_over(8)[0].len(), 9);
        assert!(aliases.loops().is_empty());
    }
}
