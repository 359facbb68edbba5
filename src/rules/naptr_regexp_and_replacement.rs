//! `naptr-regexp-and-replacement`: a regular expression where SIP needs a replacement.

use super::naptr::{leads_to_srv, owns_srv};
use super::{Facts, Findings};
use crate::finding::Subject;

/// Looks at the regular expression of every SIP NAPTR record.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs() {
        let (regexp, replacement) = (&found.naptr.regexp, &found.naptr.replacement);
        if regexp.value.is_empty() {
            continue;
        }
        let owner = &found.set.owner;
        // A record of ENUM has another flag as well.
        let and_flag = if leads_to_srv(found.naptr) {
            ""
        } else {
            "; write `S` into the Flags field"
        };
        if replacement.name.is_root() {
            let message = format!(
                "the NAPTR record of `{owner}` has a regular expression and no replacement"
            );
            let finding = findings
                .at(regexp.span, message)
                .about(Subject::Token(replacement.span))
                .label("the handset does not evaluate it")
                .help(format!(
                    "empty the Regular expression field, and write the name of the SRV records, \
                     such as `_sip._udp.` before the domain, into the Replacement field{and_flag}"
                ));
            findings.push(finding);
            continue;
        }
        let message =
            format!("the NAPTR record of `{owner}` has a regular expression and a replacement");
        let finding = findings
            .at(regexp.span, message)
            .label("only one of the two may be filled")
            .related(replacement.span, "the replacement, which SIP needs")
            .help(format!(
                "empty the Regular expression field: a record with both is an error{and_flag}"
            ));
        let finding = finding.about(Subject::Token(replacement.span));
        // Without the expression handsets follow the record, so it must lead somewhere.
        findings.push(if owns_srv(found.view, &replacement.name) {
            finding.fix(found.repair(
                site,
                "empty the regular expression".into(),
                (regexp.span, ""),
                |naptr| naptr.regexp.value.clear(),
            ))
        } else {
            finding
        });
    }
}
