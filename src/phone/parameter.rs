//! The table of parameters: spelling, permitted values, default, source.
//!
//! The rows stand in `parameters.tsv`; the build script makes the table of them. Names are
//! XML attribute names, so their case counts.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::LazyLock;

use crate::spelling::with_digits;

mod family;
mod spelling;

pub use family::is_looked_after;
pub use spelling::{Misspelling, meant, misspelt, nearest};

/// How sure it is that a row of the table is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Remembered only: known as a spelling, its values are not judged.
    Unverified,
    /// Seen in use.
    Medium,
    /// Read in a guide or in the bulletin.
    High,
}

/// What a parameter may be set to. An empty value is always fine: it means the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permitted {
    /// Anything.
    Text,
    /// An IPv4 address or a host name.
    Host,
    /// An IPv4 address.
    Ipv4,
    /// One of these.
    OneOf(&'static [Choice]),
}

/// One of a parameter's permitted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A number from the first to the second, both included; `u32::MAX` is no upper end.
    Range(u32, u32),
    /// A word in any case.
    Word(&'static str),
    /// A word in this case only.
    ExactWord(&'static str),
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Spec {
    /// The name with `#` for each index: `reg.#.server.#.port`; a final `*` is any rest.
    pub key: &'static str,
    /// Largest index at each `#`; 0 where any is fine.
    pub limits: &'static [u32],
    /// What it may be set to.
    pub permitted: Permitted,
    /// What the handset does without it; empty for nothing.
    pub default: &'static str,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// Where that is said.
    pub source: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A value or an index that a parameter cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What is permitted, as the end of a sentence: `0 or a number from 60 to 65535`.
    pub expected: String,
}

include!(concat!(env!("OUT_DIR"), "/parameters.rs"));

/// The row of a parameter; its indexes are not judged here (see [`Spec::check_indexes`]).
pub fn find(name: &str) -> Option<&'static Spec> {
    let key = key_of(name);
    if let Ok(index) = SPECS.binary_search_by(|spec| spec.key.cmp(key.as_str())) {
        return Some(&SPECS[index]);
    }
    let is_below = |prefix: &str| name.len() > prefix.len() && name.starts_with(prefix);
    let mut prefixes = PREFIXES.iter();
    let (_, spec) = prefixes.find(|(prefix, _)| is_below(prefix))?;
    Some(spec)
}

/// The rows of more than one parameter: `log.level.change.*` stands for every module,
/// `sip.obs` too.
static PREFIXES: LazyLock<Vec<(&'static str, &'static Spec)>> = LazyLock::new(|| {
    let prefix = |spec: &'static Spec| Some((spec.key.strip_suffix('*')?, spec));
    SPECS.iter().filter_map(prefix).collect()
});

/// The name with `#` for each index.
fn key_of(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for (position, segment) in name.split('.').enumerate() {
        if position > 0 {
            key.push('.');
        }
        key.push_str(if is_index(segment) { "#" } else { segment });
    }
    key
}

fn is_index(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

impl Spec {
    /// Whether the value is one that guides permit.
    pub fn check(&self, value: &str) -> Result<(), Violation> {
        let value = value.trim();
        if value.is_empty() || self.permitted.allows(value) {
            return Ok(());
        }
        Err(Violation {
            expected: self.permitted.to_string(),
        })
    }

    /// It is the user of a line: `reg.1.address`.
    pub fn is_user_of_line(&self) -> bool {
        self.key == "reg.#.address"
    }

    /// Whether the indexes of a name of this row are ones that handsets read.
    pub fn check_indexes(&self, name: &str) -> Result<(), Violation> {
        let indexes = name.split('.').filter(|segment| is_index(segment));
        for (index, limit) in indexes.zip(self.limits) {
            if in_range(index, *limit).is_some() {
                let mut expected = match limit {
                    0 => "a number from 1".to_owned(),
                    limit => format!("a number from 1 to {limit}"),
                };
                if index.starts_with('0') && index.contains(|c| c != '0') {
                    expected.push_str(", without zeros before it");
                }
                return Err(Violation { expected });
            }
        }
        Ok(())
    }

    /// The name with the nearest index that handsets read in the place of each that they do
    /// not; `None` where they read all.
    pub fn with_indexes_in_range(&self, name: &str) -> Option<String> {
        self.check_indexes(name).err()?;
        let mut limits = self.limits.iter();
        let segments = name.split('.').map(|segment| {
            let limit = is_index(segment).then(|| limits.next()).flatten();
            let read = limit.and_then(|limit| in_range(segment, *limit));
            read.map_or(Cow::Borrowed(segment), |read| Cow::Owned(read.to_string()))
        });
        Some(segments.collect::<Vec<_>>().join("."))
    }
}

/// The nearest index up to a limit (0 where there is none) to one that handsets do not read: names
/// are compared as they are written, and `reg.01` is not `reg.1`.
fn in_range(index: &str, limit: u32) -> Option<u32> {
    let number = index.parse::<u32>().unwrap_or(u32::MAX);
    let is_above = limit > 0 && number > limit;
    let nearest = if is_above { limit } else { number.max(1) };
    (index.starts_with('0') || is_above).then_some(nearest)
}

impl Permitted {
    fn allows(self, value: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Host => is_host(value),
            Self::Ipv4 => value.parse::<Ipv4Addr>().is_ok(),
            Self::OneOf(choices) => choices.iter().any(|choice| match choice {
                Choice::Range(low, high) => value
                    .parse::<u32>()
                    .is_ok_and(|number| (*low..=*high).contains(&number)),
                Choice::Word(word) => word.eq_ignore_ascii_case(value),
                Choice::ExactWord(word) => *word == value,
            }),
        }
    }

    /// What a value that is not allowed was meant to be: a word in another case, letters for
    /// digits that look like them, or a word or another number for yes or no where that is 1 or 0.
    pub fn meant(self, value: &str) -> Option<String> {
        if let Some(word) = self.in_its_case(value) {
            return Some(word.to_owned());
        }
        if !matches!(self, Self::OneOf(_)) {
            return None;
        }
        let value = value.trim();
        let answer = match &*value.to_ascii_lowercase() {
            // Of 2 or more nobody says yes.
            _ if self.allows("2") => None,
            "yes" | "true" | "on" => Some("1".to_owned()),
            "no" | "false" | "off" => Some("0".to_owned()),
            // Any number but 0 is a yes to whoever thinks of bits.
            number if number.parse().is_ok_and(|number: u32| number > 1) => Some("1".to_owned()),
            _ => None,
        };
        let candidates = [Some(with_digits(value)), answer].into_iter().flatten();
        let mut meant = candidates.filter(|one| one != value && self.allows(one));
        meant.next()
    }

    /// The word that a value is but for its case.
    fn in_its_case(self, value: &str) -> Option<&'static str> {
        let Self::OneOf(choices) = self else {
            return None;
        };
        let mut words = choices.iter().filter_map(|choice| match choice {
            Choice::Word(word) | Choice::ExactWord(word) => Some(*word),
            Choice::Range(..) => None,
        });
        words.find(|word| word.eq_ignore_ascii_case(value.trim()))
    }
}

impl fmt::Display for Permitted {
    /// As the end of a sentence: `0 or a number from 60 to 65535`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let choices = match self {
            Self::Text => return f.write_str("text"),
            Self::Host => return f.write_str("an IPv4 address or a host name"),
            Self::Ipv4 => return f.write_str("an IPv4 address"),
            Self::OneOf(choices) => choices,
        };
        for (position, choice) in choices.iter().enumerate() {
            match position {
                0 => {}
                _ if position + 1 == choices.len() => f.write_str(" or ")?,
                _ => f.write_str(", ")?,
            }
            match choice {
                Choice::Range(low, high) if low == high => write!(f, "{low}")?,
                Choice::Range(low, u32::MAX) => write!(f, "a number from {low}")?,
                Choice::Range(low, high) => write!(f, "a number from {low} to {high}")?,
                Choice::Word(word) | Choice::ExactWord(word) => write!(f, "`{word}`")?,
            }
        }
        Ok(())
    }
}

/// Letters, digits, hyphens but in front, and (as in SRV owners) underscores in labels; not a
/// mistaken IPv4 address, which would be looked up as a name.
fn is_host(value: &str) -> bool {
    if value.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let last_is_number = value.rsplit('.').next().is_some_and(is_index);
    value.len() <= 253 && value.split('.').all(label) && !last_is_number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dns::Name;

    #[test]
    fn rows_are_sorted_and_whole() {
        assert!(SPECS.is_sorted_by(|a, b| a.key < b.key));
        for spec in SPECS {
            let indexes = spec.key.split('.').filter(|segment| *segment == "#");
            assert_eq!(indexes.count(), spec.limits.len(), "{}", spec.key);
            assert!(spec.check(spec.default).is_ok(), "{}", spec.key);
            assert!(
                !spec.source.is_empty() && !spec.meaning.is_empty(),
                "{}",
                spec.key
            );
        }
    }

    #[test]
    fn names_are_found_with_any_index() {
        for name in [
            "voIpProt.server.1.address",
            "voIpProt.server.4.failOver.failBack.mode",
            "reg.12.server.2.port",
            "reg.1.outboundProxy.failOver.reRegisterOn",
            "dns.cache.NAPTR.12.replacement",
            "device.dns.serverAddress.set",
            "log.level.change.dns",
            "log.level.change.sip.obs",
            "tcpIpApp.keepalive.tcp.noResponseTrasmitInterval",
        ] {
            assert!(find(name).is_some(), "{name}");
        }
        for name in [
            "voIpProt.server.address",
            "volpProt.server.1.address",
            "log.level.change.",
            "",
        ] {
            assert!(find(name).is_none(), "{name}");
        }
    }

    #[test]
    fn values_are_checked() {
        for (name, good, bad) in [
            (
                "reg.1.server.1.port",
                &["", "0", " 5060 ", "65535"][..],
                &["65536", "-1", "sip", "50 60"][..],
            ),
            (
                "voIpProt.server.1.expires",
                &["10", "3600", "86400"],
                &["9", "0"],
            ),
            ("voIpProt.server.1.expires.overlap", &["5"], &["4", "65536"]),
            (
                "reg.1.server.1.failOver.failBack.timeout",
                &["0", "60"],
                &["1", "59", "65536"],
            ),
            (
                "reg.1.server.1.failOver.failBack.mode",
                &["DNSTTL", "dnsttl", "newRequests"],
                &["ttl"],
            ),
            ("reg.1.server.1.register", &["0", "1"], &["2", "yes"]),
            (
                "dns.cache.A.1.ttl",
                &["300", "536870912"],
                &["299", "536870913"],
            ),
            ("dns.cache.NAPTR.1.flags", &["S"], &["s", "X"]),
            (
                "dns.cache.A.1.address",
                &["10.225.2.31"],
                &["10.225.2.300", "sip1"],
            ),
            (
                "reg.1.server.1.address",
                &["10.225.2.31", "eslab.local", "sip-1", "sip_1.x"],
                &["10.225.2.300", "10.225.2", "::1", "a..b", "eslab.local."],
            ),
        ] {
            let spec = find(name).expect(name);
            for value in good {
                assert_eq!(spec.check(value), Ok(()), "{name} {value}");
            }
            for value in bad {
                assert!(spec.check(value).is_err(), "{name} {value}");
            }
        }
    }

    #[test]
    fn what_a_value_was_meant_to_be_is_told() {
        for (name, value, meant) in [
            ("reg.1.server.1.register", "l", Some("1")),
            ("reg.1.server.1.register", "O", Some("0")),
            ("reg.1.server.1.register", "Yes", Some("1")),
            ("reg.1.server.1.register", "false", Some("0")),
            ("reg.1.server.1.register", "2", Some("1")),
            ("reg.1.server.1.expires", "36OO", Some("3600")),
            ("reg.1.server.1.expires", "l", None),
            ("reg.1.server.1.expires", "yes", None),
            ("reg.1.server.1.address", "l.example", None),
        ] {
            let permitted = find(name).expect("a parameter").permitted;
            assert_eq!(permitted.meant(value).as_deref(), meant, "{name}={value}");
        }
    }

    #[test]
    fn what_is_permitted_reads_as_a_sentence() {
        let expected = |name| find(name).map(|spec| spec.permitted.to_string());
        assert_eq!(
            expected("reg.1.server.1.failOver.failBack.timeout").as_deref(),
            Some("0 or a number from 60 to 65535")
        );
        assert_eq!(
            expected("dns.cache.NAPTR.1.flags").as_deref(),
            Some("`S`, `A`, `U` or `P`")
        );
    }

    proptest! {
        /// Of a handset that can look nothing up somebody must speak.
        #[test]
        fn what_is_a_host_can_be_looked_up(value in "[-_a.]{1,6}") {
            prop_assert!(!is_host(&value) || Name::from_ascii(&value).is_ok());
        }
    }

    #[test]
    fn indexes_have_limits() {
        for (name, good) in [
            ("voIpProt.server.4.port", true),
            ("voIpProt.server.5.port", false),
            ("voIpProt.server.0.port", false),
            ("reg.01.server.1.port", false),
            ("reg.1.server.01.port", false),
            ("reg.10.server.1.port", true),
            ("dns.cache.SRV.12.port", true),
            ("dns.cache.SRV.13.port", false),
            ("reg.34.server.1.port", true),
            ("reg.99999999999.server.1.port", true),
        ] {
            let spec = find(name).expect(name);
            assert_eq!(spec.check_indexes(name).is_ok(), good, "{name}");
        }
    }
}
