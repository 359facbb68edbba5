//! `phone-failback-mode-unsupported`: a mode that the 84-Series guide does not list, or not in
//! these letters.

use super::phone_transport_spelling::IN_ANOTHER_CASE;
use super::{Facts, Findings, setting};
use crate::handset::failover::FailbackMode;

/// Looks at every server and proxy, forms that nobody filled in apart.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        for server in settings.servers() {
            let Some(mode) = server.get("failOver.failBack.mode") else {
                continue;
            };
            let written = mode.value.value.as_str();
            let mut known = FailbackMode::ALL.into_iter();
            let known = known.find(|(spelling, _)| spelling.eq_ignore_ascii_case(written.trim()));
            let Some((spelling, known)) = known.filter(|_| !server.is_blank()) else {
                continue;
            };
            let (message, help, right, is_safe) = match known {
                FailbackMode::NewRequests => (
                    "the 84-Series guide knows no failback mode `newRequests`".to_owned(),
                    "write `registration` (its default), `DNSTTL` or `duration`",
                    "registration",
                    false,
                ),
                _ if written == spelling => continue,
                _ => (
                    format!("failback mode `{written}` is spelt `{spelling}` in the guide"),
                    IN_ANOTHER_CASE,
                    spelling,
                    true,
                ),
            };
            findings.push(
                setting::finding(findings, settings, mode.value.span, message)
                    .help(help)
                    .fix(setting::change(mode, &mode.name.value, right, is_safe)),
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
    fn a_mode_in_another_case_or_with_a_blank_is_reported_and_repaired() {
        let text = r#"<a reg.1.server.1.failOver.failBack.mode="registration " reg.1.server.2.failOver.failBack.mode="dnsTTL" reg.2.server.1.failOver.failBack.mode="later"/>"#;
        assert_eq!(
            reported(RULE, text),
            ["warning: registration ", "warning: dnsTTL"]
        );
        assert!(repaired(RULE, text).contains("=\"registration\""));
    }

    #[test]
    fn listed_modes_and_blank_forms_are_fine() {
        let text = r#"<a reg.1.server.1.failOver.failBack.mode="DNSTTL" reg.2.server.1.failOver.failBack.mode="" reg.3.server.1.address="" reg.3.server.1.failOver.failBack.mode="newRequests"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
