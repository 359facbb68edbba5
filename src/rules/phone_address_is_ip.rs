//! `phone-address-is-ip`: an address that DNS has no part in.

use super::described::{self, described};
use super::{Facts, Findings, setting};
use crate::finding::Fix;
use crate::fix::{Change, Field};
use crate::rule::Severity;

/// Looks at every entry that a handset uses.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        for configured in settings.entries() {
            let entry = &configured.entry;
            if configured.overridden_by.is_some() || entry.literal().is_none() {
                continue;
            }
            let name = format!("{}.address", configured.prefix);
            findings.push(
                setting::finding(findings, settings, entry.address.span, message(&name))
                    .severity(Severity::Note)
                    .help(HELP)
                    .fix(Fix {
                        title: "name the SIP domain".to_owned(),
                        changes: vec![Change::Setting {
                            old: Some((name.clone(), entry.address.span)),
                            name,
                            value: Field::blank("SIP domain"),
                        }],
                        ..Fix::default()
                    }),
            );
        }
    }
    for one in described(site).filter(|one| one.entry.literal().is_some()) {
        let finding = described::at(findings, one.entry.address.span, message(one.option));
        findings.push(finding.severity(Severity::Note).help(HELP));
    }
}

fn message(setting: &str) -> String {
    format!("`{setting}` is an IP address: no failover through DNS")
}

const HELP: &str = "write the SIP domain, whose SRV records name all servers";

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::reported;

    const RULE: &str = "phone-address-is-ip";

    #[test]
    fn a_literal_in_use_is_noted() {
        let text = r#"<a voIpProt.server.1.address="10.225.2.31"/>"#;
        assert_eq!(reported(RULE, text), ["note: 10.225.2.31"]);
    }

    #[test]
    fn names_and_what_is_not_used_are_not() {
        let text =
            r#"<a voIpProt.server.1.address="10.225.2.31" reg.1.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
