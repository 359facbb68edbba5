//! `provisioning-outlier`: a few handsets that are set up unlike all others.

use std::collections::BTreeSet;

use super::{Facts, Findings};
use crate::finding::Subject;
use crate::handset::Mac;
use crate::site::Setup;
use crate::source::Span;

/// More handsets than this are a site of their own, however many others there are.
const MOST: usize = 50;

/// A share of one in so many handsets is few.
const SHARE: usize = 100;

/// Where those that are few make up more than one in so many, each goes its own way.
const TOGETHER: usize = 10;

/// Counts the handsets of each set-up.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let known: Vec<_> = site
        .setups
        .iter()
        .filter(|setup| !setup.handsets.is_empty())
        .collect();
    let handsets: BTreeSet<Mac> = known
        .iter()
        .flat_map(|setup| &setup.handsets)
        .copied()
        .collect();
    let Some(usual) = known.iter().max_by_key(|setup| setup.handsets.len()) else {
        return;
    };
    let is_few = |setup: &&&Setup| {
        let own = setup.handsets.len();
        own <= MOST && own * SHARE <= handsets.len()
    };
    let few: Vec<_> = known.iter().filter(is_few).collect();
    let together: usize = few.iter().map(|setup| setup.handsets.len()).sum();
    if together * TOGETHER > handsets.len() {
        return;
    }
    let is_most = 2 * usual.handsets.len() > handsets.len();
    let which = if is_most { "most" } else { "more" };
    for setup in few {
        let own = setup.handsets.len();
        let entry = &setup.entry;
        let verb = if own == 1 { "is" } else { "are" };
        let span = difference(setup, usual);
        findings.push(
            findings
                .at(
                    span,
                    format!(
                        "{own} of {} handsets {verb} set up apart: `{}`, port {}, {}",
                        handsets.len(),
                        entry.address.value,
                        entry.port.value,
                        entry.transport.value.as_str()
                    ),
                )
                .about(Subject::Token(span))
                .handsets(&setup.handsets)
                .help(
                    "where that is not meant, give them the configuration of the others; a list \
                     of them is in the report's JSON",
                )
                .related(
                    usual.entry.address.span,
                    format!("{which} handsets have this one"),
                ),
        );
    }
}

/// What makes a set-up another one.
fn difference(setup: &Setup, usual: &Setup) -> Span {
    let (own, usual) = (&setup.entry, &usual.entry);
    let same_address = own.address.value.eq_ignore_ascii_case(&usual.address.value);
    if same_address && own.port.value != usual.port.value {
        own.port.span
    } else if same_address && own.transport.value != usual.transport.value {
        own.transport.span
    } else {
        own.address.span
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ops::Range;
    use std::sync::Arc;

    use crate::handset::Mac;
    use crate::handset::{ServerEntry, Transport};
    use crate::rules::phone_testing::{of, site};
    use crate::site::{Asker, Setup};
    use crate::source::Spanned;

    /// What is said where so many handsets are set up apart from all others.
    fn said(own: u64, others: u64) -> Vec<String> {
        said_of(&[others, own])
    }

    /// What is said of so many handsets of each set-up.
    fn said_of(counts: &[u64]) -> Vec<String> {
        let attribute = |line| format!(r#" reg.{line}.server.1.address="{line}.x""#);
        let attributes: String = (1..=counts.len()).map(attribute).collect();
        let text = &*format!("<a{attributes}/>");
        let mut site = site(&[text]);
        let mac = |number| format!("00907a{number:06x}").parse().expect("a MAC");
        let setup = |line: usize, handsets: Range<u64>| {
            let address = &site.configurations[0].parameters[line].value;
            let entry = ServerEntry {
                address: address.clone(),
                port: Spanned::new(0, address.span),
                transport: Spanned::new(Transport::DnsNaptr, address.span),
                static_dns: Arc::default(),
            };
            let mut setup = Setup::new(entry, Asker::Configuration);
            setup.handsets = handsets.map(mac).collect::<BTreeSet<Mac>>();
            setup
        };
        let mut next = 0;
        let setups = counts.iter().enumerate().map(|(line, count)| {
            next += count;
            setup(line, next - count..next)
        });
        site.setups = setups.collect();
        let found = of("provisioning-outlier", &site);
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn one_in_a_hundred_is_few_but_more_than_fifty_are_not() {
        for (own, others) in [(1, 99), (50, 5000)] {
            let said = said(own, others);
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].starts_with(&format!("{own} of ")), "{said:?}");
        }
        for (own, others) in [(1, 98), (51, 9000)] {
            assert_eq!(said(own, others), [""; 0]);
        }
    }

    #[test]
    fn where_each_goes_its_own_way_none_is_apart() {
        assert_eq!(said_of(&[5; 120]), [""; 0]);
        // Two sites of equal size, and one that is lost between them.
        assert_eq!(said_of(&[300, 300, 2]).len(), 1);
    }
}
