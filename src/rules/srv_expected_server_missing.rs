//! `srv-expected-server-missing`: a server that the settings expect has no SRV record.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use super::expected::{ExpectedSet, Standing, expected_sets, usual};
use super::lookup::plain;
use super::naptr::{SipNaptr, first_naptrs, first_set, owns_srv};
use super::sip_set::SipSet;
use super::srv_target_ip_literal::literal;
use super::{Facts, Findings};
use crate::dns::{Name, Naptr, RecordType, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, add_record, in_presentation_format};
use crate::handset::{Protocol, Transport, Via};
use crate::site::{
    Asker, Expectation, ExpectedServer, SIP_SETS, Setup, Simulation, Verdict, View, below,
};
use crate::source::{Span, Spanned};
use crate::spelling::nearest;

/// Looks at every set of which something is expected, at lookups that ask for none, then at
/// transports.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for expected in expected_sets(site) {
        missing_servers(site, &expected, findings);
    }
    let mut lookups: BTreeMap<Span, (&Expectation, Vec<Followed>)> = BTreeMap::new();
    for lookup @ (_, setup, _) in site.simulated() {
        if let Some(expectation) = site.expectation_of(setup) {
            let of_one = lookups.entry(expectation.span);
            let (_, of_one) = of_one.or_insert_with(|| (expectation, Vec::new()));
            of_one.push(lookup);
            other_transport(expectation, lookup, findings);
        }
    }
    for (expectation, lookups) in lookups.values() {
        unreached(expectation, lookups, findings);
    }
    missing_transports(site, findings);
}

/// A lookup with whose it is and where it was followed.
type Followed<'s> = (&'s Simulation, &'s Setup, &'s View);

/// Servers that lookups without SRV records do not lead to: those of handsets that have a
/// port, or that came to addresses for want of anything better.
fn unreached(expectation: &Expectation, lookups: &[Followed], findings: &mut Findings) {
    let servers = || lookups.iter().flat_map(|(one, ..)| one.lookup.servers());
    // Where a lookup ends nowhere or asks for an SRV set, others say so.
    let is_silent = lookups
        .iter()
        .any(|(one, ..)| one.verdict != Verdict::Registers);
    if is_silent || servers().any(|server| server.via == Via::Srv) {
        return;
    }
    let reached: HashSet<IpAddr> = servers().map(|server| server.address).collect();
    for server in &expectation.servers {
        let has_reached = |(_, _, view): &Followed| {
            let mut addresses = server.value.addresses(view).into_iter();
            // What is not in the data given may be any of them.
            let is_open = |host: &Name| view.ask(host, RecordType::A).is_open();
            addresses.any(|address| reached.contains(&IpAddr::V4(address)))
                || matches!(&server.value, ExpectedServer::Host(host) if is_open(host))
        };
        if lookups.iter().any(has_reached) {
            continue;
        }
        let name = &server.value;
        let mut finding = findings
            .at(
                server.span,
                format!("`{name}` is expected, and no lookup of handsets leads to it"),
            )
            .help(
                "handsets with a port ask for the address of their server only: set the port to \
                 0 and list the servers in SRV records, or remove it from the settings",
            );
        for (at, (_, setup, _)) in lookups.iter().enumerate() {
            if at == 0 {
                finding = finding.related(setup.entry.address.span, "what handsets look up");
            }
            finding = finding.handsets(&setup.handsets);
        }
        findings.push(finding);
    }
}

/// A lookup ends at servers that SIP travels to over what is not expected.
fn other_transport(
    expectation: &Expectation,
    (simulation, setup, view): Followed,
    findings: &mut Findings,
) {
    let lookup = &simulation.lookup;
    let (Some(server), Some(domain)) = (lookup.servers().first(), setup.name()) else {
        return;
    };
    let used = server.protocol;
    let [first, ..] = &expectation.transports[..] else {
        return;
    };
    // Where there are no servers for those that are expected, that is said.
    let mut stated = expectation.transports.iter();
    let is_listed = stated.any(|transport| {
        let owner = srv_owner(transport.value, domain);
        owner.is_some_and(|owner| owns_srv(view, &owner))
    });
    let is_led = simulation.verdict == Verdict::Registers && is_listed;
    if !is_led || expectation.allows(used) {
        return;
    }
    let expected = first.value;
    let entry = &setup.entry;
    let mut naptrs = first_naptrs(lookup).map(|(_, naptr)| naptr);
    let led_by = |naptr: &&Naptr| {
        let mut asked = lookup.steps.iter().map(|step| step.why.span);
        asked.any(|span| span == naptr.replacement.span || span == naptr.service.span)
    };
    let (used, wanted) = (used.as_str(), expected.as_str());
    let finding = if let Some(naptr) = naptrs.find(led_by) {
        let service = &naptr.service;
        findings
            .at(
                service.span,
                format!(
                    "`{}` leads handsets to {used}, and {wanted} is expected",
                    service.value
                ),
            )
            .help(format!(
                "let a NAPTR record for {wanted} have the lowest order, or state {used} in the \
                 settings"
            ))
    } else if is_stated(setup) {
        let help = if entry.port.value == 0 && entry.transport.value == Transport::DnsNaptr {
            format!("add a NAPTR record for {wanted}, or state {used} in the settings")
        } else {
            format!("set the transport to the one for {wanted}, or state {used} in the settings")
        };
        findings
            .at(
                entry.transport.span,
                format!("handsets use {used} by this setting, and {wanted} is expected"),
            )
            .help(help)
    } else {
        return;
    };
    let finding = finding
        .related(first.span, "what is expected")
        .related(entry.address.span, "handsets look this up");
    findings.push(finding.handsets(&setup.handsets));
}

/// It is known what transport handsets are set to; what is none is said to be none.
fn is_stated(setup: &Setup) -> bool {
    let transport = &setup.entry.transport;
    let is_written = transport.span != setup.entry.address.span;
    let is_known = is_written || setup.asker == Asker::Configuration;
    is_known && !matches!(transport.value, Transport::Unknown(_))
}

/// The SRV owner of a transport.
fn srv_owner(transport: Protocol, domain: &Name) -> Option<Name> {
    let mut sets = SIP_SETS.iter();
    let (prefix, _) = sets.find(|(_, protocol)| *protocol == transport)?;
    below(prefix, domain)
}

fn missing_transports(site: &Facts, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    // What has a malformed owner is there, and another rule speaks of it.
    let malformed = LazyCell::new(|| {
        let sets = site.sip_sets().iter().filter(|sip| !sip.is_well_formed());
        let owners = sets.map(|sip| (sip.view_index, &sip.owner));
        owners.collect::<HashSet<_>>()
    });
    for (simulation, setup, view) in site.simulated() {
        let Some(domain) = setup.name() else {
            continue;
        };
        let Some(expectation) = site.expectation(domain) else {
            continue;
        };
        for transport in &expectation.transports {
            let Some(owner) = srv_owner(transport.value, domain) else {
                continue;
            };
            let is_there = view.set(&owner, RecordType::SRV).is_some()
                || malformed.contains(&(simulation.view, &owner));
            if is_there || !view.covers(&owner) || !told.insert((simulation.view, owner.clone())) {
                continue;
            }
            let finding = findings
                .at(
                    transport.span,
                    format!(
                        "`{owner}` owns no SRV record, and {} is expected",
                        transport.value.as_str()
                    ),
                )
                .help("list the servers there, or remove the transport from the settings")
                .related(setup.entry.address.span, "handsets look this up")
                .about(Subject::Lookup {
                    view: simulation.view,
                    name: owner,
                })
                .handsets(&setup.handsets);
            findings.push(finding);
        }
    }
}

fn missing_servers(site: &Facts, expected: &ExpectedSet, findings: &mut Findings) {
    let sip = expected.sip;
    if let Some(replacement) = expected.led_by {
        led_past(site, expected, replacement, findings);
        return;
    }
    // One of them may be what an entry was meant to be that stands for none.
    let mut strangers = strangers(expected);
    let by_label = LazyCell::new(|| by_first_label(sip));
    for server in &expected.expectation.servers {
        if !matches!(expected.standing(&server.value), Standing::Missing) {
            continue;
        }
        let owner = &sip.owner;
        let name = &server.value;
        if let Some(srv) = cut_short(&by_label, name) {
            let full = plain(&srv.target.name);
            let finding = findings
                .at(
                    server.span,
                    format!("`{name}` is expected, and no SRV record of `{owner}` leads to it"),
                )
                .label(format!("did you mean `{full}`?"))
                .help("write the full name of the host: here no domain is added to it")
                .related(srv.target.span, "a host of that name")
                .about(sip.subject());
            findings.push(expected.with_handsets(finding));
            continue;
        }
        let mut finding = findings
            .at(
                server.span,
                format!("`{name}` is expected, and no SRV record of `{owner}` leads to it"),
            )
            .help(format!(
                "add an SRV record at `{owner}` for it, or remove it from the settings"
            ))
            .about(sip.subject());
        let stranger = strangers
            .iter()
            .position(|srv| may_be(sip, srv, &server.value));
        if let Some(stranger) = stranger.map(|at| strangers.remove(at)) {
            finding = finding.about(Subject::Token(stranger.target.span));
        }
        if let Some((record, srv)) = expected.records().last() {
            finding = finding.related(record.span, "the last server that handsets know");
            let target: Field = match &server.value {
                ExpectedServer::Host(host) => host.into(),
                ExpectedServer::Address(address) => {
                    Field::blank(format!("name of the server {address}"))
                }
            };
            let new = NewRecord::srv(
                srv.priority.value.saturating_add(1),
                srv.weight.value,
                srv.port.value,
                target,
            );
            finding = finding.fix(Fix {
                title: "add an SRV record for the expected server".to_owned(),
                changes: vec![add_record(sip.place(), &new)],
                ..Fix::default()
            });
        }
        findings.push(expected.with_handsets(finding));
    }
}

/// A NAPTR record leads to a set that lacks a server, and past the one that has it.
fn led_past(site: &Facts, expected: &ExpectedSet, replacement: Span, findings: &mut Findings) {
    let sip = expected.sip;
    let mut servers = expected.expectation.servers.iter();
    let is_missing = |server: &&Spanned<ExpectedServer>| {
        matches!(expected.standing(&server.value), Standing::Missing)
    };
    let Some(missing) = servers.find(is_missing) else {
        return;
    };
    let (name, owner) = (&missing.value, &sip.owner);
    let mut finding = findings
        .at(
            replacement,
            format!("`{name}` is expected, and no SRV record of `{owner}` leads to it"),
        )
        .label("handsets are led past the set that lists it")
        .help(
            "let the NAPTR record lead to the SRV records of the configured address, or list the \
             server here too",
        )
        .related(missing.span, "what is expected")
        .about(sip.subject())
        .about(Subject::Token(replacement));
    finding.fix = lead_back(site, expected, replacement);
    findings.push(expected.with_handsets(finding));
}

/// The repair that has a NAPTR record lead to the set of the address that it stands at.
fn lead_back(site: &Facts, expected: &ExpectedSet, replacement: Span) -> Option<Fix> {
    let sip = expected.sip;
    let (simulation, setup) = expected.askers.first()?;
    let set = first_set(&simulation.lookup, sip.view)?;
    let mut naptrs = set.naptr().map(|(_, naptr)| naptr);
    let naptr = naptrs.find(|naptr| naptr.replacement.span == replacement)?;
    let naptr = SipNaptr::new(sip.view, set, naptr);
    let usual = usual(sip, setup.name()?)?;
    let text = in_presentation_format(&usual);
    let title = format!("let it lead to {text}");
    Some(naptr.repair(site, title, (replacement, &text), |naptr| {
        naptr.replacement.name.clone_from(&usual);
    }))
}

/// The entries by the first labels of their targets.
fn by_first_label<'s>(sip: &SipSet<'s>) -> HashMap<Vec<u8>, &'s Srv> {
    let mut entries = HashMap::new();
    for (_, srv) in sip.set.srv() {
        if let Some(label) = srv.target.name.iter().next() {
            entries.entry(label.to_ascii_lowercase()).or_insert(srv);
        }
    }
    entries
}

/// The entry of which the server has the first label alone.
fn cut_short<'s>(by_label: &HashMap<Vec<u8>, &'s Srv>, server: &ExpectedServer) -> Option<&'s Srv> {
    let ExpectedServer::Host(host) = server else {
        return None;
    };
    let mut labels = host.iter();
    let only = labels.next().filter(|_| labels.next().is_none())?;
    by_label.get(&only.to_ascii_lowercase()).copied()
}

/// More are not looked at.
const MOST_STRANGERS: usize = 64;

/// The targets that are no expected server's, or that stand there again.
fn strangers<'s>(expected: &ExpectedSet<'s>) -> Vec<&'s Srv> {
    let found = expected.found().into_iter();
    let found: HashSet<*const Srv> = found.map(|(_, (_, own))| std::ptr::from_ref(own)).collect();
    let all = expected.sip.set.srv().map(|(_, srv)| srv);
    let strangers = all.filter(|srv| !found.contains(&std::ptr::from_ref(*srv)));
    strangers.take(MOST_STRANGERS).collect()
}

/// The entry was meant for the server: it says that there is none, has its address, lacks its
/// final dot, or is spelt much like it.
fn may_be(sip: &SipSet, srv: &Srv, server: &ExpectedServer) -> bool {
    let target = &srv.target.name;
    let written = target.to_ascii().to_ascii_lowercase();
    let is_address = literal(&srv.target, sip.view.apex_of(&sip.set.owner)).is_some();
    if target.is_root() || is_address {
        return true;
    }
    let ExpectedServer::Host(host) = server else {
        return false;
    };
    let host = host.to_ascii().to_ascii_lowercase();
    let first = |name: &'_ str| name.split('.').next().map(str::to_owned);
    first(&written) == first(&host) || nearest(&written, [host.as_str()]).is_some()
}
