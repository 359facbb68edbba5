//! `provisioning-override-file`: settings of the handset or its web pages, which count more
//! than those of the provisioning server.

use hashbrown::HashMap;

use super::provisioning::takes_user;
use super::{Facts, Findings};
use crate::finding::{Subject, count};
use crate::phone::Parameter;
use crate::phone::provisioning::{Group, What};
use crate::rule::Severity;
use crate::source::SourceId;

/// Looks at every override file that handsets read; one finding for those that are alike.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for group in &site.provisioning.groups {
        let provisioned = provisioned(site, group);
        for entry in group
            .reading
            .entries
            .iter()
            .filter(|one| one.role.is_override())
        {
            let What::File(source) = entry.what else {
                continue;
            };
            let parameters = || parameters(site, source);
            let beaten: Vec<_> = parameters()
                .filter_map(|own| {
                    let other = provisioned.get(own.name.value.as_str())?;
                    (own.value.value != other.value.value).then_some((own, other))
                })
                .collect();
            let emptied = beaten.iter().find(|(own, other)| takes_user(own, other));
            let first = emptied.or(beaten.first()).map(|(own, _)| *own);
            let Some(first) = first.or_else(|| parameters().next()) else {
                continue;
            };
            let message = match (beaten.len(), emptied) {
                (_, Some((own, _))) => format!(
                    "an override file takes `{}` away: the handset has no such line",
                    own.name.value
                ),
                (0, None) => {
                    "an override file: what it sets counts more than what is provisioned".to_owned()
                }
                (number, None) => format!(
                    "an override file, which counts more than what is provisioned: {} differently",
                    count(number, "parameter")
                ),
            };
            let mut finding = findings
                .at(first.name.span, message)
                .severity(match emptied {
                    Some(_) => Severity::Error,
                    None => Severity::Note,
                })
                .about(Subject::Token(first.name.span))
                .handsets(&group.handsets)
                .help(
                    "delete the file on the server, and reset the handset's own settings, where \
                     the provisioned values are to count",
                );
            // That at which the finding stands first.
            let mut shown: Vec<_> = beaten.iter().collect();
            shown.sort_by_key(|(own, _)| !std::ptr::eq(*own, first));
            for (_, other) in shown.into_iter().take(3) {
                finding = finding.related(other.value.span, "this value is beaten");
            }
            findings.push(finding);
        }
    }
}

/// What counts without override files.
fn provisioned<'s>(site: &'s Facts<'_>, group: &Group) -> HashMap<&'s str, &'s Parameter> {
    let mut provisioned = HashMap::new();
    let entries = group.reading.entries.iter();
    for entry in entries.filter(|entry| !entry.role.is_override()) {
        if let What::File(source) = entry.what {
            for parameter in parameters(site, source) {
                provisioned
                    .entry(parameter.name.value.as_str())
                    .or_insert(parameter);
            }
        }
    }
    provisioned
}

fn parameters<'s>(
    site: &'s Facts<'_>,
    source: SourceId,
) -> impl Iterator<Item = &'s Parameter> + use<'s> {
    let file = site
        .provisioning
        .configuration(&site.configurations, source);
    file.into_iter().flat_map(|file| &file.parameters)
}
