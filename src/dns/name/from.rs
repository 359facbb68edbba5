//! Names of addresses, and names as hickory has them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Builder, Name};

/// The owner of an address's PTR records (RFC 1035 3.5).
impl From<Ipv4Addr> for Name {
    fn from(address: Ipv4Addr) -> Self {
        let mut builder = Builder::default();
        let mut push = |label: &[u8]| builder.push(label).expect("six short labels");
        for octet in address.octets().into_iter().rev() {
            let digits = [octet / 100, octet / 10 % 10, octet % 10].map(|digit| b'0' + digit);
            let leading = match octet {
                0..10 => 2,
                10..100 => 1,
                100.. => 0,
            };
            push(&digits[leading..]);
        }
        push(b"in-addr");
        push(b"arpa");
        builder.finish()
    }
}

/// The owner of an address's PTR records (RFC 3596 2.5).
impl From<Ipv6Addr> for Name {
    fn from(address: Ipv6Addr) -> Self {
        let octets = address.octets().into_iter().rev();
        let nibbles = octets.flat_map(|octet| [octet & 15, octet >> 4]);
        let labels = nibbles.map(|nibble| format!("{nibble:x}"));
        let labels = labels.chain(["ip6", "arpa"].map(str::to_owned));
        Self::from_labels(labels).expect("34 short labels")
    }
}

/// The owner of an address's PTR records.
impl From<IpAddr> for Name {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => address.into(),
        }
    }
}

/// As hickory has it in messages.
impl From<&hickory_proto::rr::Name> for Name {
    fn from(name: &hickory_proto::rr::Name) -> Self {
        Self::from_labels(name.iter()).expect("hickory's names have the same bounds")
    }
}

/// For messages.
impl From<&Name> for hickory_proto::rr::Name {
    fn from(name: &Name) -> Self {
        let mut wire = Self::from_labels(name).expect("hickory's names have the same bounds");
        wire.set_fqdn(true);
        wire
    }
}

impl Name {
    /// It lies in the part of DNS that names addresses: at or below `in-addr.arpa` or `ip6.arpa`.
    pub(crate) fn is_reverse(&self) -> bool {
        let mut labels = self.from_highest();
        let mut is = |words: &[&str]| {
            let label = labels.next().unwrap_or_default();
            let mut words = words.iter();
            words.any(|word| label.eq_ignore_ascii_case(word.as_bytes()))
        };
        is(&["arpa"]) && is(&["in-addr", "ip6"])
    }
}
