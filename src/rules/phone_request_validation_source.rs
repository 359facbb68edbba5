//! `phone-request-validation-source`: calls that a handset refuses after a failover.

use super::{Facts, Findings, setting};
use crate::phone::Settings;

/// Looks at the validation method of handsets that know several servers.
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
                    "requests are accepted from the registrar's address only, and there are several servers",
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

fn servers_configured(settings: &Settings<'_>) -> usize {
    let entries = settings.entries();
    let used = entries.iter().filter(|entry| entry.overridden_by.is_none());
    used.count()
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
    fn other_methods_and_a_single_server_are_fine() {
        assert_eq!(reported(RULE, &text("digest", "sip2.eslab.local")), [""; 0]);
        assert_eq!(reported(RULE, &text("", "sip2.eslab.local")), [""; 0]);
        assert_eq!(reported(RULE, &text("source", "")), [""; 0]);
    }
}
