//! A lookup in the words of the handset's own log.
//!
//! The wording is that of the two logs of CS-14-17, the only ones known. Its time stamps
//! are left out, since a simulation has no clock; the count of missed events is `00`.

use std::fmt;

use super::cache::kept_for;
use super::{AnswerFrom, Assumptions, Handset, Identity, Lookup, Outcome, ServerEntry, Step, Via};
use crate::dns::{Answer, Data, Naptr, Record, RecordType, Srv};
use crate::source::Spanned;

/// One line: `|module|class|missed|text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `sip` or `dns`.
    pub module: &'static str,
    /// Event class, `0` to `6`, or `*` for what is always written.
    pub class: char,
    /// The text.
    pub text: String,
}

impl fmt::Display for Line {
    /// The module is padded to five characters, as handsets write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "|{:<5}|{}|00|{}", self.module, self.class, self.text)
    }
}

/// What a handset writes from its boot on: the registration with its lookup, then the lookup
/// once more after each number of seconds, when a call or a renewed registration asks for it.
///
/// The successful log of CS-14-17 shows (lines 58 to 65) that a repeated lookup is followed
/// by one of the registered server itself, by its address and port.
pub fn since_boot(
    mut handset: Handset<'_>,
    identity: &Identity,
    entry: &ServerEntry,
    again: &[u32],
) -> Vec<Line> {
    let mut log = Log::new(identity, handset.assumptions());
    log.registration_begins();
    log.lookup(entry, &handset.look_up(entry));
    for seconds in again {
        handset.wait(*seconds);
        let lookup = handset.look_up(entry);
        log.lookup(entry, &lookup);
        if let Some(registered) = lookup.servers().first() {
            let span = entry.address.span;
            let server = ServerEntry {
                address: Spanned::new(registered.address.to_string(), span),
                port: Spanned::new(registered.port, span),
                transport: entry.transport.clone(),
            };
            log.lookup(&server, &handset.look_up(&server));
        }
    }
    log.lines
}

/// Writes lookups of one handset as its log, one after the other: what is in the cache
/// from an earlier lookup shows in the later ones.
struct Log<'a> {
    identity: &'a Identity,
    assumptions: Assumptions,
    lines: Vec<Line>,
    /// Names of the positive entries in the cache, by type, in the order of their arrival.
    held: Vec<(RecordType, String)>,
}

/// How much of a NAPTR replacement the log shows.
const REPLACEMENT_SHOWN: usize = 12;

impl<'a> Log<'a> {
    /// An empty log.
    fn new(identity: &'a Identity, assumptions: Assumptions) -> Self {
        Self {
            identity,
            assumptions,
            lines: Vec::new(),
            held: Vec::new(),
        }
    }

    /// The line with which a registration begins, where the user is known.
    fn registration_begins(&mut self) {
        let Some(user) = &self.identity.user else {
            return;
        };
        let display = self.identity.display_name.as_ref().unwrap_or(user);
        let auth = self.identity.auth_user.as_ref().unwrap_or(user);
        let text = format!("Sip Register Usr:{user} Dsp:{display} Auth:'{auth}' Inx:0");
        self.push("sip", '*', text);
    }

    /// Writes one lookup. It ends where the given data does not say what comes next.
    fn lookup(&mut self, entry: &ServerEntry, lookup: &Lookup) {
        let over = lookup.protocol.as_str().to_ascii_lowercase();
        let address = &entry.address.value;
        let mut srv: Option<&Step> = None;
        for (index, step) in lookup.steps.iter().enumerate() {
            let next = lookup.steps.get(index + 1);
            match step.question.record_type {
                RecordType::SRV => {
                    self.step(step);
                    srv = Some(step);
                    if step.answer.of_type(RecordType::SRV).next().is_none() {
                        let text = "SRV lookup returned nothing";
                        self.srv_stage(&over, text);
                    }
                }
                RecordType::A if step.asked_as == *address => {
                    self.address_stage(&over, entry, |log| log.step(step));
                }
                RecordType::A => {
                    let host = &step.asked_as;
                    if let Some(port) = srv.and_then(|srv| port_of(srv, step)) {
                        let text =
                            format!("dnsSrv2A calling LookupForList(A) for '{host}' port {port}");
                        self.push("dns", '1', text);
                    }
                    self.step(step);
                    let last = next.is_none_or(|next| next.asked_as == *address);
                    if let (Some(srv), true, Outcome::Servers(_)) = (srv, last, &lookup.outcome) {
                        let text = format!("dnsSrv2A for host '{}' returned OK", srv.asked_as);
                        self.push("dns", '1', text);
                    }
                }
                _ => {
                    self.step(step);
                    if step.question.record_type == RecordType::NAPTR
                        && step.answer.of_type(RecordType::NAPTR).next().is_none()
                    {
                        let host = &step.asked_as;
                        let text = format!("NAPTR query for host '{host}' returned no results");
                        self.push("sip", '4', text);
                    }
                }
            }
            if step.answer == Answer::NotLoaded {
                return;
            }
        }
        match &lookup.outcome {
            Outcome::Servers(servers) => {
                let first = servers[0].address.to_string();
                if servers[0].via == Via::Literal {
                    self.address_stage(&over, entry, |log| log.literal(&first));
                }
                self.literal(&first);
            }
            Outcome::NoServer | Outcome::Undetermined { step: Some(_) } => {
                let text = format!(
                    "doDnsListLookup({over}): doDnsSrvLookupForARecordList '{address}' found no records."
                );
                self.push("sip", '4', text);
                let user = self.identity.user.as_deref().unwrap_or_default();
                let text = format!(
                    "Registration failed User: {user}, Error Code:480 Temporarily not available"
                );
                self.push("sip", '4', text);
            }
            Outcome::Undetermined { step: None } => {}
        }
    }

    /// The lookup of an address without SRV records in between.
    fn address_stage(&mut self, over: &str, entry: &ServerEntry, ask: impl FnOnce(&mut Self)) {
        let port = entry.port.value;
        self.srv_stage(over, &format!("Doing DNS A lookup (port {port})"));
        ask(self);
        if port != 0 {
            self.srv_stage(over, &format!("kept port at {port}"));
        }
    }

    fn srv_stage(&mut self, over: &str, text: &str) {
        let text = format!("doDnsSrvLookupForARecordList({over}): {text}");
        self.push("dns", '1', text);
    }

    /// "Looks up" an address that needs no question.
    fn literal(&mut self, address: &str) {
        self.attempt(RecordType::A, address);
        let text = format!("doDnsLookupForList(A): returning passed in ipAddress '{address}'");
        self.push("dns", '1', text);
    }

    fn attempt(&mut self, record_type: RecordType, host: &str) {
        let text =
            format!("doDnsLookupForList for record {record_type}: hostname '{host}' attempting..");
        self.push("dns", '1', text);
    }

    /// One question, from the cache or from the server.
    fn step(&mut self, step: &Step) {
        let (host, kind) = (&step.asked_as, step.question.record_type);
        self.attempt(kind, host);
        let positive = matches!(step.answer, Answer::Records(_));
        match step.from {
            AnswerFrom::Cache { remaining } if positive => {
                let text = format!(
                    "Hit in Dynamic DNS cache for {host}({kind}) expires in {remaining} seconds"
                );
                self.push("dns", '2', text);
                return;
            }
            AnswerFrom::Cache { .. } => {
                self.found_negative(step);
                return;
            }
            AnswerFrom::Server => {}
        }
        self.push(
            "dns",
            '2',
            format!("Miss in All DNS cache for {host}({kind})"),
        );
        if let Some(short) = self.without_domain(host) {
            self.push(
                "dns",
                '2',
                format!("Miss in All DNS cache for {short}({kind})"),
            );
        }
        let kept = kept_for(&step.answer, self.assumptions.negative_ttl_source);
        match &step.answer {
            Answer::Records(records) => {
                self.records(step, kept.unwrap_or_default(), records);
            }
            Answer::NoData(_) | Answer::NxDomain(_) | Answer::Failed(_) => {
                self.no_answer(step, kept);
            }
            Answer::NotLoaded => {}
        }
    }

    fn no_answer(&mut self, step: &Step, kept: Option<u32>) {
        let (host, kind) = (&step.asked_as, step.question.record_type);
        self.push(
            "dns",
            '3',
            format!("DNS lookup for ({kind}) '{host}' Server has no Answer"),
        );
        let text = format!("DNS lookup for ({kind}) '{host}' found no match (err code: 4)");
        self.push("dns", '3', text);
        let text = format!("doDnsLookupForList for record {kind}: no match found for '{host}'");
        self.push("dns", '2', text);
        if let Some(seconds) = kept {
            let text = format!(
                "Added Negative DNS cache entry for {host}({kind}) expires in {seconds} seconds"
            );
            self.push("dns", '2', text);
            self.found_negative(step);
        }
    }

    fn found_negative(&mut self, step: &Step) {
        let (host, kind) = (&step.asked_as, step.question.record_type);
        self.push(
            "dns",
            '2',
            format!("Found DNS cache entry for {host}({kind})"),
        );
    }

    fn records(&mut self, step: &Step, ttl: u32, records: &[Record]) {
        let (host, kind) = (&step.asked_as, step.question.record_type);
        let of_type: Vec<_> = records
            .iter()
            .filter(|record| record.record_type() == kind)
            .collect();
        // The parenthesis holds the addresses; for other types it is empty, but for the
        // commas between the records.
        let addresses: Vec<_> = of_type
            .iter()
            .map(|record| match &record.data {
                Data::A(address) => address.value.to_string(),
                _ => String::new(),
            })
            .collect();
        let text = format!(
            "DNS lookup for ({kind}) '{host}'({}) TTL={ttl}",
            addresses.join(",")
        );
        self.push("dns", '3', text);
        if kind == RecordType::NAPTR {
            self.push("dns", '1', "Current List:".to_owned());
        }
        for record in of_type {
            match &record.data {
                Data::Naptr(naptr) => self.naptr(naptr),
                Data::Srv(srv) => self.srv(srv),
                _ => {}
            }
        }
        let retained: Vec<_> = self
            .held
            .iter()
            .filter(|(held, _)| *held == kind)
            .map(|(_, name)| format!("Retaining Dynamic DNS cache for {name}({kind})"))
            .collect();
        for text in retained {
            self.push("dns", '2', text);
        }
        let text =
            format!("Added Dynamic DNS cache entry for {host}({kind}) expires in {ttl} seconds");
        self.push("dns", '2', text);
        self.held.push((kind, host.clone()));
    }

    fn naptr(&mut self, naptr: &Naptr) {
        let replacement: String = naptr
            .replacement
            .name
            .to_string()
            .chars()
            .take(REPLACEMENT_SHOWN)
            .collect();
        for text in [
            format!("order '{}'", naptr.order.value),
            format!("preference '{}'", naptr.preference.value),
            format!("flags '{}'", naptr.flags.value),
            format!("service '{}'", naptr.service.value),
            format!("regexp '{}'", naptr.regexp.value),
            format!("replacement '{replacement}'"),
            "naptr: Added to tail".to_owned(),
        ] {
            self.push("dns", '1', text);
        }
    }

    fn srv(&mut self, srv: &Srv) {
        for text in [
            "srv: Added to tail".to_owned(),
            format!("target:port '{}:{}'", srv.target.name, srv.port.value),
            format!("priority '{}'", srv.priority.value),
            format!("weight '{}'", srv.weight.value),
        ] {
            self.push("dns", '1', text);
        }
    }

    /// The second cache key: the name without the handset's own domain.
    fn without_domain<'n>(&self, host: &'n str) -> Option<&'n str> {
        let domain = self.identity.domain.as_deref()?.trim_matches('.');
        let name = host.trim_end_matches('.');
        let cut = name.len().checked_sub(domain.len() + 1)?;
        let (short, rest) = name.split_at_checked(cut)?;
        let own = rest.strip_prefix('.')?.eq_ignore_ascii_case(domain);
        (own && !short.is_empty()).then_some(short)
    }

    fn push(&mut self, module: &'static str, class: char, text: String) {
        self.lines.push(Line {
            module,
            class,
            text,
        });
    }
}

/// The port of the SRV record whose target a step asks for.
fn port_of(srv: &Step, step: &Step) -> Option<u16> {
    srv.answer
        .of_type(RecordType::SRV)
        .find_map(|record| match &record.data {
            Data::Srv(srv) if srv.target.span == step.why.span => Some(srv.port.value),
            _ => None,
        })
}
