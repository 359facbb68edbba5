//! `phone-sip-off`: handsets that are told to speak no SIP.

use super::{Facts, Findings, setting};
use crate::phone::SIP_SWITCH as SWITCH;

/// Looks at the switch of each handset that has a line or a server.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        let has_use = || settings.lines().next().is_some() || !settings.entries().is_empty();
        let Some(switch) = settings.sip_switch().filter(|_| has_use()) else {
            continue;
        };
        let message = format!("`{SWITCH}` turns SIP off: no line registers");
        findings.push(
            setting::finding(findings, settings, switch.value.span, message)
                .help(format!("write `{SWITCH}=\"1\"`, or delete the setting"))
                .fix(setting::change(switch, SWITCH, "1", false)),
        );
    }
}
