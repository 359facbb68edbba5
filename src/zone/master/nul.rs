//! NUL characters: no text holds them, a damaged file does.

use std::ops::Range;

use super::{Reader, TroubleKind};
use crate::source::{SourceId, Span};
use crate::zone::fields::Fault;

impl Reader<'_> {
    /// Reports NUL characters, and gives the part of the source without those at its end:
    /// where a disk was full or a server crashed, they stand in the place of what was lost.
    pub(super) fn without_nul(&mut self, id: SourceId, part: Range<usize>) -> Range<usize> {
        let text = &self.sources.get(id).text[part.clone()];
        let kept = text.trim_end_matches('\0');
        let span = |start, end| Span::new(id, part.start + start, part.start + end);
        if kept.len() < text.len() {
            let lost = span(kept.len(), text.len());
            let message = match text.len() - kept.len() {
                1 => "the text ends in a NUL character".to_owned(),
                count => format!("the text ends in {count} NUL characters"),
            };
            let fault = Fault::new(lost, message + ": what stood there was never written");
            let fault = fault.help("the rest of the file is missing: export or copy it again");
            self.push(TroubleKind::Truncated, fault, None);
        }
        if let Some(first) = memchr::memchr(0, kept.as_bytes()) {
            let message = match memchr::memchr_iter(0, kept.as_bytes()).count() {
                1 => "a NUL character stands here".to_owned(),
                count => format!("a NUL character stands here, and {} more below", count - 1),
            };
            let fault = Fault::new(span(first, first + 1), message).help(
                "no text holds such characters: the file was damaged, or an encoding was mixed up; export it again",
            );
            self.push(TroubleKind::Syntax, fault, None);
        }
        part.start..part.start + kept.len()
    }
}
