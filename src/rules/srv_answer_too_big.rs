//! `srv-answer-too-big`: the set does not fit a UDP answer of 512 octets.

use super::{Facts, Findings};
use crate::dns::RrSet;

/// The largest UDP message without EDNS (RFC 1035 4.2.1).
const MAX_UDP: usize = 512;
/// The header, and type and class of the question (RFC 1035 4.1).
const HEADER_AND_QUESTION: usize = 12 + 4;
/// Pointer to the owner, type, class, TTL, length; priority, weight, port.
const RECORD_WITHOUT_TARGET: usize = 2 + 10 + 6;

/// Looks at every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        let octets = answer_size(sip.set);
        if octets <= MAX_UDP {
            continue;
        }
        let finding = findings
            .at(
                sip.set.records[0].mark(),
                format!(
                    "the {} SRV records of `{}` take {octets} octets: an answer over UDP holds \
                     {MAX_UDP}, the rest is cut or asked for over TCP",
                    sip.set.records.len(),
                    sip.set.owner
                ),
            )
            .help("name fewer servers, or servers with shorter names");
        findings.push(site.of_sets(&[sip], finding));
    }
}

/// Octets of an answer with nothing but the set. Targets are not compressed (RFC 2782,
/// "Target").
fn answer_size(set: &RrSet) -> usize {
    let records = set.srv();
    let records = records.map(|(_, srv)| RECORD_WITHOUT_TARGET + srv.target.name.length());
    HEADER_AND_QUESTION + set.owner.length() + records.sum::<usize>()
}
