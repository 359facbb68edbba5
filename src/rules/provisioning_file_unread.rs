//! `provisioning-file-unread`: the file that names the server, or the line, is read by no handset.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};

use super::provisioning::is_list_of_files;
use super::{Facts, Findings, setting};
use crate::finding::{Edit, Finding, Fix, Subject};
use crate::fix::escaped;
use crate::handset::Mac;
use crate::phone::provisioning::{
    Group, LIST, TAG, What, is_handset_file, name_in_list, named_after, split, without_mac,
};
use crate::phone::{Configuration, Parameter, Settings};
use crate::rule::Severity;
use crate::source::{SourceId, Span, folder_of};

mod elsewhere;

/// How many such files are shown.
const SHOWN: usize = 3;

/// What the files of a handset do not say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lacks {
    Server,
    Line,
    /// They have the line of another handset.
    OwnLine,
}

impl Lacks {
    /// What a handset lacks of which every file is given. Whose line it is, only a file of its
    /// own can say.
    fn of(site: &Facts, group: &Group, settings: &Settings<'_>) -> Vec<Self> {
        let server = (!has_server(site, settings)).then_some(Self::Server);
        // Whose each line is, where the name of its file tells one.
        let owners: Option<HashSet<Mac>> = settings
            .lines()
            .map(|(_, user)| named_after(&site.sources.get(user.name.span.source).name))
            .collect();
        // Whose files these are: the others of the group have such files of their own.
        let own = group.reading.mac;
        let is_stranger = |owners: &HashSet<Mac>| own.is_some_and(|mac| !owners.contains(&mac));
        let line = match &owners {
            Some(owners) if owners.is_empty() => Some(Self::Line),
            Some(owners) if is_stranger(owners) => Some(Self::OwnLine),
            _ => None,
        };
        server.into_iter().chain(line).collect()
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Line | Self::OwnLine => "line",
        }
    }

    /// What handsets get for the lack of it.
    fn instead(self) -> &'static str {
        match self {
            Self::Server => "no server",
            Self::Line => "no line",
            Self::OwnLine => "another handset's line",
        }
    }
}

/// A file with a server or a line that a handset does not read.
#[derive(Clone, Copy)]
struct Unread<'s> {
    file: &'s Configuration,
    path: &'s str,
    /// The address of its first server.
    server: Option<&'s Parameter>,
    /// The user of its first line.
    line: Option<&'s Parameter>,
    /// Other handsets read it.
    is_read: bool,
}

impl<'s> Unread<'s> {
    fn has(&self, what: Lacks) -> Option<&'s Parameter> {
        match what {
            Lacks::Server => self.server,
            Lacks::Line | Lacks::OwnLine => self.line,
        }
    }
}

/// Handsets that lack the same and have one master file, which names none of the same files.
struct Without<'s> {
    unread: Vec<&'s Unread<'s>>,
    finding: Finding,
}

/// Looks at handsets of which every file is given and none names a server, or a line.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    elsewhere::check(site, findings);
    let groups = site.provisioning.groups.iter().zip(site.settings());
    let whole = groups.filter(|(group, settings)| reads_all(site, group, settings));
    let without: Vec<_> = whole
        .filter_map(|(group, settings)| {
            let lacks = Lacks::of(site, group, &settings);
            let is_complete = lacks.is_empty();
            let master = master(site, group).filter(|_| !is_complete)?;
            Some((master, group, settings, lacks))
        })
        .collect();
    if without.is_empty() {
        return;
    }
    let unread = AllUnread::of(site);
    let mut by_master: BTreeMap<(SourceId, Lacks, Vec<SourceId>), Without<'_>> = BTreeMap::new();
    for (master, group, settings, lacks) in without {
        let path = &site.sources.get(master.source).name;
        let list = master.get(LIST);
        let names_none = list.is_none_or(|list| list.value.value.trim().is_empty());
        let beside = |lacks: &Lacks| (*lacks, unread.beside(path, group, *lacks));
        // What others read is as good for a line without a server, and for a handset's own list
        // that names nothing; that of unknown handsets may be bare. Of a list that nobody asks
        // for its name is what is wrong.
        let is_known = group.reading.mac.is_some();
        let needs_server = is_handset_file(path)
            && ((names_none && is_known) || settings.lines().next().is_some());
        let of_others = (needs_server && lacks.contains(&Lacks::Server))
            .then(|| (Lacks::Server, unread.read_beside(path, group)));
        let mut found = lacks.iter().map(beside).chain(of_others);
        let Some((lacks, beside)) = found.find(|(_, beside)| !beside.is_empty()) else {
            continue;
        };
        let sources = beside.iter().map(|one| one.file.source);
        let key = (master.source, lacks, sources.collect());
        let without = by_master.entry(key).or_insert_with(|| Without {
            finding: report(site, findings, master, &beside, lacks),
            unread: beside,
        });
        let finding = &mut without.finding;
        finding.handsets.extend(settings.handsets());
        for (_, user) in settings.lines() {
            // What is meant to register does not.
            finding.severity = Severity::Error;
            finding.subjects.push(Subject::Token(user.value.span));
        }
        if unread.has_line(group) {
            finding.severity = Severity::Error;
        }
    }
    for ((_, lacks, _), Without { unread, finding }) in by_master {
        let shown = unread.iter().take(SHOWN);
        let shown = shown.filter_map(|one| Some((one.has(lacks)?, one.is_read)));
        findings.push(shown.fold(finding, |finding, (one, is_read)| {
            let who = if is_read {
                "others read"
            } else {
                "no handset reads"
            };
            finding.related(one.value.span, format!("{who} this {}", lacks.as_str()))
        }));
    }
}

/// The files that name a server or a line and that no handset is known to read, in the order of
/// their paths.
struct AllUnread<'s> {
    /// Those with a server.
    common: Vec<Unread<'s>>,
    /// Those with a server that other handsets read.
    read: Vec<Unread<'s>>,
    /// Those named after handsets.
    of_handset: HashMap<Mac, Vec<Unread<'s>>>,
}

impl<'s> AllUnread<'s> {
    fn of(site: &'s Facts<'_>) -> Self {
        let mut all = Self {
            common: Vec::new(),
            read: Vec::new(),
            of_handset: HashMap::new(),
        };
        let groups = site.provisioning.groups.iter();
        let lone = groups.filter(|group| group.is_lone());
        let lone: HashSet<_> = lone.flat_map(|group| group.reading.files()).collect();
        for file in &site.configurations {
            let is_read = !site.provisioning.is_unread(file.source) && !lone.contains(&file.source);
            let path = &site.sources.get(file.source).name;
            let is_common = Mac::all_in(path).next().is_none();
            let is_none = file.is_template() || file.is_damaged();
            if (is_read && !is_common) || is_none || site.provisioning.is_copied(path) {
                continue;
            }
            let settings = file.settings();
            let servers = settings.servers();
            let mut addresses = servers.iter().filter_map(|server| server.filled("address"));
            let mut lines = settings.lines();
            let unread = Unread {
                file,
                path,
                server: addresses.find_map(|one| file.parameter_at(one.name.span)),
                line: lines.find_map(|(_, user)| file.parameter_at(user.name.span)),
                is_read,
            };
            let (folder, name) = split(path);
            if is_common {
                let common = if is_read {
                    &mut all.read
                } else {
                    &mut all.common
                };
                common.extend(unread.server.is_some().then_some(unread));
                continue;
            }
            // A copy of a handset's file was put aside.
            let of_folder = Mac::all_in(name).next().is_none();
            let of_folder = of_folder.then(|| Mac::all_in(folder));
            let macs = of_folder.into_iter().flatten().chain(named_after(name));
            for mac in macs {
                all.of_handset.entry(mac).or_default().push(unread);
            }
        }
        all
    }

    /// A file that is named after one of the handsets has a line.
    fn has_line(&self, group: &Group) -> bool {
        let mut own = group
            .handsets
            .iter()
            .filter_map(|mac| self.of_handset.get(mac));
        own.any(|files| files.iter().any(|file| file.line.is_some()))
    }

    /// Those in the folder of a master file, or below, that other handsets read, and the group
    /// does not.
    fn read_beside(&self, master: &str, group: &Group) -> Vec<&Unread<'s>> {
        let below = folder_of(master);
        let beside = self.read.iter().filter(|one| {
            let is_own = || group.reading.files().any(|own| own == one.file.source);
            one.path.starts_with(below) && !is_own()
        });
        beside.take(SHOWN + 1).collect()
    }

    /// Those that a master file could name for its handsets, with what these lack; of more than
    /// are shown, one.
    fn beside(&self, master: &str, group: &Group, lacks: Lacks) -> Vec<&Unread<'s>> {
        let below = folder_of(master);
        let is_below = |one: &&Unread<'_>| one.path.starts_with(below);
        let from = self.common.partition_point(|one| one.path < below);
        let common = self.common[from..].iter().take_while(is_below);
        let has_server = lacks == Lacks::Server;
        let common = common.take(if has_server { SHOWN + 1 } else { 0 });
        let handsets = group.handsets.iter();
        let own = handsets.flat_map(|mac| self.of_handset.get(mac).into_iter().flatten());
        let own = own.filter(|one| one.has(lacks).is_some());
        let mut beside: Vec<_> = common.chain(own.filter(is_below)).take(SHOWN + 1).collect();
        beside.sort_by_key(|one| one.path);
        beside.dedup_by_key(|one| one.path);
        beside
    }
}

/// The master file of a group, where it is known for one and has its list as it should.
fn master<'s>(site: &'s Facts<'_>, group: &Group) -> Option<&'s Configuration> {
    let source = group.reading.master()?;
    let file = site
        .provisioning
        .configuration(&site.configurations, source)?;
    let has = |name: &str| file.get(name).is_some();
    let mut names = file.parameters.iter().map(|one| one.name.value.as_str());
    let is_master = has(LIST) || has("APP_FILE_PATH") && !names.any(is_list_of_files);
    is_master.then_some(file)
}

/// All that the handsets read is given. Of a handset that is not known nothing is missing where
/// no file is its own.
fn reads_all(site: &Facts, group: &Group, settings: &Settings<'_>) -> bool {
    if group.is_lone() || settings.is_template() || settings.is_damaged() {
        return false;
    }
    let is_common = || {
        let mut entries = group.reading.entries.iter();
        let list = master(site, group).and_then(|master| master.get(LIST));
        group.reading.mac.is_none()
            && list.is_none_or(|list| !list.value.value.contains('['))
            && entries.all(|entry| matches!(entry.what, What::File(_)))
            && site.provisioning.other_models.is_empty()
    };
    settings.is_whole() || is_common()
}

fn has_server(site: &Facts, settings: &Settings<'_>) -> bool {
    !settings.entries().is_empty() || settings.asks_dhcp() || site.misspelt().has_address(settings)
}

/// A finding where the master file has its list. Without a server it is a warning, for a handset
/// that has no line either may get all its settings in another way.
fn report(
    site: &Facts,
    findings: &Findings,
    master: &Configuration,
    unread: &[&Unread<'_>],
    lacks: Lacks,
) -> Finding {
    let (what, instead) = (lacks.as_str(), lacks.instead());
    let path = &site.sources.get(master.source).name;
    let names = unread.iter().filter_map(|one| name_in_list(path, one.path));
    let names: Vec<_> = names.collect();
    // The list may be that of all handsets.
    let for_all = names.iter().map(|name| {
        Mac::all_in(name).fold((*name).to_owned(), |name, mac| without_mac(&name, mac))
    });
    let for_all: BTreeSet<_> = for_all.collect();
    let which = match &*names {
        [name] => format!("`{name}`"),
        _ if for_all.len() == 1 => format!("`{}`", for_all.first().map_or("", String::as_str)),
        names if names.len() > SHOWN => "any of the files that name one".to_owned(),
        names => format!("any of {} files that name one", names.len()),
    };
    let (list, other) = (master.get(LIST), master.get("APP_FILE_PATH"));
    let (span, message) = match (list, other) {
        (Some(list), _) => {
            let message = format!("handsets get {instead}: this list does not name {which}");
            (list.value.span, message)
        }
        (None, other) => {
            let place = other.map_or(Span::new(master.source, 0, 1), |other| other.name.span);
            let message =
                format!("handsets get {instead}: without `CONFIG_FILES` they do not read {which}");
            (place, message)
        }
    };
    let finding = findings
        .at(span, message)
        .about(Subject::Token(span))
        .severity(match lacks {
            Lacks::Server => Severity::Warning,
            Lacks::Line | Lacks::OwnLine => Severity::Error,
        });
    if let Some(list) = list.filter(|_| lacks == Lacks::OwnLine) {
        let written = &list.value.value;
        let macs = Mac::all_in(written);
        let right = macs.fold(written.clone(), |list, mac| without_mac(&list, mac));
        return finding
            .help(format!(
                "write `{TAG}` in the place of the MAC: it stands for that of each handset"
            ))
            .fix(Fix {
                title: format!("write `{TAG}` in the place of the MAC"),
                edits: vec![Edit::replace(span, escaped(&right))],
                ..Fix::default()
            });
    }
    let finding = finding.help(format!(
        "add the file that names the {what} to `CONFIG_FILES`; of a parameter the first \
             occurrence counts"
    ));
    match for_all.first().filter(|_| for_all.len() == 1) {
        Some(name) => finding.fix(named_too(name, list, span)),
        None => finding,
    }
}

/// Names one more file at the end of the list, or writes a list in front of another setting.
fn named_too(name: &str, list: Option<&Parameter>, place: Span) -> Fix {
    let written = list.map_or("", |list| list.value.value.trim());
    let edit = match list {
        Some(_) if !written.is_empty() => Edit::insert_after(place, format!(", {}", escaped(name))),
        // Of an empty value the span is that of both quotes.
        Some(list) if list.value.value.is_empty() => {
            Edit::replace(place, format!("\"{}\"", escaped(name)))
        }
        Some(_) => Edit::replace(place, escaped(name)),
        None => Edit {
            source: place.source,
            start: place.start,
            end: place.start,
            text: format!("{} ", setting::attribute(LIST, name)),
        },
    };
    Fix {
        title: format!("name `{name}` in `CONFIG_FILES`"),
        edits: vec![edit],
        ..Fix::default()
    }
}
