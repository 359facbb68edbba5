//! What unit tests of rules about zones share.

use std::sync::Arc;

use crate::finding::Finding;
use crate::rule::Severity;
use crate::site::{Basis, Loaded, build};
use crate::source::{Origin, Source, Sources};
use crate::zone::by_hand::zone;

/// The severities at which a rule reports the zone `x.` of these records, without any
/// handset configuration.
pub(super) fn severities(rule: &str, records: &[(&str, &str)]) -> Vec<Severity> {
    let findings = findings(records);
    let own = findings.iter().filter(|finding| finding.rule.id == rule);
    own.map(|finding| finding.severity).collect()
}

/// What all rules report of the zone `x.` of these records.
pub(super) fn findings(records: &[(&str, &str)]) -> Vec<Finding> {
    let sources = Arc::new(Sources::new());
    // Record n is the byte n of the source.
    let text = "\n".repeat(records.len() + 1);
    sources.add(Source::new("by hand", Origin::Stdin, text));
    let loaded = Loaded {
        sources,
        zones: vec![Arc::new(zone("x.", records))],
        ..Loaded::default()
    };
    let site = build(loaded, Vec::new(), Basis::default());
    super::check(&site)
}
