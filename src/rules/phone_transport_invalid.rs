//! `phone-transport-invalid`: a transport that no handset knows.

use super::described::{self, described};
use super::lookup::{Setting, served_with};
use super::{Facts, Findings, setting};
use crate::handset::Transport;
use crate::phone::parameter;
use crate::source::Span;
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
            let Some(meant) = meant(&written) else {
                findings.push(finding.help(permitted()));
                continue;
            };
            let right = with_servers(site, value.span, meant);
            let finding = finding.help(help(&written, meant, right));
            findings.push(match right {
                Some(right) => {
                    finding.fix(setting::change(known.parameter, &known.name, right, false))
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
        let help = match meant(written) {
            Some(meant) => help(written, meant, Some(meant)),
            None => permitted(),
        };
        findings.push(described::at(findings, span, message(written)).help(help));
    }
}

fn message(written: &str) -> String {
    format!("`{written}` is no transport that handsets know")
}

fn permitted() -> String {
    let spec = parameter::find("voIpProt.server.1.transport");
    spec.map_or_else(String::new, |spec| format!("write {}", spec.permitted))
}

fn help(written: &str, meant: &str, right: Option<&str>) -> String {
    let write = match right {
        Some(right) if right == meant => format!("write `{meant}`"),
        Some(right) => format!("write `{right}`: with `{meant}` handsets would find no server"),
        None => format!(
            "if `{meant}` is meant, list the servers for it before you write it: with it handsets \
             would find none"
        ),
    };
    format!("{write}; what the handset makes of `{written}` is not documented")
}

/// The transport that was meant where handsets find servers with it, else `DNSnaptr`, unless TLS
/// was meant: nobody does without that unasked.
fn with_servers(site: &Facts, place: Span, meant: &'static str) -> Option<&'static str> {
    let is_served = |transport: &&str| {
        let mut with_transport = site.simulated_with(place);
        let settings = [(Setting::Transport, *transport)];
        with_transport.all(|whose| served_with(site, whose, &settings).is_ok())
    };
    let others = (meant != Transport::Tls.as_str()).then_some("DNSnaptr");
    std::iter::once(meant).chain(others).find(is_served)
}

/// What people write, and what they mean by it: a transport of the protocol that they name.
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
    const PROTOCOLS: [(&str, &str); 3] = [("udp", "UDPOnly"), ("tcp", "TCPOnly"), ("tls", "TLS")];
    let plain: String = written
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == plain) {
        return Some(meant);
    }
    let known = Transport::KNOWN.iter().map(|(spelling, _)| *spelling);
    let nearest = nearest(&plain, known);
    let mut named = PROTOCOLS.iter();
    match named.find(|(protocol, _)| plain.contains(protocol)) {
        Some((protocol, usual)) => {
            let is_of_protocol = |one: &&str| one.to_ascii_lowercase().contains(protocol);
            nearest.filter(is_of_protocol).or(Some(usual))
        }
        None => nearest,
    }
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
            ("UDPpreferred", Some("UDPOnly")),
            ("TLS ", Some("TLS")),
            ("TLSpreferred", Some("TLS")),
            ("carrier pigeon", None),
        ] {
            assert_eq!(meant(written), expected, "{written}");
        }
    }
}
