//! `provisioning-file-misnamed`: a handset's file whose name has something else for the MAC.

use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::{Facts, Findings};
use crate::finding::Subject;
use crate::handset::Mac;
use crate::phone::Configuration;
use crate::phone::provisioning::{LIST, TAG, is_handset_file, name_in_list};
use crate::source::Span;

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
        is_unread && !file.is_template() && !file.is_damaged()
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
            let name = name_in_list(pattern.master, path)?;
            let written = between(name, pattern.before, pattern.behind)?;
            is_nearly_mac(written).then_some((pattern, written))
        });
        let Some((pattern, written)) = found else {
            continue;
        };
        // A file of the right name lies beside.
        let meant = Mac::meant(written);
        let served = served.get_or_insert_with(|| with_own(site));
        if meant.is_some_and(|mac| served.contains(&mac)) {
            continue;
        }
        let whose = meant.map_or_else(|| "<MAC>".to_owned(), |mac| mac.to_string());
        let right = format!("{}{whose}{}", pattern.before, pattern.behind);
        let message = format!("no handset reads this file: `{written}` is no MAC");
        let place = parameter.name.span;
        let handsets: Vec<_> = meant.into_iter().collect();
        findings.push(
            findings
                .at(place, message)
                .about(Subject::Token(place))
                .handsets(&handsets)
                .related(
                    pattern.list,
                    format!("each handset asks for its own `{right}`"),
                )
                .help(format!(
                    "rename the file to `{right}`: twelve hexadecimal digits with nothing \
                     between them"
                )),
        );
    }
}

/// The names of handsets' own files, of every master file, each once.
fn patterns<'s>(site: &'s Facts<'_>) -> Vec<Pattern<'s>> {
    let groups = site.provisioning.groups.iter();
    let masters = groups.filter_map(|group| group.reading.master());
    let mut lists = BTreeMap::new();
    for master in masters {
        let file = site
            .provisioning
            .configuration(&site.configurations, master);
        if let Some(list) = file.and_then(|file| file.get(LIST)) {
            lists.entry(master).or_insert(list);
        }
    }
    let of_list = lists.into_iter().flat_map(|(master, list)| {
        let master = site.sources.get(master).name.as_str();
        let names = list.value.value.split(',').map(str::trim);
        names.filter_map(move |name| {
            let (before, behind) = name.split_once(TAG)?;
            let list = list.value.span;
            (!before.is_empty() || behind != ".cfg").then_some(Pattern {
                master,
                list,
                before,
                behind,
            })
        })
    });
    of_list.collect()
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
    // With a sign in front it was put aside.
    let is_bare = text.starts_with(|one: char| one.is_alphanumeric());
    if !is_bare || Mac::of_letters(text).is_some() {
        return false;
    }
    let digits = text.chars().filter(|one| !":-._ ".contains(*one));
    let (of_mac, others): (Vec<_>, Vec<_>) = digits.partition(char::is_ascii_hexdigit);
    let length = of_mac.len() + others.len();
    let is_near = length.abs_diff(Mac::LETTERS) + others.len() <= 1;
    let has_digit = of_mac
        .iter()
        .any(|digit| digit.is_ascii_digit() && *digit != '0');
    has_digit && (is_near || Mac::meant(text).is_some())
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
    fn a_part_of_a_name_is_told_in_either_case() {
        assert_eq!(between("reg/AB-Reg.CFG", "reg/", "-reg.cfg"), Some("AB"));
        assert_eq!(between("ab-reg.cfg", "reg/", "-reg.cfg"), None);
        assert_eq!(between("é-reg.cfg", "x", "-reg.cfg"), None);
        assert_eq!(between("-reg", "", "-reg.cfg"), None);
    }
}
