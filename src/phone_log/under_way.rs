//! A lookup of which the log has not yet shown the end.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{At, Chain, Mark, Repeats, Step};
use crate::dns::RecordType;
use crate::handset::Protocol;
use crate::handset::log::shown::{
    self, Answer, End, From, Record, Server, plain, protocol_of, replaced_by, same_name,
};

/// Questions of a lookup that are kept: far more than any handset asks.
const STEPS: usize = 64;

/// Records that are kept of all answers of a lookup.
const RECORDS: usize = 256;

/// Lines that are kept of a lookup before those are dropped that nothing points into.
const LINES: usize = 4 * STEPS;

/// What the line before said of the lookup of an address that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Announced {
    /// It is an SRV target's, with that port.
    Target(String, u16),
    /// It is that of the configured name, or of a server by its address.
    Own {
        /// What SIP travels over.
        over: Protocol,
        /// The port; 0 where none is set.
        port: u16,
    },
}

/// A lookup under way.
#[derive(Debug, Clone)]
pub(super) struct UnderWay {
    /// Tells it from others.
    pub(super) id: u64,
    /// What is known of it.
    pub(super) chain: Chain,
    /// The addresses of the SRV set's targets are known.
    pub(super) targets_done: bool,
    /// The latest step with a question.
    asked: HashMap<(RecordType, String), usize>,
    /// SRV targets and ports whose addresses were looked up.
    pub(super) called: Vec<(String, u16)>,
    /// Targets of its SRV records.
    targets: HashSet<String>,
    /// Records of all answers so far.
    records: usize,
    /// The servers, since what they follow from changed last.
    servers: Option<Vec<Server>>,
}

impl UnderWay {
    pub(super) fn new(id: u64, address: Option<&str>, at: At) -> Self {
        Self {
            id,
            chain: Chain {
                address: address.map(str::to_owned),
                user: None,
                began: at,
                ended: at,
                steps: Vec::new(),
                has_gap: false,
                end: End::Open,
                protocol: Protocol::Udp,
                port: 0,
                no_records: None,
                failure: None,
                repeats: Repeats {
                    count: 1,
                    last: at,
                    on_the_wire: 0,
                    from_cache: 0,
                },
                lines: BTreeMap::new(),
            },
            targets_done: false,
            called: Vec::new(),
            asked: HashMap::new(),
            targets: HashSet::new(),
            records: 0,
            servers: None,
        }
    }

    /// A line belongs to it.
    pub(super) fn touch(&mut self, at: At, line: &str) {
        self.servers = None;
        let chain = &mut self.chain;
        chain.ended = at;
        if chain.lines.len() >= LINES {
            let pointed: HashSet<_> = chain.marks().map(|mark| mark.line).collect();
            chain.lines.retain(|line, _| pointed.contains(line));
        }
        chain.lines.insert(at.line, line.into());
    }

    /// It looks up that name.
    pub(super) fn is_of(&self, address: &str) -> bool {
        let own = self.chain.address.as_deref();
        own.is_some_and(|own| same_name(own, address))
    }

    /// The log has shown that it came to nothing.
    pub(super) fn is_over(&self) -> bool {
        self.chain.end == End::Nothing
    }

    /// It has come to nothing, though the log may lack the lines that say so: the address of the
    /// configured name is what a handset asks for last.
    pub(super) fn came_to_nothing(&self) -> bool {
        let steps = &self.chain.steps;
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
            return self.is_over();
        };
        let is = |step: &Step, record_type| step.shown.record_type == record_type;
        let is_nothing = |step: &Step| matches!(step.shown.answer, Answer::Nothing { .. });
        // Another module may ask for that address meanwhile.
        let is_its_turn = is(first, RecordType::A) || steps.iter().any(|s| is(s, RecordType::SRV));
        let mut addresses = steps.iter().filter(|step| is(step, RecordType::A));
        let is_last = is(last, RecordType::A) && self.is_of(&last.shown.name);
        self.is_over() || is_its_turn && is_last && addresses.all(is_nothing)
    }

    /// Whether a question can be its next one: one that the log shows to be asked (`entered`), or
    /// to be answered only.
    pub(super) fn expects(
        &self,
        record_type: RecordType,
        name: &str,
        announced: Option<&Announced>,
        entered: bool,
    ) -> bool {
        let name = plain(name);
        let is_new = || !self.asked.contains_key(&(record_type, name.clone()));
        if self.is_over() || self.chain.steps.len() >= STEPS {
            return false;
        }
        match (record_type, announced) {
            (RecordType::SRV, _) => {
                let rest = name.splitn(3, '.').nth(2);
                let own = protocol_of(&name)
                    .and(rest)
                    .is_some_and(|rest| self.is_of(rest));
                // One that began with NAPTR begins with NAPTR again, and until then may follow
                // several records to one set.
                (own || self.is_replacement(&name)) && (self.asked_naptr() || is_new())
            }
            (RecordType::A, Some(Announced::Target(..))) => {
                let begins_late = self.chain.address.is_none();
                self.targets.contains(&name) || self.hides_targets() || begins_late
            }
            (RecordType::A, Some(Announced::Own { .. })) => self.is_of(&name) && is_new(),
            (RecordType::A, None) => {
                let may_lead_there = || !entered && self.hides_targets();
                (self.targets.contains(&name) || self.is_of(&name) || may_lead_there()) && is_new()
            }
            _ => false,
        }
    }

    fn asked_naptr(&self) -> bool {
        let first = self.chain.steps.first();
        first.is_some_and(|step| step.shown.record_type == RecordType::NAPTR)
    }

    /// A NAPTR record, as far as it is shown, leads to this name.
    fn is_replacement(&self, name: &str) -> bool {
        let records = self
            .chain
            .steps
            .iter()
            .filter_map(|step| match &step.shown.answer {
                Answer::Records { records, .. } => records.as_deref(),
                _ => None,
            });
        records.flatten().any(|record| match record {
            Record::Naptr { replacement, .. } => replaced_by(replacement, name),
            _ => false,
        })
    }

    /// The addresses of its SRV targets are known, and not shown.
    pub(super) fn hides_addresses(&mut self) -> bool {
        self.targets_done && !self.called.is_empty() && self.servers().is_empty()
    }

    /// Adds a question.
    pub(super) fn ask(&mut self, record_type: RecordType, name: String, at: At, mark: Mark) {
        let is_new = self
            .asked
            .insert((record_type, plain(&name)), self.chain.steps.len())
            .is_none();
        // A handset asks once, and for no further SRV set once it has got one.
        self.chain.has_gap |= !is_new || record_type == RecordType::SRV && !self.targets.is_empty();
        if let Some(protocol) = protocol_of(&name).filter(|_| record_type == RecordType::SRV) {
            self.chain.protocol = protocol;
        }
        self.chain.steps.push(Step {
            shown: shown::Step {
                record_type,
                name,
                answer: Answer::Open,
                from: From::Server,
            },
            at,
            mark,
            answer_mark: None,
            miss: None,
        });
    }

    /// The latest step with that question.
    pub(super) fn step(&self, record_type: RecordType, name: &str) -> Option<usize> {
        self.asked.get(&(record_type, plain(name))).copied()
    }

    /// Gives a step its answer from the DNS server: the records that the line shows of so many;
    /// others stand in lines that follow.
    pub(super) fn answer(&mut self, step: usize, records: Vec<Record>, number: usize, ttl: u32) {
        let records = self.counted(records);
        self.chain.steps[step].shown.answer = Answer::Records {
            hidden: number.saturating_sub(records.len()),
            records: Some(records),
            ttl: Some(ttl),
        };
    }

    /// Gives a step the records that the log showed when they were asked for.
    pub(super) fn answer_from_cache(
        &mut self,
        step: usize,
        records: Option<Vec<Record>>,
        hidden: usize,
    ) {
        let records = records.map(|records| self.counted(records));
        self.chain.steps[step].shown.answer = Answer::Records {
            records,
            hidden,
            ttl: None,
        };
    }

    /// Those for which there is room.
    fn counted(&mut self, mut records: Vec<Record>) -> Vec<Record> {
        records.truncate(RECORDS - self.records);
        self.records += records.len();
        for record in &records {
            if let Record::Srv { target, .. } = record {
                self.targets.insert(plain(target));
            }
        }
        records
    }

    /// Adds a record to the answer of a step.
    pub(super) fn add(&mut self, step: usize, record: Record) {
        self.servers = None;
        let counted = self.counted(vec![record]);
        let step = self.chain.steps.get_mut(step);
        if let Some(Answer::Records {
            records: Some(records),
            hidden,
            ..
        }) = step.map(|step| &mut step.shown.answer)
        {
            *hidden = hidden.saturating_sub(counted.len());
            records.extend(counted);
        }
    }

    /// An SRV record leads to this name, though the record is not shown whole.
    pub(super) fn leads_to(&mut self, target: &str) {
        self.targets.insert(plain(target));
    }

    /// Not all of its SRV records are shown, so any address may be that of a server.
    fn hides_targets(&self) -> bool {
        let mut sets = self.chain.steps.iter();
        sets.any(|step| {
            step.shown.record_type == RecordType::SRV
                && matches!(
                    step.shown.answer,
                    Answer::Records { hidden: 1.., .. } | Answer::Records { records: None, .. }
                )
        })
    }

    /// The servers that it leads to, as far as it has come.
    pub(super) fn servers(&mut self) -> &[Server] {
        let chain = &self.chain;
        self.servers.get_or_insert_with(|| {
            let address = chain.address.as_deref().unwrap_or_default();
            let steps = chain.shown().steps;
            shown::servers(address, &steps, chain.protocol, chain.port)
        })
    }

    /// Ends it where the log goes on to something else.
    pub(super) fn into_chain(mut self) -> Chain {
        if self.chain.end == End::Open && self.targets_done {
            let servers = self.servers();
            if !servers.is_empty() {
                self.chain.end = End::Servers(servers.to_vec());
            } else if !self.called.is_empty() {
                self.chain.end = End::Named(std::mem::take(&mut self.called));
            }
        }
        if self.chain.end == End::Open && self.came_to_nothing() {
            self.chain.end = End::Nothing;
        }
        let cached = |step: &&Step| matches!(step.shown.from, From::Cache { .. });
        let from_cache = self.chain.steps.iter().filter(cached).count();
        self.chain.repeats.from_cache = from_cache as u64;
        self.chain.repeats.on_the_wire = (self.chain.steps.len() - from_cache) as u64;
        self.chain
    }
}

/// Two lookups of one address came to the same, as far as they are shown.
pub(super) fn came_to_the_same(one: &Chain, two: &Chain) -> bool {
    let same_step = |(one, two): (&Step, &Step)| {
        one.shown.asks_the_same(&two.shown) && one.shown.answered_the_same(&two.shown)
    };
    let code = |chain: &Chain| chain.failure.as_ref().map(|failure| failure.code);
    one.end == two.end
        && one.end != End::Open
        && code(one) == code(two)
        && one.steps.len() == two.steps.len()
        && one.steps.iter().zip(&two.steps).all(same_step)
}
