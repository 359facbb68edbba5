//! Changes of files as a unified diff.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{ChangeTag, TextDiff};

use super::edits::Edits;
use crate::report::printable;
use crate::site::Site;
use crate::source::Source;

/// Unchanged lines that are shown around changed ones.
const CONTEXT: usize = 3;

/// The changes as a unified diff that `patch -p1` takes, or what undoes them. Passwords on
/// the lines around are shown as `*`, and control characters as pictures, for it is made to
/// be read on a terminal; such a line keeps `patch` from applying that part.
pub fn unified(site: &Site, edits: &Edits<'_>, undo: bool) -> String {
    let mut out = String::new();
    for source in edits.files.keys() {
        let text = site.sources.get(*source);
        let secrets: Vec<&str> = text
            .secrets()
            .iter()
            .filter_map(|range: &Range<usize>| text.text.get(range.clone()))
            .filter(|secret| !secret.is_empty())
            .collect();
        let new = edits.text(site, *source);
        let old = text.text.as_str();
        let (before, after) = if undo { (&*new, old) } else { (old, &*new) };
        one(&mut out, text, (before, after), &secrets);
    }
    out
}

fn one(out: &mut String, source: &Source, (before, after): (&str, &str), secrets: &[&str]) {
    let diff = TextDiff::from_lines(before, after);
    let name = printable(&source.name);
    // Writing to a string does not fail.
    let _ = writeln!(out, "--- a/{name}\n+++ b/{name}");
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(out, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let mark = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let line = change.value();
            let end = line.len() - line.trim_end_matches(['\r', '\n']).len();
            let (line, ending) = line.split_at(line.len() - end);
            let mut shown = printable(line).into_owned();
            for secret in secrets.iter().filter(|secret| line.contains(**secret)) {
                let stars = "*".repeat(secret.chars().count());
                shown = shown.replace(&*printable(secret), &stars);
            }
            let _ = write!(out, "{mark}{shown}{ending}");
            if !ending.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
}
