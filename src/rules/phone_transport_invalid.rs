//! `phone-transport-invalid`: a transport that no handset knows.

use super::described::{self, described};
use super::{Facts, Findings, setting};
use crate::handset::Transport;
use crate::phone::parameter;
use crate::spelling::nearest;

/// Looks at every transport setting, forms that nobody filled in apart.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for configuration in site.distinct_configurations() {
        for known in setting::transports(configuration) {
            let value = &known.parameter.value;
            let Transport::Unknown(written) = Transport::read(&value.value) else {
                continue;
            };
            if configuration.is_malformed(known.parameter) {
                continue;
            }
            let finding = setting::in_file(site, findings, value.span, message(&written));
            let finding = finding.help(help(&written));
            findings.push(match meant(&written) {
                Some(meant) => {
                    finding.fix(setting::change(known.parameter, &known.name, meant, false))
                }
                None => finding,
            });
        }
    }
    let unknown = described(site).find_map(|one| match &one.entry.transport.value {
        Transport::Unknown(written) => Some((one.transport()?, written)),
        _ => None,
    });
    if let Some((span, written)) = unknown {
        findings.push(described::at(findings, span, message(written)).help(help(written)));
    }
}

fn message(written: &str) -> String {
    format!("`{written}` is no transport that handsets know")
}

fn help(written: &str) -> String {
    let permitted = || parameter::find("voIpProt.server.1.transport").map(|spec| spec.permitted);
    match (meant(written), permitted()) {
        (Some(meant), _) => {
            format!("write `{meant}`; what the handset makes of `{written}` is not documented")
        }
        (None, Some(permitted)) => format!("write {permitted}"),
        (None, None) => String::new(),
    }
}

/// What people write, and what they mean by it.
fn meant(written: &str) -> Option<&'static str> {
    const ALIASES: [(&str, &str); 10] = [
        ("naptr", "DNSnaptr"),
        ("srv", "DNSnaptr"),
        ("dnssrv", "DNSnaptr"),
        ("dns", "DNSnaptr"),
        ("auto", "DNSnaptr"),
        ("udp", "UDPOnly"),
        ("tcp", "TCPOnly"),
        ("sips", "TLS"),
        ("tlsonly", "TLS"),
        ("ssl", "TLS"),
    ];
    let plain: String = written
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == plain);
    alias.map(|(_, meant)| *meant).or_else(|| {
        nearest(
            &plain,
            Transport::KNOWN.iter().map(|(spelling, _)| *spelling),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::rules::phone_testing::{repaired, reported};

    const RULE: &str = "phone-transport-invalid";

    #[test]
    fn a_value_that_is_none_is_reported() {
        let text = r#"<a reg.1.server.1.address="eslab.local" reg.1.server.1.transport="naptr"/>"#;
        assert_eq!(reported(RULE, text), ["error: naptr"]);
        assert_eq!(
            repaired(RULE, text),
            r#"<a reg.1.server.1.address="eslab.local" reg.1.server.1.transport="DNSnaptr"/>"#
        );
        let text =
            r#"<a volpProt.server.1.transport="naptr" reg.1.outboundProxy.transport="DNSsnaptr"/>"#;
        assert_eq!(reported(RULE, text), ["error: naptr", "error: DNSsnaptr"]);
    }

    #[test]
    fn known_values_in_any_case_and_blank_forms_are_fine() {
        let text = r#"<a reg.1.server.1.transport="UDPonly" reg.1.server.2.transport="" reg.2.server.1.transport="DNSNAPTR" reg.3.server.1.address="" reg.3.server.1.transport="?" feature.transport="x"/>"#;
        assert!(reported(RULE, text).is_empty());
    }

    #[test]
    fn what_was_meant_is_guessed() {
        for (written, expected) in [
            ("naptr", Some("DNSnaptr")),
            ("DNSsnaptr", Some("DNSnaptr")),
            ("DNS naptr", Some("DNSnaptr")),
            ("DNSnaptr ", Some("DNSnaptr")),
            ("UDP", Some("UDPOnly")),
            ("udp_only", Some("UDPOnly")),
            ("TCP", Some("TCPOnly")),
            ("TCPprefered", Some("TCPpreferred")),
            ("carrier pigeon", None),
        ] {
            assert_eq!(meant(written), expected, "{written}");
        }
    }
}
