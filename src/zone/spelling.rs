//! Did-you-mean.

/// The candidate a misspelt word most probably stands for: at most one letter in three is
/// wrong, missing, too many or swapped with its neighbour.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    // No candidate is longer than a dozen letters; a long word is no misspelling of one.
    if word.len() > 24 {
        return None;
    }
    let word = word.to_ascii_uppercase();
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed)
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

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(nearest(word, candidates.into_iter()), expected, "{word}");
        }
    }
}
