//! `ptr-mismatch`: the PTR records of a SIP server name hosts that are not at its address.

use std::collections::BTreeSet;

use super::reverse::{Pointer, Reverse, leads_back};
use super::{Facts, Findings};
use crate::dns::Name;
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
            let mut finding = findings
                .at(
                    first.span,
                    format!(
                        "the PTR record of {address} names `{}`, not `{owner}`",
                        first.name
                    ),
                )
                .label(if first.relative {
                    "its final dot is missing".to_owned()
                } else {
                    format!("no A record leads from here back to {address}")
                })
                .related(found.address.span, "the address of the SIP server")
                .help(format!(
                    "{} `{}`, with the dot at its end",
                    pointer.advice(address),
                    in_presentation_format(owner)
                ))
                .fix(repair(site, view, found, pointer));
            for other in others {
                finding = finding.related(other.host.span, "neither does this one lead back");
            }
            findings.push(finding);
        }
    }
}

/// Names the server instead. Only a final dot is missing where the text with one does; then
/// nothing else can be meant.
fn repair(site: &Site, view: &View, found: &SipAddress, pointer: &Pointer) -> Fix {
    let host = &pointer.host;
    let dotted = Name::from_ascii(format!("{}.", site.text(host.span)))
        .ok()
        .filter(|_| host.relative && !pointer.from_wildcard)
        .filter(|name| leads_back(view, name, found.address.value) == Some(true));
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
