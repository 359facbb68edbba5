//! The first difference between a lookup that was logged and one that is predicted, in words,
//! and what can explain it.

use super::{OTHER_CONFIGURATION, beside, first_difference};
use crate::dns::{self, RecordType};
use crate::handset::log::shown::{self, Answer, From, Record, are_among};
use crate::handset::{self, Handset};
use crate::phone_log::{self, Chain, PhoneLog};
use crate::site::{Setup, Simulation, Site, View};
use crate::source::Span;

/// Why a set has other records than those predicted.
const CHANGED: &str = "the zone was changed in between, or the handset asks another DNS server";

/// Both sides of the first difference.
pub(super) struct Asked<'a> {
    pub(super) site: &'a Site,
    pub(super) log: &'a PhoneLog,
    pub(super) chain: &'a Chain,
    pub(super) simulation: &'a Simulation,
    /// The handset's question; `None` where it asked no more.
    pub(super) logged: Option<&'a phone_log::Step>,
    /// The predicted question; `None` where none more is predicted.
    pub(super) predicted: Option<&'a handset::Step>,
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

    pub(super) fn handset_did(&self) -> String {
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

    pub(super) fn was_predicted(&self) -> String {
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
    pub(super) fn place(&self) -> Span {
        let Some(step) = self.predicted else {
            return self.setup().entry.address.span;
        };
        let record = step.answer.of_type(step.question.record_type).next();
        record.map_or(step.why.span, dns::Record::mark)
    }

    pub(super) fn explanations(&self) -> Vec<String> {
        let (Some(logged), Some(predicted)) = (self.logged, self.predicted_shown()) else {
            return self.other_length();
        };
        if logged.shown.asks_the_same(&predicted) {
            self.other_answer(&logged.shown.answer, &predicted.answer)
        } else if self.chain.hides_srv() {
            let nothing = Answer::Nothing {
                kept: None,
                code: None,
            };
            self.other_answer(&nothing, &predicted.answer)
        } else if self.chain.begins_late() {
            vec![CHANGED.to_owned()]
        } else {
            self.other_question(&logged.shown, &predicted)
        }
    }

    /// One side asked more.
    fn other_length(&self) -> Vec<String> {
        let mut reasons: Vec<String> = self.other_reading().into_iter().collect();
        if self.logged.is_none() && self.chain.failed() {
            reasons.push(
                "the level of the log hides lines of the module `dns`: see log-level-too-quiet"
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
             transport {}): {OTHER_CONFIGURATION}",
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
        let logged = self.chain.shown().steps;
        let mut alternatives = self.site.assumptions.alternatives();
        let (assumption, reading, _) = alternatives.find(|(_, _, assumptions)| {
            let mut view = self.view();
            let mut handset = Handset::new(&mut view, self.site.model, *assumptions);
            let lookup = handset.look_up(&self.setup().entry);
            let steps = lookup.steps.iter();
            let steps = steps.map(|step| shown::Step::of(step, *assumptions));
            first_difference(&logged, &beside(&logged, steps.collect())).is_none()
        })?;
        Some(format!(
            "the handset reads what nobody documents in another way: with `--assume {}={}` the \
             simulation does what the log shows",
            assumption.name, reading.value
        ))
    }

    fn other_answer(&self, logged: &Answer, predicted: &Answer) -> Vec<String> {
        let mut reasons: Vec<String> = self.own_records(logged).into_iter().collect();
        match (logged, predicted) {
            (Answer::Nothing { code, .. }, Answer::Records { .. }) => {
                if let Some(code) = code.filter(|code| *code != handset::log::NOT_FOUND) {
                    reasons.push(phone_log::diagnosis::code(code));
                }
                reasons.push(self.created_later());
                reasons.push(format!(
                    "the handset asks another DNS server than {}, or one whose copy of the zone \
                     is older",
                    self.whence()
                ));
            }
            (Answer::Records { .. }, Answer::Nothing { .. }) => {
                reasons.push(format!(
                    "{}{} is older or newer than the log, or a copy that lacks the records",
                    self.which_zone(),
                    self.serial()
                        .map_or_else(String::new, |serial| format!(" (serial {serial})"))
                ));
                reasons.push(format!(
                    "the handset asks another DNS server than {}",
                    self.whence()
                ));
            }
            (Answer::Records { records: one, .. }, Answer::Records { records: two, .. }) => {
                reasons.extend(changed(one.as_deref(), two.as_deref()));
                reasons.push(CHANGED.to_owned());
            }
            _ => {}
        }
        reasons
    }

    /// What the handset got stands in its own configuration.
    fn own_records(&self, logged: &Answer) -> Option<String> {
        let question = &self.predicted?.question;
        let known = self.setup().entry.static_dns.answer(question)?;
        let Answer::Records {
            records: Some(got), ..
        } = logged
        else {
            return None;
        };
        let known: Vec<_> = known
            .of_type(question.record_type)
            .filter_map(Record::of)
            .collect();
        (!got.is_empty() && are_among(got, &known)).then(|| {
            format!(
                "the handset took it from its own configuration: a record of `dns.cache.{}` says the \
                 same, and is used where the DNS server gives nothing or cannot be reached",
                question.record_type
            )
        })
    }

    /// The server that the prediction rests on.
    fn whence(&self) -> String {
        match &self.view().live {
            Some(live) => live.servers[0].to_string(),
            None => "the one this zone is on".to_owned(),
        }
    }

    /// The zone that the prediction rests on.
    fn which_zone(&self) -> String {
        match &self.view().live {
            Some(_) => format!("the zone on {}", self.whence()),
            None => "the zone given".to_owned(),
        }
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
            (None, Some(with)) => format!("{}, serial {with}, has them", self.which_zone()),
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
            matches!(answer, dns::Answer::NoData(_) | dns::Answer::NxDomain(_))
        };
        let serials = self.site.views.iter().filter(lacks);
        serials
            .filter_map(|view| serial(view, step))
            .filter(|serial| *serial < own)
            .max()
    }
}

fn serial(view: &View, step: &handset::Step) -> Option<u32> {
    let apex = view.apex_of(&step.question.name)?;
    let records = &view.set(apex, RecordType::SOA)?.records;
    let mut soas = records.iter().filter_map(|record| record.data.as_soa());
    soas.next().map(|soa| soa.serial.value)
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
            hidden,
            ..
        } => match records.len() + hidden {
            1 => "1 record".to_owned(),
            number => format!("{number} records"),
        },
        Answer::Records { records: None, .. } => "records that the log does not show".to_owned(),
        Answer::Nothing { .. } => "nothing".to_owned(),
        Answer::Open => "no answer that is known".to_owned(),
    }
}
