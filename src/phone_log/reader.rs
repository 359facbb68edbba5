//! From lines to lookups: the messages of several lookups may stand among each other.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::net::Ipv4Addr;

use super::edited;
use super::kept::Kept;
use super::line::Line;
use super::stamp::{Clock, ClockGuess, Stamp};
use super::under_way::{Announced, UnderWay, came_to_the_same};
use super::{At, Chain, Event, Failure, Lines, Mark, Miss, Missed, Other, Turn, What};
use crate::dns::RecordType;
use crate::handset::log::LOCAL_FAILURE;
use crate::handset::log::message::Message;
use crate::handset::log::shown::{
    Answer, End, From, Record, Server, plain, protocol_of, same_name,
};

/// Lookups under way at one time; a handset has at most a few lines.
const UNDER_WAY: usize = 16;

/// Bytes of lines that are kept of one lookup besides those that something points into.
const WINDOW: usize = 32 << 10;

/// Names whose last answer is remembered, users, servers in use, other names.
const NAMES: usize = 1000;

/// Reads line after line.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) lines: Lines,
    pub(super) first: Option<Mark>,
    pub(super) edited: Option<Mark>,
    pub(super) missed: Option<Missed>,
    pub(super) domain: Option<String>,
    pub(super) registrations: BTreeMap<String, u32>,
    pub(super) chains: Kept<Chain>,
    pub(super) events: Kept<Event>,
    pub(super) others: BTreeMap<(String, RecordType), Other>,
    /// Lines that something outside lookups points into.
    pub(super) marked: BTreeMap<u32, Box<str>>,
    guess: ClockGuess,
    last_since_boot: Option<Stamp>,
    under_way: Vec<UnderWay>,
    begun: u64,
    /// Lines since the first lookup that is under way began.
    window: VecDeque<(u32, Box<str>)>,
    window_bytes: usize,
    announced: Option<Announced>,
    /// The lookup and step whose records are being listed.
    listing: Option<(u64, usize)>,
    /// The address that was looked up by itself: it is named once more.
    by_itself: Option<Ipv4Addr>,
    registering: Option<String>,
    held: BTreeMap<(String, RecordType), Held>,
    in_use: HashMap<String, Server>,
    failed_since: HashSet<String>,
}

/// What the log last showed of a question's answer.
#[derive(Debug, Clone)]
struct Held {
    records: Option<Vec<Record>>,
    miss: Option<Miss>,
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
        let start = (part.as_ptr() as usize).saturating_sub(self.line.as_ptr() as usize);
        let start = start.min(self.line.len());
        let narrow = |offset: usize| u16::try_from(offset).unwrap_or(u16::MAX);
        Mark {
            line: self.at.line,
            start: narrow(start),
            end: narrow(start + part.len()),
        }
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
    /// What the times mean.
    pub(super) fn clock(&self) -> Clock {
        self.guess.decide()
    }

    /// Reads the next line.
    pub(super) fn take(&mut self, line: &str) {
        let line = line.trim_end();
        self.lines.all = self.lines.all.saturating_add(1);
        let number = self.lines.all;
        let Some(read) = Line::read(line) else {
            if number == 1 && line.contains('|') {
                self.lines.first_cut = true;
            } else if !line.is_empty() {
                self.lines.formless += 1;
            }
            self.remember(number, line);
            return;
        };
        let here = Here {
            at: At {
                line: number,
                stamp: read.stamp,
            },
            line,
            edited: read.missed.is_none(),
        };
        self.columns(&read, here);
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
            None => self.lines.unknown += 1,
        }
        self.remember(number, line);
    }

    /// Ends what is under way.
    pub(super) fn finish(&mut self) {
        while !self.under_way.is_empty() {
            self.close(0);
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
        if let Some(missed @ 1..) = read.missed {
            if let Some(so_far) = &mut self.missed {
                so_far.lines += 1;
                so_far.most = so_far.most.max(missed);
            } else {
                // The column ends where the bar before the text stands.
                let text = here.mark(read.text);
                self.missed = Some(Missed {
                    mark: Mark {
                        start: text.start.saturating_sub(3),
                        end: text.start.saturating_sub(1),
                        ..text
                    },
                    lines: 1,
                    most: missed,
                });
                self.keep_line(here);
            }
        }
        if let Some(stamp) = read.stamp {
            self.guess.look(stamp);
            self.look_for_restart(stamp, here.at);
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
    fn remember(&mut self, number: u32, line: &str) {
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
                if let Ok(address) = address.parse() {
                    self.address(address, here);
                }
            }
            Message::TargetLookup { host, .. } => {
                self.announced = Some(Announced::Target(host.to_owned()));
            }
            Message::AddressLookup { over, port } => {
                let over = over.0;
                self.announced = Some(Announced::Own { over, port });
            }
            Message::TargetsDone { name } => {
                let name = here.name(name);
                if let Some((index, _)) = self.find(RecordType::SRV, &name) {
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
            | Message::Found { .. }
            | Message::Answer { .. }
            | Message::NoAnswer { .. }
            | Message::NoMatch { .. }
            | Message::Empty { .. }
            | Message::AddedNegative { .. }
            | Message::AddedPositive { .. } => self.answer(message, here),
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
        let expecting = |one: &UnderWay| one.expects(record_type, &name, announced.as_ref());
        let index = match self.under_way.iter().rposition(expecting) {
            Some(index) => index,
            None => {
                let address = match (record_type, &announced) {
                    (RecordType::NAPTR, _) | (RecordType::A, Some(Announced::Own { .. })) => {
                        Some(name.clone())
                    }
                    (RecordType::SRV, _) if protocol_of(&name).is_some() => {
                        name.splitn(3, '.').nth(2).map(str::to_owned)
                    }
                    // The log begins behind the SRV question.
                    (RecordType::A, Some(Announced::Target(_))) => None,
                    _ => {
                        if entered {
                            self.other(record_type, &name);
                        }
                        return None;
                    }
                };
                self.begin(address.as_deref(), here.at)
            }
        };
        let under_way = &mut self.under_way[index];
        if let Some(Announced::Own { over, port }) = announced {
            under_way.chain.protocol = over;
            under_way.chain.port = port;
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
        self.under_way.push(under_way);
        self.under_way.len() - 1
    }

    fn other(&mut self, record_type: RecordType, name: &str) {
        let key = (plain(name), record_type);
        if self.others.len() < NAMES || self.others.contains_key(&key) {
            self.others.entry(key).or_default().count += 1;
        }
    }

    /// The line belongs to a lookup.
    fn touch(&mut self, index: usize, here: Here<'_>) {
        let chain = &mut self.under_way[index].chain;
        chain.ended = here.at;
        chain.lines.insert(here.at.line, here.line.into());
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

    fn answer(&mut self, message: Message<'_>, here: Here<'_>) {
        match message {
            Message::Miss { name, record_type } => self.miss(name, record_type),
            Message::Hit {
                name,
                record_type,
                seconds,
            } => {
                let Some((index, step)) = self.answered(record_type, name, here) else {
                    return;
                };
                let remaining = Some(here.seconds(seconds));
                let held = self.held.get(&(plain(&here.name(name)), record_type));
                let records = held.and_then(|held| held.records.clone());
                let under_way = &mut self.under_way[index];
                under_way.chain.steps[step].shown.from = From::Cache { remaining };
                under_way.chain.steps[step].answer_mark = Some(here.mark(name));
                under_way.answer_from_cache(step, records);
            }
            Message::Found { name, record_type } => {
                let Some((index, step)) = self.find(record_type, &here.name(name)) else {
                    return;
                };
                let held = self.held.get(&(plain(name), record_type));
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
                let addresses = addresses
                    .split(',')
                    .filter_map(|one| one.trim().parse().ok());
                let under_way = &mut self.under_way[index];
                self.listing = Some((under_way.id, step));
                let answered = &mut under_way.chain.steps[step];
                answered.answer_mark = Some(here.mark(name));
                answered.shown.answer = Answer::Records {
                    records: Some(addresses.take(100).map(Record::Address).collect()),
                    ttl: Some(here.seconds(ttl)),
                };
            }
            Message::NoAnswer { record_type, name } => self.nothing(record_type, name, None, here),
            Message::NoMatch {
                record_type,
                name,
                code,
            } => self.nothing(record_type, name, Some(code), here),
            Message::Empty { record_type, name } => self.nothing(record_type, name, None, here),
            Message::AddedNegative {
                name,
                record_type,
                seconds,
            } => {
                let seconds = here.seconds(seconds);
                let Some((index, step)) = self.find(record_type, &here.name(name)) else {
                    return;
                };
                let miss = Some(Miss {
                    at: here.at,
                    kept: seconds,
                });
                let step = &mut self.under_way[index].chain.steps[step];
                if let Answer::Nothing { kept, .. } = &mut step.shown.answer {
                    *kept = Some(seconds);
                }
                step.miss = miss;
                let records = None;
                self.hold(&here.name(name), record_type, Held { records, miss });
            }
            Message::AddedPositive {
                name, record_type, ..
            } => {
                self.listing = None;
                let Some((index, step)) = self.find(record_type, &here.name(name)) else {
                    return;
                };
                let step = &self.under_way[index].chain.steps[step];
                if let Answer::Records { records, .. } = &step.shown.answer {
                    let records = records.clone();
                    self.hold(
                        &here.name(name),
                        record_type,
                        Held {
                            records,
                            miss: None,
                        },
                    );
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

    fn nothing(
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
    fn record(&mut self, message: Message<'_>, here: Here<'_>) {
        let Some((id, step)) = self.listing else {
            return;
        };
        let Some(under_way) = self.under_way.iter_mut().find(|one| one.id == id) else {
            return;
        };
        match message {
            Message::Order { order } => under_way.add(
                step,
                Record::Naptr {
                    order,
                    preference: 0,
                    flags: String::new(),
                    service: String::new(),
                    regexp: String::new(),
                    replacement: String::new(),
                },
            ),
            Message::Target { target, port } => under_way.add(
                step,
                Record::Srv {
                    priority: 0,
                    weight: 0,
                    port,
                    target: target.to_owned(),
                },
            ),
            field => {
                if let Some(record) = under_way.last_record(step) {
                    fill(record, field, here);
                }
            }
        }
    }

    /// An address that needs no question: the one of the server that the handset turns to.
    fn address(&mut self, address: Ipv4Addr, here: Here<'_>) {
        if let Some(Announced::Own { over, port }) = self.announced.take() {
            self.by_itself = Some(address);
            if let Some((configured, servers, server)) = self.server_of_late(address) {
                self.turned(&configured, &servers, server, here.at);
                return;
            }
            let text = address.to_string();
            let index = self.begin(Some(&text), here.at);
            let chain = &mut self.under_way[index].chain;
            (chain.protocol, chain.port) = (over, port);
            let server = Server {
                order: 1,
                host: text.clone(),
                address,
                port: if port == 0 { over.default_port() } else { port },
                protocol: over,
            };
            chain.end = End::Servers(vec![server.clone()]);
            self.touch(index, here);
            self.close(index);
            self.turned(&text, &[server.clone()], server, here.at);
            return;
        }
        if self.by_itself.take() == Some(address) {
            return;
        }
        let found = (0..self.under_way.len()).rev().find_map(|index| {
            let under_way = &self.under_way[index];
            let servers = (!under_way.is_over()).then(|| under_way.servers())?;
            let server = servers.iter().find(|server| server.address == address)?;
            Some((index, server.clone(), servers))
        });
        if let Some((index, server, servers)) = found {
            let chain = &mut self.under_way[index].chain;
            let configured = chain.address.clone().unwrap_or_default();
            chain.end = End::Servers(servers.clone());
            self.touch(index, here);
            self.close(index);
            self.turned(&configured, &servers, server, here.at);
            return;
        }
        // A server of a lookup that has ended: the next one is tried.
        if let Some((configured, servers, server)) = self.server_of_late(address) {
            self.turned(&configured, &servers, server, here.at);
        }
    }

    /// The latest lookup that led to an address: its configured address, its servers, and
    /// which one that is.
    fn server_of_late(&self, address: Ipv4Addr) -> Option<(String, Vec<Server>, Server)> {
        let late = self.chains.iter().rev().take(UNDER_WAY);
        late.filter_map(|chain| Some((chain.address.as_ref()?, chain.servers())))
            .find_map(|(configured, servers)| {
                let server = servers.iter().find(|server| server.address == address)?;
                Some((configured.clone(), servers.to_vec(), server.clone()))
            })
    }

    /// The handset turns to a server.
    fn turned(&mut self, address: &str, servers: &[Server], server: Server, at: At) {
        let key = plain(address);
        let failed = self.failed_since.remove(&key);
        let before = self.in_use.get(&key).map(|before| {
            let now = servers.iter().find(|one| one.address == before.address);
            (before.address, now.map_or(before.order, |now| now.order))
        });
        let turn = match before {
            None => Turn::First,
            Some((before, _)) if before == server.address => {
                if !failed {
                    return;
                }
                Turn::Again
            }
            Some((_, order)) => match server.order.cmp(&order) {
                std::cmp::Ordering::Greater => Turn::FailedOver,
                std::cmp::Ordering::Less => Turn::Returned,
                std::cmp::Ordering::Equal => Turn::Equal,
            },
        };
        if self.in_use.len() < NAMES {
            self.in_use.insert(key, server.clone());
        }
        let address = address.to_owned();
        self.event(
            at,
            What::Turned {
                address,
                server,
                turn,
            },
        );
    }

    /// A lookup or a registration came to nothing.
    fn failure(&mut self, message: Message<'_>, here: Here<'_>) {
        match message {
            Message::NaptrNothing { host } => {
                // Where the level hides the lines of the module `dns`, this is all there is.
                if self.find(RecordType::NAPTR, &here.name(host)).is_none() {
                    self.nothing(RecordType::NAPTR, host, None, here);
                }
            }
            Message::NoRecords { over, host } => {
                let is_it = |one: &UnderWay| {
                    !one.is_over() && (one.is_of(host) || one.chain.address.is_none())
                };
                let index = match self.under_way.iter().rposition(is_it) {
                    Some(index) => index,
                    None => self.begin(Some(host), here.at),
                };
                let chain = &mut self.under_way[index].chain;
                chain.address.get_or_insert_with(|| host.to_owned());
                chain.protocol = over.0;
                chain.end = End::Nothing;
                chain.no_records = Some(here.mark(host));
                self.touch(index, here);
            }
            Message::RegistrationFailed { user, code, reason } => {
                let over = self.under_way.iter().position(UnderWay::is_over);
                let local = over.is_some() && code == LOCAL_FAILURE.0;
                self.failed_since = self.in_use.keys().cloned().collect();
                if let Some(index) = over {
                    let code_mark = here.mark(reason);
                    let chain = &mut self.under_way[index].chain;
                    chain.user = Some(user.to_owned());
                    chain.failure = Some(Failure {
                        user: user.to_owned(),
                        code,
                        reason: reason.to_owned(),
                        mark: Mark {
                            // "480 " stands before the phrase.
                            start: code_mark.start.saturating_sub(4),
                            ..code_mark
                        },
                    });
                    self.touch(index, here);
                    self.close(index);
                }
                let (user, reason) = (user.to_owned(), reason.to_owned());
                self.event(
                    here.at,
                    What::Failed {
                        user,
                        code,
                        reason,
                        local,
                    },
                );
            }
            _ => {}
        }
    }

    /// Adds an event, or counts it where it is the same as the last one.
    fn event(&mut self, at: At, what: What) {
        if let Some(last) = self.events.last_mut()
            && last.what == what
            && matches!(what, What::Failed { .. })
        {
            last.count += 1;
            last.last = at;
            return;
        }
        self.events.push(Event {
            at,
            last: at,
            count: 1,
            what,
        });
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

/// Sets a field of a record.
fn fill(record: &mut Record, message: Message<'_>, here: Here<'_>) {
    match (record, message) {
        (
            Record::Naptr {
                preference,
                flags,
                service,
                regexp,
                replacement,
                ..
            },
            message,
        ) => match message {
            Message::Preference { preference: value } => *preference = value,
            Message::Flags { flags: value } => value.clone_into(flags),
            Message::Service { service: value } => value.clone_into(service),
            Message::Regexp { regexp: value } => value.clone_into(regexp),
            Message::Replacement { replacement: value } => *replacement = here.name(value),
            _ => {}
        },
        (Record::Srv { priority, .. }, Message::Priority { priority: value }) => *priority = value,
        (Record::Srv { weight, .. }, Message::Weight { weight: value }) => *weight = value,
        _ => {}
    }
}
