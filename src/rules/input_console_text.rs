//! `input-console-text`: prompts and banners around an export.

use super::{Facts, Findings, trouble};
use crate::zone::TroubleKind;

/// Reports what the readers of exports passed over.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    trouble::report(site, findings, TroubleKind::ConsoleText);
}
