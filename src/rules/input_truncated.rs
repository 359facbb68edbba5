//! `input-truncated`: a file that ends in the middle.

use super::{Findings, trouble};
use crate::site::Site;
use crate::{phone, zone};

/// Reports what the readers of zones and of configurations met.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    trouble::of_zones(site, zone::TroubleKind::Truncated, findings);
    trouble::of_configurations(site, phone::TroubleKind::Truncated, findings);
}
