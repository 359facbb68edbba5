//! `zone-record-outside`: owners outside the zone.

use std::cell::LazyCell;

use super::{Facts, Findings, trouble};
use crate::dns::Name;
use crate::finding::Subject;
use crate::zone::{TroubleKind, Zone};

/// Reports what the zone readers met, and for which name each record was meant.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for zone in &site.zones {
        let view = LazyCell::new(|| site.view_of(zone));
        let troubles = zone.troubles.iter();
        for trouble in troubles.filter(|trouble| trouble.kind == TroubleKind::Outside) {
            let mut finding = trouble::finding(site, findings, trouble);
            let meant = meant(zone, site.text(trouble.span));
            if let (Some(view), Some(name)) = (*view, meant) {
                finding = finding.about(Subject::Lookup { view, name });
            }
            findings.push(finding);
        }
    }
}

/// The name in the zone that an owner was meant to be: with a comma for a dot, or with a final dot
/// that is too many.
fn meant(zone: &Zone, written: &str) -> Option<Name> {
    let name = Name::from_ascii(written.replace(',', ".")).ok()?;
    if zone.apex.zone_of(&name) {
        return Some(name);
    }
    name.append_name(&zone.apex).ok()
}
