//! `input-truncated`: a file that ends in the middle.

use super::{Facts, Findings, setting, trouble};
use crate::{phone, zone};

/// Reports what the readers of zones and of configurations met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, zone::TroubleKind::Truncated);
    setting::report(site, findings, phone::TroubleKind::Truncated);
}
