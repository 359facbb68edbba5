//! What the configurations given say that the handset of a user looks up.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::handset::log::shown::plain;
use crate::phone_log::PhoneLog;
use crate::site::Site;

/// Addresses of one user that are compared; who has more is no user of one handset.
const ADDRESSES: usize = 8;

/// The addresses of each user that a log names, as they are compared, each with a set-up that
/// has it; users of whom not all addresses are known are left out.
pub(super) struct Configured(HashMap<String, BTreeMap<String, usize>>);

impl Configured {
    pub(super) fn of(site: &Site) -> Self {
        let groups = &site.provisioning.groups;
        let mut setups_of = vec![Vec::new(); groups.len()];
        for (index, setup) in site.setups.iter().enumerate() {
            for group in &setup.groups {
                setups_of[*group].push(index);
            }
        }
        let chains = site.logs.iter().flat_map(|log| log.chains.iter());
        let logged: HashSet<&str> = chains.filter_map(|chain| chain.user.as_deref()).collect();
        let mut known = HashMap::new();
        let mut unknown = HashSet::new();
        for (group, setups) in groups.iter().zip(&setups_of) {
            let settings = site.provisioning.settings(&site.configurations, group);
            for (_, user) in settings.lines() {
                let user = user.value.value.split('@').next().unwrap_or_default();
                if !logged.contains(user) {
                    continue;
                }
                let is_address = |setup: &usize| {
                    let setup = &site.setups[*setup];
                    setup.name().is_some() || setup.entry.literal().is_some()
                };
                let are_addresses = !setups.is_empty() && setups.iter().all(is_address);
                // DHCP may name another server.
                if !are_addresses || settings.asks_dhcp() {
                    unknown.insert(user.to_owned());
                }
                let addresses: &mut BTreeMap<_, _> = known.entry(user.to_owned()).or_default();
                for setup in setups.iter().take(ADDRESSES + 1) {
                    let address = plain(&site.setups[*setup].entry.address.value);
                    addresses.entry(address).or_insert(*setup);
                }
            }
        }
        known.retain(|user, addresses| addresses.len() <= ADDRESSES && !unknown.contains(user));
        Self(known)
    }

    /// A set-up of that user of which a log shows no lookup, nor one of any other that the user
    /// has: the handset runs with another configuration.
    pub(super) fn missed(&self, user: &str, log: &LookedUp) -> Option<usize> {
        let addresses = self.0.get(user)?;
        let is_missed = addresses.keys().all(|address| !log.0.contains(address));
        addresses.values().next().copied().filter(|_| is_missed)
    }
}

/// The addresses that a log shows to be looked up.
pub(super) struct LookedUp(HashSet<String>);

impl LookedUp {
    pub(super) fn of(log: &PhoneLog) -> Self {
        let addresses = log
            .chains
            .iter()
            .filter_map(|chain| chain.address.as_deref());
        Self(addresses.map(plain).collect())
    }
}
