//! The ports that the SRV records of a site name for its SIP servers.

use hashbrown::{HashMap, HashSet};

use super::sip_set::{SipSet, has_port, is_sip_port, usual_port};
use crate::dns::{Name, Srv};

/// The ports below it are those of other services.
pub(super) const LOWEST: u16 = 1024;

/// Ports by view and by what they are of; the ports of TLS are told from the others.
#[derive(Default)]
pub(super) struct SipPorts<'s> {
    sets: HashMap<(usize, &'s Name), HashSet<u16>>,
    hosts: HashMap<(usize, u16, &'s Name), HashSet<u16>>,
    domains: HashMap<(usize, u16, Name), HashSet<u16>>,
}

/// The port that a record is to name which names none that can be right.
pub(super) struct MeantPort {
    pub(super) port: u16,
    /// Nothing that is known of the site speaks for another one.
    pub(super) is_clear: bool,
}

impl<'s> SipPorts<'s> {
    pub(super) fn of(sets: &[SipSet<'s>]) -> Self {
        let mut ports = Self::default();
        for sip in sets {
            let (view, usual) = (sip.view_index, usual_port(&sip.owner));
            let mut of_set = HashSet::new();
            let with_port = sip.set.srv().filter(|(record, srv)| has_port(record, srv));
            for (_, srv) in with_port.filter(|(_, srv)| !srv.target.name.is_root()) {
                of_set.insert(srv.port.value);
                let host = (view, usual, &srv.target.name);
                ports.hosts.entry(host).or_default().insert(srv.port.value);
            }
            let domain = ports.domains.entry((view, usual, sip.domain.clone()));
            domain.or_default().extend(&of_set);
            ports.sets.insert((view, &sip.set.owner), of_set);
        }
        ports
    }

    /// The ports of the record's set, of its host, and of its domain, as far as they are known.
    fn beside(&self, sip: &SipSet<'s>, srv: &'s Srv) -> impl Iterator<Item = &HashSet<u16>> {
        let (view, usual) = (sip.view_index, usual_port(&sip.owner));
        let of_set = self.sets.get(&(view, &sip.set.owner));
        let of_host = self.hosts.get(&(view, usual, &srv.target.name));
        let of_domain = self.domains.get(&(view, usual, sip.domain.clone()));
        [of_set, of_host, of_domain].into_iter().flatten()
    }

    /// A record of the set, the host or the domain names this one.
    pub(super) fn are_known(&self, sip: &SipSet<'s>, srv: &'s Srv, port: u16) -> bool {
        self.beside(sip, srv).any(|ports| ports.contains(&port))
    }

    /// The port of the others in the set, else of the same host elsewhere, else of the domain;
    /// else the usual one.
    pub(super) fn meant(&self, sip: &SipSet<'s>, srv: &'s Srv) -> MeantPort {
        let usual = usual_port(&sip.owner);
        let is_likely = |port: &&u16| **port >= LOWEST && (**port == usual || !is_sip_port(**port));
        let only = |ports: &HashSet<u16>| {
            let mut likely = ports.iter().filter(is_likely);
            likely.next().filter(|_| likely.next().is_none()).copied()
        };
        let port = self.beside(sip, srv).find_map(only).unwrap_or(usual);
        let is_it = |ports: &HashSet<u16>| ports.iter().all(|one| *one == port);
        MeantPort {
            port,
            is_clear: self.beside(sip, srv).all(is_it),
        }
    }
}
