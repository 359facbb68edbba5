//! `phone-port-blocks-srv`: a port is set, so the SRV records of the address are never asked.

use super::lookup::{
    Setting, about_lookup, asked_and_got, change_if_served, create_first, plain, sip_records,
};
use super::{Facts, Findings};
use crate::finding::{Finding, Fix, Subject};
use crate::handset::Transport;
use crate::rule::Severity;
use crate::site::{Setup, Simulation, Verdict, View};

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
                .help("set the port to 0 for failover through DNS, where it has SRV records");
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
        let finding = findings.at(port.span, message).help(help(setup));
        let finding = finding.about(Subject::Token(port.span));
        let mut finding = at_port_0(finding, site, (simulation, setup, view));
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

/// The finding with its repair, or with what is to be done first.
fn at_port_0(
    mut finding: Finding,
    site: &Facts,
    (simulation, setup, view): (&Simulation, &Setup, &View),
) -> Finding {
    let port_0 = [(Setting::Port, "0")];
    let whose = (simulation, setup, view);
    match change_if_served(site, whose, &port_0, "set the port to 0") {
        Ok(fix) => finding.fix(Fix {
            // A handset that reaches no server with its port has nothing to lose.
            safe: !fix.edits.is_empty()
                && simulation.verdict == Verdict::Fails
                && simulation.lookup.servers().is_empty(),
            ..fix
        }),
        Err(lookup) => {
            let first = finding.help.take().unwrap_or_default();
            finding.help(format!("{}, then {first}", create_first(&lookup)))
        }
    }
}
