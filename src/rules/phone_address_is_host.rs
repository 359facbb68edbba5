//! `phone-address-is-host`: the configured address is one host, so there is nothing to fail
//! over to.

use std::cell::LazyCell;

use super::lookup::{
    Listed, Setting, about_lookup, change_if_served, create_first, plain, sip_records,
};
use super::other_entries::OtherEntries;
use super::{Facts, Findings};
use crate::finding::{Finding, Subject};
use crate::handset::{Server, Via};
use crate::rule::Severity;
use crate::site::Verdict;

/// Looks at every lookup that ends at one address of the configured name itself, where no
/// other entry of the line takes over.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut listed = Listed::default();
    let entries = LazyCell::new(|| OtherEntries::of(site));
    for (simulation, setup, view) in site.simulated() {
        let Some(name) = setup.name().filter(|_| setup.is_configured()) else {
            continue;
        };
        // Several addresses are a list of servers, which handsets fail over in (84-Series
        // guide, p. 253).
        let [server] = simulation.lookup.servers() else {
            continue;
        };
        let is_host = server.via == Via::Address && sip_records(view, name).is_empty();
        let registers = site.found(simulation) == Verdict::Registers;
        if !is_host || !registers || entries.take_over(simulation) {
            continue;
        }
        let address = &setup.entry.address;
        let message = format!(
            "`{}` is a host with one address, {}: handsets have no other server to fail over to",
            address.value, server.address
        );
        let finding = findings.at(address.span, message);
        let server_of = listed.domain_of(view, simulation.view, name, server.address);
        let finding = match server_of {
            Some((target, domain)) => {
                let domain = plain(&domain);
                let mut settings = vec![(Setting::Address, &*domain)];
                if setup.entry.port.value != 0 {
                    settings.push((Setting::Port, "0"));
                }
                let advice = format!(
                    "set the address to `{domain}`, below which this host is listed as one SIP \
                     server among others, and the port to 0"
                );
                let whose = (simulation, setup, view);
                let finding =
                    finding.related(target, format!("the host is a server of `{domain}`"));
                match change_if_served(site, whose, &settings, "give the handsets the domain") {
                    Ok(fix) => finding.help(advice).fix(fix),
                    Err(lookup) => {
                        finding.help(format!("{}, then {advice}", create_first(&lookup)))
                    }
                }
            }
            None => finding.severity(Severity::Note).help(format!(
                "for failover, list the SIP servers as SRV records `_sip._udp` of a domain and \
                 set the address to that domain; `{}` has none of its own",
                address.value
            )),
        };
        let finding = at_address(finding, server).about(Subject::Token(address.span));
        findings.push(about_lookup(finding, simulation, setup));
    }
}

fn at_address(finding: Finding, server: &Server) -> Finding {
    match server.address_span {
        Some(span) => finding.related(span, "the only address"),
        None => finding,
    }
}
