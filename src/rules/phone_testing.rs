//! Runs all rules over one handset configuration and nothing else.

use std::sync::Arc;

use crate::finding::Finding;
use crate::phone::{self, Provisioning};
use crate::rules;
use crate::site::{Basis, Loaded, Site, build};
use crate::source::{Origin, Source, Sources};

/// A site of these configurations and nothing else.
pub(super) fn site(texts: &[&str]) -> Site {
    let sources = Arc::new(Sources::new());
    let configurations: Vec<_> = texts
        .iter()
        .map(|text| {
            let id = sources.add(Source::new("00907a0a0001.cfg", Origin::Stdin, *text));
            phone::read(&sources, id)
        })
        .collect();
    let loaded = Loaded {
        sources,
        provisioning: Provisioning::lone(&configurations),
        configurations,
        ..Loaded::default()
    };
    build(loaded, Vec::new(), Basis::default())
}

/// What one rule reports of a configuration: severity and the text shown, in order.
pub(super) fn reported(rule: &str, text: &str) -> Vec<String> {
    reported_in(rule, &site(&[text]))
}

/// What one rule reports of a site.
pub(super) fn reported_in(rule: &str, site: &Site) -> Vec<String> {
    let mut found = of(rule, site);
    found.sort_by_key(|finding| finding.span);
    found
        .iter()
        .map(|finding| format!("{}: {}", finding.severity, site.text(finding.span)))
        .collect()
}

/// The findings of one rule.
pub(super) fn of(rule: &str, site: &Site) -> Vec<Finding> {
    let mut found = rules::check(site);
    found.retain(|finding| finding.rule.id == rule);
    found
}

/// The configuration after the repair of the rule's first finding.
pub(super) fn repaired(rule: &str, text: &str) -> String {
    let found = of(rule, &site(&[text]));
    let mut edits = found[0]
        .fix
        .clone()
        .expect("the finding has a repair")
        .edits;
    edits.sort_by_key(|edit| edit.start);
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.start as usize..edit.end as usize, &edit.text);
    }
    text
}
