//! `ptr-mismatch`: the PTR records of a SIP server name hosts that are not at its address.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use super::reverse::{Pointer, Reverse, leads_back};
use super::slips::is_domain_mistyped;
use super::{Facts, Findings};
use crate::dns::{Data, Name, RecordType, WrittenName, of_reverse_name};
use crate::finding::{Edit, Fix, Subject};
use crate::fix::in_presentation_format;
use crate::site::{SipAddress, Site, View};

/// Follows the PTR records of every SIP server back to addresses. One that leads back is
/// enough; one that leads out of the given data may, unless its domain is a slip from the
/// server's.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        // One PTR set is one finding, however many SIP servers share the address.
        for (found, pointers) in site.pointed(index) {
            let misses = |pointer: &Pointer| {
                let name = &pointer.host.name;
                match leads_back(view, name, found.address.value) {
                    Some(leads) => !leads,
                    None => is_domain_mistyped(name, &found.owner),
                }
            };
            let [pointer, others @ ..] = pointers else {
                continue;
            };
            if !pointers.iter().all(misses) {
                continue;
            }
            let first = &pointer.host;
            let (address, owner) = (found.address.value, &found.owner);
            let dotted = with_final_dot(site, view, found, first);
            let mut finding = findings
                .at(
                    first.span,
                    format!(
                        "the PTR record of {address} names `{}`, not `{owner}`",
                        first.name
                    ),
                )
                .label(if dotted.is_some() {
                    "its final dot is missing".to_owned()
                } else if first.name.iter().len() == 1 {
                    "one word is a complete name here".to_owned()
                } else if leads_back(view, &first.name, address).is_none() {
                    "a letter of its domain is another one".to_owned()
                } else {
                    format!("no A record leads from here back to {address}")
                })
                .related(found.address.span, "the address of the SIP server")
                .about(Subject::Lookup {
                    view: index,
                    name: first.name.to_lowercase(),
                })
                .help(format!(
                    "{} `{}`, with the dot at its end",
                    pointer.advice(address),
                    in_presentation_format(owner)
                ))
                .fix(repair(view, found, pointer, dotted));
            for other in others {
                finding = finding.related(other.host.span, "neither does this one lead back");
            }
            findings.push(finding);
        }
        if view.live.is_none() {
            strays(site, index, view, findings);
        }
    }
}

/// PTR records of other addresses than the server has, where none of its own names it: one
/// of the two is mistyped, or the server has moved and they were left behind. Servers that differ
/// alike from their PTR records have these in a second network.
fn strays(site: &Facts, index: usize, view: &View, findings: &mut Findings) {
    let mut zones = view.zones.iter();
    let may_be = view.live.is_some() || zones.any(|zone| zone.contents.may_hold(RecordType::PTR));
    if !may_be {
        return;
    }
    let mut servers: HashMap<&Name, Vec<&SipAddress>> = HashMap::new();
    for found in site.sip_addresses(index) {
        servers.entry(&found.owner).or_default().push(found);
    }
    // Many servers may have one address.
    let mut astray: HashMap<Ipv4Addr, bool> = HashMap::new();
    servers.retain(|owner, addresses| {
        addresses.iter().all(|found| {
            let address = found.address.value;
            match site.reverse(index, address) {
                Reverse::NotGiven => true,
                Reverse::Missing(_) => !found.from_wildcard,
                Reverse::Pointers(pointers) => {
                    let leads_astray =
                        |one: &Pointer| leads_back(view, &one.host.name, address) == Some(false);
                    let is_astray = astray
                        .entry(address)
                        .or_insert_with(|| pointers.iter().any(leads_astray));
                    !*is_astray && pointers.iter().all(|one| one.host.name != **owner)
                }
            }
        })
    });
    if servers.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for set in view.sets(RecordType::PTR) {
        let Some(address) = of_reverse_name(&set.owner) else {
            continue;
        };
        for record in set.records.iter() {
            let Data::Ptr(host) = &record.data else {
                continue;
            };
            // Of the records that name one server the first is told.
            let Some(addresses) = servers.remove(&host.name) else {
                continue;
            };
            let is_own = |found: &&SipAddress| found.address.value == address;
            let has_it = |view: &View| leads_back(view, &host.name, address) == Some(true);
            if addresses.iter().any(is_own) || site.views.iter().any(has_it) {
                continue;
            }
            if let Some(slip) = slip(addresses[0].address.value, address) {
                found.push((slip, host, address, addresses));
            }
        }
    }
    let mut servers_with: HashMap<Slip, usize> = HashMap::new();
    for (slip, ..) in &found {
        *servers_with.entry(*slip).or_default() += 1;
    }
    found.retain(|(slip, ..)| servers_with[slip] == 1);
    for (_, host, address, addresses) in found {
        let own = addresses[0];
        let message = format!(
            "the PTR record of {address} names `{}`, whose address is {}",
            host.name, own.address.value
        );
        let mut finding = findings
            .at(host.span, message)
            .label(format!("no A record leads from here back to {address}"))
            .related(own.address.span, "the address of the SIP server")
            .about(Subject::Lookup {
                view: index,
                name: host.name.to_lowercase(),
            })
            .help(format!(
                "if the server is at {address}, correct its A record; else remove the PTR \
                 record, and give or make the one of {}",
                own.address.value
            ));
        for found in addresses {
            finding = finding.about(Subject::Lookup {
                view: index,
                name: Name::from(found.address.value),
            });
        }
        findings.push(finding);
    }
}

/// The place of a number that differs between two addresses, and what it is in each.
type Slip = (usize, u8, u8);

/// The one number that differs. Of addresses with others, one may well be what the server has
/// elsewhere: outside, or before it moved.
fn slip(one: Ipv4Addr, other: Ipv4Addr) -> Option<Slip> {
    let pairs = one.octets().into_iter().zip(other.octets()).enumerate();
    let mut differing = pairs.filter(|(_, (one, other))| one != other);
    let (place, (one, other)) = differing.next()?;
    differing.next().is_none().then_some((place, one, other))
}

/// The text with a final dot, where that alone is missing: the name leads back.
fn with_final_dot(
    site: &Site,
    view: &View,
    found: &SipAddress,
    host: &WrittenName,
) -> Option<Name> {
    let name = Name::from_ascii(format!("{}.", site.text(host.span))).ok()?;
    let is_it = host.relative && leads_back(view, &name, found.address.value) == Some(true);
    is_it.then_some(name)
}

/// Names the server instead; where only a final dot is missing nothing else can be meant.
fn repair(view: &View, found: &SipAddress, pointer: &Pointer, dotted: Option<Name>) -> Fix {
    let host = &pointer.host;
    let dotted = dotted.filter(|_| !pointer.from_wildcard);
    let (title, meant) = match &dotted {
        Some(name) => ("add the final dot", name),
        None => ("name the server", &found.owner),
    };
    let edits = match &dotted {
        Some(_) => vec![Edit::insert_after(host.span, ".")],
        None => Vec::new(),
    };
    Fix {
        title: title.into(),
        safe: dotted.is_some(),
        edits,
        changes: vec![pointer.lead_to(meant, view)],
        ..Fix::default()
    }
}
