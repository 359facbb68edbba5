//! `srv-duplicate`: one server twice in a set.

use std::collections::{HashMap, HashSet};

use super::record_lines::remove;
use super::sip_set::SipSet;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, RrSet, Srv};
use crate::finding::{Edit, Finding, Fix, Subject};
use crate::fix::{Place, add_record, remove_record};
use crate::site::{View, below, is_sip_service, sip_domain};
use crate::source::Span;
use crate::zone::Zone;

/// Looks at every SIP SRV set, and at the records that repeat another to the letter.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.sip_sets().iter().filter(|sip| sip.doubts.repeated) {
        // That there is UDP only is the rule, and says nothing of a second priority.
        let sibling = Sibling::of(sip.view, &sip.owner).filter(|it| it.lacked.is_some());
        let mut seen: HashMap<_, &Srv> = HashMap::new();
        // The record that is tried first stays.
        let servers = sip.ordered.iter();
        for &(record, srv) in servers.filter(|(_, srv)| !srv.target.name.is_root()) {
            let first = seen
                .entry((&srv.target.name, srv.port.value))
                .or_insert(srv);
            if !std::ptr::eq(*first, srv) {
                let sibling = sibling.as_ref();
                let finding = repeated(site, sip, (first, srv), record, sibling, findings);
                findings.push(sip.with_handsets(finding));
            }
        }
    }
    for zone in &site.zones {
        let view = site.view_of(zone).map(|view| &site.views[view]);
        let mut known: HashMap<&Name, (HashMap<&Name, Span>, Option<Sibling>)> = HashMap::new();
        for record in zone.contents.duplicates() {
            let owner = &record.owner.name;
            let Data::Srv(srv) = &record.data else {
                continue;
            };
            if !is_sip_service(owner) {
                continue;
            }
            let of_owner = || {
                let sibling = view.and_then(|view| Sibling::of(view, owner));
                (targets(zone, owner), sibling)
            };
            let (kept, sibling) = known.entry(owner).or_insert_with(of_owner);
            let kept = kept.get(&srv.target.name);
            let removal = || Fix {
                title: "remove the second line".to_owned(),
                edits: remove(site, record),
                ..Fix::default()
            };
            let mut finding = findings
                .at(
                    srv.target.span,
                    format!(
                        "the record of `{}` is written twice: it counts once",
                        srv.target.name
                    ),
                )
                .help(help("lines", sibling.as_ref(), srv))
                .about(Subject::Token(srv.target.span));
            finding.fix = match sibling.as_ref().filter(|it| it.lacks(srv)) {
                Some(sibling) => sibling.takes(site, record, srv),
                None => Some(removal()),
            };
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

/// The owner for the other transport, where what stands twice here may be meant for it.
struct Sibling {
    name: Name,
    /// Its first labels, and those of the owner that stands here.
    services: [&'static str; 2],
    /// The only server that it lacks; none where it has no records.
    lacked: Option<Name>,
    /// The priorities that it has.
    priorities: HashSet<u16>,
    place: Place,
}

impl Sibling {
    fn of(view: &View, owner: &Name) -> Option<Self> {
        const SERVICES: [&str; 2] = ["_sip._udp", "_sip._tcp"];
        let domain = sip_domain(owner)?;
        let at = SERVICES.map(|service| below(service, &domain));
        let own = at.iter().position(|name| name.as_ref() == Some(owner))?;
        let name = at[1 - own].clone()?;
        let (lacked, priorities) = match view.ask(&name, RecordType::SRV) {
            Answer::NoData(_) | Answer::NxDomain(_) => (None, HashSet::new()),
            Answer::Records(_) => {
                let set = view.set(&name, RecordType::SRV)?;
                let priorities = set.srv().map(|(_, srv)| srv.priority.value);
                let lacked = only_one_lacked(view.set(owner, RecordType::SRV)?, set)?;
                (Some(lacked.clone()), priorities.collect())
            }
            Answer::Failed(_) | Answer::NotLoaded => return None,
        };
        Some(Self {
            services: [SERVICES[1 - own], SERVICES[own]],
            lacked,
            priorities,
            place: Place::new(view.apex_of(&name), &name),
            name,
        })
    }

    fn lacks(&self, srv: &Srv) -> bool {
        self.lacked.as_ref() == Some(&srv.target.name)
    }

    /// The repair that gives it the second record of a server it lacks, which stays where it is
    /// on a server; none where it has a server of that priority.
    fn takes(&self, site: &Facts, record: &Record, srv: &Srv) -> Option<Fix> {
        let is_free = !self.priorities.contains(&srv.priority.value);
        is_free.then(|| Fix {
            title: format!("move the second record to `{}`", self.name),
            edits: self.edit(site, record).into_iter().collect(),
            changes: vec![add_record(self.place.clone(), &record.into())],
            ..Fix::default()
        })
    }

    /// The other labels in an owner that no other record needs.
    fn edit(&self, site: &Facts, record: &Record) -> Option<Edit> {
        let [other, own] = self.services;
        let owner = record.owner.span;
        let written = site.text(owner).get(..own.len())?;
        let is_written = written.eq_ignore_ascii_case(own) && owner.start == record.span.start;
        let is_alone = is_written && !remove(site, record).is_empty();
        let start = owner.range().start;
        let labels = Span::new(owner.source, start, start + own.len());
        is_alone.then(|| Edit::replace(labels, other))
    }
}

/// The only target of a set that the other one lacks; none where that has a target which this
/// one lacks, or they have none in common.
fn only_one_lacked<'v>(set: &'v RrSet, other: &RrSet) -> Option<&'v Name> {
    let names = |set: &'v RrSet| set.srv().map(|(_, srv)| &srv.target.name);
    let there: HashSet<_> = other.srv().map(|(_, srv)| &srv.target.name).collect();
    let here: HashSet<_> = names(set).collect();
    let mut lacked = here.iter().filter(|name| !there.contains(*name));
    let only = lacked.next().copied();
    let is_only = lacked.next().is_none() && there.is_subset(&here);
    only.filter(|_| is_only)
}

/// What to do about one of two `lines` or records.
fn help(lines: &str, sibling: Option<&Sibling>, srv: &Srv) -> String {
    let help = format!("remove one of the two {lines}, or name the other server in it");
    let Some(sibling) = sibling else { return help };
    let name = &sibling.name;
    match sibling.lacked {
        None => format!("{help}; or is one of `{name}`, which has no records?"),
        Some(_) if sibling.lacks(srv) => format!(
            "move one of the two {lines} to `{name}`, which lacks this server: handsets that ask \
             for that list never come to it"
        ),
        Some(_) => help,
    }
}

fn repeated(
    site: &Facts,
    sip: &SipSet,
    (first, srv): (&Srv, &Srv),
    record: &Record,
    sibling: Option<&Sibling>,
    findings: &Findings,
) -> Finding {
    let Srv { priority, port, .. } = srv;
    let removal = remove_record(sip.place(), record);
    let fix = match sibling.filter(|it| it.lacks(srv)) {
        Some(sibling) => sibling.takes(site, record, srv).map(|mut fix| {
            fix.changes.push(removal);
            fix
        }),
        None => Some(Fix {
            title: "remove the second record".to_owned(),
            edits: remove(site, record),
            changes: vec![removal],
            ..Fix::default()
        }),
    };
    let mut finding = findings
        .at(
            srv.target.span,
            format!(
                "`{}` port {} stands twice in `{}`, at priorities {} and {}: it is one server \
                 all the same",
                srv.target.name, port.value, sip.set.owner, first.priority.value, priority.value
            ),
        )
        .related(first.target.span, "the first time")
        .help(help("records", sibling, srv))
        .about(Subject::Token(srv.target.span));
    finding.fix = fix;
    finding
}
