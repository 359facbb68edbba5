//! `provisioning-file-missing`: `CONFIG_FILES` names what handsets do not get.

use super::provisioning::{Named, named};
use super::{Facts, Findings, setting};
use crate::finding::{Edit, Finding, Fix};
use crate::phone::provisioning::{TAG, What};
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
    if !name.contains('[') {
        return one
            .finding(findings, span, format!("`{name}` is not there"))
            .help("put the file into the folder, beside the master file, or take its name out of `CONFIG_FILES`");
    }
    let finding = if let Some(right) = with_tag(name) {
        let message = format!("`{name}` is not there: it lacks the tag `{TAG}`");
        one.finding(findings, span, message)
            .help("handsets put their MAC in the place of this tag only, in capital letters")
            .fix(Fix {
                title: format!("name `{right}`"),
                edits: vec![Edit::replace(span, right)],
                ..Fix::default()
            })
    } else {
        let whose = match one.handsets.len() {
            0 => String::new(),
            count => format!(" for {}", setting::count(count, "handset")),
        };
        one.finding(findings, span, format!("`{name}` is not there{whose}"))
            .help("write the file for each of them; the name holds the MAC, as in `00907a1122aa`")
    };
    // A file for some handsets only may be meant for these only.
    if site.settings_of(one.group).entries().is_empty() {
        finding
    } else {
        finding.severity(Severity::Warning)
    }
}

/// The name with the tag as handsets know it, where it is written in another case.
fn with_tag(name: &str) -> Option<String> {
    let at = name.to_ascii_uppercase().find(TAG)?;
    let right = format!("{}{TAG}{}", &name[..at], &name[at + TAG.len()..]);
    (right != name).then_some(right)
}
