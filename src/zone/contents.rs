//! What a zone holds: the RRsets a handset can ask for, and which names exist.

use hashbrown::HashMap;

use crate::dns::{Name, Record, RecordType, RrSet};
use crate::source::Span;

/// A zone's records by owner. Record types that no lookup of a handset can meet are only
/// noted: that the owner exists, and where the first of them stands.
#[derive(Debug, Default)]
pub struct Contents {
    nodes: HashMap<Name, Node>,
}

/// The records of one owner.
#[derive(Debug, Default)]
struct Node {
    sets: Vec<RrSet>,
    other: Option<(RecordType, Span)>,
}

impl Contents {
    /// Adds a record; one that is there already, data and all, is not added again.
    pub fn insert(&mut self, record: Record) {
        let node = self.nodes.entry(record.owner.name.clone()).or_default();
        let record_type = record.record_type();
        match node
            .sets
            .iter_mut()
            .find(|set| set.record_type == record_type)
        {
            Some(set) => set.records.push(record),
            None => node.sets.push(RrSet {
                owner: record.owner.name.clone(),
                record_type,
                records: vec![record],
            }),
        }
    }

    /// Notes a record of a type that is not kept.
    pub fn note_other(&mut self, owner: &Name, record_type: RecordType, span: Span) {
        let node = self.nodes.entry(owner.clone()).or_default();
        node.other.get_or_insert((record_type, span));
    }

    /// The RRset of exactly that owner and type.
    pub fn set(&self, owner: &Name, record_type: RecordType) -> Option<&RrSet> {
        self.sets_at(owner)
            .iter()
            .find(|set| set.record_type == record_type)
    }

    /// All RRsets kept of an owner.
    pub fn sets_at(&self, owner: &Name) -> &[RrSet] {
        self.nodes.get(owner).map_or(&[], |node| &node.sets)
    }

    /// The first record of an owner whose type is not kept.
    pub fn other_at(&self, owner: &Name) -> Option<(RecordType, Span)> {
        self.nodes.get(owner).and_then(|node| node.other)
    }

    /// All RRsets of a type, in the order of their first records' places.
    pub fn sets(&self, record_type: RecordType) -> Vec<&RrSet> {
        let mut sets: Vec<_> = self
            .nodes
            .values()
            .flat_map(|node| &node.sets)
            .filter(|set| set.record_type == record_type)
            .collect();
        sets.sort_by_key(|set| set.records[0].span);
        sets
    }
}
