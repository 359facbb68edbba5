//! `srv-owner-misplaced`: the SRV set that the handset asks for stands one level above or
//! below the configured address.

use std::collections::{BTreeMap, HashMap};

use super::candidates::Candidates;
use super::lookup::{
    Setting, about_lookup, absolute, asked_and_got, change_if_served, missed_srv, other_value,
    plain, said_no, service_of,
};
use super::sip_owner::meant;
use super::{Facts, Findings};
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Change, Place, add_record};
use crate::handset::Step;
use crate::site::{Setup, Simulation, Verdict, View, below};

/// Looks, for every SRV question in vain, for the same service one level away.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut by_view: BTreeMap<usize, OneBelow> = BTreeMap::new();
    let mut names: BTreeMap<usize, Candidates> = BTreeMap::new();
    for (simulation, setup, view) in site.simulated() {
        if site.found(simulation) != Verdict::Fails {
            continue;
        }
        let Some(address) = setup.name() else {
            continue;
        };
        let missed = missed_srv(&simulation.lookup, setup);
        // Where an alias stands no record can be added.
        let mut missed = missed.into_iter().filter(|step| !step.passed_over);
        let found = missed.find_map(|step| {
            let one_below = by_view
                .entry(simulation.view)
                .or_insert_with(|| one_below(view));
            let elsewhere = elsewhere(view, one_below, address, step);
            (!elsewhere.is_empty()).then_some((step, elsewhere))
        });
        let Some((step, elsewhere)) = found else {
            continue;
        };
        let nearest = &elsewhere[0];
        let message = format!(
            "{}; the records stand {}, at `{}`",
            asked_and_got(step),
            nearest.level.as_str(),
            plain(&nearest.set.owner)
        );
        let finding = findings
            .at(setup.entry.address.span, message)
            .help(help(nearest, step))
            .fix(fix(site, (simulation, setup, view), nearest, step));
        let names = names
            .entry(simulation.view)
            .or_insert_with(|| Candidates::of([view]));
        let finding = spelt_alike(related(finding, &elsewhere), names, view, setup, step);
        let finding = said_no(finding, &step.answer);
        let mut finding = finding.about(Subject::Token(setup.entry.address.span));
        // Where they are meant for this name, what they are without it says no more.
        let meant = elsewhere.iter().map(|other| Subject::Lookup {
            view: simulation.view,
            name: other.set.owner.clone(),
        });
        finding.subjects.extend(meant);
        findings.push(about_lookup(finding, simulation, setup));
    }
}

/// A set of the service that is asked for, at another name.
struct Elsewhere<'v> {
    set: &'v RrSet,
    domain: Name,
    level: Level,
}

enum Level {
    Above,
    Below,
}

impl Level {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Above => "one level above",
            Self::Below => "one level below",
        }
    }
}

/// The sets of a view, by the question that would be asked one level above them.
type OneBelow<'v> = HashMap<Name, Vec<&'v RrSet>>;

fn one_below(view: &View) -> OneBelow<'_> {
    let mut index: OneBelow = HashMap::new();
    let sets = view.sets(RecordType::SRV).into_iter();
    // What is wrong with a malformed owner is its form.
    for set in sets.filter(|set| meant(view, set).is_none()) {
        let parent = set.owner.base_name().base_name().base_name();
        let asked = below(&service_of(&set.owner), &parent);
        if let Some(asked) = asked.filter(|_| !set.owner.base_name().base_name().is_wildcard()) {
            index.entry(asked).or_default().push(set);
        }
    }
    index
}

/// The sets of the service asked for that stand around the address, the likeliest first: the
/// one above, then those below.
fn elsewhere<'v>(
    view: &'v View,
    one_below: &OneBelow<'v>,
    address: &Name,
    step: &Step,
) -> Vec<Elsewhere<'v>> {
    let service = service_of(&step.question.name);
    let at = |domain: &Name| view.set(&below(&service, domain)?, RecordType::SRV);
    let above = || Some((at(&address.base_name())?, Level::Above));
    let lower = one_below.get(&step.question.name).into_iter().flatten();
    let all = above().into_iter();
    let all = all.chain(lower.map(|set| (*set, Level::Below)));
    let found = all.map(|(set, level)| Elsewhere {
        set,
        domain: set.owner.base_name().base_name(),
        level,
    });
    found.collect()
}

fn related(mut finding: Finding, elsewhere: &[Elsewhere]) -> Finding {
    const SHOWN: usize = 3;
    for other in elsewhere.iter().take(SHOWN) {
        let message = format!("records of this service, {}", other.level.as_str());
        finding = finding.related(other.set.records[0].owner.span, message);
    }
    finding
}

/// A slip of the pen is as likely where another name of the service is spelt almost alike.
fn spelt_alike(
    finding: Finding,
    names: &mut Candidates,
    view: &View,
    setup: &Setup,
    step: &Step,
) -> Finding {
    let Some((name, _)) = names.nearest(&setup.entry.address.value) else {
        return finding;
    };
    let set = absolute(name)
        .and_then(|name| below(&service_of(&step.question.name), &name))
        .and_then(|owner| view.set(&owner, RecordType::SRV));
    match set {
        Some(set) => finding.related(
            set.records[0].owner.span,
            format!("or is `{name}` meant, which is spelt almost alike?"),
        ),
        None => finding,
    }
}

fn help(nearest: &Elsewhere, step: &Step) -> String {
    let (written, domain) = (&step.asked_as, plain(&nearest.domain));
    // A name such as `_tcp.example.com` is a folder, nothing a handset could be given.
    if domain.starts_with('_') {
        return format!("name the records `{written}`");
    }
    format!(
        "did you mean the address `{domain}`? Give it to the handsets, or name the records \
         `{written}`"
    )
}

/// The records again at the name that is asked for, or the other address for the handsets: first
/// what NAPTR records of that domain speak for.
fn fix(
    site: &Facts,
    (simulation, setup, view): (&Simulation, &Setup, &View),
    nearest: &Elsewhere,
    step: &Step,
) -> Fix {
    let domain = plain(&nearest.domain);
    let at_name_asked = at_name_asked(view, nearest, step);
    let naptrs = view.set(&nearest.domain, RecordType::NAPTR);
    let mut naptrs = naptrs.into_iter().flat_map(RrSet::naptr);
    if naptrs.any(|(_, naptr)| naptr.replacement.name == nearest.set.owner) {
        let settings = [(Setting::Address, &*domain)];
        let title = format!(
            "give the handsets the address `{domain}`, or list the servers at `{}`",
            step.asked_as
        );
        let fix = change_if_served(site, (simulation, setup, view), &settings, title);
        if let Ok(fix) = fix {
            return Fix {
                instead: at_name_asked,
                ..fix
            };
        }
    }
    let is_folder = domain.starts_with('_');
    let address = (!is_folder).then(|| other_value(site, setup, Setting::Address, &domain));
    Fix {
        title: format!(
            "list the servers at `{}`, or give the handsets the address `{domain}`",
            step.asked_as
        ),
        changes: at_name_asked,
        instead: address.flatten().into_iter().collect(),
        ..Fix::default()
    }
}

fn at_name_asked(view: &View, nearest: &Elsewhere, step: &Step) -> Vec<Change> {
    let owner = &step.question.name;
    let place = Place::new(view.apex_of(owner), owner);
    nearest
        .set
        .records
        .iter()
        .map(|record| add_record(place.clone(), &record.into()))
        .collect()
}
