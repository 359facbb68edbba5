//! SRV owners that are meant for SIP and are not `_service._proto.name`: what was meant.

use super::lookup::below;
use crate::dns::Name;
use crate::site::is_sip_service;
use crate::spelling::nearest;

/// A well-formed owner, and how sure it is.
pub(super) struct Meant {
    /// `_sip._udp` and the like.
    pub(super) service: &'static str,
    /// How many labels of the owner stand in its place.
    pub(super) labels: usize,
    /// The owner as it should be.
    pub(super) name: Name,
    /// Only underscores or dots are wrong.
    pub(super) certain: bool,
}

/// What an owner was meant to be; `None` where it is well-formed, or not meant for SIP.
pub(super) fn meant(owner: &Name) -> Option<Meant> {
    if is_sip_service(owner) {
        return None;
    }
    let label = |at: usize| {
        let label = owner.iter().nth(at).unwrap_or_default();
        String::from_utf8_lossy(label).to_ascii_lowercase()
    };
    let (first, second) = (label(0), label(1));
    let (service, labels, certain) = if let Some(service) = joined(&first) {
        (service, 1, true)
    } else {
        let (service, certain) = pair(&first, &second)?;
        (service, 2, certain)
    };
    let rest = owner.trim_to(owner.iter().len() - labels);
    Some(Meant {
        service,
        labels,
        name: below(service, &rest)?,
        certain,
    })
}

/// `_sip_udp`: service and protocol in one label.
fn joined(label: &str) -> Option<&'static str> {
    match label.replace(['_', '-', '.'], "").as_str() {
        "sipudp" => Some("_sip._udp"),
        "siptcp" => Some("_sip._tcp"),
        "sipstcp" | "siptls" => Some("_sips._tcp"),
        _ => None,
    }
}

/// What two labels were meant to be, and whether only underscores or the order are wrong.
fn pair(first: &str, second: &str) -> Option<(&'static str, bool)> {
    let well_formed = |label: &str, word: &str| label.strip_prefix('_') == Some(word);
    let words = [first, second].map(|label| label.trim_matches(['_', '-']));
    let service = match words {
        // `_sip._tls` and `_sipfederationtls._tcp` belong to Skype and Teams: what is not
        // listed here is not ours to judge.
        ["sip", "udp"] | ["udp", "sip"] => "_sip._udp",
        ["sip", "tcp"] | ["tcp", "sip"] => "_sip._tcp",
        ["sips", "tcp"] | ["tcp" | "tls", "sips"] | ["tls", "sip"] => "_sips._tcp",
        // There is no SIP over TLS over UDP (RFC 3263 4.1).
        ["sips" | "srv", "udp"] => return Some(("_sip._udp", false)),
        ["srv", "tcp"] => return Some(("_sip._tcp", false)),
        [service, protocol] => return misspelt(first, second, service, protocol),
    };
    let (service_word, protocol_word) = service.split_once('.')?;
    let is_right = well_formed(first, service_word.trim_start_matches('_'))
        && well_formed(second, protocol_word.trim_start_matches('_'));
    (!is_right).then_some((service, true))
}

/// `_sipp._udp`, `_sip._upd`: one label right, the other made of the right letters.
fn misspelt(
    first: &str,
    second: &str,
    service: &str,
    protocol: &str,
) -> Option<(&'static str, bool)> {
    // Another service is another service (`_sap`, `_stp`): only letters in the wrong order
    // or number count as a slip.
    let slip = |word: &str, right: &'static str| {
        let letters = |word: &str| {
            let mut letters: Vec<_> = word.chars().collect();
            letters.sort_unstable();
            letters.dedup();
            letters
        };
        word.len() >= right.len()
            && letters(word) == letters(right)
            && nearest(word, [right]).is_some()
    };
    let found = match (first, second) {
        ("_sip", _) if slip(protocol, "udp") => "_sip._udp",
        ("_sip", _) if slip(protocol, "tcp") => "_sip._tcp",
        ("_sips", _) if slip(protocol, "tcp") => "_sips._tcp",
        (_, "_udp") if slip(service, "sip") => "_sip._udp",
        (_, "_tcp") if slip(service, "sip") => "_sip._tcp",
        _ => return None,
    };
    Some((found, false))
}
