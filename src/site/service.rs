//! Where the SIP servers of a domain are listed.

use super::View;
use crate::dns::{Name, Naptr, RecordType, RrSet};
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

/// The domain whose SIP service an owner such as `_sip._udp.example.com` describes.
pub fn sip_domain(owner: &Name) -> Option<Name> {
    let domain = || owner.trim_to(owner.iter().skip(2).count());
    is_sip_service(owner).then(domain)
}

/// An owner such as `_sip._udp.example.com`. Nothing that handsets are given begins with an
/// underscore, or is called `@`.
pub fn is_sip_service(owner: &Name) -> bool {
    let mut labels = owner.iter();
    let (Some(service), Some(protocol)) = (labels.next(), labels.next()) else {
        return false;
    };
    if labels
        .next()
        .is_some_and(|domain| domain.starts_with(b"_") || domain == b"@")
    {
        return false;
    }
    let is = |label: &[u8], text: &str| label.eq_ignore_ascii_case(text.as_bytes());
    let sip = is(service, "_sip") && (is(protocol, "_udp") || is(protocol, "_tcp"));
    sip || (is(service, "_sips") && is(protocol, "_tcp"))
}

/// A NAPTR record meant for SIP: its service says so, its replacement is a SIP service, or
/// it ends in an SRV lookup for no service at all, which no other application does either.
/// `E2U` is ENUM's, behind the protocol (`sip+E2U`, RFC 2916) or before it (RFC 6116), and never
/// leads to SRV records.
pub fn is_sip_naptr(naptr: &Naptr) -> bool {
    let service = naptr.service.value.as_bytes();
    let is_sip = |start: &[u8]| start.eq_ignore_ascii_case(b"sip");
    let replacement = naptr.replacement.name.iter().next();
    let to_sip = replacement.is_some_and(|label| {
        label.eq_ignore_ascii_case(b"_sip") || label.eq_ignore_ascii_case(b"_sips")
    });
    let to_srv = naptr.flags.value.eq_ignore_ascii_case("s");
    let mut parts = service.split(|octet| *octet == b'+');
    if parts.any(|part| part.eq_ignore_ascii_case(b"E2U")) {
        // What leads to SRV records of SIP has the wrong service; what rewrites numbers has not.
        return to_srv && to_sip && naptr.regexp.value.is_empty();
    }
    service.get(..3).is_some_and(is_sip) || to_sip || (service.is_empty() && to_srv)
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
