//! Asks real DNS servers, and writes their answers out as a source that can be pointed at.
//!
//! The questions a handset will ask, and those the rules need beside them, are foreseen and
//! asked side by side, so that a domain costs a handful of round trips ([`gather`]). What a
//! simulation asks beyond them is asked when it does. In the end everything is frozen into
//! [`Answers`]: a table that knows no sockets and answers `NotLoaded` for the rest.
//!
//! ```text
//!  gather   which questions, in which round; the time limit of a run
//!  client   one question: EDNS, time-outs, truncation, aliases that the server left unfollowed
//!  sockets  how hickory's client gets its sockets
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
mod sockets;
mod system;
mod write;

pub use gather::{Asking, gather};

/// How a server is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The server; `None` for the first one that this computer is set up with.
    pub server: Option<SocketAddr>,
    /// How long one try waits for its answer.
    pub timeout: Duration,
    /// Tries after the first one. Only silence is retried: an answer is an answer.
    pub retries: u32,
    /// TCP from the start, instead of after a truncated answer only.
    pub tcp: bool,
    /// How long all questions together may take; those left over fail as timed out.
    pub limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            server: None,
            timeout: Duration::from_secs(2),
            retries: 2,
            tcp: false,
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

/// The answers of one DNS server (or of the system's resolver) in one run.
#[derive(Debug)]
pub struct Answers {
    /// The answers in presentation format; NXDOMAIN, NODATA and failures as comment lines.
    pub source: SourceId,
    /// The server asked.
    pub server: SocketAddr,
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

    /// Something came back from the server, be it a refusal. `false`: no DNS server was
    /// reached, and the answers say nothing about the domain.
    pub fn reachable(&self) -> bool {
        self.answers.is_empty() || self.answers.values().any(Reply::was_heard)
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
    /// The server sent something, over UDP at least.
    pub fn was_heard(&self) -> bool {
        self.truncated
            || !matches!(
                self.answer,
                Answer::Failed(Failure::Timeout | Failure::Unreachable)
            )
    }
}
