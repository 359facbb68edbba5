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
    /// By spelling, without final dot and service labels.
    names: BTreeMap<String, Named>,
    searches_left: usize,
    comparisons_left: usize,
}

/// A name of the data.
struct Named {
    /// A first record.
    span: Span,
    /// Records of services stand below it, so that handsets may be given it.
    has_services: bool,
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
                let domain = domain_of(owner);
                let has_services = domain.iter().len() < owner.iter().len();
                let known = names
                    .entry(plain(&domain))
                    .or_insert(Named { span, has_services });
                known.has_services |= has_services;
            }
        }
        Self {
            names,
            searches_left: MAX_SEARCHES,
            comparisons_left: MAX_COMPARISONS,
        }
    }

    /// The name that is spelt most like `address`, one with services first; else one that only
    /// has more labels behind it, since a handset appends no search list.
    pub(super) fn nearest(&mut self, address: &str) -> Option<(&str, Span)> {
        if self.comparisons_left == 0 {
            return None;
        }
        self.comparisons_left = self.comparisons_left.saturating_sub(self.names.len());
        self.searches_left = self.searches_left.checked_sub(1)?;
        let address = address.to_ascii_lowercase();
        let close = |name: &&str| name.len().abs_diff(address.len()) <= 3;
        let names = self.names.iter();
        let names = names.map(|(name, named)| (name.as_str(), named.has_services));
        let close: Vec<_> = names.filter(|(name, _)| close(name)).collect();
        let spelt_alike = |has_services: bool| {
            let names = close.iter().filter(|(_, has)| *has || !has_services);
            let names = names.map(|(name, _)| *name);
            nearest(
                &address,
                names.filter(|name| differ_by_a_slip(&address, name)),
            )
        };
        let longer = || {
            let prefix = format!("{address}.");
            let mut from = self.names.range(prefix.clone()..);
            from.next()
                .map(|(name, _)| name.as_str())
                .filter(|name| name.starts_with(&prefix))
        };
        let found = spelt_alike(true).or_else(|| spelt_alike(false));
        let (name, known) = self.names.get_key_value(found.or_else(longer)?)?;
        Some((name, known.span))
    }
}

/// What differs is one word misspelt, and not another word before the same domain.
fn differ_by_a_slip(address: &str, name: &str) -> bool {
    let (mut address, mut name) = (address, name);
    while let (Some((before, last)), Some((other_before, other_last))) =
        (address.rsplit_once('.'), name.rsplit_once('.'))
        && last == other_last
    {
        (address, name) = (before, other_before);
    }
    nearest(address, [name]).is_some()
}

/// The name without leading service labels: what a handset would be given.
fn domain_of(owner: &Name) -> Name {
    let is_service = |label: &&[u8]| label.starts_with(b"_") || *label == b"*";
    let count = owner.iter().take_while(is_service).count();
    owner.trim_to(owner.iter().len() - count).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_word_is_no_slip() {
        for (address, name, is) in [
            ("sip.eslab.local", "mail.eslab.local", false),
            ("sip.eslab.local", "ldap.eslab.local", false),
            ("sip.eslab.local", "sipp.eslab.local", true),
            ("voice.eslab.local", "vocie.eslab.local", true),
            ("voice.eslab.local", "voice.eslap.local", true),
            ("voice.eslab.local", "eslab.local", false),
        ] {
            assert_eq!(differ_by_a_slip(address, name), is, "{address} {name}");
        }
    }
}
