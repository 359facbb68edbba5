//! From lines to lookups: the messages of several lookups may stand among each other.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::Ipv4Addr;

use super::edited;
use super::kept::Kept;
use super::line::Line;
use super::stamp::{Clock, ClockGuess, Stamp};
use super::under_way::{Announced, UnderWay, came_to_the_same};
use super::{At, Chain, Event, Lines, Mark, Miss, Missed, Other, PhoneLog, What};
use crate::dns::RecordType;
use crate::handset::log::message::Message;
use crate::handset::log::shown::{Answer, Record, Server, plain, protocol_of, same_name};
use crate::source::SourceId;
use listing::Listing;

mod answers;
mod gaps;
mod listing;
mod servers;

/// Lookups under way at one time; a handset has at most a few lines.
const UNDER_WAY: usize = 16;

/// Bytes of lines that are kept of one lookup besides those that something points into.
const WINDOW: usize = 32 << 10;

/// Names whose last answer is remembered, users, servers in use, other names.
const NAMES: usize = 1000;

/// Reads line after line.
#[derive(Debug, Clone, Default)]
pub(super) struct Reader {
    sender: Option<String>,
    lines: Lines,
    first: Option<Mark>,
    edited: Option<Mark>,
    cut: Option<Mark>,
    missed: Option<Missed>,
    domain: Option<String>,
    registrations: BTreeMap<String, u32>,
    pub(super) chains: Kept<Chain>,
    events: Kept<Event>,
    others: BTreeMap<(String, RecordType), Other>,
    /// Lines that something outside lookups points into.
    pub(super) marked: BTreeMap<u32, Box<str>>,
    guess: ClockGuess,
    last_since_boot: Option<Stamp>,
    before: gaps::Before,
    /// Events are missing since the last lookup began: the next one may lack its beginning.
    follows_gap: bool,
    under_way: Vec<UnderWay>,
    begun: u64,
    /// Lines since the first lookup that is under way began.
    window: VecDeque<(u32, Box<str>)>,
    window_bytes: usize,
    announced: Option<Announced>,
    /// The answer whose records are being listed.
    listing: Option<Listing>,
    /// The address that was looked up by itself: it is named once more.
    by_itself: Option<Ipv4Addr>,
    registering: Option<String>,
    held: BTreeMap<(String, RecordType), Held>,
    in_use: HashMap<String, InUse>,
    /// Registrations that failed so far.
    failures: u64,
}

/// What the log last showed of a question's answer.
#[derive(Debug, Clone)]
struct Held {
    records: Option<Vec<Record>>,
    /// How many more there are.
    hidden: usize,
    miss: Option<Miss>,
}

/// The server that the handset turned to last for a configured address.
#[derive(Debug, Clone)]
struct InUse {
    server: Server,
    /// Registrations that had failed then.
    failures: u64,
}

/// The line that is being read.
#[derive(Clone, Copy)]
struct Here<'a> {
    at: At,
    line: &'a str,
    edited: bool,
}

impl Here<'_> {
    /// The place of a part of the line.
    fn mark(&self, part: &str) -> Mark {
        Mark::of(part, self.line, self.at.line)
    }

    /// A number of seconds, with the `00` that was deleted from it.
    fn seconds(&self, written: u32) -> u32 {
        if self.edited {
            edited::restored(written)
        } else {
            written
        }
    }

    /// A name, with the dot that copying from the bulletin's PDF loses.
    fn name(&self, written: &str) -> String {
        if self.edited {
            edited::name(written)
        } else {
            written.to_owned()
        }
    }
}

impl Reader {
    /// The same, with what it has read, of a handset that nobody names.
    pub(super) fn of_anybody(&self) -> Self {
        Self {
            sender: None,
            ..self.clone()
        }
    }

    /// A reader of the log of one handset.
    pub(super) fn new(sender: Option<String>) -> Self {
        Self {
            sender,
            ..Self::default()
        }
    }

    /// Reads the next line.
    pub(super) fn take(&mut self, number: u32, line: &str, read: &Line<'_>) {
        self.lines.all = self.lines.all.saturating_add(1);
        if self.before.is_repeated(read) {
            self.lines.repeated += 1;
            return;
        }
        let here = Here {
            at: At {
                line: number,
                stamp: read.stamp,
            },
            line,
            edited: read.missed.is_none(),
        };
        self.columns(read, here);
        match read.module {
            "dns" => self.lines.dns += 1,
            "sip" => {}
            _ => {
                self.lines.other_modules += 1;
                self.remember(number, line);
                return;
            }
        }
        match Message::read(read.text) {
            Some(message) => {
                self.lines.known += 1;
                self.message(message, here);
            }
            None => self.unknown(read, here),
        }
        self.remember(number, line);
    }

    /// Ends what is under way.
    pub(super) fn finish(&mut self) {
        while !self.under_way.is_empty() {
            self.close(0);
        }
    }

    /// What it has read, by where in a source its lines begin.
    pub(super) fn into_log(self, source: SourceId, offsets: Vec<(u32, u32)>) -> PhoneLog {
        PhoneLog {
            source,
            sender: self.sender,
            handsets: 1,
            beyond: None,
            clock: self.guess.decide(),
            guess: self.guess,
            lines: self.lines,
            first: self.first.unwrap_or(Mark {
                line: 1,
                start: 0,
                end: 1,
            }),
            edited: self.edited,
            cut: self.cut.filter(|_| self.lines.cut > 1),
            missed: self.missed,
            domain: self.domain,
            registrations: self.registrations,
            chains: self.chains,
            events: self.events,
            others: self.others,
            offsets,
        }
    }

    fn columns(&mut self, read: &Line<'_>, here: Here<'_>) {
        self.lines.of_log += 1;
        if self.first.is_none() {
            self.first = Some(here.mark(read.text));
            self.keep_line(here);
        }
        if here.edited && self.edited.is_none() {
            self.edited = Some(here.mark(read.text));
            self.keep_line(here);
        }
        self.look_for_gap(read, here);
        if let Some(stamp) = read.stamp {
            self.lines.timed += 1;
            self.guess.look(stamp);
            self.look_for_restart(stamp, here.at);
        }
    }

    fn unknown(&mut self, read: &Line<'_>, here: Here<'_>) {
        self.lines.unknown += 1;
        if !Message::is_begun(read.text) {
            return;
        }
        self.lines.cut += 1;
        if self.cut.is_none() {
            self.cut = Some(here.mark(read.text));
            self.keep_line(here);
        }
    }

    /// Times since boot that begin anew: the cache is empty again.
    fn look_for_restart(&mut self, stamp: Stamp, at: At) {
        if !stamp.is_since_boot() {
            return;
        }
        let last = self.last_since_boot.replace(stamp);
        let backward = |last| Clock::SinceBoot.between(last, stamp).is_none();
        if last.is_some_and(backward) {
            self.finish();
            self.held.clear();
            self.in_use.clear();
            self.event(at, What::Restarted);
        }
    }

    fn keep_line(&mut self, here: Here<'_>) {
        self.marked.insert(here.at.line, here.line.into());
    }

    /// Keeps a line while a lookup is under way.
    pub(super) fn remember(&mut self, number: u32, line: &str) {
        if self.under_way.is_empty() {
            self.window.clear();
            self.window_bytes = 0;
            return;
        }
        self.window_bytes += line.len();
        self.window.push_back((number, line.into()));
        while self.window_bytes > WINDOW {
            match self.window.pop_front() {
                Some((_, line)) => self.window_bytes -= line.len(),
                None => break,
            }
        }
    }

    fn message(&mut self, message: Message<'_>, here: Here<'_>) {
        match message {
            Message::Register { user, .. } => {
                self.registering = Some(user.to_owned());
                if self.registrations.len() < NAMES || self.registrations.contains_key(user) {
                    *self.registrations.entry(user.to_owned()).or_default() += 1;
                }
            }
            Message::Attempt { record_type, host } => {
                if host.parse::<Ipv4Addr>().is_err() {
                    let mark = here.mark(host);
                    self.attempt(record_type, here.name(host), mark, here, true);
                }
            }
            Message::PassedIn { address } => {
                self.lines.passed_in += 1;
                if let Ok(address) = address.parse() {
                    self.address(address, here);
                }
            }
            Message::TargetLookup { host, port } => {
                self.announced = Some(Announced::Target(host.to_owned(), port));
            }
            Message::AddressLookup { over, port } => {
                let over = over.0;
                self.announced = Some(Announced::Own { over, port });
            }
            Message::TargetsDone { name } => {
                let name = here.name(name);
                let found = self.find(RecordType::SRV, &name).map(|(index, _)| index);
                if let Some(index) = found.or_else(|| self.begun_late(&name)) {
                    self.under_way[index].targets_done = true;
                    self.touch(index, here);
                }
            }
            Message::Ready { uptime } => {
                let uptime = uptime.to_owned();
                self.event(here.at, What::Ready { uptime });
            }
            Message::NaptrNothing { .. }
            | Message::NoRecords { .. }
            | Message::RegistrationFailed { .. } => self.failure(message, here),
            Message::Miss { .. }
            | Message::Hit { .. }
            | Message::StaticHit { .. }
            | Message::Found { .. }
            | Message::Answer { .. }
            | Message::NoAnswer { .. }
            | Message::NoMatch { .. }
            | Message::Empty { .. } => self.answer(message, here),
            Message::AddedNegative { .. } | Message::AddedPositive { .. } => {
                self.added(message, here);
            }
            Message::Order { .. }
            | Message::Preference { .. }
            | Message::Flags { .. }
            | Message::Service { .. }
            | Message::Regexp { .. }
            | Message::Replacement { .. }
            | Message::Target { .. }
            | Message::Priority { .. }
            | Message::Weight { .. } => self.record(message, here),
            // They say nothing that other lines do not.
            Message::Retaining { .. }
            | Message::CurrentList {}
            | Message::NaptrAdded {}
            | Message::SrvAdded {}
            | Message::SrvNothing { .. }
            | Message::KeptPort { .. } => {}
        }
    }

    /// A question begins: of a lookup under way, of a new one, or of neither.
    fn attempt(
        &mut self,
        record_type: RecordType,
        name: String,
        mark: Mark,
        here: Here<'_>,
        entered: bool,
    ) -> Option<(usize, usize)> {
        let announced = self.announced.take();
        // Nothing of a lookup stands before this question.
        self.follows_gap &= record_type != RecordType::NAPTR;
        let expecting =
            |one: &UnderWay| one.expects(record_type, &name, announced.as_ref(), entered);
        let expecting = self.under_way.iter().rposition(expecting);
        let index = if let Some(index) = expecting {
            index
        } else {
            let address = match (record_type, &announced) {
                (RecordType::NAPTR, _) | (RecordType::A, Some(Announced::Own { .. })) => {
                    Some(name.clone())
                }
                (RecordType::SRV, _) if protocol_of(&name).is_some() => {
                    name.splitn(3, '.').nth(2).map(str::to_owned)
                }
                // The log begins behind the SRV question.
                (RecordType::A, Some(Announced::Target(..))) => None,
                _ => {
                    if entered {
                        self.other(record_type, &name);
                    }
                    return None;
                }
            };
            self.begin(address.as_deref(), here.at)
        };
        let under_way = &mut self.under_way[index];
        match announced {
            Some(Announced::Own { over, port }) => {
                under_way.chain.protocol = over;
                under_way.chain.port = port;
            }
            Some(Announced::Target(host, port)) => under_way.called.push((host, port)),
            None => {}
        }
        under_way.ask(record_type, name, here.at, mark);
        let step = under_way.chain.steps.len() - 1;
        self.touch(index, here);
        Some((index, step))
    }

    /// A new lookup; one of the same address that is under way has ended.
    fn begin(&mut self, address: Option<&str>, at: At) -> usize {
        if let Some(address) = address {
            while let Some(index) = self.under_way.iter().position(|one| one.is_of(address)) {
                self.close(index);
            }
        }
        if self.under_way.len() == UNDER_WAY {
            self.close(0);
        }
        self.begun += 1;
        let mut under_way = UnderWay::new(self.begun, address, at);
        under_way.chain.user.clone_from(&self.registering);
        under_way.chain.has_gap = std::mem::take(&mut self.follows_gap);
        self.under_way.push(under_way);
        self.under_way.len() - 1
    }

    /// The lookup of which the log shows no more than the end, where that names its SRV set.
    fn begun_late(&mut self, owner: &str) -> Option<usize> {
        let protocol = protocol_of(owner)?;
        let address = owner.splitn(3, '.').nth(2)?;
        let mut open = self.under_way.iter();
        let index = open.rposition(|one| !one.is_over() && one.chain.address.is_none())?;
        let chain = &mut self.under_way[index].chain;
        chain.address = Some(address.to_owned());
        chain.protocol = protocol;
        Some(index)
    }

    fn other(&mut self, record_type: RecordType, name: &str) {
        let key = (plain(name), record_type);
        if self.others.len() < NAMES || self.others.contains_key(&key) {
            self.others.entry(key).or_default().count += 1;
        }
    }

    /// The line belongs to a lookup.
    fn touch(&mut self, index: usize, here: Here<'_>) {
        self.under_way[index].touch(here.at, here.line);
    }

    /// The latest step with a question.
    fn find(&self, record_type: RecordType, name: &str) -> Option<(usize, usize)> {
        let all = || self.under_way.iter().enumerate().rev();
        let step = |one: &UnderWay| one.step(record_type, name);
        let open = |one: &UnderWay, step: usize| one.chain.steps[step].shown.answer == Answer::Open;
        all()
            .filter(|(_, one)| !one.is_over())
            .find_map(|(index, one)| {
                step(one)
                    .filter(|step| open(one, *step))
                    .map(|step| (index, step))
            })
            .or_else(|| all().find_map(|(index, one)| step(one).map(|step| (index, step))))
    }

    /// Ends a lookup and keeps it, unless it came to the same as the one before of its
    /// address, where it is counted.
    fn close(&mut self, index: usize) {
        let mut chain = self.under_way.remove(index).into_chain();
        let of_address = |one: &&mut Chain| match (&one.address, &chain.address) {
            (Some(one), Some(own)) => same_name(one, own),
            (None, None) => true,
            _ => false,
        };
        let before = self.chains.iter_mut().rev().find(of_address);
        if let Some(before) = before.filter(|before| came_to_the_same(before, &chain)) {
            // Where one of them is shown whole, it is known what both are.
            before.has_gap &= chain.has_gap;
            before.repeats.count += 1;
            before.repeats.last = chain.began;
            before.repeats.on_the_wire += chain.repeats.on_the_wire;
            before.repeats.from_cache += chain.repeats.from_cache;
            return;
        }
        for (number, line) in &self.window {
            if *number >= chain.began.line {
                chain.lines.insert(*number, line.clone());
            }
        }
        self.chains.push(chain);
    }
}
