//! SRV owners that are meant for SIP and are not `_service._proto.name`: what was meant.

use std::collections::HashSet;

use super::final_dot::is_relative;
use crate::dns::{Name, RecordType, RrSet};
use crate::site::{SIP_SETS, View, below, is_sip_service};
use crate::spelling::{is_within, nearest};

/// A well-formed owner, and how sure it is.
pub(super) struct Meant {
    /// The owner as it should be.
    pub(super) name: Name,
    /// What is wrong with it.
    pub(super) slip: Slip,
    /// Only underscores, dots, commas or repeated words are wrong.
    pub(super) certain: bool,
}

impl Meant {
    /// There is a service and no protocol at all.
    pub(super) fn is_service_alone(&self) -> bool {
        !self.certain && matches!(self.slip, Slip::Labels { labels: 1, .. })
    }
}

/// What is wrong with an owner.
pub(super) enum Slip {
    /// So many of its labels stand in the place of a service and a protocol.
    Labels {
        /// `_sip._udp` and the like.
        service: &'static str,
        labels: usize,
    },
    /// A protocol has no service before it, or a domain neither.
    ServiceLost {
        /// `_sip._udp` and the like.
        service: &'static str,
        /// So many labels are left of it.
        left: usize,
    },
    /// Service and protocol do not stand together in front.
    Mixed {
        /// `_sip._udp` and the like.
        service: &'static str,
    },
    /// A letter of the domain is wrong.
    Domain,
    /// Its final dot is missing, so that the origin stands in it twice.
    Dot,
}

/// What the owner of an SRV set was meant to be; `None` where it is well-formed, or not meant
/// for SIP.
pub(super) fn meant(view: &View, set: &RrSet) -> Option<Meant> {
    let owner = &set.owner;
    if is_sip_service(owner) {
        let apex = view.apex_of(owner).filter(|_| is_relative(set))?;
        return Some(Meant {
            name: without_repeated_origin(owner, 2, apex.iter().len())?,
            slip: Slip::Dot,
            certain: true,
        });
    }
    let label = |at: usize| {
        let label = owner.iter().nth(at).unwrap_or_default();
        String::from_utf8_lossy(label).to_ascii_lowercase()
    };
    let [first, second, third] = [0, 1, 2].map(label);
    if let Some((service, kept)) = mixed(&first, &second, &third) {
        let domain = owner.trim_to(owner.iter().len() - 3);
        // Instances of a service have such names (RFC 6763 4.1), to which PTR records lead.
        let instances = below(service, &domain)?;
        return view
            .set(&instances, RecordType::PTR)
            .is_none()
            .then_some(Meant {
                name: below(service, &domain.prepend_label(kept).ok()?)?,
                slip: Slip::Mixed { service },
                certain: false,
            });
    }
    if let Some(meant) = service_lost(view, set, &first, &second) {
        return Some(meant);
    }
    let found = labels(&first, &second, &third, &label(3)).map(|found| match found {
        // The ports tell which half of `_sips._udp` is the slip.
        ("_sip._udp", labels, false) if first == "_sips" && is_of_tls(set) => {
            ("_sips._tcp", labels, false)
        }
        (service, 3, false) => (
            in_folder(view, set, service, &third).unwrap_or(service),
            3,
            false,
        ),
        found => found,
    });
    let (service, labels, certain) = found.or_else(|| {
        let service = mistyped(set, &first, &second)?;
        Some((service, 2, false))
    })?;
    let rest = owner.trim_to(owner.iter().len() - labels);
    Some(Meant {
        name: below(service, &rest)?,
        slip: Slip::Labels { service, labels },
        certain,
    })
}

/// `_sip._udp.example.com.example.com` without its end, which repeats what stands before it: the
/// origin in force, which has at least the labels of the apex. The first labels, such as service
/// and protocol, are no part of it.
pub(super) fn without_repeated_origin(owner: &Name, first: usize, apex: usize) -> Option<Name> {
    let labels = owner.iter().len();
    let most = labels.checked_sub(first)? / 2;
    let found = (apex.max(1)..=most).find(|origin| {
        let written = owner.from_highest().skip(*origin);
        let repeated = owner.from_highest().take(*origin);
        written
            .take(*origin)
            .zip(repeated)
            .all(|(one, other)| one.eq_ignore_ascii_case(other))
    })?;
    let own: Vec<_> = owner.iter().take(labels - found).collect();
    Name::from_labels(own).ok()
}

fn has_port(set: &RrSet, port: u16) -> bool {
    set.srv().any(|(_, srv)| srv.port.value == port)
}

fn has_port_of_sip(set: &RrSet) -> bool {
    has_port(set, 5060) || has_port(set, 5061)
}

/// Its servers listen where SIP over TLS does.
fn is_of_tls(set: &RrSet) -> bool {
    set.srv().all(|(_, srv)| srv.port.value == 5061)
}

/// The name that both make up, where it is one that handsets ask for.
fn well_formed(service: &str, protocol: &str) -> Option<&'static str> {
    let mut services = SIP_SETS.iter().map(|(name, _)| *name);
    services.find(|name| name.split_once('.') == Some((service, protocol)))
}

/// `phones._sip._udp`, `_sip.phones._udp`: service and protocol, and the label that should stand
/// behind them.
fn mixed<'l>(first: &'l str, second: &'l str, third: &str) -> Option<(&'static str, &'l str)> {
    let is_host = |label: &str| label.starts_with(|one: char| one.is_ascii_alphanumeric());
    let behind = well_formed(second, third).filter(|_| is_host(first));
    let around = || well_formed(first, third).filter(|_| is_host(second));
    behind
        .map(|service| (service, first))
        .or_else(|| around().map(|service| (service, second)))
}

/// `_udp.voice`, `_udp.sip`: a protocol at a domain, whose service is lost, or a domain that has lost
/// both. What else the domain has for SIP tells; or, before a domain that is not called like the
/// service itself, the ports.
fn service_lost(view: &View, set: &RrSet, first: &str, second: &str) -> Option<Meant> {
    let is_protocol = matches!(first, "_udp" | "_tcp") && !second.starts_with('_');
    let left = usize::from(is_protocol);
    if !is_protocol && first.starts_with('_') {
        return None;
    }
    let domain = set.owner.trim_to(set.owner.iter().len() - left);
    let names = SIP_SETS.iter().filter_map(|(service, _)| {
        let is_of_protocol = !is_protocol || service.ends_with(first);
        is_of_protocol.then_some((*service, below(service, &domain)?))
    });
    let names: Vec<_> = names.collect();
    let exists = |(_, name): &&(_, Name)| view.set(name, RecordType::SRV).is_some();
    let is_of_ports = |(service, _): &&(&str, _)| (*service == "_sips._tcp") == is_of_tls(set);
    let known: Vec<_> = names.iter().filter(exists).collect();
    let (service, name) = match *known {
        [only] => only,
        _ => names.iter().find(is_of_ports)?,
    };
    let is_of_sip = !known.is_empty() || view.set(&domain, RecordType::NAPTR).is_some();
    let is_likely = || is_protocol && !matches!(second, "sip" | "sips");
    let (certain, tells) = (is_of_sip && is_protocol, has_port_of_sip(set));
    (certain || tells && (is_of_sip || is_likely())).then(|| Meant {
        name: name.clone(),
        slip: Slip::ServiceLost { service, left },
        certain,
    })
}

/// What the first labels of an owner were meant to be, how many stand in its place, and whether
/// that is certain.
fn labels(
    first: &str,
    second: &str,
    third: &str,
    fourth: &str,
) -> Option<(&'static str, usize, bool)> {
    let protocol = |label: &str| matches!(label, "_udp" | "_tcp" | "_tls");
    if let Some(service) = joined(first) {
        // DNS Manager asks for the protocol in a field of its own.
        if protocol(second) {
            return Some((service, 2, service.ends_with(second)));
        }
        return Some((service, 1, true));
    }
    if let Some((service, certain)) = pair(first, second) {
        return Some((service, 2, certain));
    }
    // The same where both were written into the field for the service; and `@`, which stands
    // for the zone only by itself.
    if let Some(service) = well_formed(first, second) {
        // What was written in full below an origin, or a folder, that has it already.
        if (first, second) == (third, fourth) {
            return Some((service, 4, true));
        }
        let certain = third == "@" || third == second;
        return (third == "@" || protocol(third)).then_some((service, 3, certain));
    }
    if let Some(service) = well_formed(second, third).filter(|_| first == second) {
        return Some((service, 3, true));
    }
    // A service alone. What is no service at all (`pbx`) may be anything.
    if second.starts_with('_') {
        return None;
    }
    match first {
        "sip" | "_sip" => Some(("_sip._udp", 1, false)),
        "sips" | "_sips" => Some(("_sips._tcp", 1, false)),
        _ => None,
    }
}

/// The service of `_sip._tcp._udp`, whose first two labels make up another: what the folder in
/// which a dialog was opened makes of it. There DNS Manager offers `_tcp`, so that `_udp` alone was
/// typed; but what has these servers already was not meant.
fn in_folder(view: &View, set: &RrSet, service: &str, folder: &str) -> Option<&'static str> {
    let (first, typed) = service.split_once('.')?;
    let of_folder = well_formed(first, folder)?;
    let domain = set.owner.trim_to(set.owner.iter().len() - 3);
    let lists_all = |service: &str| {
        let there = below(service, &domain).and_then(|name| view.set(&name, RecordType::SRV));
        let there = there.into_iter().flat_map(RrSet::srv);
        let there: HashSet<_> = there.map(|(_, srv)| &srv.target.name).collect();
        let mut own = set.srv().map(|(_, srv)| &srv.target.name);
        own.all(|name| there.contains(name))
    };
    let is_likelier = match typed {
        "_tcp" => !lists_all(of_folder) || lists_all(service),
        _ => lists_all(service) && !lists_all(of_folder),
    };
    is_likelier.then_some(of_folder)
}

/// `_sip_udp`: service and protocol in one label.
fn joined(label: &str) -> Option<&'static str> {
    match label.replace(['_', '-', '.', ','], "").as_str() {
        "sipudp" => Some("_sip._udp"),
        "siptcp" => Some("_sip._tcp"),
        "sipstcp" | "siptls" => Some("_sips._tcp"),
        _ => None,
    }
}

/// What two labels were meant to be, and whether only underscores, commas or the order are wrong.
fn pair(first: &str, second: &str) -> Option<(&'static str, bool)> {
    let well_formed = |label: &str, word: &str| label.strip_prefix('_') == Some(word);
    let words = [first, second].map(|label| label.trim_matches(['_', '-', ',']));
    let service = match words {
        // `_sip._tls` and `_sipfederationtls._tcp` belong to Skype and Teams: what is not
        // listed here is not ours to judge.
        ["sip", "udp"] | ["udp", "sip"] => "_sip._udp",
        ["sip", "tcp"] | ["tcp", "sip"] => "_sip._tcp",
        ["sips", "tcp"] | ["tcp" | "tls", "sips"] | ["tls", "sip"] => "_sips._tcp",
        // There is no SIP over TLS over UDP (RFC 3263 4.1).
        ["sips" | "srv", "udp"] => return Some(("_sip._udp", false)),
        ["srv", "tcp"] => return Some(("_sip._tcp", false)),
        ["sips", "tls"] => return Some(("_sips._tcp", false)),
        [service, protocol] => return misspelt(first, second, service, protocol),
    };
    let (service_word, protocol_word) = service.split_once('.')?;
    let is_right = well_formed(first, service_word.trim_start_matches('_'))
        && well_formed(second, protocol_word.trim_start_matches('_'));
    // Or the protocol is right and its service lost, before a domain that is called like it.
    let is_domain = matches!(first, "_udp" | "_tcp" | "_tls") && !second.starts_with('_');
    (!is_right).then_some((service, !is_domain))
}

/// `_sipp._udp`, `_sip._upd`: one label right, the other made of the right letters.
fn misspelt(
    first: &str,
    second: &str,
    service: &str,
    protocol: &str,
) -> Option<(&'static str, bool)> {
    // Another service is another service (`_sap`, `_stp`): whatever the ports, only letters in
    // the wrong order or number count as a slip.
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

/// `_sp._udp`, `_sip._up`: one label right, a letter of the other missing, added or wrong. So
/// short a word may be another service (`_sap`): the ports of SIP tell.
fn mistyped(set: &RrSet, first: &str, second: &str) -> Option<&'static str> {
    if !has_port_of_sip(set) {
        return None;
    }
    let services = if has_port(set, 5061) {
        ["_sips._tcp", "_sip._tcp", "_sip._udp"]
    } else {
        ["_sip._udp", "_sip._tcp", "_sips._tcp"]
    };
    services.into_iter().find(|service| {
        let slip = |written, right| written != right && is_within(written, right, 1);
        service.split_once('.').is_some_and(|(service, protocol)| {
            first == service && slip(second, protocol) || second == protocol && slip(first, service)
        })
    })
}
