//! A new deployment: everything that a domain with SIP servers needs, from their names and
//! addresses, as files to be taken over into DNS servers and handsets.
//!
//! The records are those of the bulletin: servers listed as SRV records of the domain
//! (Option 1) or of a sub-domain that handsets are given as their address (Option 2), the
//! first server with the lowest priority number.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use crate::dns::Name;
use crate::fix::{Change, Field, NewRecord, Place, Placed, System, in_presentation_format};
use crate::handset::{Protocol, Transport};
use crate::repairs::script::steps;

mod files;
mod request;

pub use files::{Unwritten, write};
pub use request::{Refusal, Request};

/// Servers that a handset keeps of one SRV answer at most (84-Series guide, `server.y`).
pub const MOST_SERVERS: usize = 4;

/// The TTL of every record, in seconds.
const TTL: u32 = 3600;

/// How long a miss is kept, in seconds: records that are added later are seen soon.
const NEGATIVE_TTL: u32 = 300;

/// Nobody's name (RFC 2606), in the place of the name server's, which nobody was asked for.
const NAME_SERVER: &str = "name-server.invalid.";

/// The weight of every SRV record; priorities decide.
const WEIGHT: u16 = 10;

/// A SIP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its host name, absolute.
    pub host: Name,
    /// Where it is.
    pub address: Ipv4Addr,
}

/// A deployment that can be written: every name and address was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    domain: Name,
    address: Name,
    servers: Vec<Server>,
    transport: Transport,
    protocol: Protocol,
    port: u16,
    naptr: bool,
}

/// One of its files: name and text.
pub type File = (String, String);

impl Deployment {
    /// What handsets are given as the address of their server.
    pub fn address(&self) -> &Name {
        &self.address
    }

    /// Every file.
    pub fn files(&self) -> Vec<File> {
        let mut files = vec![(format!("{}.zone", plain(&self.domain)), self.zone())];
        for network in self.networks() {
            let zone = reverse_zone(network);
            files.push((format!("{}.zone", plain(&zone)), self.reverse(network)));
        }
        let changes = self.changes();
        files.push((
            "powershell.ps1".to_owned(),
            steps(&changes, System::PowerShell),
        ));
        files.push(("dnscmd.cmd".to_owned(), steps(&changes, System::Dnscmd)));
        files.push((
            "dns-manager.txt".to_owned(),
            steps(&changes, System::Clicks),
        ));
        files.push(("voIpProt.cfg".to_owned(), self.phone("voIpProt.server.1")));
        files.push(("reg.cfg".to_owned(), self.phone("reg.1.server.1")));
        files.push(("sipdns-lint.yaml".to_owned(), self.settings()));
        files
    }

    fn networks(&self) -> BTreeSet<[u8; 3]> {
        let network = |server: &Server| {
            let [a, b, c, _] = server.address.octets();
            [a, b, c]
        };
        self.servers.iter().map(network).collect()
    }

    /// The name that owns the SRV records.
    fn srv_owner(&self) -> Name {
        let service = match self.protocol {
            Protocol::Udp => "_sip._udp",
            Protocol::Tcp => "_sip._tcp",
            Protocol::Tls => "_sips._tcp",
        };
        let labels = Name::from_ascii(service).unwrap_or_default();
        // That the name is not too long was found out when the request was read.
        labels.append_name(&self.address).unwrap_or_default()
    }

    /// The records of the domain, in the order of a zone: NAPTR, SRV, hosts.
    fn records(&self) -> Vec<(Name, NewRecord)> {
        let owner = self.srv_owner();
        let mut records = Vec::new();
        if self.naptr {
            let service = self.protocol.naptr_service();
            records.push((
                self.address.clone(),
                NewRecord::naptr(10, 10, service, &owner),
            ));
        }
        for (priority, server) in (0..).zip(&self.servers) {
            let target = Field::from(&server.host);
            let srv = NewRecord::srv(priority, WEIGHT, self.port, target);
            records.push((owner.clone(), srv));
        }
        for server in &self.servers {
            let address = Field::address(server.address);
            records.push((server.host.clone(), NewRecord::a(address)));
        }
        records
    }

    fn zone(&self) -> String {
        let mut text = head(&self.domain, &self.domain);
        for (owner, record) in self.records() {
            text.push_str(&record_line(&owner, &record));
        }
        text
    }

    fn reverse(&self, network: [u8; 3]) -> String {
        let zone = reverse_zone(network);
        let mut text = head(&zone, &self.domain);
        for server in &self.servers {
            let owner = Name::from(server.address);
            if zone.zone_of(&owner) {
                text.push_str(&record_line(&owner, &NewRecord::ptr(&server.host)));
            }
        }
        text
    }

    /// The same as steps: reverse zones, hosts, PTR, SRV, NAPTR.
    fn changes(&self) -> Vec<Change> {
        let add = |zone: &Name, owner: &Name, record: NewRecord| Change::Record {
            old: None,
            new: Some(Placed {
                place: Place::new(Some(zone), owner),
                record,
            }),
        };
        let networks = self.networks().into_iter();
        let mut changes: Vec<_> = networks
            .map(|network| Change::ReverseZone { network })
            .collect();
        let records = self.records().into_iter();
        changes.extend(records.map(|(owner, record)| add(&self.domain, &owner, record)));
        changes.extend(self.servers.iter().map(|server| {
            let owner = Name::from(server.address);
            add(&owner.base_name(), &owner, NewRecord::ptr(&server.host))
        }));
        changes.sort_by_key(Change::rank);
        changes
    }

    /// A configuration with these parameters' prefix.
    fn phone(&self, prefix: &str) -> String {
        let address = plain(&self.address);
        format!(
            "<handset\n  {prefix}.address=\"{address}\"\n  {prefix}.port=\"0\"\n  \
             {prefix}.transport=\"{}\"/>\n",
            self.transport.as_str()
        )
    }

    fn settings(&self) -> String {
        let mode = match self.servers.len() {
            1 => "single",
            _ => "active-standby",
        };
        let hosts: Vec<_> = self
            .servers
            .iter()
            .map(|server| plain(&server.host))
            .collect();
        // Names are letters, digits, hyphens and dots here; quotes keep YAML from taking
        // `no` or `1.0` for anything else.
        let hosts = hosts
            .iter()
            .map(|host| format!("\"{host}\""))
            .collect::<Vec<_>>()
            .join(", ");
        format!(
            "expect:\n  - address: \"{}\"\n    servers: [{hosts}]\n    mode: {mode}\n    \
             transports: [{}]\n",
            plain(&self.address),
            self.protocol.as_str()
        )
    }
}

/// The beginning of a zone: a file that can be checked, and that lines are taken from where
/// the zone exists already.
fn head(zone: &Name, domain: &Name) -> String {
    let domain = in_presentation_format(domain);
    let zone = in_presentation_format(zone);
    format!(
        "; Where the zone exists already, take over what stands below its NS record. Else write\n\
         ; the name of your name server in the place of `{NAME_SERVER}`.\n\
         $ORIGIN {zone}\n\
         $TTL {TTL}\n\
         {zone} SOA {NAME_SERVER} hostmaster.{domain} 1 900 600 1209600 {NEGATIVE_TTL}\n\
         {zone} NS {NAME_SERVER}\n"
    )
}

fn record_line(owner: &Name, record: &NewRecord) -> String {
    let place = Place::new(None, owner);
    crate::fix::zone_line(&place, record) + "\n"
}

/// `c.b.a.in-addr.arpa.`
fn reverse_zone([a, b, c]: [u8; 3]) -> Name {
    Name::from(Ipv4Addr::new(a, b, c, 0)).base_name()
}

/// A name without its final dot.
fn plain(name: &Name) -> String {
    in_presentation_format(name)
        .trim_end_matches('.')
        .to_owned()
}
