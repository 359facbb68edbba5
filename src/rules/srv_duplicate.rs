//! `srv-duplicate`: one server twice in a set.

use std::collections::HashMap;

use super::record_lines::remove;
use super::sip_set::SipSet;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, RrSet, Srv};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::remove_record;
use crate::site::{below, is_sip_service, sip_domain};
use crate::source::Span;
use crate::zone::Zone;

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
        let view = site.view_of(zone);
        let mut kept: HashMap<&Name, HashMap<&Name, Span>> = HashMap::new();
        for record in zone.contents.duplicates() {
            let owner = &record.owner.name;
            let Data::Srv(srv) = &record.data else {
                continue;
            };
            if !is_sip_service(owner) {
                continue;
            }
            let kept = kept.entry(owner).or_insert_with(|| targets(zone, owner));
            let kept = kept.get(&srv.target.name);
            let sibling = view.and_then(|view| sibling(site, view, owner));
            let mut help = "remove one of the two lines, or name the other server in it".to_owned();
            if let Some(name) = &sibling {
                help = format!("{help}; or is one of `{name}`, which has no records?");
            }
            let finding = findings
                .at(
                    srv.target.span,
                    format!(
                        "the record of `{}` is written twice: it counts once",
                        srv.target.name
                    ),
                )
                .help(help)
                .about(Subject::Token(srv.target.span))
                .fix(Fix {
                    title: "remove the second line".to_owned(),
                    edits: remove(site, record),
                    ..Fix::default()
                });
            let kept = kept.map(|span| Subject::Token(*span));
            findings.push(kept.into_iter().fold(finding, Finding::about));
        }
    }
}

/// Where the targets of an owner's SRV records stand.
fn targets<'z>(zone: &'z Zone, owner: &Name) -> HashMap<&'z Name, Span> {
    let set = zone.contents.set(owner, RecordType::SRV);
    let records = set.into_iter().flat_map(RrSet::srv);
    let targets = records.map(|(_, srv)| (&srv.target.name, srv.target.span));
    targets.collect()
}

/// The owner for the other transport, where it has no records: those that stand here twice may
/// be meant for it.
fn sibling(site: &Facts, view: usize, owner: &Name) -> Option<Name> {
    let domain = sip_domain(owner)?;
    let [udp, tcp] = ["_sip._udp", "_sip._tcp"].map(|service| below(service, &domain));
    let (udp, tcp) = udp.zip(tcp)?;
    let other = match owner {
        owner if *owner == udp => tcp,
        owner if *owner == tcp => udp,
        _ => return None,
    };
    let answer = site.views[view].ask(&other, RecordType::SRV);
    matches!(answer, Answer::NoData(_) | Answer::NxDomain(_)).then_some(other)
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
