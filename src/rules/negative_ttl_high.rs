//! `negative-ttl-high`: misses that handsets keep for more than a quarter of an hour.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lookup::hearsay;
use super::sip_set::edit;
use super::ttl::spoken;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Negative, Record};
use crate::finding::Fix;
use crate::fix::{NewRecord, Place, replace_record};
use crate::zone::{Format, Zone};

/// Seconds.
const LONGEST: u32 = 900;

/// What is written instead while records are added, in seconds.
const SHORT: u32 = 300;

/// Looks at the SOA of every zone that is asked for SIP or holds records of the SIP chain,
/// once a zone.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for record in authorities(site, index).values() {
            let Data::Soa(soa) = &record.data else {
                continue;
            };
            if view.is_nameless(&record.owner.name) {
                continue;
            }
            // RFC 2308 5: the lower of the two.
            let mut shorter = soa.clone();
            let mut new_ttl = None;
            let (deciding, raised) = if soa.minimum.value <= record.ttl.value {
                shorter.minimum.value = SHORT;
                (soa.minimum, "the last number of the SOA record")
            } else {
                new_ttl = Some(SHORT);
                (record.ttl, "the TTL of the SOA record")
            };
            if deciding.value <= LONGEST {
                continue;
            }
            let zone = &record.owner.name;
            let read = view.zone_of(zone);
            let is_default =
                new_ttl.is_none() && read.is_some_and(|read| read.format == Format::WindowsDns);
            let besides = if is_default {
                ". The number is the TTL of records without one, too: raise it again afterwards"
            } else {
                ""
            };
            findings.push(
                findings
                    .at(
                        deciding.span,
                        format!("a miss in `{zone}` is kept for {}", spoken(deciding.value)),
                    )
                    .label("how long negative answers are kept")
                    .help(format!(
                        "before records are added or moved, set {raised} to 300 (in DNS Manager: \
                         SOA tab of the zone, Minimum TTL): a handset that asked before they \
                         existed keeps the miss for {}; restart it to be rid of it{besides}",
                        spoken(deciding.value)
                    ))
                    .fix(Fix {
                        title: format!("write {SHORT}"),
                        edits: edit(site, deciding.span, SHORT.to_string()),
                        changes: vec![replace_record(
                            Place::new(Some(zone), zone),
                            record,
                            &match new_ttl {
                                Some(seconds) => NewRecord::from(&Data::Soa(shorter)).ttl(seconds),
                                None => NewRecord::from(&Data::Soa(shorter)),
                            },
                        )],
                        ..Fix::default()
                    }),
            );
        }
    }
}

/// The SOA records by zone.
fn authorities(site: &Facts, index: usize) -> BTreeMap<Name, Record> {
    let view = &site.views[index];
    let simulated = site.simulated().filter(|(s, ..)| s.view == index);
    let steps = simulated.flat_map(|(simulation, ..)| &simulation.lookup.steps);
    let asked: Vec<_> = steps.collect();
    let mut authorities = BTreeMap::new();
    let mut add = |soa: &Record| {
        let zone = soa.owner.name.to_lowercase();
        authorities.entry(zone).or_insert_with(|| soa.clone());
    };
    let chain = site.sip_chain(index);
    let owners = chain.iter().map(|set| &set.owner);
    let mut last: Option<&Zone> = None;
    let is_only = view.zones.get(1).is_none();
    for name in owners.chain(asked.iter().map(|step| &step.question.name)) {
        if is_only && last.is_some() {
            break;
        }
        let zone = view.zone_of(name);
        // Thousands of names are in a few zones.
        if let Some(zone) = zone.filter(|zone| !last.is_some_and(|l| std::ptr::eq(l, *zone))) {
            last = Some(zone);
            zone.soa().into_iter().for_each(&mut add);
        }
    }
    let mut last_miss: Option<&Arc<Negative>> = None;
    for step in asked {
        if let Answer::NoData(miss) | Answer::NxDomain(miss) = &step.answer
            && let Some(soa) = &miss.soa
            && hearsay(view, step).is_none()
            && last_miss.is_none_or(|last| !Arc::ptr_eq(last, miss))
        {
            last_miss = Some(miss);
            add(soa);
        }
    }
    authorities
}
