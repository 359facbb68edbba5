//! Where the SIP servers of a domain are listed.

use super::View;
use crate::dns::{Name, RecordType, RrSet};
use crate::handset::Protocol;

/// The labels before the domain, and what SIP then travels over (RFC 3263 4.1).
pub const SIP_SETS: [(&str, Protocol); 3] = [
    ("_sip._udp", Protocol::Udp),
    ("_sip._tcp", Protocol::Tcp),
    ("_sips._tcp", Protocol::Tls),
];

/// `prefix.domain`; `None` where that is longer than a name can be.
pub fn below(prefix: &str, domain: &Name) -> Option<Name> {
    let name = Name::from_ascii(prefix).ok()?.append_name(domain).ok()?;
    Some(name.to_lowercase())
}

impl View {
    /// The SIP SRV sets that are given out at exactly that domain.
    pub fn sip_sets(&self, domain: &Name) -> Vec<(&'static str, Protocol, &RrSet)> {
        let sets = SIP_SETS.iter().filter_map(|(prefix, protocol)| {
            let set = self.set(&below(prefix, domain)?, RecordType::SRV)?;
            self.serves_srv(set).then_some((*prefix, *protocol, set))
        });
        sets.collect()
    }
}
