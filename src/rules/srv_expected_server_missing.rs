//! `srv-expected-server-missing`: a server that the settings expect has no SRV record.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

use super::expected::{ExpectedSet, Standing, expected_sets};
use super::lookup::plain;
use super::sip_set::SipSet;
use super::srv_target_ip_literal::literal;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, RecordType, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, add_record};
use crate::handset::Via;
use crate::site::{Expectation, ExpectedServer, SIP_SETS, Setup, Verdict, View, below};
use crate::spelling::nearest;

/// Looks at every set of which something is expected, at lookups that ask for none, then for
/// the sets of expected transports.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for expected in expected_sets(site) {
        missing_servers(&expected, findings);
    }
    for expectation in &site.expectations {
        unreached(site, expectation, findings);
    }
    missing_transports(site, findings);
}

/// Servers that lookups without SRV records do not lead to: those of handsets that have a
/// port, or that came to addresses for want of anything better.
fn unreached(site: &Facts, expectation: &Expectation, findings: &mut Findings) {
    let is_meant = |setup: &Setup| {
        let of_setup = site.expectation_of(setup);
        of_setup.is_some_and(|one| std::ptr::eq(one, expectation))
    };
    let lookups: Vec<_> = site
        .simulated()
        .filter(|(_, setup, _)| is_meant(setup))
        .collect();
    let Some((_, first, _)) = lookups.first() else {
        return;
    };
    let servers = || lookups.iter().flat_map(|(one, ..)| one.lookup.servers());
    // Where a lookup ends nowhere or asks for an SRV set, others say so.
    let is_silent = lookups
        .iter()
        .any(|(one, ..)| one.verdict != Verdict::Registers);
    if is_silent || servers().any(|server| server.via == Via::Srv) {
        return;
    }
    let reached: BTreeSet<IpAddr> = servers().map(|server| server.address).collect();
    for server in &expectation.servers {
        let has_reached = |(_, _, view): &(_, _, &View)| {
            match &server.value {
            ExpectedServer::Address(address) => reached.contains(&IpAddr::V4(*address)),
            ExpectedServer::Host(host) => match view.ask(host, RecordType::A) {
                // What is not in the data given may be any of them.
                Answer::NotLoaded | Answer::Failed(_) => true,
                answer => answer.of_type(RecordType::A).any(|record| {
                    matches!(&record.data, Data::A(found) if reached.contains(&found.value.into()))
                }),
            },
        }
        };
        if lookups.iter().any(has_reached) {
            continue;
        }
        let name = name_of(&server.value);
        let mut finding = findings
            .at(
                server.span,
                format!("`{name}` is expected, and no lookup of handsets leads to it"),
            )
            .help(
                "handsets with a port ask for the address of their server only: set the port to \
                 0 and list the servers in SRV records, or remove it from the settings",
            )
            .related(first.entry.address.span, "what handsets look up");
        for (_, setup, _) in &lookups {
            finding = finding.handsets(&setup.handsets);
        }
        findings.push(finding);
    }
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
            let set = SIP_SETS
                .iter()
                .find(|(_, protocol)| *protocol == transport.value);
            let Some(owner) = set.and_then(|(prefix, _)| below(prefix, domain)) else {
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

fn missing_servers(expected: &ExpectedSet, findings: &mut Findings) {
    let sip = expected.sip;
    // One of them may be what an entry was meant to be that stands for none.
    let mut strangers = strangers(expected);
    for server in &expected.expectation.servers {
        if !matches!(expected.standing(&server.value), Standing::Missing) {
            continue;
        }
        let owner = &sip.owner;
        let name = name_of(&server.value);
        if let Some(srv) = cut_short(sip, &server.value) {
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
            findings.push(sip.with_handsets(finding));
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
        let last = expected.records().last().copied();
        if let Some((record, srv)) = last {
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
        findings.push(sip.with_handsets(finding));
    }
}

/// The entry of which the server has the first label alone.
fn cut_short<'s>(sip: &SipSet<'s>, server: &ExpectedServer) -> Option<&'s Srv> {
    let ExpectedServer::Host(host) = server else {
        return None;
    };
    let is_alone = host.iter().len() == 1;
    let is_it = |srv: &&Srv| {
        let first = |name: &Name| name.iter().next().map(<[u8]>::to_ascii_lowercase);
        is_alone && first(&srv.target.name) == first(host)
    };
    sip.set.srv().map(|(_, srv)| srv).find(is_it)
}

/// The targets that are no expected server's, or that stand there again.
fn strangers<'s>(expected: &ExpectedSet<'s>) -> Vec<&'s Srv> {
    let found = expected.found();
    let known = |srv: &Srv| found.iter().any(|(_, (_, own))| std::ptr::eq(*own, srv));
    let strangers = expected.sip.set.srv().filter(|(_, srv)| !known(srv));
    strangers.map(|(_, srv)| srv).collect()
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

fn name_of(server: &ExpectedServer) -> String {
    match server {
        ExpectedServer::Host(name) => name.to_string(),
        ExpectedServer::Address(address) => address.to_string(),
    }
}
