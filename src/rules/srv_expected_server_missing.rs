//! `srv-expected-server-missing`: a server that the settings expect has no SRV record.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::expected::{ExpectedSet, Standing, expected_sets};
use super::sip_owner::meant;
use super::sip_set::SipSet;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, RecordType, RrSet, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, add_record};
use crate::handset::Via;
use crate::site::{Expectation, ExpectedServer, SIP_SETS, Setup, Verdict, View, below};
use crate::source::Span;

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
            let is_there = view.set(&owner, RecordType::SRV).is_some();
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
    let mut strangers = strangers(expected).into_iter();
    for server in &expected.expectation.servers {
        if !matches!(expected.standing(&server.value), Standing::Missing) {
            continue;
        }
        // Of such an owner `srv-owner-malformed` speaks.
        if stands_elsewhere(sip, &server.value) {
            continue;
        }
        let owner = &sip.owner;
        let name = name_of(&server.value);
        let mut finding = findings
            .at(
                server.span,
                format!("`{name}` is expected, and no SRV record of `{owner}` leads to it"),
            )
            .help(format!(
                "add an SRV record at `{owner}` for it, or remove it from the settings"
            ))
            .about(sip.subject());
        if let Some(stranger) = strangers.next() {
            finding = finding.about(Subject::Token(stranger));
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

/// The targets that are no expected server's, or that stand there again.
fn strangers(expected: &ExpectedSet) -> Vec<Span> {
    let found = expected.found();
    let known = |srv: &Srv| found.iter().any(|(_, (_, own))| std::ptr::eq(*own, srv));
    let strangers = expected.sip.set.srv().filter(|(_, srv)| !known(srv));
    strangers.map(|(_, srv)| srv.target.span).collect()
}

/// A record of the server has an owner that was meant to be the set's.
fn stands_elsewhere(sip: &SipSet, server: &ExpectedServer) -> bool {
    let ExpectedServer::Host(host) = server else {
        return false;
    };
    let names_it = |set: &&RrSet| set.srv().any(|(_, srv)| srv.target.name == *host);
    let mut sets = sip.view.sets(RecordType::SRV).into_iter().filter(names_it);
    sets.any(|set| meant(sip.view, set).is_some_and(|meant| meant.name == sip.owner))
}

fn name_of(server: &ExpectedServer) -> String {
    match server {
        ExpectedServer::Host(name) => name.to_string(),
        ExpectedServer::Address(address) => address.to_string(),
    }
}
