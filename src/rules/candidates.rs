//! Names that a configured address may have been meant to be.

use std::collections::BTreeMap;

use super::lookup::plain;
use super::sip_set::MAX_COMPARISONS;
use crate::dns::Name;
use crate::site::View;
use crate::source::Span;
use crate::spelling::nearest;

/// Names that an address may have been meant to be.
pub(super) struct Candidates {
    /// By spelling, without final dot and service labels; with the place of a first record.
    names: BTreeMap<String, Span>,
    searches_left: usize,
    comparisons_left: usize,
}

/// How many addresses are compared with every name of the data: an address that is in no
/// zone is the rare case, and thousands of them are one mistake that a few examples show.
const MAX_SEARCHES: usize = 50;

impl Candidates {
    /// The names of one view or of several.
    pub(super) fn of<'v>(views: impl IntoIterator<Item = &'v View>) -> Self {
        let mut names = BTreeMap::new();
        for view in views {
            let apexes = view.zones.iter().filter_map(|zone| {
                let soa = zone.soa()?;
                Some((&zone.apex, soa.owner.span))
            });
            for (owner, span) in view.owners().into_iter().chain(apexes) {
                names.entry(plain(&domain_of(owner))).or_insert(span);
            }
        }
        Self {
            names,
            searches_left: MAX_SEARCHES,
            comparisons_left: MAX_COMPARISONS,
        }
    }

    /// The name that is spelt most like `address`; else one that only has more labels
    /// behind it, since a handset appends no search list.
    pub(super) fn nearest(&mut self, address: &str) -> Option<(&str, Span)> {
        if self.comparisons_left == 0 {
            return None;
        }
        self.comparisons_left = self.comparisons_left.saturating_sub(self.names.len());
        self.searches_left = self.searches_left.checked_sub(1)?;
        let close = |name: &&String| name.len().abs_diff(address.len()) <= 3;
        let same_length = self.names.keys().filter(close).map(String::as_str);
        let longer = || {
            let prefix = format!("{}.", address.to_ascii_lowercase());
            let mut from = self.names.range(prefix.clone()..);
            from.next()
                .map(|(name, _)| name.as_str())
                .filter(|name| name.starts_with(&prefix))
        };
        let found = nearest(&address.to_ascii_lowercase(), same_length).or_else(longer)?;
        let (name, span) = self.names.get_key_value(found)?;
        Some((name, *span))
    }
}

/// The name without leading service labels: what a handset would be given.
fn domain_of(owner: &Name) -> Name {
    let is_service = |label: &&[u8]| label.starts_with(b"_") || *label == b"*";
    let count = owner.iter().take_while(is_service).count();
    owner.trim_to(owner.iter().len() - count).to_lowercase()
}
