//! `zone-include-unreadable`: an `$INCLUDE` that cannot be followed.

use super::{Facts, Findings, trouble};
use crate::zone::TroubleKind;

/// Reports what the zone readers met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::Include);
}
