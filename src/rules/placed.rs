//! What a zone holds where the records of repairs stand: the RRset that a record joins, and the
//! names below its owner.

use std::collections::HashMap;

use crate::dns::{Name, Record};
use crate::finding::Finding;
use crate::fix::{Change, Placed};
use crate::site::Site;
use crate::zone::{Format, Zone};

/// Gives records the TTL of the RRset that they join, since it is one answer (RFC 2181 5.2), and
/// says which owners DNS Manager shows as folders.
pub(super) fn settle(site: &Site, findings: &mut [Finding]) {
    let mut zones: HashMap<&Name, Vec<&Zone>> = HashMap::new();
    for zone in &site.zones {
        zones.entry(&zone.apex).or_default().push(zone);
    }
    for finding in findings {
        let source = finding.span.source;
        let Some(fix) = &mut finding.fix else {
            continue;
        };
        // Of several copies of a zone the finding's own is meant.
        let zone_of = |placed: &Placed| match zones.get(placed.place.zone()?)?[..] {
            [only] => Some(only),
            ref copies => copies.iter().copied().find(|zone| zone.source == source),
        };
        for change in fix.changes.iter_mut().chain(&mut fix.instead) {
            let Change::Record { old, new } = change else {
                continue;
            };
            if let Some(new) = new
                && !old.as_ref().is_some_and(|old| is_of_set(old, new))
                && let Some(zone) = zone_of(new)
                && let Some(there) = joined(zone, new)
            {
                let ttl = there.ttl.value;
                let is_own = there.has_own_ttl() && !is_default(zone, ttl);
                new.record.set_ttl(is_own.then_some(ttl));
            }
            for placed in old.iter_mut().chain(new) {
                let owner = placed.place.owner();
                // The list of a folder stands by itself.
                let is_listed = placed.place.zone() != Some(owner) && zones.contains_key(owner);
                let has_names = zone_of(placed).is_some_and(|zone| zone.contents.is_above(owner));
                placed.place.is_folder = is_listed || has_names;
            }
        }
    }
}

/// The new record takes the old one's place in its RRset.
fn is_of_set(old: &Placed, new: &Placed) -> bool {
    old.place.owner() == new.place.owner() && old.record.record_type() == new.record.record_type()
}

/// The first record of the RRset that a record joins, where all have one TTL.
fn joined<'z>(zone: &'z Zone, new: &Placed) -> Option<&'z Record> {
    let owner = new.place.owner();
    let set = zone.contents.set(owner, new.record.record_type())?;
    let first = set.records.first()?;
    let mut others = set.records.iter();
    let is_one = others.all(|record| record.ttl.value == first.ttl.value);
    is_one.then_some(first)
}

/// Windows gives records the last number of the SOA record, and tells the TTL of each.
fn is_default(zone: &Zone, ttl: u32) -> bool {
    let is_of_windows = !matches!(zone.format, Format::MasterFile | Format::Dnsmasq);
    let soa = zone.soa().and_then(|record| record.data.as_soa());
    is_of_windows && soa.is_some_and(|soa| soa.minimum.value == ttl)
}
