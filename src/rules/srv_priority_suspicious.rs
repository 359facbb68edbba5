//! `srv-priority-suspicious`: the host names say another order than the priorities.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};

use super::named_order::{has_higher_number, is_behind_by_words};
use super::sip_set::{Entry, SipSet};
use super::{Facts, Findings};
use crate::dns::Name;
use crate::finding::Subject;

/// Looks at every SIP SRV set; one finding a set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let sets = || site.whole_sip_sets();
    let domains = LazyCell::new(|| domains_by_order(sets()));
    for sip in sets() {
        // A stated order leaves nothing to be guessed from names.
        let intended = site.expectation(&sip.domain);
        if intended.is_some_and(|it| !it.servers.is_empty()) {
            continue;
        }
        let ordered = sip.targets();
        let inverted = pairs(&ordered).find(|((_, early), (_, late))| {
            let (early, late) = (&early.target.name, &late.target.name);
            // Servers that are each the primary of one domain and the backup of the next are
            // numbered without regard to order.
            let crossed = || {
                let domains = domains.get(&(sip.view_index, late, early));
                domains.is_some_and(|domains| domains.iter().any(|other| *other != &sip.domain))
            };
            is_behind_by_words(early, late) || has_higher_number(early, late) && !crossed()
        });
        let Some((one, two)) = inverted else {
            continue;
        };
        let ((_, early), (_, late)) = (one, two);
        let finding = findings
            .at(
                early.priority.span,
                format!(
                    "`{}` is tried before `{}`: their names say the opposite",
                    early.target.name, late.target.name
                ),
            )
            .related(late.priority.span, "tried later")
            .about(Subject::Token(early.priority.span))
            .about(Subject::Token(late.priority.span))
            .help(format!(
                "if `{}` is the primary, exchange the two priorities: the lower number is tried \
                 first",
                late.target.name
            ))
            .fix(sip.with_priorities(
                site,
                format!(
                    "exchange the priorities {} and {}, if the names are right",
                    early.priority.value, late.priority.value
                ),
                &[(one, late.priority.value), (two, early.priority.value)],
            ));
        findings.push(site.of_sets(&[sip], finding));
    }
}

/// The first servers of a set whose names are compared with one another; nobody names more.
const COMPARED: usize = 32;

/// Every two servers of which the first is tried before the second, neighbours or not: names
/// that say nothing may stand between those that do.
fn pairs<'p, 's>(
    ordered: &'p [Entry<'s>],
) -> impl Iterator<Item = (Entry<'s>, Entry<'s>)> + use<'p, 's> {
    let compared = &ordered[..ordered.len().min(COMPARED)];
    let later = |index: usize| compared[index + 1..].iter().copied();
    let both = (0..compared.len())
        .flat_map(move |index| later(index).map(move |late| (compared[index], late)));
    both.filter(|((_, early), (_, late))| early.priority.value < late.priority.value)
}

/// The domains that try one host before another, by view and hosts.
fn domains_by_order<'a, 's: 'a>(
    sets: impl Iterator<Item = &'a SipSet<'s>>,
) -> HashMap<(usize, &'a Name, &'a Name), BTreeSet<&'a Name>> {
    let mut domains: HashMap<_, BTreeSet<_>> = HashMap::new();
    for sip in sets {
        for ((_, early), (_, late)) in pairs(&sip.targets()) {
            let key = (sip.view_index, &early.target.name, &late.target.name);
            domains.entry(key).or_default().insert(&sip.domain);
        }
    }
    domains
}
