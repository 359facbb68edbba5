//! `zone-ttl-missing`: no `$TTL`, and records without a TTL of their own.

use super::{Facts, Findings, trouble};
use crate::zone::TroubleKind;

/// Reports what the zone readers met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::TtlMissing);
}
