//! Which of two sets is the model of the other, and one list for both.

use hashbrown::{HashMap, HashSet};

use super::{alone, is_no_host, order, own_addresses, service, targets};
use crate::dns::{Name, RecordType, Srv};
use crate::finding::Fix;
use crate::fix::{NewRecord, add_record};
use crate::rules::expected::Stated;
use crate::rules::sip_set::{Entry, SipSet, edits};
use crate::site::{Mode, Site};

/// What speaks for a set as the model of the other, from the most to the least: it has the order
/// that the settings state, handsets have their servers from it, it lacks none of the other's.
pub(super) fn merits(site: &Site, sip: &SipSet, other: &SipSet) -> [bool; 3] {
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

/// One list for both: the model's, and the servers that the other alone knows in the places that
/// they have there. None where a set names a server twice, for then a place in the order is no one
/// record, where the list would hold a server under two names, where nothing is known of one that
/// a set would get or its name is no host's, and where it would be another order than the settings
/// state, or than handsets have now.
pub(super) fn one_list(site: &Site, model: &SipSet, other: &SipSet) -> Option<Fix> {
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
