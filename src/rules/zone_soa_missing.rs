//! `zone-soa-missing`: a master file without an SOA, or with several that differ.

use std::collections::HashSet;

use super::{Facts, Findings};
use crate::dns::{Record, RecordType};
use crate::zone::contents::RecordData;
use crate::zone::{Format, Zone};

/// Looks at every master file.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let included: HashSet<_> = site.zones.iter().flat_map(|zone| &zone.included).collect();
    for zone in &site.zones {
        if zone.format != Format::MasterFile
            || zone.is_root_hints()
            || included.contains(&zone.source)
        {
            continue;
        }
        match zone.soas.split_first() {
            None => missing(zone, findings),
            Some((first, others)) => several(first, others, findings),
        }
    }
}

/// Points at the first record, before which the SOA belongs.
fn missing(zone: &Zone, findings: &mut Findings) {
    let is_damaged = zone.troubles.iter().any(
        |trouble| matches!(&trouble.damaged, Some((_, damaged)) if *damaged == RecordType::SOA),
    );
    let Some(first) = first_record(zone).filter(|_| !is_damaged) else {
        return;
    };
    let apex = &zone.apex;
    let finding = findings.at(
        first.mark(),
        format!("the zone `{apex}` has no SOA record: name servers refuse the file"),
    );
    findings.push(finding.help(format!(
        "begin the file with `{apex} SOA <primary name server> <mailbox> 1 900 600 86400 3600`; \
         a file that is only a part of a zone is reached by `$INCLUDE` from the zone's file"
    )));
}

/// The first record of the file.
fn first_record(zone: &Zone) -> Option<&Record> {
    let types = [
        RecordType::NS,
        RecordType::A,
        RecordType::AAAA,
        RecordType::CNAME,
        RecordType::DNAME,
        RecordType::PTR,
        RecordType::SRV,
        RecordType::NAPTR,
    ];
    let sets = types.iter().flat_map(|kind| zone.contents.sets(*kind));
    sets.map(|set| &set.records[0])
        .min_by_key(|record| (record.span.source != zone.source, record.span))
}

/// The same SOA again at the end is how a transfer is written; another one is a fault.
fn several(first: &Record, others: &[Record], findings: &mut Findings) {
    for other in others {
        let same_owner = other.owner.name == first.owner.name;
        if same_owner && RecordData::from(&other.data) == RecordData::from(&first.data) {
            continue;
        }
        let message = if same_owner {
            "a second SOA record, which differs from the first"
        } else {
            "a second SOA record, of another zone: a file holds one zone"
        };
        let help = if same_owner {
            "keep the one SOA record that is right, with the higher serial number"
        } else {
            "put each zone into a file of its own"
        };
        let finding = findings.at(other.mark(), message).help(help);
        findings.push(finding.related(first.mark(), "the first SOA record"));
    }
}
