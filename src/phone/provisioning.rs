//! A provisioning folder as its handsets read it: which files each of them takes its settings
//! from, in which order, and which handsets come to the same.
//!
//! A handset asks for `<MAC>.cfg`, then for `000000000000.cfg` (SIP 3.1 guide, p. 156). The
//! `CONFIG_FILES` of that master file are read from left to right, and of a parameter the
//! first occurrence counts (SIP guide of 2005, p. 20). Files are shared: ten thousand handsets
//! with one site file are few [`Group`]s, and rules and simulation look at groups only.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Configuration, Settings};
use crate::handset::Mac;
use crate::source::{SourceId, Span};

mod assemble;
mod content;
mod folder;
mod group;
mod list;
mod role;

pub use assemble::{Assembled, Options, assemble};
pub use folder::{Folder, Opened, Shelf, place};
pub use list::{LIST, TAG, TAGS_OF_MODEL, with_commas, without_mac};
pub use role::{
    around_mac, copy_of, is_handset_file, is_of_other_maker, name_in_list, named_after, split,
};

/// Which place a file has among those that a handset reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// `<MAC>-phone.cfg`: what was set at the handset itself.
    PhoneOverride,
    /// `<MAC>-web.cfg`: what was set in the handset's web pages.
    WebOverride,
    /// `<MAC>-system.cfg`: what a telephone system set.
    SystemOverride,
    /// The master file; it may hold parameters too.
    Master,
    /// Named by `CONFIG_FILES`.
    Listed,
    /// A configuration that no master file is known for.
    Lone,
}

impl Role {
    /// It beats what the provisioning server says.
    pub fn is_override(self) -> bool {
        matches!(
            self,
            Self::PhoneOverride | Self::WebOverride | Self::SystemOverride
        )
    }
}

/// What stands at one place of a handset's list of files.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// A file that was read.
    File(SourceId),
    /// There is no such file; one whose name differs in its case only, where there is one.
    Missing(Option<SourceId>),
    /// A URL: it is not fetched.
    Url,
    /// It leads out of the folder.
    Outside,
    /// It is there and cannot be read: why.
    Unreadable(String),
    /// It stands behind the part of `CONFIG_FILES` that handsets read.
    Beyond,
}

/// One place of a handset's list of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which place it is.
    pub role: Role,
    /// Where `CONFIG_FILES` names it.
    pub named_at: Option<Span>,
    /// What stands there.
    pub what: What,
}

/// One handset and what it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// `None` for a handset that is not known: one that reads a default master file.
    pub mac: Option<Mac>,
    /// The file that counts most first.
    pub entries: Vec<Entry>,
}

impl Reading {
    /// The files that are there, the one that counts most first.
    pub fn files(&self) -> impl Iterator<Item = SourceId> {
        self.entries.iter().filter_map(|entry| match entry.what {
            What::File(source) => Some(source),
            _ => None,
        })
    }

    /// The file that a handset asks for first; the file itself for one that stands alone.
    pub fn master(&self) -> Option<SourceId> {
        let own = |entry: &&Entry| matches!(entry.role, Role::Master | Role::Lone);
        self.entries
            .iter()
            .find(own)
            .and_then(|entry| match entry.what {
                What::File(source) => Some(source),
                _ => None,
            })
    }
}

/// Handsets that read the same, but for what makes them different telephones: user, password,
/// display name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The first of them, which stands for all.
    pub reading: Reading,
    /// The others: at each place of their list either the same file or one of the same
    /// content.
    pub twins: Vec<Reading>,
    /// All of them, as far as they are known.
    pub handsets: BTreeSet<Mac>,
}

impl Group {
    /// Nothing is left out: the handset is known, so that its own files are, and each name of
    /// its list led to a file.
    fn is_whole(&self) -> bool {
        let mut entries = self.reading.entries.iter();
        self.reading.mac.is_some() && entries.all(|entry| matches!(entry.what, What::File(_)))
    }

    /// A file that no master file is known for.
    pub fn is_lone(&self) -> bool {
        self.reading
            .entries
            .iter()
            .any(|entry| entry.role == Role::Lone)
    }
}

/// Two files of which a handset asks for one: their names differ in case only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rivals {
    /// The handset.
    pub mac: Mac,
    /// The file that is taken here.
    pub taken: SourceId,
    /// The other one.
    pub other: SourceId,
}

/// Who reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reader {
    group: usize,
    /// One handset of the group, for a file that is not the one that stands for the group.
    twin: Option<usize>,
}

/// All handset configurations of a run, as handsets read them.
#[derive(Debug, Default)]
pub struct Provisioning {
    /// The only handset that is looked at, where one was asked about.
    pub asked_about: Option<Mac>,
    /// In the order of the names of their master files.
    pub groups: Vec<Group>,
    /// Handsets with two files of their own.
    pub rivals: Vec<Rivals>,
    /// Lists of files for one model only, that were not read: where they stand.
    pub other_models: Vec<Span>,
    /// Folders below the handsets' own that are for no others: copies and forms.
    pub copies: BTreeSet<String>,
    index: HashMap<SourceId, usize>,
    read_by: HashMap<SourceId, Vec<Reader>>,
    /// Files that count for handsets that were not asked about, or for none.
    left_out: HashSet<SourceId>,
}

impl Provisioning {
    /// Configurations of which nobody knows who reads them.
    pub fn lone(configurations: &[Configuration]) -> Self {
        let groups = configurations.iter().map(group::lone).collect();
        Self::of_groups(groups, configurations)
    }

    fn of_groups(groups: Vec<Group>, configurations: &[Configuration]) -> Self {
        let mut read_by: HashMap<SourceId, Vec<Reader>> = HashMap::new();
        for (index, group) in groups.iter().enumerate() {
            for source in group.reading.files() {
                let readers = read_by.entry(source).or_default();
                let reader = Reader {
                    group: index,
                    twin: None,
                };
                // A list may name a file twice.
                if readers.last() != Some(&reader) {
                    readers.push(reader);
                }
            }
            for (twin, reading) in group.twins.iter().enumerate() {
                let own = reading.entries.iter().zip(&group.reading.entries);
                for (entry, first) in own.filter(|(entry, first)| entry.what != first.what) {
                    let (What::File(source), true) = (&entry.what, entry.role == first.role) else {
                        continue;
                    };
                    read_by.entry(*source).or_default().push(Reader {
                        group: index,
                        twin: Some(twin),
                    });
                }
            }
        }
        let index = configurations.iter().enumerate();
        Self {
            groups,
            read_by,
            index: index.map(|(at, file)| (file.source, at)).collect(),
            ..Self::default()
        }
    }

    /// The handset that was asked about, where no file is its.
    pub fn without_files(&self) -> Option<Mac> {
        self.asked_about.filter(|_| self.groups.is_empty())
    }

    /// The file of a source.
    pub fn configuration<'c>(
        &self,
        configurations: &'c [Configuration],
        source: SourceId,
    ) -> Option<&'c Configuration> {
        configurations.get(*self.index.get(&source)?)
    }

    /// What the handsets of a group read.
    pub fn settings<'c>(
        &'c self,
        configurations: &'c [Configuration],
        group: &'c Group,
    ) -> Settings<'c> {
        let file = |source| self.configuration(configurations, source);
        match group.reading.files().next() {
            Some(source) if group.is_lone() => file(source).map(Settings::of_file),
            _ => None,
        }
        .unwrap_or_else(|| {
            let files = group.reading.files().filter_map(file);
            let is_whole = group.is_whole() && !self.has_other_lists(group);
            Settings::of_handsets(files, &group.handsets, is_whole)
        })
    }

    /// A file of the group has lists of files for models, and no model was said: handsets may
    /// read another list than was read here.
    fn has_other_lists(&self, group: &Group) -> bool {
        let lists = self.other_models.iter().map(|list| list.source);
        lists
            .into_iter()
            .any(|list| group.reading.files().any(|file| file == list))
    }

    /// What rules about one file are to look at: not a file that another one of the same
    /// content stands for.
    pub fn stands_for_itself(&self, source: SourceId) -> bool {
        let is_first = |reader: &Reader| reader.twin.is_none();
        !self.left_out.contains(&source)
            && self
                .read_by
                .get(&source)
                .is_none_or(|readers| readers.iter().any(is_first))
    }

    /// A file (a path with `/`) lies in a folder that is a copy.
    pub fn is_copied(&self, path: &str) -> bool {
        role::is_below(path, &self.copies)
    }

    /// No handset reads it, though it lies in a folder whose master files say what is read.
    pub fn is_unread(&self, source: SourceId) -> bool {
        self.index.contains_key(&source)
            && !self.read_by.contains_key(&source)
            && !self.left_out.contains(&source)
    }

    /// The handsets for which the text at `span` counts: all that read the file, but those
    /// for which another file has set the parameter first. `None` where there are none: what
    /// stands there has no effect.
    pub fn inheriting(
        &self,
        configurations: &[Configuration],
        span: Span,
    ) -> Option<BTreeSet<Mac>> {
        let readers = self.read_by.get(&span.source)?;
        let file = self.configuration(configurations, span.source)?;
        let name = file.parameter_at(span).map(|one| one.name.value.as_str());
        let counts = |group: &Group| {
            let files = group.reading.files();
            let before = files.take_while(|source| *source != span.source);
            let mut before = before.filter_map(|one| self.configuration(configurations, one));
            name.is_none_or(|name| before.all(|file| file.get(name).is_none()))
        };
        let mut inheriting = None::<BTreeSet<Mac>>;
        for reader in readers {
            let group = &self.groups[reader.group];
            if counts(group) {
                let handsets = inheriting.get_or_insert_default();
                match reader.twin {
                    None => handsets.extend(&group.handsets),
                    Some(twin) => handsets.extend(group.twins[twin].mac),
                }
            }
        }
        inheriting
    }

    /// The handsets that read a file, whatever it counts for them. `None` where there are
    /// none, known or not.
    pub fn reading(&self, source: SourceId) -> Option<BTreeSet<Mac>> {
        let readers = self.read_by.get(&source)?;
        let mut reading = BTreeSet::new();
        for reader in readers {
            let group = &self.groups[reader.group];
            match reader.twin {
                Some(twin) => reading.extend(group.twins[twin].mac),
                None if group
                    .twins
                    .iter()
                    .all(|twin| twin.files().any(|one| one == source)) =>
                {
                    reading.extend(&group.handsets);
                }
                None => reading.extend(group.reading.mac),
            }
        }
        Some(reading)
    }

    /// The groups whose handsets read a file, whatever it counts for them.
    pub fn groups_of(&self, source: SourceId) -> impl Iterator<Item = usize> {
        let readers = self.read_by.get(&source).into_iter().flatten();
        readers.map(|reader| reader.group)
    }

    /// Files of the same content as `source`, which stands for them, each of another handset.
    pub fn twins_of(&self, source: SourceId) -> Vec<SourceId> {
        let readers = self.read_by.get(&source).into_iter().flatten();
        readers
            .filter(|reader| reader.twin.is_none())
            .flat_map(|reader| {
                let group = &self.groups[reader.group];
                let entries = &group.reading.entries;
                let at = entries
                    .iter()
                    .position(|entry| entry.what == What::File(source));
                let twins = group.twins.iter();
                twins.filter_map(move |twin| match twin.entries.get(at?)?.what {
                    What::File(other) if other != source => Some(other),
                    _ => None,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
