//! Where we differ from BIND on purpose: `docs/differences-from-bind.md` says why.

use std::collections::BTreeSet;

use crate::Judged;
use crate::line::is_kept;

/// A difference, and what shows that it is this one.
struct Difference {
    /// Its name in the document.
    id: &'static str,
    is_it: fn(&Judged) -> bool,
}

/// Every difference, the most particular first.
const DIFFERENCES: &[Difference] = &[
    Difference {
        id: "typographic-characters",
        is_it: |judged| judged.we_say("(U+"),
    },
    Difference {
        id: "origin-without-dot",
        is_it: |judged| judged.we_say("has no final dot, so it means"),
    },
    Difference {
        id: "ttl-too-large",
        is_it: |judged| judged.we_say("above 2147483647") || judged.we_say("above 4294967295"),
    },
    Difference {
        id: "class-zero",
        is_it: |judged| {
            let entry = judged.entry.to_uppercase();
            judged.ours.is_some() && (entry.contains("CLASS0") || entry.contains("RESERVED0"))
        },
    },
    Difference {
        id: "generate-range",
        is_it: |judged| judged.we_say("the range is not"),
    },
    Difference {
        id: "date-directive",
        is_it: |judged| judged.we_say("`$DATE` is not a directive"),
    },
    Difference {
        id: "time-stamps",
        is_it: |judged| judged.we_say("a time stamp of Windows exports"),
    },
    Difference {
        id: "apex",
        is_it: |judged| judged.bind_says("SOA record not at top of zone"),
    },
    Difference {
        id: "types-that-bind-does-not-know",
        is_it: |judged| judged.bind_says("unknown RR type"),
    },
    Difference {
        id: "data-of-other-types",
        is_it: |judged| {
            let is_other = !record(&judged.entry).is_some_and(|(of, _)| is_kept(&of));
            // Which it says at the last record of the owner.
            judged.bind_says("invalid NSEC3 owner") || (judged.bind.is_some() && is_other)
        },
    },
];

/// Differences in what is read, not in whether it is.
const GENERATE_OFFSET: &str = "generate-offset";
const TTL_OF_SET: &str = "ttl-of-set";

/// The difference that this one is.
pub fn reason(judged: &Judged) -> Option<&'static str> {
    let found = DIFFERENCES.iter().find(|one| (one.is_it)(judged));
    found.map(|found| found.id)
}

/// The difference that explains why a zone was read as other records.
pub fn reason_of_records(text: &str, how: &str, remarks: &[String]) -> Option<&'static str> {
    let sets_ttl = |remark: &String| remark.contains("TTL set to prior TTL");
    if how.starts_with("TTL of") && remarks.iter().any(sets_ttl) {
        return Some(TTL_OF_SET);
    }
    // The SOA's minimum as a TTL.
    if how.starts_with("TTL of") && how.contains("ttl: 0 }: ours {2147483647}") {
        return Some("ttl-too-large");
    }
    // An offset, and behind it a place for the number without one, in the same field.
    let mut fields = text.split_whitespace();
    let keeps = |field: &str| {
        field
            .split_once('}')
            .is_some_and(|(_, rest)| rest.contains('$'))
    };
    (text.contains("$GENERATE") && fields.any(keeps)).then_some(GENERATE_OFFSET)
}

/// The names of all of them.
pub fn ids() -> BTreeSet<&'static str> {
    let of_entries = DIFFERENCES.iter().map(|one| one.id);
    of_entries.chain([GENERATE_OFFSET, TTL_OF_SET]).collect()
}

impl Judged {
    /// Our reader complains of that.
    pub fn we_say(&self, part: &str) -> bool {
        self.ours.as_ref().is_some_and(|ours| ours.contains(part))
    }

    fn bind_says(&self, part: &str) -> bool {
        self.ours.is_none() && self.bind.as_ref().is_some_and(|bind| bind.contains(part))
    }
}

/// The type of an entry's record in capital letters, where it is one that is tried, and the
/// first field of its data.
pub fn record(entry: &str) -> Option<(String, String)> {
    let entry = entry.replace(['(', ')'], " ");
    let is_indented = entry.starts_with([' ', '\t']);
    let mut words = entry.split_whitespace().skip(usize::from(!is_indented));
    let is_type = |word: &String| {
        let number = word.strip_prefix("TYPE");
        number.is_some_and(|rest| rest.parse::<u16>().is_ok())
            || crate::data::TYPES.iter().any(|(name, _)| name == word)
    };
    let mut head = words.by_ref().take(4).map(str::to_uppercase);
    let record_type = head.find(is_type)?;
    let data = words.next().and_then(|word| word.split(';').next());
    Some((record_type, data.unwrap_or_default().to_owned()))
}

#[test]
fn the_document_names_every_difference() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/differences-from-bind.md");
    let text = std::fs::read_to_string(path).expect("the document");
    let named: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(id, _)| id)
        .collect();
    assert_eq!(named, ids());
}
