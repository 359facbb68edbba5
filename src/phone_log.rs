//! Reader of handset logs (`<MAC>-app.log`): which lookups a handset made, what came of each,
//! which server it turned to.
//!
//! A log is read line by line and may be of any size. What is kept of it is bounded: lookups
//! that say the same as the one before are counted, and of many different ones the first and
//! the last are kept. The lines of those that are kept become a source that findings can
//! point into ([`crate::source::Source::excerpt`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dns::RecordType;
use crate::handset::log::shown::{self, End, Server};
use crate::handset::{Protocol, ServerEntry, Transport};
use crate::source::{SourceId, Span, Spanned};

pub mod diagnosis;
mod edited;
mod kept;
mod line;
mod lines;
mod reader;
mod scan;
mod sender;
mod stamp;
mod under_way;

pub use kept::Kept;
pub use scan::{Beyond, Scan, scan, scan_text};
use stamp::ClockGuess;
pub use stamp::{Clock, Stamp};

/// Where in a log, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// Line, from 1.
    pub line: u32,
    /// The time, where the line has one.
    pub stamp: Option<Stamp>,
}

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Line, from 1.
    pub line: u32,
    /// First byte.
    start: u16,
    /// Behind the last byte.
    end: u16,
}

impl Mark {
    /// The place of a part of a line.
    fn of(part: &str, line: &str, number: u32) -> Self {
        let start = (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
        let start = start.min(line.len());
        let narrow = |offset: usize| u16::try_from(offset).unwrap_or(u16::MAX);
        Self {
            line: number,
            start: narrow(start),
            end: narrow(start + part.len()),
        }
    }
}

/// A miss that the handset keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Miss {
    /// When it was told.
    pub at: At,
    /// Seconds for which it is kept from then on.
    pub kept: u32,
}

/// One question of a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was asked and what came of it.
    pub shown: shown::Step,
    /// Where it begins.
    pub at: At,
    /// The name asked for.
    pub mark: Mark,
    /// What shows the answer.
    pub answer_mark: Option<Mark>,
    /// The miss that answers it, also where it came from the cache.
    pub miss: Option<Miss>,
}

/// A registration that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line's user.
    pub user: String,
    /// SIP response code.
    pub code: u16,
    /// Its phrase.
    pub reason: String,
    /// Code and phrase.
    pub mark: Mark,
}

/// One lookup, from its first question to servers or to the local 480; and how often in a row
/// it was made with the same result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The configured address; `None` where the log begins too late to show it.
    pub address: Option<String>,
    /// The user that registers, where it is known.
    pub user: Option<String>,
    /// First line.
    pub began: At,
    /// Last line.
    pub ended: At,
    /// Every question in order.
    pub steps: Vec<Step>,
    /// Lines of it are lost, or those of another handset stand among them: a question or an
    /// answer that seems to be missing may not be.
    pub has_gap: bool,
    /// How it ended.
    pub end: End,
    /// What SIP travels over, or would have.
    pub protocol: Protocol,
    /// The configured port, where the log shows one; 0: none is set.
    pub port: u16,
    /// The line that says that no server was found.
    pub no_records: Option<Mark>,
    /// The registration that failed behind it.
    pub failure: Option<Failure>,
    /// This lookup and those in a row that came to the same.
    pub repeats: Repeats,
    /// Its lines, by number.
    lines: BTreeMap<u32, Box<str>>,
}

/// Lookups in a row that came to the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeats {
    /// How many, the first included.
    pub count: u32,
    /// Where the last one begins.
    pub last: At,
    /// Their questions that the DNS server was asked.
    pub on_the_wire: u64,
    /// Their questions that the cache answered.
    pub from_cache: u64,
}

impl Chain {
    /// The lookup as a simulation would show it.
    pub fn shown(&self) -> shown::Lookup {
        shown::Lookup {
            steps: self.steps.iter().map(|step| step.shown.clone()).collect(),
            end: self.end.clone(),
        }
    }

    /// The servers found; empty for any other end.
    pub fn servers(&self) -> &[Server] {
        match &self.end {
            End::Servers(servers) => servers,
            _ => &[],
        }
    }

    /// What a handset must be told to look this up; `None` where the log does not show it.
    pub fn entry(&self, log: &PhoneLog) -> Option<ServerEntry> {
        let address = self.address.clone()?;
        if self.begins_with_target() {
            return None;
        }
        let first = self.steps.first();
        let mark = match first {
            // The address is the end of the name.
            Some(step) => Mark {
                start: step.mark.end - u16::try_from(address.len()).ok()?.min(step.mark.end),
                ..step.mark
            },
            None => self.no_records?,
        };
        let over = match self.protocol {
            Protocol::Udp => Transport::UdpOnly,
            Protocol::Tcp => Transport::TcpOnly,
            Protocol::Tls => Transport::Tls,
        };
        let transport = match first.map(|step| step.shown.record_type) {
            Some(RecordType::SRV) => over,
            Some(RecordType::A) if self.protocol != Protocol::Udp => over,
            _ => Transport::DnsNaptr,
        };
        let span = log.span(mark);
        Some(ServerEntry {
            address: Spanned::new(address, span),
            port: Spanned::new(self.port, span),
            transport: Spanned::new(transport, span),
            static_dns: Arc::default(),
        })
    }

    /// Everything of it that points into a line.
    fn marks(&self) -> impl Iterator<Item = Mark> {
        let of_step = |step: &Step| [Some(step.mark), step.answer_mark];
        let of_end = [self.no_records, self.failure.as_ref().map(|end| end.mark)];
        let marks = self.steps.iter().flat_map(of_step).chain(of_end);
        marks.flatten()
    }

    /// Its first question is not shown: it begins with the address of an SRV target, or with
    /// that of the configured name although no port is set.
    pub fn begins_late(&self) -> bool {
        self.begins_with_target() || self.hides_srv()
    }

    fn begins_with_target(&self) -> bool {
        let first = self.steps.first();
        first.is_some_and(|step| step.shown.record_type == RecordType::A && !self.is_own(step))
    }

    /// The name asked for is the configured one.
    fn is_own(&self, step: &Step) -> bool {
        let own = self.address.as_deref();
        own.is_some_and(|own| shown::same_name(own, &step.shown.name))
    }

    /// It asked for the address of the configured name, and the SRV question before that is not
    /// shown: without a port a handset asks for the address only where SRV has come to nothing.
    pub fn hides_srv(&self) -> bool {
        let is = |step: &Step, record_type| step.shown.record_type == record_type;
        let mut steps = self.steps.iter();
        self.port == 0
            && steps.any(|step| is(step, RecordType::A) && self.is_own(step))
            && !self.steps.iter().any(|step| is(step, RecordType::SRV))
    }

    /// It ended without a server.
    pub fn failed(&self) -> bool {
        self.end == End::Nothing
    }
}

/// Something that happened, for the course of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, the first time.
    pub at: At,
    /// When, the last time in a row.
    pub last: At,
    /// How often in a row.
    pub count: u32,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The handset was ready after a boot.
    Ready {
        /// Seconds since it was switched on, as the log writes them.
        uptime: String,
    },
    /// The times of the log begin anew: it was restarted.
    Restarted,
    /// It turned to a server.
    Turned {
        /// The configured address that led there.
        address: String,
        /// The server.
        server: Server,
        /// What that means.
        turn: Turn,
    },
    /// A registration failed.
    Failed {
        /// The line's user.
        user: String,
        /// SIP response code.
        code: u16,
        /// Its phrase.
        reason: String,
        /// The lookup before it had found no server: these are the handset's own words. `None`
        /// where the log shows neither that nor a lookup that had found one.
        local: Option<bool>,
    },
}

/// What turning to a server means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The first one of this log.
    First,
    /// The same one, after a registration failed.
    Again,
    /// One that is tried later than the one before.
    FailedOver,
    /// One that is tried earlier than the one before.
    Returned,
    /// Another one of the same order.
    Equal,
}

/// A name that was looked up for no registration, as far as the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Other {
    /// How often.
    pub count: u32,
}

/// What kinds of lines a log has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lines {
    /// All of them.
    pub all: u32,
    /// Those that have the form of a log.
    pub of_log: u32,
    /// Those of the module `dns`.
    pub dns: u32,
    /// Those of them that say that an address was configured, so that nothing is looked up.
    pub passed_in: u32,
    /// Those of the modules `sip` and `dns` whose message is known.
    pub known: u32,
    /// Those of the modules `sip` and `dns` whose message is not.
    pub unknown: u32,
    /// Those of them that are the beginning of one that is known.
    pub cut: u32,
    /// Those that say again what the line before says.
    pub repeated: u32,
    /// Those with a time.
    pub timed: u32,
    /// Those of other modules.
    pub other_modules: u32,
    /// Those of no form of a log, blank ones apart.
    pub formless: u32,
    /// The first one of a log was cut at its beginning.
    pub first_cut: bool,
}

/// Events that the handset had no time to write down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// The column of the first line that tells so.
    pub mark: Mark,
    /// Lines that tell so.
    pub lines: u32,
    /// The highest number in that column, a running count.
    pub most: u8,
}

/// A log that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneLog {
    /// The lines that were kept of its file.
    pub source: SourceId,
    /// The handset that wrote it, as far as others name one before its lines.
    pub sender: Option<String>,
    /// Handsets whose logs stand among each other in its file, this one included.
    pub handsets: usize,
    /// Lines of its file that are of further handsets, and not read.
    pub beyond: Option<Beyond>,
    /// What its times mean.
    pub clock: Clock,
    guess: ClockGuess,
    /// Its lines.
    pub lines: Lines,
    /// Where its first line stands that has the form of a log.
    pub first: Mark,
    /// Where the first line stands of which somebody deleted every `00`, as the bulletin's
    /// author did.
    pub edited: Option<Mark>,
    /// Where the first line stands that is cut, unless it is the only one: the last one may be.
    pub cut: Option<Mark>,
    /// Events that are missing.
    pub missed: Option<Missed>,
    /// The handset's own domain, where the log shows it.
    pub domain: Option<String>,
    /// Registrations that began, by user.
    pub registrations: BTreeMap<String, u32>,
    /// Lookups in order.
    pub chains: Kept<Chain>,
    /// What happened, in order.
    pub events: Kept<Event>,
    /// Other names that were looked up, by type.
    pub others: BTreeMap<(String, RecordType), Other>,
    /// Where in the source each line of its own that was kept begins.
    offsets: Vec<(u32, u32)>,
}

impl PhoneLog {
    /// Reads its times by a clock that the handset is set up with, unless one of them is no
    /// time by it: then the log is older than the setting.
    pub fn suppose(&mut self, clock: Clock) {
        if self.guess.allows(clock) {
            self.clock = clock;
        }
    }

    /// The text of a mark in the source.
    pub fn span(&self, mark: Mark) -> Span {
        let offset = self
            .offsets
            .binary_search_by_key(&mark.line, |(line, _)| *line)
            .map_or(0, |index| self.offsets[index].1) as usize;
        let (start, end) = (usize::from(mark.start), usize::from(mark.end));
        Span::new(self.source, offset + start, offset + end)
    }

    /// That line was kept of it, and is not another handset's in the same file.
    pub fn has_line(&self, line: u32) -> bool {
        let number = |(number, _): &(u32, u32)| *number;
        self.offsets.binary_search_by_key(&line, number).is_ok()
    }

    /// The time at a place, for people; else its line.
    pub fn when(&self, at: At) -> String {
        match at.stamp {
            Some(stamp) => self.clock.show(stamp),
            None => format!("line {}", at.line),
        }
    }

    /// Until when a miss is kept, for people; `None` where that cannot be reckoned.
    pub fn until(&self, miss: Miss) -> Option<String> {
        let stamp = miss.at.stamp?;
        self.clock.later(stamp, miss.kept)
    }

    /// The first lookup of the same address behind this one that found servers, and its index.
    pub fn recovery(&self, chain: &Chain) -> Option<(usize, &Chain)> {
        let own = chain.address.as_deref()?;
        let is_own = |one: &Chain| {
            let address = one.address.as_deref();
            address.is_some_and(|address| shown::same_name(address, own))
        };
        self.chains.iter().enumerate().find(|(_, one)| {
            one.began.line > chain.ended.line
                && matches!(one.end, End::Servers(_) | End::Named(_))
                && is_own(one)
        })
    }

    /// Its lines have no times.
    pub fn is_timeless(&self) -> bool {
        self.lines.timed == 0
    }

    /// It shows a question of a lookup, or that none is asked.
    pub fn tells_of_lookups(&self) -> bool {
        self.lines.passed_in > 0 || self.chains.iter().any(|chain| !chain.steps.is_empty())
    }
}

/// A line is written as a handset writes its log.
pub fn is_line(line: &str) -> bool {
    line::Line::read(line).is_some()
}

#[cfg(test)]
mod tests;
