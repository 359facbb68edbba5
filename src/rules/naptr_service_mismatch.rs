//! `naptr-service-mismatch`: a service that leads to another transport's SRV records.

use super::naptr::{begins_with, is_service_name, leads_to_srv};
use super::{Facts, Findings};
use crate::finding::Subject;

/// Compares the service of every SIP NAPTR record with the first labels of its replacement.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs() {
        let (token, replacement) = (&found.naptr.service, &found.naptr.replacement);
        let Some((service, srv)) = found.service().and_then(|s| Some((s.name, s.srv?))) else {
            continue;
        };
        let fits = begins_with(&replacement.name, srv);
        if fits || !leads_to_srv(found.naptr) || !is_service_name(&replacement.name) {
            continue;
        }
        let finding = findings
            .at(
                token.span,
                format!(
                    "service `{service}` leads to `{}`, not to `{srv}`",
                    replacement.name
                ),
            )
            .label(format!("stands for `{srv}`"))
            .related(replacement.span, "names the records of another transport")
            .about(Subject::Token(replacement.span));
        let Some(other) = found.service_led_to() else {
            findings.push(finding.help(format!(
                "let the record's Replacement field begin with `{srv}`"
            )));
            continue;
        };
        let finding = finding.help(format!(
            "write `{}` into the record's Service field, or let its Replacement field begin with \
             `{srv}`",
            other.name
        ));
        findings.push(match found.name_service(site, other) {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
}
