//! `zone-ttl-missing`: no `$TTL`, and records without a TTL of their own.

use super::{Facts, Findings, trouble};
use crate::finding::{Edit, Fix};
use crate::site::Site;
use crate::zone::{TroubleKind, Zone};

/// Seconds, where the SOA record does not suggest another number.
const USUAL: u32 = 3600;

/// Reports what the zone readers met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for zone in &site.zones {
        let troubles = zone.troubles.iter();
        for trouble in troubles.filter(|trouble| trouble.kind == TroubleKind::TtlMissing) {
            let finding = trouble::finding(site, findings, trouble);
            findings.push(finding.fix(begin_with_ttl(site, zone)));
        }
    }
}

/// What BIND does without it: it takes the last number of the SOA record (RFC 1035 3.3.13). In the
/// zone's own file it counts for those that this includes, which other zones may have too.
fn begin_with_ttl(site: &Site, zone: &Zone) -> Fix {
    let source = zone.source;
    let soa = zone.soa().and_then(|record| record.data.as_soa());
    let minimum = soa.map(|soa| soa.minimum.value);
    let seconds = minimum.filter(|seconds| *seconds > 0).unwrap_or(USUAL);
    Fix {
        title: format!("begin the zone's file with `$TTL {seconds}`"),
        edits: vec![Edit {
            source,
            start: 0,
            end: 0,
            text: format!("$TTL {seconds}{}", site.sources.get(source).line_ending()),
        }],
        ..Fix::default()
    }
}
