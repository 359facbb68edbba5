//! `zone-record-outside`: owners outside the zone.

use super::{Findings, trouble};
use crate::site::Site;
use crate::zone::TroubleKind;

/// Reports what the zone readers met.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::Outside);
}
