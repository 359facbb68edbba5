//! Runs all rules over one handset configuration and nothing else.

use std::sync::Arc;

use crate::finding::Finding;
use crate::handset::Assumptions;
use crate::phone::{self, Provisioning};
use crate::rules;
use crate::site::Site;
use crate::source::{Origin, Source, Sources};

/// A site of these configurations and nothing else.
pub(super) fn site(texts: &[&str]) -> Site {
    let sources = Sources::new();
    let configurations: Vec<_> = texts
        .iter()
        .map(|text| {
            let id = sources.add(Source::new("00907a0a0001.cfg", Origin::Stdin, *text));
            phone::read(&sources, id)
        })
        .collect();
    Site {
        sources: Arc::new(sources),
        inputs: Vec::new(),
        zones: Vec::new(),
        provisioning: Provisioning::lone(&configurations),
        configurations,
        heard: Vec::new(),
        name_servers: Vec::new(),
        planned: Vec::new(),
        views: Vec::new(),
        setups: Vec::new(),
        implied_left_out: 0,
        logs: Vec::new(),
        simulations: Vec::new(),
        comparisons: Vec::new(),
        model: crate::handset::Model::spectralink_84(),
        assumptions: Assumptions::default(),
        expectations: Vec::new(),
    }
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
