//! Conflicts that a merge of Git left: `<<<<<<< HEAD`, one version, `=======`, the other version,
//! `>>>>>>> branch`. Of both versions the first is read, wherever they stand: in a record that
//! goes over several lines too, such as the SOA with its serial.

use std::ops::Range;

use super::{Reader, TroubleKind};
use crate::dns::{Name, RecordType};
use crate::finding::Label;
use crate::source::SourceId;
use crate::zone::fields::Fault;
use crate::zone::head::Head;
use crate::zone::lexer::{Entry, Lexer, Token};
use crate::zone::text::{self, Text};

/// Octets of a marker.
const LENGTH: usize = 7;

/// Conflicts of which both places are shown.
const SHOWN: usize = 3;

/// Lines that begin with the marker of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    /// `<<<<<<<`
    Begin,
    /// `|||||||`: what both were made of.
    Base,
    /// `=======`
    Middle,
    /// `>>>>>>>`
    End,
}

impl Marker {
    fn of(line: &str) -> Option<Self> {
        let marker = line.get(..LENGTH)?;
        let first = marker.chars().next()?;
        let is_one = marker.chars().all(|one| one == first)
            && line[LENGTH..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace);
        is_one.then_some(())?;
        match first {
            '<' => Some(Self::Begin),
            '|' => Some(Self::Base),
            '=' => Some(Self::Middle),
            '>' => Some(Self::End),
            _ => None,
        }
    }
}

/// An entry that begins with the marker of a conflict, or goes on behind one.
pub(super) fn is_in(text: &str, entry: &Entry<'_>) -> bool {
    let is_marker = |token: &Token<'_>| {
        token.text.starts_with('<')
            && matches!(
                text[..token.start].chars().next_back(),
                None | Some('\n' | '\r')
            )
            && Marker::of(&text[token.start..]) == Some(Marker::Begin)
    };
    entry.tokens.iter().any(is_marker)
}

/// One conflict in a text.
struct Conflict {
    /// Its first marker.
    begin: usize,
    /// What is not read, from the marker behind the first version to the last one.
    other: Range<usize>,
}

/// The conflicts of a text that have all of their markers.
fn conflicts(text: &str) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let (mut begin, mut other, mut has_middle) = (None, None, false);
    for line in text::lines(text) {
        match Marker::of(&text[line.clone()]) {
            Some(Marker::Begin) => (begin, other, has_middle) = (Some(line.start), None, false),
            Some(Marker::Base) => other = other.or(Some(line.start)),
            Some(Marker::Middle) => {
                other = other.or(Some(line.start));
                has_middle = true;
            }
            Some(Marker::End) if has_middle => {
                let found = begin.take().zip(other.take());
                conflicts.extend(found.map(|(begin, other)| Conflict {
                    begin,
                    other: other..line.end,
                }));
                has_middle = false;
            }
            Some(Marker::End) | None => {}
        }
    }
    conflicts
}

impl Reader<'_> {
    /// Reports the conflicts of a text that begins at an offset of its source, and gives it with
    /// blanks in the place of their markers and of what is not read; none where there are none.
    pub(super) fn resolved(&mut self, id: SourceId, given: &str, begin: usize) -> Option<String> {
        let conflicts = conflicts(given);
        let first = conflicts.first()?;
        let text = Text::verbatim_part(id, given, begin);
        let place = |at: usize| text.span(at, at + LENGTH);
        let more = match conflicts.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more below"),
        };
        let message = format!("a merge left a conflict here{more}: the first version is read");
        let fault = Fault::new(place(first.begin), message).help(
            "keep one of both versions, and delete the lines that begin with `<<<<<<<`, `=======` \
             and `>>>>>>>`: no name server loads them",
        );
        let damaged: Vec<_> = conflicts
            .iter()
            .flat_map(|conflict| self.of_other_version(&text, conflict.other.clone()))
            .collect();
        self.push(TroubleKind::Syntax, fault, damaged);
        if let Some(trouble) = self.zone.troubles.last_mut() {
            let shown = conflicts.iter().take(SHOWN);
            trouble.related.extend(shown.map(|conflict| Label {
                span: place(conflict.other.start),
                message: "what stands from here on is the other version".to_owned(),
            }));
        }
        let mut resolved = given.as_bytes().to_vec();
        for Conflict { begin, other } in conflicts {
            let marker = given[begin..].lines().next().unwrap_or_default();
            for unread in [begin..begin + marker.len(), other] {
                for byte in &mut resolved[unread] {
                    if !matches!(byte, b'\n' | b'\r') {
                        *byte = b' ';
                    }
                }
            }
        }
        // Whole lines are blank, so that no character was cut.
        String::from_utf8(resolved).ok()
    }

    /// Owner and type of the records that are not read: their sets are not whole.
    fn of_other_version(&self, text: &Text<'_>, other: Range<usize>) -> Vec<(Name, RecordType)> {
        let mut records = Vec::new();
        let mut owner = None;
        for line in text::lines(&text.as_str()[other.clone()]) {
            let line = &text.as_str()[other.start + line.start..other.start + line.end];
            let mut lexer = Lexer::new(line);
            let mut entry = Entry::default();
            if !lexer.next(&mut entry) {
                continue;
            }
            let line = Text::verbatim(text.source(), line);
            let head = Head::read(&line, &entry.tokens, entry.indented, self.zone.format);
            let Some(head) = head else { continue };
            if let Some(written) = head.owner {
                owner = self.completed(written.text);
            }
            records.extend(owner.clone().zip(head.record_type));
        }
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_have_all_of_their_markers() {
        for (text, expected) in [
            (
                "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\nd\n",
                vec![(2, 17..37)],
            ),
            ("<<<<<<<\n|||||||\nb\n=======\n>>>>>>>", vec![(0, 8..33)]),
            ("<<<<<<< HEAD\nb\n=======\nc\n", vec![]),
            ("<<<<<<< HEAD\nb\n>>>>>>> x\n", vec![]),
            ("=======\nc\n>>>>>>> x\n", vec![]),
            ("<<<<<<<< x\n=======\n>>>>>>>\n", vec![]),
            (
                "<<<<<<< a\n<<<<<<< b\n=======\n>>>>>>>\n",
                vec![(10, 20..36)],
            ),
        ] {
            let found = conflicts(text).into_iter();
            let found: Vec<_> = found.map(|one| (one.begin, one.other)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
