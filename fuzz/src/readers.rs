//! Readers by themselves: bytes to a model, and what was wrong with them.

use std::ops::Range;

use sipdns_lint::expression::{self, Budget, MAX_BYTES, Value};
use sipdns_lint::live::Key;
use sipdns_lint::phone;
use sipdns_lint::select::baseline::Baseline;
use sipdns_lint::settings;
use sipdns_lint::source::{Fault, Origin, Source, SourceId, Sources, Span};
use sipdns_lint::yaml::{self, Node};
use sipdns_lint::zone::{self, Format, ReadOptions};

/// Characters of one value whose places are looked at: each is counted from the first.
const MOST_PARTS: usize = 64;

/// Reads bytes as zones of one format.
pub fn zone(format: Format, bytes: &[u8]) {
    let (sources, id) = source(bytes);
    for zone in zone::read(&sources, id, format, &ReadOptions::default()) {
        for trouble in &zone.troubles {
            assert!(has_place(&sources, trouble.span), "{trouble:?}");
        }
        for set in zone.contents.all_sets() {
            assert!(!set.records.is_empty(), "{}", set.owner);
            for record in set.records.iter() {
                assert!(has_place(&sources, record.span), "{record:?}");
            }
        }
    }
}

/// Reads bytes as a handset's configuration.
pub fn phone(bytes: &[u8]) {
    let (sources, id) = source(bytes);
    for trouble in phone::read(&sources, id).troubles {
        assert!(has_place(&sources, trouble.span), "{trouble:?}");
    }
}

/// Reads bytes as YAML, and holds what it is to the shape of settings.
pub fn yaml(bytes: &[u8]) {
    let (sources, id) = source(bytes);
    match yaml::read(&sources, id) {
        Ok(Some(root)) => {
            node(&sources, &root);
            let mut faults = Vec::new();
            settings::shape().check(&root, &mut faults);
            for fault in &faults {
                fault_has_place(&sources, fault);
            }
        }
        Ok(None) => {}
        Err(fault) => fault_has_place(&sources, &fault),
    }
}

/// Every value has a place, and so has every part of its text.
fn node(sources: &Sources, of: &Node) {
    in_text(sources, of.span);
    let text = of.text();
    for (start, character) in text.char_indices().take(MOST_PARTS) {
        in_text(
            sources,
            of.part(sources, start, start + character.len_utf8()),
        );
    }
    if matches!(of.value, yaml::Value::List(_)) {
        of.list().iter().for_each(|inner| node(sources, inner));
    }
    for (key, inner) in of.entries() {
        in_text(sources, key.span);
        node(sources, inner);
    }
}

/// Reads text as an expression, and evaluates it for a record and for sets of records.
pub fn expression(text: &str) {
    let expression = match expression::parse(text, &["record", "records"]) {
        Ok(expression) => expression,
        Err(wrong) => return in_expression(text, wrong.range),
    };
    assert!(text.len() <= MAX_BYTES, "{} bytes", text.len());
    for variables in [
        variables(&[]),
        variables(&["10.225.2.31", "", "SIP+D2U", "ü"]),
    ] {
        let mut budget = Budget::of(0);
        match expression.evaluate(&variables, &mut budget) {
            // Whatever it is, it can be written into a message.
            Ok(value) => drop(value.to_string()),
            Err(failure) => in_expression(text, failure.range),
        }
    }
}

fn variables(texts: &[&str]) -> Vec<(&'static str, Value)> {
    let record = |text: &&str| {
        Value::fields(vec![
            ("address", Value::text(text)),
            ("ttl", Value::number(u32::MAX)),
            ("empty", Value::list([])),
            ("texts", Value::list(texts.iter().copied().map(Value::text))),
        ])
    };
    vec![
        ("record", record(&"piper.eslab.local.")),
        ("records", Value::list(texts.iter().map(record))),
    ]
}

fn in_expression(text: &str, range: Range<usize>) {
    assert!(text.get(range.clone()).is_some(), "{range:?}");
}

/// Reads bytes as a baseline.
pub fn baseline(bytes: &[u8]) {
    let (sources, id) = source(bytes);
    if let Err(fault) = Baseline::of(id, &sources) {
        fault_has_place(&sources, &fault);
    }
}

/// Reads text as the key of zone transfers.
pub fn key(text: &str) {
    if let Err(error) = Key::read(text) {
        assert!(!error.to_string().is_empty());
    }
}

/// A span shows text, unless there is none to show.
pub(crate) fn has_place(sources: &Sources, span: Span) -> bool {
    !sources.text(span).is_empty() || sources.get(span.source).text.is_empty()
}

fn fault_has_place(sources: &Sources, fault: &Fault) {
    in_text(sources, fault.span);
    assert!(!fault.message.is_empty());
}

/// A span begins in its text, between characters, and shows something where there is a text.
/// That of nothing is one byte long, so that the end of one may lie in a character or behind
/// the text.
fn in_text(sources: &Sources, span: Span) {
    let text = &sources.get(span.source).text;
    let (start, end) = (span.range().start, span.range().end);
    assert!(
        text.is_char_boundary(start) && end <= text.len() + 1,
        "{span:?}"
    );
    assert!(has_place(sources, span), "{span:?}");
}

fn source(bytes: &[u8]) -> (Sources, SourceId) {
    let sources = Sources::new();
    let id = sources.add(Source::from_bytes(
        "eslab.local.txt",
        Origin::Stdin,
        bytes.to_vec(),
    ));
    (sources, id)
}
