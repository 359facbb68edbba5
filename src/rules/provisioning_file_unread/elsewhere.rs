//! The file of another folder is named in the place of the one that lies beside the list.

use hashbrown::HashMap;

use crate::finding::{Edit, Fix};
use crate::phone::provisioning::{What, split};
use crate::rule::Severity;
use crate::rules::{Facts, Findings, provisioning};
use crate::source::folder_of;

/// Looks at names that lead to another folder, where a file of that name with a server lies beside
/// the list and nobody reads it.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let named = provisioning::named(site, |what| matches!(what, What::File(_)));
    let leads_up = |span| site.text(span).starts_with("../");
    let named: Vec<_> = named.iter().filter(|(span, _)| leads_up(**span)).collect();
    if named.is_empty() {
        return;
    }
    let files = site.configurations.iter();
    let unread = files.filter(|file| site.provisioning.is_unread(file.source));
    let by_path: HashMap<_, _> = unread
        .map(|file| (&*site.sources.get(file.source).name, file))
        .collect();
    for (span, named) in named {
        let name = split(site.text(*span)).1;
        let list = &site.sources.get(span.source).name;
        let Some(own) = by_path.get(&*format!("{}{name}", folder_of(list))) else {
            continue;
        };
        let servers = own.settings().servers();
        let mut addresses = servers.iter().filter_map(|server| server.filled("address"));
        let Some(address) = addresses.next() else {
            continue;
        };
        let written = site.text(*span);
        let message =
            format!("handsets read `{written}`, and no handset reads `{name}` of this folder");
        let finding = named.finding(findings, *span, message);
        findings.push(
            finding
                .severity(Severity::Warning)
                .help(format!(
                    "name `{name}`, if the handsets of this folder are to have the server of their \
                     own file; else remove that file"
                ))
                .related(address.value.span, "no handset reads this server")
                .fix(Fix {
                    title: format!("name `{name}` of this folder"),
                    edits: vec![Edit::replace(*span, name)],
                    ..Fix::default()
                }),
        );
    }
}
