//! `phone-outbound-proxy-wins`: requests go to the proxy, so its settings count.

use std::cell::LazyCell;

use hashbrown::{HashMap, HashSet};

use super::{Facts, Findings, setting};
use crate::finding::{Edit, Finding, Fix};
use crate::fix::{Change, Field, set};
use crate::phone::{Parameter, ServerSettings, Settings, parameter};
use crate::rule::Severity;
use crate::source::Span;

/// Dead settings that are shown beside the first.
const SHOWN: usize = 3;

/// Looks at every server that an outbound proxy takes the place of; one finding a proxy.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let all = site.settings();
    let in_use = LazyCell::new(|| in_use(&all));
    for settings in &all {
        let servers = settings.servers();
        let replaced = replaced(settings, &servers);
        for proxy in servers.iter().filter(|server| server.proxy) {
            let Some(address) = proxy.filled("address") else {
                continue;
            };
            let Some(servers) = replaced.get(&proxy.prefix) else {
                continue;
            };
            let of_servers = servers.iter().flat_map(|server| failover(server));
            // One that handsets do not know has no effect anywhere.
            let dead = of_servers.filter(|(_, one)| parameter::find(&one.name.value).is_some());
            let (others, dead): (Vec<_>, Vec<_>) =
                dead.partition(|(_, one)| in_use.contains(&one.name.span));
            // What others go by stays as it is; this proxy may have settings of its own.
            let missing = others.iter().any(|(name, _)| proxy.get(name).is_none());
            findings.push(if let Some((_, first)) = dead.first() {
                let place = first.name.span;
                let finding = without_effect(findings, settings, place, (first, address), &dead);
                instead(finding, proxy, &dead)
            } else if let Some((_, first)) = others.first().filter(|_| missing) {
                let place = address.value.span;
                let finding = without_effect(findings, settings, place, (first, address), &others);
                as_well(site, finding, (proxy, address), &others)
            } else {
                setting::finding(
                    findings,
                    settings,
                    address.value.span,
                    format!(
                        "`{}` is the name that is looked up, not `{}`",
                        proxy.prefix, servers[0].prefix
                    ),
                )
                .severity(Severity::Note)
                .help("SRV and A records are needed for the proxy's name")
            });
        }
    }
}

/// The servers that a proxy takes the place of, by the proxy.
fn replaced<'s, 'a>(
    settings: &Settings<'a>,
    servers: &'s [ServerSettings<'a>],
) -> HashMap<String, Vec<&'s ServerSettings<'a>>> {
    let by_prefix: HashMap<&str, &ServerSettings<'_>> = servers
        .iter()
        .map(|server| (server.prefix.as_str(), server))
        .collect();
    let mut replaced: HashMap<String, Vec<_>> = HashMap::new();
    for entry in settings.entries() {
        let by = entry
            .overridden_by
            .filter(|by| by_prefix.get(by.as_str()).is_some_and(|by| by.proxy));
        if let (Some(by), Some(server), false) =
            (by, by_prefix.get(entry.prefix.as_str()), entry.proxy)
        {
            replaced.entry(by).or_default().push(*server);
        }
    }
    replaced
}

/// A server's failover settings, by what stands behind its prefix.
fn failover<'s, 'a>(
    server: &'s ServerSettings<'a>,
) -> impl Iterator<Item = (&'a str, &'a Parameter)> + use<'s, 'a> {
    let settings = server.parameters();
    settings.filter(|(name, one)| name.starts_with("failOver.") && !one.value.value.is_empty())
}

/// The names of the failover settings that some handset goes by.
fn in_use(all: &[Settings<'_>]) -> HashSet<Span> {
    let mut in_use = HashSet::new();
    for settings in all {
        let servers = settings.servers();
        let entries = settings.entries().into_iter();
        let used: HashSet<_> = entries
            .filter(|entry| entry.overridden_by.is_none())
            .map(|entry| entry.prefix)
            .collect();
        let used = servers.iter().filter(|one| used.contains(&one.prefix));
        in_use.extend(used.flat_map(failover).map(|(_, one)| one.name.span));
    }
    in_use
}

/// The failover settings of a server and that they have no effect, told at the first of them or
/// at the proxy.
fn without_effect(
    findings: &Findings,
    settings: &Settings<'_>,
    place: Span,
    (first, proxy): (&Parameter, &Parameter),
    dead: &[(&str, &Parameter)],
) -> Finding {
    let message = format!(
        "`{}` has no effect: the line uses an outbound proxy",
        first.name.value
    );
    let finding = setting::finding(findings, settings, place, message);
    let (own, said) = if place == proxy.value.span {
        (first.name.span, "which handsets without the proxy go by")
    } else {
        (proxy.value.span, "the proxy")
    };
    let others = dead[1..].iter().take(SHOWN);
    others.fold(finding.related(own, said), |finding, (_, other)| {
        finding.related(other.name.span, "nor has this")
    })
}

/// What the proxy has no setting of its own for, by the name that this would have. Two servers
/// may have the same setting.
fn missing<'a>(
    proxy: &ServerSettings<'_>,
    dead: &[(&str, &'a Parameter)],
) -> Vec<(String, &'a Parameter)> {
    let mut names = HashSet::new();
    let dead = dead.iter().filter(|(name, _)| proxy.get(name).is_none());
    dead.filter(|(name, _)| names.insert(*name))
        .map(|(name, dead)| (format!("{}.{name}", proxy.prefix), *dead))
        .collect()
}

/// The settings go to the proxy, as far as it has them not yet.
fn instead(finding: Finding, proxy: &ServerSettings<'_>, dead: &[(&str, &Parameter)]) -> Finding {
    let moved = missing(proxy, dead);
    let Some((first, _)) = moved.first() else {
        return finding.help("delete it: the proxy has a setting of its own");
    };
    let title = match moved.len() {
        1 => format!("set `{first}` instead"),
        count => format!("set these {count} for the proxy instead"),
    };
    let edits = moved.iter();
    let edits = edits.map(|(name, dead)| Edit::replace(dead.name.span, name.as_str()));
    let changes = moved.iter().map(|(name, dead)| Change::Setting {
        old: Some((dead.name.value.clone(), dead.value.span)),
        name: name.clone(),
        value: Field::text(&*dead.value.value),
    });
    finding.help(format!("set `{first}` instead")).fix(Fix {
        title,
        edits: edits.collect(),
        changes: changes.collect(),
        ..Fix::default()
    })
}

/// The proxy gets the settings that other handsets have of the server.
fn as_well(
    site: &Facts,
    finding: Finding,
    (proxy, address): (&ServerSettings<'_>, &Parameter),
    dead: &[(&str, &Parameter)],
) -> Finding {
    let added = missing(proxy, dead);
    let attributes = added.iter();
    let attributes = attributes.map(|(name, dead)| setting::attribute(name, &dead.value.value));
    let edits = setting::added_behind(site, address, &attributes.collect::<Vec<_>>());
    let changes = added.iter();
    let changes = changes.map(|(name, dead)| set(name, Field::text(&*dead.value.value)));
    let names: Vec<_> = added.iter().map(|(name, _)| format!("`{name}`")).collect();
    finding
        .help(format!(
            "set {} beside the proxy: other handsets go by the settings of the server",
            names.join(" and ")
        ))
        .fix(Fix {
            title: "set it for the proxy as well".to_owned(),
            edits: edits.into_iter().collect(),
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
