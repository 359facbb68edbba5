//! `srv-missing`: the SRV set the handset asks for does not exist, and nothing else leads it
//! to a server.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::lookup::{about_lookup, asked_and_got, missed_srv, plain, said_no};
use super::served::Served;
use super::srv_alias_owner::in_its_place;
use super::{Facts, Findings};
use crate::dns::{Data, Name, RecordType};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record};
use crate::handset::{Lookup, Step};
use crate::site::{Setup, Verdict, View, sip_domain};
use crate::source::Span;

/// Looks at every lookup that fails for want of an SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut by_view = BTreeMap::new();
    let served = LazyCell::new(|| Served::of(site));
    for (simulation, setup, view) in site.simulated() {
        if site.found(simulation) != Verdict::Fails {
            continue;
        }
        let missed = missed_srv(&simulation.lookup, setup);
        let Some(step) = missed.first() else { continue };
        let fallback = fallback(&simulation.lookup);
        let message = match &fallback {
            Some(addresses) => format!(
                "{}; its last resort, A `{}`, gives {addresses}, which no SRV record names as a \
                 SIP server",
                asked_and_got(step),
                setup.entry.address.value
            ),
            None => format!(
                "{}, and no other question leads it to a SIP server",
                asked_and_got(step)
            ),
        };
        let place = if step.passed_over {
            "in the place of the alias, "
        } else {
            ""
        };
        let mut help = format!(
            "{place}add one SRV record `{}` for each SIP server: priority 0 for the first and 1 for the \
             next, port {}, and the server's full host name as its target",
            step.asked_as,
            simulation.lookup.protocol.default_port()
        );
        let alias = alias(&simulation.lookup, setup);
        let alias = alias.filter(|(_, target)| !view.sip_sets(target).is_empty());
        if let Some((_, target)) = alias {
            let target = plain(target);
            let _ = write!(
                help,
                "; or configure `{target}`: the address is an alias of it, and SRV records are \
                 not asked for by that name"
            );
        }
        let instead = in_its_place(view, &step.question.name);
        let mut finding = findings
            .at(setup.entry.address.span, message)
            .label("no SIP server is found from here");
        if instead.is_some() {
            let owner = step.question.name.to_lowercase();
            finding = finding.about(Subject::Owner(owner));
        }
        let (help, fix) = instead.unwrap_or_else(|| (help, fix(step, &simulation.lookup, view)));
        let finding = served.advise(finding, help, simulation, view);
        let finding = match step.answer.aliases().next() {
            // Nothing can be added where an alias stands.
            Some(alias) if step.passed_over => finding
                .related(alias.mark(), "the alias")
                .about(Subject::Owner(alias.owner.name.to_lowercase())),
            _ => finding.fix(fix),
        };
        let finding = match alias {
            Some((owner, _)) => finding.about(Subject::Owner(owner.to_lowercase())),
            None => finding,
        };
        let finding = said_no(at_fallback(finding, &simulation.lookup), &step.answer);
        let domains = by_view
            .entry(simulation.view)
            .or_insert_with(|| domains(view));
        let finding = other_domains(finding, setup, domains);
        findings.push(about_lookup(finding, simulation, setup));
    }
}

/// The CNAME record at the configured address: its owner and its target.
fn alias<'l>(lookup: &'l Lookup, setup: &Setup) -> Option<(&'l Name, &'l Name)> {
    let name = setup.name()?;
    let mut own = lookup
        .steps
        .iter()
        .filter(|step| step.question.name == *name);
    own.find_map(|step| match &step.answer.aliases().next()?.data {
        Data::Cname(target) => Some((&step.question.name, &target.name)),
        _ => None,
    })
}

/// The addresses that the lookup of the bare address gave.
fn fallback(lookup: &Lookup) -> Option<String> {
    let first = lookup.servers().first()?.address;
    Some(match lookup.servers().len() {
        1 => first.to_string(),
        count => format!("{first} and {} more", count - 1),
    })
}

fn at_fallback(finding: Finding, lookup: &Lookup) -> Finding {
    let server = lookup.servers().first();
    match server.and_then(|server| server.address_span) {
        Some(span) => finding.related(
            span,
            "handsets would register here; at the top of an Active Directory domain these are \
             the domain controllers",
        ),
        None => finding,
    }
}

/// How many names that do have SIP servers are shown.
const SHOWN: usize = 3;

/// Some names of a view that do have SIP servers, and where they are listed.
fn domains(view: &View) -> Vec<(Span, Name)> {
    let mut domains: Vec<(Span, Name)> = Vec::new();
    for set in view.sets(RecordType::SRV) {
        if let Some(domain) = sip_domain(&set.owner)
            && !domains.iter().any(|(_, known)| *known == domain)
        {
            domains.push((set.records[0].owner.span, domain));
        }
        // One more, since the address that failed may be among them.
        if domains.len() > SHOWN {
            break;
        }
    }
    domains
}

fn other_domains(mut finding: Finding, setup: &Setup, domains: &[(Span, Name)]) -> Finding {
    let own = setup.name();
    let others = domains.iter().filter(|(_, domain)| Some(domain) != own);
    for (span, domain) in others.take(SHOWN) {
        let message = format!("SIP servers are listed for `{}`", plain(domain));
        finding = finding.related(*span, message);
    }
    finding
}

fn fix(step: &Step, lookup: &Lookup, view: &View) -> Fix {
    let owner = &step.question.name;
    let target = Field::blank("host name of the SIP server");
    let record = NewRecord::srv(0, 10, lookup.protocol.default_port(), target);
    Fix {
        title: format!("list the SIP servers at `{}`", plain(owner)),
        changes: vec![add_record(Place::new(view.apex_of(owner), owner), &record)],
        ..Fix::default()
    }
}
