//! `phone-outbound-proxy-wins`: requests go to the proxy, so its settings count.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::{Facts, Findings, setting};
use crate::finding::{Edit, Finding, Fix};
use crate::fix::{Change, Field};
use crate::phone::{Parameter, ServerSettings, parameter};
use crate::rule::Severity;

/// Dead settings that are shown beside the first.
const SHOWN: usize = 3;

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
            let settings_of = servers.iter().flat_map(|server| server.parameters());
            // One that handsets do not know has no effect anywhere.
            let dead: Vec<_> = settings_of
                .filter(|(name, value)| {
                    name.starts_with("failOver.")
                        && !value.value.value.is_empty()
                        && parameter::find(&value.name.value).is_some()
                })
                .collect();
            findings.push(match dead.first() {
                Some((_, first)) => {
                    let finding = setting::finding(
                        findings,
                        settings,
                        first.name.span,
                        format!(
                            "`{}` has no effect: the line uses an outbound proxy",
                            first.name.value
                        ),
                    )
                    .related(address.value.span, "the proxy");
                    let others = dead[1..].iter().take(SHOWN);
                    let finding = others.fold(finding, |finding, (_, other)| {
                        finding.related(other.name.span, "nor has this")
                    });
                    instead(finding, proxy, &dead)
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

/// The settings go to the proxy, as far as it has them not yet.
fn instead(finding: Finding, proxy: &ServerSettings<'_>, dead: &[(&str, &Parameter)]) -> Finding {
    let of_proxy = |name: &str| format!("{}.{name}", proxy.prefix);
    // Two servers may have the same setting.
    let mut moved: BTreeMap<String, &Parameter> = BTreeMap::new();
    let missing = dead.iter().filter(|(name, _)| proxy.get(name).is_none());
    for (name, dead) in missing {
        moved.entry(of_proxy(name)).or_insert(dead);
    }
    let mut names = dead.iter().map(|(name, _)| of_proxy(name));
    let finding = finding.help(match names.find(|name| moved.contains_key(name)) {
        Some(name) => format!("set `{name}` instead"),
        None => "delete it: the proxy has a setting of its own".to_owned(),
    });
    let title = match (moved.len(), moved.keys().next()) {
        (1, Some(name)) => format!("set `{name}` instead"),
        (count, Some(_)) => format!("set these {count} for the proxy instead"),
        (_, None) => return finding,
    };
    let edits = moved.iter();
    let edits = edits.map(|(name, dead)| Edit::replace(dead.name.span, name.as_str()));
    let changes = moved.iter().map(|(name, dead)| Change::Setting {
        old: Some((dead.name.value.clone(), dead.value.span)),
        name: name.clone(),
        value: Field::text(&*dead.value.value),
    });
    finding.fix(Fix {
        title,
        edits: edits.collect(),
        changes: changes.collect(),
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
