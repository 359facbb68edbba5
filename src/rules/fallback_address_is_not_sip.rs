//! `fallback-address-is-not-sip`: what handsets would find at the bare domain is no SIP
//! server.

use std::net::IpAddr;

use super::{Facts, Findings};
use crate::dns::RecordType;
use crate::handset::Via;

/// Looks at the A records of addresses whose SRV records lead to other servers.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let servers = simulation.lookup.servers();
        let by_srv = servers.first().is_some_and(|server| server.via == Via::Srv);
        let Some(name) = setup.name().filter(|_| by_srv) else {
            continue;
        };
        // Few domains have an address: the list of servers may not be needed.
        let is_listed = |address| view.sip_server_addresses().contains(&address);
        let is_server = |address| is_listed(address) || site.expects(setup, view, address);
        let answer = view.ask(name, RecordType::A);
        let mut others = answer
            .ipv4_addresses()
            .filter(|address| !is_server(IpAddr::V4(address.value)));
        let Some(first) = others.next() else {
            continue;
        };
        let at_apex = if view.is_apex(name) {
            " (on Active Directory, a domain controller)"
        } else {
            ""
        };
        let mut finding = findings
            .at(
                first.span,
                format!("{} at `{name}` is none of its SIP servers", first.value),
            )
            .label("where handsets turn when the SRV records are gone")
            .help(format!(
                "nothing has to be done as long as the SRV records are there: without them \
                 handsets register with whatever answers at this address{at_apex}; watch the SRV \
                 records, or give handsets a sub-domain that owns no address"
            ))
            .handsets(&setup.handsets);
        for other in others {
            finding = finding.related(other.span, "neither is this one");
        }
        findings.push(finding);
    }
}
