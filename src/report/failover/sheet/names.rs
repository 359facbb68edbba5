//! Short names that are told apart: of entries, servers and machines.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{NAMED, listed};
use crate::handset::failover::Scenario;
use crate::handset::{Lookup, Server, Via};
use crate::report::{count, printable, sentence};
use crate::site::{LineUp, Site};

/// How entries, servers and machines are called in one sheet.
pub(super) struct Names {
    /// The entries of the line, in its order.
    pub(super) entries: Vec<String>,
    /// By host: how many different addresses and ports it stands for.
    hosts: BTreeMap<String, Vec<(IpAddr, u16)>>,
    /// By address: the hosts that have it.
    machines: BTreeMap<IpAddr, Vec<String>>,
    /// The domain that all hosts are in, with the dot before it: it is left away.
    domain: String,
}

impl Names {
    /// The names of a line.
    pub(super) fn of(line_up: &LineUp<'_>) -> Self {
        let mut hosts: BTreeMap<String, Vec<(IpAddr, u16)>> = BTreeMap::new();
        let mut machines: BTreeMap<IpAddr, Vec<String>> = BTreeMap::new();
        let domain = common_domain(line_up);
        let host = |server: &Server| host(server, &domain);
        for server in line_up.members.iter().flat_map(|one| one.lookup.servers()) {
            let name = host(server);
            let places = hosts.entry(name.clone()).or_default();
            let place = (server.address, server.port);
            // Few are ever looked at: a host is told apart from the second one on.
            if places.len() < 2 && !places.contains(&place) {
                places.push(place);
            }
            let named = machines.entry(server.address).or_default();
            if named.len() < NAMED && !named.contains(&name) {
                named.push(name);
            }
        }
        let entries = line_up.members.iter().map(|member| {
            let entry = &member.setup.entry;
            format!(
                "{}, port {}, {}",
                sentence(&entry.address.value),
                entry.port.value,
                sentence(entry.transport.value.as_str())
            )
        });
        Self {
            entries: entries.collect(),
            hosts,
            machines,
            domain,
        }
    }

    /// The entries, the view, the handsets.
    pub(super) fn title(&self, site: &Site, line_up: &LineUp<'_>) -> String {
        let mut title = self.entries.join(" and ");
        if let Some(view) = site
            .views
            .get(line_up.view)
            .and_then(|view| view.name.as_ref())
        {
            title = format!("{title}, by {}", printable(view));
        }
        match line_up.handsets.len() {
            0 => title,
            handsets => format!("{title} ({})", count(handsets, "handset")),
        }
    }

    /// The host, with address and port where it has several.
    pub(super) fn server(&self, server: &Server) -> String {
        let name = self.host(server);
        let several = self.hosts.get(&name).is_some_and(|places| places.len() > 1);
        if several {
            let address = std::net::SocketAddr::new(server.address, server.port);
            format!("{name} ({address})")
        } else {
            name
        }
    }

    /// The host alone, short.
    pub(super) fn host(&self, server: &Server) -> String {
        host(server, &self.domain)
    }

    /// All servers of a lookup in the order in which they are tried.
    pub(super) fn order(&self, lookup: &Lookup) -> String {
        let positions = lookup
            .servers()
            .chunk_by(|one, two| one.order == two.order)
            .map(|tied| listed(tied.iter().map(|one| self.server(one)), " or "));
        listed(positions, ", then ")
    }

    /// The machines that are down.
    pub(super) fn down(&self, line_up: &LineUp<'_>, scenario: &Scenario) -> String {
        if scenario.down.is_empty() {
            return "nothing".to_owned();
        }
        let machine = |at: &usize| {
            let address = line_up.what_if.machines[*at];
            let hosts = self.machines.get(&address);
            let hosts = hosts.map(|hosts| hosts.join(", ")).unwrap_or_default();
            if hosts == address.to_string() {
                hosts
            } else {
                format!("{hosts} ({address})")
            }
        };
        listed(scenario.down.iter().map(machine), " and ")
    }
}

/// The host without its final dot and without the domain of all hosts.
fn host(server: &Server, domain: &str) -> String {
    let host = server.host.trim_end_matches('.');
    let short = host.strip_suffix(domain).filter(|short| !short.is_empty());
    sentence(short.unwrap_or(host)).into_owned()
}

/// `.eslab.local` where every host is one label below `eslab.local`; else nothing.
fn common_domain(line_up: &LineUp<'_>) -> String {
    let servers = line_up.members.iter().flat_map(|one| one.lookup.servers());
    let mut domains = servers.map(|server| {
        let host = server.host.trim_end_matches('.');
        let is_name = server.via != Via::Literal;
        host.find('.')
            .filter(|_| is_name)
            .map_or("", |dot| &host[dot..])
    });
    let first = domains.next().unwrap_or_default();
    let common = domains.all(|other| other == first);
    if common {
        first.to_owned()
    } else {
        String::new()
    }
}
