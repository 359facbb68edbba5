//! `provisioning-master-misnamed`: a master file that its handset does not ask for.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use super::{Facts, Findings};
use crate::finding::Subject;
use crate::handset::Mac;
use crate::phone::provisioning::{Group, LIST, is_handset_file, named_after};
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
    let is_asked_for = |(master, _): &(SourceId, &Group)| is_handset_file(path_of(*master));
    let (asked_for, others): (Vec<_>, Vec<_>) = with_master.partition(is_asked_for);
    let others: BTreeSet<_> = others.into_iter().map(|(master, _)| master).collect();
    let served = LazyCell::new(|| {
        let handsets = asked_for.iter().flat_map(|(_, group)| &group.handsets);
        handsets.collect::<HashSet<_>>()
    });
    let unread = LazyCell::new(|| unread(site));
    for master in others {
        let path = path_of(master);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let files = &site.configurations;
        let file = site.provisioning.configuration(files, master);
        let Some((file, list)) = file.and_then(|file| Some((file, file.get(LIST)?))) else {
            continue;
        };
        let listed = Mac::all_in(&list.value.value);
        let beside = || unread.get(folder).into_iter().flatten().copied();
        let Some(mac) = meant(name, listed, beside).filter(|mac| !served.contains(mac)) else {
            continue;
        };
        let first = file.parameters.first();
        let place = first.map_or(Span::new(master, 0, 1), |first| first.name.span);
        let message = format!("handset {mac} asks for `{mac}.cfg`, not for `{name}`");
        findings.push(
            findings
                .at(place, message)
                .about(Subject::Token(place))
                .handsets(&[mac])
                .help(format!(
                    "rename the file to `{mac}.cfg`: twelve hexadecimal digits with nothing \
                     between or behind them"
                )),
        );
    }
}

/// The handsets of each folder whose own files no handset reads.
fn unread<'s>(site: &'s Facts<'_>) -> HashMap<&'s str, Vec<Mac>> {
    let mut unread = HashMap::new();
    let files = site.configurations.iter();
    for file in files.filter(|file| site.provisioning.is_unread(file.source)) {
        let path = site.sources.get(file.source).name.as_str();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(mac) = named_after(path) {
            let macs: &mut Vec<_> = unread.entry(folder).or_default();
            if macs.len() < CANDIDATES {
                macs.push(mac);
            }
        }
    }
    unread
}

/// The handset whose master file a name was meant to be: with signs in its MAC, with a further
/// ending, or, where one of these handsets is known by its other files, with one slip.
fn meant<I: Iterator<Item = Mac>>(
    name: &str,
    mut listed: impl Iterator<Item = Mac>,
    beside: impl FnOnce() -> I,
) -> Option<Mac> {
    let name = name.to_ascii_lowercase();
    let stem = [".txt", ".xml"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    let stem = match stem {
        Some(stem) => stem.strip_suffix(".cfg").unwrap_or(stem),
        None => name.strip_suffix(".cfg")?,
    };
    if let Ok(mac) = stem.parse() {
        return Some(mac);
    }
    let digits = stem.replace([':', '-', '.', '_', ' '], "");
    let is_near = |mac: &Mac| is_within(&digits, &mac.to_string(), 1);
    let is_long = digits.len().abs_diff(Mac::LETTERS) <= 1;
    let found = is_long.then(|| listed.find(is_near).or_else(|| beside().find(is_near)));
    found.flatten().filter(|mac| *mac != Mac::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_nearly_a_mac_are_told() {
        let mac = |text: &str| text.parse::<Mac>().ok();
        let known = || mac("00907a112202").into_iter();
        for (name, expected) in [
            ("00-90-7A-11-22-09.cfg", Some("00907a112209")),
            ("00907a112202.cfg.txt", Some("00907a112202")),
            ("00907a112202.xml", Some("00907a112202")),
            ("00907a11220.cfg", Some("00907a112202")),
            ("00907a1122022.cfg", Some("00907a112202")),
            ("00907aI12202.cfg", Some("00907a112202")),
            ("00907a11229g.cfg", None),
            ("00907a112202.cfg.bak", None),
            ("00907a112202-old.cfg", None),
            ("000000000000.cfg.txt", None),
            ("master.cfg", None),
        ] {
            let found = meant(name, known(), || None.into_iter());
            assert_eq!(found, expected.and_then(mac), "{name}");
            let found = meant(name, None.into_iter(), known);
            assert_eq!(found, expected.and_then(mac), "{name}");
        }
    }
}
