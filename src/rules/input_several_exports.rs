//! `input-several-exports`: two exports in one file.

use super::{Findings, trouble};
use crate::site::Site;
use crate::zone::TroubleKind;

/// Reports what the readers of exports met.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::SeveralExports);
}
