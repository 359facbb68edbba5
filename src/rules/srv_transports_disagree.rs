//! `srv-transports-disagree`: UDP and TCP lead to other servers, or in another order.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;

use super::sip_set::{Entry, SipSet, edits, is_domain_mistyped, without_comma};
use super::{Facts, Findings};
use crate::dns::{Answer, Name, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{NewRecord, add_record};
use crate::site::Site;
use crate::source::Span;

/// Compares `_sip._tcp` with `_sip._udp` of each domain.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    // Of a target `.` another rule speaks.
    let names_servers = |sip: &&SipSet| targets(sip).all(|srv| !srv.target.name.is_root());
    let sets = || site.whole_sip_sets().filter(names_servers);
    let is = |sip: &SipSet, protocol: &[u8]| {
        let mut labels = sip.set.owner.iter();
        let service = labels
            .next()
            .is_some_and(|label| label.eq_ignore_ascii_case(b"_sip"));
        service
            && labels
                .next()
                .is_some_and(|label| label.eq_ignore_ascii_case(protocol))
    };
    let udp: HashMap<_, _> = sets()
        .filter(|sip| is(sip, b"_udp"))
        .map(|sip| ((sip.view_index, &sip.domain), sip))
        .collect();
    for tcp in sets().filter(|sip| is(sip, b"_tcp")) {
        let Some(udp) = udp.get(&(tcp.view_index, &tcp.domain)) else {
            continue;
        };
        if is_same(tcp, udp) || lead_alike(tcp, udp) {
            continue;
        }
        let (tcp_order, udp_order) = (order(tcp), order(udp));
        if !tcp_order
            .keys()
            .any(|target| udp_order.contains_key(target))
        {
            continue;
        }
        let elsewhere = |srv: &&Srv| {
            let target = &srv.target.name;
            tcp_order.get(target) != udp_order.get(target)
        };
        // What one list lacks says more than where the others stand for want of it.
        let lacked = alone(tcp, &udp_order).next().map(|srv| (srv, *udp));
        let lacked = lacked.or_else(|| alone(udp, &tcp_order).next().map(|srv| (srv, tcp)));
        let moved = || targets(tcp).find(elsewhere).map(|srv| (srv, *udp));
        let Some((srv, other)) = lacked.or_else(moved) else {
            continue;
        };
        let target = &srv.target.name;
        let message = match (tcp_order.get(target), udp_order.get(target)) {
            (Some(_), Some(_)) => format!(
                "`{target}` has another place in the order under `_sip._tcp` than under `_sip._udp`"
            ),
            (Some(_), None) => {
                format!("`{target}` stands under `_sip._tcp` but not under `_sip._udp`")
            }
            _ => format!("`{target}` stands under `_sip._udp` but not under `_sip._tcp`"),
        };
        let finding = findings
            .at(srv.target.span, message)
            .related(
                other.set.records[0].mark(),
                "the set that it is compared with",
            )
            .help(format!(
                "list the same servers in the same order under `{}` and `{}`, or handsets of \
                 different transports end at different servers",
                udp.set.owner, tcp.set.owner
            ));
        let finding = match one_list(site, udp, tcp) {
            Some(fix) => finding.fix(fix),
            None => finding,
        };
        let mut finding = finding.about(other.subject());
        let reasons = reasons((tcp, &tcp_order), (udp, &udp_order));
        finding.subjects.extend(reasons.map(Subject::Token));
        findings.push(tcp.with_handsets(udp.with_handsets(finding)));
    }
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
    // that the other list has, has a comma, or is but a word.
    let is_reason = |sip: &SipSet, srv: &Srv| {
        let is_known = !matches!(sip.addresses_of(srv), Answer::NotLoaded);
        let target = &srv.target.name;
        let is_word = target.iter().len() == 1;
        is_known || is_word || is_slip(srv) || without_comma(sip.view, target).is_some()
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

/// The entries of a set that name a server which stands before them.
fn repeats<'s>(sip: &SipSet<'s>) -> impl Iterator<Item = &'s Srv> {
    let mut seen = HashSet::new();
    targets(sip).filter(move |srv| !seen.insert(&srv.target.name))
}

/// One list for both: that of UDP, then the servers that TCP alone knows. None where a set
/// names a server twice, for then a place in the order is no one record, and where the list
/// would hold a server under two names.
fn one_list(site: &Site, udp: &SipSet, tcp: &SipSet) -> Option<Fix> {
    let is_plain = |sip: &SipSet| order(sip).len() == targets(sip).count();
    if !is_plain(udp) || !is_plain(tcp) {
        return None;
    }
    let mut list: Vec<(&Srv, u16)> = Vec::new();
    let mut places: HashMap<&Name, u16> = HashMap::new();
    for (_, srv) in udp.ordered.iter() {
        list.push((srv, srv.priority.value));
        places.insert(&srv.target.name, srv.priority.value);
    }
    let of_udp: HashSet<_> = targets(udp)
        .flat_map(|srv| own_addresses(udp, srv))
        .collect();
    let mut highest = list.last()?.1;
    for (_, srv) in tcp.ordered.iter() {
        if !places.contains_key(&srv.target.name) {
            let is_of_udp = |address| of_udp.contains(address);
            if own_addresses(tcp, srv).iter().any(is_of_udp) {
                return None;
            }
            highest = highest.checked_add(1)?;
            list.push((srv, highest));
            places.insert(&srv.target.name, highest);
        }
    }
    let mut changes = Vec::new();
    let mut numbers = Vec::new();
    let mut is_only_numbers = true;
    for sip in [udp, tcp] {
        let own = order(sip);
        for (record, srv) in sip.set.srv() {
            let priority = *places.get(&srv.target.name)?;
            if srv.priority.value != priority {
                numbers.push((record, srv.priority.span, priority.to_string()));
                changes.push(sip.with_priority(record, srv, priority));
            }
        }
        let port = targets(sip).next()?.port.value;
        for (srv, priority) in &list {
            if !own.contains_key(&srv.target.name) {
                is_only_numbers = false;
                let target = (&srv.target.name).into();
                let new = NewRecord::srv(*priority, srv.weight.value, port, target);
                changes.push(add_record(sip.place(), &new));
            }
        }
    }
    Some(Fix {
        title: "list the servers of UDP under both names, those of TCP alone behind them"
            .to_owned(),
        edits: if is_only_numbers {
            edits(site, numbers)
        } else {
            Vec::new()
        },
        changes,
        ..Fix::default()
    })
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
