//! Lines about answers and their records.

use super::super::Miss;
use super::{Held, Here, Listing, NAMES, Reader};
use crate::dns::RecordType;
use crate::handset::log::message::Message;
use crate::handset::log::shown::{Answer, From, Record, plain};

impl Reader {
    /// The step that a line about a miss belongs to: of an SRV set it may be the first that the
    /// log shows of a lookup.
    fn missed(
        &mut self,
        record_type: RecordType,
        name: &str,
        here: Here<'_>,
    ) -> Option<(usize, usize)> {
        match record_type {
            RecordType::SRV => self.answered(record_type, name, here),
            _ => self.find(record_type, &here.name(name)),
        }
    }

    /// The step that a line about an answer belongs to. Where the log begins behind the line
    /// that enters the resolver, or its level hides that line, it begins here.
    fn answered(
        &mut self,
        record_type: RecordType,
        name: &str,
        here: Here<'_>,
    ) -> Option<(usize, usize)> {
        let written = here.name(name);
        let found = self
            .find(record_type, &written)
            .or_else(|| self.attempt(record_type, written, here.mark(name), here, false))?;
        self.touch(found.0, here);
        Some(found)
    }

    /// The cache or the DNS server has answered.
    pub(super) fn answer(&mut self, message: Message<'_>, here: Here<'_>) {
        match message {
            Message::Miss { name, record_type } => self.miss(name, record_type),
            Message::Hit {
                name,
                record_type,
                seconds,
            } => {
                let held = self.held.get(&(plain(&here.name(name)), record_type));
                let records = held.map(|held| (held.records.clone(), held.hidden));
                let remaining = Some(here.seconds(seconds));
                self.hit((name, record_type), remaining, records, here);
            }
            Message::StaticHit { name, record_type } => {
                self.hit((name, record_type), None, None, here);
            }
            Message::Found { name, record_type } => {
                let Some((index, step)) = self.missed(record_type, name, here) else {
                    return;
                };
                let held = self.held.get(&(plain(&here.name(name)), record_type));
                let step = &mut self.under_way[index].chain.steps[step];
                if step.shown.answer != Answer::Open {
                    return;
                }
                step.shown.from = From::Cache { remaining: None };
                step.shown.answer = Answer::Nothing {
                    kept: None,
                    code: None,
                };
                step.answer_mark = Some(here.mark(name));
                step.miss = held.and_then(|held| held.miss);
                self.touch(index, here);
            }
            Message::Answer {
                record_type,
                name,
                addresses,
                ttl,
            } => {
                self.listing = None;
                let Some((index, step)) = self.answered(record_type, name, here) else {
                    return;
                };
                let number = addresses.split(',').count();
                let addresses = addresses
                    .split(',')
                    .filter_map(|one| one.trim().parse().ok());
                let under_way = &mut self.under_way[index];
                self.listing = Some(Listing::new(under_way.id, step, record_type));
                let answered = &mut under_way.chain.steps[step];
                answered.answer_mark = Some(here.mark(name));
                let addresses = addresses.map(Record::Address).collect();
                under_way.answer(step, addresses, number, here.seconds(ttl));
            }
            Message::NoAnswer { record_type, name } | Message::Empty { record_type, name } => {
                self.nothing(record_type, name, None, here);
            }
            Message::NoMatch {
                record_type,
                name,
                code,
            } => self.nothing(record_type, name, Some(code), here),
            _ => {}
        }
    }

    /// A question is answered without asking a server.
    fn hit(
        &mut self,
        (name, record_type): (&str, RecordType),
        remaining: Option<u32>,
        records: Option<(Option<Vec<Record>>, usize)>,
        here: Here<'_>,
    ) {
        let Some((index, step)) = self.answered(record_type, name, here) else {
            return;
        };
        let under_way = &mut self.under_way[index];
        under_way.chain.steps[step].shown.from = From::Cache { remaining };
        under_way.chain.steps[step].answer_mark = Some(here.mark(name));
        let (records, hidden) = records.unwrap_or_default();
        under_way.answer_from_cache(step, records, hidden);
    }

    /// An answer goes into the cache.
    pub(super) fn added(&mut self, message: Message<'_>, here: Here<'_>) {
        match message {
            Message::AddedNegative {
                name,
                record_type,
                seconds,
            } => {
                let seconds = here.seconds(seconds);
                let Some((index, step)) = self.missed(record_type, name, here) else {
                    return;
                };
                let miss = Some(Miss {
                    at: here.at,
                    kept: seconds,
                });
                let step = &mut self.under_way[index].chain.steps[step];
                match &mut step.shown.answer {
                    Answer::Nothing { kept, .. } => *kept = Some(seconds),
                    answer @ Answer::Open => {
                        *answer = Answer::Nothing {
                            kept: Some(seconds),
                            code: None,
                        };
                        step.answer_mark = Some(here.mark(name));
                    }
                    Answer::Records { .. } => {}
                }
                step.miss = miss;
                let held = Held {
                    records: None,
                    hidden: 0,
                    miss,
                };
                self.hold(&here.name(name), record_type, held);
            }
            Message::AddedPositive {
                name, record_type, ..
            } => {
                self.listing = None;
                let Some((index, step)) = self.find(record_type, &here.name(name)) else {
                    return;
                };
                let step = &self.under_way[index].chain.steps[step];
                if let Answer::Records {
                    records, hidden, ..
                } = &step.shown.answer
                {
                    let held = Held {
                        records: records.clone(),
                        hidden: *hidden,
                        miss: None,
                    };
                    self.hold(&here.name(name), record_type, held);
                }
            }
            _ => {}
        }
    }

    fn hold(&mut self, name: &str, record_type: RecordType, held: Held) {
        if self.held.len() >= NAMES {
            self.held.pop_first();
        }
        self.held.insert((plain(name), record_type), held);
    }

    /// A cache miss; the second one of a question is for the name without the handset's own
    /// domain, and so shows that domain.
    fn miss(&mut self, name: &str, record_type: RecordType) {
        if self.domain.is_some() {
            return;
        }
        let short = plain(name);
        let steps = self
            .under_way
            .iter()
            .rev()
            .filter_map(|one| one.chain.steps.last());
        let domain = steps
            .filter(|step| step.shown.record_type == record_type)
            .find_map(|step| {
                let whole = plain(&step.shown.name);
                let domain = whole.strip_prefix(&short)?.strip_prefix('.')?;
                Some(domain.to_owned())
            });
        self.domain = domain.filter(|domain| !domain.is_empty());
    }

    pub(super) fn nothing(
        &mut self,
        record_type: RecordType,
        name: &str,
        new_code: Option<u32>,
        here: Here<'_>,
    ) {
        let Some((index, step)) = self.answered(record_type, name, here) else {
            return;
        };
        let step = &mut self.under_way[index].chain.steps[step];
        match &mut step.shown.answer {
            Answer::Nothing { code, .. } => *code = new_code.or(*code),
            answer @ Answer::Open => {
                *answer = Answer::Nothing {
                    kept: None,
                    code: new_code,
                };
            }
            Answer::Records { .. } => return,
        }
        step.answer_mark = Some(here.mark(name));
    }

    /// A line of a record of the answer that is being listed.
    pub(super) fn record(&mut self, message: Message<'_>, here: Here<'_>) {
        let Some(listing) = &mut self.listing else {
            return;
        };
        let under_way = &mut self.under_way;
        let Some(under_way) = under_way.iter_mut().find(|one| one.id == listing.lookup) else {
            return;
        };
        if let Message::Target { target, .. } = message {
            under_way.leads_to(target);
        }
        if let Some(record) = listing.line(message, here) {
            under_way.add(listing.step, record);
        }
    }
}
