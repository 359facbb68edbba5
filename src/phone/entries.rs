//! From parameters to server entries: which settings belong together, and which of them a
//! handset uses.
//!
//! The precedence is that of the 84-Series guide, Rev P: a line's `reg.x.server.y.address`
//! takes the place of all `voIpProt.server.*` settings for that line (p. 253), and an
//! outbound proxy is where requests go, so it is the name that is looked up (p. 231, 232).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashSet;

use super::parameter::Confidence;
use super::{ConfiguredEntry, Parameter, Settings, parameter};
use crate::handset::{ServerEntry, Transport};
use crate::source::Spanned;

/// Whether SIP is spoken at all.
pub const SIP_SWITCH: &str = "voIpProt.SIP.enable";

/// The settings of one server: all parameters that share a prefix.
#[derive(Debug, Clone)]
pub struct ServerSettings<'a> {
    /// `voIpProt.server.1`, `reg.1.server.2`, `reg.1.outboundProxy`, …
    pub prefix: String,
    /// The line they belong to; `None` for all lines.
    pub line: Option<u32>,
    /// They are an outbound proxy's.
    pub proxy: bool,
    /// What stands behind the prefix (`port`, `failOver.failBack.mode`), and the parameter.
    parameters: Vec<(&'a str, &'a Parameter)>,
}

impl<'a> ServerSettings<'a> {
    /// The parameter of that name below the prefix that counts: the first one in the file.
    pub fn get(&self, name: &str) -> Option<&'a Parameter> {
        self.parameters
            .iter()
            .find(|(suffix, _)| *suffix == name)
            .map(|(_, parameter)| *parameter)
    }

    /// The same, where its value is not empty.
    pub fn filled(&self, name: &str) -> Option<&'a Parameter> {
        self.get(name)
            .filter(|parameter| !parameter.value.value.is_empty())
    }

    /// All parameters with what stands behind the prefix.
    pub fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a Parameter)> {
        self.parameters.iter().copied()
    }

    /// What somebody chose: the parameters that count and say other than the default. Those
    /// that the table knows by hearsay only are not judged.
    pub fn chosen(&self) -> impl Iterator<Item = (&'a str, &'a Parameter)> {
        let mut seen = HashSet::new();
        let counting = self.parameters();
        let counting = counting.filter(move |(suffix, _)| seen.insert(*suffix));
        counting.filter(|(_, parameter)| {
            let value = parameter.value.value.trim();
            let spec = parameter::find(&parameter.name.value);
            !value.is_empty()
                && spec.is_some_and(|spec| {
                    spec.confidence > Confidence::Unverified
                        && !value.eq_ignore_ascii_case(spec.default)
                })
        })
    }

    /// The line may use them: they are its own, or those of all lines.
    pub fn is_of(&self, line: u32) -> bool {
        self.line.is_none_or(|own| own == line)
    }

    /// The address is there and empty: a form that was not filled in, as the maker ships it.
    pub fn is_blank(&self) -> bool {
        self.get("address")
            .is_some_and(|address| address.value.value.is_empty())
    }

    /// A switch that is set to 1.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|parameter| parameter.value.value.trim() == "1")
    }

    /// The setting that lets calls go without a registration (UC Software 4.1.6 guide, p. 51).
    pub fn registration_switch(&self) -> Option<&'a Parameter> {
        self.get("register").filter(|parameter| is_off(parameter))
    }

    /// The entry that these settings make; `None` without an address.
    pub fn entry(&self) -> Option<ServerEntry> {
        let address = self.filled("address")?;
        let port = self.filled("port");
        let transport = self.filled("transport");
        let span = address.value.span;
        Some(ServerEntry {
            address: address.value.clone(),
            // `phone-value-out-of-range` speaks of what is no port.
            port: port.map_or(Spanned::new(0, span), |port| {
                let number = port.value.value.trim().parse().unwrap_or(0);
                Spanned::new(number, port.value.span)
            }),
            transport: transport.map_or(Spanned::new(Transport::DnsNaptr, span), |transport| {
                Spanned::new(
                    Transport::read(&transport.value.value),
                    transport.value.span,
                )
            }),
            static_dns: Arc::default(),
        })
    }

    /// Requests for this server go through the outbound proxy, where there is one.
    fn uses_proxy(&self) -> bool {
        self.get("useOutboundProxy")
            .is_none_or(|parameter| parameter.value.value.trim() != "0")
    }
}

/// A switch is set to 0.
fn is_off(switch: &Parameter) -> bool {
    switch.value.value.trim() == "0"
}

/// Orders the settings: those of all lines first, servers before proxies.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    line: Option<u32>,
    proxy: bool,
    index: u32,
}

/// Takes a name apart: whose setting it is, how long the prefix is.
fn key(name: &str) -> Option<(Key, usize)> {
    let number = |text: &str| -> Option<(u32, usize)> {
        let end = text.find('.')?;
        let digits = text[..end].bytes().all(|byte| byte.is_ascii_digit());
        let number = text[..end]
            .parse()
            .ok()
            .filter(|_| digits && !text.starts_with('0'))?;
        Some((number, end))
    };
    let begins = |prefix: &str| name.strip_prefix(prefix);
    if let Some(rest) = begins("voIpProt.server.") {
        let (index, length) = number(rest)?;
        let key = Key {
            line: None,
            proxy: false,
            index,
        };
        let prefix = "voIpProt.server.".len() + length;
        // Handsets read four of them; `phone-value-out-of-range` speaks of the others.
        let spec = parameter::find("voIpProt.server.1.address")?;
        spec.check_indexes(&name[..prefix])
            .is_ok()
            .then_some((key, prefix))
    } else if begins("voIpProt.SIP.outboundProxy.").is_some() {
        let key = Key {
            line: None,
            proxy: true,
            index: 0,
        };
        Some((key, "voIpProt.SIP.outboundProxy".len()))
    } else {
        let rest = begins("reg.")?;
        let (line, length) = number(rest)?;
        let line = Some(line);
        let rest = &rest[length + 1..];
        let before = name.len() - rest.len();
        if rest.starts_with("outboundProxy.") {
            let key = Key {
                line,
                proxy: true,
                index: 0,
            };
            return Some((key, before + "outboundProxy".len()));
        }
        let (index, length) = number(rest.strip_prefix("server.")?)?;
        let key = Key {
            line,
            proxy: false,
            index,
        };
        Some((key, before + "server.".len() + length))
    }
}

impl<'a> Settings<'a> {
    /// The settings of every server and outbound proxy, with or without an address: those
    /// of all lines first, then line by line, servers before proxies.
    pub fn servers(&self) -> Vec<ServerSettings<'a>> {
        let mut servers: BTreeMap<Key, ServerSettings<'a>> = BTreeMap::new();
        for parameter in self.parameters() {
            let name = parameter.name.value.as_str();
            let Some((key, length)) = key(name) else {
                continue;
            };
            let (line, proxy) = (key.line, key.proxy);
            let settings = servers.entry(key).or_insert_with(|| ServerSettings {
                prefix: name[..length].to_owned(),
                line,
                proxy,
                parameters: Vec::new(),
            });
            settings.parameters.push((&name[length + 1..], parameter));
        }
        servers.into_values().collect()
    }

    /// The setting that turns SIP off.
    pub fn sip_switch(&self) -> Option<&'a Parameter> {
        self.get(SIP_SWITCH).filter(|parameter| is_off(parameter))
    }

    /// Every server entry with an address, in the order of [`Self::servers`]. A template
    /// that was not rendered has none: its addresses are not known.
    pub fn entries(&self) -> Vec<ConfiguredEntry> {
        if self.is_template() {
            return Vec::new();
        }
        let mut servers = self.servers();
        servers.retain(|server| server.filled("address").is_some());
        let mut uses = Uses::default();
        let mut lines: BTreeSet<_> = self.lines().map(|(line, _)| Some(line)).collect();
        lines.extend(servers.iter().filter_map(|server| server.line).map(Some));
        if lines.is_empty() {
            lines.insert(None);
        }
        let mut groups: Groups<'_, '_> = BTreeMap::new();
        for server in &servers {
            let group = (server.line, server.proxy);
            groups.entry(group).or_default().push(server);
        }
        for line in lines {
            uses.of_line(line, &groups);
        }
        let static_dns = Arc::new(self.static_dns());
        let speaks_sip = self.sip_switch().is_none();
        servers
            .iter()
            .filter_map(|server| {
                Some(ConfiguredEntry {
                    entry: ServerEntry {
                        static_dns: Arc::clone(&static_dns),
                        ..server.entry()?
                    },
                    overridden_by: uses.overridden_by(&server.prefix),
                    registers: speaks_sip && server.registration_switch().is_none(),
                    prefix: server.prefix.clone(),
                    line: server.line,
                    proxy: server.proxy,
                })
            })
            .collect()
    }
}

/// The servers, or the outbound proxy, of each line.
type Groups<'a, 'b> = BTreeMap<(Option<u32>, bool), Vec<&'a ServerSettings<'b>>>;

/// Which entries are used by at least one line, and what takes the place of the others.
#[derive(Default)]
struct Uses {
    used: BTreeSet<String>,
    replaced: BTreeMap<String, String>,
}

impl Uses {
    /// Follows one line from its settings to what it looks up.
    fn of_line(&mut self, line: Option<u32>, groups: &Groups<'_, '_>) {
        let of = |line: Option<u32>, proxy: bool| {
            groups.get(&(line, proxy)).into_iter().flatten().copied()
        };
        let own = line.and_then(|_| of(line, false).next());
        if let Some(own) = own {
            for server in of(None, false) {
                self.replace(server, own);
            }
        }
        let chosen: Vec<_> = of(own.and_then(|own| own.line), false).collect();
        let own_proxy = line.and_then(|_| of(line, true).next());
        let common_proxy = of(None, true).next();
        if let (Some(own), Some(common)) = (own_proxy, common_proxy) {
            self.replace(common, own);
        }
        let proxy = own_proxy.or(common_proxy);
        for server in &chosen {
            match proxy.filter(|_| server.uses_proxy()) {
                Some(proxy) => self.replace(server, proxy),
                None => self.use_entry(server),
            }
        }
        if let Some(proxy) = proxy {
            match chosen.first() {
                Some(first) if chosen.iter().all(|server| !server.uses_proxy()) => {
                    self.replace(proxy, first);
                }
                _ => self.use_entry(proxy),
            }
        }
    }

    fn use_entry(&mut self, server: &ServerSettings<'_>) {
        self.used.insert(server.prefix.clone());
    }

    fn replace(&mut self, server: &ServerSettings<'_>, by: &ServerSettings<'_>) {
        self.replaced
            .entry(server.prefix.clone())
            .or_insert_with(|| by.prefix.clone());
    }

    fn overridden_by(&self, prefix: &str) -> Option<String> {
        if self.used.contains(prefix) {
            return None;
        }
        self.replaced.get(prefix).cloned()
    }
}

#[cfg(test)]
mod tests {
    use crate::handset::Transport;
    use crate::phone::tests::configuration;

    /// Prefix, address, port, what overrides it.
    fn entries(attributes: &str) -> Vec<(String, String, u16, Option<String>)> {
        configuration(&format!("<x {attributes}/>"))
            .settings()
            .entries()
            .into_iter()
            .map(|entry| {
                let server = entry.entry;
                (
                    entry.prefix,
                    server.address.value,
                    server.port.value,
                    entry.overridden_by,
                )
            })
            .collect()
    }

    fn overrides(attributes: &str) -> Vec<String> {
        entries(attributes)
            .into_iter()
            .map(|(prefix, _, _, by)| match by {
                Some(by) => format!("{prefix} < {by}"),
                None => prefix,
            })
            .collect()
    }

    #[test]
    fn what_is_not_written_has_its_default_and_points_at_the_address() {
        let configuration = configuration(r#"<x voIpProt.server.1.address="eslab.local"/>"#);
        let entry = &configuration.settings().entries()[0].entry;
        assert_eq!(entry.port.value, 0);
        assert_eq!(entry.transport.value, Transport::DnsNaptr);
        assert_eq!(entry.port.span, entry.address.span);
        assert_eq!(entry.transport.span, entry.address.span);
    }

    #[test]
    fn ports_are_read_leniently() {
        for (port, read) in [
            ("5070", 5070),
            (" 5070 ", 5070),
            ("70000", 0),
            ("sip", 0),
            ("", 0),
        ] {
            let attributes = format!("reg.1.server.1.address=\"a\" reg.1.server.1.port=\"{port}\"");
            assert_eq!(entries(&attributes)[0].2, read, "{port}");
        }
    }

    #[test]
    fn forms_and_misspelt_settings_are_no_entries() {
        for attributes in [
            r#"voIpProt.server.1.address="" voIpProt.server.1.port="5060""#,
            r#"voIpProt.server.2.transport="DNSnaptr""#,
            r#"volpProt.server.1.address="eslab.local""#,
            r#"voIpProt.server.5.address="eslab.local""#,
            r#"voIpProt.server.0.address="eslab.local""#,
            r#"reg.x.server.1.address="eslab.local""#,
        ] {
            assert!(entries(attributes).is_empty(), "{attributes}");
        }
    }

    #[test]
    fn the_first_of_two_values_counts() {
        let configuration = configuration(
            r#"<x><a reg.1.server.1.address="one"/><b reg.1.server.1.address="two"/></x>"#,
        );
        let entries = configuration.settings().entries();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].entry.address.value, "one");
    }

    #[test]
    fn a_line_takes_the_place_of_the_servers_of_all_lines() {
        let both = r#"voIpProt.server.1.address="a" voIpProt.server.2.address="b" reg.1.server.1.address="c""#;
        assert_eq!(
            overrides(both),
            [
                "voIpProt.server.1 < reg.1.server.1",
                "voIpProt.server.2 < reg.1.server.1",
                "reg.1.server.1"
            ]
        );
        let second_line = format!(r#"{both} reg.1.address="1512" reg.2.address="1513""#);
        assert_eq!(
            overrides(&second_line),
            ["voIpProt.server.1", "voIpProt.server.2", "reg.1.server.1"]
        );
    }

    #[test]
    fn an_outbound_proxy_is_looked_up_instead() {
        let server = r#"voIpProt.server.1.address="a" voIpProt.SIP.outboundProxy.address="p""#;
        assert_eq!(
            overrides(server),
            [
                "voIpProt.server.1 < voIpProt.SIP.outboundProxy",
                "voIpProt.SIP.outboundProxy"
            ]
        );
        let refused = format!(r#"{server} voIpProt.server.1.useOutboundProxy="0""#);
        assert_eq!(
            overrides(&refused),
            [
                "voIpProt.server.1",
                "voIpProt.SIP.outboundProxy < voIpProt.server.1"
            ]
        );
        let own = format!(r#"{server} reg.1.outboundProxy.address="q""#);
        assert_eq!(
            overrides(&own),
            [
                "voIpProt.server.1 < reg.1.outboundProxy",
                "voIpProt.SIP.outboundProxy < reg.1.outboundProxy",
                "reg.1.outboundProxy"
            ]
        );
        assert_eq!(
            overrides(r#"reg.1.outboundProxy.address="q""#),
            ["reg.1.outboundProxy"]
        );
    }
}
