//! `srv-single-target`: one server only, so no failover.

use super::Findings;
use crate::site::Site;

/// Looks at every SIP SRV set.
pub(super) fn check(_site: &Site, _findings: &mut Findings) {}
