//! Which handsets come to the same.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::{Entry, Group, Reading, Role, What, content};
use crate::phone::Configuration;
use crate::source::{SourceId, Span};

/// What two readings must have in common at one place to be the same.
#[derive(PartialEq, Eq, Hash)]
enum Mark<'a> {
    /// The same file.
    Shared(SourceId),
    /// Files of one handset each, of the same content.
    Own(&'a str),
    /// No file, named at the same place of a shared list.
    None(&'a What, Option<Span>),
}

/// A group of one file that no master file is known for.
pub(super) fn lone(file: &Configuration) -> Group {
    Group {
        reading: Reading {
            mac: file.mac,
            entries: vec![Entry {
                role: Role::Lone,
                named_at: None,
                what: What::File(file.source),
            }],
        },
        twins: Vec::new(),
        handsets: file.handsets(),
    }
}

/// Brings readings together that come to the same. The first of each group stands for it.
pub(super) fn group(readings: Vec<Reading>, files: &[Configuration]) -> Vec<Group> {
    let mut readers: HashMap<SourceId, usize> = HashMap::new();
    for reading in &readings {
        let distinct: HashSet<_> = reading.files().collect();
        for source in distinct {
            *readers.entry(source).or_default() += 1;
        }
    }
    let own: HashMap<SourceId, String> = files
        .par_iter()
        .filter(|file| readers.get(&file.source) == Some(&1))
        .map(|file| (file.source, content::of(file)))
        .collect();
    let mut by_marks = HashMap::new();
    let group_of: Vec<usize> = readings
        .iter()
        .map(|reading| {
            let marks = marks(reading, &own);
            let next = by_marks.len();
            *by_marks.entry(marks).or_insert(next)
        })
        .collect();
    drop(by_marks);
    let mut groups: Vec<Group> = Vec::new();
    for (reading, at) in readings.into_iter().zip(group_of) {
        let mac = reading.mac;
        match groups.get_mut(at) {
            Some(group) => {
                group.handsets.extend(mac);
                group.twins.push(reading);
            }
            // Groups are numbered in the order in which they are met.
            None => groups.push(Group {
                reading,
                twins: Vec::new(),
                handsets: BTreeSet::from_iter(mac),
            }),
        }
    }
    groups
}

fn marks<'a>(reading: &'a Reading, own: &'a HashMap<SourceId, String>) -> Vec<(Role, Mark<'a>)> {
    let entries = reading.entries.iter();
    entries
        .map(|entry| {
            let mark = match &entry.what {
                What::File(source) => match own.get(source) {
                    Some(content) => Mark::Own(content),
                    None => Mark::Shared(*source),
                },
                what => {
                    let list = entry
                        .named_at
                        .filter(|span| !own.contains_key(&span.source));
                    Mark::None(what, list)
                }
            };
            (entry.role, mark)
        })
        .collect()
}
