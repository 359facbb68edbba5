//! The rules: each a page (`rules/<id>.yaml`) and a function (`src/rules/<id>.rs`).

use rayon::prelude::*;

use crate::finding::{Finding, in_order};
use crate::precedence;
use crate::rule::Page;
use crate::site::Site;
use crate::source::Span;

mod address_ipv6_only;
mod address_multiple;
mod address_unusable;
mod cname_at_sip_domain;
mod domain_dot_local;
mod fallback_address_is_not_sip;
mod host_label_invalid;
mod naptr;
mod naptr_absent;
mod naptr_flag_invalid;
mod naptr_foreign_application;
mod naptr_order_strands_handset;
mod naptr_order_tie;
mod naptr_regexp_and_replacement;
mod naptr_replacement_dangling;
mod naptr_replacement_differs;
mod naptr_replacement_malformed;
mod naptr_replacement_relative;
mod naptr_service_empty;
mod naptr_service_mismatch;
mod naptr_service_unknown;
mod naptr_target_unverified;
mod negative_ttl_high;
mod ptr_mismatch;
mod ptr_missing;
mod ptr_to_alias;
mod reverse;
mod reverse_zone_not_given;
mod srv_single_target;
mod ttl;
mod ttl_delays_failback;
mod ttl_mixed;
mod ttl_too_long;
mod ttl_too_short;

/// What a rule's module is: it looks at the site and adds what it finds.
type Check = fn(&Site, &mut Findings);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Where a check puts its findings.
pub struct Findings {
    page: &'static Page,
    list: Vec<Finding>,
}

impl Findings {
    /// A finding of the running rule at `span`, to be completed and pushed.
    pub fn at(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(self.page, span, message)
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.list.push(finding);
    }
}

/// Runs every rule. The result does not depend on threads.
pub fn check(site: &Site) -> Vec<Finding> {
    let findings = CHECKS
        .par_iter()
        .flat_map_iter(|(page, check)| {
            let mut findings = Findings {
                page,
                list: Vec::new(),
            };
            check(site, &mut findings);
            findings.list
        })
        .collect();
    in_order(precedence::settle(findings), &site.sources)
}
