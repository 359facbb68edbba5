//! What the name of a file tells of the zone in it.

use crate::source::unmarked;

/// Endings that files of zones have.
const ENDINGS: &[&str] = &[
    ".zone", ".dns", ".db", ".txt", ".csv", ".json", ".xml", ".hosts", ".log", ".conf", ".fwd",
    ".forward", ".signed",
];

/// What stands before the zone in many names of files, beside `db.`: unlike that, each may be
/// a label of a zone as well.
pub(super) const BEGINNINGS: &[&str] = &["forward", "fwd", "pri", "master", "named", "zone"];

/// A file's name (without its folder) less what is no part of a zone's: `eslab.local` of
/// `db.eslab.local`, `eslab.local.dns.txt`, `eslab.local.zone.bak`.
pub(in crate::zone) fn stem(file: &str) -> &str {
    let mut stem = file;
    let without_ending = |stem| ENDINGS.iter().find_map(|ending| strip_ending(stem, ending));
    while let Some(shorter) = without_ending(stem).or_else(|| without_copy(stem)) {
        stem = shorter;
    }
    if let Some(rest) = stem.get(3..)
        && stem[..3].eq_ignore_ascii_case("db.")
    {
        stem = rest;
    }
    stem.trim_end_matches('.')
}

/// A zone can have that name.
pub(super) fn is_plausible(stem: &str) -> bool {
    let mut bytes = stem.bytes();
    // `_udp` is a folder of DNS Manager; no zone has such a name.
    let is_folder = stem.starts_with('_') && !stem.contains('.');
    !stem.is_empty()
        && !is_folder
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The name that a copy was made of; log rotation numbers its own: `eslab.local.zone.1`.
fn without_copy(stem: &str) -> Option<&str> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rotated = || {
        let (name, number) = stem.rsplit_once('.')?;
        let has_ending = ENDINGS
            .iter()
            .any(|ending| strip_ending(name, ending).is_some());
        (is_number(number) && has_ending).then_some(name)
    };
    let name = unmarked(stem).or_else(rotated)?;
    name.contains('.').then_some(name)
}

fn strip_ending<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0)?;
    name.get(at..)?
        .eq_ignore_ascii_case(ending)
        .then(|| &name[..at])
}
