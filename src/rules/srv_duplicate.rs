//! `srv-duplicate`: one server twice in a set.

use std::collections::HashMap;

use super::record_lines::remove;
use super::sip_set::SipSet;
use super::{Facts, Findings};
use crate::dns::{Data, Record, RecordType, RrSet, Srv};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::remove_record;
use crate::site::is_sip_service;

/// Looks at every SIP SRV set, and at the records that repeat another to the letter.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.sip_sets().iter().filter(|sip| sip.doubts.repeated) {
        let mut seen: HashMap<_, &Srv> = HashMap::new();
        for (record, srv) in sip.set.srv().filter(|(_, srv)| !srv.target.name.is_root()) {
            let first = seen
                .entry((&srv.target.name, srv.port.value))
                .or_insert(srv);
            if !std::ptr::eq(*first, srv) {
                let finding = repeated(site, sip, (first, srv), record, findings);
                findings.push(sip.with_handsets(finding));
            }
        }
    }
    for zone in &site.zones {
        for record in zone.contents.duplicates() {
            if let Data::Srv(srv) = &record.data
                && is_sip_service(&record.owner.name)
            {
                let kept = zone.contents.set(&record.owner.name, RecordType::SRV);
                let kept = kept.into_iter().flat_map(RrSet::srv);
                let mut kept = kept.filter(|(_, kept)| kept.target.name == srv.target.name);
                let mut finding = findings
                    .at(
                        srv.target.span,
                        format!(
                            "the record of `{}` is written twice: it counts once",
                            srv.target.name
                        ),
                    )
                    .help("remove one of the two lines, or name the other server in it")
                    .about(Subject::Token(srv.target.span))
                    .fix(Fix {
                        title: "remove the second line".to_owned(),
                        edits: remove(site, record),
                        ..Fix::default()
                    });
                if let Some((_, kept)) = kept.next() {
                    finding = finding.about(Subject::Token(kept.target.span));
                }
                findings.push(finding);
            }
        }
    }
}

fn repeated(
    site: &Facts,
    sip: &SipSet,
    (first, srv): (&Srv, &Srv),
    record: &Record,
    findings: &Findings,
) -> Finding {
    let Srv { priority, port, .. } = srv;
    findings
        .at(
            srv.target.span,
            format!(
                "`{}` port {} stands twice in `{}`, at priorities {} and {}: it is one server \
                 all the same",
                srv.target.name, port.value, sip.set.owner, first.priority.value, priority.value
            ),
        )
        .related(first.target.span, "the first time")
        .help("remove one of the two records, or name the other server in it")
        .about(Subject::Token(srv.target.span))
        .fix(Fix {
            title: "remove the second record".to_owned(),
            edits: remove(site, record),
            changes: vec![remove_record(sip.place(), record)],
            ..Fix::default()
        })
}
