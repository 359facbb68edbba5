//! `zone-soa-missing`: a master file without an SOA, with one that has another owner, or with several
//! that differ, or without any record.

use std::collections::HashSet;

use super::{Facts, Findings};
use crate::dns::{Data, Record, RecordType};
use crate::finding::{Edit, Fix};
use crate::fix::{NewRecord, Place, add_record, remove_record};
use crate::source::Span;
use crate::zone::contents::RecordData;
use crate::zone::{Format, Zone};

/// Looks at every master file.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let included: HashSet<_> = site.zones.iter().flat_map(|zone| &zone.included).collect();
    for zone in &site.zones {
        if included.contains(&zone.source) || zone.is_root_hints() {
            continue;
        }
        if zone.format.is_loaded() && zone.record_count == 0 && zone.troubles.is_empty() {
            empty(zone, findings);
            continue;
        }
        if zone.format != Format::MasterFile {
            continue;
        }
        match zone.soas.split_first() {
            None => missing(zone, findings),
            Some((only, [])) => misplaced(zone, only, findings),
            Some((first, others)) => several(first, others, findings),
        }
    }
}

/// Points at the first record, before which the SOA belongs.
fn missing(zone: &Zone, findings: &mut Findings) {
    let Some(first) = first_record(zone).filter(|_| !is_damaged(zone)) else {
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
    )).fix(Fix {
        title: "write this as the file's first record, if the file is a whole zone".to_owned(),
        changes: vec![add_record(Place::new(Some(apex), apex), &NewRecord::soa())],
        ..Fix::default()
    }));
}

/// An SOA could not be read.
fn is_damaged(zone: &Zone) -> bool {
    let mut damaged = zone.troubles.iter().flat_map(|trouble| &trouble.damaged);
    damaged.any(|(_, kind)| *kind == RecordType::SOA)
}

/// The other records are a zone by themselves, at another name than the SOA.
fn misplaced(zone: &Zone, soa: &Record, findings: &mut Findings) {
    let (apex, owner) = (&zone.apex, &soa.owner);
    if *apex == owner.name || is_damaged(zone) {
        return;
    }
    let message = format!(
        "the SOA record stands at `{}`, the zone is `{apex}`: name servers refuse the file",
        owner.name
    );
    let is_written = soa.mark() == owner.span;
    let edit = is_written.then(|| Edit::replace(owner.span, apex.to_string()));
    findings.push(
        findings
            .at(soa.mark(), message)
            .help(format!("write `{apex}` as its owner"))
            .fix(Fix {
                title: format!("give it the owner `{apex}`"),
                edits: edit.into_iter().collect(),
                ..Fix::default()
            }),
    );
}

/// Points at the beginning of a file without any record.
fn empty(zone: &Zone, findings: &mut Findings) {
    let finding = findings.at(
        Span::new(zone.source, 0, 1),
        "the file holds no record: name servers refuse it",
    );
    findings.push(finding.help("export or copy the zone again: what failed left nothing"));
}

/// The first record of the file.
fn first_record(zone: &Zone) -> Option<&Record> {
    let sets = zone.contents.all_sets();
    sets.map(|set| &set.records[0])
        .min_by_key(|record| (record.span.source != zone.source, record.span))
}

/// The record with the lower serial number goes; of two alike the later one.
fn keep_newer(first: &Record, other: &Record) -> Fix {
    let serial = |record: &Record| match &record.data {
        Data::Soa(soa) => soa.serial.value,
        _ => 0,
    };
    let older = if serial(first) < serial(other) {
        first
    } else {
        other
    };
    let owner = &older.owner.name;
    Fix {
        title: "keep the record with the higher serial number".to_owned(),
        changes: vec![remove_record(Place::new(Some(owner), owner), older)],
        ..Fix::default()
    }
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
        let mut finding = findings.at(other.mark(), message).help(help);
        if same_owner {
            finding = finding.fix(keep_newer(first, other));
        }
        findings.push(finding.related(first.mark(), "the first SOA record"));
    }
}
