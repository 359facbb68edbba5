//! One server under questioning: rounds, the bound on questions in flight, patience.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::super::client::Client;
use super::super::heard::{Heard, Outcome};
use super::super::write::{self, Table};
use super::super::{Error, Options};
use super::foresee::{self, Round};
use crate::dns::{Answer, Dns, Failure, Question, RecordType};
use crate::handset::ServerEntry;
use crate::source::{Origin, Source, SourceId, Sources};

/// Questions under way at one time: what some domains need in a round, and few enough that a
/// resolver which limits the rate of its clients is not provoked.
const IN_FLIGHT: usize = 128;

/// Questions of one run to one server. A domain needs about two dozen; the bound is for
/// servers that make up names.
const MAX_QUESTIONS: usize = 16384;

/// So many questions in a row without an answer, and a server that had answered is not waited
/// for any more.
const GIVEN_UP_AFTER: usize = 8;

/// The longest time limit of a run: a day, far from what the clock can hold.
const LONGEST_LIMIT: Duration = Duration::from_secs(24 * 3600);

/// A server that is being asked. Every question is asked once.
pub struct Asking {
    runtime: Runtime,
    client: Client,
    deadline: Instant,
    pub(super) table: Table,
    pub(super) unasked: usize,
    patience: Patience,
    /// What spans point into before the answers are written out: nothing that is kept.
    scratch: SourceId,
}

impl Asking {
    /// A resolver is to look further for what it does not hold, a name server is not.
    pub(super) fn new(
        server: SocketAddr,
        options: &Options,
        recursion: bool,
    ) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let scratch = Sources::new().add(Source::new("<answer>", Origin::Live, ""));
        Ok(Self {
            runtime,
            client: Client::new(server, options, recursion),
            deadline: Instant::now() + options.limit.min(LONGEST_LIMIT),
            table: Table::new(),
            unasked: 0,
            patience: Patience::default(),
            scratch,
        })
    }

    /// Asks round by round what the chain from these settings to their servers will need.
    pub(super) fn foresee(&mut self, entries: &[&ServerEntry]) {
        let mut round = foresee::first(entries);
        for _ in 0..foresee::ROUNDS {
            self.ask_all(round.keys());
            let mut next = Round::new();
            for (question, _) in round.iter().filter(|(_, leads_on)| **leads_on) {
                let Some(heard) = self.table.get(question) else {
                    continue;
                };
                for (question, leads_on) in foresee::behind(question, heard) {
                    *next.entry(question).or_default() |= leads_on;
                }
            }
            next.retain(|question, _| !self.table.contains_key(question));
            if next.is_empty() {
                break;
            }
            round = next;
        }
    }

    /// Asks for the SOA of every name that was asked for: one that lies below an apex is told
    /// the apex.
    pub(super) fn find_zones(&mut self) {
        let names: BTreeSet<_> = self.table.keys().map(|asked| asked.name.clone()).collect();
        let questions: Vec<_> = names
            .iter()
            .map(|name| Question::new(name, RecordType::SOA))
            .collect();
        self.ask_all(&questions);
    }

    /// Asks all questions side by side; those that were asked before are not asked again.
    pub(super) fn ask_all<'a>(&mut self, questions: impl IntoIterator<Item = &'a Question>) {
        let new: BTreeSet<_> = questions
            .into_iter()
            .filter(|question| !self.table.contains_key(question))
            .cloned()
            .collect();
        let room = MAX_QUESTIONS.saturating_sub(self.table.len());
        self.unasked += new.len().saturating_sub(room);
        let mut waiting = new.into_iter().take(room);
        if self.patience.ends_with_round().is_none() {
            let (client, deadline) = (&self.client, self.deadline);
            let (table, patience) = (&mut self.table, &mut self.patience);
            self.runtime.block_on(async {
                let mut asked = JoinSet::new();
                loop {
                    while asked.len() < IN_FLIGHT
                        && patience.ends().is_none()
                        && let Some(question) = waiting.next()
                    {
                        let client = client.clone();
                        asked.spawn(async move {
                            let heard = timeout_at(deadline, client.ask(&question)).await;
                            let heard = heard.unwrap_or_else(|_| Heard::failed(Failure::Timeout));
                            (question, heard)
                        });
                    }
                    match asked.join_next().await {
                        Some(Ok((question, heard))) => {
                            patience.note(&heard);
                            table.insert(question, heard);
                        }
                        // No task is cancelled, and none panics; a lost one is `NotLoaded`.
                        Some(Err(_)) => {}
                        None => break,
                    }
                }
            });
        }
        if let Some(failure) = self.patience.ends_with_round() {
            let unasked = waiting.map(|question| (question, Heard::failed(failure)));
            self.table.extend(unasked);
        }
    }

    /// The server says the same as another to the same questions. TTLs do not count, for a
    /// resolver counts them down.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let same = |((question, heard), (asked, other)): ((_, &Heard), (_, &Heard))| {
            question == asked && heard.agrees(other)
        };
        self.unasked == other.unasked
            && self.table.len() == other.table.len()
            && self.table.iter().zip(&other.table).all(same)
    }
}

/// Answers from what is known, else from the server. The records' spans point nowhere: a
/// lookup that is to be kept is done again on the [`super::Answers`].
impl Dns for Asking {
    fn ask(&mut self, question: &Question) -> Answer {
        if !is_supported(question.record_type) {
            return Answer::NotLoaded;
        }
        self.ask_all([question]);
        self.table
            .get(question)
            .map_or(Answer::NotLoaded, |heard| write::loose(self.scratch, heard))
    }
}

/// How long a server that is silent is waited for.
#[derive(Debug, Default)]
struct Patience {
    /// Something came from the server once.
    heard: bool,
    /// Questions in a row that nothing came back for, and why.
    silent: usize,
    failure: Option<Failure>,
}

impl Patience {
    fn note(&mut self, heard: &Heard) {
        self.failure = heard.silence();
        self.silent = self.failure.map_or(0, |_| self.silent + 1);
        self.heard |= self.failure.is_none();
    }

    /// The failure of a server that is not asked on.
    fn ends(&self) -> Option<Failure> {
        self.failure.filter(|_| self.silent >= GIVEN_UP_AFTER)
    }

    /// The same at the end of a round: a server never heard is not asked on either.
    fn ends_with_round(&self) -> Option<Failure> {
        self.failure
            .filter(|_| !self.heard || self.silent >= GIVEN_UP_AFTER)
    }
}

/// The types whose data [`crate::dns::Data`] holds and hickory reads.
fn is_supported(record_type: RecordType) -> bool {
    matches!(
        record_type,
        RecordType::A
            | RecordType::AAAA
            | RecordType::CNAME
            | RecordType::NS
            | RecordType::PTR
            | RecordType::SRV
            | RecordType::NAPTR
            | RecordType::SOA
    )
}

impl Heard {
    fn agrees(&self, other: &Self) -> bool {
        use hickory_proto::rr::Record;
        let same_set = |one: &[Record], two: &[Record]| {
            let parts = |record: &Record| (record.name.clone(), record.data.clone());
            one.iter().map(parts).eq(two.iter().map(parts))
        };
        let same_soa =
            |one: &Option<Record>, two: &Option<Record>| same_set(one.as_slice(), two.as_slice());
        let outcome = match (&self.outcome, &other.outcome) {
            (Outcome::Records(one), Outcome::Records(two)) => same_set(one, two),
            (Outcome::NoData(one), Outcome::NoData(two))
            | (Outcome::NxDomain(one), Outcome::NxDomain(two)) => same_soa(one, two),
            (one, two) => one == two,
        };
        outcome
            && same_set(&self.aliases, &other.aliases)
            && self.authoritative == other.authoritative
            && self.truncated == other.truncated
            && self.omitted == other.omitted
    }
}
