//! `naptr-service-empty`: a NAPTR record for SIP that names no service.

use super::{Facts, Findings};

/// Looks at the service of every SIP NAPTR record.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs() {
        let token = &found.naptr.service;
        if !token.value.is_empty() {
            continue;
        }
        let meant = found.service_led_to();
        let name = meant.map_or("SIP+D2U", |service| service.name);
        let finding = findings
            .at(
                token.span,
                format!("the NAPTR record of `{}` names no service", found.set.owner),
            )
            .label("empty")
            .help(format!(
                "write `{name}` into the record's Service field: a record without a service is \
                 discarded, and the handset goes on as if it were not there. Its Replacement must \
                 name SRV records then"
            ));
        let fix = meant.and_then(|service| found.name_service(site, service));
        findings.push(match fix {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
}
