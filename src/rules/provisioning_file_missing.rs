//! `provisioning-file-missing`: `CONFIG_FILES` names what handsets do not get.

use super::provisioning::{Named, named};
use super::{Facts, Findings};
use crate::finding::{Edit, Finding, Fix, count};
use crate::phone::provisioning::{TAG, TAGS_OF_MODEL, What, with_commas};
use crate::rule::Severity;
use crate::source::Span;

/// Looks at every name in the lists of master files.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let missing = named(site, |what| {
        matches!(what, What::Missing(_) | What::Unreadable(_) | What::Beyond)
    });
    for (span, one) in missing {
        let finding = report(site, findings, span, &one);
        findings.push(finding);
    }
}

fn report(site: &Facts, findings: &Findings, span: Span, one: &Named<'_>) -> Finding {
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
            let there = parts.join("/");
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
        _ => missing(site, findings, span, one),
    }
}

fn missing(site: &Facts, findings: &Findings, span: Span, one: &Named<'_>) -> Finding {
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
        one.finding(findings, span, format!("`{name}` is not there{whose}"))
            .help("write the file for each of them; the name holds the MAC, as in `00907a1122aa`")
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
            None => finding.help(
                "put the file into the folder, beside the master file, or take its name out of \
                 `CONFIG_FILES`",
            ),
        };
    };
    // A file for some handsets only may be meant for these only.
    if site.settings_of(one.group).entries().is_empty() {
        finding
    } else {
        finding.severity(Severity::Warning)
    }
}

/// What looks like a tag in a name.
fn tag(name: &str) -> Option<&str> {
    let start = name.find('[')?;
    let length = name[start..].find(']')?;
    Some(&name[start..=start + length])
}

/// The name with the tag as handsets know it, where it is written in another case.
fn with_tag(name: &str) -> Option<String> {
    let at = name.to_ascii_uppercase().find(TAG)?;
    let right = format!("{}{TAG}{}", &name[..at], &name[at + TAG.len()..]);
    (right != name).then_some(right)
}
