//! A line whose user is not set, though who it logs in as is.

use hashbrown::HashSet;

use super::set_to;
use crate::fix::Field;
use crate::phone::provisioning::Group;
use crate::phone::{Parameter, Settings};
use crate::rule::Severity;
use crate::rules::{Facts, Findings, provisioning, setting};

/// Looks at lines of which a handset's own file has the name to log in with: in a file of many
/// handsets that may be for lines that only some of them have.
pub(super) fn check(site: &Facts, group: &Group, settings: &Settings<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let named: Vec<(u32, &Parameter)> = settings
        .parameters()
        .filter_map(|user| Some((login_of(&user.name.value)?, user)))
        .filter(|(line, user)| seen.insert(*line) && !user.value.value.trim().is_empty())
        .filter(|(_, user)| provisioning::is_own(site, group, user.name.span.source))
        .collect();
    if named.is_empty() || !settings.is_whole() {
        return;
    }
    // An empty value may have taken the user of another file away, which another rule tells.
    let filled: HashSet<&str> = settings
        .parameters()
        .filter(|parameter| !parameter.value.value.is_empty())
        .map(|parameter| &*parameter.name.value)
        .collect();
    let has_lines = settings.lines().next().is_some();
    for (line, login) in named {
        let name = format!("reg.{line}.address");
        let is_misspelt = || site.misspelt().is_meant(settings, &name);
        if filled.contains(&*name) || is_misspelt() {
            continue;
        }
        let message =
            format!("line {line} has no user (`{name}` is not set): handsets do not register it");
        let finding = setting::finding(findings, settings, login.value.span, message)
            .severity(if has_lines {
                Severity::Warning
            } else {
                Severity::Error
            })
            .help(format!(
                "set `{name}`, or delete the other settings of line {line} if it is not needed"
            ))
            .fix(set_to(name.clone(), Field::blank("user")));
        findings.push(match settings.get(&name) {
            Some(address) => finding.related(address.value.span, "the user is empty"),
            None => finding,
        });
    }
}

/// The line whose name to log in with that is: `reg.1.auth.userId`.
fn login_of(name: &str) -> Option<u32> {
    let line = name.strip_prefix("reg.")?.strip_suffix(".auth.userId")?;
    line.parse().ok()
}
