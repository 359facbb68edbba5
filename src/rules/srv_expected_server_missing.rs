//! `srv-expected-server-missing`: a server that the settings expect has no SRV record.

use std::collections::BTreeSet;

use super::expected::{ExpectedSet, Standing, expected_sets};
use super::lookup::{SIP_SETS, below};
use super::{Facts, Findings};
use crate::dns::RecordType;
use crate::finding::Fix;
use crate::fix::{Field, NewRecord, add_record};
use crate::site::ExpectedServer;

/// Looks at every set of which something is expected, then for the sets of expected
/// transports.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for expected in expected_sets(site) {
        missing_servers(&expected, findings);
    }
    let mut told = BTreeSet::new();
    for (simulation, setup, view) in site.simulated() {
        let Some(domain) = setup.entry.name() else {
            continue;
        };
        let Some(expectation) = site.expectation(&domain) else {
            continue;
        };
        for transport in &expectation.transports {
            let set = SIP_SETS
                .iter()
                .find(|(_, protocol)| *protocol == transport.value);
            let Some(owner) = set.and_then(|(prefix, _)| below(prefix, &domain)) else {
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
                .handsets(&setup.handsets);
            findings.push(finding);
        }
    }
}

fn missing_servers(expected: &ExpectedSet, findings: &mut Findings) {
    let sip = expected.sip;
    for server in &expected.expectation.servers {
        if !matches!(expected.standing(&server.value), Standing::Missing) {
            continue;
        }
        let owner = &sip.owner;
        let name = match &server.value {
            ExpectedServer::Host(name) => name.to_string(),
            ExpectedServer::Address(address) => address.to_string(),
        };
        let mut finding = findings
            .at(
                server.span,
                format!("`{name}` is expected, and no SRV record of `{owner}` leads to it"),
            )
            .help(format!(
                "add an SRV record at `{owner}` for it, or remove it from the settings"
            ));
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
