//! `phone-registration-off`: lines that are told to place calls without a registration.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::{Facts, Findings, setting};
use crate::phone::ConfiguredEntry;

/// Looks at the servers of each line, and of all lines: one of several may be there for calls
/// only. An outbound proxy takes calls without a registration.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        if settings.sip_switch().is_some() {
            continue;
        }
        let mut lines: BTreeMap<_, Vec<ConfiguredEntry>> = BTreeMap::new();
        for entry in settings.entries() {
            if entry.overridden_by.is_none() {
                lines.entry(entry.line).or_default().push(entry);
            }
        }
        lines.retain(|_, entries| entries.iter().all(|entry| !entry.proxy && !entry.registers));
        if lines.is_empty() {
            continue;
        }
        let servers = settings.servers();
        let switches = servers.iter().filter_map(|server| {
            let switch = server.registration_switch()?;
            Some((server.prefix.as_str(), switch))
        });
        let switches: HashMap<_, _> = switches.collect();
        for entries in lines.values() {
            let switches = entries
                .iter()
                .filter_map(|entry| switches.get(&*entry.prefix));
            let mut switches = switches.copied();
            let Some(first) = switches.next() else {
                continue;
            };
            let name = first.name.value.as_str();
            let message = format!("`{name}` is 0: the line does not register");
            let finding = setting::finding(findings, settings, first.value.span, message)
                .help(format!(
                    "write `{name}=\"1\"`, or delete the setting: `0` is for calls through an \
                     outbound proxy, and there is none"
                ))
                .fix(setting::change(first, name, "1", false));
            findings.push(switches.fold(finding, |finding, other| {
                finding.related(other.value.span, "nor with this server")
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{repaired, reported};

    const RULE: &str = "phone-registration-off";

    #[test]
    fn a_line_without_registration_is_reported_and_repaired() {
        let text = r#"<a reg.1.server.1.address="eslab.local" reg.1.server.1.register="0" reg.2.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["error: 0"]);
        assert!(repaired(RULE, text).contains("register=\"1\""));
    }

    #[test]
    fn what_has_another_server_or_a_proxy_is_fine() {
        for text in [
            r#"<a voIpProt.server.1.address="a.local" voIpProt.server.2.address="b.local" voIpProt.server.2.register="0"/>"#,
            r#"<a reg.1.server.1.address="a.local" reg.1.server.1.register="0" reg.1.outboundProxy.address="p.local"/>"#,
            r#"<a voIpProt.server.1.address="a.local" voIpProt.server.1.register="0" voIpProt.SIP.outboundProxy.address="p.local"/>"#,
            r#"<a voIpProt.server.1.address="" voIpProt.server.1.register="0" reg.1.server.1.address="a.local"/>"#,
            r#"<a voIpProt.server.1.address="a.local" voIpProt.server.1.register="0" voIpProt.SIP.enable="0"/>"#,
        ] {
            assert_eq!(reported(RULE, text), [""; 0], "{text}");
        }
    }
}
