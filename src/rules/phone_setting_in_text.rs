//! `phone-setting-in-text`: settings that are no attributes.

use super::{Facts, Findings, setting};
use crate::phone::TroubleKind;

/// Hands on what the reader met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    setting::report(site, findings, TroubleKind::InText);
}
