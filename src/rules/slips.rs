//! Names that are others but for a slip of the pen.

use crate::dns::Name;
use crate::spelling::nearest;

/// One label is misspelt, the others are equal.
pub(super) fn is_slip(name: &Name, host: &Name) -> bool {
    let mut differing = name
        .iter()
        .zip(host)
        .filter(|(a, b)| !a.eq_ignore_ascii_case(b));
    let (Some((label, other)), None) = (differing.next(), differing.next()) else {
        return false;
    };
    let (label, other) = (
        String::from_utf8_lossy(label),
        String::from_utf8_lossy(other),
    );
    name.iter().len() == host.iter().len() && nearest(&label, [&*other]).is_some()
}

/// The digits are the same: they tell names of one kind apart.
pub(super) fn same_digits(name: &Name, other: &Name) -> bool {
    fn digits(name: &Name) -> impl Iterator<Item = &u8> {
        let letters = name.iter().flatten();
        letters.filter(|letter| letter.is_ascii_digit())
    }
    digits(name).eq(digits(other))
}

/// A dot of one is lost or stands elsewhere in the other: `sip1example.com`.
pub(super) fn differ_by_dots(name: &Name, other: &Name) -> bool {
    fn letters(name: &Name) -> impl Iterator<Item = u8> {
        let letters = name.iter().flatten();
        letters.map(u8::to_ascii_lowercase)
    }
    name != other && letters(name).eq(letters(other))
}

/// One label but the first is a slip for that of the other name; hosts in one domain may well be
/// two.
pub(super) fn is_domain_mistyped(name: &Name, right: &Name) -> bool {
    let pairs = name.iter().zip(right).enumerate();
    let mut differing = pairs.filter(|(_, (a, b))| !a.eq_ignore_ascii_case(b));
    let (Some((index, (label, other))), None) = (differing.next(), differing.next()) else {
        return false;
    };
    index > 0 && name.iter().len() == right.iter().len() && is_mistyped(label, other)
}

/// Two letters changed places, or one inside is missing, too many or wrong, or one is missing at
/// the end of a long word in front of a hyphen. One at another end, and a digit, are what tells
/// domains of one owner apart: `site-a` and `site-b`, `ward` and `wards`, `site1` and `site2`; and
/// in short words another letter is another word: `on` and `no`, `east` and `west`. That one is
/// missing tells a slip in these too: abbreviations of places are of one length.
fn is_mistyped(one: &[u8], other: &[u8]) -> bool {
    const SHORTEST: usize = 4;
    const LONG: usize = 5;
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let (short, long) = if one.len() < other.len() {
        (&one[..], &other[..])
    } else {
        (&other[..], &one[..])
    };
    let Some(at) = (0..long.len()).find(|at| short.get(*at) != long.get(*at)) else {
        return false;
    };
    if long.len() < SHORTEST {
        return false;
    }
    let is_letter = |label: &[u8], at: usize| label.get(at).is_some_and(u8::is_ascii_alphabetic);
    let is_inside = at > 0 && [at - 1, at, at + 1].iter().all(|at| is_letter(long, *at));
    if short.len() < long.len() {
        let word = long[..at].rsplit(|octet| *octet == b'-').next();
        let is_long = word.is_some_and(|word| word.len() + 1 >= LONG);
        let is_before_hyphen = is_long
            && is_letter(long, at - 1)
            && is_letter(long, at)
            && long[at] != b's'
            && long.get(at + 1) == Some(&b'-');
        return (is_inside || is_before_hyphen) && short[at..] == long[at + 1..];
    }
    let mut exchanged = short.to_vec();
    if at + 1 < exchanged.len() {
        exchanged.swap(at, at + 1);
    }
    let is_exchanged = exchanged == long && is_letter(long, at) && is_letter(long, at + 1);
    let is_wrong = long.len() >= LONG
        && is_inside
        && is_letter(short, at)
        && short[at + 1..] == long[at + 1..];
    is_exchanged || is_wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_siblings() {
        for (one, other, is) in [
            ("exmaple", "example", true),
            ("EXMAPLE", "example", true),
            ("examle", "example", true),
            ("exammple", "example", true),
            ("xample", "example", false),
            ("examplee", "example", false),
            ("exanple", "example", true),
            ("lcoal", "local", true),
            ("tset", "test", true),
            ("tast", "test", false),
            ("east", "west", false),
            ("test", "west", false),
            ("site-a", "site-b", false),
            ("clinica", "clinico", false),
            ("site1", "site2", false),
            ("site12", "site21", false),
            ("site1", "site", false),
            ("site1a", "sitea1", false),
            ("site1ab", "site1cb", false),
            ("eslab", "esxyb", false),
            ("example2", "example", false),
            ("lab", "labs", false),
            ("ward", "wards", false),
            ("wad", "ward", true),
            ("word", "ward", false),
            ("wd", "wad", false),
            ("ward-a", "wards-a", false),
            ("clinic-a", "clinics-a", false),
            ("clini-north", "clinic-north", true),
            ("nort-a", "north-a", true),
            ("site1-a", "site1x-a", false),
            ("clinic-nort", "clinic-north", false),
            ("war-north", "ward-north", false),
            ("on", "no", false),
            ("example", "example", false),
            ("", "a", false),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                let found = is_mistyped(one.as_bytes(), other.as_bytes());
                assert_eq!(found, is, "{one} {other}");
            }
        }
    }

    #[test]
    fn a_slip_in_the_first_label_is_another_host() {
        for (name, right, is) in [
            ("sip1.exmaple.com.", "sip1.example.com.", true),
            ("exmaple.com.", "example.com.", false),
            ("sip1.exmaple.com.", "sip1.example.com.au.", false),
            ("sip1.exmaple.com.", "sip2.example.com.", false),
            ("sip1.north.example.com.", "sip1.south.example.com.", false),
        ] {
            let name = Name::from_ascii(name).expect("a name");
            let right = Name::from_ascii(right).expect("a name");
            assert_eq!(is_domain_mistyped(&name, &right), is, "{name} {right}");
        }
    }
}
