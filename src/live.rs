//! Asks real DNS servers, and writes their answers out as a source that can be pointed at.
//!
//! The questions a handset will ask, and those the rules need beside them, are foreseen and
//! asked side by side, so that a domain costs a handful of round trips ([`gather`]). What a
//! simulation asks beyond them is asked when it does. In the end everything is frozen into
//! [`Answers`]: a table that knows no sockets and answers `NotLoaded` for the rest.
//!
//! ```text
//!  gather   which servers, which questions, in which round; the time limit of a run
//!  client   one question: EDNS, time-outs, truncation, aliases that the server left unfollowed
//!  sockets  how hickory's client gets its sockets
//!  stream   messages over TCP
//!  transfer a zone as a whole
//!  key      what a transfer is signed with
//!  heard    one message: what it says about the question, and nothing else it carries
//!  write    presentation format, with the span of every field
//!  system   the resolver that this computer is set up with
//! ```

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::dns::{Answer, Dns, Failure, Name, Question, RrSet};
use crate::source::{SourceId, Span};

mod client;
mod gather;
mod heard;
mod key;
mod sockets;
mod stream;
mod system;
mod transfer;
mod write;

pub use gather::{Asking, NameServer, gather, name_servers};
pub use key::{Key, KeyError, SignatureError};
pub use transfer::{Transfer, TransferError, transfer};

/// How a server is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The servers, each asked by itself; none for the first one that this computer is set
    /// up with.
    pub servers: Vec<SocketAddr>,
    /// How long one try waits for its answer.
    pub timeout: Duration,
    /// Tries after the first one. Only silence is retried: an answer is an answer.
    pub retries: u32,
    /// TCP from the start, instead of after a truncated answer only.
    pub tcp: bool,
    /// Find out the name servers of the zones as well, for [`name_servers`].
    pub name_servers: bool,
    /// Find out every zone that the names asked for lie in, for [`transfer`].
    pub zones: bool,
    /// How long all questions together may take; those left over fail as timed out.
    pub limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            timeout: Duration::from_secs(2),
            retries: 2,
            tcp: false,
            name_servers: false,
            zones: false,
            limit: Duration::from_secs(120),
        }
    }
}

/// Why nothing could be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This computer's settings cannot be read, or name no server.
    #[error(
        "this computer's DNS settings name no usable server ({0}); name one with `--server ADDRESS`"
    )]
    NoSystemServer(String),
    /// The operating system gave no event queue or timer.
    #[error("cannot prepare to ask DNS servers: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Why a server was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The command line names it.
    Named,
    /// This computer is set up with it.
    System,
    /// It is a name server of a zone.
    NameServer,
}

/// The answers of one DNS server in one run, or of several that say the same.
#[derive(Debug)]
pub struct Answers {
    /// The answers in presentation format; NXDOMAIN, NODATA and failures as comment lines.
    pub source: SourceId,
    /// The servers asked; never empty.
    pub servers: Vec<SocketAddr>,
    /// Why they were asked.
    pub role: Role,
    /// Every question asked with its answer. A question that was not asked is `NotLoaded`.
    pub answers: BTreeMap<Question, Reply>,
    /// The apexes that an SOA in an answer proved.
    pub apexes: Vec<Name>,
    /// The RRsets of all answers, each once.
    pub sets: Vec<RrSet>,
    /// Questions that were not asked because there were too many of them.
    pub unasked: usize,
}

impl Answers {
    /// What the server said; `NotLoaded` for what it was not asked.
    pub fn ask(&self, question: &Question) -> Answer {
        self.answers
            .get(question)
            .map_or(Answer::NotLoaded, |reply| reply.answer.clone())
    }

    /// The closest apex at or above `name` that an SOA proved.
    pub fn apex_of(&self, name: &Name) -> Option<&Name> {
        let above = self.apexes.iter().filter(|apex| apex.zone_of(name));
        above.max_by_key(|apex| apex.num_labels())
    }

    /// The server answers for zones of its own, of which the name is in none.
    pub fn is_foreign(&self, name: &Name) -> bool {
        let is_own =
            |reply: &Reply| reply.authoritative && !matches!(reply.answer, Answer::Failed(_));
        let own = self.answers.iter().filter(|(_, reply)| is_own(reply));
        let mut own = own
            .map(|(question, _)| question.name.zone_of(name))
            .peekable();
        own.peek().is_some() && self.apex_of(name).is_none() && !own.any(|is_above| is_above)
    }

    /// Nothing usable came back, and why: no DNS server was reached, and the answers say
    /// nothing about the domain.
    pub fn silence(&self) -> Option<Failure> {
        let mut silence = None;
        for reply in self.answers.values() {
            silence = Some(reply.silence()?);
        }
        silence
    }

    /// The one of several that the others are compared with: the first that knows a zone, or that
    /// said anything at all.
    pub fn first_of<'a>(all: impl IntoIterator<Item = &'a Self>) -> Option<&'a Self> {
        let heard = all.into_iter();
        let heard: Vec<_> = heard.filter(|one| one.silence().is_none()).collect();
        let knowing = heard.iter().find(|one| !one.apexes.is_empty());
        knowing.or(heard.first()).copied()
    }

    /// The server, and those that said the same: `10.0.0.1:53 (like 10.0.0.2:53)`.
    pub fn server(&self) -> String {
        match &self.servers[..] {
            [only] => only.to_string(),
            [first, like @ ..] => format!("{first} (like {})", write::listed(like)),
            [] => String::new(),
        }
    }
}

impl Dns for &Answers {
    fn ask(&mut self, question: &Question) -> Answer {
        Answers::ask(self, question)
    }
}

/// An answer and where it is written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What came back.
    pub answer: Answer,
    /// The first line it is written out at: the record, or the comment of a negative answer.
    pub span: Span,
    /// The server is an authority for the name (AA).
    pub authoritative: bool,
    /// The answer over UDP was cut (TC).
    pub truncated: bool,
    /// Records beyond the number that is kept of one answer.
    pub omitted: usize,
}

impl Reply {
    /// The failure, where nothing shows that a DNS server is there.
    pub fn silence(&self) -> Option<Failure> {
        match self.answer {
            Answer::Failed(failure) if failure.is_silence() && !self.truncated => Some(failure),
            _ => None,
        }
    }
}
