//! Asks real DNS servers, and writes their answers out as a source that can be pointed at.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::dns::{Answer, Name, Question, RrSet};
use crate::source::{SourceId, Span};

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
}
