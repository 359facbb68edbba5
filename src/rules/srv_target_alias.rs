//! `srv-target-alias`: a target that is a CNAME.

use super::sip_set::{SipSet, edit};
use super::{Facts, Findings};
use crate::dns::{Answer, Name, Record, RecordType, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{NewRecord, in_presentation_format, replace_record};

/// Looks at every target of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.doubtful_sip_sets() {
        for (record, srv) in sip.set.srv() {
            let target = &srv.target.name;
            let Some((alias, host)) = alias_of(sip, srv) else {
                continue;
            };
            let mut finding = findings
                .at(
                    srv.target.span,
                    format!(
                        "the target `{target}` is an alias: an SRV record must name the host itself"
                    ),
                )
                .related(alias.mark(), "the alias")
                .about(Subject::Token(srv.target.span))
                .about(Subject::Owner(alias.owner.name.to_lowercase()));
            let Some(host) = host else {
                findings.push(sip.with_handsets(finding.help(format!(
                    "name the host that `{target}` stands for, by the name that has the A record"
                ))));
                continue;
            };
            let written = in_presentation_format(&host);
            let new = NewRecord::srv(
                srv.priority.value,
                srv.weight.value,
                srv.port.value,
                (&host).into(),
            );
            finding = finding
                .help(format!("write `{written}`, the name that has the A record"))
                .fix(Fix {
                    title: format!("name the host `{written}`"),
                    edits: edit(site, srv.target.span, &*written),
                    changes: vec![replace_record(sip.place(), record, &new)],
                    ..Fix::default()
                });
            findings.push(sip.with_handsets(finding));
        }
    }
}

/// The alias at a target, and the host at its end, if that is known to have an address.
fn alias_of(sip: &SipSet, srv: &Srv) -> Option<(Record, Option<Name>)> {
    let address = sip.addresses_of(srv);
    let host = address.of_type(RecordType::A).next();
    let host = host.map(|record| record.owner.name.clone());
    // A host that a wildcard stands for has no name of its own to write.
    let host = host.filter(|name| !name.is_wildcard());
    if let Some(alias) = address.aliases().next() {
        return Some((alias.clone(), host));
    }
    // An alias comes before addresses, so where these are given out there is none.
    if matches!(address, Answer::Records(_)) {
        return None;
    }
    match sip.view.ask(&srv.target.name, RecordType::CNAME) {
        Answer::Records(records) => Some((records.first()?.clone(), None)),
        _ => None,
    }
}
