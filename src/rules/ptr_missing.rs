//! `ptr-missing`: a SIP server's address without a PTR record.

use std::cell::LazyCell;

use hashbrown::HashMap;

use super::final_dot::{self, without_dot};
use super::reverse::{Missing, Reverse};
use super::strays::strays;
use super::{Facts, Findings};
use crate::dns::{Data, Name, RecordType, WrittenName};
use crate::finding::{Finding, Fix, Label, Subject};
use crate::site::{SipAddress, Site, View};

/// Asks for the PTR records of every SIP server whose reverse zone was given, be it under another
/// name. What a wildcard supplies is no server's own address.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let strays = LazyCell::new(|| {
            let strays = strays(site, index, view).into_iter();
            let strays = strays.map(|stray| (stray.host.name.clone(), stray));
            strays.collect::<HashMap<_, _>>()
        });
        // One record is missing, however many servers share the address.
        let mut told: Vec<Finding> = Vec::new();
        let mut by_address: HashMap<_, usize> = HashMap::new();
        let addresses = site.sip_addresses(index).iter();
        for found in addresses.filter(|found| !found.from_wildcard) {
            match site.reverse(index, found.address.value) {
                Reverse::Missing(missing) => {
                    let address = found.address.value;
                    let first = by_address.get(&address).map(|at| &mut told[*at]);
                    if let Some(first) = first {
                        first.related.push(Label {
                            span: found.address.span,
                            message: format!("the address of `{}` too", found.owner),
                        });
                        continue;
                    }
                    let mut finding = report(site, findings, view, found, missing);
                    if finding.fix.is_some()
                        && let Some(stray) = strays.get(&found.owner)
                    {
                        finding = finding
                            .help(stray.help())
                            .related(stray.host.span, stray.label());
                        finding.fix = None;
                    }
                    let finding = finding.about(Subject::Lookup {
                        view: index,
                        name: missing.owner.clone(),
                    });
                    by_address.insert(address, told.len());
                    told.push(finding);
                }
                Reverse::NotGiven => {
                    if let Some((record, other)) = site.not_reversed(index, found) {
                        let missing = Missing::of_misnamed_zone(found.address.value);
                        let finding = report(site, findings, view, found, &missing);
                        findings.push(finding.related(
                            record.owner.span,
                            format!("this PTR record of the server is that of {other}: the numbers are not reversed"),
                        ));
                    }
                }
                Reverse::Pointers(_) => {}
            }
        }
        for finding in told {
            findings.push(finding);
        }
    }
}

fn report(
    site: &Site,
    findings: &Findings,
    view: &View,
    found: &SipAddress,
    missing: &Missing,
) -> Finding {
    let (name, address) = (&missing.owner, found.address);
    let finding = findings
        .at(
            address.span,
            format!("{} of `{}` has no PTR record", address.value, found.owner),
        )
        .label(format!("`{name}` owns no PTR record"));
    if let Some(target) = astray(view, found) {
        return said_of(&target, finding);
    }
    if let Some(set) = without_dot(view, name, RecordType::PTR) {
        return final_dot::shown(finding, site, view, set, name).help(format!(
            "write the owner of its PTR record with its final dot: `{name}`"
        ));
    }
    finding
        .help(format!(
            "add a PTR record (a Pointer in DNS Manager) to the reverse zone: `{name}` to `{}`",
            found.owner
        ))
        .fix(Fix {
            title: "add the PTR record".into(),
            changes: missing.lead_to(&found.owner, address.value, view),
            ..Fix::default()
        })
}

/// The target of an alias in the place of a PTR record that does not lead where it was meant to.
fn astray(view: &View, found: &SipAddress) -> Option<WrittenName> {
    let answer = view.ask(&Name::from(found.address.value), RecordType::PTR);
    // An alias may lead to any name (RFC 2317 5.2), but not to the server itself.
    let is_astray = |target: &WrittenName| target.name == found.owner || is_relative(target);
    answer.aliases().find_map(|alias| match &alias.data {
        Data::Cname(target) if is_astray(target) => Some(target.clone()),
        _ => None,
    })
}

fn said_of(target: &WrittenName, finding: Finding) -> Finding {
    let name = &target.name;
    if is_relative(target) {
        let stands = format!("without its final dot this is `{name}`");
        return finding
            .related(target.span, stands)
            .help("end the target of the CNAME record with a dot");
    }
    finding
        .related(
            target.span,
            "this is the server, not another name of the address",
        )
        .help(format!(
            "write PTR in the place of CNAME: `{name}` is where the address leads, not another \
             name of it"
        ))
}

/// The name of an address, written without its final dot.
fn is_relative(target: &WrittenName) -> bool {
    let is_top = |label: &&[u8]| label.eq_ignore_ascii_case(b"in-addr");
    target.relative && target.name.iter().filter(is_top).count() > 1
}
