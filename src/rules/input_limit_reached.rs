//! `input-limit-reached`: a limit was met, and not everything was read.

use super::{Facts, Findings, setting, trouble};
use crate::{phone, zone};

/// Reports what the readers of zones and of configurations met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, zone::TroubleKind::Limit);
    setting::report(site, findings, phone::TroubleKind::Limit);
}
