//! `zone-escape-ambiguous`: `\DDD` in a Windows export, which is octal or decimal.

use std::collections::HashSet;

use super::{Facts, Findings};
use crate::dns::{Record, WrittenName};
use crate::source::{SourceId, Span};

/// Looks at the names of the SIP chain as Windows exports write them.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let zones = site.zones.iter();
    let exports: HashSet<SourceId> = zones
        .filter(|zone| zone.format.is_of_windows())
        .map(|zone| zone.source)
        .collect();
    if exports.is_empty() {
        return;
    }
    for view in 0..site.views.len() {
        let sets = site.sip_chain(view);
        let names = sets
            .iter()
            .flat_map(|set| set.records.iter())
            .flat_map(names);
        for name in names.filter(|name| exports.contains(&name.span.source)) {
            for escape in escapes(site.text(name.span)).filter_map(Escape::ambiguous) {
                let start = name.span.range().start + escape.at;
                let written = format!("\\{:03}", escape.decimal);
                let finding = findings.at(
                    Span::new(name.span.source, start, start + LENGTH),
                    format!(
                        "`{written}` is {} if its digits are octal, and {} if they are decimal",
                        shown(escape.octal),
                        shown(escape.decimal)
                    ),
                );
                findings.push(finding.label("read as decimal").help(
                    "Windows does not say which it writes: give the name letters, digits and \
                     hyphens alone, or look in DNS Manager how it reads there",
                ));
            }
        }
    }
}

/// Length of `\DDD`.
const LENGTH: usize = 4;

/// An escape of three digits, read in both ways.
struct Escape {
    /// Offset in the name.
    at: usize,
    octal: u8,
    decimal: u8,
}

impl Escape {
    /// Both readings are characters, and not the same one.
    fn ambiguous((at, digits): (usize, [u8; 3])) -> Option<Self> {
        let read = |base: u16| {
            let value = digits.iter().try_fold(0, |value, digit| {
                let digit = u16::from(digit - b'0');
                (digit < base).then_some(value * base + digit)
            });
            value.and_then(|value: u16| u8::try_from(value).ok())
        };
        let (octal, decimal) = (read(8)?, read(10)?);
        (octal != decimal).then_some(Self { at, octal, decimal })
    }
}

/// The escapes of three digits in a name as it is written, with their offsets.
fn escapes(name: &str) -> impl Iterator<Item = (usize, [u8; 3])> {
    let bytes = name.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let backslash = at + memchr::memchr(b'\\', bytes.get(at..)?)?;
            match bytes.get(backslash + 1..) {
                Some([a, b, c, ..]) if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => {
                    at = backslash + LENGTH;
                    return Some((backslash, [*a, *b, *c]));
                }
                // The escaped character may be a backslash itself.
                _ => at = backslash + 2,
            }
        }
    })
}

/// The owner, and the name in the data.
fn names(record: &Record) -> impl Iterator<Item = &WrittenName> {
    std::iter::once(&record.owner).chain(record.data.target())
}

/// A character for people: itself, or its number where it cannot be seen.
fn shown(octet: u8) -> String {
    match octet {
        b' ' => "a blank".to_owned(),
        b'!'..=b'~' => format!("`{}`", char::from(octet)),
        _ => format!("the octet {octet}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_is_ambiguous_where_both_readings_are_characters() {
        for (name, expected) in [
            (r"print\040server", vec![(5, 0o40, 40)]),
            (r"a\\040\056b\141", vec![(6, 0o56, 56), (11, 0o141, 141)]),
            (r"a\007b", vec![]),
            (r"a\189b", vec![]),
            (r"a\377b", vec![]),
            (r"a\.b\\", vec![]),
            (r"a\04", vec![]),
        ] {
            let found: Vec<_> = escapes(name)
                .filter_map(Escape::ambiguous)
                .map(|escape| (escape.at, escape.octal, escape.decimal))
                .collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
