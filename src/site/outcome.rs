//! What becomes of each set-up, view by view.

use super::{Setup, Simulation, Site, Verdict, View};
use crate::handset::{Server, Step};
use crate::live::Reply;

/// A set-up, and what becomes of it in one view.
#[derive(Debug, Clone, Copy)]
pub struct Outcome<'a> {
    /// The set-up.
    pub setup: &'a Setup,
    /// Its lookup, and the view it was looked up in; `None` where nothing given speaks of it.
    pub simulated: Option<(&'a Simulation, &'a View)>,
}

impl<'a> Outcome<'a> {
    /// What becomes of it.
    pub fn verdict(&self) -> Verdict {
        self.simulated
            .map_or(Verdict::Undetermined, |(simulation, _)| simulation.verdict)
    }

    /// The questions of the lookup.
    pub fn steps(&self) -> &'a [Step] {
        self.simulated
            .map_or(&[], |(simulation, _)| &simulation.lookup.steps)
    }

    /// The servers it finds.
    pub fn servers(&self) -> &'a [Server] {
        self.simulated
            .map_or(&[], |(simulation, _)| simulation.lookup.servers())
    }

    /// What a server said to a question of the lookup, where one was asked.
    pub fn reply(&self, step: &Step) -> Option<&'a Reply> {
        let (_, view) = self.simulated?;
        view.live.as_ref()?.answers.get(&step.question)
    }

    /// The view's name, where there are several.
    pub fn view(&self) -> Option<&'a str> {
        self.simulated.and_then(|(_, view)| view.name.as_deref())
    }
}

impl Site {
    /// What becomes of each set-up in each view that can speak of it; those that none can speak
    /// of come last.
    pub fn outcomes(&self) -> Vec<Outcome<'_>> {
        let simulated = self.simulated();
        let mut outcomes: Vec<_> = simulated
            .map(|(simulation, setup, view)| Outcome {
                setup,
                simulated: Some((simulation, view)),
            })
            .collect();
        let mut is_simulated = vec![false; self.setups.len()];
        for simulation in &self.simulations {
            is_simulated[simulation.setup] = true;
        }
        let rest = self.setups.iter().zip(is_simulated);
        let rest = rest.filter(|(_, is_simulated)| !is_simulated);
        outcomes.extend(rest.map(|(setup, _)| Outcome {
            setup,
            simulated: None,
        }));
        outcomes
    }
}
