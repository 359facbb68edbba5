//! `input-several-exports`: two exports in one file.

use super::{Facts, Findings, trouble};
use crate::zone::TroubleKind;

/// Reports what the readers of exports met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::SeveralExports);
}
