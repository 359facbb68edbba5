//! `ptr-mismatch`: the PTR records of a SIP server name hosts that are not at its address.

use super::reverse::{Pointer, Reverse, leads_back};
use super::slips::is_domain_mistyped;
use super::strays::strays;
use super::{Facts, Findings};
use crate::dns::{Name, WrittenName};
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
                finding = finding
                    .related(other.host.span, "neither does this one lead back")
                    .about(Subject::Lookup {
                        view: index,
                        name: other.host.name.to_lowercase(),
                    });
            }
            findings.push(finding);
        }
        report_strays(site, index, view, findings);
    }
}

/// Speaks of PTR records at other addresses than the servers have, where these have PTR records
/// too, or nothing is known of those.
fn report_strays(site: &Facts, index: usize, view: &View, findings: &mut Findings) {
    for stray in strays(site, index, view) {
        let own = stray.servers[0];
        let is_missing = |found: &&SipAddress| {
            let reverse = site.reverse(index, found.address.value);
            matches!(reverse, Reverse::Missing(_))
        };
        if stray.servers.iter().any(is_missing) {
            continue;
        }
        let message = format!(
            "the PTR record of {} names `{}`, whose address is {}",
            stray.address, stray.host.name, own.address.value
        );
        findings.push(
            findings
                .at(stray.host.span, message)
                .label(stray.label())
                .related(own.address.span, "the address of the SIP server")
                .about(Subject::Lookup {
                    view: index,
                    name: stray.host.name.to_lowercase(),
                })
                .help(stray.help()),
        );
    }
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
