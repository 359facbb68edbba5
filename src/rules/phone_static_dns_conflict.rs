//! `phone-static-dns-conflict`: a static DNS record of the configuration says other than the
//! zone.

use super::lookup::{absolute, said_no};
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, Srv};
use crate::finding::Finding;
use crate::phone::{Parameter, Settings};
use crate::rule::Severity;
use crate::site::View;

/// The static records a handset holds of each type (84-Series guide, p. 253).
const ENTRIES: std::ops::RangeInclusive<u8> = 1..=12;

/// Compares every static record with every view that speaks of its name.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        for record_type in [RecordType::A, RecordType::SRV, RecordType::NAPTR] {
            for entry in ENTRIES.filter_map(|number| Entry::new(settings, record_type, number)) {
                for view in &site.views {
                    if let Some(finding) = compare(findings, &entry, view) {
                        findings.push(finding.handsets(settings.handsets()));
                    }
                }
            }
        }
    }
}

/// One `dns.cache.TYPE.N` with a name.
struct Entry<'a> {
    settings: &'a Settings<'a>,
    record_type: RecordType,
    prefix: String,
    name: Name,
    name_as_written: &'a Parameter,
}

impl<'a> Entry<'a> {
    fn new(settings: &'a Settings<'a>, record_type: RecordType, number: u8) -> Option<Self> {
        let prefix = format!("dns.cache.{record_type}.{number}");
        let name_as_written = settings.get(&format!("{prefix}.name"))?;
        Some(Self {
            settings,
            record_type,
            name: absolute(&name_as_written.value.value)?,
            prefix,
            name_as_written,
        })
    }

    /// A field that is filled in.
    fn get(&self, field: &str) -> Option<&'a Parameter> {
        let parameter = self.settings.get(&format!("{}.{field}", self.prefix))?;
        (!parameter.value.value.is_empty()).then_some(parameter)
    }
}

fn compare(findings: &Findings, entry: &Entry, view: &View) -> Option<Finding> {
    let answer = view.ask(&entry.name, entry.record_type);
    let records: Vec<_> = answer.of_type(entry.record_type).collect();
    let name = &entry.name_as_written.value;
    match &answer {
        Answer::Records(_) => {
            let field = conflict(entry, &records)?;
            let in_zone: Vec<_> = records
                .iter()
                .map(|record| record.data.to_string())
                .collect();
            let message = format!(
                "the static {} record of `{}` says `{}`, and the zone says `{}`",
                entry.record_type,
                name.value,
                field.value.value,
                in_zone.join("`, `")
            );
            let finding = findings.at(field.value.span, message).help(
                "handsets use the static record when DNS does not answer: give it the zone's \
                 data, or remove it",
            );
            Some(finding.related(records.first()?.span, "what the zone says"))
        }
        // Perhaps on purpose: a name for handsets alone.
        Answer::NoData(_) | Answer::NxDomain(_) => {
            let message = format!(
                "the static {} record of `{}` has no counterpart in the zone: as long as that is \
                 so, handsets use it",
                entry.record_type, name.value
            );
            let finding = findings.at(name.span, message).severity(Severity::Note);
            Some(said_no(finding, &answer).help(
                "create the record in DNS as well, or remove the static one if its server is gone",
            ))
        }
        Answer::Failed(_) | Answer::NotLoaded => None,
    }
}

/// The field in which a static record differs from all records of the zone: the one that
/// tells what it leads to first.
fn conflict<'a>(entry: &Entry<'a>, records: &[&Record]) -> Option<&'a Parameter> {
    match entry.record_type {
        RecordType::A => a_conflict(entry, records),
        RecordType::SRV => srv_conflict(entry, records),
        _ => naptr_conflict(entry, records),
    }
}

fn a_conflict<'a>(entry: &Entry<'a>, records: &[&Record]) -> Option<&'a Parameter> {
    let address = entry.get("address")?;
    let same = |record: &&Record| match &record.data {
        Data::A(other) => address.value.value.trim() == other.value.to_string(),
        _ => false,
    };
    (!records.iter().any(same)).then_some(address)
}

/// Weights are not compared: they tell nothing where priorities differ.
fn srv_conflict<'a>(entry: &Entry<'a>, records: &[&Record]) -> Option<&'a Parameter> {
    let target = entry.get("target")?;
    let name = absolute(&target.value.value)?;
    let srv = records.iter().filter_map(|record| match &record.data {
        Data::Srv(srv) => Some(srv),
        _ => None,
    });
    let of_target: Vec<_> = srv.filter(|srv| srv.target.name == name).collect();
    if of_target.is_empty() {
        return Some(target);
    }
    let differs = |field: &str, value: fn(&Srv) -> u16| {
        let parameter = entry.get(field)?;
        let number: Option<u16> = parameter.value.value.trim().parse().ok();
        let same = of_target.iter().any(|srv| Some(value(srv)) == number);
        (!same).then_some(parameter)
    };
    differs("port", |srv| srv.port.value).or_else(|| differs("priority", |srv| srv.priority.value))
}

fn naptr_conflict<'a>(entry: &Entry<'a>, records: &[&Record]) -> Option<&'a Parameter> {
    let service = entry.get("service")?;
    let replacement = entry.get("replacement")?;
    let name = absolute(&replacement.value.value)?;
    let naptr = records.iter().filter_map(|record| match &record.data {
        Data::Naptr(naptr) => Some(naptr),
        _ => None,
    });
    let same = |text: &str| text.eq_ignore_ascii_case(service.value.value.trim());
    let of_service: Vec<_> = naptr.filter(|naptr| same(&naptr.service.value)).collect();
    if of_service.is_empty() {
        return Some(service);
    }
    let leads_there = of_service
        .iter()
        .any(|naptr| naptr.replacement.name == name);
    (!leads_there).then_some(replacement)
}
