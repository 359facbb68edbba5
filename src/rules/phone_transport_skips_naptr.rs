//! `phone-transport-skips-naptr`: a fixed transport, although the zone has NAPTR records.

use super::lookup::{Setting, about_lookup, change};
use super::{Facts, Findings};
use crate::dns::RecordType;
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
        let finding = findings
            .at(transport.span, message)
            .help(
                "set the transport to `DNSnaptr`, which CS-14-17 advises together with port 0, \
                 if the NAPTR records are to decide; else nothing needs to be done",
            )
            .related(
                record.owner.span,
                format!("never asked for: service {}", naptr.service.value),
            );
        let finding = finding.fix(change(
            site,
            setup,
            Setting::Transport,
            "DNSnaptr",
            "let NAPTR decide the transport",
        ));
        findings.push(about_lookup(finding, simulation, setup));
    }
}
