//! `provisioning-file-missing`: `CONFIG_FILES` names what handsets do not get.

use hashbrown::HashMap;

use super::provisioning::{Named, named};
use super::{Facts, Findings};
use crate::finding::{Edit, Finding, Fix, count};
use crate::handset::Mac;
use crate::phone::Configuration;
use crate::phone::provisioning::{
    TAG, TAGS_OF_MODEL, What, name_in_list, named_after, with_commas, without_mac,
};
use crate::rule::Severity;
use crate::source::Span;
use crate::spelling::nearest;

/// Unread files among which one is looked for: no folder has as many that were not meant to be.
const CANDIDATES: usize = 64;

/// Looks at every name in the lists of master files.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let missing = named(site, |what| {
        matches!(what, What::Missing(_) | What::Unreadable(_) | What::Beyond)
    });
    if missing.is_empty() {
        return;
    }
    let unread = Unread::of(site);
    for (span, one) in missing {
        let finding = report(site, findings, span, &one, &unread);
        findings.push(finding);
    }
}

/// Files that no list names.
struct Unread<'s> {
    /// By the handsets that they are named after.
    of_handset: HashMap<Mac, &'s Configuration>,
    /// The others, in the order of their paths.
    common: Vec<(&'s str, &'s Configuration)>,
}

impl<'s> Unread<'s> {
    fn of(site: &'s Facts<'_>) -> Self {
        let mut of_handset = HashMap::new();
        let mut common = Vec::new();
        let files = site.configurations.iter();
        for file in files.filter(|file| site.provisioning.is_unread(file.source)) {
            let path = site.sources.get(file.source).name.as_str();
            match named_after(path) {
                Some(mac) => drop(of_handset.insert(mac, file)),
                None if common.len() < CANDIDATES => common.push((path, file)),
                None => {}
            }
        }
        Self { of_handset, common }
    }

    /// How the list of a master file would name the file that a name in it was meant for: one in
    /// another folder, with another ending, or with a slip in its name.
    fn meant(&self, master: &str, name: &str) -> Option<(&'s str, &'s Configuration)> {
        let name = name.replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or_default();
        let stem = stem_of(last);
        let common = self.common.iter();
        let below = common.filter_map(|(path, file)| Some((name_in_list(master, path)?, *file)));
        let cost_of = |path: &str| {
            let other = path.rsplit('/').next().unwrap_or(path);
            let is_alike = other.eq_ignore_ascii_case(last);
            let is_same = stem_of(other).eq_ignore_ascii_case(stem);
            let is_near = || nearest(stem, [stem_of(other)]).is_some();
            let cost = (!is_alike, !is_same);
            (is_alike || is_same || is_near()).then_some(cost)
        };
        let found = below.filter_map(|(path, file)| Some((cost_of(path)?, path, file)));
        let nearest = found.min_by_key(|(cost, path, _)| (*cost, *path))?;
        Some((nearest.1, nearest.2))
    }
}

/// A name up to its first dot.
fn stem_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn report(
    site: &Facts,
    findings: &Findings,
    span: Span,
    one: &Named<'_>,
    unread: &Unread<'_>,
) -> Finding {
    let name = site.text(span);
    match one.what {
        What::Unreadable(why) => one
            .finding(findings, span, format!("`{name}` cannot be read: {why}"))
            .help("let the provisioning server, and whoever checks its folder, read the file"),
        What::Beyond => one
            .finding(
                findings,
                span,
                format!("`{name}` stands behind the part of the list that handsets read"),
            )
            .help("shorten the list: handsets read 2047 characters of it"),
        What::Missing(Some(near)) => {
            // As many folders as the list names.
            let there = &site.sources.get(*near).name;
            let depth = name.split(['/', '\\']).count();
            let mut parts: Vec<_> = there.rsplit('/').take(depth).collect();
            parts.reverse();
            let mut there = parts.join("/");
            if name.contains(TAG) {
                // The name is that of every handset's file.
                let macs: Vec<_> = Mac::all_in(&there).collect();
                there = macs
                    .into_iter()
                    .fold(there, |name, mac| without_mac(&name, mac));
            }
            one.finding(
                findings,
                span,
                format!("`{name}` is not there, but `{there}` is"),
            )
            .help("write the name as the file is called: most servers tell capital letters from small ones")
            .fix(Fix {
                title: format!("name `{there}`"),
                edits: vec![Edit::replace(span, there)],
                ..Fix::default()
            })
        }
        _ => missing(site, findings, span, one, unread),
    }
}

fn missing(
    site: &Facts,
    findings: &Findings,
    span: Span,
    one: &Named<'_>,
    unread: &Unread<'_>,
) -> Finding {
    let name = site.text(span);
    let finding = if let Some(right) = with_commas(name) {
        let message = format!("`{name}` is not there: only a comma separates names");
        one.finding(findings, span, message)
            .help(format!("write `{right}`"))
            .fix(Fix {
                title: "separate the names by commas".to_owned(),
                edits: vec![Edit::replace(span, right)],
                ..Fix::default()
            })
    } else if let Some(right) = with_tag(name) {
        let message = format!("`{name}` is not there: it lacks the tag `{TAG}`");
        one.finding(findings, span, message)
            .help("handsets put their MAC in the place of this tag only, in capital letters")
            .fix(Fix {
                title: format!("name `{right}`"),
                edits: vec![Edit::replace(span, right)],
                ..Fix::default()
            })
    } else if name.contains(TAG) {
        let whose = match one.handsets.len() {
            0 => String::new(),
            number => format!(" for {}", count(number, "handset")),
        };
        let finding = one.finding(findings, span, format!("`{name}` is not there{whose}"));
        let mut beside = one.handsets.iter();
        match beside.find_map(|mac| unread.of_handset.get_key_value(mac)) {
            Some((mac, file)) => named_otherwise(site, finding, *mac, file),
            None => finding.help(
                "write the file for each of them; the name holds the MAC, as in `00907a1122aa`",
            ),
        }
    } else if let Some(tag) = TAGS_OF_MODEL.into_iter().find(|tag| name.contains(tag)) {
        let message = format!("`{name}` could not be looked for: `{tag}` stands for a model");
        return one
            .finding(findings, span, message)
            .severity(Severity::Note)
            .help(format!(
                "see that each model has its file; what handsets put in the place of `{tag}` is \
                 not documented"
            ));
    } else {
        let finding = one.finding(findings, span, format!("`{name}` is not there"));
        return match tag(name) {
            Some(tag) => finding.help(format!(
                "name the file as it is called: as far as is known handsets put nothing in the \
                 place of `{tag}`, and their MAC in that of `{TAG}`"
            )),
            None => elsewhere(site, finding, name, unread),
        };
    };
    // A file for some handsets only may be meant for these only.
    let settings = site.settings_of(one.group);
    let lacks_line = || {
        let handsets = one.handsets.iter();
        let mut beside = handsets.filter_map(|mac| unread.of_handset.get(mac));
        settings.lines().next().is_none() && beside.any(|file| has_line(file))
    };
    if settings.entries().is_empty() || lacks_line() {
        finding
    } else {
        finding.severity(Severity::Warning)
    }
}

/// A handset's file is there under another name, which no list holds.
fn named_otherwise(site: &Facts, finding: Finding, mac: Mac, file: &Configuration) -> Finding {
    let path = &site.sources.get(file.source).name;
    let span = finding.span;
    let master = &site.sources.get(span.source).name;
    let Some(there) = name_in_list(master, path) else {
        return finding;
    };
    let finding = match file.parameters.first() {
        Some(first) => finding.related(first.name.span, "no handset reads this file"),
        None => finding,
    };
    let right = without_mac(there, mac);
    finding
        .help(format!(
            "`{there}` is there, and no list names it: name `{right}`, or write the file that the \
             list names"
        ))
        .fix(Fix {
            title: format!("name `{right}`"),
            edits: vec![Edit::replace(span, right)],
            ..Fix::default()
        })
}

/// The file may be there under another name, or in another folder.
fn elsewhere(site: &Facts, finding: Finding, name: &str, unread: &Unread<'_>) -> Finding {
    let span = finding.span;
    let master = &site.sources.get(span.source).name;
    let Some((there, file)) = unread.meant(master, name) else {
        return finding.help(
            "put the file into the folder, beside the master file, or take its name out of \
             `CONFIG_FILES`",
        );
    };
    let finding = match file.parameters.first() {
        Some(first) => finding.related(first.name.span, "no handset reads this file"),
        None => finding,
    };
    finding
        .help(format!(
            "did you mean `{there}`? It is there, and no list names it"
        ))
        .fix(Fix {
            title: format!("name `{there}`"),
            edits: vec![Edit::replace(span, there)],
            ..Fix::default()
        })
}

fn has_line(file: &Configuration) -> bool {
    file.settings().lines().next().is_some()
}

/// What looks like a tag in a name.
fn tag(name: &str) -> Option<&str> {
    let mut signs = [('[', ']'), ('{', '}'), ('%', '%')].into_iter();
    signs.find_map(|(begin, end)| {
        let start = name.find(begin)?;
        let length = name[start + 1..].find(end)?;
        Some(&name[start..=start + 1 + length])
    })
}

/// The name with the tag as handsets know it, where it is written in another case.
fn with_tag(name: &str) -> Option<String> {
    let at = name.to_ascii_uppercase().find(TAG)?;
    let right = format!("{}{TAG}{}", &name[..at], &name[at + TAG.len()..]);
    (right != name).then_some(right)
}
