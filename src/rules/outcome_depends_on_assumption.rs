//! `outcome-depends-on-assumption`: where the handset ends up depends on what nobody
//! documents.

use std::collections::BTreeSet;

use super::lookup::about_lookup;
use super::{Facts, Findings};
use crate::dns::{Data, RecordType};
use crate::finding::{Finding, Subject};
use crate::handset::assumption::{ASSUMPTIONS, Assumption};
use crate::handset::{Lookup, Protocol, Step};
use crate::site::{Setup, Simulation, Verdict, View, minimal, verdict};
use crate::source::Span;

/// Simulates every combination of readings that nobody settled, for every set-up that gets to a
/// server. Where the chosen readings lead to none, an error says why.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    findings.look_at_each(&site.simulations, |simulation, findings| {
        if simulation.verdict == Verdict::Registers {
            look_at(site, simulation, findings);
        }
    });
}

fn look_at(site: &Facts, simulation: &Simulation, findings: &mut Findings) {
    let setup = &site.setups[simulation.setup];
    let view = &site.views[simulation.view];
    let is_open = |name: &str| !site.assumptions.is_settled(name) && is_news(name, setup, view);
    let explored = site.explore(simulation, is_open);
    if explored.len() == 1 {
        return;
    }
    let chosen = first(&simulation.lookup);
    let is_other =
        |lookup: &Lookup| outcome(site, setup, view, lookup).is_some_and(|other| other != chosen);
    for combination in minimal(&explored, site, is_other) {
        let other = outcome(site, setup, view, &combination.lookup).unwrap_or_default();
        let two = Two {
            differs: combination.differs(site.assumptions),
            chosen: &chosen,
            other: &other,
        };
        let finding = finding(site, findings, &two, simulation, setup, &combination.lookup);
        findings.push(about_lookup(finding, simulation, setup));
    }
}

/// Host, port and protocol of the servers that may be tried first.
type First<'l> = BTreeSet<(&'l str, u16, Protocol)>;

/// What a lookup leads to, nothing perhaps; `None` where the data given does not decide.
fn outcome<'l>(site: &Facts, setup: &Setup, view: &View, lookup: &'l Lookup) -> Option<First<'l>> {
    match verdict(site, setup, view, lookup) {
        Verdict::Undetermined => None,
        Verdict::Fails => Some(BTreeSet::new()),
        Verdict::Registers => Some(first(lookup)),
    }
}

fn first(lookup: &Lookup) -> First<'_> {
    let servers = lookup.servers().iter().filter(|server| server.order == 1);
    servers
        .map(|server| (server.host.as_str(), server.port, server.protocol))
        .collect()
}

/// Another reading may lead to different servers, and nothing else says so: weights decide
/// between equals only, where the RFC's TLS name exists the other is no surprise, and an
/// unknown transport and targets without addresses are errors of their own.
fn is_news(assumption: &str, setup: &Setup, view: &View) -> bool {
    match assumption {
        "weight" | "unknown-transport" | "srv-without-address" => false,
        "tls-srv-name" => {
            let is_tls = |(_, protocol, _): &(_, Protocol, _)| *protocol == Protocol::Tls;
            setup
                .name()
                .is_some_and(|name| !view.sip_sets(name).iter().any(is_tls))
        }
        _ => true,
    }
}

/// What two combinations of readings lead to.
struct Two<'a> {
    /// The assumptions that are read otherwise, each with its other reading; never empty.
    differs: Vec<(&'static str, &'static str)>,
    chosen: &'a First<'a>,
    other: &'a First<'a>,
}

fn finding(
    site: &Facts,
    findings: &Findings,
    two: &Two,
    simulation: &Simulation,
    setup: &Setup,
    other: &Lookup,
) -> Finding {
    let name = |(name, _): &(&'static str, _)| {
        let chosen = site.assumptions.get(name).unwrap_or_default();
        format!("`{name}={chosen}`")
    };
    let chosen: Vec<_> = two.differs.iter().map(name).collect();
    let reading = |(name, value): &(&str, &str)| format!("`{name}={value}`");
    let others: Vec<_> = two.differs.iter().map(reading).collect();
    let message = format!(
        "which server handsets try first is not documented: {} under {}, {} under {}",
        in_words(two.chosen),
        chosen.join(" and "),
        in_words(two.other),
        others.join(" and "),
    );
    let place = parting(&simulation.lookup, other).unwrap_or(setup.entry.address.span);
    let about = |name: &str| {
        ASSUMPTIONS
            .iter()
            .find(|assumption| assumption.name == name)
    };
    let assumptions = two.differs.iter().filter_map(|(name, _)| about(name));
    let help: Vec<_> = assumptions.map(remedy).collect();
    let mut finding = findings.at(place, message).help(help.join("\n"));
    if place != setup.entry.address.span {
        finding = finding.related(setup.entry.address.span, "for handsets with this address");
    }
    if two
        .differs
        .iter()
        .any(|(name, _)| name.starts_with("naptr-"))
    {
        finding = about_naptr(finding, &simulation.lookup);
    }
    if two.differs.iter().any(|(name, _)| *name == "cname-chasing") {
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
