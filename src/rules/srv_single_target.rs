//! `srv-single-target`: one server only, so no failover.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;

use super::given::Given;
use super::lookup::service_of;
use super::other_entries::OtherEntries;
use super::sip_owner::meant;
use super::sip_set::{SipSet, usual_port};
use super::{Facts, Findings};
use crate::dns::{Name, RecordType, RrSet, Srv};
use crate::finding::{Finding, Fix};
use crate::fix::{Field, NewRecord, add_record};
use crate::site::{Mode, Site, below};
use crate::zone::Zone;

/// Looks at every SIP SRV set whose target's addresses are known, but for sets that stand for
/// one server of several: those of handsets that have other entries besides.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let singles = singles(site);
    let strays = Strays::of(&singles, site);
    let lists = Lists::of(site);
    let taken: HashSet<_> = singles
        .iter()
        .flat_map(|single| strays.of_single(single))
        .map(|stray| (stray.sip.view_index, &stray.sip.set.owner))
        .collect();
    for single in &singles {
        let Single { sip, srv } = single;
        if taken.contains(&(sip.view_index, &sip.set.owner)) {
            continue;
        }
        let owner = &sip.set.owner;
        if let Some(asked) = lists.lacking(single) {
            findings.push(site.of_sets(&[*sip], stray(findings, single, asked)));
            continue;
        }
        let strays = strays.of_single(single);
        let next = Next::of(single, &strays);
        let others = next.advice(&strays);
        let mut finding = findings
            .at(
                srv.target.span,
                format!(
                    "`{}` is the only server of `{owner}`: when it is down, nothing takes over",
                    srv.target.name
                ),
            )
            .help(format!(
                "add an SRV record at `{owner}` for each further SIP server{others}"
            ))
            .fix(Fix {
                title: "add an SRV record for the second server".to_owned(),
                changes: vec![add_record(sip.place(), &next.record)],
                ..Fix::default()
            })
            .about(sip.subject());
        for stray in strays.iter().take(SHOWN) {
            let (target, owner) = (&stray.srv.target, &stray.sip.set.owner);
            let text = format!("this one stands at `{owner}`, for which no handset given asks");
            finding = finding.related(target.span, text);
        }
        findings.push(site.of_sets(&[*sip], finding));
    }
}

/// The only server of a set for which nobody asks, and which the set that handsets ask for lacks.
/// It may be that of a trunk: whether handsets are to use it is for a person to say.
fn stray(findings: &Findings, single: &Single, asked: &SipSet) -> Finding {
    let Single { sip, srv } = single;
    let (target, owner, list) = (&srv.target, &sip.set.owner, &asked.set.owner);
    let condition = if service_of(owner) == service_of(list) {
        "if handsets are to use it"
    } else {
        "if it speaks the transport of that set"
    };
    findings
        .at(
            target.span,
            format!(
                "`{}` is the only server of `{owner}`, for which no handset given asks; `{list}`, \
                 for which they ask, lacks it",
                target.name
            ),
        )
        .help(format!(
            "{condition}, add an SRV record for it at `{list}`, with the priority that it is to \
             have among the servers there"
        ))
        .related(asked.set.records[0].owner.span, "handsets are led here")
        .about(sip.subject())
}

/// How many servers that stand elsewhere are shown.
const SHOWN: usize = 3;

/// The record that is to be added.
struct Next {
    record: NewRecord,
    priority: u16,
    /// The highest number that is taken.
    last: u16,
}

impl Next {
    /// A server that stands elsewhere keeps its numbers, as far as they fit in: its priority says
    /// whether it is to be tried first.
    fn of(single: &Single, strays: &[&Single]) -> Self {
        let Single { sip, srv } = single;
        // The server may be there at several ports.
        let mut priorities = sip.ordered.iter().map(|(_, srv)| srv.priority.value);
        let last = priorities.clone().next_back().unwrap_or_default();
        let behind = last.saturating_add(1);
        let [stray] = strays else {
            let target = Field::blank("name of the second SIP server");
            return Self {
                record: NewRecord::srv(behind, srv.weight.value, srv.port.value, target),
                priority: behind,
                last,
            };
        };
        let own = stray.srv.priority.value;
        let priority = if priorities.any(|taken| taken == own) {
            behind
        } else {
            own
        };
        let is_alike = usual_port(&stray.sip.owner) == usual_port(&sip.owner);
        let port = if is_alike { stray } else { single }.srv.port.value;
        let (weight, target) = (stray.srv.weight.value, &stray.srv.target.name);
        Self {
            record: NewRecord::srv(priority, weight, port, target.into()),
            priority,
            last,
        }
    }

    /// The end of the advice.
    fn advice(&self, strays: &[&Single]) -> String {
        let last = self.last;
        let behind = format!("with a higher priority number than {last}");
        match strays {
            [] => format!(", {behind}"),
            [stray] if stray.srv.priority.value == self.priority => format!(
                ", such as `{}`, if it is one, with the priority {} that it has where it stands",
                stray.srv.target.name, self.priority
            ),
            [stray, ..] => format!(
                ", such as `{}`, if it is to take over, {behind}",
                stray.srv.target.name
            ),
        }
    }
}

/// A set of one server.
struct Single<'s> {
    sip: &'s SipSet<'s>,
    srv: &'s Srv,
}

fn singles<'s>(site: &'s Facts<'_>) -> Vec<Single<'s>> {
    let entries = LazyCell::new(|| OtherEntries::of(site));
    let misnamed = LazyCell::new(|| misnamed(site));
    let single = |sip: &'s SipSet| {
        let &(_, srv) = sip.ordered.first()?;
        let mut others = sip.set.srv();
        if others.any(|(_, other)| other.target.name != srv.target.name) {
            return None;
        }
        // Where one is listed again, `srv-duplicate` asks for the other server.
        let mut ports = HashSet::new();
        if !sip.set.srv().all(|(_, srv)| ports.insert(srv.port.value)) {
            return None;
        }
        // Nor is the second server missing where it may stand in what was not read.
        let zone = sip.view.zone_of(&sip.owner);
        if zone.is_some_and(Zone::lacks_a_part) {
            return None;
        }
        let intended = site.expectation(&sip.domain);
        if address_count(sip) != 1 || intended.is_some_and(|it| it.is(Mode::Single)) {
            return None;
        }
        let mut lookups = sip.configured_lookups().peekable();
        if lookups.peek().is_some() && lookups.all(|lookup| entries.take_over(lookup)) {
            return None;
        }
        // The other servers are there: what is wrong is their owner, which is reported.
        let meant_for_it = misnamed.get(&(sip.view_index, sip.owner.clone()));
        let mut meant_for_it = meant_for_it.into_iter().flatten().flat_map(|set| set.srv());
        if meant_for_it.any(|(_, other)| other.target.name != srv.target.name) {
            return None;
        }
        Some(Single { sip, srv })
    };
    site.whole_sip_sets().filter_map(single).collect()
}

/// Single servers for which no handset asks, where handsets are given: those of another transport
/// by domain, and those of domains one level further down by the owner that is asked for.
struct Strays<'s> {
    by_domain: HashMap<(usize, Name), Vec<&'s Single<'s>>>,
    by_owner_above: HashMap<(usize, Name), Vec<&'s Single<'s>>>,
}

impl<'s> Strays<'s> {
    fn of(singles: &'s [Single<'s>], site: &Site) -> Self {
        let mut strays = Self {
            by_domain: HashMap::new(),
            by_owner_above: HashMap::new(),
        };
        if !site.gives_handsets() {
            return strays;
        }
        let unasked = singles.iter().filter(|single| !is_asked(single));
        for stray in unasked {
            let SipSet {
                view_index, domain, ..
            } = stray.sip;
            let of_domain = strays.by_domain.entry((*view_index, domain.clone()));
            of_domain.or_default().push(stray);
            let above = below(&service_of(&stray.sip.owner), &domain.base_name());
            if let Some(owner) = above {
                let above = strays.by_owner_above.entry((*view_index, owner));
                above.or_default().push(stray);
            }
        }
        strays
    }

    /// The servers that may have been meant for a set that handsets ask for.
    fn of_single(&self, single: &Single<'_>) -> Vec<&'s Single<'s>> {
        if !is_asked(single) {
            return Vec::new();
        }
        let SipSet {
            view_index,
            domain,
            owner,
            ..
        } = single.sip;
        let beside = self.by_domain.get(&(*view_index, domain.clone()));
        let lower = self.by_owner_above.get(&(*view_index, owner.clone()));
        let all = beside.into_iter().chain(lower).flatten().copied();
        all.filter(|stray| stray.srv.target.name != single.srv.target.name)
            .collect()
    }
}

/// The sets that handsets ask for, where handsets are given: by domain and by owner.
struct Lists<'s> {
    by_domain: HashMap<(usize, Name), &'s SipSet<'s>>,
    by_owner: HashMap<(usize, Name), &'s SipSet<'s>>,
}

impl<'s> Lists<'s> {
    fn of(site: &'s Facts<'_>) -> Self {
        let mut lists = Self {
            by_domain: HashMap::new(),
            by_owner: HashMap::new(),
        };
        for sip in site.whole_sip_sets() {
            if sip.has_configured_lookups() {
                let (view, domain) = (sip.view_index, sip.domain.clone());
                lists.by_domain.entry((view, domain)).or_insert(sip);
                lists.by_owner.insert((view, sip.owner.clone()), sip);
            }
        }
        lists
    }

    /// The set that handsets ask for and that lacks a server which stands alone at another
    /// transport of its domain, or one level further down.
    fn lacking(&self, single: &Single<'_>) -> Option<&'s SipSet<'s>> {
        let Single { sip, srv } = single;
        if is_asked(single) {
            return None;
        }
        let above = || {
            let owner = below(&service_of(&sip.owner), &sip.domain.base_name())?;
            self.by_owner.get(&(sip.view_index, owner))
        };
        let beside = self.by_domain.get(&(sip.view_index, sip.domain.clone()));
        let list = beside.or_else(above)?;
        let own: HashSet<_> = addresses(sip, srv).collect();
        let mut listed = list.set.srv();
        let is_there = listed.any(|(_, other)| {
            other.target.name == srv.target.name
                || addresses(list, other).any(|address| own.contains(&address))
        });
        (!is_there).then_some(*list)
    }
}

/// A handset that is given asks for the set.
fn is_asked(single: &Single) -> bool {
    single.sip.has_configured_lookups()
}

/// Sets whose owner is malformed or misspelt, by view and the owner that was meant.
fn misnamed(site: &Site) -> HashMap<(usize, Name), Vec<&RrSet>> {
    let mut misnamed: HashMap<_, Vec<_>> = HashMap::new();
    let mut given = Given::to_handsets(site);
    for (index, view) in site.views.iter().enumerate() {
        for set in view.sets(RecordType::SRV) {
            let meant = meant(view, set).or_else(|| given.mistyped(view, set));
            let meant = meant.filter(|meant| !meant.is_service_alone());
            if let Some(meant) = meant {
                misnamed.entry((index, meant.name)).or_default().push(set);
            }
        }
    }
    misnamed
}

/// The addresses that the set leads to; 0 where they are not known.
fn address_count(sip: &SipSet) -> usize {
    let servers = sip.set.srv();
    let all: BTreeSet<_> = servers.flat_map(|(_, srv)| addresses(sip, srv)).collect();
    all.len()
}

fn addresses(sip: &SipSet, srv: &Srv) -> impl Iterator<Item = Ipv4Addr> + use<> {
    let answer = sip.addresses_of(srv);
    let own: Vec<_> = answer.ipv4_addresses().map(|one| one.value).collect();
    own.into_iter()
}
