//! `phone-several-servers`: a handset that registers with all servers at once.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};

use super::lookup::{ListedHosts, listed_hosts, plain};
use super::{Facts, Findings, setting};
use crate::finding::count;
use crate::phone::ConfiguredEntry;
use crate::rule::Severity;
use crate::source::Span;

/// Further servers of a line that are shown, and first servers of different handsets where the
/// second is the same for all.
const SHOWN: usize = 3;

/// Looks at the servers that each line registers with; lines with the same servers are one
/// finding.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut firsts: HashMap<Span, HashSet<Span>> = HashMap::new();
    let listed = LazyCell::new(|| site.views.iter().map(listed_hosts).collect::<Vec<_>>());
    for settings in &site.settings() {
        let mut lines: BTreeMap<Option<u32>, Vec<ConfiguredEntry>> = BTreeMap::new();
        for entry in settings.entries() {
            if !entry.proxy && entry.overridden_by.is_none() && entry.registers {
                lines.entry(entry.line).or_default().push(entry);
            }
        }
        let mut groups: BTreeMap<Vec<String>, (Vec<ConfiguredEntry>, usize)> = BTreeMap::new();
        for servers in lines.into_values().filter(|servers| servers.len() > 1) {
            let addresses = servers
                .iter()
                .map(|server| server.entry.address.value.to_ascii_lowercase())
                .collect();
            groups.entry(addresses).or_insert((servers, 0)).1 += 1;
        }
        for (servers, line_count) in groups.into_values() {
            let twice = twice(&servers);
            let mut all = servers.iter();
            let severity = if all.all(|server| server.entry.literal().is_some()) && twice.is_none()
            {
                Severity::Note
            } else {
                Severity::Warning
            };
            let lines = match servers[0].line {
                Some(_) => format!(" on {}", count(line_count, "line")),
                None => String::new(),
            };
            let first = servers[0].entry.address.span;
            let second = servers[1].entry.address.span;
            let shown = firsts.entry(second).or_default();
            let is_shown = shown.contains(&first) || shown.len() < SHOWN && shown.insert(first);
            let message = format!(
                "{} servers{lines}: the handset registers with all of them at once",
                servers.len()
            );
            let help = format!(
                "for servers that know of each other's registrations, set {} as the only server: \
                 its SRV records then name them, and the handset registers with one at a time",
                domain(&servers, &listed)
            );
            let (message, help) = match twice {
                Some([one, other]) => (
                    format!(
                        "{message}, and `{}` is two of them",
                        one.entry.address.value
                    ),
                    format!(
                        "give `{}` the address of another server than `{}`, or delete it: when \
                         that one server is down, so is the other",
                        other.prefix, one.prefix
                    ),
                ),
                None => (message, help),
            };
            let mut finding = setting::finding(findings, settings, second, message)
                .severity(severity)
                .help(help);
            if is_shown {
                finding = finding.related(first, "the first server");
            }
            for server in servers[2..].iter().take(SHOWN) {
                finding = finding.related(server.entry.address.span, "another server");
            }
            findings.push(finding);
        }
    }
}

/// Two servers that are one: at the same address and port.
fn twice(servers: &[ConfiguredEntry]) -> Option<[&ConfiguredEntry; 2]> {
    let mut first = HashMap::new();
    servers.iter().find_map(|server| {
        let entry = &server.entry;
        let place = (entry.address.value.to_ascii_lowercase(), entry.port.value);
        let one = *first.entry(place).or_insert(server);
        (!std::ptr::eq(one, server)).then_some([one, server])
    })
}

/// The domain whose SRV records list all of the servers, where there is one.
fn domain(servers: &[ConfiguredEntry], views: &[ListedHosts<'_>]) -> String {
    let names: Option<Vec<_>> = servers.iter().map(|server| server.entry.name()).collect();
    let of_all = |listed: &ListedHosts<'_>| {
        let mut domains = names
            .iter()
            .flatten()
            .map(|name| Some(&listed.get(name)?.1));
        let first = domains.next()??;
        domains
            .all(|domain| domain == Some(first))
            .then(|| plain(first))
    };
    match views.iter().find_map(of_all) {
        Some(domain) => format!("the SIP domain `{domain}`"),
        None => "the SIP domain".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, reported, site};

    const RULE: &str = "phone-several-servers";

    #[test]
    fn two_servers_of_a_line_are_reported_once() {
        let text = r#"<a reg.1.server.1.address="sip1.eslab.local" reg.1.server.2.address="sip2.eslab.local" reg.2.server.1.address="sip1.eslab.local" reg.2.server.2.address="sip2.eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["warning: sip2.eslab.local"]);
        let text = r#"<a voIpProt.server.1.address="eslab.local" voIpProt.server.3.address="10.225.2.32"/>"#;
        assert_eq!(reported(RULE, text), ["warning: 10.225.2.32"]);
    }

    #[test]
    fn few_of_many_servers_are_shown() {
        let servers = (1..=9).map(|n| format!("reg.1.server.{n}.address=\"sip{n}.local\" "));
        let text = format!("<a {}/>", servers.collect::<String>());
        let found = of(RULE, &site(&[&text]));
        assert!(found[0].message.starts_with("9 servers on 1 line"));
        assert_eq!(found[0].related.len(), 1 + super::SHOWN);
    }

    #[test]
    fn two_plain_addresses_are_a_note() {
        let text = r#"<a voIpProt.server.1.address="10.225.2.31" voIpProt.server.2.address="10.225.2.32"/>"#;
        assert_eq!(reported(RULE, text), ["note: 10.225.2.32"]);
    }

    #[test]
    fn one_server_in_use_is_fine() {
        for text in [
            r#"<a reg.1.server.1.address="eslab.local" reg.2.server.1.address="other.local"/>"#,
            r#"<a reg.1.server.1.address="eslab.local" voIpProt.server.1.address="eslab.local"/>"#,
            r#"<a voIpProt.server.1.address="a.local" voIpProt.server.2.address="b.local" reg.1.server.1.address="eslab.local"/>"#,
            r#"<a voIpProt.server.1.address="a.local" voIpProt.server.2.address="b.local" voIpProt.server.2.register="0"/>"#,
        ] {
            assert_eq!(reported(RULE, text), [""; 0], "{text}");
        }
    }
}
