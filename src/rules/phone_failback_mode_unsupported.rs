//! `phone-failback-mode-unsupported`: a mode that the 84-Series guide does not list.

use super::{Facts, Findings, setting};

/// Looks at every server and proxy, forms that nobody filled in apart.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        for server in settings.servers() {
            let Some(mode) = server.get("failOver.failBack.mode") else {
                continue;
            };
            let is_listed = !mode.value.value.trim().eq_ignore_ascii_case("newRequests");
            if is_listed || server.is_blank() {
                continue;
            }
            findings.push(
                setting::finding(
                    findings,
                    settings,
                    mode.value.span,
                    "the 84-Series guide knows no failback mode `newRequests`",
                )
                .help("write `registration` (its default), `DNSTTL` or `duration`")
                .fix(setting::change(
                    mode,
                    &mode.name.value,
                    "registration",
                    false,
                )),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{repaired, reported};

    const RULE: &str = "phone-failback-mode-unsupported";

    #[test]
    fn new_requests_is_reported() {
        let text = r#"<a reg.1.outboundProxy.failOver.failBack.mode="newRequests"/>"#;
        assert_eq!(reported(RULE, text), ["warning: newRequests"]);
        assert!(repaired(RULE, text).contains("=\"registration\""));
    }

    #[test]
    fn listed_modes_and_blank_forms_are_fine() {
        let text = r#"<a reg.1.server.1.failOver.failBack.mode="DNSTTL" reg.2.server.1.failOver.failBack.mode="" reg.3.server.1.address="" reg.3.server.1.failOver.failBack.mode="newRequests"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
