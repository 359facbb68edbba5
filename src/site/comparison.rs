//! Handset logs beside the simulation: the same questions and answers, or the first that
//! differs and what can explain it.

use crate::dns::{Data, RecordType};
use crate::handset::log::shown::{self, Answer, End, From, Record, plain, same_name};
use crate::handset::{self, Handset};
use crate::phone_log::{Chain, PhoneLog};
use crate::site::{Asker, Setup, Simulation, Site, View};
use crate::source::Span;
use crate::spelling::nearest;

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
}

/// Whether a lookup went as predicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prediction {
    /// Step by step, as far as the log goes.
    Agrees,
    /// It did not.
    Differs(Difference),
    /// The data given says nothing of what was looked up.
    Silent,
}

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

/// Every lookup of every log beside the simulation that is nearest to it.
pub(super) fn comparisons(site: &Site) -> Vec<Comparison> {
    let mut all = Vec::new();
    for (log_index, log) in site.logs.iter().enumerate() {
        for (index, chain) in log.chains.iter().enumerate() {
            let candidates = candidates(site, chain);
            let compared = candidates.map(|simulation| {
                let prediction = compare(site, log, chain, index == 0, simulation);
                (simulation, prediction)
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
                    near: near(site, simulation),
                });
            }
        }
    }
    all
}

/// Simulations of the address that was looked up.
fn candidates<'s>(site: &'s Site, chain: &'s Chain) -> impl Iterator<Item = usize> + 's {
    let address = chain.address.as_deref();
    let is_it = move |simulation: &Simulation| {
        let entry = &site.setups[simulation.setup].entry;
        address.is_some_and(|address| same_name(address, &entry.address.value))
    };
    let all = site.simulations.iter().enumerate();
    all.filter(move |(_, simulation)| is_it(simulation))
        .map(|(index, _)| index)
}

fn closeness(prediction: &Prediction) -> usize {
    match prediction {
        Prediction::Agrees => usize::MAX,
        Prediction::Silent => 0,
        Prediction::Differs(difference) => difference.number,
    }
}

/// The configured address that is spelt most like one that only the log knows.
fn near(site: &Site, simulation: usize) -> Option<String> {
    let setup = &site.setups[site.simulations[simulation].setup];
    if setup.asker != Asker::Log {
        return None;
    }
    let configured = site.setups.iter().filter(|other| {
        matches!(
            other.asker,
            Asker::Configuration | Asker::Arguments | Asker::Live | Asker::Zone
        )
    });
    let names: Vec<_> = configured
        .map(|other| plain(&other.entry.address.value))
        .collect();
    let own = plain(&setup.entry.address.value);
    nearest(&own, names.iter().map(String::as_str)).map(str::to_owned)
}

/// A side's steps in an order in which both can be laid side by side: which of an SRV set's
/// targets is asked for first depends on the order of the answer.
fn comparable(steps: Vec<shown::Step>) -> Vec<(usize, shown::Step)> {
    let mut numbered: Vec<_> = steps.into_iter().enumerate().collect();
    let mut runs = numbered.as_mut_slice();
    while !runs.is_empty() {
        let addresses = runs
            .iter()
            .take_while(|(_, step)| step.record_type == RecordType::A)
            .count();
        let (run, rest) = runs.split_at_mut(addresses.max(1));
        run.sort_by_key(|(_, step)| plain(&step.name));
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
    let logged = comparable(chain.shown().steps);
    let predicted = comparable(predicted);
    if logged.is_empty() && !predicted.is_empty() && chain.end != End::Nothing {
        // Too little is logged to tell.
        return Prediction::Silent;
    }
    let Some(mut at) = first_difference(&logged, &predicted) else {
        return Prediction::Agrees;
    };
    let ends_early = at == logged.len();
    let says_why = !logged.is_empty() || lookup.outcome == handset::Outcome::NoServer;
    if ends_early && (chain.end == End::Open || (says_why && logged.is_empty())) {
        return Prediction::Agrees;
    }
    if may_lack_beginning && at == 0 && !logged.is_empty() {
        // The log begins within a lookup.
        let tail = predicted.len().saturating_sub(logged.len());
        if first_difference(&logged, &predicted[tail..]).is_none() {
            return Prediction::Agrees;
        }
    }
    at = at.min(logged.len()).min(predicted.len());
    let logged_at = logged.get(at).map(|(index, _)| *index);
    let predicted_at = predicted.get(at).map(|(index, _)| *index);
    let asked = Asked {
        site,
        log,
        chain,
        simulation,
        logged: logged_at.map(|index| &chain.steps[index]),
        predicted: predicted_at.map(|index| &lookup.steps[index]),
    };
    let place = asked.place();
    Prediction::Differs(Difference {
        number: at + 1,
        logged: logged_at,
        predicted: predicted_at,
        handset_did: asked.handset_did(),
        was_predicted: asked.was_predicted(),
        explanations: asked.explanations(),
        place,
    })
}

fn first_difference(
    logged: &[(usize, shown::Step)],
    predicted: &[(usize, shown::Step)],
) -> Option<usize> {
    let same = |((_, one), (_, two)): (&(usize, shown::Step), &(usize, shown::Step))| {
        one.asks_the_same(two) && one.answered_the_same(two)
    };
    let common = logged
        .iter()
        .zip(predicted)
        .position(|pair| !same(pair))
        .unwrap_or(logged.len().min(predicted.len()));
    (common < logged.len() || common < predicted.len()).then_some(common)
}

/// Both sides of the first difference.
struct Asked<'a> {
    site: &'a Site,
    log: &'a PhoneLog,
    chain: &'a Chain,
    simulation: &'a Simulation,
    logged: Option<&'a crate::phone_log::Step>,
    predicted: Option<&'a handset::Step>,
}

impl Asked<'_> {
    fn setup(&self) -> &Setup {
        &self.site.setups[self.simulation.setup]
    }

    fn view(&self) -> &View {
        &self.site.views[self.simulation.view]
    }

    fn predicted_shown(&self) -> Option<shown::Step> {
        let step = self.predicted?;
        Some(shown::Step::of(step, self.site.assumptions))
    }

    fn handset_did(&self) -> String {
        match self.logged {
            None => "asked nothing more".to_owned(),
            Some(step) => format!(
                "{} for {} `{}` and got {}",
                match step.shown.from {
                    From::Server => "asked",
                    From::Cache { .. } => "looked into its cache",
                },
                step.shown.record_type,
                step.shown.name,
                in_words(&step.shown.answer)
            ),
        }
    }

    fn was_predicted(&self) -> String {
        match (self.predicted, self.predicted_shown()) {
            (Some(step), Some(shown)) => format!(
                "{} `{}`: {}",
                step.question.record_type,
                step.asked_as,
                in_words(&shown.answer)
            ),
            _ => "no further question".to_owned(),
        }
    }

    /// The records that would have answered; else the zone that says there are none; else
    /// what led to the question.
    fn place(&self) -> Span {
        let Some(step) = self.predicted else {
            return self.setup().entry.address.span;
        };
        let record = step.answer.of_type(step.question.record_type).next();
        record.map_or(step.why.span, crate::dns::Record::mark)
    }

    fn explanations(&self) -> Vec<String> {
        let (Some(logged), Some(predicted)) = (self.logged, self.predicted_shown()) else {
            return self.other_length();
        };
        if logged.shown.asks_the_same(&predicted) {
            self.other_answer(&logged.shown.answer, &predicted.answer)
        } else {
            self.other_question(&logged.shown, &predicted)
        }
    }

    /// One side asked more.
    fn other_length(&self) -> Vec<String> {
        let mut reasons: Vec<String> = self.other_reading().into_iter().collect();
        if self.logged.is_none() && self.chain.failed() {
            reasons.push(
                "the level of the log may hide lines of the module `dns`: see \
                 log-level-too-quiet"
                    .to_owned(),
            );
        }
        reasons.push(self.other_configuration());
        reasons
    }

    fn other_configuration(&self) -> String {
        let entry = &self.setup().entry;
        format!(
            "the handset runs with another configuration than the one given (port {}, \
             transport {}): it has not fetched it, or a setting made on the handset or in its \
             web page wins",
            entry.port.value,
            entry.transport.value.as_str()
        )
    }

    fn other_question(&self, logged: &shown::Step, predicted: &shown::Step) -> Vec<String> {
        let mut reasons: Vec<String> = self.other_reading().into_iter().collect();
        let kinds = (logged.record_type, predicted.record_type);
        let reason = match kinds {
            (RecordType::A, RecordType::NAPTR | RecordType::SRV) => Some(
                "a handset that asks for an address first has a port set: a port other than 0 \
                 keeps it from asking for NAPTR and SRV",
            ),
            (RecordType::SRV, RecordType::NAPTR) => {
                Some("a handset that asks for SRV first has a transport other than DNSnaptr set")
            }
            (RecordType::NAPTR, _) => {
                Some("a handset that asks for NAPTR has port 0 and transport DNSnaptr")
            }
            (RecordType::SRV, RecordType::SRV) => {
                Some("it uses another transport, or followed another NAPTR record")
            }
            _ => None,
        };
        reasons.extend(reason.map(str::to_owned));
        reasons.push(self.other_configuration());
        reasons
    }

    /// A reading of undocumented behaviour under which the lookup goes as logged.
    fn other_reading(&self) -> Option<String> {
        let logged = comparable(self.chain.shown().steps);
        let mut alternatives = self.site.assumptions.alternatives();
        let (assumption, reading, _) = alternatives.find(|(_, _, assumptions)| {
            let mut view = self.view();
            let mut handset = Handset::new(&mut view, self.site.model, *assumptions);
            let lookup = handset.look_up(&self.setup().entry);
            let steps = lookup.steps.iter();
            let steps = steps.map(|step| shown::Step::of(step, *assumptions));
            first_difference(&logged, &comparable(steps.collect())).is_none()
        })?;
        Some(format!(
            "the handset reads what nobody documents in another way: with `--assume {}={}` the \
             simulation does what the log shows",
            assumption.name, reading.value
        ))
    }

    fn other_answer(&self, logged: &Answer, predicted: &Answer) -> Vec<String> {
        let mut reasons = Vec::new();
        match (logged, predicted) {
            (Answer::Nothing { code, .. }, Answer::Records { .. }) => {
                if let Some(code) = code.filter(|code| *code != handset::log::NOT_FOUND) {
                    reasons.push(crate::phone_log::diagnosis::code(code));
                }
                reasons.push(self.created_later());
                reasons.push(
                    "the handset asks another DNS server than the one this zone is on, or one \
                     whose copy of the zone is older"
                        .to_owned(),
                );
            }
            (Answer::Records { .. }, Answer::Nothing { .. }) => {
                reasons.push(format!(
                    "the zone given{} is older or newer than the log, or a copy that lacks the \
                     records",
                    self.serial()
                        .map_or_else(String::new, |serial| format!(" (serial {serial})"))
                ));
                reasons.push(
                    "the handset asks another DNS server than the one this zone is on".to_owned(),
                );
            }
            (Answer::Records { records: one, .. }, Answer::Records { records: two, .. }) => {
                reasons.extend(changed(one.as_deref(), two.as_deref()));
                reasons.push(
                    "the zone was changed in between, or the handset asks another DNS server"
                        .to_owned(),
                );
            }
            _ => {}
        }
        reasons
    }

    /// The records exist, and the handset has not seen them.
    fn created_later(&self) -> String {
        let miss = self.logged.and_then(|step| step.miss);
        let until = miss.map(|miss| match self.log.until(miss) {
            Some(until) => format!("; the handset keeps the miss until {until}"),
            None => format!("; the handset keeps the miss for {} s", miss.kept),
        });
        let since = match (self.serials_without(), self.serial()) {
            (Some(without), Some(with)) => {
                format!("the zone has them since serial {with} (not in serial {without})")
            }
            (None, Some(with)) => format!("the zone given, serial {with}, has them"),
            _ => "the data given has them".to_owned(),
        };
        format!(
            "the records were made after the handset had asked: {since}{}",
            until.unwrap_or_default()
        )
    }

    /// The serial of the zone that speaks of the question.
    fn serial(&self) -> Option<u32> {
        serial(self.view(), self.predicted?)
    }

    /// The highest serial below that of this view among views in which the handset gets
    /// nothing.
    fn serials_without(&self) -> Option<u32> {
        let step = self.predicted?;
        let own = self.serial()?;
        let lacks = |view: &&View| {
            let answer = view.ask(&step.question.name, step.question.record_type);
            matches!(
                answer,
                crate::dns::Answer::NoData(_) | crate::dns::Answer::NxDomain(_)
            )
        };
        let serials = self.site.views.iter().filter(lacks);
        serials
            .filter_map(|view| serial(view, step))
            .filter(|serial| *serial < own)
            .max()
    }
}

fn serial(view: &View, step: &handset::Step) -> Option<u32> {
    match &view.zone_of(&step.question.name)?.soa()?.data {
        Data::Soa(soa) => Some(soa.serial.value),
        _ => None,
    }
}

/// The records that only one side has.
fn changed(logged: Option<&[Record]>, predicted: Option<&[Record]>) -> Option<String> {
    let (logged, predicted) = (logged?, predicted?);
    let only = |one: &[Record], two: &[Record]| -> Vec<String> {
        one.iter()
            .filter(|record| !two.iter().any(|other| record.is_same(other)))
            .map(|record| format!("`{record}`"))
            .collect()
    };
    let (gone, new) = (only(logged, predicted), only(predicted, logged));
    let list = |who: &str, records: &[String]| {
        (!records.is_empty()).then(|| format!("{who}: {}", records.join(", ")))
    };
    let parts: Vec<_> = [
        list("only the handset got", &gone),
        list("only the data given has", &new),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// An answer in words.
fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Records {
            records: Some(records),
            ..
        } => match records.len() {
            1 => "1 record".to_owned(),
            number => format!("{number} records"),
        },
        Answer::Records { records: None, .. } => "records that the log does not show".to_owned(),
        Answer::Nothing { .. } => "nothing".to_owned(),
        Answer::Open => "no answer that is known".to_owned(),
    }
}
