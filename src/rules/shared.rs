//! Findings in a text that several zones share: a file that they include, or that all are served
//! from. What is wrong with it is wrong once.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::precedence;
use crate::site::Site;

/// Leaves, of what a rule finds at one place for several zones, the first.
pub(super) fn join(site: &Site, findings: &mut Vec<Finding>) {
    let is_shared = |finding: &Finding| {
        let source = finding.span.source;
        site.sources.first_of(source) != source
    };
    if !findings.iter().any(is_shared) {
        return;
    }
    let mut firsts = HashMap::new();
    let mut winners = Vec::with_capacity(findings.len());
    for (at, finding) in findings.iter_mut().enumerate() {
        let source = site.sources.first_of(finding.span.source);
        let key = (finding.rule.id, source, finding.span.range());
        let (first, span) = *firsts.entry(key).or_insert((at, finding.span));
        // A text that is shown twice says no more.
        finding.span = span;
        winners.push(Some(first).filter(|first| *first != at));
    }
    precedence::join(findings, &winners);
}
