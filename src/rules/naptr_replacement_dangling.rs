//! `naptr-replacement-dangling`: a replacement that owns no SRV record.

use super::naptr::{leads_to_srv, owns_srv, sip_naptrs};
use super::{Facts, Findings};
use crate::dns::{Answer, RecordType};
use crate::finding::Subject;
use crate::rule::Severity;

/// Asks for the SRV records that every SIP NAPTR record leads to.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in sip_naptrs(site) {
        let token = &found.naptr.replacement;
        if !leads_to_srv(found.naptr) || token.name.is_root() {
            continue;
        }
        let (Answer::NoData(_) | Answer::NxDomain(_)) =
            found.view.ask(&token.name, RecordType::SRV)
        else {
            continue;
        };
        let name = &token.name;
        let usual = found
            .usual_replacement()
            .filter(|usual| owns_srv(found.view, usual));
        let help = match &usual {
            Some(usual) => format!(
                "let the record lead to `{usual}`, which owns SRV records, or add SRV records \
                 named `{name}`"
            ),
            None => format!("add an SRV record named `{name}` for each SIP server"),
        };
        let finding = findings
            .at(
                token.span,
                format!("NAPTR replacement `{name}` owns no SRV record"),
            )
            .label("no SRV record of that name")
            .about(Subject::Token(token.span));
        findings.push(if found.is_followed(site) {
            finding.help(help)
        } else {
            // Its service is none that this handset takes up.
            finding.severity(Severity::Warning).help(format!(
                "{help}; this handset discards the record for its service, clients that follow it \
                 find no server"
            ))
        });
    }
}
