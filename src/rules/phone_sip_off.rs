//! `phone-sip-off`: handsets that are told to speak no SIP.

use super::{Facts, Findings, setting};

const SWITCH: &str = "voIpProt.SIP.enable";

/// Looks at the switch of each handset that has a line or a server.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        let Some(switch) = settings.get(SWITCH) else {
            continue;
        };
        let has_use = || settings.lines().next().is_some() || !settings.entries().is_empty();
        if switch.value.value.trim() != "0" || !has_use() {
            continue;
        }
        let message = format!("`{SWITCH}` turns SIP off: no line registers");
        findings.push(
            setting::finding(findings, settings, switch.value.span, message)
                .help(format!("write `{SWITCH}=\"1\"`, or delete the setting"))
                .fix(setting::change(switch, SWITCH, "1", false)),
        );
    }
}
