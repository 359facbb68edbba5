//! `srv-owner-malformed`: an SRV owner that is meant for SIP and is not `_service._proto.name`.

use std::cell::LazyCell;
use std::collections::HashSet;

use super::final_dot::{END_WITH_DOT, dot, has_own_owners, of_owners};
use super::given::Given;
use super::lookup::{asked_and_got, plain};
use super::record_lines::remove_all;
use super::sip_owner::{Meant, Slip, meant};
use super::sip_set::askers;
use super::{Facts, Findings};
use crate::dns::{Answer, RecordType, RrSet, Srv};
use crate::finding::{Edit, Finding, Fix, Subject};
use crate::fix::{Place, move_record, remove_record};
use crate::rule::Severity;
use crate::site::{Site, View, is_sip_service};
use crate::source::Span;
use crate::zone::Format;

/// Looks at the first labels of every SRV owner.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let askers = LazyCell::new(|| askers(site));
    let mut given = Given::to_handsets(site);
    for (index, view) in site.views.iter().enumerate() {
        for set in view.sets(RecordType::SRV) {
            let owner = &set.records[0].owner;
            // It may be written below a domain that nobody named.
            let is_incomplete = owner.relative && view.is_nameless(&owner.name);
            if is_sip_service(&set.owner) && set.owner.iter().len() == SERVICE_AND_PROTOCOL {
                if !is_incomplete {
                    findings.push(without_domain(findings, view, set));
                }
                continue;
            }
            let meant = meant(view, set).or_else(|| given.mistyped(view, set));
            // Somebody gave handsets the name that repeats the origin, and they find it.
            let is_given = || {
                let askers = askers.get(&(index, &set.owner));
                askers.is_some_and(|askers| askers.iter().any(|(_, setup)| setup.is_configured()))
            };
            // So may a service, below its protocol.
            let is_in_folder = |meant: &Meant| {
                is_incomplete && meant.is_service_alone() && set.owner.iter().len() == 1
            };
            let is_meant = |meant: &Meant| {
                !is_in_folder(meant) && (!matches!(meant.slip, Slip::Dot) || !is_given())
            };
            if let Some(meant) = meant.filter(is_meant) {
                let finding = finding(findings, site, index, set, &meant);
                findings.push(with_lookups(finding, site, index, &meant));
            }
        }
    }
}

/// How many labels of an owner stand before its domain.
const SERVICE_AND_PROTOCOL: usize = 2;

/// Of an owner without a domain.
fn without_domain(findings: &Findings, view: &View, set: &RrSet) -> Finding {
    let owner = plain(&set.owner);
    let message = format!("no handset asks for `{owner}`: the SIP domain is missing behind it");
    let zone = view.zone_of(&set.owner);
    let also = match zone.map(|zone| zone.format) {
        Some(Format::Dnsmasq) => ", or set `domain=`, which is added to such names",
        _ => "",
    };
    findings
        .at(set.records[0].owner.span, message)
        .help(format!(
            "write it with the domain: `{owner}.<SIP domain>`{also}"
        ))
}

fn finding(findings: &Findings, site: &Facts, index: usize, set: &RrSet, meant: &Meant) -> Finding {
    let view = &site.views[index];
    let message = format!(
        "no handset asks for `{}`: the {} is `{}`",
        plain(&set.owner),
        match meant.slip {
            Slip::Domain => "name they are led to",
            _ => "well-formed owner",
        },
        plain(&meant.name)
    );
    let sibling = view.set(&meant.name, RecordType::SRV);
    // Handsets may find servers by other records, which these would take the place of.
    let loses = sibling.is_none() && !site.keeps_servers(index, set, &meant.name);
    let finding = findings
        .at(set.records[0].mark(), message)
        .label(match meant.slip {
            Slip::Labels { service, .. } | Slip::Mixed { service } => {
                format!("should begin with `{service}.`")
            }
            Slip::ServiceLost { service, left } => {
                let lost = service.split('.').take(SERVICE_AND_PROTOCOL - left);
                let lost = lost.collect::<Vec<_>>().join(".");
                format!("`{lost}.` is missing in front")
            }
            Slip::Domain => "a letter of the domain is wrong".to_owned(),
            Slip::Dot => "its final dot is missing".to_owned(),
        })
        .fix(if loses {
            not_yet(fix(site, view, set, meant, false))
        } else {
            fix(site, view, set, meant, sibling.is_none())
        });
    match sibling {
        Some(sibling) => finding
            .severity(if meant.is_service_alone() {
                // Zones of IMS have such records beside the others, for nobody.
                Severity::Note
            } else {
                Severity::Warning
            })
            .related(
                sibling.records[0].owner.span,
                "handsets are served from here",
            )
            .help(
                "remove these records, or rename them if their servers are missing from the \
                 well-formed set",
            ),
        None if loses => finding.help(format!(
            "{}. Handsets find servers without these records, and fewer with them as they are: \
             see first that they list every server",
            help(view, meant)
        )),
        None => finding.help(help(view, meant)),
    }
}

fn help(view: &View, meant: &Meant) -> String {
    let name = plain(&meant.name);
    let apex = view.apex_of(&meant.name);
    let protocol_in_apex = apex.filter(|apex| {
        apex.iter()
            .next()
            .is_some_and(|label| label.starts_with(b"_"))
    });
    match meant.slip {
        Slip::Labels { service, .. }
        | Slip::ServiceLost { service, .. }
        | Slip::Mixed { service } => {
            let (service, protocol) = service.split_once('.').unwrap_or((service, ""));
            let clicks = match protocol_in_apex {
                Some(apex) => format!(
                    "Service is `{service}` and Protocol stays empty, since the zone is `{}`",
                    plain(apex)
                ),
                None => format!("Service is `{service}` and Protocol is `{protocol}`"),
            };
            format!(
                "name the records `{name}`: service and protocol are two labels with an \
                 underscore each; in DNS Manager, {clicks}"
            )
        }
        Slip::Domain => format!("name the records `{name}`"),
        Slip::Dot => format!("write the owner with its final dot: `{name}.`"),
    }
}

/// How many places that ask for the well-formed name are shown: more say no more.
const SHOWN: usize = 3;

/// Names the handsets that ask for the well-formed name and get nothing.
fn with_lookups(finding: Finding, site: &Site, view: usize, meant: &Meant) -> Finding {
    let mut finding = finding.about(Subject::Lookup {
        view,
        name: meant.name.clone(),
    });
    for (simulation, setup, _) in site.simulated() {
        let step = simulation.lookup.steps.iter().find(|step| {
            step.question.record_type == RecordType::SRV && step.question.name == meant.name
        });
        let Some(step) = step.filter(|_| simulation.view == view) else {
            continue;
        };
        if !matches!(step.answer, Answer::NoData(_) | Answer::NxDomain(_)) {
            continue;
        }
        if finding.related.len() < SHOWN {
            finding = finding.related(setup.entry.address.span, asked_and_got(step));
        }
        finding = finding.handsets(&setup.handsets);
    }
    finding
}

fn fix(site: &Site, view: &View, set: &RrSet, meant: &Meant, alone: bool) -> Fix {
    let apex = view.apex_of(&set.owner);
    let sibling = view.set(&meant.name, RecordType::SRV);
    let server = |srv: &Srv| (srv.target.name.clone(), srv.port.value);
    let there = sibling.into_iter().flat_map(RrSet::srv);
    let there: HashSet<_> = there.map(|(_, srv)| server(srv)).collect();
    // A server that stands under the right name already is only removed under the wrong one.
    let is_there = |srv: &Srv| there.contains(&server(srv));
    let renamed = set.srv().map(|(record, srv)| {
        let from = Place::new(apex, &set.owner);
        if is_there(srv) {
            return remove_record(from, record);
        }
        move_record(record, from, Place::new(apex, &meant.name))
    });
    let repeated = set.srv().filter(|(_, srv)| is_there(srv)).count();
    let is_all = repeated == set.records.len();
    let is_one_answer = sibling.is_none_or(|there| {
        let all = there.records.iter().chain(set.records.iter());
        let mut ttls = all.map(|record| record.ttl.value);
        let first = ttls.next();
        ttls.all(|ttl| Some(ttl) == first)
    });
    let edits = match repeated {
        // What joins records of another TTL takes that over, which is more than a name.
        0 if is_one_answer => edits(site, set, meant),
        _ if is_all => remove_all(site, &*set.records),
        // Which line has which owner is for a person to sort out.
        _ => Vec::new(),
    };
    Fix {
        title: match meant.slip {
            _ if is_all => format!("remove what `{}` lists already", plain(&meant.name)),
            Slip::Labels { .. } | Slip::ServiceLost { .. } | Slip::Mixed { .. } | Slip::Domain => {
                format!("rename the owner to `{}`", plain(&meant.name))
            }
            Slip::Dot => END_WITH_DOT.to_owned(),
        },
        // Where a well-formed set exists, renaming would add servers to it.
        safe: meant.certain && alone && !edits.is_empty(),
        edits,
        changes: renamed.collect(),
        ..Fix::default()
    }
}

/// The same once a person has completed the records.
fn not_yet(mut fix: Fix) -> Fix {
    fix.title.push_str(", once every server is listed there");
    fix.edits.clear();
    fix
}

/// The corrected labels, or the final dot, of every owner that is written.
fn edits(site: &Site, set: &RrSet, meant: &Meant) -> Vec<Edit> {
    let is_own = has_own_owners(set);
    let replaced = |owner: Span, service: &str, labels| {
        let labels = set.owner.iter().take(labels).map(String::from_utf8_lossy);
        let wrong = labels.collect::<Vec<_>>().join(".");
        let start = owner.range().start;
        let is_written = site
            .text(owner)
            .get(..wrong.len())?
            .eq_ignore_ascii_case(&wrong);
        let labels = Span::new(owner.source, start, start + wrong.len());
        (is_written && is_own).then(|| Edit::replace(labels, service))
    };
    of_owners(set, |owner| match meant.slip {
        Slip::Labels { service, labels } => replaced(owner, service, labels),
        Slip::ServiceLost { service, left } => match left {
            // The owner that is written may be that of other records.
            0 => None,
            _ => replaced(owner, service, left),
        },
        // Which label is the domain's is for the reader to say.
        Slip::Mixed { .. } => None,
        Slip::Domain => is_own.then(|| Edit::replace(owner, meant.name.to_string())),
        Slip::Dot => dot(site, owner, &meant.name),
    })
}
