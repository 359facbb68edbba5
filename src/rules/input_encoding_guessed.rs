//! `input-encoding-guessed`: neither UTF-8 nor UTF-16, and no other encoding declared.

use std::cell::LazyCell;

use hashbrown::HashSet;

use super::{Facts, Findings};
use crate::finding::Subject;
use crate::phone::declared_encoding;
use crate::source::{Encoding, SourceId, Span};

/// Encodings that are Windows-1252, or that part of it which texts have.
const WESTERN: [&str; 2] = ["ISO-8859-1", "Windows-1252"];

/// Looks at how each text was decoded that was not passed over.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let passed_over = LazyCell::new(|| -> HashSet<SourceId> {
        let inputs = site.inputs.iter().filter(|input| !input.kind.is_read());
        inputs.map(|input| input.source).collect()
    });
    for (id, source) in site.sources.iter() {
        let Encoding::Windows1252 { first } = source.encoding else {
            continue;
        };
        if passed_over.contains(&id) {
            continue;
        }
        let declared = declared_encoding(&source.text).map(|at| &source.text[at]);
        let is = |name: &&str| declared.is_some_and(|declared| declared.eq_ignore_ascii_case(name));
        if WESTERN.iter().any(is) {
            continue;
        }
        let first = first as usize;
        let width = source
            .text
            .get(first..)
            .and_then(|rest| rest.chars().next());
        let end = first + width.map_or(1, char::len_utf8);
        let span = Span::new(id, first, end);
        let message = "the text is neither UTF-8 nor UTF-16: it was read as Windows-1252";
        let finding = findings.at(span, message).about(Subject::Token(span));
        findings.push(finding.help(
            "save the file as UTF-8; until then check that names and comments with letters \
             beyond a to z read as they should",
        ));
    }
}
