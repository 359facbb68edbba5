//! The lines of all handsets, and what becomes of each when servers or DNS are down.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::{Asker, Setup, Site};
use crate::handset::assumption::WeightOrder;
use crate::handset::failover::{FailbackMode, Registrar, Settings, WhatIf, what_if};
use crate::handset::{Assumptions, Handset, Lookup, Mac};
use crate::phone;

/// Lines that register with the same servers under the same parameters, in one view.
#[derive(Debug)]
pub struct LineUp<'s> {
    /// The server entries, all of which a line registers with at once; never empty.
    pub members: Vec<Member<'s>>,
    /// MACs, where they are known.
    pub handsets: BTreeSet<Mac>,
    /// Index into [`Site::views`].
    pub view: usize,
    /// The DNS servers of the handsets, as far as a configuration names them.
    pub dns_servers: Vec<String>,
    /// What becomes of it.
    pub what_if: WhatIf,
}

/// One server entry of a line.
#[derive(Debug)]
pub struct Member<'s> {
    /// The set-up it is.
    pub setup: &'s Setup,
    /// Its lookup.
    pub lookup: Lookup,
    /// Its parameters.
    pub settings: Settings,
    /// Where several hosts share a priority: the two readings of weight.
    pub weights: Option<Weights>,
}

/// Servers that share a priority, under both readings of weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Drawn at random in proportion to the weights (RFC 2782).
    pub drawn: Lookup,
    /// The higher weight first (CS-14-17).
    pub sorted: Lookup,
}

/// What makes two lines one: set-ups with the values of their parameters, and DNS servers.
type Key = (Vec<(usize, [u32; 11], FailbackMode)>, Vec<String>);

/// A line before it is simulated.
struct Line {
    members: Vec<(usize, Settings)>,
    dns_servers: Vec<String>,
    handsets: BTreeSet<Mac>,
}

impl Site {
    /// Every line in every view that speaks of it, with its what-if table.
    pub fn failover(&self) -> Vec<LineUp<'_>> {
        let mut views: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.setups.len()];
        for simulation in &self.simulations {
            views[simulation.setup].insert(simulation.view);
        }
        let lines = self.lines();
        let in_views: Vec<(&Line, usize)> = lines
            .iter()
            .flat_map(|line| {
                let of_all = line.members.iter().flat_map(|(setup, _)| &views[*setup]);
                let of_all: BTreeSet<usize> = of_all.copied().collect();
                of_all.into_iter().map(move |view| (line, view))
            })
            .collect();
        in_views
            .into_par_iter()
            .map(|(line, view)| self.line_up(line, view))
            .collect()
    }

    /// The set-ups that each line registers with at once.
    pub fn registrations(&self) -> BTreeSet<Vec<usize>> {
        let lines = self.lines().into_iter();
        let members = lines.map(|line| line.members.into_iter());
        members
            .map(|members| members.map(|(setup, _)| setup).collect())
            .collect()
    }

    /// The lines of configurations, then the set-ups that none of them makes.
    fn lines(&self) -> Vec<Line> {
        let mut setups_of = vec![Vec::new(); self.provisioning.groups.len()];
        for (index, setup) in self.setups.iter().enumerate() {
            for group in &setup.groups {
                setups_of[*group].push(index);
            }
        }
        let mut lines: Vec<Line> = Vec::new();
        let mut known: HashMap<Key, usize> = HashMap::new();
        for (settings, setups) in self.settings().iter().zip(setups_of) {
            let dns_servers: Vec<_> = settings
                .dns_servers()
                .into_iter()
                .map(|server| server.value)
                .collect();
            for registration in settings.registrations() {
                let members: Vec<_> = registration
                    .entries
                    .into_iter()
                    .filter_map(|(entry, settings)| {
                        let mut setups = setups.iter();
                        let own = |at: &&usize| self.setups[**at].looks_up(&entry.entry);
                        Some((*setups.find(own)?, settings))
                    })
                    .collect();
                if members.is_empty() {
                    continue;
                }
                let values = members.iter().map(|(setup, settings)| {
                    let (numbers, mode) = settings.values();
                    (*setup, numbers, mode)
                });
                let key = (values.collect(), dns_servers.clone());
                let at = *known.entry(key).or_insert(lines.len());
                if at == lines.len() {
                    lines.push(Line {
                        members,
                        dns_servers: dns_servers.clone(),
                        handsets: BTreeSet::new(),
                    });
                }
                lines[at].handsets.extend(settings.handsets());
            }
        }
        let others = self.setups.iter().enumerate();
        lines.extend(
            others
                .filter(|(_, setup)| setup.asker != Asker::Configuration)
                .map(|(index, setup)| Line {
                    members: vec![(index, phone::default_settings())],
                    dns_servers: Vec::new(),
                    handsets: setup.handsets.clone(),
                }),
        );
        lines
    }

    fn line_up(&self, line: &Line, view: usize) -> LineUp<'_> {
        let members: Vec<_> = line
            .members
            .iter()
            .map(|(setup, settings)| self.member(*setup, settings, view))
            .collect();
        let registrars: Vec<_> = members
            .iter()
            .map(|member| Registrar {
                entry: &member.setup.entry,
                lookup: &member.lookup,
                settings: &member.settings,
            })
            .collect();
        let mut dns = &self.views[view];
        let what_if = what_if(&registrars, &mut dns, self.model, self.assumptions);
        LineUp {
            members,
            handsets: line.handsets.clone(),
            view,
            dns_servers: line.dns_servers.clone(),
            what_if,
        }
    }

    fn member(&self, setup: usize, settings: &Settings, view: usize) -> Member<'_> {
        let entry = &self.setups[setup].entry;
        let under_all = |assumptions: Assumptions| {
            let mut dns = &self.views[view];
            Handset::new(&mut dns, self.model, assumptions).look_up(entry)
        };
        let under = |weight: WeightOrder| {
            let mut assumptions = self.assumptions;
            assumptions.weight = weight;
            under_all(assumptions)
        };
        let drawn = under(WeightOrder::Rfc2782);
        let tie = |lookup: &Lookup| {
            let mut neighbours = lookup.servers().windows(2);
            neighbours.any(|pair| pair[0].order == pair[1].order && pair[0].host != pair[1].host)
        };
        let sorted = tie(&drawn).then(|| under(WeightOrder::HigherFirst));
        let lookup = match (self.assumptions.weight, &sorted) {
            (WeightOrder::HigherFirst, Some(sorted)) => sorted.clone(),
            _ => drawn.clone(),
        };
        Member {
            setup: &self.setups[setup],
            lookup,
            settings: settings.clone(),
            weights: sorted.map(|sorted| Weights { drawn, sorted }),
        }
    }
}
