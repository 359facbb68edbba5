//! `phone-transport-skips-naptr`: a fixed transport, although the zone has NAPTR records.

use super::lookup::{Setting, about_lookup, missed_srv, served_with};
use super::{Facts, Findings};
use crate::dns::{Naptr, RecordType};
use crate::handset::Transport;
use crate::site::is_sip_naptr;

/// Looks at every set-up that asks for SRV without asking for NAPTR first.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, view) in site.simulated() {
        let (transport, address) = (&setup.entry.transport, &setup.entry.address);
        // What becomes of an unknown transport is not known; `phone-transport-invalid`.
        let is_fixed = !matches!(transport.value, Transport::DnsNaptr | Transport::Unknown(_));
        let Some(name) = setup.name().filter(|_| is_fixed) else {
            continue;
        };
        let set = view.set(name, RecordType::NAPTR);
        let naptr = set.and_then(|set| set.naptr().find(|(_, naptr)| is_sip_naptr(naptr)));
        let Some((record, naptr)) = naptr.filter(|_| setup.entry.port.value == 0) else {
            continue;
        };
        // Where that transport has no servers, this is what is to be said.
        if !missed_srv(&simulation.lookup, setup).is_empty() {
            continue;
        }
        let message = format!(
            "with transport `{}` handsets never ask for the NAPTR records of `{}`",
            transport.value.as_str(),
            address.value
        );
        let finding = findings.at(transport.span, message).related(
            record.owner.span,
            format!("never asked for: service {}", naptr.service.value),
        );
        let asks_naptr = [(Setting::Transport, Transport::DnsNaptr.as_str())];
        let whose = (simulation, setup, view);
        let leads_nowhere = |(_, naptr): (_, &Naptr)| {
            let set = view.set(&naptr.replacement.name, RecordType::SRV);
            let is_used = site.model.service(&naptr.service.value).is_some();
            is_sip_naptr(naptr) && (set.is_none() || !is_used)
        };
        let strands = set.is_some_and(|set| set.naptr().any(leads_nowhere));
        let is_served = || served_with(site, whose, &asks_naptr).is_ok();
        let help = if transport.value == Transport::Tls {
            "nothing needs to be done: with `DNSnaptr` the NAPTR records would decide whether \
             handsets go on to use TLS"
        } else if !strands && is_served() {
            "nothing needs to be done; if the NAPTR records are to decide, set the transport to \
             `DNSnaptr`, which CS-14-17 advises together with port 0"
        } else {
            "leave the transport as it is, or repair the NAPTR records first: not all of them \
             lead handsets to servers"
        };
        // No repair: either is right, and only the site's owner knows which is meant.
        findings.push(about_lookup(finding.help(help), simulation, setup));
    }
}
