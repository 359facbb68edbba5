//! The lines of a place, with the place marked.

use std::ops::Range;

use maud::{Markup, html};

use super::text;
use crate::source::{Source, Sources, Span};

/// Lines shown before and behind.
const CONTEXT: u32 = 1;

/// Bytes of a line shown on both sides of its place, and of a place itself.
const AROUND: usize = 100;

pub(super) fn snippet(sources: &Sources, span: Span) -> Markup {
    let source = sources.get(span.source);
    let (start, _) = sources.positions(span);
    let place = source.clamp(span);
    let last = u32::try_from(source.line_count()).unwrap_or(u32::MAX);
    let first = start.line.saturating_sub(CONTEXT).max(1);
    html! {
        pre {
            code {
                @for number in first..=(start.line + CONTEXT).min(last) {
                    (line(source, number, if number == start.line { Some(&place) } else { None }))
                }
            }
        }
    }
}

/// One line, cut around its place where it is long.
fn line(source: &Source, number: u32, place: Option<&Range<usize>>) -> Markup {
    let (from, content) = source.line(number);
    // Blanks at the end say nothing, unless they are what is marked.
    let written = from + content.trim_end().len();
    let to = place.map_or(written, |place| {
        written.max(place.end.min(from + content.len()))
    });
    let place = place.map(|place| place.start.min(to)..place.end.min(to));
    let marked = place.unwrap_or(from..from);
    let begin = floor(source, marked.start.saturating_sub(AROUND).max(from));
    let until = floor(source, marked.end.min(marked.start + AROUND));
    let end = floor(source, (until + AROUND).min(to));
    let part = |range: Range<usize>| {
        let part = source.shown(range).replace('\t', "    ");
        html! { (text(&part)) }
    };
    html! {
        span.number { (number) " " }
        @if begin > from { "…" }
        (part(begin..marked.start))
        @if marked.start < until { mark { (part(marked.start..until)) } }
        (part(until.max(marked.start)..end.max(until)))
        @if end < to { "…" }
        "\n"
    }
}

fn floor(source: &Source, mut offset: usize) -> usize {
    while !source.text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
