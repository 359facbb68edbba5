//! `phone-address-is-srv-name`: the name of SRV records where a domain belongs.

use super::described::{self, described};
use super::{Facts, Findings, setting};
use crate::finding::Subject;
use crate::phone::parameter::Permitted;

/// Looks at every server's address.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for configuration in site.distinct_configurations() {
        for known in configuration.known() {
            let value = known.parameter.value.value.trim();
            if known.spec.permitted != Permitted::Host || !value.starts_with('_') {
                continue;
            }
            let domain = domain(value);
            let labels = value.len() - domain.len();
            let span = setting::part(site, known.parameter, 0..labels);
            let domain = domain.trim_end_matches('.');
            let finding = setting::in_file(site, findings, span, message(&known.name))
                .about(Subject::Token(known.parameter.value.span))
                .help(help(domain));
            findings.push(if domain.is_empty() {
                finding
            } else {
                finding.fix(setting::change(known.parameter, &known.name, domain, false))
            });
        }
    }
    for one in described(site) {
        let value = one.entry.address.value.as_str();
        if value.starts_with('_') {
            let domain = domain(value);
            let span = one.part(0..value.len() - domain.len());
            let finding = described::at(findings, span, message(one.option));
            findings.push(finding.help(help(domain.trim_end_matches('.'))));
        }
    }
}

fn message(setting: &str) -> String {
    format!("`{setting}` names SRV records, not a domain or a server")
}

fn help(domain: &str) -> String {
    if domain.is_empty() {
        "write the SIP domain alone".to_owned()
    } else {
        format!("write `{domain}`: handsets put `_sip._udp.` before it themselves")
    }
}

/// What follows the labels that begin with an underscore.
fn domain(value: &str) -> &str {
    let mut rest = value;
    while rest.starts_with('_') {
        rest = rest.split_once('.').map_or("", |(_, rest)| rest);
    }
    rest
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{repaired, reported};

    const RULE: &str = "phone-address-is-srv-name";

    #[test]
    fn the_labels_are_shown_and_removed() {
        let text = r#"<a reg.1.server.1.address="_sip._udp.eslab.local."/>"#;
        assert_eq!(reported(RULE, text), ["error: _sip._udp."]);
        assert_eq!(
            repaired(RULE, text),
            r#"<a reg.1.server.1.address="eslab.local"/>"#
        );
        let text = r#"<a reg.1.server.1.address="_sip"/>"#;
        assert_eq!(reported(RULE, text), ["error: _sip"]);
    }

    #[test]
    fn domains_and_static_records_are_fine() {
        let text = r#"<a reg.1.server.1.address="eslab.local" dns.cache.SRV.1.name="_sip._udp.eslab.local"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
