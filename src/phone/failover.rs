//! What a configuration says of failover: the entries each line registers with, and the
//! parameters that go with each.

use std::collections::{BTreeMap, HashMap};

use super::static_dns::NO_SERVER;
use super::{ConfiguredEntry, ServerSettings, Settings, parameter};
use crate::handset::failover::{self, FailbackMode, Setting};
use crate::source::Spanned;

/// What one line registers with.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The entries, all of which it registers with at once; never empty.
    pub entries: Vec<(ConfiguredEntry, failover::Settings)>,
}

/// The entry whose parameters stand for those of a handset that no configuration describes.
const FIRST: &str = "voIpProt.server.1";

/// What a handset does without any setting.
pub fn default_settings() -> failover::Settings {
    Prefixes(Vec::new()).settings(FIRST)
}

impl Settings<'_> {
    /// What each line registers with, nothing where SIP is off. Lines without entries of their own share those of all
    /// lines and are one; a proxy stands for the servers behind it.
    pub fn registrations(&self) -> Vec<Registration> {
        let servers = self.servers();
        let mut groups: BTreeMap<(Option<u32>, bool), Vec<ConfiguredEntry>> = BTreeMap::new();
        let entries = self.sip_switch().is_none().then(|| self.entries());
        for entry in entries.into_iter().flatten() {
            if entry.overridden_by.is_none() {
                let group = (entry.line, entry.proxy);
                groups.entry(group).or_default().push(entry);
            }
        }
        let by_use = ByUse::of(&servers);
        let with_settings = |entry: ConfiguredEntry| {
            let settings = by_use.prefixes(&entry).settings(&entry.prefix);
            (entry, settings)
        };
        groups
            .into_values()
            .map(|entries| Registration {
                entries: entries.into_iter().map(with_settings).collect(),
            })
            .collect()
    }

    /// The DNS servers that the handset is given, the one that is asked first in front; empty
    /// where that is left to DHCP. A `device.` setting is applied only with its `.set`.
    pub fn dns_servers(&self) -> Vec<Spanned<String>> {
        let is_on = |name: &str| {
            let parameter = self.get(name);
            parameter.is_some_and(|parameter| parameter.value.value.trim() == "1")
        };
        if !is_on("device.set") {
            return Vec::new();
        }
        ["device.dns.serverAddress", "device.dns.altSrvAddress"]
            .into_iter()
            .filter(|name| is_on(&format!("{name}.set")))
            .filter_map(|name| self.get(name))
            .map(|parameter| parameter.value.clone())
            .filter(|server| !matches!(server.value.trim(), "" | NO_SERVER))
            .collect()
    }
}

/// The servers and proxies of a handset by what they are looked for.
struct ByUse<'a, 'c> {
    by_prefix: HashMap<&'a str, &'a ServerSettings<'c>>,
    /// The first server with an address of each line, and of all lines.
    first: HashMap<Option<u32>, &'a ServerSettings<'c>>,
}

impl<'a, 'c> ByUse<'a, 'c> {
    fn of(servers: &'a [ServerSettings<'c>]) -> Self {
        let mut first = HashMap::new();
        for server in servers.iter().filter(|server| !server.proxy) {
            if server.filled("address").is_some() {
                first.entry(server.line).or_insert(server);
            }
        }
        let by_prefix = servers.iter();
        Self {
            by_prefix: by_prefix
                .map(|server| (server.prefix.as_str(), server))
                .collect(),
            first,
        }
    }

    /// An entry's own settings count; what a proxy has no settings for (retries, the period
    /// of registration) is that of the first server behind it.
    fn prefixes(&self, entry: &ConfiguredEntry) -> Prefixes<'a, 'c> {
        let own = self.by_prefix.get(entry.prefix.as_str());
        let behind = || {
            let own = self.first.get(&entry.line);
            own.or_else(|| self.first.get(&None))
        };
        let behind = entry.proxy.then(behind).flatten();
        Prefixes(own.into_iter().chain(behind).copied().collect())
    }
}

/// Where the parameters of an entry are looked for, in this order.
struct Prefixes<'a, 'c>(Vec<&'a ServerSettings<'c>>);

impl Prefixes<'_, '_> {
    fn settings(&self, prefix: &str) -> failover::Settings {
        let number = |suffix: &str| self.setting(prefix, suffix, |text| text.parse().ok(), 0);
        let mode = |text: &str| {
            let mut modes = FailbackMode::ALL.into_iter();
            let found = modes.find(|(spelling, _)| spelling.eq_ignore_ascii_case(text));
            found.map(|(_, mode)| mode)
        };
        failover::Settings {
            register: number("register"),
            retry_timeout: number("retryTimeOut"),
            retry_count: number("retryMaxCount"),
            expires: number("expires"),
            overlap: number("expires.overlap"),
            retry_base: number("registerRetry.baseTimeOut"),
            retry_longest: number("registerRetry.maxTimeOut"),
            failback_mode: self.setting(
                prefix,
                "failOver.failBack.mode",
                mode,
                FailbackMode::Registration,
            ),
            failback_timeout: number("failOver.failBack.timeout"),
            re_register: number("failOver.reRegisterOn"),
            fail_registration: number("failOver.failRegistrationOn"),
            only_registered: number("failOver.onlySignalWithRegistered"),
        }
    }

    /// The first value that is filled in and permitted, else the default of the table.
    /// `phone-value-out-of-range` speaks of what is not permitted.
    fn setting<T>(
        &self,
        prefix: &str,
        suffix: &str,
        read: impl Fn(&str) -> Option<T>,
        otherwise: T,
    ) -> Setting<T> {
        let written = self.0.iter().find_map(|server| {
            let parameter = server.filled(suffix)?;
            let spec = parameter::find(&parameter.name.value)?;
            let text = parameter.value.value.trim();
            let value = spec.check(text).ok().and_then(|()| read(text))?;
            Some(Setting {
                value,
                name: parameter.name.value.clone(),
                span: Some(parameter.value.span),
                source: spec.source,
            })
        });
        written.unwrap_or_else(|| {
            // A proxy has no retries of its own: the server behind it would have them.
            let own = format!("{prefix}.{suffix}");
            let name = match parameter::find(&own) {
                Some(_) => own,
                None => format!("{FIRST}.{suffix}"),
            };
            let spec = parameter::find(&name);
            Setting {
                value: spec
                    .and_then(|spec| read(spec.default))
                    .unwrap_or(otherwise),
                source: spec.map_or("", |spec| spec.source),
                name,
                span: None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::tests::configuration;

    /// The settings of the first entry of the first registration.
    fn first(attributes: &str) -> failover::Settings {
        let configuration = configuration(&format!("<x {attributes}/>"));
        let mut registrations = configuration.settings().registrations();
        registrations.remove(0).entries.remove(0).1
    }

    #[test]
    fn the_table_gives_every_default() {
        let defaults = default_settings();
        let (numbers, mode) = defaults.values();
        assert_eq!(numbers, [1, 0, 3, 3600, 60, 60, 60, 3600, 0, 0, 1]);
        assert_eq!(mode, FailbackMode::Registration);
        assert_eq!(defaults.retry_count.name, "voIpProt.server.1.retryMaxCount");
        assert!(!defaults.retry_count.source.is_empty());
    }

    #[test]
    fn an_entry_has_its_own_settings_and_no_others() {
        let settings = first(
            r#"reg.1.server.1.address="a" reg.1.server.1.retryTimeOut="400"
               voIpProt.server.1.retryMaxCount="7" reg.1.server.1.failOver.failBack.mode="dnsttl"
               reg.1.server.1.expires="none""#,
        );
        assert_eq!(settings.retry_timeout.value, 400);
        assert!(settings.retry_timeout.span.is_some());
        assert_eq!(settings.retry_count.value, 3);
        assert_eq!(settings.retry_count.name, "reg.1.server.1.retryMaxCount");
        assert_eq!(settings.failback_mode.value, FailbackMode::DnsTtl);
        assert_eq!(
            (settings.expires.value, settings.expires.span),
            (3600, None)
        );
    }

    #[test]
    fn a_proxy_has_the_retries_of_the_server_behind_it() {
        let settings = first(
            r#"voIpProt.server.1.address="a" voIpProt.server.1.retryMaxCount="7"
               voIpProt.server.1.failOver.reRegisterOn="1"
               voIpProt.SIP.outboundProxy.address="p"
               voIpProt.SIP.outboundProxy.failOver.reRegisterOn="0""#,
        );
        assert_eq!(settings.retry_count.value, 7);
        assert_eq!(settings.re_register.value, 0);
    }

    #[test]
    fn lines_register_with_all_their_entries() {
        let configuration = configuration(
            r#"<x voIpProt.server.1.address="a" voIpProt.server.2.address="b"
                  reg.1.address="1" reg.2.address="2" reg.2.server.1.address="c"/>"#,
        );
        let registrations = configuration.settings().registrations();
        let addresses: Vec<Vec<_>> = registrations
            .iter()
            .map(|one| {
                let entries = one.entries.iter();
                entries
                    .map(|(entry, _)| entry.entry.address.value.as_str())
                    .collect()
            })
            .collect();
        assert_eq!(addresses, [vec!["a", "b"], vec!["c"]]);
    }
}
