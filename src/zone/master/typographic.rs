//! Typographic characters where syntax is expected.

use super::{Reader, Trouble, TroubleKind};
use crate::finding::{Edit, Fix, Label};
use crate::zone::text::{self, Replaced, Text};

impl Reader<'_> {
    /// Reports typographic characters of an entry. They explain its other faults, which are
    /// therefore not reported by themselves.
    pub(super) fn report_replaced(
        &mut self,
        text: &Text<'_>,
        replaced: &[Replaced],
        troubles_before: usize,
    ) {
        let Some(first) = replaced.first() else {
            return;
        };
        let mut damaged = Vec::new();
        let mut remaining = None;
        for trouble in self.zone.troubles.split_off(troubles_before) {
            let explained = trouble.span.source == text.source()
                && matches!(trouble.kind, TroubleKind::Syntax | TroubleKind::Truncated);
            if explained {
                remaining = Some(trouble.message);
                damaged = trouble.damaged;
            } else {
                self.zone.troubles.push(trouble);
            }
        }
        let name = text::name_of(first.character);
        let code = u32::from(first.character);
        let expected = match first.by {
            "" => "nothing is expected".to_owned(),
            " " => "a plain space is expected".to_owned(),
            by => format!("`{by}` is expected"),
        };
        let mut message = format!("{name} (U+{code:04X}) where {expected}");
        if replaced.len() > 1 {
            message = format!("{message}, and {} more in this record", replaced.len() - 1);
        }
        let mut help =
            "text pasted from a document or chat brings such characters: type them anew".to_owned();
        if let Some(remaining) = &remaining {
            help = format!("{help}; with that repaired, {remaining}");
        }
        let labels = replaced[1..].iter().map(|replaced| Label {
            span: text.span_of(replaced),
            message: text::name_of(replaced.character).to_owned(),
        });
        self.zone.troubles.push(Trouble {
            kind: TroubleKind::Typographic,
            span: text.span_of(first),
            message,
            help: Some(help),
            related: labels.collect(),
            fix: Some(Fix {
                title: "replace with plain characters".to_owned(),
                safe: remaining.is_none(),
                edits: replaced
                    .iter()
                    .map(|replaced| Edit::replace(text.span_of(replaced), replaced.by))
                    .collect(),
                ..Fix::default()
            }),
            damaged,
        });
    }
}
