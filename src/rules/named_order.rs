//! What the names of hosts say of the order in which they are to be tried.

use crate::dns::Name;

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

/// Words in their names say that `one` is to be tried after `two`.
pub(super) fn is_behind_by_words(one: &Name, two: &Name) -> bool {
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
pub(super) fn has_higher_number(one: &Name, two: &Name) -> bool {
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
