//! `phone-transport-skips-naptr`: a fixed transport, although the zone has NAPTR records.

use super::lookup::{Setting, about_lookup, change_if_served};
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
        let title = "let NAPTR decide the transport";
        let finding = match change_if_served(site, whose, &asks_naptr, title) {
            Ok(fix) if !strands => finding.fix(fix).help(
                "set the transport to `DNSnaptr`, which CS-14-17 advises together with port 0, \
                 if the NAPTR records are to decide; else nothing needs to be done",
            ),
            _ => finding.help(
                "leave the transport as it is, or repair the NAPTR records first: not all of them \
                 lead handsets to servers",
            ),
        };
        findings.push(about_lookup(finding, simulation, setup));
    }
}
