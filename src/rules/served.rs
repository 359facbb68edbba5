//! Set-ups that find no server in one view and do in another: a copy of the zone that nobody
//! asks.

use std::collections::HashMap;

use super::Facts;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::site::{Simulation, Verdict, View};

/// The set-ups that find a server in some of several views, by index.
pub(super) struct Served<'s>(HashMap<usize, Vec<&'s View>>);

impl<'s> Served<'s> {
    pub(super) fn of(site: &'s Facts) -> Self {
        let mut views: HashMap<_, Vec<_>> = HashMap::new();
        for (simulation, _, view) in site.simulated() {
            if simulation.verdict == Verdict::Registers && view.name.is_some() {
                views.entry(simulation.setup).or_default().push(view);
            }
        }
        Self(views)
    }

    /// The view by which the handsets of a simulation find a server; `None` for what a server
    /// has answered.
    pub(super) fn elsewhere(&self, simulation: &Simulation, view: &View) -> Option<&'s str> {
        let other = self.others(simulation, view).last();
        other.and_then(|other| other.name.as_deref())
    }

    fn others(&self, simulation: &Simulation, view: &View) -> impl Iterator<Item = &'s View> {
        let others = self
            .0
            .get(&simulation.setup)
            .filter(|_| view.live.is_none());
        others.into_iter().flatten().copied()
    }

    /// Adds what is to be done, which may be nothing: what a server says to strangers is no defect
    /// where it has another view.
    pub(super) fn advise(
        &self,
        finding: Finding,
        help: String,
        simulation: &Simulation,
        view: &View,
    ) -> Finding {
        let settings = |view: &View| view.stated.as_ref().map(|(settings, _)| *settings);
        let own = settings(view).filter(|_| is_for_strangers(view));
        let mut others = self.others(simulation, view);
        if own.is_some() && others.any(|other| settings(other) == own) {
            return finding.severity(Severity::Note).help(format!(
                "{help}. If handsets are clients of the view that does have a server for them, \
                 leave this one as it is"
            ));
        }
        finding.help(match self.elsewhere(simulation, view) {
            Some(other) => format!(
                "{help}. By `{other}` handsets find a server: if none asks this copy of the zone, \
                 leave it as it is, and ignore this in the settings by its path"
            ),
            None => help,
        })
    }
}

/// By its name the view is what others than the server's own network see.
fn is_for_strangers(view: &View) -> bool {
    const WORDS: [&str; 12] = [
        "dmz", "ext", "extern", "external", "guest", "guests", "internet", "out", "outside", "pub",
        "public", "world",
    ];
    view.stated.as_ref().is_some_and(|(_, name)| {
        let mut words = name.split(|character: char| !character.is_ascii_alphabetic());
        words.any(|word| WORDS.iter().any(|one| word.eq_ignore_ascii_case(one)))
    })
}
