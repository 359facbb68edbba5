//! The SIP chain: the hosts that SIP is sent to, and the records that lead there.

use std::net::Ipv4Addr;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::{Setup, Site, View, is_sip_naptr, is_sip_service};
use crate::dns::{Answer, Data, Name, Record, RecordType, RrSet};
use crate::handset::{Lookup, Step, Via};
use crate::source::{Span, Spanned};

/// A host that SIP is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SipHost {
    /// Its name.
    pub name: Name,
    /// Every place that names it: SRV targets, configured addresses.
    pub named_at: Vec<Span>,
    /// What the data says of its IPv4 addresses.
    pub answer: Answer,
}

/// An IPv4 address that SIP is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SipAddress {
    /// The host, as SRV records or configurations name it.
    pub host: Name,
    /// The name that owns the A record: the host, or what it is an alias of.
    pub owner: Name,
    /// The record is a wildcard's (RFC 4592), and so has no owner of its own.
    pub from_wildcard: bool,
    /// The address, where the A record has it.
    pub address: Spanned<Ipv4Addr>,
}

impl Site {
    /// The hosts of a view that SIP is to be sent to, whether they have addresses or not: the
    /// targets of its SIP SRV records, and the configured names whose own address a lookup
    /// ends with; in the order of the places that name them. A fallback to the address of a zone's apex makes no SIP server.
    pub fn sip_hosts(&self, view: usize) -> Vec<SipHost> {
        let sets = self.views[view].sets(RecordType::SRV);
        let mut known: HashMap<&Name, usize> = HashMap::with_capacity(sets.len());
        let mut hosts: Vec<SipHost> = Vec::with_capacity(sets.len());
        let mut add = |name, span| {
            let at = *known.entry(name).or_insert(hosts.len());
            match hosts.get_mut(at) {
                Some(host) => host.named_at.push(span),
                None => hosts.push(SipHost {
                    name: name.clone(),
                    named_at: vec![span],
                    answer: Answer::NotLoaded,
                }),
            }
        };
        for set in sets {
            if is_sip_service(&set.owner) {
                for (_, srv) in set.srv().filter(|(_, srv)| !srv.target.name.is_root()) {
                    add(&srv.target.name, srv.target.span);
                }
            }
        }
        for (simulation, setup, data) in self.simulated().filter(|(s, ..)| s.view == view) {
            let lookup = &simulation.lookup;
            if let Some(name) = setup.name()
                && ends_at_address(lookup, name)
                && !is_strangers(setup, data, lookup)
            {
                add(name, setup.entry.address.span);
            }
        }
        hosts.par_iter_mut().for_each(|host| {
            host.named_at.sort_unstable();
            host.named_at.dedup();
            host.answer = self.views[view].ask(&host.name, RecordType::A);
        });
        hosts.par_sort_unstable_by(|one, two| {
            let places = one.named_at.cmp(&two.named_at);
            places.then_with(|| one.name.cmp(&two.name))
        });
        hosts
    }

    /// The IPv4 addresses of [`sip_hosts`](Self::sip_hosts).
    pub fn sip_addresses(hosts: &[SipHost]) -> Vec<SipAddress> {
        let mut addresses = Vec::with_capacity(hosts.len());
        for host in hosts {
            for record in host.answer.of_type(RecordType::A) {
                let from_wildcard = record.owner.name.is_wildcard();
                // A wildcard's record stands for the name that was asked for.
                let owner = if from_wildcard {
                    &host.name
                } else {
                    &record.owner.name
                };
                if let Data::A(address) = record.data {
                    addresses.push(SipAddress {
                        host: host.name.clone(),
                        owner: owner.clone(),
                        from_wildcard,
                        address,
                    });
                }
            }
        }
        addresses
    }

    /// The RRsets of a view that lead handsets to SIP servers, in the order of their places:
    /// SIP NAPTR and SRV sets, the addresses of their targets (`hosts`), and whatever else a simulated
    /// lookup met. A fallback to the address of a zone's apex is no part of it.
    pub fn sip_chain<'s>(&'s self, view: usize, hosts: &[SipHost]) -> Vec<&'s RrSet> {
        let data = &self.views[view];
        let is_sip = |set: &&RrSet| match set.record_type {
            RecordType::NAPTR => set.naptr().any(|(_, naptr)| is_sip_naptr(naptr)),
            _ => is_sip_service(&set.owner),
        };
        let is_address = |kind| self.model.addresses.contains(&kind);
        let asked = hosts.par_iter().flat_map_iter(|host| {
            let addresses = self.model.addresses.iter();
            addresses.flat_map(|of_type| match *of_type {
                RecordType::A => sets_of(data, &host.answer),
                other => sets_of(data, &data.ask(&host.name, other)),
            })
        });
        // The addresses of these are asked for already.
        let named: HashSet<&Name> = hosts.iter().map(|host| &host.name).collect();
        let simulations = self.simulations.par_iter().filter(|s| s.view == view);
        let simulated = simulations.flat_map_iter(|simulation| {
            let lookup = &simulation.lookup;
            let fallback = is_strangers(&self.setups[simulation.setup], data, lookup);
            let steps = lookup.steps.iter();
            let named = &named;
            let is_new = move |step: &&Step| {
                let asked = &step.question;
                if is_address(asked.record_type) {
                    !(fallback || named.contains(&asked.name))
                } else {
                    // Of every set there is, those of SIP are taken anyway.
                    let mut records = met(&step.answer).iter();
                    !records.all(|record| match &record.data {
                        Data::Naptr(naptr) => is_sip_naptr(naptr),
                        Data::Srv(_) => is_sip_service(&record.owner.name),
                        _ => false,
                    })
                }
            };
            steps
                .filter(is_new)
                .flat_map(|step| sets_of(data, &step.answer))
        });
        let of_sip = [RecordType::NAPTR, RecordType::SRV];
        let of_sip = of_sip.into_iter().flat_map(|kind| data.sets(kind));
        let mut sets: Vec<&RrSet> = of_sip.filter(is_sip).collect();
        sets.par_extend(asked.chain(simulated));
        // Where a set stands is looked up once.
        let place = |set: &'s RrSet| (set.place, set);
        let mut sets: Vec<_> = sets.into_iter().map(place).collect();
        sets.par_sort_by(|(one, first), (two, second)| {
            one.cmp(two).then_with(|| first.by_place(second))
        });
        let mut sets: Vec<_> = sets.into_iter().map(|(_, set)| set).collect();
        sets.dedup_by(|one, two| std::ptr::eq(*one, *two));
        sets
    }
}

/// The sets of a view that an answer has records of; those whose records stand one behind the
/// other once.
fn sets_of<'v>(view: &'v View, answer: &Answer) -> Vec<&'v RrSet> {
    let is_one_set = |one: &Record, two: &Record| {
        one.record_type() == two.record_type() && one.owner.name == two.owner.name
    };
    let groups = met(answer).chunk_by(is_one_set);
    let set = |group: &[Record]| view.set(&group[0].owner.name, group[0].record_type());
    groups.filter_map(set).collect()
}

/// Every record of an answer, aliases included.
pub fn met(answer: &Answer) -> &[Record] {
    match answer {
        Answer::Records(records) => records,
        Answer::NoData(miss) | Answer::NxDomain(miss) => &miss.aliases,
        Answer::Failed(_) | Answer::NotLoaded => &[],
    }
}

/// The last question was the one for the address of the configured name itself.
fn ends_at_address(lookup: &Lookup, name: &Name) -> bool {
    match lookup.servers().first() {
        Some(server) => server.via == Via::Address,
        None => lookup.steps.last().is_some_and(|step| {
            let kinds = [RecordType::A, RecordType::AAAA];
            step.question.name == *name && kinds.contains(&step.question.record_type)
        }),
    }
}

/// The lookup found no SRV record and ended at the address of a zone's apex: at whatever
/// stands there, which on Active Directory are the domain controllers.
pub(super) fn fell_back(setup: &Setup, view: &View, lookup: &Lookup) -> bool {
    setup.entry.port.value == 0
        && setup
            .name()
            .is_some_and(|name| view.is_apex(name) && ends_at_address(lookup, name))
}

/// The address at which the lookup ended is that of a zone's apex, and no SIP server's as far as
/// is known: a fallback, or what a port leads to that keeps handsets from the SRV records.
pub(super) fn is_strangers(setup: &Setup, view: &View, lookup: &Lookup) -> bool {
    let Some(name) = setup.name().filter(|name| view.is_apex(name)) else {
        return false;
    };
    let is_listed_elsewhere = || setup.entry.port.value != 0 && !view.sip_sets(name).is_empty();
    fell_back(setup, view, lookup) || (ends_at_address(lookup, name) && is_listed_elsewhere())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::phone::Provisioning;
    use crate::site::{Arguments, Basis, Loaded, Requested, build, configured_setups};
    use crate::source::{Origin, Source, Sources};
    use crate::zone::Zone;
    use crate::zone::master::{ReadOptions, read};

    /// A zone `x.` and a handset that is given an address in it.
    fn site(text: &str, address: &str, port: u16) -> Site {
        let sources = Arc::new(Sources::new());
        let text = format!("$TTL 60\n@ SOA ns h 1 1 1 1 1\n{text}");
        let source = sources.add(Source::new("x", Origin::Stdin, text));
        let options = ReadOptions {
            origin: Some(Name::from_ascii("x.").expect("a name")),
            ..ReadOptions::default()
        };
        let zone = Arc::new(read(&sources, source, &options));
        let requested = Requested {
            handset: Some(Arguments {
                address: address.into(),
                port: Some(port),
                transport: None,
            }),
            live: Vec::new(),
        };
        let setups = configured_setups(&sources, &[], &Provisioning::default(), &requested);
        build(loaded(&sources, &zone), setups, Basis::default())
    }

    /// A zone and nothing else.
    fn loaded(sources: &Arc<Sources>, zone: &Arc<Zone>) -> Loaded {
        Loaded {
            sources: Arc::clone(sources),
            zones: vec![Arc::clone(zone)],
            ..Loaded::default()
        }
    }

    /// The sets of the chain, the addresses in it.
    fn chain(text: &str, address: &str, port: u16) -> (Vec<String>, Vec<String>) {
        let site = site(text, address, port);
        let sets = site.sip_chain(0, &site.sip_hosts(0));
        let sets = sets
            .iter()
            .map(|set| format!("{} {}", set.owner, set.record_type));
        let addresses = Site::sip_addresses(&site.sip_hosts(0));
        let addresses = addresses
            .iter()
            .map(|found| found.address.value.to_string());
        (sets.collect(), addresses.collect())
    }

    #[test]
    fn the_chain_is_what_leads_to_sip_servers_and_nothing_else() {
        let text = "@ NAPTR 1 1 S SIP+D2U \"\" _sip._udp\n_sip._udp SRV 1 1 5060 a\n\
                    _sip._tcp.other SRV 1 1 5060 b\nalias CNAME a\na A 10.0.0.1\nb A 10.0.0.2\n\
                    www A 10.0.0.3\n@ A 10.0.0.4\n_ldap._tcp SRV 1 1 389 www\n";
        let (sets, addresses) = chain(text, "x", 0);
        let expected = [
            "x. NAPTR",
            "_sip._udp.x. SRV",
            "_sip._tcp.other.x. SRV",
            "a.x. A",
            "b.x. A",
        ];
        assert_eq!(sets, expected);
        assert_eq!(addresses, ["10.0.0.1", "10.0.0.2"]);
        let (sets, addresses) = chain(text, "alias.x", 5060);
        assert!(sets.contains(&"alias.x. CNAME".to_owned()), "{sets:?}");
        assert!(addresses.contains(&"10.0.0.1".to_owned()), "{addresses:?}");
    }

    #[test]
    fn a_fallback_to_the_apex_is_no_sip_server() {
        let (sets, addresses) = chain("@ A 10.0.0.4\n", "x", 0);
        assert_eq!((sets.len(), addresses.len()), (0, 0));
        let asked_for = (vec!["x. A".to_owned()], vec!["10.0.0.4".to_owned()]);
        assert_eq!(chain("@ A 10.0.0.4\n", "x", 5060), asked_for);
        // Its servers are listed elsewhere.
        let listed = "@ A 10.0.0.4\n_sip._udp SRV 0 0 5060 a\na A 10.0.0.1\n";
        let (_, addresses) = chain(listed, "x", 5060);
        assert_eq!(addresses, ["10.0.0.1"]);
        let (sets, addresses) = chain("a A 10.0.0.1\n", "a.x", 0);
        assert_eq!((sets.len(), addresses.len()), (1, 1));
    }

    #[test]
    fn what_zones_imply_is_limited_and_counted() {
        let sources = Arc::new(Sources::new());
        let text = "$TTL 60\n$ORIGIN x.\n@ SOA ns h 1 1 1 1 1\n$GENERATE 1-9 _sip._udp.g$ SRV \"1 1 5060 a\"\n";
        let source = sources.add(Source::new("x", Origin::Stdin, text));
        let zone = Arc::new(read(&sources, source, &ReadOptions::default()));
        for (most, expected) in [(4, (4, 5)), (9, (9, 0))] {
            let loaded = loaded(&sources, &zone);
            let basis = Basis {
                most_implied: most,
                ..Basis::default()
            };
            let site = build(loaded, Vec::new(), basis);
            assert_eq!((site.setups.len(), site.implied_left_out), expected);
            assert_eq!(site.simulations.len(), expected.0);
        }
    }
}
