//! What the rules about TTLs share.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::Facts;
use crate::dns::{Question, Record, RrSet};
use crate::finding::{Edit, Fix};
use crate::fix::{Change, NewRecord, Place, replace_record};
use crate::site::View;
use crate::source::{Span, Spanned};
use crate::zone::{AUTOMATIC_TTL, Format};

/// The TTL in seconds that repairs set where no other record tells one: long enough to live
/// through an outage of DNS, short enough for a move.
pub(super) const USUAL: u32 = 3600;

/// The TTLs in seconds of the SIP chain that nothing is said of: below them a short outage of DNS
/// is felt on handsets, beyond them a server that moves is out of reach for days.
pub(super) const FITTING: RangeInclusive<u32> = 300..=86400;

/// RRsets of the SIP chain whose TTLs have one fault, and the place that sets them: a
/// record's own field, or a default such as `$TTL`.
pub(super) struct Fault<'v> {
    /// The TTL in seconds.
    pub(super) ttl: Spanned<u32>,
    /// Never empty.
    pub(super) sets: Vec<&'v RrSet>,
    /// Other TTLs of the first set with the same fault.
    pub(super) others: Vec<Span>,
    other_values: Vec<u32>,
}

impl Fault<'_> {
    /// The sets and a verb, for people.
    pub(super) fn sets_have(&self) -> String {
        let first = set_name(self.sets[0]);
        match self.sets.len() - 1 {
            0 => format!("{first} has"),
            1 => format!("{first} and one more set have"),
            more => format!("{first} and {more} more sets have"),
        }
    }

    /// The TTL in seconds that they are to have: the one that all fitting records beside them have.
    pub(super) fn meant(&self) -> u32 {
        let records = self.sets.iter().flat_map(|set| set.records.iter());
        let mut others = records
            .map(|record| record.ttl.value)
            .filter(|ttl| FITTING.contains(ttl));
        let first = others.next();
        first
            .filter(|first| others.all(|other| other == *first))
            .unwrap_or(USUAL)
    }

    /// Sets the TTLs to those meant; where the place is a default, for the whole zone.
    pub(super) fn repair(&self, view: &View) -> Fix {
        let seconds = self.meant();
        let faulty: Vec<u32> = std::iter::once(self.ttl.value)
            .chain(self.other_values.iter().copied())
            .collect();
        let records = self.sets.iter().flat_map(|set| set.records.iter());
        let records = records.filter(|record| faulty.contains(&record.ttl.value));
        let places = [self.ttl.span]
            .into_iter()
            .chain(self.others.iter().copied());
        Fix {
            title: format!("set the TTL to {seconds}"),
            edits: places
                .map(|span| Edit::replace(span, seconds.to_string()))
                .collect(),
            changes: records
                .map(|record| with_ttl(view, record, seconds))
                .collect(),
            ..Fix::default()
        }
    }
}

/// Gives one record another TTL.
pub(super) fn with_ttl(view: &View, record: &Record, seconds: u32) -> Change {
    let owner = &record.owner.name;
    let place = Place::new(view.apex_of(owner), owner);
    let new = NewRecord::from(record).ttl(seconds);
    replace_record(place, record, &new)
}

/// The faults of a view, in the order of their places. What a resolver answers has a TTL that
/// counts down: such sets are left out unless `even_cached`.
pub(super) fn faults<'s>(
    site: &Facts<'s>,
    view: usize,
    even_cached: bool,
    is_faulty: impl Fn(u32) -> bool,
) -> Vec<Fault<'s>> {
    let mut places: BTreeMap<Span, Fault> = BTreeMap::new();
    for set in site.sip_chain(view) {
        if !even_cached && !is_original(&site.views[view], set) {
            continue;
        }
        let stated = set.records.iter().filter(|record| record.has_stated_ttl());
        let mut faulty = stated.map(|record| record.ttl);
        let is_faulty = |ttl: &Spanned<u32>| {
            is_faulty(ttl.value) && !is_automatic(&site.views[view], set, ttl.value)
        };
        let mut faulty = faulty.by_ref().filter(is_faulty);
        let Some(ttl) = faulty.next() else { continue };
        let (mut others, other_values): (Vec<_>, Vec<_>) =
            faulty.map(|other| (other.span, other.value)).unzip();
        others.dedup();
        others.retain(|other| *other != ttl.span);
        let fault = places.entry(ttl.span).or_insert(Fault {
            ttl,
            sets: Vec::new(),
            others,
            other_values,
        });
        fault.sets.push(set);
    }
    places.into_values().collect()
}

/// What comes of settings of dnsmasq that set no TTL; none where it is another server's text.
pub(super) fn unset<'s>(site: &Facts<'s>, view: usize) -> Option<Fault<'s>> {
    let of_dnsmasq = |set: &&RrSet| {
        let zone = site.views[view].zone_of(&set.owner);
        zone.is_some_and(|zone| zone.format == Format::Dnsmasq)
    };
    let is_unset = |set: &&RrSet| set.records.iter().all(|record| !record.has_stated_ttl());
    let chain = site.sip_chain(view).iter().copied();
    let sets: Vec<_> = chain.filter(is_unset).filter(of_dnsmasq).collect();
    Some(Fault {
        ttl: sets.first()?.records[0].ttl,
        sets,
        others: Vec::new(),
        other_values: Vec::new(),
    })
}

/// The provider sets the TTL, to what the text does not say.
fn is_automatic(view: &View, set: &RrSet, ttl: u32) -> bool {
    let zone = || view.zone_of(&set.owner);
    ttl == AUTOMATIC_TTL && zone().is_some_and(|zone| zone.is_of_cloudflare)
}

/// The TTLs are those of the zone, not the rest that a resolver's cache has left of them.
pub(super) fn is_original(view: &View, set: &RrSet) -> bool {
    view.live.as_ref().is_none_or(|live| {
        let question = Question::new(&set.owner, set.record_type);
        let reply = live.answers.get(&question);
        reply.is_some_and(|reply| reply.authoritative)
    })
}

/// Type and owner, for people.
pub(super) fn set_name(set: &RrSet) -> String {
    format!("`{} {}`", set.owner, set.record_type)
}

/// Seconds, and what they come to in the largest unit that fits.
pub(super) fn spoken(seconds: u32) -> String {
    const UNITS: [(u32, &str); 3] = [(86400, "day"), (3600, "hour"), (60, "minute")];
    let unit = UNITS
        .iter()
        .find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length));
    match unit {
        Some((length, name)) if seconds == *length => format!("{seconds} s (1 {name})"),
        Some((length, name)) => format!("{seconds} s ({} {name}s)", seconds / length),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_spoken_in_the_largest_whole_unit() {
        for (seconds, text) in [
            (0, "0 s"),
            (90, "90 s"),
            (60, "60 s (1 minute)"),
            (5400, "5400 s (90 minutes)"),
            (3600, "3600 s (1 hour)"),
            (172_800, "172800 s (2 days)"),
        ] {
            assert_eq!(spoken(seconds), text);
        }
    }
}
