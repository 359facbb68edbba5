//! What a run looked at, and what it could not: a report that finds nothing says how much
//! that is worth.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{NotChecked, count, printable};
use crate::dns::{Answer, RecordType};
use crate::handset;
use crate::live::{Reply, Role};
use crate::rule::Need;
use crate::site::{Kind, Site, Verdict};

/// Names listed before the rest is counted.
const NAMES_LISTED: usize = 3;

/// What was looked at.
pub(super) fn checked(site: &Site) -> Vec<String> {
    let mut checked = Vec::new();
    if !site.zones.is_empty() {
        let records: u64 = site.zones.iter().map(|zone| zone.record_count).sum();
        let records = usize::try_from(records).unwrap_or(usize::MAX);
        // What commands asked for are parts of one zone.
        let mut in_parts = HashSet::new();
        let zones = site.zones.iter();
        let zones = zones.filter(|zone| zone.asked.is_none() || in_parts.insert(&zone.apex));
        checked.push(format!(
            "{} of {}",
            count(records, "record"),
            listed("zone", zones.map(|zone| zone.apex.to_string()).collect())
        ));
    }
    let of_views = site.views.iter().filter_map(|view| view.live.as_deref());
    let of_name_servers = site.name_servers.iter().flat_map(|server| &server.answers);
    for live in of_views.chain(of_name_servers) {
        let heard = |reply: &&Reply| reply.silence().is_none();
        let whose = match live.role {
            Role::System => ", the DNS server of this computer",
            Role::NameServer => ", a name server",
            Role::Named => "",
        };
        checked.push(format!(
            "{} of {} answered by {}{whose}",
            live.answers.values().filter(heard).count(),
            count(live.answers.len(), "question"),
            live.server()
        ));
    }
    if !site.configurations.is_empty() {
        let configurations = site.configurations.len();
        checked.push(count(configurations, "handset configuration"));
    }
    if !site.simulations.is_empty() {
        let questions = site.simulations.iter().map(|one| one.lookup.steps.len());
        checked.push(format!(
            "{}, {} of handsets followed",
            count(site.setups.len(), "set-up"),
            count(questions.sum(), "question")
        ));
    }
    if checked.is_empty() && site.logs.is_empty() {
        // A path that went wrong must not pass for a check without findings.
        let nothing = "nothing: neither zone nor handset configuration nor log was found";
        checked.push(nothing.to_owned());
    }
    checked
}

/// What was not looked at, and why.
pub(super) fn not_checked(site: &Site) -> Vec<NotChecked> {
    let mut missing: Vec<_> = Need::ALL
        .into_iter()
        .filter_map(|need| site.unmet(need))
        .map(|(what, why)| NotChecked {
            what: what.to_owned(),
            why: why.to_owned(),
        })
        .collect();
    missing.extend(unasked(site));
    missing.extend(lacking(site));
    missing.extend(undecided(site));
    missing.extend(of_no_known_address(site));
    missing.extend(not_met(site));
    if site.implied_left_out > 0 {
        missing.push(NotChecked {
            what: count(site.implied_left_out, "further name") + " with SIP records",
            why: "too many to be simulated in one run: give the configurations of handsets, or \
                  --address NAME, or fewer zones"
                .to_owned(),
        });
    }
    missing.extend(not_read(site));
    missing.extend(unreadable(site));
    missing.extend(put_aside(site));
    for (kind, noun, why) in [
        (
            Kind::PhoneLog,
            "handset log",
            "`sipdns-lint log FILE` explains what a handset wrote",
        ),
        (
            Kind::LooseFragment,
            "zone fragment",
            "no `$INCLUDE` of a file that was given leads to it",
        ),
        (
            Kind::Unknown,
            "file",
            "neither zone nor handset configuration by content",
        ),
    ] {
        let is_read = |source| site.logs.iter().any(|log| log.source == source);
        let inputs = site.inputs.iter();
        let inputs = inputs.filter(|input| input.kind == kind && !is_read(input.source));
        let names: Vec<_> = inputs
            .map(|input| site.sources.get(input.source).name.clone())
            .collect();
        if !names.is_empty() {
            missing.push(NotChecked {
                what: listed(noun, names),
                why: why.to_owned(),
            });
        }
    }
    missing
}

/// What servers have that no handset asks for by name.
fn unasked(site: &Site) -> Option<NotChecked> {
    let is_asked = site.views.iter().any(|view| view.live.is_some());
    is_asked.then(|| NotChecked {
        what: "wildcards, and what else servers have that nobody asks for".to_owned(),
        why: "servers were asked what handsets ask; --axfr has them hand over whole zones"
            .to_owned(),
    })
}

/// Zones that servers have and that were not given.
fn lacking(site: &Site) -> Option<NotChecked> {
    let names = site.views.iter().flat_map(|view| view.zones.all_lacking());
    let names: BTreeSet<_> = names.collect();
    let names: Vec<_> = names.into_iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| NotChecked {
        what: listed("zone", names),
        why: "settings of BIND have them, and their data was not given".to_owned(),
    })
}

/// Configurations that no handset reads.
fn not_read(site: &Site) -> Vec<NotChecked> {
    let mut not_read = Vec::new();
    let unread = site.configurations.iter().map(|file| file.source);
    let unread = unread.filter(|source| site.provisioning.is_unread(*source));
    let unread: Vec<_> = unread
        .map(|source| site.sources.get(source).name.clone())
        .collect();
    if !unread.is_empty() {
        not_read.push(NotChecked {
            what: listed("configuration", unread),
            why: "no master file in the folder names it, so no handset reads it".to_owned(),
        });
    }
    let copies = &site.provisioning.copies;
    if !copies.is_empty() {
        not_read.push(NotChecked {
            what: listed("provisioning folder", copies.iter().cloned().collect()),
            why: "for no other handsets than the folder that it lies in, so it is taken for a \
                  copy; name it alone to have it checked"
                .to_owned(),
        });
    }
    let models = site.provisioning.other_models.iter();
    let models: BTreeSet<_> = models.map(|span| site.text(*span)).collect();
    if !models.is_empty() {
        let lists = models.into_iter().map(str::to_owned).collect();
        not_read.push(NotChecked {
            what: listed("file list", lists),
            why: "for one model only; --phone-model chooses one".to_owned(),
        });
    }
    not_read
}

/// Copies of zones whose own files are read.
fn put_aside(site: &Site) -> Option<NotChecked> {
    let name = |source| &site.sources.get(source).name;
    let copies = site.put_aside.iter();
    let copies = copies.map(|copy| {
        let (own, original) = match copy.serials {
            Some((own, original)) => (
                format!(" with serial {own}"),
                format!(" with serial {original}"),
            ),
            None => (String::new(), String::new()),
        };
        let (copy, of) = (name(copy.source), name(copy.original));
        format!("{copy}{own} beside {of}{original}")
    });
    let copies: Vec<_> = copies.collect();
    (!copies.is_empty()).then(|| NotChecked {
        what: listed("file", copies),
        why: "by name a copy of a zone that is read; name the file to have it read".to_owned(),
    })
}

/// Files of folders that cannot be read, by reason.
fn unreadable(site: &Site) -> impl Iterator<Item = NotChecked> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let inputs = site.inputs.iter();
    for input in inputs.filter(|input| input.kind == Kind::Unreadable) {
        let source = site.sources.get(input.source);
        let names = by_reason.entry(&source.text).or_default();
        names.push(source.name.clone());
    }
    by_reason.into_iter().map(|(reason, names)| NotChecked {
        what: listed("file", names),
        why: format!("cannot be read: {reason}"),
    })
}

/// Lookups that the data given does not decide, each with the question it stops at.
fn undecided(site: &Site) -> Vec<NotChecked> {
    let mut open: Vec<_> = site
        .simulated()
        .filter_map(|(simulation, setup, view)| {
            let handset::Outcome::Undetermined { step } = simulation.lookup.outcome else {
                return None;
            };
            let address = printable(&setup.entry.address.value);
            let why = match step.and_then(|index| simulation.lookup.steps.get(index)) {
                Some(step) => match &step.answer {
                    Answer::Failed(failure) => {
                        format!("{}: {failure}", step.question)
                    }
                    _ if view.has_unread(&step.question.name, step.question.record_type) => {
                        format!("the records of {} cannot be read", step.question)
                    }
                    _ => format!("{} is outside the data given", step.question),
                },
                None => "it is no name that can be looked up".to_owned(),
            };
            Some(NotChecked {
                what: format!("where `{address}` leads"),
                why,
            })
        })
        .collect();
    open.sort();
    open.dedup();
    open
}

/// What is expected of addresses that no lookup of the part given begins with.
fn not_met(site: &Site) -> Option<NotChecked> {
    if !site.is_part {
        return None;
    }
    let unmatched = site.unmatched_expectations().into_iter();
    let names: Vec<_> = unmatched
        .map(|one| match &one.address {
            Some(address) => printable(site.text(address.span)).into_owned(),
            None => "every other address".to_owned(),
        })
        .collect();
    (!names.is_empty()).then(|| NotChecked {
        what: listed("expectation", names),
        why: "only a part of the settings' folder was given, and nothing in it leads there"
            .to_owned(),
    })
}

/// Servers that handsets may be led to beside those shown, by why their addresses are not known.
fn of_no_known_address(site: &Site) -> impl Iterator<Item = NotChecked> {
    let mut by_reason: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (simulation, ..) in site.simulated() {
        if simulation.verdict == Verdict::Undetermined {
            continue;
        }
        let steps = simulation.lookup.steps.iter();
        for step in steps.filter(|step| step.question.record_type == RecordType::A) {
            let why = match &step.answer {
                Answer::Failed(failure) => failure.to_string(),
                Answer::NotLoaded => "outside the data given".to_owned(),
                _ => continue,
            };
            let names = by_reason.entry(why).or_default();
            names.insert(step.question.name.to_string());
        }
    }
    by_reason.into_iter().map(|(why, names)| NotChecked {
        what: format!(
            "the address of {}",
            listed("server", names.into_iter().collect())
        ),
        why,
    })
}

/// `1 zone (eslab.local.)`, `7 files (a, b, c and 4 more)`.
fn listed(noun: &str, mut names: Vec<String>) -> String {
    let all = names.len();
    names.truncate(NAMES_LISTED);
    let rest = all - names.len();
    let more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    format!("{} ({}{more})", count(all, noun), names.join(", "))
}
