//! `naptr-replacement-dangling`: a replacement that owns no SRV record.

use super::naptr::{SipNaptr, leads_to_srv, owns_srv};
use super::sip_set::usual_port;
use super::{Facts, Findings};
use crate::dns::{Answer, Name, RecordType};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record, in_presentation_format};
use crate::rule::Severity;
use crate::site::{Site, View};

/// Asks for the SRV records that every SIP NAPTR record leads to.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs().iter().filter(|found| !found.leads_on) {
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
        let mut finding = findings
            .at(
                token.span,
                format!("NAPTR replacement `{name}` owns no SRV record"),
            )
            .label("no SRV record of that name")
            .about(Subject::Token(token.span))
            .fix(fix(site, found, usual.as_ref()));
        let is_its = |view: &View| std::ptr::eq(view, found.view);
        if let Some(view) = site.views.iter().position(is_its) {
            finding = finding.about(Subject::Lookup {
                view,
                name: name.clone(),
            });
        }
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

/// The record is turned to SRV records that are there, or gets some.
fn fix(site: &Site, found: &SipNaptr<'_>, usual: Option<&Name>) -> Fix {
    let token = &found.naptr.replacement;
    if let Some(usual) = usual {
        let text = in_presentation_format(usual);
        let title = format!("lead to `{text}`");
        return found.repair(site, title, (token.span, &text), |naptr| {
            naptr.replacement.name.clone_from(usual);
        });
    }
    let name = &token.name;
    let target = Field::blank("host name of the SIP server");
    Fix {
        title: format!("list the SIP servers at `{name}`"),
        changes: vec![add_record(
            Place::new(found.view.apex_of(name), name),
            &NewRecord::srv(0, 10, usual_port(name), target),
        )],
        ..Fix::default()
    }
}
