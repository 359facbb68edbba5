//! `naptr-order-strands-handset`: the first NAPTR record leads where this handset finds no
//! server.

use super::naptr::{Service, first_naptrs, first_set, leads_to_srv, put_behind};
use super::sip_set::{edits, usual_port};
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Naptr, Record, RecordType, RrSet};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record, replace_record};
use crate::handset::{Lookup, Via};
use crate::rule::Severity;
use crate::site::{Site, View, is_sip_naptr};

/// Looks at the first choice of every NAPTR set that a lookup meets.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let records = first_naptrs(&simulation.lookup);
        let Some((record, naptr)) = first_choice(site, records) else {
            continue;
        };
        let service = &naptr.service.value;
        let is_used = |naptr: &Naptr| site.model.service(&naptr.service.value).is_some();
        let mut others = first_naptrs(&simulation.lookup).map(|(_, other)| other);
        let is_tied =
            !is_used(naptr) && others.any(|other| is_used(other) && other.place() == naptr.place());
        let (label, help) = if !is_used(naptr) {
            (
                "a transport that this handset does not use",
                "give the record of a transport that the handset uses (SIP+D2U, SIP+D2T, \
                 SIPS+D2T) the lowest Order: whether it looks at records of a higher order is not \
                 documented",
            )
        } else if finds_no_srv(&simulation.lookup) {
            (
                "no SRV records stand behind it",
                "add the SRV records it leads to, or give the record of a transport that has SRV \
                 records the lowest Order",
            )
        } else {
            continue;
        };
        let first = if is_tied {
            "a NAPTR record that may come first"
        } else {
            "the first NAPTR record"
        };
        let finding = findings
            .at(
                naptr.order.span,
                format!(
                    "{first} for `{}` leads handsets to `{service}`",
                    setup.entry.address.value
                ),
            )
            .label(label)
            .related(setup.entry.address.span, "the configured address")
            .help(help)
            .about(Subject::Token(naptr.replacement.span))
            .handsets(&setup.handsets);
        let finding = finding.severity(setup.severity(Severity::Warning));
        let set = first_set(&simulation.lookup, view);
        let fix = if is_tied {
            put_behind(site, view, (record, naptr), "record")
        } else {
            let fix = set.and_then(|set| exchanged(site, view, set, (record, naptr)));
            fix.or_else(|| is_used(naptr).then(|| with_servers(view, naptr)))
        };
        findings.push(match fix {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
}

/// The record with the lowest order and preference whose service is one of SIP's; of several
/// the one that the handset does not use, for which of them comes first is not defined. Records
/// without such a service have findings of their own.
fn first_choice<'r>(
    site: &Site,
    records: impl Iterator<Item = (&'r Record, &'r Naptr)>,
) -> Option<(&'r Record, &'r Naptr)> {
    records
        .filter(|(_, naptr)| is_sip_naptr(naptr) && leads_to_srv(naptr))
        .filter(|(_, naptr)| Service::find(&naptr.service.value).is_some())
        .min_by_key(|(_, naptr)| {
            let is_used = site.model.service(&naptr.service.value).is_some();
            (naptr.place(), is_used)
        })
}

/// The stranding record changes places with the first one that this handset can use and that
/// leads to SRV records.
fn exchanged(
    site: &Site,
    view: &View,
    set: &RrSet,
    (record, naptr): (&Record, &Naptr),
) -> Option<Fix> {
    let leads = |naptr: &Naptr| {
        site.model.service(&naptr.service.value).is_some()
            && view.set(&naptr.replacement.name, RecordType::SRV).is_some()
    };
    let (other, other_naptr) = set
        .naptr()
        .filter(|(_, other)| leads_to_srv(other) && leads(other) && other.place() > naptr.place())
        .min_by_key(|(_, other)| other.place())?;
    let moved = |record: &Record, naptr: &Naptr, (order, preference): (u16, u16)| {
        let mut changed = naptr.clone();
        changed.order.value = order;
        changed.preference.value = preference;
        let changed = NewRecord::from(&Data::Naptr(Box::new(changed)));
        let owner = &record.owner.name;
        replace_record(Place::new(view.apex_of(owner), owner), record, &changed)
    };
    let mut numbers = Vec::new();
    let pairs = [(record, naptr, other_naptr), (other, other_naptr, naptr)];
    for (record, one, two) in pairs {
        for (here, there) in [(one.order, two.order), (one.preference, two.preference)] {
            if here.value != there.value {
                numbers.push((record, here.span, there.value.to_string()));
            }
        }
    }
    Some(Fix {
        title: format!(
            "let `{}` and `{}` change places",
            naptr.service.value, other_naptr.service.value
        ),
        edits: edits(site, numbers),
        changes: vec![
            moved(record, naptr, other_naptr.place()),
            moved(other, other_naptr, naptr.place()),
        ],
        ..Fix::default()
    })
}

/// The SRV record that is missing behind the first choice.
fn with_servers(view: &View, naptr: &Naptr) -> Fix {
    let owner = &naptr.replacement.name;
    let port = usual_port(owner);
    let target = Field::blank("host name of the SIP server");
    Fix {
        title: "add the SRV record that it leads to".to_owned(),
        changes: vec![add_record(
            Place::new(view.apex_of(owner), owner),
            &NewRecord::srv(0, 10, port, target),
        )],
        ..Fix::default()
    }
}

/// The SRV question that follows NAPTR is answered with no, and no other one finds a server.
fn finds_no_srv(lookup: &Lookup) -> bool {
    let second = lookup.steps.get(1);
    let miss = second.is_some_and(|step| {
        step.question.record_type == RecordType::SRV
            && matches!(step.answer, Answer::NoData(_) | Answer::NxDomain(_))
    });
    miss && lookup.servers().iter().all(|server| server.via != Via::Srv)
}
