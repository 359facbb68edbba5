//! `outcome-depends-on-assumption`: where the handset ends up depends on what nobody
//! documents.

use std::collections::BTreeSet;

use super::lookup::{about_lookup, sip_sets};
use super::{Facts, Findings};
use crate::dns::{Data, RecordType};
use crate::finding::{Finding, Subject};
use crate::handset::assumption::{Assumption, Reading};
use crate::handset::{Assumptions, Handset, Lookup, Protocol, Step, Transport};
use crate::site::{Setup, Simulation, Site, Verdict, View, verdict};
use crate::source::Span;

/// Simulates every other reading of every set-up that gets to a server. Where the chosen
/// readings lead to none, an error says why.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        if simulation.verdict != Verdict::Registers {
            continue;
        }
        let chosen = first(&simulation.lookup);
        for (assumption, reading, other) in site.assumptions.alternatives() {
            if !is_at_stake(assumption, simulation, setup, view) {
                continue;
            }
            let lookup = look_up(site, setup, view, other);
            let outcome = match verdict(site, setup, view, &lookup) {
                Verdict::Undetermined => continue,
                Verdict::Fails => BTreeSet::new(),
                Verdict::Registers => first(&lookup),
            };
            if outcome != chosen {
                let two = Two {
                    assumption,
                    chosen: (site.assumptions.get(assumption.name), &chosen),
                    other: (reading, &outcome),
                };
                let finding = finding(findings, &two, simulation, setup, &lookup);
                findings.push(about_lookup(finding, simulation, setup));
            }
        }
    }
}

/// Host, port and protocol of the servers that may be tried first.
type First<'l> = BTreeSet<(&'l str, u16, Protocol)>;

fn first(lookup: &Lookup) -> First<'_> {
    let servers = lookup.servers().iter().filter(|server| server.order == 1);
    servers
        .map(|server| (server.host.as_str(), server.port, server.protocol))
        .collect()
}

/// The lookup came to the point where this assumption decides, and its readings may lead to
/// different servers. Some differences say nothing new: weights decide between equals only,
/// where the RFC's TLS name exists the other is no surprise, and an unknown transport and targets
/// without addresses are errors of their own.
fn is_at_stake(
    assumption: &Assumption,
    simulation: &Simulation,
    setup: &Setup,
    view: &View,
) -> bool {
    let lookup = &simulation.lookup;
    let transport = &setup.entry.transport.value;
    let has_met = |kind| {
        let mut answers = lookup.steps.iter().map(|step| &step.answer);
        answers.any(|answer| answer.of_type(kind).next().is_some())
    };
    match assumption.name {
        // A lookup from an empty cache takes no time, and returns to no server.
        "weight"
        | "unknown-transport"
        | "negative-ttl-source"
        | "srv-without-address"
        | "failback-new-requests" => false,
        "naptr-replacement" | "naptr-walk" => has_met(RecordType::NAPTR),
        "tcp-preferred-udp-srv" => *transport == Transport::TcpPreferred,
        "cname-chasing" => {
            let mut answers = lookup.steps.iter().map(|step| &step.answer);
            answers.any(|answer| answer.aliases().next().is_some())
        }
        "tls-srv-name" => {
            let asks_for_tls = *transport == Transport::Tls || has_met(RecordType::NAPTR);
            let is_tls = |(_, protocol, _): &(_, Protocol, _)| *protocol == Protocol::Tls;
            asks_for_tls
                && setup
                    .entry
                    .name()
                    .is_some_and(|name| !sip_sets(view, &name).iter().any(is_tls))
        }
        _ => true,
    }
}

fn look_up(site: &Site, setup: &Setup, view: &View, assumptions: Assumptions) -> Lookup {
    let mut dns = view;
    Handset::new(&mut dns, site.model, assumptions).look_up(&setup.entry)
}

/// Two readings of one behaviour and what each leads to.
struct Two<'a> {
    assumption: &'static Assumption,
    chosen: (Option<&'static str>, &'a First<'a>),
    other: (&'static Reading, &'a First<'a>),
}

fn finding(
    findings: &Findings,
    two: &Two,
    simulation: &Simulation,
    setup: &Setup,
    other: &Lookup,
) -> Finding {
    let assumption = two.assumption;
    let chosen = two.chosen.0.unwrap_or_default();
    let reading = two.other.0;
    let message = format!(
        "which server handsets try first is not documented: {} under `{1}={chosen}`, {2} under \
         `{1}={3}`",
        in_words(two.chosen.1),
        assumption.name,
        in_words(two.other.1),
        reading.value,
    );
    let place = parting(&simulation.lookup, other).unwrap_or(setup.entry.address.span);
    let mut finding = findings.at(place, message).help(remedy(assumption));
    if place != setup.entry.address.span {
        finding = finding.related(setup.entry.address.span, "for handsets with this address");
    }
    if assumption.name.starts_with("naptr-") {
        finding = about_naptr(finding, &simulation.lookup);
    }
    if assumption.name == "cname-chasing" {
        finding = about_aliases(finding, &simulation.lookup);
    }
    finding
}

fn in_words(first: &First) -> String {
    if first.is_empty() {
        return "none".to_owned();
    }
    let servers = first.iter().map(|(host, port, protocol)| {
        let host = host.trim_end_matches('.');
        format!("`{host}` port {port} over {}", protocol.as_str())
    });
    servers.collect::<Vec<_>>().join(" or ")
}

/// What leads to the first question that is asked under the other reading only.
fn parting(chosen: &Lookup, other: &Lookup) -> Option<Span> {
    let mut steps = other.steps.iter().enumerate();
    let differs = |(at, step): &(usize, &Step)| {
        chosen
            .steps
            .get(*at)
            .is_none_or(|same| same.question != step.question)
    };
    steps.find(differs).map(|(_, step)| step.why.span)
}

/// The rules about NAPTR records may have said the same of their replacements.
fn about_naptr(mut finding: Finding, lookup: &Lookup) -> Finding {
    for step in &lookup.steps {
        for record in step.answer.of_type(RecordType::NAPTR) {
            if let Data::Naptr(naptr) = &record.data {
                finding = finding.about(Subject::Token(naptr.replacement.span));
            }
        }
    }
    finding
}

/// The rules about aliases may have said the same of those on the way.
fn about_aliases(finding: Finding, lookup: &Lookup) -> Finding {
    let aliases = lookup.steps.iter().flat_map(|step| step.answer.aliases());
    aliases.fold(finding, |finding, alias| {
        finding.about(Subject::Owner(alias.owner.name.to_lowercase()))
    })
}

fn remedy(assumption: &Assumption) -> String {
    let change = match assumption.name {
        "naptr-replacement" => {
            "let the replacement be `_sip._udp.` (or the like) and the configured address"
        }
        "naptr-walk" => "let every NAPTR record lead to SRV records",
        "tls-srv-name" => "list the servers at `_sips._tcp` of the configured address",
        "tcp-preferred-udp-srv" => {
            "list the servers at `_sip._tcp` of the configured address, or set the transport to \
             `UDPOnly`"
        }
        "cname-chasing" => "put the records themselves in the place of the alias",
        _ => "let both readings lead to the same server",
    };
    format!(
        "no guide says: {} {change}, and it no longer matters; `--assume {}=…` simulates either \
         reading",
        assumption.question, assumption.name
    )
}
