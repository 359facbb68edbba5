//! From files to handsets: who reads what, and who reads the same.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::group::{group, lone};
use super::list::{self, Named, with_commas};
use super::role::{ByName, by_name, copy_of, is_below, named_after, split, with_parents};
use super::{Entry, Folder, Group, Opened, Provisioning, Reading, Rivals, Role, What};
use crate::handset::Mac;
use crate::phone::Configuration;
use crate::source::{SourceId, Sources, Span};

mod copies;

/// What is known of the handsets beside the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Look at this handset only.
    pub handset: Option<Mac>,
    /// The model, as attributes end that are for one model only: `SPIP670`.
    pub model: Option<String>,
}

/// Configurations, and how handsets read them.
#[derive(Debug, Default)]
pub struct Assembled {
    /// All files, in order of path: those given, and those that master files named.
    pub configurations: Vec<Configuration>,
    /// Who reads them.
    pub provisioning: Provisioning,
}

/// Finds out what handsets read. Files that master files name and that were not given are
/// taken from `folder`.
pub fn assemble(
    configurations: Vec<Configuration>,
    sources: &Sources,
    folder: &mut dyn Folder,
    options: &Options,
) -> Assembled {
    let mut assembly = Assembly {
        files: Vec::new(),
        index: HashMap::new(),
        names: Vec::new(),
        sources,
        folder,
        options,
        lists: HashMap::new(),
        constant: HashMap::new(),
        overrides: HashMap::new(),
        readings: Vec::new(),
        read: HashSet::new(),
        provisioned: HashSet::new(),
        rivals: Vec::new(),
        copies: BTreeSet::new(),
    };
    for file in configurations {
        assembly.add(file);
    }
    assembly.run()
}

/// The files of one folder that handsets may ask for first.
#[derive(Default)]
struct Boot {
    own: BTreeMap<Mac, SourceId>,
    default: Option<SourceId>,
    /// Master files of other names, which a handset may be told to ask for.
    named: Vec<SourceId>,
    /// Files beside the default master file that are named after handsets: each has a line or a
    /// server, and is read if that file names it.
    of_handsets: Vec<(Mac, SourceId)>,
}

/// Override files by folder and handset, the one that counts most first.
type Overrides<'a> = HashMap<(&'a str, Mac), BTreeMap<Role, SourceId>>;

struct Assembly<'a> {
    files: Vec<Configuration>,
    index: HashMap<SourceId, usize>,
    /// The names of all texts that were given, in order.
    names: Vec<&'a str>,
    sources: &'a Sources,
    folder: &'a mut dyn Folder,
    options: &'a Options,
    /// The list of each master file.
    lists: HashMap<SourceId, Arc<[Named]>>,
    /// What the names of a master file lead to that are the same for every handset.
    constant: HashMap<Span, Vec<Entry>>,
    overrides: Overrides<'a>,
    readings: Vec<Reading>,
    /// Every file of the readings.
    read: HashSet<SourceId>,
    /// Folder and handset of each reading.
    provisioned: HashSet<(&'a str, Mac)>,
    rivals: Vec<Rivals>,
    /// Folders that were copied, or made to be copied.
    copies: BTreeSet<String>,
}

impl<'a> Assembly<'a> {
    fn add(&mut self, file: Configuration) {
        self.index.insert(file.source, self.files.len());
        self.files.push(file);
    }

    fn name(&self, source: SourceId) -> &'a str {
        &self.sources.get(source).name
    }

    fn folder_of(&self, source: SourceId) -> &'a str {
        split(self.name(source)).0
    }

    fn file(&self, source: SourceId) -> &Configuration {
        &self.files[self.index[&source]]
    }

    /// Tells the files apart by their names: those of each folder that are asked for first.
    fn sort(&mut self) -> BTreeMap<&'a str, Boot> {
        let mut boots: BTreeMap<&str, Boot> = BTreeMap::new();
        for file in &self.files {
            let (folder, name) = split(&self.sources.get(file.source).name);
            match by_name(name) {
                ByName::Own(mac) => {
                    let own = &mut boots.entry(folder).or_default().own;
                    let Some(other) = own.insert(mac, file.source) else {
                        continue;
                    };
                    // Lower case is what handsets write themselves.
                    let (taken, other) = if name == name.to_ascii_lowercase() {
                        (file.source, other)
                    } else {
                        (other, file.source)
                    };
                    own.insert(mac, taken);
                    self.rivals.push(Rivals { mac, taken, other });
                }
                ByName::Default => {
                    let boot = boots.entry(folder).or_default();
                    boot.default = Some(file.source);
                }
                ByName::Override(mac, role) => {
                    let of_handset = self.overrides.entry((folder, mac)).or_default();
                    of_handset.insert(role, file.source);
                }
                ByName::Other => {
                    let mut lists = list::parameters(file, self.options.model.as_deref());
                    if lists.next().is_some() {
                        let boot = boots.entry(folder).or_default();
                        boot.named.push(file.source);
                    }
                }
            }
        }
        // Whether the original of a copy is there is known once all are sorted.
        let copies: HashSet<_> = boots
            .values()
            .flat_map(|boot| boot.named.iter().copied())
            .filter(|named| self.is_copy(self.file(*named), &boots))
            .collect();
        for boot in boots.values_mut() {
            boot.named.retain(|named| !copies.contains(named));
        }
        self.sort_parts(&mut boots);
        // One that is empty, or that nobody can read, is a handset's all the same.
        let names = self.sources.iter().map(|(_, source)| source.name.as_str());
        self.names = names.collect();
        self.names.sort_unstable();
        boots
    }

    /// Finds the files that are named after handsets, for the default master file beside them.
    fn sort_parts(&self, boots: &mut BTreeMap<&'a str, Boot>) {
        for file in &self.files {
            let (folder, name) = split(self.name(file.source));
            let Some(mac) = named_after(name).filter(|_| by_name(name) == ByName::Other) else {
                continue;
            };
            let settings = file.settings();
            if let Some(boot) = boots.get_mut(folder).filter(|boot| boot.default.is_some())
                && (settings.lines().next().is_some() || !settings.servers().is_empty())
            {
                boot.of_handsets.push((mac, file.source));
            }
        }
    }

    fn run(mut self) -> Assembled {
        let mut boots = self.sort();
        self.pass_over_copies(&mut boots);
        // What a default master file names in another folder is no handset's own file there.
        let mut parts = HashSet::new();
        for (folder, boot) in &boots {
            let Some(default) = boot.default else {
                continue;
            };
            let macs = self.handsets_of(default, folder, boot);
            let from = self.readings.len();
            self.read(macs, default);
            let parts_of = self.readings[from..].iter().flat_map(Reading::files);
            parts.extend(parts_of.filter(|source| self.folder_of(*source) != *folder));
        }
        for boot in boots.values() {
            for (mac, own) in &boot.own {
                if !parts.contains(own) && self.is_asked_about(*mac) {
                    self.read([*mac].into(), *own);
                }
            }
        }
        for (folder, boot) in &boots {
            for master in &boot.named {
                if !self.read.contains(master) {
                    let macs = self.handsets_of(*master, folder, boot);
                    self.read(macs, *master);
                }
            }
        }
        self.finish(&boots)
    }

    fn is_asked_about(&self, mac: Mac) -> bool {
        self.options.handset.is_none_or(|one| one == mac)
    }

    /// The handsets that a default master file is for, as far as the names of files tell them.
    fn named_for(&mut self, master: SourceId, folder: &str, boot: &Boot) -> BTreeSet<Mac> {
        let mut macs = BTreeSet::new();
        for named in self.list(master).iter() {
            let Some((before, behind)) = named.around_mac() else {
                continue;
            };
            let before = before.replace('\\', "/");
            let mut before = before.trim_start_matches("./").to_owned();
            if !folder.is_empty() {
                before = format!("{folder}/{before}");
            }
            // Files are in the order of their names.
            let from = self.names.partition_point(|name| *name < before.as_str());
            let below = self.names[from..].iter();
            let below = below.map_while(|name| name.strip_prefix(before.as_str()));
            macs.extend(below.filter_map(|rest| {
                let (mac, rest) = rest.split_at_checked(Mac::LETTERS)?;
                (rest == behind).then(|| Mac::of_letters(mac)).flatten()
            }));
        }
        // Where the list fits no handset, it may be the same for all, or name their files otherwise
        // than they are called. One file that it does not fit is left over.
        if macs.is_empty() {
            let list = self.list(master);
            let parts = boot.of_handsets.iter().filter(|(_, source)| {
                let name = split(self.name(*source)).1;
                !list.iter().any(|named| named.text.ends_with(name))
            });
            macs.extend(parts.map(|(mac, _)| *mac));
            // What a handset wrote stays when it is gone.
            let overrides = self.override_folders(master);
            let written = self.overrides.keys();
            let written = written.filter(|(folder, _)| overrides.iter().any(|one| one == folder));
            macs.extend(written.map(|(_, mac)| *mac));
        }
        macs
    }

    /// The handsets that read a default master file.
    fn handsets_of(&mut self, master: SourceId, folder: &str, boot: &Boot) -> BTreeSet<Mac> {
        let mut macs = self.named_for(master, folder, boot);
        macs.extend(self.options.handset);
        macs.retain(|mac| {
            *mac != Mac::DEFAULT
                && self.is_asked_about(*mac)
                && !boot.own.contains_key(mac)
                && !self.provisioned.contains(&(folder, *mac))
        });
        macs
    }

    /// Folders that override files of a master file's handsets may lie in.
    fn override_folders(&self, master: SourceId) -> Vec<String> {
        let beside = self.folder_of(master).to_owned();
        let directory = self.file(master).get("OVERRIDES_DIRECTORY");
        let directory = directory.map(|directory| directory.value.value.trim_matches(['/', ' ']));
        let below = directory.filter(|below| !below.is_empty()).map(|below| {
            if beside.is_empty() {
                below.to_owned()
            } else {
                format!("{beside}/{below}")
            }
        });
        [Some(beside), below].into_iter().flatten().collect()
    }

    /// The names in the list of a master file.
    fn list(&mut self, master: SourceId) -> Arc<[Named]> {
        if let Some(list) = self.lists.get(&master) {
            return Arc::clone(list);
        }
        let lists = list::parameters(self.file(master), self.options.model.as_deref());
        let names = lists.flat_map(|list| list::names(list, self.sources.text(list.value.span)));
        let list: Arc<[Named]> = names.collect();
        self.lists.insert(master, Arc::clone(&list));
        list
    }

    /// Adds what these handsets read with that master file; without any, what an unknown one
    /// would.
    fn read(&mut self, macs: BTreeSet<Mac>, master: SourceId) {
        let folder = self.folder_of(master);
        let folders = self.override_folders(master);
        let unknown = macs.is_empty() && self.options.handset.is_none();
        let macs = macs.into_iter().map(Some);
        for mac in macs.chain(unknown.then_some(None)) {
            let mut listed = Vec::new();
            for named in self.list(master).iter() {
                listed.extend(self.listed(named, mac, master));
            }
            let mut entries = self.overrides_of(mac, &folders, &listed);
            // What counts before all others is not read again in its place.
            listed.retain(|one| !entries.iter().any(|entry| entry.what == one.what));
            entries.push(Entry {
                role: Role::Master,
                named_at: None,
                what: What::File(master),
            });
            entries.extend(listed);
            let reading = Reading { mac, entries };
            self.read.extend(reading.files());
            self.readings.push(reading);
            self.provisioned.extend(mac.map(|mac| (folder, mac)));
        }
    }

    /// The override files of a handset. A file beside the master file that is called like one
    /// and listed is a file like any other where override files have a folder of their own.
    fn overrides_of(&self, mac: Option<Mac>, folders: &[String], listed: &[Entry]) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (index, (folder, mac)) in folders.iter().zip(mac.into_iter().cycle()).enumerate() {
            let have_own_folder = index == 0 && folders.len() > 1;
            let written = self.overrides.get(&(folder.as_str(), mac));
            let written = written.into_iter().flatten().map(|(role, source)| Entry {
                role: *role,
                named_at: None,
                what: What::File(*source),
            });
            let is_listed = |one: &Entry| listed.iter().any(|entry| entry.what == one.what);
            entries.extend(written.filter(|one| !(have_own_folder && is_listed(one))));
        }
        entries.sort_by_key(|entry| entry.role);
        entries
    }

    fn listed(&mut self, named: &Named, mac: Option<Mac>, master: SourceId) -> Vec<Entry> {
        let is_constant = named.around_mac().is_none() && named.is_at_its_place();
        if let Some(entries) = self.constant.get(&named.span).filter(|_| is_constant) {
            return entries.clone();
        }
        let entries = self.open(named, mac, master);
        if is_constant {
            self.constant.insert(named.span, entries.clone());
        }
        entries
    }

    fn open(&mut self, named: &Named, mac: Option<Mac>, master: SourceId) -> Vec<Entry> {
        let entry = |what| Entry {
            role: Role::Listed,
            named_at: Some(named.span),
            what,
        };
        if named.beyond {
            return vec![entry(What::Beyond)];
        }
        if named.is_url() {
            return vec![entry(What::Url)];
        }
        // Of a handset that is not known, nobody knows the files; what is no name, no handset
        // finds.
        let is_of_handset = named.around_mac().is_some();
        if mac.is_none() && is_of_handset && with_commas(&named.text).is_none() {
            return Vec::new();
        }
        let asked_for = named.for_handset(mac);
        match self.folder.open(self.name(master), &asked_for) {
            Opened::Known(source) => vec![entry(What::File(source))],
            Opened::New(file) => {
                let source = file.source;
                self.add(*file);
                vec![entry(What::File(source))]
            }
            Opened::Missing(None) => vec![entry(What::Missing(None))],
            // It is most likely meant: the rest is judged with it.
            Opened::Missing(Some(near)) => {
                vec![entry(What::Missing(Some(near))), entry(What::File(near))]
            }
            Opened::Outside => vec![entry(What::Outside)],
            Opened::Unreadable(why) => vec![entry(What::Unreadable(why))],
        }
    }

    /// It was put aside: the file that handsets ask for is beside it.
    fn is_copy(&self, file: &Configuration, boots: &BTreeMap<&str, Boot>) -> bool {
        let (folder, name) = split(self.name(file.source));
        boots.get(folder).is_some_and(|boot| {
            let is_there = |mac: Mac| match mac {
                Mac::DEFAULT => boot.default.is_some(),
                mac => boot.own.contains_key(&mac),
            };
            copy_of(name).is_some_and(is_there)
        })
    }

    fn finish(mut self, boots: &BTreeMap<&str, Boot>) -> Assembled {
        let mut masters: Vec<SourceId> = Vec::new();
        for boot in boots.values() {
            masters.extend(boot.own.values().chain(&boot.default).chain(&boot.named));
        }
        let mut provisioned = HashSet::new();
        let mut other_models = Vec::new();
        for master in masters {
            if !self.list(master).is_empty() {
                provisioned.insert(self.folder_of(master));
            }
            if self.options.model.is_none() && self.read.contains(&master) {
                let lists = list::of_models(self.file(master));
                other_models.extend(lists.map(|list| list.name.span));
            }
        }
        let is_provisioned =
            |name: &str| with_parents(split(name).0).any(|folder| provisioned.contains(folder));
        let mut left_out = HashSet::new();
        let mut lone_files = Vec::new();
        for file in &self.files {
            if self.read.contains(&file.source) {
                continue;
            }
            let is_copy = self.is_copy(file, boots);
            if self.options.handset.is_some() || is_below(self.name(file.source), &self.copies) {
                left_out.insert(file.source);
            } else if !is_copy && !is_provisioned(self.name(file.source)) {
                lone_files.push(lone(file));
            }
        }
        let mut groups = group(std::mem::take(&mut self.readings), &self.files);
        groups.extend(lone_files);
        let place = |group: &Group| {
            let master = group.reading.master().map(|source| self.name(source));
            (master, group.reading.mac)
        };
        groups.sort_by(|one, two| place(one).cmp(&place(two)));
        let sources = self.sources;
        self.files.sort_by(|one, two| {
            sources
                .get(one.source)
                .name
                .cmp(&sources.get(two.source).name)
        });
        let provisioning = Provisioning {
            asked_about: self.options.handset,
            rivals: self.rivals,
            copies: self.copies,
            other_models,
            left_out,
            ..Provisioning::of_groups(groups, &self.files)
        };
        Assembled {
            configurations: self.files,
            provisioning,
        }
    }
}
