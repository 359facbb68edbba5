//! Zones inside something else: quoted in a mail, in a word processor's document, in a listing
//! with numbered lines. Every line of such a text is broken, and by one cause.

use super::origin::Known;
use super::{Reader, TroubleKind};
use crate::dns::RecordType;
use crate::source::Span;
use crate::zone::fields::Fault;
use crate::zone::text::beginning;
use crate::zone::{ApexIs, Zone};

/// Broken lines below which nothing is suspected, and lines below which nothing is told.
const LEAST: usize = 3;

/// What a zone stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    Mail,
    Document,
    Numbers,
}

impl Wrapping {
    fn of(text: &str) -> Option<Self> {
        let text = beginning(text);
        if text.trim_start().starts_with("{\\rtf") {
            return Some(Self::Document);
        }
        let lines = text.split(['\n', '\r']);
        let lines = || lines.clone().filter(|line| !line.trim().is_empty());
        lines().nth(LEAST - 1)?;
        if lines().all(|line| line.starts_with('>')) {
            return Some(Self::Mail);
        }
        let numbers = || lines().map(number);
        let are_counted = numbers()
            .zip(numbers().skip(1))
            .all(|(one, next)| one.is_some() && one.map(|one| one + 1) == next);
        are_counted.then_some(Self::Numbers)
    }

    fn message(self) -> &'static str {
        match self {
            Self::Mail => "each line begins with `>`, as in a mail that quotes another",
            Self::Document => "this is a document of a word processor (RTF), and no plain text",
            Self::Numbers => "each line begins with its number, as in a listing",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Mail | Self::Numbers => "check the file itself, not what was copied of it",
            Self::Document => "save the document as plain text, or check the file it was made of",
        }
    }
}

/// The number at the beginning of a line, which a blank, a colon or the line's end follows.
fn number(line: &str) -> Option<u64> {
    let line = line.trim_start();
    let behind = line.trim_start_matches(|one: char| one.is_ascii_digit());
    let is_over = behind.is_empty() || behind.starts_with([' ', '\t', ':', '|']);
    let digits = &line[..line.len() - behind.len()];
    is_over.then(|| digits.parse::<u32>().ok().map(u64::from))?
}

impl Reader<'_> {
    /// The zone of a text in which one cause breaks every line: it says so, and nothing else.
    pub(super) fn wrapped(&self) -> Option<Zone> {
        let is_broken = |kind| matches!(kind, TroubleKind::Syntax | TroubleKind::Truncated);
        let troubles = self.zone.troubles.iter();
        let source = self.zone.source;
        let broken = troubles.filter(|one| is_broken(one.kind) && one.span.source == source);
        if broken.take(LEAST).count() < LEAST {
            return None;
        }
        let text = &self.sources.get(source).text;
        let wrapping = Wrapping::of(text)?;
        let blank = text.len() - text.trim_start().len();
        let first = text[blank..].split(['\n', '\r']).next().unwrap_or_default();
        let place = Span::new(source, blank, blank + first.trim_end().len());
        let message = format!("{}: nothing of it is read", wrapping.message());
        let fault = Fault::new(place, message).help(wrapping.help());
        // Not the owner of an SOA record that has the `>` in its name.
        let apex = &self.scope.origin;
        let damaged = [RecordType::SOA, RecordType::NS].map(|one| (apex.clone(), one));
        let mut zone = Zone::new(source, self.zone.format, apex.clone());
        if self.scope.known == Known::Not {
            zone.apex_is = ApexIs::Unknown;
        }
        zone.is_excerpt = true;
        let trouble = fault.into_trouble(TroubleKind::Syntax, damaged.to_vec(), Vec::new());
        zone.troubles.push(trouble);
        Some(zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_zone_stands_in_is_told_by_all_of_its_lines() {
        for (text, expected) in [
            ("> @ SOA\n>\n> @ NS a\n", Some(Wrapping::Mail)),
            ("> @ SOA\n\n> @ NS a\na A 10.0.0.1\n", None),
            ("{\\rtf1\\ansi\n@ SOA\\par\n", Some(Wrapping::Document)),
            ("\n  9 @ SOA\n 10 @ NS a\n\n 11\n", Some(Wrapping::Numbers)),
            (
                "1: @ SOA\n2: @ NS a\n3: a A 10.0.0.1\n",
                Some(Wrapping::Numbers),
            ),
            ("31 PTR a.\n32 PTR b.\n34 PTR c.\n", None),
            ("1 PTR a.\n2 PTR b.\n", None),
            ("3a PTR a.\n4a PTR b.\n5a PTR c.\n", None),
        ] {
            assert_eq!(Wrapping::of(text), expected, "{text}");
        }
    }
}
