//! What is asked of a new deployment, and what is wrong with it.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use super::{Deployment, MOST_SERVERS, Server};
use crate::dns::{Name, unusable};
use crate::handset::{Protocol, Transport};

/// The longest name, in characters: `_sips._tcp.` must fit before it (RFC 1035 2.3.4).
const LONGEST: usize = 240;

/// A deployment as it is typed.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `--domain`
    pub domain: &'a str,
    /// `--subdomain`
    pub subdomain: Option<&'a str>,
    /// `--sip-server`, in the order in which handsets are to try them.
    pub servers: &'a [String],
    /// `--transport`
    pub transport: &'a str,
    /// `--port`
    pub port: Option<u16>,
    /// `--naptr`
    pub naptr: bool,
}

/// What is wrong with a request; the second line says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A name that no host can have.
    #[error(
        "`{0}` is no name of a host or domain: {1}\nnames consist of letters, digits and hyphens, with dots between"
    )]
    Name(String, &'static str),
    /// A name that lies elsewhere.
    #[error(
        "`{0}` lies outside the domain `{1}`\nname a host by its first label, or in full below that domain"
    )]
    Outside(String, String),
    /// No `=`, or nothing beside it.
    #[error("`{0}` is no SIP server\nit is written NAME=IP, such as pbx1=192.0.2.31")]
    NoServer(String),
    /// An IPv6 address.
    #[error(
        "`{0}` has the IPv6 address {1}, for which handsets do not ask\ngive the server's IPv4 address"
    )]
    Ipv6(String, IpAddr),
    /// Not an address.
    #[error(
        "`{1}`, the address of `{0}`, is no IPv4 address\nit is written as four numbers, such as 192.0.2.31"
    )]
    NoAddress(String, String),
    /// An address of nobody's.
    #[error(
        "`{0}` has the address {1}, at which no server can be reached ({2})\ngive the address at which handsets reach it"
    )]
    Unusable(String, Ipv4Addr, &'static str),
    /// One host twice.
    #[error("the SIP server `{0}` is named twice\nname every server once")]
    SameName(String),
    /// One address twice.
    #[error(
        "`{0}` and `{1}` have the same address {2}: when it is down, both are\ngive every server an address of its own"
    )]
    SameAddress(String, String, Ipv4Addr),
    /// A server called what handsets are given.
    #[error(
        "`{0}` is the name that handsets are given, and a SIP server too\ngive the server another name, or the handsets a sub-domain with --subdomain"
    )]
    IsDomain(String),
    /// More than a handset keeps.
    #[error(
        "{0} SIP servers are more than the {MOST_SERVERS} that handsets try\nname the {MOST_SERVERS} that count"
    )]
    TooMany(usize),
    /// None.
    #[error("no SIP server is named\nname one or more with --sip-server NAME=IP")]
    None,
    /// Not a transport.
    #[error(
        "`{0}` is no transport\nthere are udp, tcp and tls, and the transport settings of handsets: DNSnaptr, UDPOnly, TCPOnly, TCPpreferred, TLS"
    )]
    Transport(String),
    /// A port that cannot be, or that is another transport's.
    #[error("port {0} {1}\nname the port on which the servers listen, usually {2}")]
    Port(u16, &'static str, u16),
}

impl Request<'_> {
    /// The deployment that is asked for.
    pub fn read(&self) -> Result<Deployment, Refusal> {
        let domain = host_name(self.domain)?;
        let address = match self.subdomain {
            None => domain.clone(),
            Some(text) => below(text, &domain)?,
        };
        if self.servers.is_empty() {
            return Err(Refusal::None);
        }
        if self.servers.len() > MOST_SERVERS {
            return Err(Refusal::TooMany(self.servers.len()));
        }
        let mut servers: Vec<Server> = Vec::new();
        let mut holders: HashMap<Ipv4Addr, Name> = HashMap::new();
        for text in self.servers {
            let server = server(text, &domain)?;
            let name = text_of(&server.host);
            if servers.iter().any(|known| known.host == server.host) {
                return Err(Refusal::SameName(name));
            }
            if server.host == address || server.host == domain {
                return Err(Refusal::IsDomain(name));
            }
            if let Some(holder) = holders.insert(server.address, server.host.clone()) {
                return Err(Refusal::SameAddress(text_of(&holder), name, server.address));
            }
            servers.push(server);
        }
        let protocol = self.protocol()?;
        let port = self.port.unwrap_or(protocol.default_port());
        let why = match (protocol, port) {
            (_, 0) => Some("is no port of a server: the 0 belongs into the handset's settings"),
            (Protocol::Tls, 5060) => Some("is that of SIP without TLS"),
            (Protocol::Udp | Protocol::Tcp, 5061) => Some("is that of SIP with TLS"),
            _ => None,
        };
        if let Some(why) = why {
            return Err(Refusal::Port(port, why, protocol.default_port()));
        }
        // NAPTR names the transport; without it a handset that is left to DNS uses UDP.
        let transport = match (Transport::read(self.transport), protocol) {
            _ if self.naptr => Transport::DnsNaptr,
            (Transport::Unknown(_), Protocol::Udp) => Transport::DnsNaptr,
            (Transport::Unknown(_), Protocol::Tcp) => Transport::TcpOnly,
            (Transport::Unknown(_), Protocol::Tls) => Transport::Tls,
            (setting, _) => setting,
        };
        Ok(Deployment {
            domain,
            address,
            servers,
            transport,
            protocol,
            port,
            naptr: self.naptr,
        })
    }

    fn protocol(&self) -> Result<Protocol, Refusal> {
        let is = |word: &str| self.transport.eq_ignore_ascii_case(word);
        match Transport::read(self.transport) {
            Transport::DnsNaptr | Transport::UdpOnly => Ok(Protocol::Udp),
            Transport::TcpOnly | Transport::TcpPreferred => Ok(Protocol::Tcp),
            Transport::Tls => Ok(Protocol::Tls),
            Transport::Unknown(_) if is("udp") => Ok(Protocol::Udp),
            Transport::Unknown(_) if is("tcp") => Ok(Protocol::Tcp),
            Transport::Unknown(text) => Err(Refusal::Transport(text)),
        }
    }
}

fn server(text: &str, domain: &Name) -> Result<Server, Refusal> {
    let pair = text
        .split_once('=')
        .map(|(name, address)| (name.trim(), address.trim()));
    let Some((name, address)) =
        pair.filter(|(name, address)| !name.is_empty() && !address.is_empty())
    else {
        return Err(Refusal::NoServer(text.to_owned()));
    };
    let host = below(name, domain)?;
    let no_address = || Refusal::NoAddress(name.to_owned(), address.to_owned());
    match address.parse().map_err(|_| no_address())? {
        IpAddr::V6(v6) => Err(Refusal::Ipv6(name.to_owned(), IpAddr::V6(v6))),
        IpAddr::V4(address) => match unusable(address) {
            Some(why) => Err(Refusal::Unusable(name.to_owned(), address, why)),
            None => Ok(Server { host, address }),
        },
    }
}

/// A name below the domain, by its one label or in full.
fn below(text: &str, domain: &Name) -> Result<Name, Refusal> {
    let name = host_name(text)?;
    if domain.zone_of(&name) && name != *domain {
        return Ok(name);
    }
    if name == *domain {
        return Ok(name);
    }
    if name.iter().len() > 1 || text.ends_with('.') {
        return Err(Refusal::Outside(text.to_owned(), text_of(domain)));
    }
    let below = name.append_name(domain);
    // Two octets of a name in a message are no characters of its text.
    let name = below.ok().filter(|name| name.length() - 2 <= LONGEST);
    name.ok_or(Refusal::Name(
        text.to_owned(),
        "it is too long below the domain",
    ))
}

/// A name of hosts (RFC 1123 2.1) with room for the labels of its SRV records, absolute and
/// in lower case.
fn host_name(text: &str) -> Result<Name, Refusal> {
    let refuse = |why| Err(Refusal::Name(text.to_owned(), why));
    let bare = text.strip_suffix('.').unwrap_or(text);
    if bare.is_empty() {
        return refuse("it is empty");
    }
    if bare.len() > LONGEST {
        return refuse("it is too long");
    }
    for label in bare.split('.') {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if label.is_empty() {
            return refuse("nothing stands between two dots");
        }
        if label.len() > 63 {
            return refuse("a label has more than 63 characters");
        }
        if !label.chars().all(is_plain) {
            return refuse("it has other characters");
        }
        if label.starts_with('-') || label.ends_with('-') {
            return refuse("a label begins or ends with a hyphen");
        }
    }
    Name::from_ascii(bare.to_ascii_lowercase()).or_else(|_| refuse("it is too long"))
}

/// A name without its final dot.
fn text_of(name: &Name) -> String {
    name.to_string().trim_end_matches('.').to_owned()
}
