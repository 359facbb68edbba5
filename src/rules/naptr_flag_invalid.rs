//! `naptr-flag-invalid`: a flag other than S on a record for SIP.

use super::naptr::{leads_to_srv, owns_srv};
use super::{Facts, Findings};
use crate::finding::Subject;
use crate::rule::Severity;

/// Looks at the flags of every SIP NAPTR record.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs() {
        let token = &found.naptr.flags;
        if leads_to_srv(found.naptr) {
            continue;
        }
        let owner = &found.set.owner;
        let is_exchanged = found.is_exchanged();
        let finding = if token.value.is_empty() {
            // RFC 3403 4.1: legal, another NAPTR lookup comes next.
            findings
                .at(
                    token.span,
                    format!("the NAPTR record of `{owner}` has an empty flag"),
                )
                .severity(Severity::Warning)
                .label("another NAPTR lookup would come next")
                .help(
                    "write `S` into the record's Flags field: the handset is not known to follow \
                     a NAPTR record that leads to another one",
                )
        } else if is_exchanged {
            findings
                .at(
                    token.span,
                    format!(
                        "the NAPTR record of `{owner}` has its service in the place of its flag"
                    ),
                )
                .related(found.naptr.service.span, "this is the flag")
                .help(if found.leads_on {
                    "exchange the record's Flags and Service fields".to_owned()
                } else {
                    // Once the fields are right, handsets follow the record.
                    format!(
                        "exchange the record's Flags and Service fields, and write the name of \
                         the SRV records into its Replacement field: `{}` owns none",
                        found.naptr.replacement.name
                    )
                })
        } else {
            findings
                .at(
                    token.span,
                    format!(
                        "the NAPTR record of `{owner}` has the flag `{}` instead of `S`",
                        token.value
                    ),
                )
                .label("no SRV lookup follows")
                .help(
                    "write `S` into the record's Flags field, and into its Replacement field the \
                     name of the SRV records, such as `_sip._udp.` before the domain",
                )
        };
        let finding = finding.about(Subject::Token(found.naptr.replacement.span));
        // With the flag set handsets follow the record, so it must lead somewhere.
        findings.push(
            if !is_exchanged && owns_srv(found.view, &found.naptr.replacement.name) {
                finding.fix(found.repair(
                    site,
                    "set the flag S".into(),
                    (token.span, "S"),
                    |naptr| {
                        "S".clone_into(&mut naptr.flags.value);
                    },
                ))
            } else {
                finding
            },
        );
    }
}
