//! Set-ups that find no server in one view and do in another: a copy of the zone that nobody
//! asks.

use std::collections::HashMap;

use super::Facts;
use crate::site::{Simulation, Verdict, View};

/// The set-ups that find a server in one of several views, by index, each with the view's name.
pub(super) struct Served<'s>(HashMap<usize, &'s str>);

impl<'s> Served<'s> {
    pub(super) fn of(site: &'s Facts) -> Self {
        let registering = site.simulated().filter_map(|(simulation, _, view)| {
            let name = view.name.as_deref()?;
            (simulation.verdict == Verdict::Registers).then_some((simulation.setup, name))
        });
        Self(registering.collect())
    }

    /// The view by which the handsets of a simulation find a server; `None` for what a server
    /// has answered.
    pub(super) fn elsewhere(&self, simulation: &Simulation, view: &View) -> Option<&'s str> {
        let other = self.0.get(&simulation.setup).copied();
        other.filter(|_| view.live.is_none())
    }

    /// What is to be done, which may be nothing.
    pub(super) fn advice(&self, help: String, simulation: &Simulation, view: &View) -> String {
        match self.elsewhere(simulation, view) {
            Some(other) => format!(
                "{help}. By `{other}` handsets find a server: if none asks this copy of the zone, \
                 leave it as it is, and ignore this in the settings by its path"
            ),
            None => help,
        }
    }
}
