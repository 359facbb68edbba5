//! `ttl-delays-failback`: handsets return to the primary server when a long TTL is over.

use super::sip_set::edit;
use super::ttl::{spoken, with_ttl};
use super::{Facts, Findings};
use crate::dns::{Record, RecordType};
use crate::finding::{Fix, Subject};
use crate::handset::{Lookup, Via};
use crate::phone::{Parameter, Settings};
use crate::site::Setup;

/// Seconds.
const LONGEST: u32 = 3600;

/// Looks at the TTLs behind every server entry whose failback goes by them.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    // How handsets fail back, files say.
    let by_files = site
        .simulated()
        .filter(|(_, setup, _)| !setup.groups.is_empty());
    for (simulation, setup, view) in by_files {
        let longest = longest_ttl(&simulation.lookup);
        let Some(longest) = longest.filter(|record| record.ttl.value > LONGEST) else {
            continue;
        };
        let mut groups = setup.groups.iter();
        let mode = groups.find_map(|group| dns_ttl_mode(&site.settings_of(*group), setup));
        let Some(mode) = mode else {
            continue;
        };
        let seconds = spoken(longest.ttl.value);
        let finding = findings
            .at(
                longest.ttl.span,
                format!("handsets return to the primary server after {seconds} only"),
            )
            .label(format!("TTL of `{}`", longest.owner.name))
            .about(Subject::Token(longest.ttl.span))
            .help(format!(
                "set the TTL of the SRV and A records to {LONGEST} or less, or `{}` to `duration` \
                 with a `failBack.timeout`: with DNSTTL a handset that has failed over stays with \
                 the other server until the TTL is over",
                mode.name.value
            ))
            .related(mode.value.span, "failback goes by the TTL")
            .handsets(&setup.handsets)
            .fix(Fix {
                title: format!("set the TTL to {LONGEST}"),
                edits: edit(site, longest.ttl.span, LONGEST.to_string()),
                changes: vec![with_ttl(view, longest, LONGEST)],
                ..Fix::default()
            });
        findings.push(finding);
    }
}

/// The setting that makes the entry of this set-up fail back by TTL.
fn dns_ttl_mode<'c>(settings: &Settings<'c>, setup: &Setup) -> Option<&'c Parameter> {
    let mut modes = settings.servers();
    modes.retain(|server| {
        let mode = server.filled("failOver.failBack.mode");
        mode.is_some_and(|mode| mode.value.value.eq_ignore_ascii_case("DNSTTL"))
    });
    if modes.is_empty() {
        return None;
    }
    let entries = settings.entries();
    let mut used = entries
        .iter()
        .filter(|entry| entry.overridden_by.is_none() && setup.looks_up(&entry.entry));
    used.find_map(|entry| {
        let server = modes.iter().find(|server| server.prefix == entry.prefix);
        server.and_then(|server| server.filled("failOver.failBack.mode"))
    })
}

/// Of the SRV and address records that led to servers, the one that is kept longest.
fn longest_ttl(lookup: &Lookup) -> Option<&Record> {
    let first = lookup.servers().first()?;
    if first.via == Via::Literal {
        return None;
    }
    let kinds = [RecordType::SRV, RecordType::A, RecordType::AAAA];
    let records = lookup
        .steps
        .iter()
        .flat_map(|step| kinds.iter().flat_map(|kind| step.answer.of_type(*kind)));
    records.min_by_key(|record| (std::cmp::Reverse(record.ttl.value), record.ttl.span))
}
