//! `src/phone/parameters.tsv` as a table sorted by key.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One row for one spelling, indexes left open.
struct Row {
    /// Largest index at each `#` of the key; 0 where any is fine.
    limits: Vec<u32>,
    permitted: String,
    default: String,
    meaning: String,
    source: String,
    confidence: String,
}

/// `static SPECS`, sorted by key: the name with `#` for each index.
pub(crate) fn table(text: &str) -> String {
    let mut rows = BTreeMap::new();
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    for line in lines {
        let columns: Vec<_> = line.split('\t').collect();
        let [pattern, permitted, default, meaning, source, confidence] = columns[..] else {
            panic!("parameters.tsv: not six columns: {line}");
        };
        for name in alternatives(pattern) {
            let (key, limits) = key(&name);
            let row = Row {
                limits,
                permitted: self::permitted(permitted),
                default: if default == "empty" { "" } else { default }.to_owned(),
                meaning: meaning.to_owned(),
                source: source.to_owned(),
                confidence: self::confidence(confidence),
            };
            assert!(
                rows.insert(key.clone(), row).is_none(),
                "parameters.tsv: {key} stands in two rows"
            );
        }
    }
    let mut code = String::from("#[allow(clippy::unreadable_literal)]\n");
    code.push_str("static SPECS: &[Spec] = &[\n");
    for (key, row) in rows {
        let _ = writeln!(
            code,
            "    Spec {{ key: {key:?}, limits: &{:?}, permitted: {}, default: {:?}, \
             meaning: {:?}, source: {:?}, confidence: {} }},",
            row.limits, row.permitted, row.default, row.meaning, row.source, row.confidence,
        );
    }
    code.push_str("];\n");
    code
}

/// Every name that a pattern with `(a|b)` stands for.
fn alternatives(pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('(') else {
        return vec![pattern.to_owned()];
    };
    let (choices, after) = rest
        .split_once(')')
        .unwrap_or_else(|| panic!("parameters.tsv: `(` is not closed in {pattern}"));
    choices
        .split('|')
        .flat_map(|choice| {
            alternatives(after)
                .into_iter()
                .map(move |after| format!("{before}{choice}{after}"))
        })
        .collect()
}

/// The key of a name, and the largest index at each of its `#`.
fn key(name: &str) -> (String, Vec<u32>) {
    let mut limits = Vec::new();
    let segments: Vec<_> = name
        .split('.')
        .map(|segment| {
            let Some(index) = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            else {
                return segment;
            };
            if index == "*" {
                return "*";
            }
            limits.push(match index.strip_prefix("1-") {
                Some(limit) => number(limit),
                None => 0,
            });
            "#"
        })
        .collect();
    (segments.join("."), limits)
}

fn permitted(text: &str) -> String {
    match text {
        "text" => return "Permitted::Text".to_owned(),
        "host" => return "Permitted::Host".to_owned(),
        "ipv4" => return "Permitted::Ipv4".to_owned(),
        _ => {}
    }
    let choices: Vec<_> = text
        .split(" | ")
        .map(|choice| {
            if let Some(word) = choice
                .strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''))
            {
                format!("Choice::ExactWord({word:?})")
            } else if choice.starts_with(|c: char| c.is_ascii_digit()) {
                let (low, high) = choice.split_once('-').unwrap_or((choice, choice));
                let high = if high.is_empty() {
                    u32::MAX
                } else {
                    number(high)
                };
                format!("Choice::Range({}, {high})", number(low))
            } else {
                format!("Choice::Word({choice:?})")
            }
        })
        .collect();
    format!("Permitted::OneOf(&[{}])", choices.join(", "))
}

fn confidence(text: &str) -> String {
    let name = match text {
        "high" => "High",
        "medium" => "Medium",
        "unverified" => "Unverified",
        other => panic!("parameters.tsv: no confidence is called `{other}`"),
    };
    format!("Confidence::{name}")
}

fn number(text: &str) -> u32 {
    text.parse()
        .unwrap_or_else(|_| panic!("parameters.tsv: `{text}` is no number"))
}
