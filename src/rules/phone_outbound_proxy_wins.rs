//! `phone-outbound-proxy-wins`: requests go to the proxy, so its settings count.

use hashbrown::HashMap;

use super::{Facts, Findings, setting};
use crate::finding::{Edit, Finding, Fix};
use crate::fix::{Change, Field};
use crate::phone::{Parameter, ServerSettings};
use crate::rule::Severity;

/// Looks at every server that an outbound proxy takes the place of; one finding a proxy.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        let servers = settings.servers();
        let by_prefix: HashMap<&str, &ServerSettings<'_>> = servers
            .iter()
            .map(|server| (server.prefix.as_str(), server))
            .collect();
        let mut replaced: HashMap<String, Vec<&ServerSettings<'_>>> = HashMap::new();
        for entry in settings.entries() {
            let by = entry
                .overridden_by
                .filter(|by| by_prefix.get(by.as_str()).is_some_and(|by| by.proxy));
            if let (Some(by), Some(server), false) =
                (by, by_prefix.get(entry.prefix.as_str()), entry.proxy)
            {
                replaced.entry(by).or_default().push(server);
            }
        }
        for proxy in servers.iter().filter(|server| server.proxy) {
            let Some(address) = proxy.filled("address") else {
                continue;
            };
            let Some(servers) = replaced.get(&proxy.prefix) else {
                continue;
            };
            let dead =
                servers
                    .iter()
                    .flat_map(|server| server.parameters())
                    .find(|(name, value)| {
                        name.starts_with("failOver.") && !value.value.value.is_empty()
                    });
            findings.push(match dead {
                Some((name, dead)) => {
                    let right = format!("{}.{name}", proxy.prefix);
                    let finding = setting::finding(
                        findings,
                        settings,
                        dead.name.span,
                        format!(
                            "`{}` has no effect: the line uses an outbound proxy",
                            dead.name.value
                        ),
                    )
                    .related(address.value.span, "the proxy")
                    .help(format!("set `{right}` instead"));
                    if proxy.get(name).is_some() {
                        finding
                    } else {
                        moved(finding, dead, right)
                    }
                }
                None => setting::finding(
                    findings,
                    settings,
                    address.value.span,
                    format!(
                        "`{}` is the name that is looked up, not `{}`",
                        proxy.prefix, servers[0].prefix
                    ),
                )
                .severity(Severity::Note)
                .help("SRV and A records are needed for the proxy's name"),
            });
        }
    }
}

/// The setting goes to the proxy.
fn moved(finding: Finding, dead: &Parameter, name: String) -> Finding {
    finding.fix(Fix {
        title: format!("set `{name}` instead"),
        edits: vec![Edit::replace(dead.name.span, &*name)],
        changes: vec![Change::Setting {
            old: Some((dead.name.value.clone(), dead.value.span)),
            name,
            value: Field::text(&*dead.value.value),
        }],
        ..Fix::default()
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::reported;

    const RULE: &str = "phone-outbound-proxy-wins";

    #[test]
    fn server_failover_beside_a_proxy_is_a_warning() {
        let text = r#"<a reg.1.server.1.address="eslab.local" reg.1.outboundProxy.address="p.eslab.local" reg.1.server.1.failOver.reRegisterOn="1"/>"#;
        assert_eq!(
            reported(RULE, text),
            ["warning: reg.1.server.1.failOver.reRegisterOn"]
        );
    }

    #[test]
    fn a_proxy_alone_is_a_note() {
        let text = r#"<a voIpProt.server.1.address="eslab.local" voIpProt.SIP.outboundProxy.address="p.eslab.local" voIpProt.SIP.outboundProxy.failOver.reRegisterOn="1"/>"#;
        assert_eq!(reported(RULE, text), ["note: p.eslab.local"]);
    }

    #[test]
    fn a_proxy_that_is_not_used_is_fine() {
        for text in [
            r#"<a reg.1.server.1.address="eslab.local" reg.1.server.1.useOutboundProxy="0" reg.1.outboundProxy.address="p" reg.1.server.1.failOver.reRegisterOn="1"/>"#,
            r#"<a reg.1.server.1.address="eslab.local" reg.1.outboundProxy.address="" reg.1.server.1.failOver.reRegisterOn="1"/>"#,
            r#"<a reg.1.outboundProxy.address="p"/>"#,
        ] {
            assert_eq!(reported(RULE, text), [""; 0], "{text}");
        }
    }
}
