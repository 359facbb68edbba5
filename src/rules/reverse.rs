//! What the rules about PTR records share: what the given data says of an address.

use std::net::Ipv4Addr;

use hashbrown::HashMap;

use crate::dns::{Answer, Data, Name, Record, RecordType, WrittenName};
use crate::site::{SipAddress, View};

/// What the reverse zones say of an address.
pub(super) enum Reverse {
    /// The given data does not speak of it, or the server did not answer.
    NotGiven,
    /// No PTR record; with the name that would own it.
    Missing(Name),
    /// The hosts that its PTR records name.
    Hosts(Vec<WrittenName>),
}

impl Reverse {
    /// What the reverse zones of a view say of servers, each address asked for once: thousands
    /// of servers may share one that has thousands of PTR records.
    pub(super) fn of_all(view: &View, servers: &[SipAddress]) -> HashMap<Ipv4Addr, Self> {
        let mut all = HashMap::new();
        for server in servers {
            let address = server.address.value;
            all.entry(address)
                .or_insert_with(|| Self::of(view, address));
        }
        all
    }

    /// Asks for the PTR records of an address, through the aliases of a classless delegation
    /// (RFC 2317) where there are some.
    fn of(view: &View, address: Ipv4Addr) -> Self {
        let name = Name::from(address);
        match view.ask(&name, RecordType::PTR) {
            Answer::Records(records) => Self::Hosts(hosts(&records)),
            Answer::NoData(miss) | Answer::NxDomain(miss) => {
                let alias = miss.aliases.last().and_then(|alias| match &alias.data {
                    Data::Cname(target) => Some(target.name.clone()),
                    _ => None,
                });
                Self::Missing(alias.unwrap_or(name))
            }
            Answer::Failed(_) | Answer::NotLoaded => classless(view, address, &name),
        }
    }
}

/// The PTR records of a classless zone such as `0-127.2.225.10.in-addr.arpa.` whose parent
/// was not given: a record found there speaks for the address, a missing one says nothing,
/// since the parent may lead elsewhere.
fn classless(view: &View, address: Ipv4Addr, name: &Name) -> Reverse {
    let parent = name.base_name();
    let last = address.octets()[3].to_string();
    let set = view.zones.one_below(&parent).find_map(|zone| {
        let owner = zone.apex.prepend_label(last.as_bytes()).ok()?;
        zone.contents.set(&owner, RecordType::PTR)
    });
    set.map_or(Reverse::NotGiven, |set| Reverse::Hosts(hosts(&set.records)))
}

fn hosts(records: &[Record]) -> Vec<WrittenName> {
    records
        .iter()
        .filter_map(|record| match &record.data {
            Data::Ptr(host) => Some(host.clone()),
            _ => None,
        })
        .collect()
}

/// Whether the A records of `host` lead back to the address; `None` where the given data
/// does not say.
pub(super) fn leads_back(view: &View, host: &Name, address: Ipv4Addr) -> Option<bool> {
    match view.ask(host, RecordType::A) {
        Answer::NotLoaded | Answer::Failed(_) => None,
        answer => Some(
            answer
                .of_type(RecordType::A)
                .any(|record| matches!(&record.data, Data::A(own) if own.value == address)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{Origin, Source, Sources};
    use crate::zone::master::{ReadOptions, read};

    fn view(zones: &[(&str, &str)]) -> View {
        let sources = Sources::new();
        let zones = zones.iter().map(|(origin, text)| {
            let text = format!("$TTL 60\n@ SOA ns. h. 1 1 1 1 1\n{text}");
            let source = sources.add(Source::new(*origin, Origin::Stdin, text));
            let options = ReadOptions {
                origin: Some(Name::from_ascii(origin).expect("a name")),
                ..ReadOptions::default()
            };
            Arc::new(read(&sources, source, &options))
        });
        View::of_zones(zones)
    }

    /// `not given`, `missing OWNER` or the hosts.
    fn said(zones: &[(&str, &str)], last: u8) -> String {
        match Reverse::of(&view(zones), Ipv4Addr::new(10, 2, 0, last)) {
            Reverse::NotGiven => "not given".into(),
            Reverse::Missing(owner) => format!("missing {owner}"),
            Reverse::Hosts(hosts) => hosts.iter().map(|host| host.name.to_string()).collect(),
        }
    }

    #[test]
    fn addresses_are_looked_up_through_classless_delegations() {
        const ABOVE: (&str, &str) = (
            "0.2.10.in-addr.arpa.",
            "7 PTR a.x.\n0-63 NS ns.\n$GENERATE 8-63 $ CNAME $.0-63\n",
        );
        const BELOW: (&str, &str) = ("0-63.0.2.10.in-addr.arpa.", "8 PTR b.x.\n");
        for (zones, last, expected) in [
            (&[ABOVE, BELOW][..], 7, "a.x."),
            (&[ABOVE, BELOW], 8, "b.x."),
            (&[ABOVE, BELOW], 9, "missing 9.0-63.0.2.10.in-addr.arpa."),
            (&[ABOVE, BELOW], 99, "missing 99.0.2.10.in-addr.arpa."),
            (&[ABOVE], 8, "not given"),
            (&[BELOW], 8, "b.x."),
            (&[BELOW], 9, "not given"),
            (&[], 7, "not given"),
        ] {
            assert_eq!(said(zones, last), expected, "{zones:?} {last}");
        }
    }
}
