//! `naptr-replacement-malformed`: a replacement that is no `_service._proto.name`.

use super::naptr::{is_service_name, leads_to_srv};
use super::{Facts, Findings};
use crate::finding::Subject;
use crate::fix::in_presentation_format;

/// Looks at the replacement of every SIP NAPTR record that leads to SRV records. One that is
/// empty beside a regular expression is left to `naptr-regexp-and-replacement`; one of a zone
/// whose name is unknown may be complete.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs() {
        let naptr = found.naptr;
        let token = &naptr.replacement;
        let by_regexp = token.name.is_root() && !naptr.regexp.value.is_empty();
        let is_incomplete = token.relative && found.view.is_nameless(&found.set.owner);
        if !leads_to_srv(naptr) || by_regexp || is_incomplete || is_service_name(&token.name) {
            continue;
        }
        let meant = found.usual_replacement();
        let example = meant.clone().map_or_else(
            || format!("_sip._udp.{}", found.set.owner),
            |name| in_presentation_format(&name),
        );
        let finding = findings
            .at(
                token.span,
                format!(
                    "NAPTR replacement `{}` is no name of SRV records",
                    token.name
                ),
            )
            .label("does not begin with `_service._protocol.`")
            .help(format!(
                "write the name that owns the SRV records into the record's Replacement field, \
                 such as `{example}`"
            ))
            .about(Subject::Token(token.span));
        findings.push(match meant {
            Some(name) => finding.fix(found.repair(
                site,
                format!("let it lead to {example}"),
                (token.span, &example),
                |naptr| naptr.replacement.name = name,
            )),
            None => finding,
        });
    }
}
