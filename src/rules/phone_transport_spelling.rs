//! `phone-transport-spelling`: a known transport in another case.

use super::described::{self, described};
use super::{Facts, Findings, setting};
use crate::handset::Transport;

/// Looks at every transport setting, forms that nobody filled in apart.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for configuration in site.distinct_configurations() {
        for known in setting::transports(configuration) {
            let value = &known.parameter.value;
            let transport = Transport::read(&value.value);
            let canonical = transport.as_str();
            if value.value.is_empty() || value.value == canonical {
                continue;
            }
            let message = message(&value.value, canonical);
            findings.push(
                setting::in_file(site, findings, value.span, message)
                    .help(IN_ANOTHER_CASE)
                    .fix(setting::change(
                        known.parameter,
                        &known.name,
                        canonical,
                        true,
                    )),
            );
        }
    }
    let other = described(site).find_map(|one| {
        let span = one.transport()?;
        let (written, canonical) = (site.text(span), one.entry.transport.value.as_str());
        let is_other = !written.trim().is_empty() && written != canonical;
        is_other.then(|| (span, message(written, canonical)))
    });
    if let Some((span, message)) = other {
        findings.push(described::at(findings, span, message).help(IN_ANOTHER_CASE));
    }
}

fn message(written: &str, canonical: &str) -> String {
    format!("transport `{written}` is spelt `{canonical}` in the guide")
}

/// What is to be done where a word of the guide stands in another case.
pub(super) const IN_ANOTHER_CASE: &str =
    "whether handsets tell the two apart is not documented: write it as the guide does";

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{repaired, reported};

    const RULE: &str = "phone-transport-spelling";

    #[test]
    fn another_case_is_reported_and_repaired() {
        let text = r#"<a reg.1.server.1.transport="DNSNaptr" voIpProt.SIP.outboundProxy.transport="UDPonly"/>"#;
        assert_eq!(
            reported(RULE, text),
            ["warning: DNSNaptr", "warning: UDPonly"]
        );
        let once = repaired(RULE, text);
        assert!(
            once.contains(r#"reg.1.server.1.transport="DNSnaptr""#),
            "{once}"
        );
    }

    #[test]
    fn the_guide_s_spelling_and_blank_forms_are_fine() {
        let text = r#"<a reg.1.server.1.transport="TCPpreferred" reg.2.server.1.transport="" reg.3.server.1.address="" reg.3.server.1.transport="UDPonly" reg.4.server.1.transport="naptr"/>"#;
        assert!(reported(RULE, text).is_empty());
    }
}
