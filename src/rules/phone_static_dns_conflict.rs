//! `phone-static-dns-conflict`: a static DNS record of the configuration says other than the
//! zone.

use super::lookup::{plain, said_no};
use super::{Facts, Findings, setting};
use crate::dns::{Answer, Data, Name, Naptr, Record, RecordType, Srv};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Field, set};
use crate::phone::{Parameter, StaticSettings};
use crate::rule::Severity;
use crate::site::View;

/// Compares every static record with every view that speaks of its name.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        let records = settings.static_settings();
        for record in &records {
            let Some(name_as_written) = record.filled("name") else {
                continue;
            };
            let Some(name) = record.name("name") else {
                continue;
            };
            let entry = Entry {
                record,
                all: &records,
                name,
                name_as_written,
            };
            for view in &site.views {
                if let Some(finding) = compare(findings, &entry, view) {
                    findings.push(finding.handsets(settings.handsets()));
                }
            }
        }
    }
}

/// A static record with a name, and all of the handset.
struct Entry<'r, 'a> {
    record: &'r StaticSettings<'a>,
    all: &'r [StaticSettings<'a>],
    name: Name,
    name_as_written: &'a Parameter,
}

impl Entry<'_, '_> {
    /// The repair that gives fields other values; those that say the same are left as they are.
    fn say(&self, fields: &[(&str, String)]) -> Fix {
        let mut fix = Fix {
            title: "give the static record the zone's data".to_owned(),
            ..Fix::default()
        };
        for (field, value) in fields {
            match self.record.get(field) {
                Some(there) if there.value.value.trim() == value => {}
                Some(there) => {
                    let change = setting::change(there, &there.name.value, value, false);
                    fix.edits.extend(change.edits);
                    fix.changes.extend(change.changes);
                }
                // Left out it is 0, which may not be what the zone says.
                None => {
                    let name = format!("{}.{field}", self.record.prefix);
                    fix.changes.push(set(name, Field::text(value)));
                }
            }
        }
        // Half of the values in the file, and half to be typed, is no repair of the file.
        if fix.edits.len() < fix.changes.len() {
            fix.edits.clear();
        }
        fix
    }

    /// The targets of the configuration's other static SRV records of this name.
    fn targets_beside(&self) -> Vec<Name> {
        let others = self.all.iter().filter(|other| {
            other.record_type == RecordType::SRV && other.prefix != self.record.prefix
        });
        others
            .filter(|other| other.name("name").as_ref() == Some(&self.name))
            .filter_map(|other| other.name("target"))
            .collect()
    }
}

fn compare(findings: &Findings, entry: &Entry<'_, '_>, view: &View) -> Option<Finding> {
    let answer = view.ask(&entry.name, entry.record.record_type);
    let records: Vec<_> = answer.of_type(entry.record.record_type).collect();
    let name = &entry.name_as_written.value;
    match &answer {
        Answer::Records(_) => {
            let Conflict { field, says, right } = conflict(entry, &records)?;
            let in_zone: Vec<_> = records
                .iter()
                .map(|record| record.data.to_string())
                .collect();
            let message = format!(
                "the static {} record of `{}` {says}, and the zone says `{}`",
                entry.record.record_type,
                name.value,
                in_zone.join("`, `")
            );
            let token = field.value.span;
            let finding = findings
                .at(token, message)
                .about(Subject::Token(token))
                .help(
                    "handsets use the static record when DNS does not answer: give it the zone's \
                 data, or remove it",
                );
            let finding = finding.related(records.first()?.span, "what the zone says");
            Some(finding.fix(entry.say(&right)))
        }
        // Perhaps on purpose: a name for handsets alone.
        Answer::NoData(_) | Answer::NxDomain(_) => {
            let message = format!(
                "the static {} record of `{}` has no counterpart in the zone: as long as that is \
                 so, handsets use it",
                entry.record.record_type, name.value
            );
            let finding = findings.at(name.span, message).severity(Severity::Note);
            let finding = finding.about(Subject::Token(name.span));
            // Which of the two is right is for a person to say.
            Some(said_no(finding, &answer).help(
                "create the record in DNS as well, or remove the static one if its server is gone",
            ))
        }
        Answer::Failed(_) | Answer::NotLoaded => None,
    }
}

/// A field and what the zone says in its place.
type Right = (&'static str, String);

/// The field in which a static record differs from all records of the zone: the one that
/// tells what it leads to first.
struct Conflict<'a> {
    /// The field; for one that is left out, what stands there of the record.
    field: &'a Parameter,
    /// What the record says by it.
    says: String,
    /// The fields as the zone has them.
    right: Vec<Right>,
}

impl<'a> Conflict<'a> {
    fn of(field: &'a Parameter, right: Vec<Right>) -> Self {
        Self {
            field,
            says: format!("says `{}`", field.value.value),
            right,
        }
    }
}

fn conflict<'a>(entry: &Entry<'_, 'a>, records: &[&Record]) -> Option<Conflict<'a>> {
    match entry.record.record_type {
        RecordType::A => a_conflict(entry, records),
        RecordType::SRV => srv_conflict(entry, records),
        _ => naptr_conflict(entry, records),
    }
}

fn a_conflict<'a>(entry: &Entry<'_, 'a>, records: &[&Record]) -> Option<Conflict<'a>> {
    let address = entry.record.filled("address")?;
    let mut addresses = records.iter().filter_map(|record| match &record.data {
        Data::A(other) => Some(other.value.to_string()),
        _ => None,
    });
    let first = addresses.next()?;
    let is = |other: &String| address.value.value.trim() == other;
    let differs = !is(&first) && !addresses.any(|other| is(&other));
    differs.then(|| Conflict::of(address, vec![("address", first)]))
}

/// Weights are not compared: they tell nothing where priorities differ.
fn srv_conflict<'a>(entry: &Entry<'_, 'a>, records: &[&Record]) -> Option<Conflict<'a>> {
    let target = entry.record.filled("target")?;
    let name = entry.record.name("target")?;
    let mut all: Vec<&Srv> = records
        .iter()
        .filter_map(|record| match &record.data {
            Data::Srv(srv) => Some(srv),
            _ => None,
        })
        .collect();
    all.sort_by_key(|srv| srv.priority.value);
    let right = |srv: &Srv| {
        vec![
            ("target", plain(&srv.target.name)),
            ("port", srv.port.value.to_string()),
            ("priority", srv.priority.value.to_string()),
        ]
    };
    let of_target: Vec<_> = all.iter().filter(|srv| srv.target.name == name).collect();
    let beside = entry.targets_beside();
    let Some(same_target) = of_target.first() else {
        // The first server that no other static record names.
        let mut free = all.iter().filter(|srv| !beside.contains(&srv.target.name));
        let srv = free.next().or(all.first())?;
        return Some(Conflict::of(target, right(srv)));
    };
    // The target stays as it is written, with its final dot or without.
    let right = right(same_target).split_off(1);
    let differs = |name: &str, value: fn(&Srv) -> u16| {
        let number = entry.record.number(name);
        if of_target.iter().any(|srv| Some(value(srv)) == number) {
            return None;
        }
        let left_out = || Conflict {
            field: target,
            says: format!("has no {name}, which is 0 then"),
            right: right.clone(),
        };
        let field = entry.record.filled(name);
        Some(field.map_or_else(left_out, |field| Conflict::of(field, right.clone())))
    };
    // Of a single record nobody needs to write the priority.
    let has_priority = entry.record.filled("priority").is_some() || !beside.is_empty();
    let priority = || differs("priority", |srv| srv.priority.value).filter(|_| has_priority);
    differs("port", |srv| srv.port.value).or_else(priority)
}

fn naptr_conflict<'a>(entry: &Entry<'_, 'a>, records: &[&Record]) -> Option<Conflict<'a>> {
    let service = entry.record.filled("service")?;
    let replacement = entry.record.filled("replacement")?;
    let name = entry.record.name("replacement")?;
    let all: Vec<_> = records
        .iter()
        .filter_map(|record| match &record.data {
            Data::Naptr(naptr) => Some(naptr),
            _ => None,
        })
        .collect();
    let same = |text: &str| text.eq_ignore_ascii_case(service.value.value.trim());
    let of_service: Vec<_> = all.iter().filter(|it| same(&it.service.value)).collect();
    let Some(first) = of_service.first() else {
        let first = all.iter().min_by_key(|it| it.place())?;
        let right = vec![
            ("service", first.service.value.clone()),
            ("replacement", plain(&first.replacement.name)),
        ];
        return Some(Conflict::of(service, right));
    };
    let mut leading = of_service.iter().filter(|it| it.replacement.name == name);
    let Some(one) = leading.next() else {
        let right = vec![("replacement", plain(&first.replacement.name))];
        return Some(Conflict::of(replacement, right));
    };
    let flags = entry.record.filled("flags")?;
    let is = |it: &Naptr| {
        it.flags
            .value
            .eq_ignore_ascii_case(flags.value.value.trim())
    };
    let right = || vec![("flags", one.flags.value.clone())];
    (!is(one) && !leading.any(|it| is(it))).then(|| Conflict::of(flags, right()))
}
