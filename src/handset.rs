//! The handset: from a configured server to the SIP servers it will use, question by question.
//!
//! Nothing here touches files, sockets or clocks: a lookup is given its DNS and its time.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::dns::{Answer, Name, Question};
use crate::source::{Span, Spanned};

pub mod assumption;
mod cache;
pub mod failover;
pub mod log;
pub mod look_up;
mod mac;
pub mod model;
mod order;
pub mod readings;
mod static_dns;

pub use assumption::Assumptions;
pub use look_up::Handset;
pub use mac::{Mac, NoMac};
pub use model::Model;
pub use static_dns::StaticDns;

/// A transport setting of a server entry, as the handset spells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// NAPTR decides, else UDP; also what an empty setting means.
    DnsNaptr,
    /// TCP, and UDP where TCP fails.
    TcpPreferred,
    /// UDP.
    UdpOnly,
    /// TLS.
    Tls,
    /// TCP.
    TcpOnly,
    /// A value no handset knows; what becomes of it is an assumption.
    Unknown(String),
}

impl Transport {
    /// Every known value in its canonical spelling.
    pub const KNOWN: [(&'static str, Self); 5] = [
        ("DNSnaptr", Self::DnsNaptr),
        ("TCPpreferred", Self::TcpPreferred),
        ("UDPOnly", Self::UdpOnly),
        ("TLS", Self::Tls),
        ("TCPOnly", Self::TcpOnly),
    ];

    /// Reads a setting; the case of a known value does not matter, empty is `DNSnaptr`.
    pub fn read(text: &str) -> Self {
        if text.is_empty() {
            return Self::DnsNaptr;
        }
        Self::KNOWN
            .into_iter()
            .find(|(spelling, _)| spelling.eq_ignore_ascii_case(text))
            .map_or_else(|| Self::Unknown(text.to_owned()), |(_, value)| value)
    }

    /// The canonical spelling, or the unknown value as it was written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::DnsNaptr => "DNSnaptr",
            Self::TcpPreferred => "TCPpreferred",
            Self::UdpOnly => "UDPOnly",
            Self::Tls => "TLS",
            Self::TcpOnly => "TCPOnly",
            Self::Unknown(text) => text,
        }
    }
}

/// What SIP travels over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS over TCP.
    Tls,
}

impl Protocol {
    /// Every protocol.
    pub const ALL: [Self; 3] = [Self::Udp, Self::Tcp, Self::Tls];

    /// The protocol of that word, `UDP`, `TCP` or `TLS`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// `UDP`, `TCP` or `TLS`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// The service of NAPTR records that lead to it (RFC 3263 4.1).
    pub const fn naptr_service(self) -> &'static str {
        match self {
            Self::Udp => "SIP+D2U",
            Self::Tcp => "SIP+D2T",
            Self::Tls => "SIPS+D2T",
        }
    }

    /// The port used where neither configuration nor DNS names one (CS-14-17, background).
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
        }
    }
}

/// One server setting of a handset: what it is told to register with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerEntry {
    /// Host name, domain or IPv4 address, as written.
    pub address: Spanned<String>,
    /// 0 or empty: DNS decides. The span is the address's where no port is written.
    pub port: Spanned<u16>,
    /// The span is the address's where no transport is written.
    pub transport: Spanned<Transport>,
    /// What the handset knows without DNS; every entry of it carries the same.
    pub static_dns: Arc<StaticDns>,
}

impl ServerEntry {
    /// The address as an absolute name in lower case; `None` for an IPv4 address and for
    /// what is no domain name (a comma list, blanks, a scheme).
    pub fn name(&self) -> Option<Name> {
        let text = self.address.value.as_str();
        if self.literal().is_some() || text.is_empty() {
            return None;
        }
        if !is_plain(text) {
            return None;
        }
        let name = Name::from_ascii(text).ok()?.to_lowercase();
        (!name.is_root()).then_some(name)
    }

    /// The address, where it is an IPv4 literal.
    pub fn literal(&self) -> Option<Ipv4Addr> {
        self.address.value.parse().ok()
    }
}

/// Whether a name consists of what names of hosts and services consist of: no other is looked
/// up.
pub fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.bytes().all(plain)
}

/// Who registers, and the handset's own domain: what its log lines name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The line that registers, from 1, where it is known.
    pub line: Option<u32>,
    /// Its user.
    pub user: Option<String>,
    /// Its display name.
    pub display_name: Option<String>,
    /// Its user for authentication.
    pub auth_user: Option<String>,
    /// The handset's own domain, `device.dns.domain`.
    pub domain: Option<String>,
}

/// Why the handset asks a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// What to tell people.
    pub reason: Reason,
    /// The paragraph or guide page it follows, or `assumption NAME=VALUE`.
    pub source: &'static str,
    /// What led here: the configured address, an SRV target, a NAPTR replacement.
    pub span: Span,
}

impl Why {
    /// The reason, which follows `source` and was led to by `span`.
    pub fn new(reason: Reason, source: &'static str, span: Span) -> Self {
        Self {
            reason,
            source,
            span,
        }
    }
}

/// What makes the handset ask a question; displayed, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The entry has a port.
    Port(u16),
    /// The entry has a transport that leaves NAPTR out.
    Transport(Transport),
    /// TCP was preferred, and there is no SRV record for it.
    NoSrvForTcp,
    /// Neither port nor transport decides.
    DnsNaptr,
    /// There is no NAPTR record.
    NoNaptr,
    /// There is none that the handset follows.
    NoUsableNaptr,
    /// The NAPTR record for this service has the name as its replacement.
    NaptrNames(String),
    /// The NAPTR record for this service is read for its service only.
    NaptrDecides(String),
    /// An SRV record leads there.
    Target(Name),
    /// There is no SRV record.
    NoSrv,
    /// There are SRV records, and none leads to an address.
    NoTargetAddress,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(port) => write!(
                f,
                "port {port} is set, so only the address is asked for: no NAPTR, no SRV"
            ),
            Self::Transport(transport) => write!(
                f,
                "port 0 and transport {}: no NAPTR, the SRV set of that transport is asked for",
                transport.as_str()
            ),
            Self::NoSrvForTcp => {
                f.write_str("no SRV record for TCP, so the SRV set for UDP is asked for")
            }
            Self::DnsNaptr => f.write_str("port 0 and transport DNSnaptr: NAPTR is asked first"),
            Self::NoNaptr => f.write_str("no NAPTR record, so the default SRV set is asked for"),
            Self::NoUsableNaptr => f.write_str(
                "no NAPTR record that this handset follows, so the default SRV set is asked for",
            ),
            Self::NaptrNames(service) => {
                write!(f, "the NAPTR record for {service} names this SRV set")
            }
            Self::NaptrDecides(service) => write!(
                f,
                "the NAPTR record for {service} decides the transport; the SRV name is made of \
                 the configured address"
            ),
            Self::Target(name) => write!(f, "{name} is a target of the SRV set"),
            Self::NoSrv => {
                f.write_str("no SRV record, so the configured address itself is asked for")
            }
            Self::NoTargetAddress => f.write_str(
                "no SRV target has an address, so the configured address itself is asked for",
            ),
        }
    }
}

/// One question of a lookup with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was asked.
    pub question: Question,
    /// The name as the handset writes it: the configured spelling, a target's final dot.
    pub asked_as: String,
    /// Why.
    pub why: Why,
    /// What came back, or what the cache held.
    pub answer: Answer,
    /// Where the answer came from.
    pub from: AnswerFrom,
    /// It has records, and the handset takes none of them, since an alias led to them
    /// (`cname-chasing=no`).
    pub passed_over: bool,
}

/// Where the handset had an answer from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFrom {
    /// Its DNS server.
    Server,
    /// Its own cache, which keeps the entry this many seconds more.
    Cache {
        /// Seconds until the entry expires.
        remaining: u32,
    },
    /// The static records of its configuration, as DNS was silent or there is no DNS server.
    Configuration,
}

/// A SIP server that a lookup found.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Position in which the handset tries it, from 1; ties share it.
    pub order: u32,
    /// The SRV target, or the name whose address this is; for a literal the literal.
    pub host: String,
    /// Where the host is named: the SRV target, or the configured address.
    pub host_span: Span,
    /// The IPv4 address.
    pub address: std::net::IpAddr,
    /// Where the address record's data stands; `None` for a literal.
    pub address_span: Option<Span>,
    /// Port.
    pub port: u16,
    /// What SIP travels over.
    pub protocol: Protocol,
    /// Chance of being tried first within its priority.
    pub share: f64,
    /// How it was found.
    pub via: Via,
}

/// How a server was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Via {
    /// Through an SRV record.
    Srv,
    /// Through the address records of the configured name.
    Address,
    /// The configured address is an IPv4 address.
    Literal,
}

/// How a lookup ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Servers, in the order in which they are tried; never empty.
    Servers(Vec<Server>),
    /// Nothing was found: the handset shows a 480 of its own.
    NoServer,
    /// The data given does not decide: a question outside it, or a server failure.
    Undetermined {
        /// The step that decided it, as an index into [`Lookup::steps`]; `None` where the
        /// address cannot be looked up at all.
        step: Option<usize>,
    },
}

/// A lookup from the first question to its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// Every question in order.
    pub steps: Vec<Step>,
    /// What SIP travels over, or would have.
    pub protocol: Protocol,
    /// What came of them.
    pub outcome: Outcome,
}

impl Lookup {
    /// The servers found; empty for any other outcome.
    pub fn servers(&self) -> &[Server] {
        match &self.outcome {
            Outcome::Servers(servers) => servers,
            _ => &[],
        }
    }
}
