//! `phone-port-blocks-srv`: a port is set, so the SRV records of the address are never asked.

use super::lookup::{Setting, about_lookup, asked_and_got, change, plain, sip_records};
use super::{Facts, Findings};
use crate::finding::Fix;
use crate::handset::Transport;
use crate::rule::Severity;
use crate::site::{Setup, Simulation, Site};

/// Looks at every set-up with a name and a port, of handsets that ask a DNS server.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let port = &setup.entry.port;
        let asks = port.value != 0 && !setup.entry.static_dns.is_all();
        let Some(name) = setup.name().filter(|_| asks) else {
            continue;
        };
        let address = &setup.entry.address.value;
        if !view.covers(name) {
            let message = format!(
                "with port {} handsets ask for the address of `{address}` only: if it has SRV \
                 records, they are not used",
                port.value
            );
            let finding = findings
                .at(port.span, message)
                .severity(Severity::Note)
                .help("set the port to 0 for failover through DNS")
                .fix(fix(site, setup));
            findings.push(about_lookup(finding, simulation, setup));
            continue;
        }
        let listed = sip_records(view, name);
        if listed.is_empty() {
            continue;
        }
        let message = format!(
            "port {} keeps handsets from the SRV records of `{address}`: {}",
            port.value,
            instead(simulation, setup)
        );
        let mut finding = findings.at(port.span, message).help(help(setup)).fix(Fix {
            // A handset that reaches no server with its port has nothing to lose.
            safe: simulation.lookup.servers().is_empty(),
            ..fix(site, setup)
        });
        for record in listed {
            let message = format!("never asked for: `{}`", plain(&record.owner.name));
            finding = finding.related(record.owner.span, message);
        }
        findings.push(about_lookup(finding, simulation, setup));
    }
}

/// What the handset does with the port.
fn instead(simulation: &Simulation, setup: &Setup) -> String {
    let servers = simulation.lookup.servers();
    let protocol = simulation.lookup.protocol.as_str();
    let port = setup.entry.port.value;
    match (servers, simulation.lookup.steps.first()) {
        ([only], _) => format!(
            "it asks for A only and knows one server, {} port {port} over {protocol}",
            only.address
        ),
        ([first, ..], _) => format!(
            "it asks for A only and gets {} addresses, {} among them, each for port {port} over \
             {protocol}",
            servers.len(),
            first.address
        ),
        ([], Some(step)) => asked_and_got(step),
        ([], None) => "it asks for A only".to_owned(),
    }
}

fn help(setup: &Setup) -> String {
    match &setup.entry.transport.value {
        Transport::DnsNaptr => {
            "set the port to 0: handsets then take servers, ports and their order from the SRV \
             records"
                .to_owned()
        }
        other => format!(
            "set the port to 0: with transport {} handsets then take servers, ports and their \
             order from the SRV records of that transport",
            other.as_str()
        ),
    }
}

fn fix(site: &Site, setup: &Setup) -> Fix {
    change(site, setup, Setting::Port, "0", "set the port to 0")
}
