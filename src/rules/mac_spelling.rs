//! MACs in names of files as people write them, where the handset reads twelve digits only.

use crate::handset::Mac;
use crate::spelling::with_digits;

/// The MAC that a text was meant to be: with signs between its digits, and with letters for
/// digits that look like them.
pub(super) fn meant(text: &str) -> Option<Mac> {
    let digits = without_signs(text)?;
    with_digits(&digits).parse().ok()
}

/// A text without the signs that people write between the digits of a MAC; none where one
/// stands in front or behind, for then the file of that name may have been put aside.
pub(super) fn without_signs(text: &str) -> Option<String> {
    let is_bare = |one: char| one.is_alphanumeric();
    let may_be_meant = text.starts_with(is_bare) && text.ends_with(is_bare);
    may_be_meant.then(|| text.replace([':', '-', '.', '_', ' '], ""))
}

/// A name without the number that one gets which is downloaded again: `x (1)`.
pub(super) fn without_number(name: &str) -> &str {
    let is_number = |end: &str| !end.is_empty() && end.bytes().all(|one| one.is_ascii_digit());
    let numbered = name
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('));
    let numbered = numbered.filter(|(_, number)| is_number(number));
    numbered.map_or(name, |(rest, _)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_to_be_a_mac_is_read() {
        for text in ["OO:9O:7a:ll:22:aa", "0090_7A11 22AA", "00907aI122aa"] {
            let meant = meant(text).map(|mac| mac.to_string());
            assert_eq!(meant.as_deref(), Some("00907a1122aa"), "{text}");
        }
        for text in [
            "",
            "00907a1122a",
            "0090Ta1122aa",
            "_00907a1122aa",
            "OOOOOOOOOOOO",
            "site",
        ] {
            assert_eq!(meant(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_number_of_a_download_is_taken_off() {
        for (name, bare) in [
            ("site (1)", "site "),
            ("site(12)", "site"),
            ("site ()", "site ()"),
            ("site (old)", "site (old)"),
            ("site (1) b", "site (1) b"),
        ] {
            assert_eq!(without_number(name), bare);
        }
    }
}
