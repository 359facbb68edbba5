//! How far two spellings are apart, for did-you-mean.

/// Longer words are not compared: no parameter is that long, and the work grows with the
/// product of both lengths.
const MAX_LENGTH: usize = 80;

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
/// (optimal string alignment); `usize::MAX` for words that are too long to be names.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return usize::MAX;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut current = vec![0; b.len() + 1];
    for (row, from) in a.iter().enumerate() {
        current[0] = row + 1;
        for (column, to) in b.iter().enumerate() {
            let replaced = last[column] + usize::from(from != to);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && a[row - 1] == *to && b[column - 1] == *from {
                best = best.min(before_last[column - 1] + 1);
            }
            current[column + 1] = best;
        }
        // The oldest row is written over next.
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut current);
    }
    last[b.len()]
}

/// The candidate closest to `word`, if the two are close enough to be one word misspelt.
/// Case counts half: `dnsNAPTR` is closer to `DNSnaptr` than to anything else.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
