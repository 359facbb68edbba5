//! The lookup itself, in the order of the bulletin's paragraphs (CS-14-17, DNS configuration,
//! step 1; 84-Series Administration Guide Rev P, page 209).

use std::net::IpAddr;
use std::sync::Arc;

use super::cache::Cache;
use super::order::{Candidate, in_order};
use super::{
    AnswerFrom, Assumptions, Lookup, Model, Outcome, Protocol, Reason, Server, ServerEntry, Step,
    Transport, Via, Why,
};
use crate::dns::{Answer, Dns, Name, Naptr, Question, Record, RecordType};
use crate::handset::assumption::{
    CnameChasing, NaptrReplacement, NaptrWalk, SrvWithoutAddress, TcpPreferredUdpSrv,
    UnknownTransport,
};
use crate::source::Span;

mod choices;

use choices::{address_data, naptr_choices};

const BACKGROUND: &str = "CS-14-17, step 1, background; 84-Series Administration Guide, page 209";
const FAILED_LOG: &str = "CS-14-17, failed registration log, lines 11 to 22";
const SUCCESS_LOG: &str = "CS-14-17, successful registration log, lines 30 to 43";

/// A handset with its DNS server, its cache and its clock.
pub struct Handset<'a> {
    dns: &'a mut dyn Dns,
    model: &'a Model,
    assumptions: Assumptions,
    cache: Cache,
}

impl<'a> Handset<'a> {
    /// A handset that has just booted: its cache is empty.
    pub fn new(dns: &'a mut dyn Dns, model: &'a Model, assumptions: Assumptions) -> Self {
        Self {
            dns,
            model,
            assumptions,
            cache: Cache::new(assumptions.negative_ttl_source),
        }
    }

    /// The readings of undocumented behaviour that it follows.
    pub fn assumptions(&self) -> Assumptions {
        self.assumptions
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: u32) {
        self.cache.wait(seconds);
    }

    /// Looks up the SIP servers of a server entry.
    pub fn look_up(&mut self, entry: &ServerEntry) -> Lookup {
        let plan = self.plan(entry);
        if let Some(address) = entry.literal() {
            return Lookup {
                steps: Vec::new(),
                protocol: plan.protocol(),
                outcome: Outcome::Servers(vec![literal(entry, address, plan.protocol())]),
            };
        }
        let Some(name) = entry.name() else {
            return Lookup {
                steps: Vec::new(),
                protocol: plan.protocol(),
                outcome: Outcome::Undetermined { step: None },
            };
        };
        let mut chain = Chain {
            handset: self,
            entry,
            name,
            steps: Vec::new(),
            protocol: plan.protocol(),
            undecided: None,
        };
        let servers = chain.follow(&plan);
        let outcome = match (servers, chain.undecided) {
            // Had the data said more, another branch could have been taken.
            (_, Some(Undecided::Branch(step))) => Outcome::Undetermined { step: Some(step) },
            (servers, _) if !servers.is_empty() => Outcome::Servers(servers),
            (_, Some(Undecided::Server(step))) => Outcome::Undetermined { step: Some(step) },
            (_, None) => Outcome::NoServer,
        };
        Lookup {
            steps: chain.steps,
            protocol: chain.protocol,
            outcome,
        }
    }

    /// What a transport setting and a port mean for the questions that are asked.
    fn plan(&self, entry: &ServerEntry) -> Plan {
        let port = entry.port.value;
        let transport = match (&entry.transport.value, self.assumptions.unknown_transport) {
            (Transport::Unknown(_), UnknownTransport::DnsNaptr) => &Transport::DnsNaptr,
            (Transport::Unknown(_), UnknownTransport::UdpOnly) => &Transport::UdpOnly,
            (known, _) => known,
        };
        let protocol = match transport {
            Transport::Tls => Protocol::Tls,
            Transport::TcpOnly | Transport::TcpPreferred => Protocol::Tcp,
            Transport::DnsNaptr | Transport::UdpOnly | Transport::Unknown(_) => Protocol::Udp,
        };
        let fallback = match (transport, self.assumptions.tcp_preferred_udp_srv) {
            (Transport::TcpPreferred, TcpPreferredUdpSrv::Yes) => Some(Protocol::Udp),
            _ => None,
        };
        match (port, transport) {
            (1.., _) => Plan::Address { protocol, port },
            (0, Transport::DnsNaptr) => Plan::Naptr,
            (0, _) => Plan::Srv { protocol, fallback },
        }
    }
}

/// Which lookups a server entry leads to.
enum Plan {
    /// Port 0 and DNSnaptr: NAPTR, SRV, A.
    Naptr,
    /// Port 0 and another transport: SRV, A.
    Srv {
        protocol: Protocol,
        /// Asked for where there is no SRV set for `protocol`.
        fallback: Option<Protocol>,
    },
    /// A port: A only.
    Address { protocol: Protocol, port: u16 },
}

impl Plan {
    /// What SIP travels over where no NAPTR record says otherwise.
    fn protocol(&self) -> Protocol {
        match self {
            Self::Naptr => Protocol::Udp,
            Self::Srv { protocol, .. } | Self::Address { protocol, .. } => *protocol,
        }
    }
}

/// The first question whose answer the given data withholds.
#[derive(Clone, Copy)]
enum Undecided {
    /// A NAPTR or SRV question: another branch might have been taken.
    Branch(usize),
    /// An address question, or a failure: one server more might have been found.
    Server(usize),
}

/// One lookup under way.
struct Chain<'h, 'a, 'e> {
    handset: &'h mut Handset<'a>,
    entry: &'e ServerEntry,
    name: Name,
    steps: Vec<Step>,
    protocol: Protocol,
    undecided: Option<Undecided>,
}

/// A name to ask for, and how the handset writes it.
struct Asked {
    name: Name,
    written: String,
}

impl From<&Name> for Asked {
    /// A name that DNS supplied keeps its final dot.
    fn from(name: &Name) -> Self {
        Self {
            name: name.clone(),
            written: name.to_string(),
        }
    }
}

/// What an SRV question came to.
enum SrvResult {
    /// There are records; with the servers they lead to, possibly none.
    Found(Vec<Server>),
    /// There is no record to be used.
    Nothing,
}

impl Chain<'_, '_, '_> {
    fn follow(&mut self, plan: &Plan) -> Vec<Server> {
        match *plan {
            Plan::Address { protocol, port } => {
                self.protocol = protocol;
                let why = Why::new(Reason::Port(port), BACKGROUND, self.entry.port.span);
                self.ask_address(port, &why)
            }
            Plan::Srv { protocol, fallback } => self.follow_srv(protocol, fallback),
            Plan::Naptr => self.follow_naptr(),
        }
    }

    /// "The phone will skip the attempt to query for a DNS NAPTR record, and will instead
    /// attempt a SRV record lookup … using the transport mechanism specified."
    fn follow_srv(&mut self, protocol: Protocol, fallback: Option<Protocol>) -> Vec<Server> {
        let span = self.entry.transport.span;
        let reason = Reason::Transport(self.entry.transport.value.clone());
        let result = self.ask_srv_below(protocol, Why::new(reason, BACKGROUND, span));
        if let (SrvResult::Nothing, Some(other)) = (&result, fallback) {
            let source = "assumption tcp-preferred-udp-srv=yes";
            let why = Why::new(Reason::NoSrvForTcp, source, span);
            let found = self.ask_srv_below(other, why);
            if let SrvResult::Found(_) = found {
                return self.or_address(found);
            }
            self.protocol = protocol;
        }
        self.or_address(result)
    }

    /// "Record lookups in the following order until it receives a successful lookup response;
    /// NAPTR, then SRV, followed by A record."
    fn follow_naptr(&mut self) -> Vec<Server> {
        let span = self.entry.address.span;
        let why = Why::new(Reason::DnsNaptr, BACKGROUND, span);
        let answer = self.ask(self.configured(), RecordType::NAPTR, why);
        let records = self.usable(&answer, RecordType::NAPTR);
        let choices = naptr_choices(&records, self.handset.model);
        for (naptr, protocol) in &choices {
            let result = self.ask_srv_of_naptr(naptr, *protocol);
            let walk_on = self.handset.assumptions.naptr_walk == NaptrWalk::Next;
            if matches!(result, SrvResult::Found(_)) || !walk_on {
                return self.or_address(result);
            }
        }
        if let Some((_, protocol)) = choices.first() {
            self.protocol = *protocol;
            return self.or_address(SrvResult::Nothing);
        }
        let reason = if records.is_empty() {
            Reason::NoNaptr
        } else {
            Reason::NoUsableNaptr
        };
        for protocol in self.handset.model.without_naptr {
            let why = Why::new(reason.clone(), FAILED_LOG, span);
            let result = self.ask_srv_below(*protocol, why);
            if let SrvResult::Found(_) = result {
                return self.or_address(result);
            }
        }
        self.protocol = Protocol::Udp;
        self.or_address(SrvResult::Nothing)
    }

    fn ask_srv_of_naptr(&mut self, naptr: &Naptr, protocol: Protocol) -> SrvResult {
        let service = &naptr.service.value;
        match self.handset.assumptions.naptr_replacement {
            NaptrReplacement::Follow => {
                let reason = Reason::NaptrNames(service.clone());
                let why = Why::new(reason, "RFC 3263 4.1", naptr.replacement.span);
                self.ask_srv(Asked::from(&naptr.replacement.name), protocol, why)
            }
            NaptrReplacement::Address => {
                let reason = Reason::NaptrDecides(service.clone());
                let source = "assumption naptr-replacement=address";
                self.ask_srv_below(protocol, Why::new(reason, source, naptr.service.span))
            }
        }
    }

    /// Asks for the SRV set of a protocol below the configured name.
    fn ask_srv_below(&mut self, protocol: Protocol, why: Why) -> SrvResult {
        let prefix = self.handset.assumptions.srv_prefix(protocol);
        let name = Name::from_ascii(prefix).and_then(|prefix| prefix.append_name(&self.name));
        match name {
            Ok(name) => {
                let written = format!("{prefix}.{}", self.entry.address.value);
                self.ask_srv(Asked { name, written }, protocol, why)
            }
            // Longer than a name can be: nothing can be there.
            Err(_) => SrvResult::Nothing,
        }
    }

    /// Asks for an SRV set and for the addresses of all its targets: the log shows that every
    /// target is asked for, even where the first one has an address.
    fn ask_srv(&mut self, asked: Asked, protocol: Protocol, why: Why) -> SrvResult {
        self.protocol = protocol;
        let answer = self.ask(asked, RecordType::SRV, why);
        let records = self.usable(&answer, RecordType::SRV);
        if records.is_empty() {
            return SrvResult::Nothing;
        }
        let mut candidates = Vec::new();
        for (rank, srv) in in_order(&records, self.handset.assumptions.weight) {
            let target = &srv.target;
            if target.name.is_root() {
                // RFC 2782, "Target": the service is decidedly not available.
                continue;
            }
            let reason = Reason::Target(target.name.clone());
            let why = Why::new(reason, SUCCESS_LOG, target.span);
            let addresses = self.addresses(&Asked::from(&target.name), &why);
            candidates.push(Candidate {
                priority: srv.priority.value,
                rank,
                weight: srv.weight.value,
                host: target.name.to_string(),
                host_span: target.span,
                port: srv.port.value,
                addresses,
            });
        }
        SrvResult::Found(Candidate::servers(&candidates, protocol, Via::Srv))
    }

    /// "… followed by an A name record lookup if the SRV record lookup fails."
    fn or_address(&mut self, result: SrvResult) -> Vec<Server> {
        let (reason, source) = match result {
            SrvResult::Nothing => (Reason::NoSrv, FAILED_LOG),
            SrvResult::Found(servers)
                if !servers.is_empty()
                    || self.handset.assumptions.srv_without_address == SrvWithoutAddress::Stop =>
            {
                return servers;
            }
            SrvResult::Found(none) => {
                let is_open = |step: &Step| matches!(step.answer, Answer::NotLoaded);
                if let Some(step) = self.steps.iter().position(is_open) {
                    // A target may have an address, and then nothing else is asked for.
                    self.undecided = Some(Undecided::Branch(step));
                    return none;
                }
                let source = "assumption srv-without-address=ask-a";
                (Reason::NoTargetAddress, source)
            }
        };
        let port = self.protocol.default_port();
        self.ask_address(port, &Why::new(reason, source, self.entry.address.span))
    }

    /// Asks for the addresses of the configured name.
    fn ask_address(&mut self, port: u16, why: &Why) -> Vec<Server> {
        let addresses = self.addresses(&self.configured(), why);
        let candidate = Candidate {
            priority: 0,
            rank: 0,
            weight: 0,
            host: self.name.to_string(),
            host_span: self.entry.address.span,
            port,
            addresses,
        };
        Candidate::servers(&[candidate], self.protocol, Via::Address)
    }

    fn addresses(&mut self, asked: &Asked, why: &Why) -> Vec<(IpAddr, Span)> {
        let mut addresses = Vec::new();
        for record_type in self.handset.model.addresses {
            let asked = Asked {
                name: asked.name.clone(),
                written: asked.written.clone(),
            };
            let answer = self.ask(asked, *record_type, why.clone());
            addresses.extend(address_data(&self.usable(&answer, *record_type)));
        }
        addresses
    }

    /// Asks the cache, then the DNS server, and writes the step down.
    fn ask(&mut self, asked: Asked, record_type: RecordType, why: Why) -> Answer {
        let question = Question::new(&asked.name, record_type);
        let (answer, from) = if let Some((answer, remaining)) = self.handset.cache.get(&question) {
            (answer, AnswerFrom::Cache { remaining })
        } else {
            let (answer, from) = self.ask_anew(&question);
            self.handset.cache.put(&question, &answer);
            (answer, from)
        };
        self.note_undecided(record_type, &answer);
        self.steps.push(Step {
            question,
            asked_as: asked.written,
            why,
            passed_over: self.passes_over(&answer),
            answer: answer.clone(),
            from,
        });
        answer
    }

    /// Asks the DNS server; where that is silent, or where there is none, the static records
    /// of the configuration (84-Series guide, p. 253).
    fn ask_anew(&mut self, question: &Question) -> (Answer, AnswerFrom) {
        let known = &self.entry.static_dns;
        if known.is_all() {
            let answer = known.answer(question);
            let nothing = || Answer::NoData(Arc::default());
            return (answer.unwrap_or_else(nothing), AnswerFrom::Configuration);
        }
        let answer = self.handset.dns.ask(question);
        let is_silent = matches!(
            answer,
            Answer::NoData(_) | Answer::NxDomain(_) | Answer::Failed(_)
        );
        match known.answer(question).filter(|_| is_silent) {
            Some(known) => (known, AnswerFrom::Configuration),
            None => (answer, AnswerFrom::Server),
        }
    }

    fn note_undecided(&mut self, record_type: RecordType, answer: &Answer) {
        let here = self.steps.len();
        let is_address = matches!(record_type, RecordType::A | RecordType::AAAA);
        match (self.undecided, answer) {
            // What is not in the given data decides at the first question of the chain.
            (None | Some(Undecided::Server(_)), Answer::NotLoaded) if !is_address => {
                self.undecided = Some(Undecided::Branch(here));
            }
            // A failure is a miss to the handset: it goes on, and so does the lookup.
            (None, Answer::NotLoaded | Answer::Failed(_)) => {
                self.undecided = Some(Undecided::Server(here));
            }
            _ => {}
        }
    }

    /// The records of an answer that the handset takes.
    fn usable<'r>(&self, answer: &'r Answer, record_type: RecordType) -> Vec<&'r Record> {
        if self.passes_over(answer) {
            return Vec::new();
        }
        answer.of_type(record_type).collect()
    }

    fn passes_over(&self, answer: &Answer) -> bool {
        let chases = self.handset.assumptions.cname_chasing == CnameChasing::Yes;
        let has_records = matches!(answer, Answer::Records(_));
        !chases && has_records && answer.aliases().next().is_some()
    }

    fn configured(&self) -> Asked {
        Asked {
            name: self.name.clone(),
            written: self.entry.address.value.clone(),
        }
    }
}

/// The server of an entry whose address needs no lookup.
fn literal(entry: &ServerEntry, address: std::net::Ipv4Addr, protocol: Protocol) -> Server {
    let port = match entry.port.value {
        0 => protocol.default_port(),
        port => port,
    };
    Server {
        order: 1,
        host: entry.address.value.clone(),
        host_span: entry.address.span,
        address: address.into(),
        address_span: None,
        port,
        protocol,
        share: 1.0,
        via: Via::Literal,
    }
}
