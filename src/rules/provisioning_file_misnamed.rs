//! `provisioning-file-misnamed`: a handset's file whose name has something else for the MAC, or
//! around it, than the list of the master file.

use std::collections::BTreeSet;

use hashbrown::HashSet;

use super::{Facts, Findings, mac_spelling};
use crate::finding::Subject;
use crate::handset::Mac;
use crate::phone::Configuration;
use crate::phone::provisioning::{LIST, TAG, around_mac, is_handset_file, name_in_list, split};
use crate::source::Span;
use crate::spelling::is_within;

/// How each handset's own files are named in a list, before and behind the MAC.
struct Pattern<'s> {
    /// The master file.
    master: &'s str,
    /// Where its list stands.
    list: Span,
    before: &'s str,
    behind: &'s str,
}

/// Looks at files that no handset reads and that have nearly such a name as the list of a master
/// file beside them gives every handset.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let path_of = |file: &Configuration| site.sources.get(file.source).name.as_str();
    let mut unread = site.configurations.iter().filter(|file| {
        let is_unread = site.provisioning.is_unread(file.source);
        is_unread && !file.is_template()
    });
    let Some(first) = unread.next() else {
        return;
    };
    let patterns = patterns(site);
    let mut served: Option<HashSet<Mac>> = None;
    for file in std::iter::once(first).chain(unread) {
        let path = path_of(file);
        if is_handset_file(path) || file.get(LIST).is_some() {
            continue;
        }
        let Some(parameter) = file.parameters.first() else {
            continue;
        };
        let found = patterns.iter().find_map(|pattern| {
            let slip = pattern.slip(name_in_list(pattern.master, path)?)?;
            Some((pattern, slip))
        });
        let Some((pattern, slip)) = found else {
            continue;
        };
        // A file of the right name lies beside.
        let meant = slip.meant();
        let served = served.get_or_insert_with(|| with_own(site));
        if meant.is_some_and(|mac| served.contains(&mac)) {
            continue;
        }
        let whose = meant.map_or_else(|| "<MAC>".to_owned(), |mac| mac.to_string());
        let right = format!("{}{whose}{}", pattern.before, pattern.behind);
        let (what, help) = match slip {
            Slip::OfMac(written) => (
                format!("`{written}` is no MAC"),
                ": twelve hexadecimal digits with nothing between them",
            ),
            Slip::Around(_) => (format!("handset {whose} asks for `{right}`"), ""),
        };
        let place = parameter.name.span;
        let handsets: Vec<_> = meant.into_iter().collect();
        findings.push(
            findings
                .at(place, format!("no handset reads this file: {what}"))
                .about(Subject::Token(place))
                .handsets(&handsets)
                .related(
                    pattern.list,
                    format!("each handset asks for its own `{right}`"),
                )
                .help(format!("rename the file to `{right}`{help}")),
        );
    }
}

/// How a name differs from the one that handsets ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slip<'n> {
    /// What stands for the MAC is none.
    OfMac(&'n str),
    /// What stands before or behind the MAC.
    Around(Mac),
}

impl Slip<'_> {
    /// The handset that is meant.
    fn meant(self) -> Option<Mac> {
        match self {
            Self::OfMac(written) => mac_spelling::meant(written),
            Self::Around(mac) => Some(mac),
        }
    }
}

impl Pattern<'_> {
    /// How a name, as the list would have it, differs from this one by no more than a slip.
    fn slip<'n>(&self, name: &'n str) -> Option<Slip<'n>> {
        let written = between(name, self.before, self.behind);
        if let Some(written) = written.filter(|written| is_nearly_mac(written)) {
            return Some(Slip::OfMac(written));
        }
        let (before, mac, behind) = around_mac(name)?;
        let is_near = mac != Mac::DEFAULT
            && letters(before) == letters(self.before)
            && is_nearly_end(behind, self.behind);
        is_near.then_some(Slip::Around(mac))
    }
}

/// What stands behind a MAC was meant to be that: with other signs, in another case, with another
/// ending or a second one, with the number of a download, or with a letter's slip. What was put
/// aside by its name was not.
fn is_nearly_end(written: &str, right: &str) -> bool {
    let (written, right) = (written.to_lowercase(), right.to_lowercase());
    let stem = |end: &str| {
        let mut stem = end;
        for ending in [".txt", ".xml", ".cfg"] {
            stem = stem.strip_suffix(ending).unwrap_or(stem);
        }
        stem.to_owned()
    };
    let written = stem(&written);
    let written = letters(mac_spelling::without_number(&written));
    let right = letters(&stem(&right));
    let digits = |text: &str| text.replace(|one: char| !one.is_ascii_digit(), "");
    let is_word = || right.chars().count() > 2 && digits(&written) == digits(&right);
    written == right || is_word() && is_within(&written, &right, 1)
}

/// A text without its signs and blanks, in lower case.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|one| one.is_alphanumeric());
    letters.collect::<String>().to_lowercase()
}

/// How the master files of each folder name handsets' own files, each way once.
fn patterns<'s>(site: &'s Facts<'_>) -> Vec<Pattern<'s>> {
    let groups = site.provisioning.groups.iter();
    let masters: BTreeSet<_> = groups.filter_map(|group| group.reading.master()).collect();
    let mut seen = HashSet::new();
    let mut patterns = Vec::new();
    for source in masters {
        let files = &site.configurations;
        let file = site.provisioning.configuration(files, source);
        let Some(list) = file.and_then(|file| file.get(LIST)) else {
            continue;
        };
        let master = site.sources.get(source).name.as_str();
        for name in list.value.value.split(',').map(str::trim) {
            let parts = name.split_once(TAG);
            let of_parts = parts.filter(|(before, behind)| !before.is_empty() || *behind != ".cfg");
            if let Some((before, behind)) = of_parts
                && seen.insert((split(master).0, before, behind))
            {
                patterns.push(Pattern {
                    master,
                    list: list.value.span,
                    before,
                    behind,
                });
            }
        }
    }
    patterns
}

/// The handsets that read a file of their own beside their master file.
fn with_own(site: &Facts) -> HashSet<Mac> {
    let groups = site.provisioning.groups.iter();
    groups.flat_map(|group| &group.handsets).copied().collect()
}

/// What stands between two parts of a name, in either case.
fn between<'n>(name: &'n str, before: &str, behind: &str) -> Option<&'n str> {
    let length = name.len().checked_sub(before.len() + behind.len())?;
    let (start, rest) = name.split_at_checked(before.len())?;
    let (inside, end) = rest.split_at_checked(length)?;
    let is_it = start.eq_ignore_ascii_case(before) && end.eq_ignore_ascii_case(behind);
    is_it.then_some(inside)
}

/// A MAC with signs between its digits, or but for one slip: a digit too many, too few or
/// another letter.
fn is_nearly_mac(text: &str) -> bool {
    let digits = mac_spelling::without_signs(text).filter(|_| Mac::of_letters(text).is_none());
    let Some(digits) = digits else {
        return false;
    };
    let (of_mac, others): (Vec<_>, Vec<_>) = digits.chars().partition(char::is_ascii_hexdigit);
    let length = of_mac.len() + others.len();
    let is_near = length.abs_diff(Mac::LETTERS) + others.len() <= 1;
    let has_digit = of_mac
        .iter()
        .any(|digit| digit.is_ascii_digit() && *digit != '0');
    has_digit && (is_near || mac_spelling::meant(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_nearly_a_mac_are_told() {
        for (text, is) in [
            ("0090Ta0a0002", true),
            ("00907a0a002", true),
            ("00907a0a00022", true),
            ("OO9O7a0a0002", true),
            ("00:90:7a:0a:00:02", true),
            ("00907a0a0002", false),
            ("_00907a0a0002", false),
            ("0090Ta0a002", false),
            ("000000000000", false),
            ("00000000000", false),
            ("00907a", false),
            ("SPECTRALINK1", false),
            ("siteb", false),
        ] {
            assert_eq!(is_nearly_mac(text), is, "{text}");
        }
    }

    #[test]
    fn ends_that_are_nearly_that_of_the_list_are_told() {
        for (written, is) in [
            ("_ext.cfg", true),
            ("ext.cfg", true),
            (" -ext.cfg", true),
            ("-Ext.CFG", true),
            ("-ext.cfg.txt", true),
            ("-ext.xml", true),
            ("-ext (1).cfg", true),
            ("-etx.cfg", true),
            ("/ext.cfg", true),
            ("-ext - Copy.cfg", false),
            ("-ext - Copy (2).cfg", false),
            ("-ext.cfg.bak", false),
            ("-ext.old.cfg", false),
            ("-ext2.cfg", false),
            ("-directory.xml", false),
            (".cfg", false),
        ] {
            assert_eq!(is_nearly_end(written, "-ext.cfg"), is, "{written}");
        }
        for (written, is) in [(".cfg.txt", true), (" (1).cfg", true), ("-a.cfg", false)] {
            assert_eq!(is_nearly_end(written, ".cfg"), is, "{written}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_told_in_either_case() {
        assert_eq!(between("reg/AB-Reg.CFG", "reg/", "-reg.cfg"), Some("AB"));
        assert_eq!(between("ab-reg.cfg", "reg/", "-reg.cfg"), None);
        assert_eq!(between("é-reg.cfg", "x", "-reg.cfg"), None);
        assert_eq!(between("-reg", "", "-reg.cfg"), None);
    }
}
