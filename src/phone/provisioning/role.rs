//! What the name of a file says of its part in provisioning.

use std::collections::BTreeSet;

use super::Role;
use crate::handset::Mac;
use crate::source::{original, tells_of_copy};

/// What a file is by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByName {
    /// `<MAC>.cfg`.
    Own(Mac),
    /// `000000000000.cfg`: of every handset without a file of its own.
    Default,
    /// `<MAC>-phone.cfg` and the like.
    Override(Mac, Role),
    /// Anything else.
    Other,
}

/// Ends of override files behind the MAC. `-web` and `-system` are named by the CX5100 guide;
/// `-phone` is what later handsets of the family write.
const OVERRIDES: [(&str, Role); 3] = [
    ("-phone.cfg", Role::PhoneOverride),
    ("-web.cfg", Role::WebOverride),
    ("-system.cfg", Role::SystemOverride),
];

/// Folder and file name of a path with `/`.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A folder, and those that it lies in.
pub(super) fn with_parents(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| split(folder).0)
    })
}

/// A file lies in one of these folders, or below.
pub(super) fn is_below(path: &str, folders: &BTreeSet<String>) -> bool {
    !folders.is_empty() && with_parents(split(path).0).any(|folder| folders.contains(folder))
}

/// How a master file names another file (paths with `/`) that lies in its folder, or below.
pub fn name_in_list<'p>(master: &str, path: &'p str) -> Option<&'p str> {
    match split(master).0 {
        "" => Some(path),
        folder => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

/// What a file of that name (without its folder) is.
pub(super) fn by_name(file: &str) -> ByName {
    let Some((letters, ending)) = file.split_at_checked(Mac::LETTERS) else {
        return ByName::Other;
    };
    let Some(mac) = Mac::of_letters(letters) else {
        return ByName::Other;
    };
    if ending.eq_ignore_ascii_case(".cfg") {
        return match mac {
            Mac::DEFAULT => ByName::Default,
            mac => ByName::Own(mac),
        };
    }
    let written = OVERRIDES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(ending));
    written.map_or(ByName::Other, |(_, role)| ByName::Override(mac, *role))
}

/// Whose file a file of that name (without its folder) is a copy of, which somebody put aside:
/// `<MAC>.cfg.bak`, `<MAC> - Copy.cfg`, `<MAC> (1).cfg`, `old_<MAC>.cfg`.
pub fn copy_of(file: &str) -> Option<Mac> {
    let (before, mac, behind) = around_mac(file)?;
    let behind = behind.to_lowercase();
    let rest = behind.strip_prefix(".cfg");
    if before.is_empty() && rest.is_some_and(|rest| !rest.is_empty()) {
        return Some(mac);
    }
    let words = format!("{} {behind}", before.to_lowercase());
    let mut words = words.split(|one: char| !one.is_alphabetic());
    (words.any(tells_of_copy) || original(file).is_some()).then_some(mac)
}

/// The handset that a file (a path with `/`) is named after: `<MAC>-reg.cfg`, `reg_<MAC>.cfg`.
/// Longer numbers, such as dates, are no MAC; a copy is of somebody's file.
pub fn named_after(path: &str) -> Option<Mac> {
    let file = split(path).1;
    let (before, mac, behind) = around_mac(file)?;
    let goes_on = before.ends_with(|one: char| one.is_ascii_alphanumeric())
        || behind.starts_with(|one: char| one.is_ascii_alphanumeric());
    (mac != Mac::DEFAULT && !goes_on && copy_of(file).is_none()).then_some(mac)
}

/// The first MAC in the name of a file, and what stands before and behind it.
pub fn around_mac(file: &str) -> Option<(&str, Mac, &str)> {
    let mut starts = file.char_indices().map(|(at, _)| at);
    starts.find_map(|at| {
        let letters = file.get(at..at + Mac::LETTERS)?;
        let mac = Mac::of_letters(letters)?;
        Some((&file[..at], mac, &file[at + Mac::LETTERS..]))
    })
}

/// Handsets ask for a file of that name (a path with `/`), whatever it holds.
pub fn is_handset_file(path: &str) -> bool {
    by_name(split(path).1) != ByName::Other
}

/// A text under such a name that is for a telephone of another maker: of Yealink or Fanvil.
/// They share folders, and ask for `<mac>.cfg` too.
pub fn is_of_other_maker(text: &str) -> bool {
    let beginnings = ["#!version", "<<VOIP CONFIG FILE>>"];
    beginnings
        .iter()
        .any(|other| text.trim_start().starts_with(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_after_handsets() {
        let mac: Mac = "00907a1122aa".parse().expect("a MAC");
        for (name, expected) in [
            ("00907a1122aa-reg.cfg", Some(mac)),
            ("reg_00907A1122AA.xml", Some(mac)),
            ("reg-20240131120000.cfg", None),
            ("xa00907a1122aa.cfg", None),
            ("00907a1122aa-reg.cfg.bak", None),
            ("000000000000-reg.cfg", None),
            ("site.cfg", None),
        ] {
            assert_eq!(named_after(name), expected, "{name}");
        }
    }

    #[test]
    fn copies_are_told_from_parts() {
        for (name, is) in [
            ("00907a1122aa.cfg.bak", true),
            ("00907A1122AA.CFG~", true),
            ("00907a1122aa.cfg.2023-01-04", true),
            ("00907a1122aa - Copy (2).cfg", true),
            ("old_00907a1122aa.cfg", true),
            ("00907a1122aa - копия.cfg", true),
            ("00907a1122aa.bak", true),
            ("00907a1122aa (1).cfg", true),
            ("00907a1122aa-reg (2).cfg", true),
            ("000000000000.cfg.orig", true),
            ("00907a1122aa.cfg", false),
            ("00907a1122aa-reg.cfg", false),
            ("00907a1122aa-phone.cfg", false),
            ("old.cfg", false),
            ("é00907a1122aa", false),
        ] {
            assert_eq!(copy_of(name).is_some(), is, "{name}");
        }
    }

    #[test]
    fn names_are_told_apart_in_either_case() {
        let mac = Mac::of_letters("00907a1122aa").expect("a MAC");
        for (name, expected) in [
            ("00907a1122aa.cfg", ByName::Own(mac)),
            ("00907A1122AA.CFG", ByName::Own(mac)),
            ("000000000000.cfg", ByName::Default),
            (
                "00907A1122AA-Web.cfg",
                ByName::Override(mac, Role::WebOverride),
            ),
            (
                "00907a1122aa-phone.cfg",
                ByName::Override(mac, Role::PhoneOverride),
            ),
            ("00907a1122aa-reg.cfg", ByName::Other),
            ("00907a1122aa.cfg.bak", ByName::Other),
            ("site.cfg", ByName::Other),
            ("é0907a1122aa.cfg", ByName::Other),
        ] {
            assert_eq!(by_name(name), expected, "{name}");
        }
    }
}
