//! What the rules about PTR records share: what the given data says of an address.

use std::net::Ipv4Addr;

use hashbrown::HashMap;

use crate::dns::{Answer, Data, Name, Record, RecordType, WrittenName};
use crate::fix::{Change, NewRecord, Place, add_record, replace_record};
use crate::site::{SipAddress, View};
use crate::zone::Elsewhere;

/// What the reverse zones say of an address.
pub(super) enum Reverse {
    /// The given data does not speak of it, or the server did not answer.
    NotGiven,
    /// No PTR record.
    Missing(Missing),
    /// Its PTR records.
    Pointers(Vec<Pointer>),
}

impl Reverse {
    /// One of the PTR records names that host.
    pub(super) fn leads_to(&self, host: &Name) -> bool {
        match self {
            Self::Pointers(pointers) => pointers.iter().any(|one| one.host.name == *host),
            _ => false,
        }
    }
}

/// A PTR record that is not there.
pub(super) struct Missing {
    /// The name that would own it.
    pub(super) owner: Name,
    /// A zone that holds no site's addresses says so: what the registries have above all reverse
    /// zones, or a resolver answers private addresses from (RFC 6303, RFC 7534).
    is_of_no_site: bool,
}

impl Missing {
    fn new(owner: Name, answer: &Answer, view: &View) -> Self {
        let soa = match answer {
            Answer::NoData(miss) | Answer::NxDomain(miss) => miss.soa.as_ref(),
            _ => None,
        };
        // A zone in a file is the site's, whatever its SOA says.
        let is_answered = view.live.is_some() && view.zone_of(&owner).is_none();
        Self {
            owner,
            is_of_no_site: is_answered && soa.is_some_and(is_of_no_site),
        }
    }

    /// Of an address whose reverse zone the site has under another name.
    pub(super) fn of_misnamed_zone(address: Ipv4Addr) -> Self {
        Self {
            owner: Name::from(address),
            is_of_no_site: true,
        }
    }

    /// Lets the owner point to `host`, in a new zone where the site has none.
    pub(super) fn lead_to(&self, host: &Name, address: Ipv4Addr, view: &View) -> Vec<Change> {
        let new = NewRecord::ptr(host);
        if !self.is_of_no_site {
            let place = Place::new(view.apex_of(&self.owner), &self.owner);
            return vec![add_record(place, &new)];
        }
        let [a, b, c, _] = address.octets();
        let place = Place::new(Some(&self.owner.base_name()), &self.owner);
        let zone = Change::ReverseZone { network: [a, b, c] };
        vec![zone, add_record(place, &new)]
    }
}

/// The zones that answer for addresses of nobody have no server of a site in their SOA: it
/// names themselves, the resolver's host, or a server of IANA.
fn is_of_no_site(soa: &Record) -> bool {
    let Data::Soa(data) = &soa.data else {
        return false;
    };
    let server = &data.mname.name;
    let is_below = |above: &str| Name::from_ascii(above).is_ok_and(|above| above.zone_of(server));
    *server == soa.owner.name
        || server.is_root()
        || is_below("localhost")
        || is_below("iana.org")
        || is_below("in-addr-servers.arpa")
}

/// A PTR record that speaks for an address.
pub(super) struct Pointer {
    /// What it names.
    pub(super) host: WrittenName,
    /// The name that it answers for: the address's own, or what that is an alias of.
    owner: Name,
    /// The record is a wildcard's (RFC 4592), and answers for other addresses too.
    pub(super) from_wildcard: bool,
}

impl Pointer {
    fn all(records: &[Record], owner: &Name) -> Vec<Self> {
        let pointer = |record: &Record| match &record.data {
            Data::Ptr(host) => Some(Self {
                host: host.clone(),
                owner: owner.clone(),
                from_wildcard: record.owner.name.is_wildcard(),
            }),
            _ => None,
        };
        records.iter().filter_map(pointer).collect()
    }

    /// What is to be done, up to the name of the host.
    pub(super) fn advice(&self, address: Ipv4Addr) -> String {
        if self.from_wildcard {
            format!("add a PTR record (Pointer in DNS Manager) for {address} alone that names")
        } else {
            format!("let the PTR record (Pointer in DNS Manager) of {address} name")
        }
    }

    /// Lets the address point to `host`. A wildcard's record stays for the others, and the
    /// address gets one of its own.
    pub(super) fn lead_to(&self, host: &Name, view: &View) -> Change {
        let place = Place::new(view.apex_of(&self.owner), &self.owner);
        let new = NewRecord::ptr(host);
        if self.from_wildcard {
            add_record(place, &new)
        } else {
            replace_record(place, &Data::Ptr(self.host.clone()), &new)
        }
    }
}

impl Reverse {
    /// What the reverse zones of a view say of servers, each address asked for once: thousands
    /// of servers may share one that has thousands of PTR records.
    pub(super) fn of_all(view: &View, servers: &[SipAddress]) -> HashMap<Ipv4Addr, Self> {
        let mut all = HashMap::with_capacity(servers.len());
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
        let answer = view.ask(&name, RecordType::PTR);
        let is_known = match answer {
            Answer::Failed(_) | Answer::NotLoaded => false,
            Answer::NoData(_) | Answer::NxDomain(_) => !is_above_reverse_zones(view, &name),
            Answer::Records(_) => true,
        };
        if !is_known {
            return classless(view, address, &name);
        }
        let mut aliases = answer.aliases();
        let Some(owner) = aliases.try_fold(name, |name, alias| alias.leads(&name)) else {
            return Self::NotGiven;
        };
        match &answer {
            Answer::Records(records) => Self::Pointers(Pointer::all(records, &owner)),
            _ => Self::Missing(Missing::new(owner, &answer, view)),
        }
    }
}

/// What speaks of the name is the root's zone, or that of `arpa`, in a file. A server that has it
/// has reverse zones beside it, which the root does not delegate to itself: Windows makes such
/// a root where there is no Internet.
fn is_above_reverse_zones(view: &View, name: &Name) -> bool {
    let zone = view.zone_of(name);
    zone.is_some_and(|zone| !zone.apex.is_reverse())
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
    set.map_or(Reverse::NotGiven, |set| {
        Reverse::Pointers(Pointer::all(&set.records, &set.owner))
    })
}

/// A PTR record that names the server, where the numbers of its address, or those of its network
/// (`10.225.2.in-addr.arpa`), were not reversed; and the address that it speaks for.
pub(super) fn not_reversed<'v>(
    view: &'v View,
    server: &SipAddress,
) -> Option<(&'v Record, Ipv4Addr)> {
    let [a, b, c, d] = server.address.value.octets();
    let spoken_for = [[c, b, a, d], [d, c, b, a]].map(Ipv4Addr::from);
    let others = spoken_for.into_iter();
    let mut others = others.filter(|other| *other != server.address.value);
    others.find_map(|other| {
        let set = view.set(&Name::from(other), RecordType::PTR)?;
        let names_server = |record: &&Record| match &record.data {
            Data::Ptr(host) => host.name == server.owner,
            _ => false,
        };
        // The server may have that address as well.
        let is_right = leads_back(view, &server.owner, other) == Some(true);
        let record = set.records.iter().find(names_server)?;
        (!is_right).then_some((record, other))
    })
}

/// Whether the A records of `host` lead back to the address; `None` where the given data
/// does not say. Of one label, of names that end in a number, and in reverse zones, DNS knows no
/// host; hosts files do.
pub(super) fn leads_back(view: &View, host: &Name, address: Ipv4Addr) -> Option<bool> {
    let is_of_dns = || {
        let mut zones = view.zones.iter();
        zones.all(|zone| zone.addresses_elsewhere != Some(Elsewhere::Hosts))
    };
    match view.ask(host, RecordType::A) {
        Answer::NotLoaded if is_of_no_domain(host) && is_of_dns() => Some(false),
        Answer::NotLoaded | Answer::Failed(_) => None,
        answer => Some(answer.ipv4_addresses().any(|own| own.value == address)),
    }
}

/// The root, one label, a name that ends in a number, as an address with a final dot does, or one
/// of a reverse zone, as without its final dot.
fn is_of_no_domain(host: &Name) -> bool {
    let highest = host.from_highest().next();
    let is_number = highest.is_some_and(|label| label.iter().all(u8::is_ascii_digit));
    host.iter().len() <= 1 || is_number || host.is_reverse()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dns::Question;
    use crate::fix::Commands;
    use crate::live::{Answers, Reply, Role};
    use crate::source::{Origin, Source, SourceId, Sources, Span};
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

    /// `not given`, `missing OWNER` or what is done to let a PTR record name `z.`
    fn said(zones: &[(&str, &str)], last: u8) -> String {
        let view = view(zones);
        match Reverse::of(&view, Ipv4Addr::new(10, 2, 0, last)) {
            Reverse::NotGiven => "not given".into(),
            Reverse::Missing(missing) => format!("missing {}", missing.owner),
            Reverse::Pointers(pointers) => {
                let host = Name::from_ascii("z.").expect("a name");
                let changes = pointers.iter().map(|pointer| pointer.lead_to(&host, &view));
                let lines = Commands::of(&changes.collect::<Vec<_>>()).bind;
                lines.expect("lines for a master file")
            }
        }
    }

    /// The view of a server that answers so.
    fn answered(source: SourceId, question: &Question, answer: Answer) -> View {
        let apex = match &answer {
            Answer::NoData(miss) | Answer::NxDomain(miss) => miss.soa.as_ref(),
            _ => None,
        };
        let apexes = apex.map(|soa| soa.owner.name.clone());
        let reply = Reply {
            answer,
            span: Span::new(source, 0, 1),
            authoritative: true,
            truncated: false,
            omitted: 0,
        };
        View::of_answers(Arc::new(Answers {
            source,
            servers: Vec::new(),
            role: Role::Named,
            answers: [(question.clone(), reply)].into(),
            apexes: apexes.into_iter().collect(),
            sets: Vec::new(),
            unasked: 0,
        }))
    }

    #[test]
    fn a_missing_record_goes_into_a_new_zone_where_the_site_has_none() {
        let host = Name::from_ascii("z.").expect("a name");
        let address = Ipv4Addr::new(10, 2, 0, 7);
        for (apex, server, is_of_site) in [
            ("10.in-addr.arpa.", "ns1.x.", true),
            ("10.in-addr.arpa.", "10.in-addr.arpa.", false),
            ("10.in-addr.arpa.", "localhost.", false),
            ("10.in-addr.arpa.", "prisoner.iana.org.", false),
            ("in-addr.arpa.", "b.in-addr-servers.arpa.", false),
        ] {
            let sources = Sources::new();
            let text = format!("$TTL 60\n@ SOA {server} h. 1 1 1 1 1\n");
            let source = sources.add(Source::new(apex, Origin::Stdin, text));
            let options = ReadOptions {
                origin: Some(Name::from_ascii(apex).expect("a name")),
                ..ReadOptions::default()
            };
            let of_file = View::of_zones([Arc::new(read(&sources, source, &options))]);
            let question = Question::new(&Name::from(address), RecordType::PTR);
            let view = answered(
                source,
                &question,
                of_file.ask(&question.name, RecordType::PTR),
            );
            // In a file it is the site's own zone.
            let Reverse::Missing(missing) = Reverse::of(&of_file, address) else {
                panic!("{apex} has no PTR record");
            };
            let changes = missing.lead_to(&host, address, &of_file);
            assert_eq!(changes.len(), 1, "{apex} {server}");
            let Reverse::Missing(missing) = Reverse::of(&view, address) else {
                panic!("{apex} has no PTR record");
            };
            let changes = missing.lead_to(&host, address, &view);
            let lines = Commands::of(&changes).dnscmd.expect("lines");
            let zone = if is_of_site {
                apex
            } else {
                "0.2.10.in-addr.arpa."
            };
            let zone = zone.trim_end_matches('.');
            assert!(lines.contains(&format!("/RecordAdd {zone} ")), "{lines}");
            assert_eq!(lines.contains("/ZoneAdd "), !is_of_site, "{lines}");
        }
    }

    #[test]
    fn addresses_are_looked_up_through_classless_delegations() {
        const ABOVE: (&str, &str) = (
            "0.2.10.in-addr.arpa.",
            "7 PTR a.x.\n0-63 NS ns.\n$GENERATE 8-63 $ CNAME $.0-63\n",
        );
        const BELOW: (&str, &str) = (
            "0-63.0.2.10.in-addr.arpa.",
            "8 PTR b.x.\n10 CNAME 10.w\n*.w PTR c.x.",
        );
        const DNAME: (&str, &str) = ("2.10.in-addr.arpa.", "0 DNAME 0-63.0\n");
        const ROOT: (&str, &str) = (".", "@ NS ns.x.\n");
        const AT_7: &str =
            "7.0.2.10.in-addr.arpa. PTR z.\n; remove: 7.0.2.10.in-addr.arpa. PTR a.x.";
        const AT_8: &str =
            "8.0-63.0.2.10.in-addr.arpa. PTR z.\n; remove: 8.0-63.0.2.10.in-addr.arpa. PTR b.x.";
        for (zones, last, expected) in [
            (&[ABOVE, BELOW][..], 7, AT_7),
            (&[ABOVE, BELOW], 8, AT_8),
            (&[ABOVE, BELOW], 9, "missing 9.0-63.0.2.10.in-addr.arpa."),
            (&[ABOVE, BELOW], 10, "10.w.0-63.0.2.10.in-addr.arpa. PTR z."),
            (&[ABOVE, BELOW], 99, "missing 99.0.2.10.in-addr.arpa."),
            (&[ABOVE], 8, "not given"),
            (&[BELOW], 8, AT_8),
            (&[BELOW], 9, "not given"),
            (&[DNAME, BELOW], 8, AT_8),
            (&[ROOT], 7, "not given"),
            (&[ROOT, ABOVE], 7, AT_7),
            (&[ROOT, ABOVE], 99, "missing 99.0.2.10.in-addr.arpa."),
            (&[ROOT, BELOW], 8, AT_8),
            (&[], 7, "not given"),
        ] {
            assert_eq!(said(zones, last), expected, "{zones:?} {last}");
        }
    }
}
