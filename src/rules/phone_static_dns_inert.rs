//! `phone-static-dns-inert`: static DNS records that handsets do not have, or that nothing
//! leads to.

use std::cell::LazyCell;

use hashbrown::{HashMap, HashSet};

use super::lookup::{absolute, plain};
use super::slips::is_slip;
use super::{Facts, Findings, setting};
use crate::dns::{Name, RecordType};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Field, set};
use crate::phone::{Makes, Parameter, Settings, StaticSettings};
use crate::rule::Severity;
use crate::site::{SIP_SETS, below};
use crate::source::SourceId;

/// Letters that the label of a host has at least for another one to be a slip.
const LETTERS: usize = 5;

/// Looks at the static records of every handset.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let filled = LazyCell::new(|| filled(site));
    let questions = LazyCell::new(|| questions(site));
    let is_met = |record: &Entry| questions.contains(&(record.record_type, &record.owner));
    let mut explains = HashMap::new();
    for settings in &site.settings() {
        let records = settings.static_settings();
        if settings.is_template() || records.is_empty() {
            continue;
        }
        let severity = if settings.has_no_dns_server() {
            Severity::Error
        } else {
            Severity::Warning
        };
        let whole: Vec<_> = records.iter().filter_map(Entry::of).collect();
        let asked = asked(settings, &whole);
        let mut wanted = Wanted::of(&asked, &whole);
        let found = records.iter().filter_map(|record| match record.makes() {
            Makes::Half { there, missing } => {
                let finding = half(site, &filled, findings, settings, record, (there, missing))?;
                let file = there.name.span.source;
                let explains = *explains
                    .entry(file)
                    .or_insert_with(|| explains_all(site, file));
                // With a DNS server a failure is worse than the half of a record.
                let explains = explains && severity == Severity::Error;
                Some(match wanted.by(record).filter(|_| explains) {
                    Some(by) => finding.about(Subject::Token(by.value.span)),
                    None => finding,
                })
            }
            Makes::Broken(name) => Some(broken(findings, settings, name)),
            Makes::Record | Makes::Nothing => None,
        });
        let found: Vec<_> = found
            .chain(strays(findings, settings, &whole, &asked, is_met))
            .collect();
        for finding in found {
            findings.push(finding.severity(severity));
        }
    }
}

/// A static record.
struct Entry<'a> {
    record_type: RecordType,
    owner: Name,
    owner_as_written: &'a Parameter,
    /// What an SRV or NAPTR record leads to.
    leads_to: Option<(Name, &'a Parameter)>,
}

impl<'a> Entry<'a> {
    fn of(settings: &StaticSettings<'a>) -> Option<Self> {
        let Makes::Record = settings.makes() else {
            return None;
        };
        let field = settings.data_field();
        // Of addresses `phone-value-out-of-range` speaks.
        let leads = settings.record_type != RecordType::A;
        let leads_to = leads.then(|| settings.name(field).zip(settings.filled(field)));
        Some(Self {
            record_type: settings.record_type,
            owner: settings.name("name")?,
            owner_as_written: settings.filled("name")?,
            leads_to: leads_to.flatten(),
        })
    }
}

impl Entry<'_> {
    /// It leads where the other one does, and has that owner.
    fn says(&self, other: &Self, owner: &Name) -> bool {
        let target = |one: &Self| one.leads_to.as_ref().map(|(name, _)| name.clone());
        self.record_type == other.record_type
            && self.owner == *owner
            && target(self) == target(other)
    }
}

/// What asks for a name.
#[derive(Clone, Copy)]
struct Asked<'a> {
    /// The address of a server, or what a record leads to.
    by: &'a Parameter,
    is_record: bool,
}

/// What handsets ask for, whichever they are: a file may be read by those of several servers.
fn questions<'s>(site: &'s Facts) -> HashSet<(RecordType, &'s Name)> {
    let lookups = site.simulations.iter().map(|one| &one.lookup);
    let steps = lookups.flat_map(|lookup| &lookup.steps);
    steps
        .map(|step| (step.question.record_type, &step.question.name))
        .collect()
}

/// Static records' fields that are filled in somewhere, whoever reads them.
fn filled<'a>(site: &'a Facts) -> HashSet<&'a str> {
    let files = site.configurations.iter();
    let parameters = files.flat_map(|file| &file.parameters);
    parameters
        .filter(|one| one.name.value.starts_with("dns.cache.") && !one.value.value.is_empty())
        .map(|one| one.name.value.as_str())
        .collect()
}

/// What a file lacks is why all handsets fail that look up what its readers do.
fn explains_all(site: &Facts, file: SourceId) -> bool {
    let readers: HashSet<_> = site.provisioning.groups_of(file).collect();
    site.setups.iter().all(|setup| {
        let mut groups = setup.groups.iter();
        let is_other = groups.clone().all(|group| !readers.contains(group));
        is_other || groups.all(|group| readers.contains(group))
    })
}

fn half(
    site: &Facts,
    filled: &HashSet<&str>,
    findings: &Findings,
    settings: &Settings<'_>,
    record: &StaticSettings<'_>,
    (there, missing): (&Parameter, &'static str),
) -> Option<Finding> {
    let prefix = &record.prefix;
    let name = format!("{prefix}.{missing}");
    // What a lone file leaves out, another one may have, and a damaged one may have anything.
    if settings.is_damaged()
        || !settings.is_whole() && filled.contains(&*name)
        || site.misspelt().is_meant(settings, &name)
    {
        return None;
    }
    let message = format!("`{}` has no effect: `{name}` is not set", there.name.value);
    let finding = setting::finding(findings, settings, there.name.span, message)
        .help(format!("set `{name}`, or delete the other settings of `{prefix}`: as they stand they are no record"))
        .fix(Fix {
            title: format!("set `{name}`"),
            changes: vec![set(name.clone(), Field::blank(missing))],
            ..Fix::default()
        });
    Some(finding)
}

fn broken(findings: &Findings, settings: &Settings<'_>, name: &Parameter) -> Finding {
    let message = format!(
        "`{}` is no DNS name: handsets have no such record",
        name.value.value.trim()
    );
    setting::finding(findings, settings, name.value.span, message).help(
        "write a whole name: labels of letters, digits and hyphens, with one dot between them",
    )
}

/// What handsets may ask for.
type AskedFor<'a> = HashMap<(RecordType, Name), Asked<'a>>;

/// Whatever servers and records lead to.
fn asked<'a>(settings: &Settings<'a>, records: &[Entry<'a>]) -> AskedFor<'a> {
    let mut asked = HashMap::new();
    for server in settings.servers() {
        let Some(by) = server.filled("address") else {
            continue;
        };
        let Some(address) = absolute(&by.value.value) else {
            continue;
        };
        let by = Asked {
            by,
            is_record: false,
        };
        let services = SIP_SETS
            .iter()
            .filter_map(|(service, _)| below(service, &address));
        asked.extend(services.map(|owner| ((RecordType::SRV, owner), by)));
        asked.insert((RecordType::NAPTR, address.clone()), by);
        asked.insert((RecordType::A, address), by);
    }
    for record in records {
        let next = match record.record_type {
            RecordType::NAPTR => RecordType::SRV,
            _ => RecordType::A,
        };
        if let Some((name, by)) = &record.leads_to {
            let by = Asked {
                by,
                is_record: true,
            };
            asked.insert((next, name.clone()), by);
        }
    }
    asked
}

/// What is asked for and no static record has: one that is half there was meant to be it.
struct Wanted<'w, 'a> {
    /// What a record leads to first.
    names: Vec<(&'w (RecordType, Name), Asked<'a>)>,
}

impl<'w, 'a> Wanted<'w, 'a> {
    fn of(asked: &'w AskedFor<'a>, records: &[Entry<'_>]) -> Self {
        let has = owners(records);
        let wanted = asked.iter().map(|(name, by)| (name, *by));
        let mut names: Vec<_> = wanted
            .filter(|((record_type, name), _)| !has.contains(&(*record_type, name)))
            .collect();
        names.sort_by_key(|(name, by)| (!by.is_record, *name));
        Self { names }
    }

    /// What asks for the record that this is one half of. Where only the data is there, it is
    /// the first name, and not that of another record as well.
    fn by(&mut self, record: &StaticSettings<'_>) -> Option<&'a Parameter> {
        let owner = record.filled("name").map(|_| record.name("name"));
        let at = self.names.iter().position(|((record_type, name), _)| {
            let is_owner = |owner: &Option<Name>| owner.as_ref() == Some(name);
            *record_type == record.record_type && owner.as_ref().is_none_or(is_owner)
        })?;
        let (_, asked) = self.names.remove(at);
        Some(asked.by)
    }
}

/// What records there are.
fn owners<'r>(records: &'r [Entry<'_>]) -> HashSet<(RecordType, &'r Name)> {
    let owners = records.iter().map(|one| (one.record_type, &one.owner));
    owners.collect()
}

/// Records that nothing leads to, not what DNS has either (`is_met`), where something leads to
/// nearly the same name.
fn strays(
    findings: &Findings,
    settings: &Settings<'_>,
    records: &[Entry<'_>],
    asked: &AskedFor<'_>,
    is_met: impl Fn(&Entry<'_>) -> bool,
) -> Vec<Finding> {
    let has = owners(records);
    let mut found = Vec::new();
    for record in records {
        let key = (record.record_type, record.owner.clone());
        if asked.contains_key(&key) || is_met(record) {
            continue;
        }
        let meant = asked.keys().filter(|(record_type, name)| {
            // What is nearly the name of a record that is there may be that of another site.
            let is_missed = || !has.contains(&(*record_type, name));
            *record_type == record.record_type
                && (is_slip(&record.owner, name) && !may_be_two_hosts(record, name) && is_missed()
                    || is_without_service(record, name))
        });
        // Almost all handsets ask for UDP.
        let is_other = |(_, name): &(RecordType, Name)| name.iter().nth(1) != Some(b"_udp");
        let Some(meant) = meant.min_by_key(|meant| (is_other(meant), *meant)) else {
            continue;
        };
        let (written, right) = (record.owner_as_written, plain(&meant.1));
        let message = format!(
            "handsets ask for `{right}`, and never for `{}`",
            plain(&record.owner)
        );
        let finding = setting::finding(findings, settings, written.value.span, message)
            .about(Subject::Token(asked[meant].by.value.span));
        let mut others = records.iter();
        let finding = if others.any(|other| other.says(record, &meant.1)) {
            finding.help(format!(
                "delete this record: `{right}` has another one that says the same"
            ))
        } else {
            finding
                .help(format!(
                    "did you mean `{right}`? Static records are found by their whole name"
                ))
                .fix(setting::change(written, &written.name.value, &right, false))
        };
        let asked = asked[meant];
        found.push(if asked.is_record {
            finding.related(asked.by.value.span, "leads there")
        } else {
            finding
        });
    }
    found
}

/// An SRV record whose owner is that name without its service, without its domain, or without dots
/// and underscores: `eslab.local`, `_sip._udp`, `_sip_udp.eslab.local`.
fn is_without_service(record: &Entry<'_>, name: &Name) -> bool {
    let owner = &record.owner;
    let service = name.iter().take(2);
    let letters = |name: &Name| -> Vec<u8> {
        let letters = name
            .iter()
            .flatten()
            .filter(|byte| byte.is_ascii_alphanumeric());
        letters.map(u8::to_ascii_lowercase).collect()
    };
    record.record_type == RecordType::SRV
        && (*owner == name.base_name().base_name()
            || owner.iter().eq(service)
            || letters(owner) == letters(name))
}

/// Names of hosts that differ in a number (`sip1`, `sip2`) or in a short label (`prov`, `prox`)
/// are two names; only hosts have addresses.
fn may_be_two_hosts(record: &Entry<'_>, name: &Name) -> bool {
    let first = |name: &Name| name.iter().next().unwrap_or_default().to_ascii_lowercase();
    let (written, other) = (first(&record.owner), first(name));
    let letters = |label: &[u8]| {
        label
            .iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .count()
    };
    let is_short = letters(&written).min(letters(&other)) < LETTERS;
    numbers(&record.owner) != numbers(name)
        || record.record_type == RecordType::A && written != other && is_short
}

/// The digits of a name: hosts that differ in them (`sip1`, `sip2`) are two.
fn numbers(name: &Name) -> Vec<u8> {
    let bytes = name.iter().flatten().copied();
    bytes.filter(u8::is_ascii_digit).collect()
}
