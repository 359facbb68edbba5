//! The MAC of a handset: what its files are named after.

use std::fmt;
use std::str::FromStr;

/// An Ethernet address. Handsets write it as twelve hexadecimal digits in either case (SIP
/// 3.1 guide, p. 156); reports print it in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(u64);

impl Mac {
    /// The name of the master file of every handset without one of its own.
    pub const DEFAULT: Self = Self(0);

    /// What IEEE has given to Spectralink: `00-90-7A`.
    pub const SPECTRALINK: u64 = 0x00_90_7a;

    /// Letters of a MAC as handsets write it in names of files.
    pub const LETTERS: usize = 12;

    /// Reads twelve hexadecimal digits and nothing else.
    pub fn of_letters(text: &str) -> Option<Self> {
        let is_mac =
            text.len() == Self::LETTERS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_mac
            .then(|| u64::from_str_radix(text, 16).ok())
            .flatten()
            .map(Self)
    }

    /// The six digits by which IEEE tells makers apart.
    pub fn maker(self) -> u64 {
        self.0 >> 24
    }

    /// Twelve hexadecimal digits that stand next to one another, wherever in a text.
    pub fn all_in(text: &str) -> impl Iterator<Item = Self> {
        let letters = text.as_bytes().windows(Self::LETTERS);
        letters.filter_map(|letters| Self::of_letters(std::str::from_utf8(letters).ok()?))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}", self.0)
    }
}

/// A text that is no MAC.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a MAC is twelve hexadecimal digits, as in `00907a1122aa` or `00:90:7a:11:22:aa`")]
pub struct NoMac;

impl FromStr for Mac {
    type Err = NoMac;

    /// Reads a MAC as people write it: bare, or with `:`, `-` or `.` between its parts.
    fn from_str(text: &str) -> Result<Self, NoMac> {
        let bare = text.replace([':', '-', '.'], "");
        let mac = Self::of_letters(&bare).ok_or(NoMac)?;
        if mac == Self::DEFAULT {
            return Err(NoMac);
        }
        Ok(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_are_read_in_every_spelling_and_written_in_one() {
        for text in [
            "00907A1122aa",
            "00:90:7a:11:22:AA",
            "00-90-7a-11-22-aa",
            "0090.7a11.22aa",
        ] {
            let mac: Mac = text.parse().expect(text);
            assert_eq!(mac.to_string(), "00907a1122aa");
        }
        for text in [
            "",
            "00907a1122a",
            "00907a1122ag",
            "000000000000",
            "+0907a1122aa",
        ] {
            assert_eq!(text.parse::<Mac>(), Err(NoMac), "{text}");
        }
    }
}
