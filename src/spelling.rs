//! Did-you-mean: how far two spellings are apart, and which of several is nearest.

/// Longer words are not compared: no parameter is that long, and the work grows with the
/// product of both lengths.
const MAX_LENGTH: usize = 80;

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
/// (optimal string alignment); `usize::MAX` for words that are too long to be names.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return usize::MAX;
    }
    strsim::osa_distance(a, b)
}

/// A text with digits in the place of letters that look like them.
pub(crate) fn with_digits(text: &str) -> String {
    let digits = text.chars().map(|one| match one {
        'o' | 'O' => '0',
        'i' | 'I' | 'l' => '1',
        other => other,
    });
    digits.collect()
}

/// Whether two words are at most `limit` mistakes apart.
pub(crate) fn is_within(a: &str, b: &str, limit: usize) -> bool {
    may_be_within(a, b, limit) && distance(a, b) <= limit
}

/// Whether that is worth to be counted: of most words their letters tell at once, in any case.
fn may_be_within(a: &str, b: &str, limit: usize) -> bool {
    let is_longer = a.chars().count().abs_diff(b.chars().count()) > limit;
    // Every mistake adds at most one letter that the other word has not.
    let is_far = || (letters(a) & !letters(b)).count_ones() as usize > limit;
    !is_longer && !is_far()
}

/// The candidate closest to `word`, if the two are close enough to be one word misspelt.
/// Case counts half: `dnsNAPTR` is closer to `DNSnaptr` than to anything else.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .filter(|candidate| may_be_within(word, candidate, allowed(candidate)))
        .map(|candidate| (cost(word, candidate), candidate))
        .filter(|(cost, candidate)| *cost <= 2 * allowed(candidate) + 1)
        .min_by_key(|(cost, _)| *cost)
        .map(|(_, candidate)| candidate)
}

/// Mistakes that a word of this length may hold and still be recognised.
pub(crate) fn allowed(word: &str) -> usize {
    (word.len() / 3).min(3)
}

/// Twice the distance without regard to case, and one more where case differs.
pub(crate) fn cost(word: &str, candidate: &str) -> usize {
    if word == candidate {
        return 0;
    }
    let apart = distance(&word.to_ascii_lowercase(), &candidate.to_ascii_lowercase());
    apart.saturating_mul(2).saturating_add(1)
}

/// The mnemonic (a record type, a directive) that a misspelt word most probably stands for: at
/// most one letter in three is wrong, missing, too many or swapped with its neighbour, and one
/// in any case, since mnemonics are short. Case does not matter.
pub(crate) fn nearest_mnemonic<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    // No candidate is longer than a dozen letters; a long word is no misspelling of one.
    if word.len() > 24 {
        return None;
    }
    let word = word.to_ascii_uppercase();
    let allowed = (word.chars().count() / 3).max(1);
    let of_word = letters(&word);
    // Every mistake adds at most one letter that the candidate has not: that is counted fast,
    // and a zone may hold a hundred thousand misspelt words.
    let is_far = |candidate: &str| (of_word & !letters(candidate)).count_ones() as usize > allowed;
    candidates
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed && !is_far(candidate))
        .map(|candidate| {
            (
                strsim::osa_distance(&word, &candidate.to_ascii_uppercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Which of the letters A to Z, in any case, a word holds: a bit for each.
fn letters(word: &str) -> u32 {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic);
    letters.fold(0, |all, letter| {
        all | 1 << (letter.to_ascii_uppercase() - b'A')
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_mistake_adds_two_letters(a in "[a-cA-C1-2é]{0,6}", b in "[a-eA-E1-2é]{0,6}") {
            let (a, b) = (a.to_ascii_uppercase(), b.to_ascii_uppercase());
            let added = (letters(&a) & !letters(&b)).count_ones() as usize;
            prop_assert!(added <= strsim::osa_distance(&a, &b));
        }

        #[test]
        fn what_is_within_a_limit_is_what_the_distance_says(
            a in "[a-cA-C1-2é]{0,8}", b in "[a-eA-E1-2é]{0,8}", limit in 0..4_usize
        ) {
            prop_assert_eq!(is_within(&a, &b, limit), distance(&a, &b) <= limit);
        }
    }

    #[test]
    fn distance_counts_single_mistakes() {
        for (a, b, expected) in [
            ("server", "server", 0),
            ("sever", "server", 1),
            ("sevrer", "server", 1),
            ("serverr", "server", 1),
            ("serber", "server", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn only_a_close_word_is_nearest() {
        let words = ["address", "port", "transport"];
        assert_eq!(nearest("transprot", words), Some("transport"));
        assert_eq!(nearest("Port", words), Some("port"));
        assert_eq!(nearest("colour", words), None);
        assert_eq!(nearest(&"a".repeat(1000), words), None);
    }

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let candidates = ["SRV", "NAPTR", "A"];
        for (word, expected) in [
            ("svr", Some("SRV")),
            ("NATPR", Some("NAPTR")),
            ("SRVV", Some("SRV")),
            ("X", None),
            ("MAIL", None),
        ] {
            assert_eq!(
                nearest_mnemonic(word, candidates.into_iter()),
                expected,
                "{word}"
            );
        }
    }
}
