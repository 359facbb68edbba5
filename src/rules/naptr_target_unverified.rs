//! `naptr-target-unverified`: a replacement in a zone that was not given.

use super::naptr::{is_service_name, leads_to_srv};
use super::{Facts, Findings};
use crate::dns::{Answer, RecordType};
use crate::finding::Subject;

/// Asks for the SRV records that every SIP NAPTR record leads to. A server was asked for
/// those that the handset follows; nothing is unknown of them.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs().iter().filter(|found| !found.leads_on) {
        let token = &found.naptr.replacement;
        let answer = found.view.ask(&token.name, RecordType::SRV);
        let from_file = found.view.live.is_none();
        let leads_on = leads_to_srv(found.naptr) && is_service_name(&token.name);
        if from_file && leads_on && answer == Answer::NotLoaded {
            findings.push(
                findings
                    .at(
                        token.span,
                        format!("`{}` lies outside the given data", token.name),
                    )
                    .label("whether SRV records stand there is not known")
                    .help("give the zone that holds this name as well")
                    .about(Subject::Token(token.span)),
            );
        }
    }
}
