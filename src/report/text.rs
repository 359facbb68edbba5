//! Texts on their way out: printable, in sentences, counted.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::dns::{Answer, Record};
use crate::finding::count;
use crate::handset::Mac;
use crate::site::Outcome;
use crate::source::without_passwords;

/// Text that cannot steer a terminal, on one line: control characters become pictures
/// (`␛`), characters without a shape of their own become `<U+200B>`.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let text = without_passwords(text);
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            // U+2400 and on are the pictures of U+0000 and on.
            '\0'..='\x1f' => clean.extend(char::from_u32(0x2400 + u32::from(character))),
            '\x7f' => clean.push('␡'),
            shapeless if is_shapeless(shapeless) => {
                // Writing to a string does not fail.
                let _ = write!(clean, "<U+{:04X}>", u32::from(shapeless));
            }
            other => clean.push(other),
        }
    }
    Cow::Owned(clean)
}

/// Whether a character behind space has no shape of its own: it steers a terminal, the
/// direction of text, or is not seen at all.
pub(super) fn is_shapeless(character: char) -> bool {
    matches!(
        character,
        '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// The longest text of a message that a text format shows, in characters.
const MESSAGE_LIMIT: usize = 1000;

/// A message as a text format shows it: printable, and cut where an input's token makes it
/// longer than anyone reads.
pub(crate) fn sentence(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MESSAGE_LIMIT) {
        None => printable(text),
        Some((end, _)) => Cow::Owned(format!("{}…", printable(&text[..end]))),
    }
}

/// MACs named before the rest is counted.
const HANDSETS_NAMED: usize = 3;

/// `1 handset: 00907a0a0001`, `1184 handsets: 00907a0a0001, … and 1181 more`.
pub(super) fn handsets(macs: &BTreeSet<Mac>) -> String {
    let named: Vec<_> = macs
        .iter()
        .take(HANDSETS_NAMED)
        .map(ToString::to_string)
        .collect();
    let rest = macs.len() - named.len();
    let more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    format!(
        "{}: {}{more}",
        count(macs.len(), "handset"),
        named.join(", ")
    )
}

/// `testserver.eslab.local, port 0, DNSnaptr`, then view and handsets as far as known.
pub(super) fn title(outcome: &Outcome<'_>) -> String {
    let entry = &outcome.setup.entry;
    let mut title = format!(
        "{}, port {}, {}",
        sentence(&entry.address.value),
        entry.port.value,
        sentence(entry.transport.value.as_str())
    );
    // Writing to a string does not fail.
    if let Some(view) = outcome.view() {
        let _ = write!(title, ", by {}", printable(view));
    }
    let macs = &outcome.setup.handsets;
    if !macs.is_empty() {
        let _ = write!(title, " ({})", handsets(macs));
    }
    title
}

/// A record in presentation format: `owner TTL TYPE data`.
pub(super) fn presentation(record: &Record) -> String {
    format!(
        "{} {} {} {}",
        record.owner.name,
        record.ttl.value,
        record.record_type(),
        record.data
    )
}

/// The records of an answer: of a positive one all, of a negative one the aliases that led
/// to it.
pub(super) fn records(answer: &Answer) -> impl Iterator<Item = &Record> {
    let records: &[Record] = match answer {
        Answer::Records(records) => records,
        Answer::NoData(negative) | Answer::NxDomain(negative) => &negative.aliases,
        Answer::Failed(_) | Answer::NotLoaded => &[],
    };
    records.iter()
}
