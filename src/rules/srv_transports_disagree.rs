//! `srv-transports-disagree`: UDP, TCP and TLS lead to other servers, or in another order.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::Ipv4Addr;

use hashbrown::{HashMap, HashSet};

use super::expected::Stated;
use super::final_dot::without_repetition;
use super::sip_set::{Entry, SipSet, edits, separated};
use super::slips::is_domain_mistyped;
use super::srv_target_ip_literal::literal;
use super::{Facts, Findings};
use crate::dns::{Answer, Name, RecordType, Srv};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{NewRecord, add_record};
use crate::site::{Mode, Site};
use crate::source::Span;

/// The transports that are compared: the first two labels of their SRV owners, and their names.
const SERVICES: [(&str, &str); 3] = [
    ("_sip._udp", "UDP"),
    ("_sip._tcp", "TCP"),
    ("_sips._tcp", "TLS"),
];

/// The sets of one domain, by their places in [`SERVICES`].
type OfDomain<'a, 's> = [Option<&'a SipSet<'s>>; SERVICES.len()];

/// Compares the sets of each domain.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut domains: HashMap<(usize, &Name), OfDomain<'_, '_>> = HashMap::new();
    for sip in site.whole_sip_sets() {
        // Of a target `.` another rule speaks.
        let names_servers = targets(sip).all(|srv| !srv.target.name.is_root());
        if let Some(place) = place(sip).filter(|_| names_servers) {
            let sets = domains.entry((sip.view_index, &sip.domain)).or_default();
            sets[place] = Some(sip);
        }
    }
    for sets in domains.into_values() {
        for (odd, usual) in at_odds(site, sets).into_iter().flatten() {
            let finding = compare(site, odd, usual, findings);
            if let Some(finding) = finding {
                findings.push(finding);
            }
        }
    }
}

/// The place of a set's service in [`SERVICES`].
fn place(sip: &SipSet) -> Option<usize> {
    let is_of = |service: &str| {
        let mut labels = sip.set.owner.iter();
        let mut service = service.split('.');
        service.all(|one| {
            let label = labels.next();
            label.is_some_and(|label| label.eq_ignore_ascii_case(one.as_bytes()))
        })
    };
    SERVICES.iter().position(|(service, _)| is_of(service))
}

/// The sets that differ from another, each with that: of three of which two agree, the third; else
/// the one for which less speaks ([`merits`]). TLS may be for some of the servers only, so that of
/// its list the order alone is compared.
fn at_odds<'a, 's>(
    site: &Site,
    [udp, tcp, tls]: OfDomain<'a, 's>,
) -> [Option<(&'a SipSet<'s>, &'a SipSet<'s>)>; 2] {
    type Set<'a, 's> = Option<&'a SipSet<'s>>;
    let agrees = |one: &SipSet, other: &SipSet| is_same(one, other) || lead_alike(one, other);
    let differ = |one: Set<'_, '_>, other: Set<'_, '_>| {
        let pair = one.zip(other);
        pair.is_some_and(|(one, other)| !agrees(one, other))
    };
    let name_the_same = |one: &SipSet, other: &SipSet| {
        let lacks = |one, other: &SipSet| alone(other, &order(one)).next().is_some();
        !lacks(one, other) && !lacks(other, one)
    };
    let of_tls = |other: Set<'a, 's>| {
        let pair = tls.zip(other);
        pair.filter(|(tls, other)| name_the_same(tls, other) && !agrees(tls, other))
    };
    let by_merits = |(odd, usual)| {
        if merits(site, odd, usual) > merits(site, usual, odd) {
            (usual, odd)
        } else {
            (odd, usual)
        }
    };
    if !differ(tcp, udp) {
        let alone = of_tls(udp.or(tcp));
        let is_third = udp.is_some() && tcp.is_some();
        return [
            if is_third {
                alone
            } else {
                alone.map(by_merits)
            },
            None,
        ];
    }
    let is_as_tls = tls.zip(tcp).is_some_and(|(tls, tcp)| agrees(tls, tcp));
    if is_as_tls {
        return [udp.zip(tcp), None];
    }
    let third = of_tls(udp).filter(|_| of_tls(tcp).is_some());
    [tcp.zip(udp).map(by_merits), third.map(by_merits)]
}

/// What differs between two sets that name some server in common.
fn compare(site: &Facts, odd: &SipSet, usual: &SipSet, findings: &Findings) -> Option<Finding> {
    let (odd_order, usual_order) = (order(odd), order(usual));
    let mut common = odd_order.keys();
    common.find(|target| usual_order.contains_key(*target))?;
    let elsewhere = |srv: &&Srv| {
        let target = &srv.target.name;
        odd_order.get(target) != usual_order.get(target)
    };
    // What one list lacks says more than where the others stand for want of it.
    let lacked = alone(odd, &usual_order).next().map(|srv| (srv, usual));
    let lacked = lacked.or_else(|| alone(usual, &odd_order).next().map(|srv| (srv, odd)));
    let is_order_alone = lacked.is_none();
    let moved = || targets(odd).find(elsewhere).map(|srv| (srv, usual));
    let (srv, other) = lacked.or_else(moved)?;
    let target = &srv.target.name;
    let ((in_odd, _), (in_usual, _)) = (service(odd), service(usual));
    let message = match (odd_order.get(target), usual_order.get(target)) {
        (Some(_), Some(_)) => format!(
            "`{target}` has another place in the order under `{in_odd}` than under `{in_usual}`"
        ),
        (Some(_), None) => {
            format!("`{target}` stands under `{in_odd}` but not under `{in_usual}`")
        }
        _ => format!("`{target}` stands under `{in_usual}` but not under `{in_odd}`"),
    };
    // In the order of the services, whichever is at odds.
    let (first, second) = if place(odd) < place(usual) {
        (odd, usual)
    } else {
        (usual, odd)
    };
    let mut help = format!(
        "list the same servers in the same order under `{}` and `{}`, or handsets of different \
         transports end at different servers",
        first.set.owner, second.set.owner
    );
    if let Some((doubtful, meant)) = namesakes((odd, &odd_order), (usual, &usual_order)) {
        let _ = write!(help, "; is `{doubtful}` meant to be `{meant}`?");
    }
    let mut finding = findings
        .at(srv.target.span, message)
        .related(
            other.set.records[0].mark(),
            "the set that it is compared with",
        )
        .help(help)
        .about(other.subject());
    if let Some(fix) = one_list(site, usual, odd) {
        finding = finding.fix(fix);
    }
    if is_order_alone {
        // What is wrong with the numbers of either is why.
        let sets = [odd, usual].into_iter();
        let numbers = sets
            .flat_map(targets)
            .filter(elsewhere)
            .map(|srv| srv.priority.span);
        finding.subjects.extend(numbers.map(Subject::Token));
    }
    let reasons = reasons((odd, &odd_order), (usual, &usual_order));
    finding.subjects.extend(reasons.map(Subject::Token));
    Some(site.of_sets(&[usual, odd], finding))
}

/// What speaks for a set as the model of the other, from the most to the least: it has the order
/// that the settings state, handsets have their servers from it, it lacks none of the other's.
fn merits(site: &Site, sip: &SipSet, other: &SipSet) -> [bool; 3] {
    let lacks_none = alone(other, &order(sip)).next().is_none();
    [is_as_stated(site, sip), leads_handsets(sip), lacks_none]
}

/// Nothing that the settings state of the order of servers is otherwise in the set.
fn is_as_stated(site: &Site, sip: &SipSet) -> bool {
    let Some(expectation) = site.expectation(&sip.domain) else {
        return true;
    };
    let stated = Stated::of(expectation, sip.view);
    let known = |(_, srv): &Entry| Some((stated.place(sip, srv)?, srv.priority.value));
    let known: Vec<_> = sip.targets().iter().filter_map(known).collect();
    if expectation.is(Mode::ActiveActive) {
        known.windows(2).all(|pair| pair[0].1 == pair[1].1)
    } else {
        known.is_sorted_by_key(|(place, _)| *place)
    }
}

/// Handsets that are given have their servers from the set.
fn leads_handsets(sip: &SipSet) -> bool {
    sip.configured_lookups().any(|simulation| {
        let steps = simulation.lookup.steps.iter();
        let mut answered =
            steps.filter(|step| step.answer.of_type(RecordType::SRV).next().is_some());
        let first = answered.next();
        first.is_some_and(|step| step.question.name == sip.set.owner)
    })
}

/// The first two labels of a set's owner, and the name of its transport.
fn service(sip: &SipSet) -> (&'static str, &'static str) {
    place(sip).map(|place| SERVICES[place]).unwrap_or_default()
}

/// Targets among which one is looked for that a wrong one was meant to be.
const COMPARED: usize = 32;

/// The targets of which it may be said why the lists differ: that they lead nowhere, or that
/// they stand twice where the other list has one more.
fn reasons<'s>(
    (one, in_one): (&SipSet<'s>, &HashMap<&Name, usize>),
    (two, in_two): (&SipSet<'s>, &HashMap<&Name, usize>),
) -> impl Iterator<Item = Span> {
    let of_one: Vec<_> = alone(one, in_two).collect();
    let of_two: Vec<_> = alone(two, in_one).collect();
    let is_slip = |srv: &Srv| {
        let mut all = of_one.iter().chain(&of_two).take(COMPARED);
        all.any(|other| is_domain_mistyped(&srv.target.name, &other.target.name))
    };
    // Of an unknown address nothing is said that tells why, unless the name is a slip for one
    // that the other list has, is no host's, or is but a word.
    let is_reason = |sip: &SipSet, srv: &Srv| {
        let is_known = !matches!(sip.addresses_of(srv), Answer::NotLoaded);
        let target = &srv.target.name;
        let is_word = target.iter().len() == 1;
        is_known || is_word || is_slip(srv) || is_no_host(sip, srv)
    };
    let mut reasons: Vec<&Srv> = Vec::new();
    reasons.extend(of_one.iter().filter(|srv| is_reason(one, srv)));
    reasons.extend(of_two.iter().filter(|srv| is_reason(two, srv)));
    match (&of_one[..], &of_two[..]) {
        ([_], []) => reasons.extend(repeats(two)),
        ([], [_]) => reasons.extend(repeats(one)),
        _ => {}
    }
    reasons.into_iter().map(|srv| srv.target.span)
}

/// A target of which no address is known, and the one of the same host label that the other list
/// has in its place.
fn namesakes<'s>(
    (one, in_one): (&SipSet<'s>, &HashMap<&Name, usize>),
    (two, in_two): (&SipSet<'s>, &HashMap<&Name, usize>),
) -> Option<(&'s Name, &'s Name)> {
    let of_one: Vec<_> = alone(one, in_two).take(COMPARED).collect();
    let of_two: Vec<_> = alone(two, in_one).take(COMPARED).collect();
    let meant = |(sip, own): (&SipSet, &[&'s Srv]), (other, there): (&SipSet, &[&'s Srv])| {
        let doubtful = own.iter().filter(|srv| own_addresses(sip, srv).is_empty());
        let mut pairs = doubtful.flat_map(|srv| there.iter().map(move |meant| (srv, meant)));
        let pair = pairs.find(|(srv, meant)| {
            let label = |srv: &'s Srv| srv.target.name.iter().next().unwrap_or_default();
            label(srv).eq_ignore_ascii_case(label(meant)) && !own_addresses(other, meant).is_empty()
        });
        pair.map(|(srv, meant)| (&srv.target.name, &meant.target.name))
    };
    let (one, two) = ((one, &of_one[..]), (two, &of_two[..]));
    meant(one, two).or_else(|| meant(two, one))
}

/// It has a comma or an escaped dot for a dot, is an address, or has the zone's name twice.
fn is_no_host(sip: &SipSet, srv: &Srv) -> bool {
    let target = &srv.target;
    let zone = sip.view.apex_of(&sip.set.owner);
    separated(sip.view, &target.name).is_some()
        || literal(target, zone).is_some()
        || zone.is_some_and(|zone| without_repetition(&target.name, zone).is_some())
}

/// The entries of a set that name a server which is tried before.
fn repeats<'s>(sip: &SipSet<'s>) -> Vec<&'s Srv> {
    let mut seen = HashSet::new();
    let servers = sip.ordered.iter().map(|(_, srv)| *srv);
    let repeated = servers.filter(|srv| !seen.insert(&srv.target.name));
    repeated.collect()
}

/// One list for both: the model's, and the servers that the other alone knows in the places that
/// they have there. None where a set names a server twice, for then a place in the order is no one
/// record, where the list would hold a server under two names, where nothing is known of one that
/// a set would get or its name is no host's, and where it would be another order than the settings state, or than handsets
/// have now.
fn one_list(site: &Site, model: &SipSet, other: &SipSet) -> Option<Fix> {
    let is_plain = |sip: &SipSet| order(sip).len() == targets(sip).count();
    let (of_model, of_other) = (order(model), order(other));
    let adds_to_model = alone(other, &of_model).next().is_some();
    let is_as_stated = |sip| is_as_stated(site, sip);
    if !is_plain(model)
        || !is_plain(other)
        || !is_as_stated(model)
        || (adds_to_model && !is_as_stated(other))
        || (leads_handsets(other) && !leads_handsets(model))
    {
        return None;
    }
    let in_both: HashSet<_> = targets(model)
        .flat_map(|srv| own_addresses(model, srv))
        .collect();
    let is_new = |sip: &SipSet, srv: &Srv| {
        let own = own_addresses(sip, srv);
        let is_known = own.iter().any(|address| in_both.contains(address));
        !own.is_empty() && !is_known && !is_no_host(sip, srv)
    };
    // It may be what is wrong.
    let is_doubtful = |srv: &Srv| own_addresses(model, srv).is_empty() || is_no_host(model, srv);
    if alone(model, &of_other).any(is_doubtful)
        || !alone(other, &of_model).all(|srv| is_new(other, srv))
        || !are_stated(site, other, alone(other, &of_model))
    {
        return None;
    }
    let priorities = merged(model, other)?;
    let mut changes = Vec::new();
    let mut numbers = Vec::new();
    let mut is_only_numbers = true;
    for (sip, own, rest) in [(model, of_model, other), (other, of_other, model)] {
        for (record, srv) in sip.set.srv() {
            let priority = *priorities.get(&srv.target.name)?;
            if srv.priority.value != priority {
                numbers.push((record, srv.priority.span, priority.to_string()));
                changes.push(sip.with_priority(record, srv, priority));
            }
        }
        let port = targets(sip).next()?.port.value;
        for srv in alone(rest, &own) {
            is_only_numbers = false;
            let priority = *priorities.get(&srv.target.name)?;
            let target = (&srv.target.name).into();
            let new = NewRecord::srv(priority, srv.weight.value, port, target);
            changes.push(add_record(sip.place(), &new));
        }
    }
    Some(Fix {
        title: format!(
            "list all servers under both names, in the order of {}",
            service(model).1
        ),
        edits: if is_only_numbers {
            edits(site, numbers)
        } else {
            Vec::new()
        },
        changes,
        ..Fix::default()
    })
}

/// The settings name these servers, or none.
fn are_stated<'s>(site: &Site, sip: &SipSet, mut servers: impl Iterator<Item = &'s Srv>) -> bool {
    let expectation = site.expectation(&sip.domain);
    expectation
        .filter(|expectation| !expectation.servers.is_empty())
        .map(|stated| Stated::of(stated, sip.view))
        .is_none_or(|stated| servers.all(|srv| stated.place(sip, srv).is_some()))
}

/// The priorities of the model, and for the servers that the other alone knows such that they are
/// tried between the same ones as there: those that they have, where these are free. `None` where
/// the two orders leave no place.
fn merged<'s>(model: &SipSet<'s>, other: &SipSet<'s>) -> Option<HashMap<&'s Name, u16>> {
    let with_priority = |srv: &'s Srv| (&srv.target.name, srv.priority.value);
    let mut priorities: HashMap<_, _> = targets(model).map(with_priority).collect();
    let mut taken: HashSet<_> = priorities.values().copied().collect();
    let groups: Vec<_> = other.by_priority().collect();
    // The lowest number in the model of the servers behind each group.
    let mut next = None;
    let mut upper: Vec<Option<u16>> = Vec::with_capacity(groups.len());
    for group in groups.iter().rev() {
        upper.push(next);
        let own = group
            .iter()
            .filter_map(|(_, srv)| priorities.get(&srv.target.name));
        next = own.copied().chain(next).min();
    }
    let mut lower: Option<u16> = None;
    for (group, upper) in groups.iter().zip(upper.into_iter().rev()) {
        let own = group
            .iter()
            .filter_map(|(_, srv)| priorities.get(&srv.target.name));
        let own: Vec<_> = own.copied().collect();
        if own.len() < group.len() {
            let is_between = |number: &u16| {
                lower.is_none_or(|lower| *number > lower)
                    && upper.is_none_or(|upper| *number < upper)
            };
            let behind = lower.and_then(|lower| lower.checked_add(1));
            let before = upper.and_then(|upper| upper.checked_sub(1));
            let mut free = [Some(group[0].1.priority.value), behind, before]
                .into_iter()
                .flatten();
            let place = match own.first() {
                Some(shared) => Some(*shared).filter(is_between),
                None => free.find(|number| is_between(number) && !taken.contains(number)),
            }?;
            taken.insert(place);
            for (_, srv) in *group {
                priorities.entry(&srv.target.name).or_insert(place);
            }
            lower = lower.max(Some(place));
        }
        lower = own.into_iter().chain(lower).max();
    }
    Some(priorities)
}

fn targets<'s>(sip: &SipSet<'s>) -> impl Iterator<Item = &'s Srv> {
    sip.set.srv().map(|(_, srv)| srv)
}

/// The targets of a set that the other has no place for.
fn alone<'s>(sip: &SipSet<'s>, other: &HashMap<&Name, usize>) -> impl Iterator<Item = &'s Srv> {
    targets(sip).filter(|srv| !other.contains_key(&srv.target.name))
}

/// The same servers with the same priorities, as almost always.
fn is_same(one: &SipSet, other: &SipSet) -> bool {
    let same = |(_, one): &Entry, (_, other): &Entry| {
        one.priority.value == other.priority.value && one.target.name == other.target.name
    };
    let mut pairs = one.ordered.iter().zip(other.ordered.iter());
    one.ordered.len() == other.ordered.len() && pairs.all(|(one, other)| same(one, other))
}

/// Other names of the same servers, in the same order.
fn lead_alike(one: &SipSet, other: &SipSet) -> bool {
    addresses(one).is_some_and(|one| addresses(other) == Some(one))
}

/// The addresses that each group of equal priority adds to those before; `None` where those of
/// a target are not known.
fn addresses(sip: &SipSet) -> Option<Vec<BTreeSet<Ipv4Addr>>> {
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for group in sip.by_priority() {
        let mut added = BTreeSet::new();
        for (_, srv) in group {
            let own = own_addresses(sip, srv);
            if own.is_empty() {
                return None;
            }
            added.extend(own.into_iter().filter(|address| seen.insert(*address)));
        }
        if !added.is_empty() {
            groups.push(added);
        }
    }
    Some(groups)
}

/// The addresses of a target; none where they are not known.
fn own_addresses(sip: &SipSet, srv: &Srv) -> Vec<Ipv4Addr> {
    let answer = sip.addresses_of(srv);
    answer
        .ipv4_addresses()
        .map(|address| address.value)
        .collect()
}

/// The place of each target: the first group of equal priority that names it.
fn order<'s>(sip: &SipSet<'s>) -> HashMap<&'s Name, usize> {
    let mut order = HashMap::new();
    for (place, group) in sip.by_priority().enumerate() {
        for (_, srv) in group {
            order.entry(&srv.target.name).or_insert(place);
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use crate::rules::zone_testing::findings;

    #[test]
    fn a_target_that_is_no_host_is_not_listed_under_another_name() {
        for (target, is_listed) in [("SRV 3 1 5060 c.x.", true), ("SRV 3 1 5060 b.x.x.", false)] {
            let found = findings(&[
                ("_sip._udp.x.", "SRV 1 1 5060 a.x."),
                ("_sip._udp.x.", "SRV 2 1 5060 b.x."),
                ("_sip._tcp.x.", "SRV 1 1 5060 a.x."),
                ("_sip._tcp.x.", target),
                ("a.x.", "A 10.0.0.1"),
                ("b.x.", "A 10.0.0.2"),
                ("*.x.", "A 10.0.0.9"),
            ]);
            // Another finding may stand for it.
            let mut found = found
                .iter()
                .chain(found.iter().flat_map(|one| &one.stands_for));
            let found = found.find(|one| one.rule.id == "srv-transports-disagree");
            let found = found.expect("a finding");
            assert_eq!(found.fix.is_some(), is_listed, "{target}");
        }
    }
}
