//! Which server entries are not the only ones. A line registers with all its entries at once
//! (Technical Bulletin 5844), so where the servers of one are down those of another take over.

use std::net::IpAddr;

use hashbrown::{HashMap, HashSet};

use crate::site::{Simulation, Site, Verdict};

/// The lines of a site that register with several set-ups, and where these lead.
pub(super) struct OtherEntries {
    /// The lines by the set-ups that they register with.
    lines: HashMap<usize, Vec<usize>>,
    /// The set-ups that a line of one entry registers with.
    alone: HashSet<usize>,
    /// By line and view.
    reach: HashMap<(usize, usize), Reach>,
}

/// What all entries of a line lead to in one view.
#[derive(Default)]
struct Reach {
    /// Of those that register.
    servers: HashSet<IpAddr>,
    /// The entries of which that is not known.
    unknown: usize,
}

impl OtherEntries {
    pub(super) fn of(site: &Site) -> Self {
        let mut lines: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut alone = HashSet::new();
        // The members of each line, counted.
        let mut sizes = Vec::new();
        for mut line in site.registrations() {
            line.sort_unstable();
            line.dedup();
            if let [only] = *line {
                alone.insert(only);
                continue;
            }
            for setup in &line {
                lines.entry(*setup).or_default().push(sizes.len());
            }
            sizes.push(line.len());
        }
        let mut reach: HashMap<(usize, usize), Reach> = HashMap::new();
        for simulation in &site.simulations {
            for line in lines.get(&simulation.setup).into_iter().flatten() {
                let reach = reach.entry((*line, simulation.view));
                reach
                    .or_insert_with(|| Reach {
                        // Until its lookup in this view is met.
                        unknown: sizes[*line],
                        ..Reach::default()
                    })
                    .add(simulation);
            }
        }
        Self {
            lines,
            alone,
            reach,
        }
    }

    /// Each line that registers with the set-up has an entry besides that leads to another
    /// server, as far as is known.
    pub(super) fn take_over(&self, simulation: &Simulation) -> bool {
        let Some(lines) = self.lines.get(&simulation.setup) else {
            return false;
        };
        let own: HashSet<IpAddr> = addresses(simulation).collect();
        let is_unknown = simulation.verdict == Verdict::Undetermined;
        let takes_over = |reach: &Reach| {
            let own_there = own.iter().filter(|own| reach.servers.contains(*own));
            reach.unknown > usize::from(is_unknown) || reach.servers.len() > own_there.count()
        };
        let mut reach = lines
            .iter()
            .filter_map(|line| self.reach.get(&(*line, simulation.view)));
        !self.alone.contains(&simulation.setup) && reach.all(takes_over)
    }
}

impl Reach {
    fn add(&mut self, simulation: &Simulation) {
        if simulation.verdict != Verdict::Undetermined {
            self.unknown -= 1;
        }
        if simulation.verdict == Verdict::Registers {
            self.servers.extend(addresses(simulation));
        }
    }
}

fn addresses(simulation: &Simulation) -> impl Iterator<Item = IpAddr> {
    let servers = simulation.lookup.servers().iter();
    servers.map(|server| server.address)
}
