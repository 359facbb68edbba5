//! What IPv4 addresses stand for, and what stands for them.

use std::net::Ipv4Addr;

use super::Name;

/// What an address stands for that is none of a server's (RFC 6890 2.2.2, RFC 5771,
/// RFC 1112 4); `None` where a server can have it.
pub fn unusable(address: Ipv4Addr) -> Option<&'static str> {
    if address.octets()[0] == 0 {
        Some("no address: 0.0.0.0/8 means this network")
    } else if address.is_loopback() {
        Some("loopback: the handset itself")
    } else if address.is_link_local() {
        Some("link-local: a host that was given no address")
    } else if address.is_multicast() {
        Some("multicast: no single host")
    } else if address.is_broadcast() {
        Some("broadcast: every host")
    } else if address.octets()[0] >= 240 {
        Some("reserved: 240.0.0.0/4 is given to nobody")
    } else {
        None
    }
}

/// The address of a name below `in-addr.arpa.`
pub fn of_reverse_name(owner: &Name) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    for (octet, label) in octets.iter_mut().rev().zip(owner) {
        *octet = std::str::from_utf8(label).ok()?.parse().ok()?;
    }
    let address = Ipv4Addr::from(octets);
    (Name::from(address) == *owner).then_some(address)
}
