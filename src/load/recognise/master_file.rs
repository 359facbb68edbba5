//! Master files: told by a directive, an SOA record, or most of their lines.

use super::{Judgement, markup, without_comment};
use crate::dns::RecordType;

/// Lines with content that are looked at before a text is judged.
const LINES: usize = 2000;

/// Judges a text.
pub(super) fn judge(text: &str) -> Judgement {
    let evidence = Evidence::of(text);
    let binary = text.contains('\0');
    if evidence.certain || (!binary && markup(text).is_none() && evidence.mostly_records()) {
        return Judgement::Likely;
    }
    if binary {
        return Judgement::impossible("it holds NUL characters");
    }
    if let Some(first) = markup(text) {
        return Judgement::impossible(format!("it begins with `{first}`"));
    }
    let why = if evidence.lines == 0 {
        "it holds no record".to_owned()
    } else {
        format!(
            "{} of its first {} lines can be DNS records",
            evidence.records, evidence.lines
        )
    };
    Judgement::No { nearness: 50, why }
}

/// What speaks for a master file.
#[derive(Debug, Default)]
struct Evidence {
    /// A directive or an SOA record stands there.
    certain: bool,
    /// Lines with content, outside parentheses.
    lines: usize,
    /// Lines among them that have the shape of a record.
    records: usize,
}

impl Evidence {
    fn of(text: &str) -> Self {
        let mut evidence = Self::default();
        for line in records(text).take(LINES) {
            evidence.lines += 1;
            match shape(line) {
                Shape::Certain => {
                    evidence.certain = true;
                    break;
                }
                Shape::Record => evidence.records += 1,
                Shape::Other => {}
            }
        }
        evidence
    }

    fn mostly_records(&self) -> bool {
        self.records > 0 && self.records * 2 >= self.lines
    }
}

/// The lines that begin a record or are a directive, without comments: those with content,
/// outside parentheses.
pub(super) fn records(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    text.lines().filter_map(move |line| {
        let bare = without_comment(line);
        if bare.trim().is_empty() {
            return None;
        }
        let begins = depth == 0;
        let opened = bare.matches('(').count();
        depth = (depth + opened).saturating_sub(bare.matches(')').count());
        begins.then_some(bare)
    })
}

/// What speaks for a zone in a line: nothing, the shape of a record or a TTL in its place, or
/// twice as much, an SOA record or a directive in the first column.
pub(super) fn weight(line: &str) -> usize {
    match shape(line) {
        Shape::Certain if line.trim_start().starts_with('$') && !line.starts_with('$') => 0,
        Shape::Certain => 2,
        Shape::Record => 1,
        Shape::Other => usize::from(line.split_whitespace().nth(1).is_some_and(is_ttl)),
    }
}

enum Shape {
    Certain,
    Record,
    Other,
}

/// The shape of a line: `[owner] [TTL] [class] type data`, TTL and class in any order, or a
/// directive (RFC 1035 5.1). Of types that are words of other languages too, the data must
/// be of the right shape.
fn shape(line: &str) -> Shape {
    const DIRECTIVES: [&str; 4] = ["$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"];
    let first = line.split_whitespace().next().unwrap_or_default();
    if DIRECTIVES
        .iter()
        .any(|word| word.eq_ignore_ascii_case(first))
    {
        return Shape::Certain;
    }
    let mut tokens = from_type(line);
    let Some(kind) = tokens.next() else {
        return Shape::Other;
    };
    let data: Vec<&str> = tokens.take(3).collect();
    let number = |at: usize| {
        let token = data.get(at).map(|token| token.trim_start_matches('('));
        token.is_some_and(|token| token.starts_with(|first: char| first.is_ascii_digit()))
    };
    let shaped = match kind.to_ascii_uppercase().as_str() {
        // Two names, then a serial number; the numbers may begin on the next line.
        "SOA" => {
            let opened = data.last().is_some_and(|token| token.ends_with('('));
            return if number(2) || (opened && data.len() != 2) {
                Shape::Certain
            } else {
                Shape::Other
            };
        }
        "A" | "MX" | "SRV" | "NAPTR" => number(0),
        "AAAA" => data.first().is_some_and(|token| token.contains(':')),
        kind => is_type(kind) && !data.is_empty(),
    };
    if shaped { Shape::Record } else { Shape::Other }
}

/// The type of the record on a line, as it is written.
pub(super) fn record_type(line: &str) -> Option<&str> {
    from_type(line).next()
}

/// The class of the record on a line, where it is written.
pub(super) fn class(line: &str) -> Option<&str> {
    let data = from_type(line).next()?;
    let before = line.split_whitespace().take_while(|token| *token != data);
    before.filter(|token| is_class(token)).last()
}

/// The type of a record and its data: what stands behind owner, TTL and class.
fn from_type(line: &str) -> impl Iterator<Item = &str> {
    let has_owner = !line.starts_with([' ', '\t']);
    // Windows writes the age of a dynamic record in front: `[AGE:3634093]`, `[Aging:…]`.
    let in_front = |token: &&str| {
        is_ttl(token) || is_class(token) || (token.starts_with('[') && token.ends_with(']'))
    };
    let tokens = line.split_whitespace().skip(usize::from(has_owner));
    tokens.skip_while(in_front)
}

/// `3600`, `1h30m`.
fn is_ttl(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_digit())
        && token
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"smhdwSMHDW".contains(&byte))
}

fn is_class(token: &str) -> bool {
    ["IN", "CH", "CHAOS", "HS", "HESIOD", "CS"]
        .iter()
        .any(|class| class.eq_ignore_ascii_case(token))
}

/// A record type, in capital letters.
fn is_type(upper: &str) -> bool {
    let number = upper.strip_prefix("TYPE");
    number.is_some_and(|digits| digits.parse::<u16>().is_ok())
        || upper.parse::<RecordType>().is_ok()
        || [
            "MB", "MG", "MR", "MINFO", "AFSDB", "RP", "WINS", "WINS-R", "LOC", "SPF", "DHCID",
        ]
        .contains(&upper)
}
