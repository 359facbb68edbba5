//! `naptr-service-unknown`: a service that is none of SIP's.

use super::naptr::SERVICES;
use super::{Facts, Findings};

/// Looks at the service of every SIP NAPTR record.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs() {
        let token = &found.naptr.service;
        if token.value.is_empty() || found.service().is_some() || found.is_exchanged() {
            continue;
        }
        let finding = findings.at(
            token.span,
            format!(
                "the NAPTR record of `{}` names the service `{}`, which SIP does not have",
                found.set.owner, token.value
            ),
        );
        let Some(meant) = found.service_meant() else {
            let known: Vec<_> = SERVICES.iter().map(|service| service.name).collect();
            findings.push(finding.help(format!(
                "write one of {} into the record's Service field: the handset discards a record \
                 whose service it does not know",
                known.join(", ")
            )));
            continue;
        };
        let name = meant.name;
        let finding = finding
            .label(format!("did you mean `{name}`?"))
            .help(format!(
                "write `{name}` into the record's Service field: the handset discards a record \
                 whose service it does not know"
            ));
        findings.push(match found.name_service(site, meant) {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
}
