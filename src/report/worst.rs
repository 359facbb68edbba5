//! The worst findings, for formats that take so many and no more.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::finding::Finding;

/// The positions of at most `limit` of the findings, the worst of them, in their order.
pub(super) fn worst_positions(findings: &[&Finding], limit: usize) -> Vec<usize> {
    let mut positions = worst_first(findings);
    positions.truncate(limit);
    positions.sort_unstable();
    positions
}

/// The positions of the findings, the worst one first.
///
/// Errors come before warnings and notes. Among equals one of each rule comes before a second
/// one of any, so that a defect repeated a hundred times does not hide another; then those
/// that touch more handsets, then those that stand first.
pub(super) fn worst_first(findings: &[&Finding]) -> Vec<usize> {
    let mut of_rule: HashMap<&str, usize> = HashMap::new();
    let mut ranked: Vec<_> = findings
        .iter()
        .enumerate()
        .map(|(position, finding)| {
            let number = of_rule.entry(finding.rule.id).or_default();
            *number += 1;
            let handsets = Reverse(finding.handsets.len());
            (Reverse(finding.severity), *number, handsets, position)
        })
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(.., position)| position).collect()
}
