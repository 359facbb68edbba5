//! `zone-ttl-missing`: no `$TTL`, and records without a TTL of their own.

use super::{Findings, trouble};
use crate::site::Site;
use crate::zone::TroubleKind;

/// Reports what the zone readers met.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::TtlMissing);
}
