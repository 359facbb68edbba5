//! The handset's own DNS cache: what it holds, and for how long.

use hashbrown::HashMap;

use super::assumption::NegativeTtlSource;
use crate::dns::{Answer, Negative, Question};

/// Answers by question, each until its time is up.
#[derive(Debug)]
pub(super) struct Cache {
    now: u64,
    entries: HashMap<Question, Held>,
    negative: NegativeTtlSource,
}

#[derive(Debug)]
struct Held {
    answer: Answer,
    until: u64,
}

impl Cache {
    pub(super) fn new(negative: NegativeTtlSource) -> Self {
        Self {
            now: 0,
            // As many questions as most lookups have.
            entries: HashMap::with_capacity(7),
            negative,
        }
    }

    pub(super) fn wait(&mut self, seconds: u32) {
        self.now += u64::from(seconds);
    }

    /// The answer held and the seconds it is still held.
    pub(super) fn get(&self, question: &Question) -> Option<(Answer, u32)> {
        let held = self.entries.get(question)?;
        let remaining = held.until.checked_sub(self.now).filter(|left| *left > 0)?;
        Some((
            held.answer.clone(),
            u32::try_from(remaining).unwrap_or(u32::MAX),
        ))
    }

    pub(super) fn put(&mut self, question: &Question, answer: &Answer) {
        if let Some(ttl) = kept_for(answer, self.negative) {
            let held = Held {
                answer: answer.clone(),
                until: self.now + u64::from(ttl),
            };
            self.entries.insert(question.clone(), held);
        }
    }
}

/// Seconds for which an answer is kept; `None` for a failure, and for a miss without SOA.
pub(super) fn kept_for(answer: &Answer, negative: NegativeTtlSource) -> Option<u32> {
    match answer {
        Answer::Records(records) => records.iter().map(|record| record.ttl.value).min(),
        Answer::NoData(miss) | Answer::NxDomain(miss) => match negative {
            NegativeTtlSource::Soa => miss.ttl(),
            NegativeTtlSource::Minimum => minimum(miss),
        },
        Answer::Failed(_) | Answer::NotLoaded => None,
    }
}

fn minimum(miss: &Negative) -> Option<u32> {
    Some(miss.soa.as_ref()?.data.as_soa()?.minimum.value)
}
