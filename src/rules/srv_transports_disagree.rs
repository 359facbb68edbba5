//! `srv-transports-disagree`: UDP, TCP and TLS lead to other servers, or in another order.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::Ipv4Addr;

use hashbrown::{HashMap, HashSet};

use super::final_dot::without_repetition;
use super::sip_set::{Entry, SipSet, separated};
use super::slips::is_domain_mistyped;
use super::srv_target_ip_literal::literal;
use super::{Facts, Findings};
use crate::dns::{Answer, Name, Srv};
use crate::finding::{Finding, Subject};
use crate::site::Site;
use crate::source::Span;
use model::{merits, one_list};

mod model;

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
