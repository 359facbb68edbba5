//! `phone-address-is-host`: the configured address is one host, so there is nothing to fail
//! over to.

use super::Findings;
use crate::dns::{Name, RecordType, Srv};
use crate::finding::{Commands, Edit, Finding, Fix};
use crate::handset::{Server, Via};
use crate::rule::Severity;
use crate::site::chain::{about_lookup, plain, sip_sets};
use crate::site::{Setup, Site, Verdict, View, sip_domain};

/// Looks at every lookup that ends at one address of the configured name itself.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let Some(name) = setup.entry.name().filter(|_| setup.is_configured()) else {
            continue;
        };
        // Several addresses are a list of servers, which handsets fail over in (84-Series
        // guide, p. 253).
        let [server] = simulation.lookup.servers() else {
            continue;
        };
        let is_host = server.via == Via::Address && sip_sets(view, &name).is_empty();
        if !is_host || simulation.verdict != Verdict::Registers {
            continue;
        }
        let address = &setup.entry.address;
        let message = format!(
            "`{}` is a host with one address, {}: handsets have no other server to fail over to",
            address.value, server.address
        );
        let finding = findings.at(address.span, message);
        let finding = match domain_of_target(view, &name) {
            Some((srv, domain)) => finding
                .help(format!(
                    "set the address to `{}`, below which this host is listed as one SIP server \
                     among others, and the port to 0",
                    plain(&domain)
                ))
                .related(
                    srv.target.span,
                    format!("the host is a server of `{}`", plain(&domain)),
                )
                .fix(fix(site, setup, &domain)),
            None => finding.severity(Severity::Note).help(format!(
                "for failover, list the SIP servers as SRV records `_sip._udp` of a domain and \
                 set the address to that domain; `{}` has none of its own",
                address.value
            )),
        };
        let finding = at_address(finding, server);
        findings.push(about_lookup(finding, simulation, setup));
    }
}

fn at_address(finding: Finding, server: &Server) -> Finding {
    match server.address_span {
        Some(span) => finding.related(span, "the only address"),
        None => finding,
    }
}

/// The SRV record that names the host as a SIP server, and the domain it serves.
fn domain_of_target<'v>(view: &'v View, host: &Name) -> Option<(&'v Srv, Name)> {
    view.sets(RecordType::SRV).into_iter().find_map(|set| {
        let domain = sip_domain(&set.owner)?;
        let (_, srv) = set.srv().find(|(_, srv)| srv.target.name == *host)?;
        Some((srv, domain))
    })
}

fn fix(site: &Site, setup: &Setup, domain: &Name) -> Fix {
    let domain = plain(domain);
    let xml = site.attribute(setup, "address", &domain);
    Fix {
        title: format!("give the handsets the domain `{domain}`"),
        edits: xml
            .iter()
            .map(|_| Edit::replace(setup.entry.address.span, &*domain))
            .collect(),
        commands: Commands {
            xml,
            ..Commands::default()
        },
        ..Fix::default()
    }
}
