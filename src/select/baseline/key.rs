//! What an entry of a baseline holds.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What tells one known finding from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The rule.
    pub rule: String,
    /// The record's owner, absolute and in lower case; empty where it is in no record.
    pub owner: String,
    /// The record's type and data in presentation format, or the text pointed at.
    pub record: Caseless,
    /// Where it is in no record, the views it is found in, where there are several: what is known
    /// of one is new in another. Their paths below the folder that they have in common.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<String>,
    /// Of what stands in a handset's configuration, the addresses of the servers that it is of:
    /// what is known of one is new of another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Where it is in no record, the file, below the folder that the inputs have in common: what
    /// is known of one customer's is new in another's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
}

impl Key {
    /// The first of the keys that are the same apart from views, addresses and file.
    pub(super) fn first(&self) -> Self {
        Self {
            views: Vec::new(),
            addresses: Vec::new(),
            file: String::new(),
            ..self.clone()
        }
    }

    /// This entry lets a finding in that has that key.
    pub(in crate::select) fn covers(&self, key: &Self) -> bool {
        let all_known = |known: &[String], all: &[String]| {
            known.is_empty() || all.iter().all(|one| known.contains(one))
        };
        self.is_beside(key)
            && self.is_in_file_of(key)
            && all_known(&self.views, &key.views)
            && all_known(&self.addresses, &key.addresses)
    }

    /// The same, apart from views, addresses and file.
    pub(super) fn is_beside(&self, key: &Self) -> bool {
        (&self.rule, &self.owner, &self.record) == (&key.rule, &key.owner, &key.record)
    }

    /// The files are one, if more or fewer inputs were given; an entry without one is of any.
    pub(super) fn is_in_file_of(&self, key: &Self) -> bool {
        let ends_with = |path: &str, end: &str| {
            let before = path.strip_suffix(end);
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let (one, two) = (&self.file, &key.file);
        one.is_empty() || ends_with(one, two) || ends_with(two, one)
    }
}

/// A text in which letters are alike in either case, as in names (RFC 4343), and so are the quotes
/// that may stand around an attribute's value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Caseless(String);

impl From<String> for Caseless {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Caseless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Caseless {
    fn folded(&self) -> impl Iterator<Item = u8> {
        self.0.bytes().map(|byte| match byte {
            b'\'' => b'"',
            byte => byte.to_ascii_lowercase(),
        })
    }
}

impl PartialEq for Caseless {
    fn eq(&self, other: &Self) -> bool {
        self.folded().eq(other.folded())
    }
}

impl Eq for Caseless {}

impl PartialOrd for Caseless {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Caseless {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(other.folded())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(record: &str, file: &str) -> Key {
        Key {
            rule: "zone-syntax".to_owned(),
            owner: String::new(),
            record: record.to_owned().into(),
            views: Vec::new(),
            addresses: Vec::new(),
            file: file.to_owned(),
        }
    }

    #[test]
    fn what_is_known_of_one_file_is_new_in_another() {
        let file = "a/phones/site.cfg";
        for (other, covers) in [
            ("a/phones/site.cfg", true),
            ("phones/site.cfg", true),
            ("all/a/phones/site.cfg", true),
            ("b/phones/site.cfg", false),
            ("ones/site.cfg", false),
        ] {
            assert_eq!(key("x", file).covers(&key("x", other)), covers, "{other}");
        }
        assert!(key("x", "").covers(&key("x", file)), "an old entry");
    }

    #[test]
    fn letters_are_alike_in_either_case_and_quotes_of_either_kind() {
        assert_eq!(key("a='x", ""), key("a=\"X", ""));
        let (lower, upper) = (key("a host-b", ""), key("A HOST-B", ""));
        assert_eq!((lower.cmp(&upper), &lower), (Ordering::Equal, &upper));
        assert!(lower < key("A HOST-C", ""));
        assert!(lower.covers(&upper));
    }
}
