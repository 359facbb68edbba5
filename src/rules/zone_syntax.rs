//! `zone-syntax`: a line that a name server refuses.

use super::{Facts, Findings, trouble};
use crate::zone::TroubleKind;

/// Reports what the zone readers met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::Syntax);
}
