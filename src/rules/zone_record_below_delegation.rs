//! `zone-record-below-delegation`: records of the SIP chain that a zone cut hides, or a zone
//! or a DNAME record in between.

use hashbrown::{HashMap, HashSet};

use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, RrSet};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Change, Place, move_record};
use crate::rule::Severity;
use crate::site::{Hidden, View, is_sip_naptr, is_sip_service};
use crate::source::Span;
use crate::zone::Zone;
use crate::zone::contents::RecordData;

/// RRsets that one delegation, zone or DNAME record hides.
struct HiddenSets<'s> {
    view: (usize, &'s View),
    zone: &'s Zone,
    by: Hidden<'s>,
    sets: Vec<HiddenSet<'s>>,
}

/// One of them.
struct HiddenSet<'s> {
    set: &'s RrSet,
    /// The places that name it, where it is the address of a server.
    named_at: &'s [Span],
    /// Other records are given out in its place.
    has_others: bool,
}

/// How many other records of one finding are shown.
const SHOWN: usize = 3;

/// Looks at every zone for NAPTR, SRV and address records that it does not give out.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let mut hidden = AllHidden::new((index, view));
        for zone in &view.zones {
            for set in zone.contents.sets(RecordType::NAPTR) {
                if set.naptr().any(|(_, naptr)| is_sip_naptr(naptr)) {
                    hidden.look_at(zone, set, &[]);
                }
            }
            for set in zone.contents.sets(RecordType::SRV) {
                if is_sip_service(&set.owner) && !view.serves_srv(set) {
                    hidden.look_at(zone, set, &[]);
                }
            }
        }
        let hosts = site.sip_hosts(index).iter();
        for host in hosts.filter(|host| !matches!(host.answer, Answer::Records(_))) {
            for zone in view.zones.enclosing(&host.name) {
                if let Some(set) = zone.contents.set(&host.name, RecordType::A) {
                    hidden.look_at(zone, set, &host.named_at);
                }
            }
        }
        for mut one in hidden.all {
            // What is missing says more than what others stand for.
            one.sets.sort_by_key(|set| set.has_others);
            let finding = report(findings, &one);
            findings.push(finding);
        }
    }
}

/// What is hidden in a view, in the order of the first records.
struct AllHidden<'s> {
    view: (usize, &'s View),
    all: Vec<HiddenSets<'s>>,
    by_place: HashMap<(&'s Name, Name), usize>,
}

impl<'s> AllHidden<'s> {
    fn new(view: (usize, &'s View)) -> Self {
        Self {
            view,
            all: Vec::new(),
            by_place: HashMap::new(),
        }
    }

    /// Adds an RRset, if it is hidden and somebody lacks it.
    fn look_at(&mut self, zone: &'s Zone, set: &'s RrSet, named_at: &'s [Span]) {
        let (_, view) = self.view;
        let Some(by) = view.hidden(zone, &set.owner) else {
            return;
        };
        let answer = view.ask(&set.owner, set.record_type);
        let concerns = match &answer {
            // Those that are given as well are a copy; others were meant to count.
            Answer::Records(given) => !are_among(set, given),
            Answer::NoData(_) | Answer::NxDomain(_) => true,
            // Where the answer is not known, a delegation or a DNAME record says whose it is.
            Answer::NotLoaded | Answer::Failed(_) => !matches!(by, Hidden::Inside(_)),
        };
        if !concerns || is_glue(by, set) {
            return;
        }
        let index = *self
            .by_place
            .entry((&zone.apex, place(by).to_lowercase()))
            .or_insert_with(|| {
                self.all.push(HiddenSets {
                    view: self.view,
                    zone,
                    by,
                    sets: Vec::new(),
                });
                self.all.len() - 1
            });
        self.all[index].sets.push(HiddenSet {
            set,
            named_at,
            has_others: matches!(answer, Answer::Records(_)),
        });
    }
}

/// Every record of the set is among those that are given in its place.
fn are_among(set: &RrSet, given: &[Record]) -> bool {
    let given: HashSet<_> = given
        .iter()
        .map(|record| RecordData::from(&record.data))
        .collect();
    let mut records = set.records.iter();
    records.all(|record| given.contains(&RecordData::from(&record.data)))
}

/// The name at and below which records are hidden.
fn place(by: Hidden<'_>) -> &Name {
    match by {
        Hidden::Delegated(cut) => &cut.owner,
        Hidden::Inside(inner) => &inner.apex,
        Hidden::Renamed(dname) => &dname.owner.name,
    }
}

fn report(findings: &Findings, hidden: &HiddenSets<'_>) -> Finding {
    let HiddenSets {
        view: (index, view),
        zone,
        by,
        ref sets,
    } = *hidden;
    let HiddenSet {
        set: first,
        has_others,
        ..
    } = sets[0];
    let (owner, kind) = (&first.owner, first.record_type);
    let told = tell(zone, by, owner);
    let mut finding = findings
        .at(
            first.records[0].mark(),
            format!(
                "this {kind} record of `{owner}` is invisible: {}",
                told.reason
            ),
        )
        .help(told.help)
        .about(Subject::Owner(place(by).to_lowercase()));
    if has_others && !matches!(by, Hidden::Renamed(_)) {
        finding = finding.severity(Severity::Warning);
    }
    if let Some((span, what)) = told.shown {
        finding = finding.related(span, what);
    }
    for (at, HiddenSet { set, named_at, .. }) in sets.iter().enumerate() {
        finding = finding.about(Subject::Lookup {
            view: index,
            name: set.owner.to_lowercase(),
        });
        let about = |finding: Finding, span: &Span| finding.about(Subject::Token(*span));
        finding = named_at.iter().fold(finding, about);
        finding = set
            .records
            .iter()
            .map(Record::mark)
            .fold(finding, |finding, span| about(finding, &span));
        if (1..=SHOWN).contains(&at) {
            finding = finding.related(set.records[0].mark(), "invisible as well");
        }
    }
    let moved = sets.iter().flat_map(|one| moved(view, zone, by, one.set));
    finding.fix(Fix {
        title: told.title,
        changes: moved.collect(),
        ..Fix::default()
    })
}

/// The address of a name server beside the delegation to it.
fn is_glue(hidden: Hidden, set: &RrSet) -> bool {
    let Hidden::Delegated(cut) = hidden else {
        return false;
    };
    let names_it =
        |record: &Record| matches!(&record.data, Data::Ns(server) if server.name == set.owner);
    set.record_type == RecordType::A && cut.records.iter().any(names_it)
}

/// What a finding says of that which hides a record.
struct Told {
    reason: String,
    help: String,
    title: String,
    shown: Option<(Span, &'static str)>,
}

fn tell(zone: &Zone, hidden: Hidden, owner: &Name) -> Told {
    match hidden {
        Hidden::Delegated(cut) => {
            let at = &cut.owner;
            Told {
                reason: format!("`{at}` is delegated to other name servers"),
                help: format!(
                    "add the record to the zone `{at}` on its own name servers, or remove the \
                     delegation (the NS records of `{at}`) from `{}`",
                    zone.apex
                ),
                title: format!("move it to the zone `{at}` on its name servers"),
                shown: Some((cut.records[0].mark(), "delegated here")),
            }
        }
        Hidden::Inside(inner) => {
            let at = &inner.apex;
            Told {
                reason: format!("`{at}` is a zone of its own"),
                help: format!("add the record to the zone `{at}`, which is asked instead"),
                title: format!("move it to the zone `{at}`"),
                shown: inner
                    .soa()
                    .map(|soa| (soa.owner.span, "the zone that is asked")),
            }
        }
        Hidden::Renamed(dname) => {
            let at = &dname.owner.name;
            let meant = match dname.leads(owner) {
                Some(meant) => format!("move it to `{meant}`, where the DNAME record leads"),
                None => "move it to where the DNAME record leads".to_owned(),
            };
            Told {
                reason: format!("the DNAME record of `{at}` stands for every name below it"),
                help: format!("{meant}, or remove that record"),
                title: "move it to where the DNAME record leads".to_owned(),
                shown: Some((dname.mark(), "the DNAME record")),
            }
        }
    }
}

/// The records where they are seen.
fn moved(view: &View, zone: &Zone, hidden: Hidden, set: &RrSet) -> Vec<Change> {
    let owner = &set.owner;
    let place = match hidden {
        Hidden::Delegated(cut) => Some(Place::new(Some(&cut.owner), owner)),
        Hidden::Inside(inner) => Some(Place::new(Some(&inner.apex), owner)),
        Hidden::Renamed(dname) => {
            let meant = dname.leads(owner);
            meant.map(|meant| Place::new(view.apex_of(&meant), &meant))
        }
    };
    let records = set.records.iter();
    let moved = |record| {
        let from = Place::new(Some(&zone.apex), owner);
        Some(move_record(record, from, place.clone()?))
    };
    records.filter_map(moved).collect()
}
