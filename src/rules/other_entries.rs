//! Which server entries are not the only ones. A line registers with all its entries at once
//! (Technical Bulletin 5844), so where the servers of one are down those of another take over.

use std::net::IpAddr;

use hashbrown::{HashMap, HashSet};

use crate::site::{Simulation, Site, Verdict};

/// The lines of a site by the set-ups that they register with.
pub(super) struct OtherEntries<'s> {
    lines: HashMap<usize, Vec<Vec<usize>>>,
    simulations: HashMap<(usize, usize), &'s Simulation>,
}

impl<'s> OtherEntries<'s> {
    pub(super) fn of(site: &'s Site) -> Self {
        let mut lines: HashMap<usize, Vec<Vec<usize>>> = HashMap::new();
        for line in site.registrations() {
            for setup in &line {
                lines.entry(*setup).or_default().push(line.clone());
            }
        }
        let several = lines.values().flatten().filter(|line| line.len() > 1);
        let several: HashSet<usize> = several.flatten().copied().collect();
        let simulations = site.simulations.iter();
        let simulations = simulations.filter(|one| several.contains(&one.setup));
        Self {
            simulations: simulations
                .map(|one| ((one.setup, one.view), one))
                .collect(),
            lines,
        }
    }

    /// Each line that registers with the set-up has an entry besides that leads to another
    /// server, as far as is known.
    pub(super) fn take_over(&self, simulation: &Simulation) -> bool {
        let own = addresses(simulation);
        let is_other = |other: &&usize| **other != simulation.setup;
        let takes_over = |other: &usize| {
            let Some(other) = self.simulations.get(&(*other, simulation.view)) else {
                return true;
            };
            match other.verdict {
                Verdict::Registers => !addresses(other).is_subset(&own),
                Verdict::Undetermined => true,
                Verdict::Fails => false,
            }
        };
        let lines = self.lines.get(&simulation.setup);
        lines.is_some_and(|lines| {
            let mut lines = lines.iter();
            lines.all(|line| line.iter().filter(is_other).any(takes_over))
        })
    }
}

fn addresses(simulation: &Simulation) -> HashSet<IpAddr> {
    let servers = simulation.lookup.servers().iter();
    servers.map(|server| server.address).collect()
}
