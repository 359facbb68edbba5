//! The order that servers of one priority are put into where they are to be tried one after the
//! other.

use super::Facts;
use super::expected::Stated;
use super::named_order::{has_higher_number, is_behind_by_words};
use super::sip_set::{Entry, SipSet};
use crate::dns::{Name, Srv};
use crate::finding::Fix;

/// More records are not given other priorities in one repair.
const MOST: usize = 8;

/// Servers that a title names.
const NAMED: usize = 3;

/// The repair that has the servers of one priority tried one after the other. Where that takes
/// the priority of the next ones, these make room.
pub(super) fn one_after_another(site: &Facts, sip: &SipSet, group: &[Entry<'_>]) -> Option<Fix> {
    if group.len() > MOST {
        return None;
    }
    let places = in_meant_order(site, sip, group);
    if is_counted(site, sip, &places) {
        return None;
    }
    let names = places.iter().map(|place| name_of(place).to_string());
    let mut names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if names.len() > NAMED {
        names.truncate(NAMED);
        names.push("the others".to_owned());
    }
    let title = format!("try {}", names.join(", then "));
    let priorities = rising(sip, &places)?;
    Some(sip.with_priorities(site, title, &priorities))
}

/// The records of one server at one priority.
type Place<'e> = Vec<Entry<'e>>;

fn name_of<'e>(place: &[Entry<'e>]) -> &'e Name {
    let (_, srv) = place[0];
    &srv.target.name
}

/// Weights that were perhaps meant as priorities: 1 and 2, or 0 and 1, of which the higher one puts
/// its server first only for want of another reason.
pub(super) fn may_be_priorities(site: &Facts, sip: &SipSet, group: &[Entry<'_>]) -> bool {
    group.len() <= MOST && is_counted(site, sip, &in_meant_order(site, sip, group))
}

/// Their weights fall to 1 or 0, one by one, in the order in which they are to be tried, which
/// nothing else tells.
fn is_counted(site: &Facts, sip: &SipSet, places: &[Place<'_>]) -> bool {
    let stated = site.expectation(&sip.domain);
    if stated.is_some_and(|stated| !stated.servers.is_empty()) {
        return false;
    }
    let weight = |place: &Place| place[0].1.weight.value;
    let falls = |pair: &[Place]| {
        let is_named = is_behind(name_of(&pair[1]), name_of(&pair[0]));
        !is_named && weight(&pair[0]).checked_sub(1) == Some(weight(&pair[1]))
    };
    let is_last = |place: &Place| weight(place) <= 1;
    places.len() > 1 && places.last().is_some_and(is_last) && places.windows(2).all(falls)
}

/// The servers of a priority as they are meant to be tried: as the settings state it, else as
/// their names say, else by weight, of which the bulletin says that a higher one implies
/// importance, else as they stand.
fn in_meant_order<'e>(site: &Facts, sip: &SipSet, group: &[Entry<'e>]) -> Vec<Place<'e>> {
    let mut servers: Vec<Place> = Vec::new();
    for entry @ (_, srv) in group {
        let mut known = servers.iter_mut();
        match known.find(|place| *name_of(place) == srv.target.name) {
            Some(place) => place.push(*entry),
            None => servers.push(vec![*entry]),
        }
    }
    let stated = site.expectation(&sip.domain);
    let stated = stated.map(|stated| Stated::of(stated, sip.view));
    let position = |srv: &Srv| {
        let place = stated.as_ref().and_then(|stated| stated.place(sip, srv));
        place.unwrap_or(usize::MAX)
    };
    let mut ordered: Vec<(usize, Place)> = Vec::with_capacity(servers.len());
    for place in servers {
        let new = (position(place[0].1), place);
        // Not sorted: what names say may go round in a circle.
        let earlier = ordered.iter().rposition(|one| !is_meant_later(one, &new));
        ordered.insert(earlier.map_or(0, |earlier| earlier + 1), new);
    }
    ordered.into_iter().map(|(_, place)| place).collect()
}

/// Names say that the one comes behind the other.
fn is_behind(one: &Name, other: &Name) -> bool {
    is_behind_by_words(one, other) || has_higher_number(one, other)
}

fn is_meant_later(one: &(usize, Place), other: &(usize, Place)) -> bool {
    let weight = |(_, place): &(usize, Place)| place[0].1.weight.value;
    if one.0 != other.0 {
        return one.0 > other.0;
    }
    let names = (name_of(&one.1), name_of(&other.1));
    match (is_behind(names.0, names.1), is_behind(names.1, names.0)) {
        (true, false) => true,
        (false, true) => false,
        _ => weight(one) < weight(other),
    }
}

/// The priorities that put these places, which share one, one behind the other, and those that
/// records behind them then need. `None` where no number is left, or too many would change.
fn rising<'e>(sip: &SipSet<'e>, places: &[Place<'e>]) -> Option<Vec<(Entry<'e>, u16)>> {
    let own = places.first()?[0].1.priority.value;
    let behind = sip
        .ordered
        .partition_point(|(_, srv)| srv.priority.value <= own);
    let behind = sip.ordered[behind..]
        .chunk_by(|(_, one), (_, two)| one.priority.value == two.priority.value);
    let mut changed = Vec::new();
    let mut last: Option<u16> = None;
    for group in places.iter().map(Vec::as_slice).chain(behind) {
        let was = group[0].1.priority.value;
        let priority = match last {
            None => was,
            Some(last) => was.max(last.checked_add(1)?),
        };
        if priority == was && was != own {
            break;
        }
        if priority != was {
            changed.extend(group.iter().map(|entry| (*entry, priority)));
        }
        if changed.len() > MOST {
            return None;
        }
        last = Some(priority);
    }
    Some(changed)
}
