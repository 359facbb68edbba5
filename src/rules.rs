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
mod live_negative_cached;
mod live_question;
mod live_server_failure;
mod live_truncated;
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
mod phone_address_decorated;
mod phone_address_is_ip;
mod phone_address_is_srv_name;
mod phone_address_missing;
mod phone_debug_logging;
mod phone_device_not_set;
mod phone_failback_mode_unsupported;
mod phone_failover_prerequisite;
mod phone_line_overrides_global;
mod phone_outbound_proxy_wins;
mod phone_parameter_unknown;
mod phone_port_transport_mismatch;
mod phone_request_validation_source;
mod phone_retry_units;
mod phone_several_servers;
mod phone_template_unrendered;
mod phone_transport_invalid;
mod phone_transport_spelling;
mod phone_value_out_of_range;
mod phone_xml_malformed;
mod ptr_mismatch;
mod ptr_missing;
mod ptr_to_alias;
mod reverse;
mod reverse_zone_not_given;
mod setting;
mod srv_single_target;
mod ttl;
mod ttl_delays_failback;
mod ttl_mixed;
mod ttl_too_long;
mod ttl_too_short;

#[cfg(test)]
mod phone_testing;

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
