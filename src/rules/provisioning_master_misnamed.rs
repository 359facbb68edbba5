//! `provisioning-master-misnamed`: a master file that its handset does not ask for.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};

use super::{Facts, Findings, mac_spelling};
use crate::finding::{Finding, Subject};
use crate::handset::Mac;
use crate::phone::provisioning::{
    Group, LIST, Role, What, copy_of, is_handset_file, named_after, split,
};
use crate::rule::Severity;
use crate::source::{SourceId, Span};
use crate::spelling::is_within;

/// Handsets of a folder among which one is looked for.
const CANDIDATES: usize = 256;

/// Looks at master files of names that no handset asks for by itself: one may be told to ask for
/// any name, but none for one that is nearly its MAC.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let groups = site.provisioning.groups.iter();
    let with_master = groups.filter_map(|group| Some((group.reading.master()?, group)));
    let path_of = |source| site.sources.get(source).name.as_str();
    let is_asked_for = |(master, _): &(SourceId, &Group)| {
        let path = path_of(*master);
        is_handset_file(path) && !is_default_in_capitals(path)
    };
    let (asked_for, others): (Vec<_>, Vec<_>) = with_master.partition(is_asked_for);
    let mut handsets_of: BTreeMap<SourceId, BTreeSet<Mac>> = BTreeMap::new();
    for (master, group) in others {
        handsets_of
            .entry(master)
            .or_default()
            .extend(&group.handsets);
    }
    let folders = LazyCell::new(|| Folders::of(site, &asked_for));
    for (master, group) in &asked_for {
        let strange = strange_files(site, group);
        let unserved =
            strange.filter(|(_, other)| folders.misses(split(path_of(*master)).0, *other));
        if let Some(finding) = unserved.map(|one| of_other(site, findings, *master, group, one)) {
            findings.push(finding);
        }
    }
    for (master, handsets) in handsets_of {
        let path = path_of(master);
        let (folder, name) = split(path);
        let files = &site.configurations;
        let file = site.provisioning.configuration(files, master);
        let Some((file, list)) = file.and_then(|file| Some((file, file.get(LIST)?))) else {
            continue;
        };
        let listed = Mac::all_in(&list.value.value);
        let Some(meant) = meant(name, listed, || folders.unserved(folder)) else {
            continue;
        };
        let (who, right) = match meant {
            Meant::Handset(mac) => (format!("handset {mac} asks"), format!("{mac}.cfg")),
            Meant::Any => ("handsets ask".to_owned(), "<MAC>.cfg".to_owned()),
            Meant::Default => (
                "handsets without a file of their own ask".to_owned(),
                format!("{}.cfg", Mac::DEFAULT),
            ),
        };
        let (named, severity) = match meant {
            Meant::Handset(mac) => (vec![mac], folders.severity(folder, mac)),
            Meant::Any => (Vec::new(), Some(Severity::Warning)),
            Meant::Default => {
                let is_needed = folders.needs_default(folder, &handsets);
                (
                    handsets.into_iter().collect(),
                    is_needed.then_some(Severity::Error),
                )
            }
        };
        let Some(severity) = severity else {
            continue;
        };
        let first = file.parameters.first();
        let place = first.map_or(Span::new(master, 0, 1), |first| first.name.span);
        let message = format!("{who} for `{right}`, not for `{name}`");
        findings.push(
            findings
                .at(place, message)
                .severity(severity)
                .about(Subject::Token(place))
                .handsets(&named)
                .help(format!(
                    "rename the file to `{right}`: {}",
                    if name.eq_ignore_ascii_case(&right) {
                        "most servers tell capital letters from small ones"
                    } else {
                        "twelve hexadecimal digits with nothing between or behind them"
                    }
                )),
        );
    }
}

/// Handsets ask for the name in small letters, and most servers tell these from capital ones.
fn is_default_in_capitals(path: &str) -> bool {
    let letters = split(path).1.strip_prefix("000000000000.");
    letters.is_some_and(|ending| ending != "cfg")
}

/// Where a handset's own master file names files of one other handset only, whose MAC is its own
/// but for two digits that are swapped.
fn strange_files(site: &Facts, group: &Group) -> Option<(Span, Mac)> {
    let own = Mac::all_in(split(&site.sources.get(group.reading.master()?).name).1).next()?;
    if own == Mac::DEFAULT || group.reading.mac != Some(own) {
        return None;
    }
    let listed = group.reading.entries.iter();
    let listed = listed.filter(|entry| entry.role == Role::Listed);
    let mut named = listed.filter_map(|entry| match entry.what {
        What::File(source) => Some((
            entry.named_at?,
            named_after(&site.sources.get(source).name)?,
        )),
        _ => None,
    });
    let (place, other) = named.next()?;
    (named.all(|(_, mac)| mac == other) && are_swapped(own, other)).then_some((place, other))
}

/// Two neighbouring digits are swapped. One that differs is that of another handset as well.
fn are_swapped(one: Mac, other: Mac) -> bool {
    let digits = |mac: Mac| {
        let mut digits = mac.to_string().into_bytes();
        digits.sort_unstable();
        digits
    };
    one != other
        && is_within(&one.to_string(), &other.to_string(), 1)
        && digits(one) == digits(other)
}

/// A finding about a master file that names the files of another handset.
fn of_other(
    site: &Facts,
    findings: &Findings,
    master: SourceId,
    group: &Group,
    (place, other): (Span, Mac),
) -> Finding {
    let name = split(&site.sources.get(master).name).1;
    let message = format!("`{name}` names the file of handset {other}, which has no master file");
    findings
        .at(place, message)
        .severity(Severity::Warning)
        .about(Subject::Token(place))
        .handsets(group.handsets.iter().chain([&other]))
        .help(format!(
            "rename the master file to `{other}.cfg` if it is meant for that handset; else name \
             the file after the handset that is meant, here too"
        ))
}

/// Which handsets of each folder have a master file of the right name.
struct Folders<'s> {
    /// With a master file of their own.
    with_own: HashSet<Mac>,
    /// With one, their own or that of all.
    served: HashSet<Mac>,
    /// Folders with a master file for all.
    with_default: HashSet<&'s str>,
    /// Folders with master files of single handsets.
    with_owns: HashSet<&'s str>,
    /// The handsets without their own that read the one for all.
    by_default: HashMap<&'s str, Vec<Mac>>,
    unread: HashMap<&'s str, Vec<Mac>>,
}

impl<'s> Folders<'s> {
    fn of(site: &'s Facts<'_>, masters: &[(SourceId, &'s Group)]) -> Self {
        let mut folders = Self {
            with_own: HashSet::new(),
            served: HashSet::new(),
            with_default: HashSet::new(),
            with_owns: HashSet::new(),
            by_default: HashMap::new(),
            unread: unread(site),
        };
        for (master, group) in masters {
            let (folder, name) = split(&site.sources.get(*master).name);
            folders.served.extend(&group.handsets);
            if Mac::all_in(name).next() == Some(Mac::DEFAULT) {
                folders.with_default.insert(folder);
                let by_default = folders.by_default.entry(folder).or_default();
                let room = CANDIDATES.saturating_sub(by_default.len());
                by_default.extend(group.handsets.iter().take(room));
            } else {
                folders.with_owns.insert(folder);
                folders.with_own.extend(&group.handsets);
            }
        }
        folders
    }

    /// Handsets of a folder that have no master file of their own, those first of which a file
    /// is read by none.
    fn unserved(&self, folder: &str) -> [&[Mac]; 2] {
        [&self.unread, &self.by_default].map(|all| all.get(folder).map_or(&[][..], Vec::as_slice))
    }

    /// How bad it is that a file is not a handset's master file: not at all where it has one,
    /// and less so where it gets that of all.
    fn severity(&self, folder: &str, mac: Mac) -> Option<Severity> {
        if self.with_own.contains(&mac) {
            None
        } else if self.misses(folder, mac) {
            Some(Severity::Error)
        } else {
            Some(Severity::Warning)
        }
    }

    /// A handset has no master file, nor has its folder one for all.
    fn misses(&self, folder: &str, mac: Mac) -> bool {
        !self.served.contains(&mac) && !self.with_default.contains(folder)
    }

    /// Handsets of a folder ask for a master file for all, and there is none.
    fn needs_default(&self, folder: &str, handsets: &BTreeSet<Mac>) -> bool {
        let is_waiting = handsets.iter().any(|mac| !self.served.contains(mac));
        !self.with_default.contains(folder) && (is_waiting || !self.with_owns.contains(folder))
    }
}

/// The handsets of each folder whose own files no handset reads.
fn unread<'s>(site: &'s Facts<'_>) -> HashMap<&'s str, Vec<Mac>> {
    let mut unread = HashMap::new();
    let files = site.configurations.iter();
    for file in files.filter(|file| site.provisioning.is_unread(file.source)) {
        let path = site.sources.get(file.source).name.as_str();
        let (folder, _) = split(path);
        if let Some(mac) = named_after(path) {
            let macs: &mut Vec<_> = unread.entry(folder).or_default();
            if macs.len() < CANDIDATES {
                macs.push(mac);
            }
        }
    }
    unread
}

/// Whose master file a name was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    Handset(Mac),
    /// One of several handsets.
    Any,
    /// All handsets without one of their own.
    Default,
}

/// Whose master file a name was meant to be: with signs in its MAC, with a further ending, as a
/// copy of that for all, or, where these handsets are listed in the file or known by other files,
/// with one slip.
fn meant<'m>(
    name: &str,
    mut listed: impl Iterator<Item = Mac>,
    known: impl FnOnce() -> [&'m [Mac]; 2],
) -> Option<Meant> {
    // Nobody asks for a copy, and it is the only one: what handsets are to read is not there.
    if copy_of(name) == Some(Mac::DEFAULT) {
        return Some(Meant::Default);
    }
    let name = name.to_ascii_lowercase();
    let stem = [".txt", ".xml"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    let stem = match stem {
        Some(stem) => stem.strip_suffix(".cfg").unwrap_or(stem),
        None => name.strip_suffix(".cfg")?,
    };
    let stem = mac_spelling::without_number(stem).trim_end();
    if let Some(mac) = mac_spelling::meant(stem) {
        return Some(Meant::Handset(mac));
    }
    let digits = mac_spelling::without_signs(stem)?;
    if digits.len().abs_diff(Mac::LETTERS) > 1 {
        return None;
    }
    if digits.bytes().all(|digit| matches!(digit, b'0' | b'o')) {
        return Some(Meant::Default);
    }
    let is_near = |mac: &Mac| is_within(&digits, &mac.to_string(), 1);
    if let Some(mac) = listed.find(|mac| *mac != Mac::DEFAULT && is_near(mac)) {
        return Some(Meant::Handset(mac));
    }
    // Of a whole delivery the MACs follow one another.
    known().into_iter().find_map(|macs| {
        let mut near = macs.iter().copied().filter(is_near);
        let first = near.next()?;
        Some(match near.next() {
            Some(_) => Meant::Any,
            None => Meant::Handset(first),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_nearly_a_mac_are_told() {
        let mac = |text: &str| text.parse::<Mac>().expect("a MAC");
        let known = [mac("00907a112202")];
        for (name, expected) in [
            ("00-90-7A-11-22-09.cfg", Some("00907a112209")),
            ("00907a112202.cfg.txt", Some("00907a112202")),
            ("00907a112202.xml", Some("00907a112202")),
            ("00907a11220.cfg", Some("00907a112202")),
            ("00907a1122022.cfg", Some("00907a112202")),
            ("00907aI12202.cfg", Some("00907a112202")),
            ("OO907a112209.cfg", Some("00907a112209")),
            ("00907a11229g.cfg", None),
            ("00907a112202 (1).cfg", Some("00907a112202")),
            ("00907a112202 .cfg", Some("00907a112202")),
            ("00907a112202.cfg.bak", None),
            ("00907a112202-old.cfg", None),
            ("_00907a112202.cfg", None),
            ("master.cfg", None),
        ] {
            let expected = expected.map(|one| Meant::Handset(mac(one)));
            let found = meant(name, known.into_iter(), || [&[], &[]]);
            assert_eq!(found, expected, "{name}");
            for known in [[&known[..], &[]], [&[], &known[..]]] {
                let found = meant(name, None.into_iter(), || known);
                assert_eq!(found, expected, "{name}");
            }
        }
    }

    #[test]
    fn names_that_are_nearly_that_of_the_file_for_all_are_told() {
        for (name, is) in [
            ("0000000000000.cfg", true),
            ("00000000000.cfg", true),
            ("00000000000O.cfg", true),
            ("000000000000.cfg.txt", true),
            ("000000000000.xml", true),
            ("0000.cfg", false),
            ("000000000000.CFG", true),
            ("000000000000 .cfg", true),
            ("000000000000(1).cfg", true),
            ("000000000000.cfg.bak", true),
            ("000000000000.cfg~", true),
            ("000000000000 - Copy.cfg", true),
            ("000000000000-site.cfg", false),
        ] {
            let found = meant(name, None.into_iter(), || [&[], &[]]);
            assert_eq!(found, is.then_some(Meant::Default), "{name}");
        }
    }

    #[test]
    fn of_handsets_that_follow_one_another_none_is_guessed() {
        let macs = ["00907a112202", "00907a112203"];
        let macs = macs.map(|mac| mac.parse::<Mac>().expect("a MAC"));
        let found = |name: &str| meant(name, None.into_iter(), || [&[], &macs]);
        assert_eq!(found("00907a11220.cfg"), Some(Meant::Any));
        assert_eq!(found("00907a1122022.cfg"), Some(Meant::Handset(macs[0])));
        assert_eq!(found("00907a112302x.cfg"), None);
    }
}
