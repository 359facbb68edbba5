//! `phone-address-is-host`: the configured address is one host, so there is nothing to fail
//! over to.

use std::collections::{BTreeMap, HashMap};

use super::lookup::{Setting, about_lookup, change, plain, sip_records};
use super::{Facts, Findings};
use crate::dns::{Name, RecordType};
use crate::finding::Finding;
use crate::handset::{Server, Via};
use crate::rule::Severity;
use crate::site::{Verdict, View, sip_domain};
use crate::source::Span;

/// Looks at every lookup that ends at one address of the configured name itself.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut by_view: BTreeMap<usize, Targets> = BTreeMap::new();
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
        if !is_host || simulation.verdict != Verdict::Registers {
            continue;
        }
        let address = &setup.entry.address;
        let message = format!(
            "`{}` is a host with one address, {}: handsets have no other server to fail over to",
            address.value, server.address
        );
        let targets = by_view
            .entry(simulation.view)
            .or_insert_with(|| targets(view));
        let finding = findings.at(address.span, message);
        let finding = match targets.get(&name) {
            Some((target, domain)) => finding
                .help(format!(
                    "set the address to `{}`, below which this host is listed as one SIP server \
                     among others, and the port to 0",
                    plain(domain)
                ))
                .related(
                    *target,
                    format!("the host is a server of `{}`", plain(domain)),
                )
                .fix(change(
                    site,
                    setup,
                    Setting::Address,
                    &plain(domain),
                    "give the handsets the domain",
                )),
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

/// The hosts that SRV records name as SIP servers: where, and for which domain.
type Targets<'v> = HashMap<&'v Name, (Span, Name)>;

fn targets(view: &View) -> Targets<'_> {
    let mut targets = HashMap::new();
    for set in view.sets(RecordType::SRV) {
        let Some(domain) = sip_domain(&set.owner) else {
            continue;
        };
        for (_, srv) in set.srv() {
            let target = &srv.target;
            targets
                .entry(&target.name)
                .or_insert_with(|| (target.span, domain.clone()));
        }
    }
    targets
}
