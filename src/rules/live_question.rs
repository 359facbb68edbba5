//! The questions that handsets ask themselves, with what the server asked said to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::dns::Question;
use crate::handset::Mac;
use crate::handset::Step;
use crate::live::{Answers, Reply};
use crate::site::{Site, Verdict, View};

/// A question that at least one set-up asks a server.
pub(super) struct LiveQuestion<'a> {
    /// Index into [`Site::views`].
    pub view: usize,
    /// The server asked, and those that say the same.
    pub server: String,
    /// The step of the first lookup that asks it.
    pub step: &'a Step,
    /// What came back, and where it is written out.
    pub reply: &'a Reply,
    /// Every set-up that asks it registers all the same.
    pub all_register: bool,
    /// The handsets that ask it.
    pub handsets: BTreeSet<Mac>,
}

/// Each question once for each server, in the order of views and questions. A server that was
/// not heard at all is left out: the run says that once, and has nothing to say of its
/// answers.
pub(super) fn live_questions(site: &Site) -> impl Iterator<Item = LiveQuestion<'_>> {
    let mut questions: BTreeMap<(usize, &Question), LiveQuestion<'_>> = BTreeMap::new();
    for (simulation, setup, view) in site.simulated() {
        let Some(live) = heard(view) else { continue };
        for step in &simulation.lookup.steps {
            let Some(reply) = live.answers.get(&step.question) else {
                continue;
            };
            let question = questions
                .entry((simulation.view, &step.question))
                .or_insert_with(|| LiveQuestion {
                    view: simulation.view,
                    server: live.server(),
                    step,
                    reply,
                    all_register: true,
                    handsets: BTreeSet::new(),
                });
            question.all_register &= simulation.verdict == Verdict::Registers;
            question.handsets.extend(&setup.handsets);
        }
    }
    questions.into_values()
}

fn heard(view: &View) -> Option<&Answers> {
    let live = view.live.as_deref()?;
    live.silence().is_none().then_some(live)
}
