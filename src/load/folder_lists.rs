//! Lists of DNS Manager that show one folder of a zone, and whose files are not named after both:
//! `_udp.txt`, `eslab.local_udp.txt`, `eslab.local/_udp.txt`. The list of the zone that lies
//! beside them has the folder.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::aside::split;
use crate::dns::Name;
use crate::source::{SourceId, Sources};
use crate::zone::{self, ApexIs, Format, ReadOptions, Zone, dns_manager};

/// Reads those lists again as the folders that they are, where exactly one folder may be meant.
pub(super) fn name(zones: &mut [Arc<Zone>], sources: &Sources) {
    let places = places(zones, sources);
    if places.is_empty() {
        return;
    }
    let mut lists_of: HashMap<SourceId, usize> = HashMap::new();
    for zone in zones.iter() {
        *lists_of.entry(zone.source).or_default() += 1;
    }
    for zone in zones.iter_mut() {
        let is_one = zone.format == Format::DnsManagerList && zone.apex_is != ApexIs::Apex;
        if !is_one || lists_of[&zone.source] > 1 {
            continue;
        }
        let Some(folder) = meant(&sources.get(zone.source).name, &zone.apex, &places) else {
            continue;
        };
        let options = ReadOptions {
            origin: Some(folder.clone()),
            ..ReadOptions::default()
        };
        let read = zone::read(sources, zone.source, zone.format, &options);
        if let Some(named) = read.into_iter().next() {
            *zone = Arc::new(named);
        }
    }
}

/// Folders that lists show, by the place of the list and the lowest label in lower case.
type Places = HashMap<(String, Vec<u8>), HashSet<Name>>;

fn places(zones: &[Arc<Zone>], sources: &Sources) -> Places {
    let mut places = Places::new();
    let lists = zones.iter();
    for zone in lists.filter(|zone| zone.apex_is != ApexIs::Unknown) {
        for folder in &zone.not_exported {
            let place = split(&sources.get(zone.source).name).0;
            let label = folder.name.iter().next().unwrap_or_default();
            let key = (place.to_owned(), label.to_ascii_lowercase());
            places.entry(key).or_default().insert(folder.name.clone());
        }
    }
    places
}

/// The folder that a list of that path shows, unless it was named after one.
fn meant<'p>(path: &str, apex: &Name, places: &'p Places) -> Option<&'p Name> {
    let (place, file) = split(path);
    let (zone, label) = dns_manager::folder_in(file);
    let label = label.to_ascii_lowercase().into_bytes();
    let only = |place: &str, zone: &str| {
        let folders = places.get(&(place.to_owned(), label.clone()))?;
        let is_of_zone = |folder: &&Name| {
            let above = folder.base_name();
            let is_same = |zone: Name| zone == above;
            zone.is_empty() || Name::from_ascii(format!("{zone}.")).is_ok_and(is_same)
        };
        let mut of_zone = folders.iter().filter(is_of_zone);
        let first = of_zone.next()?;
        (of_zone.next().is_none() && first != apex).then_some(first)
    };
    only(place, zone).or_else(|| {
        // A folder of files is named after the zone that lies beside it.
        let (above, named) = split(place.trim_end_matches('/'));
        (zone.is_empty() && !named.is_empty()).then(|| only(above, named))?
    })
}
