//! The lines around a finding's places, cut out and made printable, as miette's source code.
//!
//! miette asks a source for the text around each label and joins what lies close together.
//! It is given small texts that stand one behind the other in an offset space of their own:
//! each with the name and first line of its source, so that places of several files are
//! drawn by one diagnostic.

use std::fmt::Write as _;
use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::finding::{Finding, Label};
use crate::report::{printable, sentence};
use crate::source::{Position, Source, SourceId, Sources, Span};

/// Lines shown before and behind a place.
pub(super) const CONTEXT: usize = 1;

/// Places at most this many lines apart share an excerpt.
const LINES_JOINED: u32 = 3;

/// The longest line, and the longest place, that is shown whole, in bytes.
const LONG: usize = 200;

/// Text shown on both sides of a place in a longer line, in bytes.
const AROUND: usize = 60;

/// Places of one finding that are drawn; its message says what they have in common.
const PLACES: usize = 12;

/// Everything that is drawn of one finding.
#[derive(Debug)]
pub(super) struct Excerpts(Vec<Excerpt>);

/// Some lines of one source.
#[derive(Debug)]
struct Excerpt {
    name: String,
    first_line: u32,
    text: String,
    lines: usize,
    marks: Vec<Mark>,
    /// Where `text` begins in the common offset space.
    base: usize,
}

/// A place in an excerpt.
#[derive(Debug)]
struct Mark {
    range: Range<usize>,
    position: Position,
    message: Option<String>,
    primary: bool,
}

/// A place in its source, cut to its first line.
struct Place<'a> {
    source: SourceId,
    line: u32,
    position: Position,
    range: Range<usize>,
    message: Option<&'a str>,
    primary: bool,
}

impl Excerpts {
    /// The excerpts of a finding, the one with its own place first.
    pub(super) fn of(sources: &Sources, finding: &Finding) -> Self {
        let own = place(sources, finding.span, finding.label.as_deref(), true);
        Self::around(sources, own, &finding.related)
    }

    /// The excerpt of one place.
    pub(super) fn at(sources: &Sources, span: Span) -> Self {
        Self::around(sources, place(sources, span, None, true), &[])
    }

    fn around(sources: &Sources, own: Place<'_>, related: &[Label]) -> Self {
        let mut groups: Vec<Vec<Place<'_>>> = vec![vec![own]];
        for label in related.iter().take(PLACES) {
            let new = place(sources, label.span, Some(&label.message), false);
            match groups.iter_mut().find(|group| joins(group, &new)) {
                Some(group) => group.push(new),
                None => groups.push(vec![new]),
            }
        }
        let mut base = 0;
        let cut = |group: Vec<Place<'_>>| {
            let mut excerpt = excerpt(sources.get(group[0].source), &group);
            excerpt.base = base;
            // One byte apart, so that no offset belongs to two excerpts.
            base += excerpt.text.len() + 1;
            excerpt
        };
        Self(groups.into_iter().map(cut).collect())
    }

    /// The places, the finding's own one as the primary.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.0.iter().flat_map(|excerpt| {
            excerpt.marks.iter().map(|mark| {
                let span = (excerpt.base + mark.range.start, mark.range.len());
                if mark.primary {
                    LabeledSpan::new_primary_with_span(mark.message.clone(), span)
                } else {
                    LabeledSpan::new_with_span(mark.message.clone(), span)
                }
            })
        })
    }
}

impl SourceCode for Excerpts {
    /// The excerpt a span lies in; with no lines of context asked for, miette wants the
    /// place's line and column, which are those of the source.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let excerpt = self
            .0
            .iter()
            .find(|one| one.base <= start && end <= one.base + one.text.len())
            .ok_or(MietteError::OutOfBounds)?;
        let mark = excerpt
            .marks
            .iter()
            .find(|mark| before == 0 && excerpt.base + mark.range.start == start);
        let (line, column) = mark.map_or((excerpt.first_line, 1), |mark| {
            (mark.position.line, mark.position.column)
        });
        Ok(Box::new(MietteSpanContents::new_named(
            excerpt.name.clone(),
            excerpt.text.as_bytes(),
            (excerpt.base, excerpt.text.len()).into(),
            line as usize - 1,
            column as usize - 1,
            excerpt.lines,
        )))
    }
}

fn place<'a>(sources: &Sources, span: Span, message: Option<&'a str>, primary: bool) -> Place<'a> {
    let source = sources.get(span.source);
    let range = source.clamp(span);
    let (position, _) = sources.positions(span);
    let (line_start, line) = source.line(position.line);
    let line_end = line_start + line.len();
    let start = range.start.min(line_end);
    Place {
        source: span.source,
        line: position.line,
        position,
        range: start..range.end.min(line_end).max(start),
        message,
        primary,
    }
}

/// Whether a place is drawn in the excerpt of a group: near it, and not over one of its
/// places, which miette cannot draw.
fn joins(group: &[Place<'_>], new: &Place<'_>) -> bool {
    let first = &group[0];
    let near = first.source == new.source && first.line.abs_diff(new.line) <= LINES_JOINED;
    near && group.iter().all(|other| {
        let apart = other.range.end <= new.range.start || new.range.end <= other.range.start;
        let same_window =
            other.line != new.line || other.range.start.abs_diff(new.range.start) < LONG;
        apart && same_window && !other.range.is_empty() && !new.range.is_empty()
    })
}

/// The lines of some places of one source, with a line of context on both sides.
fn excerpt(source: &Source, places: &[Place<'_>]) -> Excerpt {
    let lines = || places.iter().map(|place| place.line);
    let context = u32::try_from(CONTEXT).unwrap_or(0);
    let first = lines().min().unwrap_or(1).saturating_sub(context).max(1);
    let last_of_source = u32::try_from(source.line_count()).unwrap_or(u32::MAX);
    let last = (lines().max().unwrap_or(1) + context).min(last_of_source);
    // Of a source that is an excerpt itself, lines beside a place may be missing.
    let is_there = |number: &u32| source.has_line(*number);
    let first = (first..=last).find(is_there).unwrap_or(first);
    let last = (first..=last).rfind(is_there).unwrap_or(last);
    let mut cut = Excerpt {
        name: printable(&source.name).into_owned(),
        first_line: first,
        text: String::new(),
        lines: (last - first) as usize + 1,
        marks: Vec::new(),
        base: 0,
    };
    for number in first..=last {
        if number > first {
            cut.text.push('\n');
        }
        let mut here: Vec<_> = places.iter().filter(|place| place.line == number).collect();
        here.sort_by_key(|place| place.range.start);
        if source.has_line(number) {
            line(source, number, &here, &mut cut);
        } else {
            cut.text.push('…');
        }
    }
    if cut.text.is_empty() {
        // miette draws nothing at all of an empty text.
        cut.text.push(' ');
    }
    cut
}

/// Appends one line, cut around its places where it is long.
fn line(source: &Source, number: u32, places: &[&Place<'_>], cut: &mut Excerpt) {
    let (start, text) = source.line(number);
    let end = start + text.len();
    let window = if text.len() <= LONG {
        start..end
    } else {
        let from = places.first().map_or(start, |place| place.range.start);
        let to = places.last().map_or(start + LONG, |place| {
            place.range.end.min(place.range.start + LONG) + AROUND
        });
        let from = if places.is_empty() {
            start
        } else {
            from.saturating_sub(AROUND).max(start)
        };
        floor(source, from)..floor(source, to.min(end))
    };
    if window.start > start {
        cut.text.push('…');
    }
    let mut at = window.start;
    for place in places {
        let from = place.range.start.clamp(at, window.end);
        let to = floor(source, place.range.end.clamp(from, window.end));
        push(source, at..from, cut);
        let begin = cut.text.len();
        push(source, from..to, cut);
        cut.marks.push(Mark {
            range: begin..cut.text.len(),
            position: place.position,
            message: place.message.map(|message| sentence(message).into_owned()),
            primary: place.primary,
        });
        at = to;
    }
    push(source, at..window.end, cut);
    if window.end < end {
        cut.text.push('…');
    }
}

/// Appends text of a source; tabs stay, for miette expands them.
fn push(source: &Source, range: Range<usize>, cut: &mut Excerpt) {
    for (index, part) in source.shown(range).split('\t').enumerate() {
        let tab = if index > 0 { "\t" } else { "" };
        // Writing to a string does not fail.
        let _ = write!(cut.text, "{tab}{}", printable(part));
    }
}

fn floor(source: &Source, mut offset: usize) -> usize {
    while !source.text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
