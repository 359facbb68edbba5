use proptest::prelude::*;

use super::*;
use crate::source::{Origin, Span};

/// The text `old` with its parts replaced, and the diff of both, one way and back.
fn diffs(old: &str, parts: &[(Range<usize>, &str)]) -> (String, [String; 2]) {
    let sources = Sources::new();
    let id = sources.add(Source::new("zones/a", Origin::Stdin, old));
    let edits: Vec<_> = parts
        .iter()
        .map(|(range, text)| Edit {
            start: u32::try_from(range.start).expect("a short text"),
            end: u32::try_from(range.end).expect("a short text"),
            ..Edit::replace(Span::new(id, 0, 0), *text)
        })
        .collect();
    let edits = Edits {
        files: std::iter::once((id, edits)).collect(),
        ..Edits::default()
    };
    let new = edits.text(&sources, id);
    (
        new,
        [false, true].map(|undo| {
            let diff = unified(&sources, &edits, undo, Purpose::Reading);
            String::from_utf8(diff.bytes).expect("text")
        }),
    )
}

/// What `patch` makes of a text: every line that stays or goes has to be there.
fn patched(text: &str, diff: &str) -> String {
    let mut rest: Vec<&str> = lines(text).collect();
    rest.reverse();
    let mut new = String::new();
    let mut number = 1;
    let mut said = lines(diff).skip(2).peekable();
    while let Some(line) = said.next() {
        let (mark, mut line) = line.split_at(1);
        if mark == "@" {
            let old = line.split(['-', '+', ' ']).nth(2).expect("its place");
            let (first, count) = old.split_once(',').unwrap_or((old, "1"));
            let first: usize = first.parse().expect("a number");
            let first = if count == "0" { first + 1 } else { first };
            while number < first {
                new.push_str(rest.pop().expect("a line before the hunk"));
                number += 1;
            }
            continue;
        }
        if said.next_if(|next| next.starts_with('\\')).is_some() {
            line = line.strip_suffix('\n').expect("a line of the diff ends");
        }
        if mark != "+" {
            assert_eq!(rest.pop(), Some(line), "{diff}");
            number += 1;
        }
        if mark != "-" {
            new.push_str(line);
        }
    }
    new.extend(rest.iter().rev().copied());
    new
}

#[test]
fn hunks_show_changed_lines_and_three_around_them() {
    let old: Vec<_> = (1..=20).map(|number| number.to_string()).collect();
    let old = old.join("\n") + "\n";
    let at = |line: &str| {
        let start = old.find(&format!("\n{line}\n")).expect("a line") + 1;
        start..start + line.len()
    };
    let behind = |line: &str| at(line).end + 1..at(line).end + 1;
    let parts = [
        (at("4"), "four"),
        (at("5"), "five"),
        (at("12").start..at("12").end + 1, ""),
        (behind("19"), "x\ny\n"),
    ];
    let (_, [diff, undo]) = diffs(&old, &parts);
    assert_eq!(
        diff,
        "--- a/zones/a\n+++ b/zones/a\n\
         @@ -1,15 +1,14 @@\n 1\n 2\n 3\n-4\n-5\n+four\n+five\n 6\n 7\n 8\n 9\n 10\n 11\n-12\n 13\n 14\n \
         15\n@@ -17,4 +16,6 @@\n 17\n 18\n 19\n+x\n+y\n 20\n"
    );
    assert!(undo.contains("@@ -1,14 +1,15 @@\n") && undo.contains("\n-x\n-y\n 20\n"));
}

#[test]
fn a_text_without_a_last_line_end_is_told() {
    let (_, [diff, _]) = diffs("a", &[(1..1, "\nb\n")]);
    assert_eq!(
        diff,
        "--- a/zones/a\n+++ b/zones/a\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n"
    );
    let (_, [diff, undo]) = diffs("", &[(0..0, "b\n")]);
    assert_eq!(diff, "--- a/zones/a\n+++ b/zones/a\n@@ -0,0 +1 @@\n+b\n");
    assert_eq!(undo, "--- a/zones/a\n+++ b/zones/a\n@@ -1 +0,0 @@\n-b\n");
}

#[test]
fn what_changes_nothing_is_not_shown() {
    assert_eq!(diffs("a\nb\n", &[(2..3, "b")]).1, ["", ""]);
    assert_eq!(diffs("a\n\n\n", &[(2..2, "\n"), (3..4, "")]).1, ["", ""]);
}

#[test]
fn tabs_stay_and_passwords_do_not() {
    let old = "\t<a x='1' auth.password='hunter2'/>\u{7}\r\n<b password='b'/>\tb\n";
    let at = |part: &str| {
        let start = old.find(part).expect("a part of the text");
        start..start + part.len()
    };
    // Under its new name nobody would know it for a password.
    let parts = [(at("1"), "22"), (at("auth.password"), "auth.userId")];
    let (_, [diff, undo]) = diffs(old, &parts);
    assert_eq!(
        diff,
        "--- a/zones/a\n+++ b/zones/a\n@@ -1,2 +1,2 @@\n\
         -\t<a x='1' auth.password='*******'/>␇\r\n\
         +\t<a x='22' auth.userId='*******'/>␇\r\n <b password='*'/>\tb\n"
    );
    assert!(!undo.contains("hunter2"));
}

proptest! {
    /// Whatever is replaced by whatever: the diff makes the new text of the old one, and back.
    #[test]
    fn a_diff_makes_one_text_of_the_other(
        old in "([ab]|\n|\n\n\n\n\n|\t){0,40}",
        parts in prop::collection::vec((0_usize..12, 0_usize..6, "([ac]|\n){0,5}"), 0..8),
    ) {
        let mut at = 0;
        let mut ranges = Vec::new();
        for (before, length, text) in &parts {
            let start = at + before;
            if start + length > old.len() {
                break;
            }
            at = start + length + 1;
            ranges.push((start..start + length, text.as_str()));
        }
        let (new, [diff, undo]) = diffs(&old, &ranges);
        prop_assert_eq!(patched(&old, &diff), new.as_str(), "{}", diff);
        prop_assert_eq!(patched(&new, &undo), old.as_str(), "{}", undo);
        prop_assert!(new != old || diff.is_empty());
    }

    /// Lines that change one beside the other are shown as one block, without those around
    /// them that stay.
    #[test]
    fn only_lines_that_change_are_marked(changed in prop::collection::vec(any::<bool>(), 1..60)) {
        let old = "ab\n".repeat(changed.len());
        let lines = changed.iter().enumerate().filter(|(_, is_changed)| **is_changed);
        let parts: Vec<_> = lines.map(|(line, _)| (3 * line..3 * line + 1, "c")).collect();
        let (_, [diff, _]) = diffs(&old, &parts);
        for (mark, line) in [("-", "ab\n"), ("+", "cb\n")] {
            let marked = diff.split_inclusive('\n').skip(2).filter(|line| line.starts_with(mark));
            let marked: Vec<_> = marked.map(|line| &line[1..]).collect();
            prop_assert_eq!(marked, vec![line; parts.len()]);
        }
        prop_assert!(!diff.contains("\n+cb\n-ab\n"));
    }
}
