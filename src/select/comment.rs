//! Ignores that stand in the inputs: `; sipdns-lint: ignore[rule] -- reason`.
//!
//! A comment behind a record covers that line; one on a line of its own covers the next line,
//! or the whole record where parentheses or a tag go on over several. XML comments may not
//! hold `--`, so there the reason stands behind a colon.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use memchr::memmem;

use crate::site::{Kind, Site};
use crate::source::{MARK, Source, SourceId, Span, Spanned};
use crate::zone::Format;

/// Lines that one ignore covers at most, and that are passed over to find what it covers.
const MAX_LINES: u32 = 100;

/// An ignore.
#[derive(Debug)]
pub(super) struct Comment {
    /// From `sipdns-lint:` to the end of the comment.
    pub(super) span: Span,
    /// The rules it names; empty where it cannot be read.
    pub(super) rules: Vec<Spanned<String>>,
    /// Why it counts for nothing.
    pub(super) fault: Option<&'static str>,
    /// The lines whose findings it suppresses.
    covers: RangeInclusive<u32>,
}

/// How a language writes comments.
#[derive(Clone, Copy, PartialEq)]
enum Language {
    /// To the end of the line, behind this character.
    Line(char),
    /// `<!-- … -->`
    Xml,
}

impl Language {
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Zone(Format::MasterFile | Format::WindowsDns | Format::DnscmdPrint)
            | Kind::ZoneFragment => Some(Self::Line(';')),
            Kind::Zone(Format::Dnsmasq) => Some(Self::Line('#')),
            Kind::PhoneConfig | Kind::ProvisioningMaster => Some(Self::Xml),
            _ => None,
        }
    }

    /// Where comments begin, and their first words, in order; words that are not the first of a
    /// comment are left out.
    fn openings(self, source: &Source) -> Vec<(usize, usize)> {
        let text = &*source.text;
        // What was counted of a line stays counted: one may hold all of them.
        let (mut counted, mut quotes) = (0, 0);
        let mut opening = |at: usize| {
            let before = text[..at].trim_end_matches([' ', '\t']);
            let opener = match self {
                Self::Xml => return before.strip_suffix("<!--").map(str::len),
                Self::Line(opener) => opener,
            };
            let before = before.strip_suffix(opener)?;
            let mut passed = &text[counted..before.len()];
            if let Some(end) = passed.rfind(['\n', '\r']) {
                passed = &passed[end..];
                quotes = 0;
            }
            counted = before.len();
            quotes += passed.matches('"').count();
            // Inside a quoted string it is text.
            (quotes % 2 == 0).then_some(before.len())
        };
        let marks = source.marks().iter();
        marks.filter_map(|at| Some((opening(*at)?, *at))).collect()
    }

    /// Where the comment ends.
    fn end(self, text: &str, at: usize) -> usize {
        let end = match self {
            Self::Xml => memmem::find(&text.as_bytes()[at..], b"-->"),
            Self::Line(_) => memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]),
        };
        end.map_or(text.len(), |length| at + length)
    }
}

/// Every ignore of every input, in the order of places.
pub(super) fn of_inputs(site: &Site, require_reason: bool) -> Vec<Comment> {
    let mut comments = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for input in &site.inputs {
        if let Some(language) = Language::of(input.kind)
            && seen.insert(input.source)
        {
            let source = site.sources.get(input.source);
            find(
                source,
                input.source,
                language,
                require_reason,
                &mut comments,
            );
        }
    }
    comments
}

/// A rule in a line.
pub(super) type Covered<'a> = (SourceId, u32, &'a str);

/// The comments that cover a rule in a line, each with the index of that among its rules.
pub(super) fn by_line(comments: &[Comment]) -> HashMap<Covered<'_>, Vec<(usize, usize)>> {
    let mut covered: HashMap<_, Vec<(usize, usize)>> = HashMap::new();
    for (index, comment) in comments.iter().enumerate() {
        if comment.fault.is_some() {
            continue;
        }
        for line in comment.covers.clone() {
            for (of_rule, rule) in comment.rules.iter().enumerate() {
                let key = (comment.span.source, line, rule.value.as_str());
                let ignores = covered.entry(key).or_default();
                // One that names the rule twice needs it once.
                if ignores.last().is_none_or(|(last, _)| *last != index) {
                    ignores.push((index, of_rule));
                }
            }
        }
    }
    covered
}

fn find(
    source: &Source,
    id: SourceId,
    language: Language,
    require_reason: bool,
    comments: &mut Vec<Comment>,
) {
    let openings = language.openings(source);
    let next = openings.iter().skip(1).map(|(opening, _)| *opening);
    for (&(opening, at), next) in openings.iter().zip(next.chain([source.text.len()])) {
        let end = language.end(&source.text[..next], at);
        let text = source.text[at..end].trim_end();
        let span = Span::new(id, at, at + text.len());
        let covers = covered(source, language, opening, end);
        let mut comment = Comment {
            span,
            rules: Vec::new(),
            fault: None,
            covers,
        };
        match parse(text) {
            None => comment.fault = Some("this is no ignore that can be read"),
            Some((rules, reason)) => {
                let rule = |(start, rule): (usize, &str)| {
                    let start = at + start;
                    Spanned::new(rule.to_owned(), Span::new(id, start, start + rule.len()))
                };
                comment.rules = rules.into_iter().map(rule).collect();
                if require_reason && !reason {
                    comment.fault = Some("an ignore without a reason counts for nothing here");
                }
            }
        }
        comments.push(comment);
    }
}

/// The rules with their offsets, and whether a reason stands behind them.
fn parse(text: &str) -> Option<(Vec<(usize, &str)>, bool)> {
    let behind = text[MARK.len()..].trim_start().strip_prefix("ignore")?;
    let list = behind.trim_start().strip_prefix('[')?;
    let start = text.len() - list.len();
    let (list, rest) = list.split_once(']')?;
    let mut rules = Vec::new();
    let mut at = start;
    for word in list.split(',') {
        let rule = word.trim();
        if rule.is_empty() {
            return None;
        }
        rules.push((at + (word.len() - word.trim_start().len()), rule));
        at += word.len() + 1;
    }
    let rest = rest.trim();
    let separators = ["--", ":", "—", "–", "-"];
    let reason = separators.iter().find_map(|one| rest.strip_prefix(one));
    match reason {
        Some(reason) => Some((rules, !reason.trim().is_empty())),
        None if rest.is_empty() => Some((rules, false)),
        None => None,
    }
}

/// The lines that a comment covers.
fn covered(source: &Source, language: Language, opening: usize, end: usize) -> RangeInclusive<u32> {
    let line_at = |offset: usize| {
        source
            .position(u32::try_from(offset).unwrap_or(u32::MAX))
            .line
    };
    let own = line_at(opening);
    let (start, _) = source.line(own);
    let alone = source.text[start..opening].trim().is_empty();
    match language {
        Language::Xml if alone => {
            let (from, to) = next_tag(&source.text, end);
            let last = line_at(to).min(line_at(from) + MAX_LINES);
            line_at(from)..=last
        }
        Language::Xml => {
            let tag = source.text[..opening].rfind('<').unwrap_or(opening);
            line_at(tag).max(own.saturating_sub(MAX_LINES))..=own
        }
        Language::Line(_) if !alone => own..=own,
        Language::Line(opener) => {
            let lines = u32::try_from(source.line_count()).unwrap_or(u32::MAX);
            let text = |line: u32| source.line(line).1.trim();
            let mut behind = own + 1..=lines.min(own + MAX_LINES);
            let first = behind.find(|line| {
                let text = text(*line);
                !text.is_empty() && !text.starts_with(opener)
            });
            let Some(first) = first else { return own..=own };
            let mut depth = 0;
            let mut last = first;
            for line in first..=lines.min(first + MAX_LINES) {
                last = line;
                depth += opened(text(line), opener);
                if opener != ';' || depth <= 0 {
                    break;
                }
            }
            first..=if depth > 0 { first } else { last }
        }
    }
}

/// Parentheses that a line opens less those it closes, quotes and comments apart.
fn opened(line: &str, comment: char) -> i32 {
    let mut depth = 0;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            other if other == comment && !quoted => break,
            _ => {}
        }
    }
    depth
}

/// The longest tag that is covered whole, in bytes.
const LONGEST_TAG: usize = 1 << 16;

/// The next tag behind a place that is no comment: its `<` and its `>`.
fn next_tag(text: &str, behind: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let starts = memchr::memchr_iter(b'<', &bytes[behind..]).map(|at| behind + at);
    let mut starts = starts.take(MAX_LINES as usize);
    let Some(start) = starts.find(|at| !bytes[*at..].starts_with(b"<!--")) else {
        return (behind, behind);
    };
    let mut quote = None;
    for (length, byte) in bytes[start..].iter().take(LONGEST_TAG).enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => return (start, start + length),
            _ => {}
        }
    }
    (start, start)
}
