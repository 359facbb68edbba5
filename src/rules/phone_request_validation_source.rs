//! `phone-request-validation-source`: calls that a handset refuses after a failover.

use super::{Facts, Findings, setting};
use crate::phone::Settings;

/// Looks at the validation method of handsets that have several servers on one line.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let found = servers_found(site);
    for (settings, found) in site.settings().iter().zip(found) {
        if settings.is_template() || found.max(servers_configured(settings)) < 2 {
            continue;
        }
        for known in settings.known() {
            if known.spec.key != "voIpProt.SIP.requestValidation.#.method" {
                continue;
            }
            let value = &known.parameter.value;
            let method = value.value.trim().to_ascii_lowercase();
            if !matches!(method.as_str(), "source" | "both" | "all") {
                continue;
            }
            findings.push(
                setting::finding(
                    findings,
                    settings,
                    value.span,
                    "requests are accepted from the registrar's address only, and a line has several servers",
                )
                .help(
                    "after a failover calls come from a server the handset is not registered with: \
                     validate by `digest`, or not at all",
                )
                .fix(setting::change(known.parameter, &known.name, "digest", false)),
            );
        }
    }
}

/// The most servers that a lookup finds for each of the site's settings.
fn servers_found(site: &Facts) -> Vec<usize> {
    let mut most = vec![0; site.provisioning.groups.len()];
    for (simulation, setup, _) in site.simulated() {
        for group in &setup.groups {
            most[*group] = most[*group].max(simulation.lookup.servers().len());
        }
    }
    most
}

/// The most servers of one line: what another line registers with is nothing to fail over to.
fn servers_configured(settings: &Settings<'_>) -> usize {
    let registrations = settings.registrations();
    let counts = registrations.iter().map(|line| line.entries.len());
    counts.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::reported;

    const RULE: &str = "phone-request-validation-source";

    fn text(method: &str, second: &str) -> String {
        format!(
            r#"<a voIpProt.server.1.address="sip1.eslab.local" voIpProt.server.2.address="{second}" voIpProt.SIP.requestValidation.1.method="{method}"/>"#
        )
    }

    #[test]
    fn validation_by_source_with_several_servers_is_reported() {
        for method in ["source", "both", "all", "Source"] {
            let found = reported(RULE, &text(method, "sip2.eslab.local"));
            assert_eq!(found, [format!("warning: {method}")]);
        }
    }

    #[test]
    fn a_server_of_each_line_is_fine() {
        let text = r#"<a reg.1.address="1512" voIpProt.server.1.address="10.1.0.11" reg.2.address="1513" reg.2.server.1.address="10.1.0.12" voIpProt.SIP.requestValidation.1.method="source"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
        let text = text.replace(
            "reg.2.address",
            r#"voIpProt.server.2.address="10.1.0.13" reg.2.address"#,
        );
        assert_eq!(reported(RULE, &text), ["warning: source"]);
    }

    #[test]
    fn other_methods_and_a_single_server_are_fine() {
        assert_eq!(reported(RULE, &text("digest", "sip2.eslab.local")), [""; 0]);
        assert_eq!(reported(RULE, &text("", "sip2.eslab.local")), [""; 0]);
        assert_eq!(reported(RULE, &text("source", "")), [""; 0]);
    }
}
