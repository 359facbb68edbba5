//! The rules: each a page (`rules/<id>.yaml`) and a function (`src/rules/<id>.rs`).

use std::collections::HashSet;

use rayon::prelude::*;

use crate::finding::{Finding, in_order};
use crate::precedence;
use crate::rule::Page;
use crate::site::Site;
use crate::source::Span;
use facts::Facts;

mod address_ipv6_only;
mod address_multiple;
mod address_owner_relative;
mod address_unusable;
mod cname_at_sip_domain;
mod domain_dot_local;
mod fallback_address_is_not_sip;
mod host_label_invalid;
mod input_console_text;
mod input_encoding_guessed;
mod input_limit_reached;
mod input_several_exports;
mod input_truncated;
mod live_drift;
mod live_negative_cached;
mod live_server_failure;
mod live_servers_disagree;
mod live_truncated;
mod log_differs_from_prediction;
mod log_events_missed;
mod log_level_too_quiet;
mod log_lines_cut;
mod log_lookup_failed;
mod naptr_absent;
mod naptr_flag_invalid;
mod naptr_foreign_application;
mod naptr_order_strands_handset;
mod naptr_order_tie;
mod naptr_owner_misplaced;
mod naptr_owner_relative;
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
mod outcome_depends_on_assumption;
mod phone_address_decorated;
mod phone_address_is_host;
mod phone_address_is_ip;
mod phone_address_is_srv_name;
mod phone_address_missing;
mod phone_address_not_covered;
mod phone_address_not_in_dns;
mod phone_debug_logging;
mod phone_device_not_set;
mod phone_failback_mode_unsupported;
mod phone_failover_prerequisite;
mod phone_line_overrides_global;
mod phone_outbound_proxy_wins;
mod phone_parameter_unknown;
mod phone_port_blocks_srv;
mod phone_port_transport_mismatch;
mod phone_registration_off;
mod phone_request_validation_source;
mod phone_retry_units;
mod phone_setting_in_text;
mod phone_several_servers;
mod phone_sip_off;
mod phone_static_dns_conflict;
mod phone_static_dns_incomplete;
mod phone_static_dns_inert;
mod phone_template_unrendered;
mod phone_transport_invalid;
mod phone_transport_skips_naptr;
mod phone_transport_spelling;
mod phone_value_out_of_range;
mod phone_xml_malformed;
mod provisioning_file_misnamed;
mod provisioning_file_missing;
mod provisioning_file_unread;
mod provisioning_master_misnamed;
mod provisioning_outlier;
mod provisioning_override_file;
mod provisioning_path_outside;
mod provisioning_shadowed_value;
mod provisioning_two_own_files;
mod provisioning_url_not_read;
mod ptr_mismatch;
mod ptr_missing;
mod ptr_to_alias;
mod reverse_zone_not_given;
mod srv_alias_owner;
mod srv_answer_too_big;
mod srv_duplicate;
mod srv_equal_priority;
mod srv_expected_server_missing;
mod srv_missing;
mod srv_missing_for_transport;
mod srv_owner_malformed;
mod srv_owner_misplaced;
mod srv_port_misplaced;
mod srv_port_transport_mismatch;
mod srv_port_zero;
mod srv_ports_differ;
mod srv_priority_inverted;
mod srv_priority_suspicious;
mod srv_single_target;
mod srv_target_alias;
mod srv_target_ip_literal;
mod srv_target_missing_address;
mod srv_target_not_available;
mod srv_target_relative;
mod srv_target_unverified;
mod srv_targets_share_address;
mod srv_transports_disagree;
mod srv_weight_without_effect;
mod srv_weight_zero_mixed;
mod srv_wildcard_inert;
mod ttl_delays_failback;
mod ttl_mixed;
mod ttl_too_long;
mod ttl_too_short;
mod wildcard_answers_lookup;
mod zone_cell_truncated;
mod zone_cname_chain_long;
mod zone_cname_loop;
mod zone_cname_with_other_data;
mod zone_escape_ambiguous;
mod zone_folder_not_exported;
mod zone_include_unreadable;
mod zone_ns_alias;
mod zone_ns_missing;
mod zone_ns_missing_address;
mod zone_record_below_delegation;
mod zone_record_may_be_scavenged;
mod zone_record_outside;
mod zone_soa_missing;
mod zone_soa_timers;
mod zone_syntax;
mod zone_ttl_missing;
mod zone_typographic_character;

// What several rules share.
mod candidates;
mod described;
mod drift;
mod expected;
mod facts;
mod final_dot;
mod given;
mod live_compare;
mod live_question;
mod lookup;
mod mac_spelling;
mod misspelt;
mod moved;
mod named_order;
mod naptr;
mod origin_left;
mod other_entries;
mod placed;
mod provisioning;
mod reached;
mod record_lines;
mod reverse;
mod served;
mod setting;
mod shared;
mod sip_owner;
mod sip_ports;
mod sip_set;
mod slips;
mod srv_order;
mod strays;
mod trouble;
mod ttl;
mod twins;

#[cfg(test)]
mod phone_testing;
#[cfg(test)]
mod zone_testing;

/// What a rule's module is: it looks at the site and adds what it finds.
type Check = fn(&Facts, &mut Findings);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Where a check puts its findings.
pub struct Findings {
    page: &'static Page,
    list: Vec<Finding>,
}

impl Findings {
    /// None yet, of the rule of this page.
    pub(crate) fn of(page: &'static Page) -> Self {
        Self {
            page,
            list: Vec::new(),
        }
    }

    /// Looks at many things side by side; what is found is in their order.
    fn look_at_each<T: Sync>(&mut self, things: &[T], look: impl Fn(&T, &mut Self) + Sync) {
        let found = things.par_iter().flat_map_iter(|thing| {
            let mut found = Self::of(self.page);
            look(thing, &mut found);
            found.list
        });
        let found: Vec<_> = found.collect();
        self.list.extend(found);
    }

    /// What was found.
    pub(crate) fn into_list(self) -> Vec<Finding> {
        self.list
    }

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
    let facts = Facts::of(site);
    let mut findings: Vec<_> = CHECKS
        .par_iter()
        .flat_map_iter(|(page, check)| {
            let mut findings = Findings::of(page);
            check(&facts, &mut findings);
            findings.list
        })
        .collect();
    leave_exports_alone(site, &mut findings);
    leave_signed_alone(site, &mut findings);
    placed::settle(site, &mut findings);
    twins::join(site, &mut findings);
    shared::join(site, &mut findings);
    drift::join(site, &mut findings);
    in_order(precedence::settle(findings), &site.sources)
}

/// What changes a signed record is never safe: without a new signature resolvers that validate take
/// it for forged (RFC 4035 5).
fn leave_signed_alone(site: &Site, findings: &mut [Finding]) {
    let signed = site.zones.iter().filter(|zone| zone.contents.is_signed());
    let signed: HashSet<_> = signed.map(|zone| zone.source).collect();
    let fixes = findings
        .iter_mut()
        .filter_map(|finding| finding.fix.as_mut());
    for fix in fixes.filter(|fix| fix.safe) {
        let mut edits = fix.edits.iter();
        fix.safe = !edits.any(|edit| signed.contains(&edit.source));
    }
}

/// Takes back the edits of texts that no server loads: there a repair is a command.
fn leave_exports_alone(site: &Site, findings: &mut [Finding]) {
    let shown = site.zones.iter().filter(|zone| !zone.format.is_loaded());
    let shown: HashSet<_> = shown.map(|zone| zone.source).collect();
    for finding in findings {
        let Some(fix) = &mut finding.fix else {
            continue;
        };
        let before = fix.edits.len();
        fix.edits.retain(|edit| !shown.contains(&edit.source));
        if fix.edits.len() < before && fix.edits.is_empty() {
            fix.safe = false;
            if fix.changes.is_empty() && fix.instead.is_empty() {
                finding.fix = None;
            }
        }
    }
}
