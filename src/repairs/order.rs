//! Sets of records whose order is changed. A repair of one is made for the set as it stands: beside
//! that of another rule the records could end up in an order that neither meant.

use std::collections::HashMap;

use crate::dns::{Name, RecordType};
use crate::finding::Finding;
use crate::fix::Change;

/// The rules by which the order of sets is changed.
#[derive(Default)]
pub(super) struct Orders<'f>(HashMap<(&'f Name, RecordType), &'static str>);

impl<'f> Orders<'f> {
    /// Why a repair cannot be made beside those chosen already.
    pub(super) fn refuse(&self, finding: &Finding) -> Option<String> {
        let rule = reordered(finding).find_map(|set| self.0.get(&set))?;
        (*rule != finding.rule.id).then(|| {
            format!(
                "the repair of `{rule}` changes the order of these records: run this again after it"
            )
        })
    }

    /// Notes a repair that is chosen.
    pub(super) fn add(&mut self, finding: &'f Finding) {
        self.0
            .extend(reordered(finding).map(|set| (set, finding.rule.id)));
    }
}

/// The sets whose order a repair changes.
fn reordered(finding: &Finding) -> impl Iterator<Item = (&Name, RecordType)> {
    let changes = finding.fix.as_ref().map_or(&[][..], |fix| &fix.changes);
    changes.iter().filter_map(Change::reorders)
}
