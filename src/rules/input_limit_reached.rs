//! `input-limit-reached`: a limit was met, and not everything was read.

use super::{Findings, trouble};
use crate::site::Site;
use crate::{phone, zone};

/// Reports what the readers of zones and of configurations met.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    trouble::of_zones(site, zone::TroubleKind::Limit, findings);
    trouble::of_configurations(site, phone::TroubleKind::Limit, findings);
}
