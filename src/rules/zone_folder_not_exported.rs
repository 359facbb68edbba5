//! `zone-folder-not-exported`: folders of SRV records that a list shows without what is in
//! them.

use super::{Facts, Findings};

/// Folders in which the services stand that handsets look up.
const OF_SERVICES: [&[u8]; 2] = [b"_tcp", b"_udp"];

/// Looks at the folders of every list, unless the folder's own list is given too.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        for zone in &view.zones {
            let folders = zone.not_exported.iter().filter(|folder| {
                let label = folder.name.iter().next().unwrap_or_default();
                OF_SERVICES
                    .iter()
                    .any(|name| label.eq_ignore_ascii_case(name))
            });
            for folder in folders.filter(|folder| !view.is_apex(&folder.name)) {
                let name = folder.name.to_string();
                let name = name.trim_end_matches('.');
                let message = format!("the records of the folder `{name}` are not in this list");
                findings.push(findings.at(folder.span, message).help(format!(
                    "open the folder in DNS Manager, choose Action, Export List, and save it as \
                     `{name}.txt` beside this file; or export the whole zone: `dnscmd /ZoneExport \
                     {} <file>`",
                    zone.apex.to_string().trim_end_matches('.')
                )));
            }
        }
    }
}
