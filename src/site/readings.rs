//! Whether a set-up ends up at the same servers however undocumented behaviour is read.

use std::borrow::Cow;

use super::{Simulation, Site, verdict};
use crate::handset::readings::{Explored, explore};
use crate::handset::{Lookup, Protocol};

/// What the readings of undocumented behaviour do to one set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// The combinations of readings that were simulated, the chosen one included.
    pub combinations: usize,
    /// The assumptions on which verdict or servers depend, by name; empty where the verdict
    /// holds under every reading.
    pub depends_on: Vec<&'static str>,
}

impl Readings {
    /// The same servers under every reading.
    pub fn holds(&self) -> bool {
        self.depends_on.is_empty()
    }
}

impl Site {
    /// The lookup of a simulated set-up under every combination of readings that it meets, of
    /// the assumptions that `matters` names.
    pub fn explore<'l>(
        &self,
        simulation: &'l Simulation,
        matters: impl Fn(&str) -> bool,
    ) -> Vec<Explored<'l>> {
        let setup = &self.setups[simulation.setup];
        let mut dns = &self.views[simulation.view];
        let chosen = Explored {
            assumptions: self.assumptions,
            lookup: Cow::Borrowed(&simulation.lookup),
        };
        explore(&setup.entry, &mut dns, self.model, chosen, matters)
    }

    /// What the readings do to a simulated set-up.
    pub fn readings(&self, simulation: &Simulation) -> Readings {
        let (setup, view) = (&self.setups[simulation.setup], &self.views[simulation.view]);
        let explored = self.explore(simulation, |_| true);
        let chosen = (simulation.verdict, servers(&simulation.lookup));
        let is_other =
            |lookup: &Lookup| (verdict(self, setup, view, lookup), servers(lookup)) != chosen;
        let mut depends_on = Vec::new();
        for combination in minimal(&explored, self, is_other) {
            for (name, _) in combination.differs(self.assumptions) {
                if !depends_on.contains(&name) {
                    depends_on.push(name);
                }
            }
        }
        Readings {
            combinations: explored.len(),
            depends_on,
        }
    }
}

/// Of the combinations whose lookup is another outcome, those of which no part is one
/// already.
pub fn minimal<'e>(
    explored: &'e [Explored<'e>],
    site: &Site,
    is_other: impl Fn(&Lookup) -> bool,
) -> Vec<&'e Explored<'e>> {
    let mut found: Vec<(Vec<(&str, &str)>, &Explored<'_>)> = Vec::new();
    for combination in explored {
        let differs = combination.differs(site.assumptions);
        let mut parts = found.iter();
        let has_part = parts.any(|(part, _)| part.iter().all(|one| differs.contains(one)));
        if !differs.is_empty() && !has_part && is_other(&combination.lookup) {
            found.push((differs, combination));
        }
    }
    found
        .into_iter()
        .map(|(_, combination)| combination)
        .collect()
}

/// What handsets notice of servers; those of one position are in no order.
fn servers(lookup: &Lookup) -> Vec<(u32, &str, std::net::IpAddr, u16, Protocol)> {
    let servers = lookup.servers().iter();
    let mut servers: Vec<_> = servers
        .map(|one| (one.order, &*one.host, one.address, one.port, one.protocol))
        .collect();
    servers.sort_unstable();
    servers
}
