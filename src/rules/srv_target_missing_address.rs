//! `srv-target-missing-address`: a target in the given data without an A record.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::final_dot::{self, without_dot};
use super::origin_left::{Below, Origins};
use super::sip_set::{self, Guesses, SipSet, edit, separated};
use super::{Facts, Findings};
use crate::dns::{Answer, Name, RecordType, RrSet, Srv};
use crate::finding::{Finding, Fix, Label, Subject};
use crate::fix::{Field, NewRecord, Place, add_record, in_presentation_format, replace_record};
use crate::site::{Site, View};
use crate::source::Span;

/// Looks at every target of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut guesses = Guesses::default();
    let mut origins = Origins::default();
    let mut by_origin: BTreeMap<Span, Finding> = BTreeMap::new();
    for sip in site.doubtful_sip_sets() {
        for (record, srv) in sip.set.srv() {
            let target = &srv.target.name;
            let is_known = matches!(sip.addresses_of(srv), Answer::Records(_));
            if target.is_root() || is_known {
                continue;
            }
            if let Some(meant) = separated(sip.view, target) {
                report_separated(site, sip, (record, srv), &meant, findings);
                continue;
            }
            if !has_none(site, sip, srv) {
                continue;
            }
            if let Some(set) = without_dot(sip.view, target, RecordType::A) {
                report_without_dot(site, sip, srv, set, findings);
                continue;
            }
            if let Some(below) = origins.below_service(site, sip.view, target) {
                match by_origin.entry(below.origin) {
                    Entry::Vacant(first) => {
                        first.insert(report_below(site, sip, srv, &below, findings));
                    }
                    Entry::Occupied(mut first) => {
                        let finding = first.get_mut();
                        let text = format!("nor has `{target}`, for the same reason");
                        finding.related.push(Label {
                            span: srv.target.span,
                            message: text,
                        });
                    }
                }
                continue;
            }
            let similar = guesses.similar_host(sip, srv);
            let meant = similar.or_else(|| host_above(sip.view, target));
            if target.iter().any(|label| label.starts_with(b"_")) {
                report_service(site, sip, (record, srv), meant, findings);
            } else {
                report(sip, srv, meant, findings);
            }
        }
    }
    for finding in by_origin.into_values() {
        findings.push(finding);
    }
}

/// One finding for all that one origin moved.
fn report_below(
    site: &Site,
    sip: &SipSet,
    srv: &Srv,
    below: &Below,
    findings: &Findings,
) -> Finding {
    let target = &srv.target.name;
    let finding = finding(findings, sip, srv)
        .help(below.advice(target))
        .related(below.origin, "names from here on lie below this one")
        .about(Subject::Token(below.origin))
        .fix(below.fix(site, sip.view, target));
    sip.with_handsets(finding)
}

/// The data says that there is no address of a type the simulated handset asks for.
fn has_none(site: &Site, sip: &SipSet, srv: &Srv) -> bool {
    site.model.addresses.iter().all(|kind| {
        let answer = sip.view.ask(&srv.target.name, *kind);
        matches!(answer, Answer::NoData(_) | Answer::NxDomain(_))
    })
}

fn finding(findings: &Findings, sip: &SipSet, srv: &Srv) -> Finding {
    let target = &srv.target.name;
    findings
        .at(
            srv.target.span,
            format!("`{target}` has no A record: handsets cannot reach this SIP server"),
        )
        .about(Subject::Token(srv.target.span))
        .about(Subject::Lookup {
            view: sip.view_index,
            name: target.clone(),
        })
}

/// The A record is there, and the zone's name stands in its owner twice.
fn report_without_dot(site: &Facts, sip: &SipSet, srv: &Srv, set: &RrSet, findings: &mut Findings) {
    let target = &srv.target.name;
    let finding = finding(findings, sip, srv).help(format!(
        "write the owner of its A record with its final dot: `{target}`"
    ));
    let finding = final_dot::shown(finding, site, sip.view, set, target);
    findings.push(sip.with_handsets(finding));
}

fn report_separated(
    site: &Site,
    sip: &SipSet,
    (record, srv): sip_set::Entry<'_>,
    meant: &Name,
    findings: &mut Findings,
) {
    let token = srv.target.span;
    let target = NewRecord::srv(
        srv.priority.value,
        srv.weight.value,
        srv.port.value,
        meant.into(),
    );
    let finding = finding(findings, sip, srv)
        .label(if site.text(token).contains(',') {
            "a comma stands in the place of a dot"
        } else if site.text(token).contains('@') {
            "`@` stands in the place of a dot"
        } else {
            "a dot behind `\\` separates no labels"
        })
        .help(format!("write `{meant}`"))
        .fix(Fix {
            title: "write the dot".to_owned(),
            edits: edit(site, token, in_presentation_format(meant)),
            changes: vec![replace_record(sip.place(), record, &target)],
            ..Fix::default()
        });
    findings.push(sip.with_handsets(finding));
}

/// The host of that name nearer to the apex, or in the zone above that of a service: below
/// another `$ORIGIN` a target without a final dot is a name that nobody meant.
fn host_above(view: &View, target: &Name) -> Option<String> {
    let mut apex = view.apex_of(target)?.clone();
    while apex.iter().next()?.starts_with(b"_") {
        apex = apex.base_name();
    }
    let apex = apex.iter().len();
    let host = || target.iter().take(1);
    let parent = target.base_name();
    let mut above = (apex..parent.iter().len()).rev().filter_map(|labels| {
        let domain = parent.trim_to(labels);
        Name::from_labels(host().chain(domain.iter())).ok()
    });
    let meant = above.find(|name| view.set(name, RecordType::A).is_some());
    meant.map(|name| name.to_string())
}

/// A label that begins with an underscore belongs to a service, and no host is below it: another
/// name was meant.
fn report_service(
    site: &Site,
    sip: &SipSet,
    (record, srv): sip_set::Entry<'_>,
    meant: Option<String>,
    findings: &mut Findings,
) {
    let host = meant
        .as_deref()
        .and_then(|host| Name::from_ascii(host).ok());
    let blank = || Field::blank("host name of the SIP server");
    let target = host.as_ref().map_or_else(blank, Field::from);
    let new = NewRecord::srv(srv.priority.value, srv.weight.value, srv.port.value, target);
    let written = meant.map_or("the host name of the SIP server".to_owned(), |host| {
        format!("`{host}`")
    });
    let edits = host.map(|host| edit(site, srv.target.span, in_presentation_format(&host)));
    let finding = finding(findings, sip, srv)
        .help(format!(
            "write {written}: below a label that begins with `_` stand records of services, and \
             no hosts"
        ))
        .fix(Fix {
            title: "name the host".to_owned(),
            edits: edits.unwrap_or_default(),
            changes: vec![replace_record(sip.place(), record, &new)],
            ..Fix::default()
        });
    findings.push(sip.with_handsets(finding));
}

fn report(sip: &SipSet, srv: &Srv, meant: Option<String>, findings: &mut Findings) {
    let target = &srv.target.name;
    let mut help = format!("add an A record for `{target}` with the address of the SIP server");
    let is_slip = meant.is_some();
    if let Some(host) = meant {
        help = format!("{help}, or correct the target: did you mean `{host}`?");
    }
    let place = Place::new(sip.view.apex_of(target), target);
    let address = NewRecord::a(Field::blank(format!("address of {target}")));
    let finding = finding(findings, sip, srv).help(help).fix(Fix {
        title: "add the A record".to_owned(),
        changes: vec![add_record(place, &address)],
        ..Fix::default()
    });
    // Another name has another place in the order.
    let finding = if is_slip {
        finding.about(Subject::Token(srv.priority.span))
    } else {
        finding
    };
    findings.push(sip.with_handsets(finding));
}
