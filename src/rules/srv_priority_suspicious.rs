//! `srv-priority-suspicious`: the host names say another order than the priorities.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};

use super::sip_set::{Entry, SipSet};
use super::{Facts, Findings};
use crate::dns::Name;
use crate::finding::Subject;

/// Words that mark the server to be tried first.
const FIRST: [&str; 6] = ["primary", "pri", "main", "master", "active", "prod"];
/// Words that mark a server to be tried later.
const LATER: [&str; 11] = [
    "secondary",
    "sec",
    "backup",
    "bak",
    "bkp",
    "standby",
    "slave",
    "spare",
    "failover",
    "fallback",
    "replica",
];

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

/// Words in their names say that `one` is to be tried after `two`.
fn is_behind_by_words(one: &Name, two: &Name) -> bool {
    let has = |name: &Name, words: &[&str]| {
        let is = |token: &[u8], word: &str| token.eq_ignore_ascii_case(word.as_bytes());
        let mut tokens = tokens(name);
        tokens.any(|token| words.iter().any(|word| is(token, word)))
    };
    let is_later = |name: &Name, other: &Name| {
        (has(name, &LATER) || is_for_recovery(name, other)) && !has(name, &FIRST)
    };
    is_later(one, two) && !is_later(two, one)
}

/// `dr` in one of two names means disaster recovery; before a word that the other has not, it is a
/// doctor's title: `dr-meier-pbx`.
fn is_for_recovery(name: &Name, other: &Name) -> bool {
    const DR: &[u8] = b"dr";
    let is_of_other = |word: &[u8]| tokens(other).any(|token| token.eq_ignore_ascii_case(word));
    let is_title = |next: &[u8]| next[0].is_ascii_alphabetic() && !is_of_other(next);
    let is_said = |label| {
        let mut words = words(label);
        words.any(|word| word.eq_ignore_ascii_case(DR)) && !words.next().is_some_and(is_title)
    };
    !is_of_other(DR) && name.iter().any(is_said)
}

/// The names differ in one number only, and that of `one` is higher; a name without it is the
/// first: `piper`, `piper2`.
fn has_higher_number(one: &Name, two: &Name) -> bool {
    is_numbered_after(one, two) || has_higher_number_in_place(one, two)
}

/// The first label of `one` is that of `two` and a number from 2 to 99 at its end: a higher one is
/// a year, or the number of a machine.
fn is_numbered_after(one: &Name, two: &Name) -> bool {
    let (Some(label), Some(first)) = (one.iter().next(), two.iter().next()) else {
        return false;
    };
    let number = label
        .split_at_checked(first.len())
        .filter(|(word, _)| word.eq_ignore_ascii_case(first))
        .map(|(_, number)| number.strip_prefix(b"-").unwrap_or(number))
        .filter(|number| number.iter().all(u8::is_ascii_digit))
        .and_then(|number| std::str::from_utf8(number).ok()?.parse::<u32>().ok());
    let is_word = first.last().is_some_and(u8::is_ascii_alphabetic);
    is_word
        && number.is_some_and(|number| (2..100).contains(&number))
        && one.base_name() == two.base_name()
}

fn has_higher_number_in_place(one: &Name, two: &Name) -> bool {
    let pairs = tokens(one).zip(tokens(two));
    let mut differing = pairs.filter(|(one, two)| !one.eq_ignore_ascii_case(two));
    let number = |token| std::str::from_utf8(token).ok()?.parse::<u32>().ok();
    let first = differing.next();
    let numbers = first.and_then(|(one, two)| number(one).zip(number(two)));
    numbers.is_some_and(|(one, two)| one > two)
        && differing.next().is_none()
        && tokens(one).count() == tokens(two).count()
}

/// Words and numbers of a name: `sip-backup2.eslab.local.` is sip, backup, 2, eslab, local.
fn tokens(name: &Name) -> impl Iterator<Item = &[u8]> {
    name.iter().flat_map(words)
}

/// Those of one label.
fn words(label: &[u8]) -> impl Iterator<Item = &[u8]> {
    const fn kind(byte: u8) -> (bool, bool) {
        (byte.is_ascii_alphabetic(), byte.is_ascii_digit())
    }
    let runs = label.chunk_by(|one, two| kind(*one) == kind(*two));
    runs.filter(|run| run[0].is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_an_order_by_whole_tokens_only() {
        for (one, two, behind) in [
            ("sip2.x.", "sip1.x.", true),
            ("sip10.x.", "sip9.x.", true),
            ("sip1.x.", "sip2.x.", false),
            ("pbx-backup.x.", "pbx-main.x.", true),
            ("pbx-dr.x.", "pbx.x.", true),
            ("SIP.DR.x.", "sip.main.x.", true),
            ("dr-pbx.x.", "pbx.x.", true),
            ("pbx-dr2.x.", "pbx.x.", true),
            ("dr-meier-pbx.x.", "klinik-2-pbx.x.", false),
            ("dr-meier-backup.x.", "dr-meier-pbx.x.", true),
            ("primary.x.", "secondary.x.", false),
            ("drum.x.", "pbx.x.", false),
            ("maintenance.x.", "pbx.x.", false),
            ("west2.x.", "east1.x.", false),
            ("backup-primary.x.", "backup.x.", false),
            ("sip2-b.x.", "sip1-a.x.", false),
            ("piper2.x.", "PIPER.x.", true),
            ("piper.x.", "piper2.x.", false),
            ("piper1.x.", "piper.x.", false),
            ("piper-2.x.", "piper.x.", true),
            ("pbx2024.x.", "pbx.x.", false),
            ("piper-b2.x.", "piper.x.", false),
            ("piper2.x.", "piper.y.", false),
            ("sip12.x.", "sip1.x.", true),
            ("x.", "2.", false),
        ] {
            let name = |text| Name::from_ascii(text).expect("a name");
            let (one, two) = (name(one), name(two));
            let says = is_behind_by_words(&one, &two) || has_higher_number(&one, &two);
            assert_eq!(says, behind, "{one} {two}");
        }
    }
}
