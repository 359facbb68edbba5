//! Which questions are asked, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use hickory_proto::rr::RData;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::client::Client;
use super::heard::{Heard, Outcome};
use super::write::{self, Table};
use super::{Answers, Error, Options, system};
use crate::dns::{Answer, Dns, Failure, Name, Question, RecordType};
use crate::handset::ServerEntry;
use crate::source::{Origin, Source, SourceId, Sources};

/// Questions under way at one time. A handful of domains fits; a resolver that limits the
/// rate of its clients is not provoked.
const IN_FLIGHT: usize = 64;

/// Questions of one run. Some hundred names need a few thousand; the bound is for servers
/// that make up names.
const MAX_QUESTIONS: usize = 8192;

/// The chain from a name to the reverse records of its servers has four links; one more for
/// servers that two links lead to.
const ROUNDS: usize = 5;

/// The longest time limit of a run: a day, far from what the clock can hold.
const LONGEST_LIMIT: Duration = Duration::from_secs(24 * 3600);

/// Asks a server everything that handsets with these settings, and the rules, will want to
/// know, then what `simulate` asks beyond it. The answers become one of the `sources`.
///
/// An error means that nothing could be asked at all. A server that does not answer is none:
/// see [`Answers::reachable`].
pub fn gather<'a>(
    options: &Options,
    sources: &Sources,
    entries: impl IntoIterator<Item = &'a ServerEntry>,
    simulate: impl FnOnce(&mut Asking),
) -> Result<Answers, Error> {
    let mut asking = Asking::new(options)?;
    asking.foresee(entries);
    simulate(&mut asking);
    Ok(asking.freeze(sources))
}

/// A server that is being asked. Every question is asked once.
pub struct Asking {
    runtime: Runtime,
    client: Client,
    server: SocketAddr,
    deadline: Instant,
    table: Table,
    unasked: usize,
    /// What spans point into before the answers are written out: nothing that is kept.
    scratch: SourceId,
}

/// Whether the answer to a foreseen question leads to further ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Follow {
    No,
    Yes,
}

type Round = BTreeMap<Question, Follow>;

impl Asking {
    fn new(options: &Options) -> Result<Self, Error> {
        let server = match options.server {
            Some(server) => server,
            None => system::server()?,
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let scratch = Sources::new().add(Source::new("<answer>", Origin::Live, ""));
        Ok(Self {
            runtime,
            client: Client::new(server, options),
            server,
            deadline: Instant::now() + options.limit.min(LONGEST_LIMIT),
            table: Table::new(),
            unasked: 0,
            scratch,
        })
    }

    /// Asks round by round what the chain from these settings to their servers will need.
    fn foresee<'a>(&mut self, entries: impl IntoIterator<Item = &'a ServerEntry>) {
        let mut round = Round::new();
        for entry in entries {
            if let Some(name) = entry.name() {
                for question in first_questions(&name) {
                    round.insert(question, Follow::Yes);
                }
            } else if let Some(address) = entry.literal() {
                round.insert(Question::new(&address.into(), RecordType::PTR), Follow::Yes);
            }
        }
        for _ in 0..ROUNDS {
            self.ask_all(round.keys());
            let mut next = Round::new();
            for (question, _) in round.iter().filter(|(_, follow)| **follow == Follow::Yes) {
                let Some(heard) = self.table.get(question) else {
                    continue;
                };
                for (question, follow) in follow_ups(question, heard) {
                    let known = next.entry(question).or_insert(follow);
                    *known = follow.max(*known);
                }
            }
            next.retain(|question, _| !self.table.contains_key(question));
            if next.is_empty() {
                break;
            }
            round = next;
        }
    }

    /// Asks all questions side by side; those that were asked before are not asked again.
    fn ask_all<'a>(&mut self, questions: impl IntoIterator<Item = &'a Question>) {
        if let Some(failure) = self.silence() {
            for question in questions {
                self.table
                    .entry(question.clone())
                    .or_insert_with(|| failed(failure));
            }
            return;
        }
        let new: BTreeSet<_> = questions
            .into_iter()
            .filter(|question| !self.table.contains_key(question))
            .cloned()
            .collect();
        let room = MAX_QUESTIONS.saturating_sub(self.table.len());
        self.unasked += new.len().saturating_sub(room);
        let mut waiting = new.into_iter().take(room);
        let table = &mut self.table;
        let (client, deadline) = (&self.client, self.deadline);
        self.runtime.block_on(async {
            let mut asked = JoinSet::new();
            loop {
                while asked.len() < IN_FLIGHT
                    && let Some(question) = waiting.next()
                {
                    let client = client.clone();
                    asked.spawn(async move {
                        let heard = timeout_at(deadline, client.ask(&question)).await;
                        (question, heard.unwrap_or_else(|_| failed(Failure::Timeout)))
                    });
                }
                match asked.join_next().await {
                    Some(Ok((question, heard))) => table.insert(question, heard),
                    // No task is cancelled, and none panics; a lost one is `NotLoaded`.
                    Some(Err(_)) => continue,
                    None => break,
                };
            }
        });
    }

    /// The failure of a server that was asked and never heard: it is not waited for again.
    fn silence(&self) -> Option<Failure> {
        let mut silence = None;
        for heard in self.table.values() {
            match heard.outcome {
                Outcome::Failed(failure @ (Failure::Timeout | Failure::Unreachable))
                    if !heard.truncated =>
                {
                    silence = Some(failure);
                }
                _ => return None,
            }
        }
        silence
    }

    /// Writes the answers out as a source.
    fn freeze(self, sources: &Sources) -> Answers {
        sources.add_with(|id| {
            let (text, answers) = write::write(id, self.server, &self.table, self.unasked);
            let name = format!("<server {}>", self.server);
            (Source::new(name, Origin::Live, text), answers)
        })
    }
}

/// Answers from what is known, else from the server. The records' spans point nowhere: a
/// lookup that is to be kept is done again on the [`Answers`].
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

fn failed(failure: Failure) -> Heard {
    Heard {
        outcome: Outcome::Failed(failure),
        aliases: Vec::new(),
        authoritative: false,
        truncated: false,
        omitted: 0,
    }
}

/// What is worth knowing about any name that a handset is told to register with, whatever
/// its transport and port: the rules compare what it asks with what it could have asked.
fn first_questions(name: &Name) -> Vec<Question> {
    let mut questions: Vec<_> = [
        RecordType::NAPTR,
        RecordType::SOA,
        RecordType::A,
        RecordType::AAAA,
        RecordType::CNAME,
    ]
    .map(|record_type| Question::new(name, record_type))
    .into();
    for service in ["_sip._udp", "_sip._tcp", "_sips._tcp"] {
        // A name so long that no service fits below it has none.
        let service = Name::from_ascii(service).and_then(|service| service.append_domain(name));
        questions.extend(service.map(|owner| Question::new(&owner, RecordType::SRV)));
    }
    questions
}

/// What an answer leads to: replacements, targets, addresses, reverse pointers and back.
fn follow_ups(question: &Question, heard: &Heard) -> Vec<(Question, Follow)> {
    let mut next = Vec::new();
    // The zone's own SOA is found through the one that a miss below its apex carries.
    if question.record_type == RecordType::SOA
        && let Some(soa) = heard.outcome.soa()
    {
        next.push((Question::new(&soa.name, RecordType::SOA), Follow::No));
    }
    let Outcome::Records(records) = &heard.outcome else {
        return next;
    };
    for record in records {
        match &record.data {
            RData::NAPTR(naptr) if !naptr.replacement.is_root() => {
                next.push((
                    Question::new(&naptr.replacement, RecordType::SRV),
                    Follow::Yes,
                ));
            }
            RData::SRV(srv) if !srv.target.is_root() => {
                let types = [RecordType::A, RecordType::AAAA, RecordType::CNAME];
                next.extend(types.map(|kind| (Question::new(&srv.target, kind), Follow::Yes)));
            }
            RData::A(address) => {
                next.push((
                    Question::new(&address.0.into(), RecordType::PTR),
                    Follow::Yes,
                ));
            }
            // The way back; the host's other addresses are not this handset's servers.
            RData::PTR(host) if !host.0.is_root() => {
                next.push((Question::new(&host.0, RecordType::A), Follow::No));
            }
            _ => {}
        }
    }
    next
}
