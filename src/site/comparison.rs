//! Handset logs beside the simulation: the same questions and answers, or the first that
//! differs and what can explain it.

use std::collections::HashMap;

use asked::Asked;
use configured::{Configured, LookedUp};

use crate::dns::{self, RecordType};
use crate::handset;
use crate::handset::log::shown::{self, Answer, End, plain};
use crate::phone_log::diagnosis::{Diagnosis, diagnose};
use crate::phone_log::{Chain, PhoneLog};
use crate::site::{Asker, Site};
use crate::source::Span;
use crate::spelling::nearest;

mod asked;
mod configured;

/// A lookup of a log, and the simulation that is nearest to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Index into [`Site::logs`].
    pub log: usize,
    /// Index of the lookup among those that were kept of the log.
    pub chain: usize,
    /// Index into [`Site::simulations`].
    pub simulation: usize,
    /// Whether they agree.
    pub prediction: Prediction,
    /// A configured address that the logged one may be a misspelling of, or the other way
    /// round.
    pub near: Option<String>,
    /// A set-up that the configuration of the user has, of which the log shows no lookup: index
    /// into [`Site::setups`].
    pub missed: Option<usize>,
}

/// Whether a lookup went as predicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prediction {
    /// Step by step, as far as the log goes.
    Agrees,
    /// It did not.
    Differs(Difference),
    /// It seems that it did not, and the log lacks lines that could show why.
    Unclear,
    /// The data given says nothing of what was looked up, or the server asked gave no answer.
    Silent,
}

/// Why a handset does not look up what its configuration says.
pub const OTHER_CONFIGURATION: &str = "it has not fetched the configuration given, or a setting \
    made on the handset or in its web page wins";

/// The first difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which question, from 1.
    pub number: usize,
    /// Index of the handset's question; `None` where it asked no more.
    pub logged: Option<usize>,
    /// Index of the predicted question; `None` where none more is predicted.
    pub predicted: Option<usize>,
    /// What the handset did.
    pub handset_did: String,
    /// What was predicted.
    pub was_predicted: String,
    /// What can explain it, the likeliest first.
    pub explanations: Vec<String>,
    /// What the prediction rests on.
    pub place: Span,
}

impl Site {
    /// Explains a lookup without a server, by the indices of the log and of the lookup; `None`
    /// for any other.
    pub fn diagnosis(&self, log: usize, index: usize, chain: &Chain) -> Option<Diagnosis> {
        let comparison = self.comparison(log, index);
        diagnose(
            &self.logs[log],
            chain,
            comparison.is_some_and(|one| self.is_there(one, chain)),
        )
    }

    /// What the handset got nothing for is in the data given, and leads to servers.
    fn is_there(&self, comparison: &Comparison, chain: &Chain) -> bool {
        let Prediction::Differs(difference) = &comparison.prediction else {
            return false;
        };
        let lookup = &self.simulations[comparison.simulation].lookup;
        let got_nothing = difference
            .logged
            .is_some_and(|step| matches!(chain.steps[step].shown.answer, Answer::Nothing { .. }));
        let gets_records = difference
            .predicted
            .is_some_and(|step| matches!(lookup.steps[step].answer, dns::Answer::Records(_)));
        got_nothing && gets_records && matches!(lookup.outcome, handset::Outcome::Servers(_))
    }
}

/// Every lookup of every log beside the simulation that is nearest to it.
pub(super) fn comparisons(site: &Site) -> Vec<Comparison> {
    let mut all = Vec::new();
    if site.logs.is_empty() {
        return all;
    }
    let by_address = by_address(site);
    let configured = configured(site);
    let of_users = Configured::of(site);
    let mut comparisons_left = MAX_COMPARISONS;
    for (log_index, log) in site.logs.iter().enumerate() {
        let looked_up = LookedUp::of(log);
        for (index, chain) in log.chains.iter().enumerate() {
            let address = chain.address.as_deref().map(plain);
            let candidates = address.and_then(|address| by_address.get(&address));
            let compared = candidates.into_iter().flatten().map(|simulation| {
                let prediction = compare(site, log, chain, index == 0, *simulation);
                (*simulation, prediction)
            });
            // Of equals the first: `max_by_key` would take the last.
            let best = compared.reduce(|best, next| {
                if closeness(&next.1) > closeness(&best.1) {
                    next
                } else {
                    best
                }
            });
            if let Some((simulation, prediction)) = best {
                all.push(Comparison {
                    log: log_index,
                    chain: index,
                    simulation,
                    prediction,
                    missed: chain
                        .user
                        .as_deref()
                        .and_then(|user| of_users.missed(user, &looked_up)),
                    near: near(site, simulation, &configured, &mut comparisons_left),
                });
            }
        }
    }
    all
}

/// The simulations of each address that is looked up.
fn by_address(site: &Site) -> HashMap<String, Vec<usize>> {
    let mut by_address: HashMap<_, Vec<_>> = HashMap::new();
    for (index, simulation) in site.simulations.iter().enumerate() {
        let entry = &site.setups[simulation.setup].entry;
        let simulations = by_address.entry(plain(&entry.address.value));
        simulations.or_default().push(index);
    }
    by_address
}

/// The addresses that are known from elsewhere than logs.
fn configured(site: &Site) -> Vec<String> {
    let setups = site.setups.iter();
    let configured = setups.filter(|setup| setup.asker != Asker::Log);
    configured
        .map(|setup| plain(&setup.entry.address.value))
        .collect()
}

fn closeness(prediction: &Prediction) -> usize {
    match prediction {
        Prediction::Agrees => usize::MAX,
        Prediction::Unclear => usize::MAX - 1,
        Prediction::Silent => 0,
        Prediction::Differs(difference) => difference.number,
    }
}

/// Addresses that the did-you-means of a run look at: each looks at every configured one, and
/// where there are thousands of both a few must do.
const MAX_COMPARISONS: usize = 1_000_000;

/// The configured address that is spelt most like one that only the log knows.
fn near(
    site: &Site,
    simulation: usize,
    configured: &[String],
    comparisons_left: &mut usize,
) -> Option<String> {
    let setup = &site.setups[site.simulations[simulation].setup];
    if setup.asker != Asker::Log {
        return None;
    }
    *comparisons_left = comparisons_left.checked_sub(configured.len())?;
    let own = plain(&setup.entry.address.value);
    nearest(&own, configured.iter().map(String::as_str)).map(str::to_owned)
}

/// Predicted steps in the order in which the log can be laid beside them: which of an SRV set's
/// targets is asked for first depends on the order of the answer.
fn beside(logged: &[shown::Step], steps: Vec<shown::Step>) -> Vec<(usize, shown::Step)> {
    let mut numbered: Vec<_> = steps.into_iter().enumerate().collect();
    let place = |step: &shown::Step| logged.iter().position(|one| one.asks_the_same(step));
    let mut runs = numbered.as_mut_slice();
    while !runs.is_empty() {
        let addresses = runs
            .iter()
            .take_while(|(_, step)| step.record_type == RecordType::A)
            .count();
        let (run, rest) = runs.split_at_mut(addresses.max(1));
        run.sort_by_cached_key(|(_, step)| place(step).unwrap_or(usize::MAX));
        runs = rest;
    }
    numbered
}

fn compare(
    site: &Site,
    log: &PhoneLog,
    chain: &Chain,
    may_lack_beginning: bool,
    index: usize,
) -> Prediction {
    let simulation = &site.simulations[index];
    let lookup = &simulation.lookup;
    let predicted: Vec<_> = lookup
        .steps
        .iter()
        .map(|step| shown::Step::of(step, site.assumptions))
        .collect();
    if predicted
        .first()
        .is_some_and(|step| step.answer == Answer::Open)
    {
        return Prediction::Silent;
    }
    let logged = chain.shown().steps;
    let predicted = beside(&logged, predicted);
    if logged.is_empty() && !predicted.is_empty() && chain.end != End::Nothing {
        // Too little is logged to tell.
        return Prediction::Silent;
    }
    let whole = first_difference(&logged, &predicted);
    let lacks_some = chain.has_gap || chain.begins_late();
    let lacks_beginning = may_lack_beginning && whole == Some(0) && !logged.is_empty();
    let difference = if whole.is_some() && (lacks_some || lacks_beginning) {
        difference_in_part(&logged, &predicted, chain)
    } else {
        whole.map(|at| (at, at))
    };
    // What a server failed to answer is no prediction, nor is what follows from it.
    let compared = difference.map_or(logged.len(), |(_, at)| at + 1);
    let is_failure = |(index, _): &(usize, shown::Step)| {
        matches!(lookup.steps[*index].answer, dns::Answer::Failed(_))
    };
    if predicted.iter().take(compared).any(is_failure) {
        return Prediction::Silent;
    }
    let Some((logged_at, predicted_at)) = difference else {
        return match whole {
            Some(_) if chain.has_gap => Prediction::Unclear,
            _ => Prediction::Agrees,
        };
    };
    let ends_early = logged_at == logged.len();
    let is_bare = || logged.is_empty() && lookup.outcome == handset::Outcome::NoServer;
    if ends_early && (chain.end == End::Open || is_bare()) {
        return Prediction::Agrees;
    }
    let is_logged = logged_at < logged.len();
    let predicted_at = predicted.get(predicted_at).map(|(index, _)| *index);
    let asked = Asked {
        site,
        log,
        chain,
        simulation,
        logged: is_logged.then(|| &chain.steps[logged_at]),
        predicted: predicted_at.map(|index| &lookup.steps[index]),
    };
    let place = asked.place();
    Prediction::Differs(Difference {
        number: logged_at + 1,
        logged: is_logged.then_some(logged_at),
        predicted: predicted_at,
        handset_did: asked.handset_did(),
        was_predicted: asked.was_predicted(),
        explanations: asked.explanations(),
        place,
    })
}

fn first_difference(logged: &[shown::Step], predicted: &[(usize, shown::Step)]) -> Option<usize> {
    let same = |(one, (_, two)): (&shown::Step, &(usize, shown::Step))| {
        one.asks_the_same(two) && one.answered_the_same(two)
    };
    let common = logged
        .iter()
        .zip(predicted)
        .position(|pair| !same(pair))
        .unwrap_or(logged.len().min(predicted.len()));
    (common < logged.len() || common < predicted.len()).then_some(common)
}

/// The first question of a lookup that the log does not show whole that was answered otherwise
/// than predicted, or is not predicted; and the place of the prediction.
fn difference_in_part(
    logged: &[shown::Step],
    predicted: &[(usize, shown::Step)],
    chain: &Chain,
) -> Option<(usize, usize)> {
    let place = |is: &dyn Fn(&shown::Step) -> bool| predicted.iter().position(|(_, one)| is(one));
    logged.iter().enumerate().find_map(|(at, step)| {
        match place(&|one| one.asks_the_same(step)) {
            Some(same) => (!step.answered_the_same(&predicted[same].1)).then_some((at, same)),
            // What led to it may be what is lost.
            None if chain.has_gap => None,
            // The answer of the SRV question that is not shown led to it.
            None if chain.begins_late() => {
                let srv = place(&|one| one.record_type == RecordType::SRV);
                Some((at, srv.unwrap_or(0)))
            }
            None => Some((at, at.min(predicted.len()))),
        }
    })
}
