//! `zone-typographic-character`: characters of a word processor where syntax is expected.

use super::{Facts, Findings, trouble};
use crate::zone::TroubleKind;

/// Reports what the zone readers met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::Typographic);
}
