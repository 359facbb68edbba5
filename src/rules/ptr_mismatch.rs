//! `ptr-mismatch`: the PTR records of a SIP server name hosts that are not at its address.

use std::collections::BTreeSet;

use super::reverse::{Pointer, Reverse, leads_back};
use super::{Facts, Findings};
use crate::dns::{Name, WrittenName};
use crate::finding::{Edit, Fix};
use crate::fix::in_presentation_format;
use crate::site::{SipAddress, Site, View};

/// Follows the PTR records of every SIP server back to addresses. One that leads back is
/// enough; one that leads out of the given data may.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let mut judged = BTreeSet::new();
        for found in site.sip_addresses(index) {
            // One PTR set is one finding, however many SIP servers share the address.
            if !judged.insert(found.address.value) {
                continue;
            }
            let Reverse::Pointers(pointers) = site.reverse(index, found.address.value) else {
                continue;
            };
            let misses = |pointer: &Pointer| {
                leads_back(view, &pointer.host.name, found.address.value) == Some(false)
            };
            let [pointer, others @ ..] = pointers.as_slice() else {
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
                } else {
                    format!("no A record leads from here back to {address}")
                })
                .related(found.address.span, "the address of the SIP server")
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
