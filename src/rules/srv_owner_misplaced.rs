//! `srv-owner-misplaced`: the SRV set that the handset asks for stands one level above or
//! below the configured address.

use super::Findings;
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::{Commands, Edit, Finding, Fix};
use crate::fix::{NewRecord, Place, add_record, in_turn};
use crate::handset::Step;
use crate::site::chain::{about_lookup, asked_and_got, missed_srv, plain, said_no, service_of};
use crate::site::{Setup, Site, Verdict, View};

/// Looks, for every SRV question in vain, for the same service one level away.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        if simulation.verdict != Verdict::Fails {
            continue;
        }
        let Some(address) = setup.entry.name() else {
            continue;
        };
        for step in missed_srv(&simulation.lookup, setup) {
            let elsewhere = elsewhere(view, &address, &service_of(&step.question.name));
            let Some(nearest) = elsewhere.first() else {
                continue;
            };
            let finding = findings
                .at(
                    setup.entry.address.span,
                    format!(
                        "{}; the records stand {}, at `{}`",
                        asked_and_got(step),
                        nearest.level.as_str(),
                        plain(&nearest.set.owner)
                    ),
                )
                .help(help(nearest, step))
                .fix(fix(site, setup, view, nearest, step));
            let finding = related(finding, &elsewhere);
            findings.push(about_lookup(
                said_no(finding, &step.answer),
                simulation,
                setup,
            ));
        }
    }
}

/// A set of the service that is asked for, at another name.
struct Elsewhere<'v> {
    set: &'v RrSet,
    domain: Name,
    level: Level,
}

#[derive(PartialEq, Eq)]
enum Level {
    Above,
    Below,
    /// The zone's name stands twice in the owner: its final dot is missing.
    Doubled,
}

impl Level {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Above => "one level above",
            Self::Below => "one level below",
            Self::Doubled => "where the zone's name is repeated, for want of a final dot",
        }
    }
}

/// The sets of `service` around `address`, those whose owner only lacks its dot first.
fn elsewhere<'v>(view: &'v View, address: &Name, service: &str) -> Vec<Elsewhere<'v>> {
    let mut found = Vec::new();
    for set in view.sets(RecordType::SRV) {
        let domain = set.owner.base_name().base_name();
        if service_of(&set.owner) != service || domain.is_root() || domain.is_wildcard() {
            continue;
        }
        let doubled = || {
            let apex = view.apex_of(&set.owner)?;
            let twice = address.clone().append_name(apex).ok()?;
            let relative = set.records.iter().any(|record| record.owner.relative);
            Some(relative && domain == twice)
        };
        let level = if doubled().unwrap_or_default() {
            Level::Doubled
        } else if domain == address.base_name() {
            Level::Above
        } else if domain.base_name() == *address {
            Level::Below
        } else {
            continue;
        };
        found.push(Elsewhere { set, domain, level });
    }
    found.sort_by_key(|elsewhere| elsewhere.level != Level::Doubled);
    found
}

fn related(mut finding: Finding, elsewhere: &[Elsewhere]) -> Finding {
    const SHOWN: usize = 3;
    for other in elsewhere.iter().take(SHOWN) {
        let message = format!("records of this service, {}", other.level.as_str());
        finding = finding.related(other.set.records[0].owner.span, message);
    }
    finding
}

fn help(nearest: &Elsewhere, step: &Step) -> String {
    let (written, domain) = (&step.asked_as, plain(&nearest.domain));
    if nearest.level == Level::Doubled {
        return format!("write the owner with its final dot: `{written}.`");
    }
    // A name such as `_tcp.example.com` is a folder, nothing a handset could be given.
    if domain.starts_with('_') {
        return format!("name the records `{written}`");
    }
    format!(
        "did you mean the address `{domain}`? Give it to the handsets, or name the records \
         `{written}`"
    )
}

/// The records again at the name that is asked for, or the other address for the handsets.
fn fix(site: &Site, setup: &Setup, view: &View, nearest: &Elsewhere, step: &Step) -> Fix {
    if nearest.level == Level::Doubled {
        let add_dot = |span| Edit::insert_after(span, ".");
        let mut edits: Vec<_> = nearest
            .set
            .records
            .iter()
            .map(|record| add_dot(record.owner.span))
            .collect();
        // Records whose owner is left blank share the one that is written.
        edits.dedup();
        return Fix {
            title: "end the owner with a dot".to_owned(),
            safe: true,
            edits,
            commands: at_name_asked(view, nearest, step),
        };
    }
    let domain = plain(&nearest.domain);
    let mut commands = at_name_asked(view, nearest, step);
    if !domain.starts_with('_') {
        commands.xml = site.attribute(setup, "address", &domain);
    }
    Fix {
        title: format!(
            "list the servers at `{}`, or give the handsets the address `{domain}`",
            step.asked_as
        ),
        commands,
        ..Fix::default()
    }
}

fn at_name_asked(view: &View, nearest: &Elsewhere, step: &Step) -> Commands {
    let owner = &step.question.name;
    let place = Place::new(view.apex_of(owner), owner);
    nearest
        .set
        .records
        .iter()
        .map(|record| add_record(place, &NewRecord::from(&record.data)))
        .reduce(in_turn)
        .unwrap_or_default()
}
