//! `phone-address-is-ip`: an address that DNS has no part in.

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
                setting::finding(
                    findings,
                    settings,
                    entry.address.span,
                    format!("`{name}` is an IP address: no failover through DNS"),
                )
                .severity(Severity::Note)
                .help("write the SIP domain, whose SRV records name all servers")
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
}

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
