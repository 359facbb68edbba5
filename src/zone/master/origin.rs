//! The name of a zone where nobody gave it: from the comments at the head of the file, else
//! from the file's name, or from the names in it where that is but a label.

use std::collections::HashSet;

use super::Reader;
use crate::dns::{Name, WrittenName};
use crate::source::{COPY_WORDS, Origin, Source};
use crate::zone::fields::{Fault, read_name, shown, span_of};
use crate::zone::lexer::{Entry, Token};
use crate::zone::text::Text;
use crate::zone::{Format, name};

/// Endings that files of zones have.
const ENDINGS: &[&str] = &[
    ".zone", ".dns", ".db", ".txt", ".csv", ".json", ".xml", ".hosts", ".log",
];

/// What stands before the zone in many names of files, beside `db.`: unlike that, each may be
/// a label of a zone as well.
const BEGINNINGS: &[&str] = &["forward.", "fwd.", "pri."];

/// How much of a file is searched for a comment that names the zone.
const HEAD_LINES: usize = 40;

/// How the current origin is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Named by the caller, by `$ORIGIN`, by the SOA's owner or by the head comment.
    Surely,
    /// Guessed from the file's name, or from what the file shows.
    FromFileName,
    /// Not at all: names are read as if below the root.
    Not,
}

/// Windows' file of root hints: its `@` is the root, and nothing in it says so.
const ROOT_HINTS: &str = "cache.dns";

/// The origin of a file without `$ORIGIN`.
pub(crate) fn guess(file_name: Option<&str>, text: &str) -> (Name, Known) {
    if let Some(name) = from_comments(text) {
        return (name, Known::Surely);
    }
    let last = file_name.and_then(|name| name.rsplit(['/', '\\']).next());
    if last.is_some_and(|name| name.eq_ignore_ascii_case(ROOT_HINTS)) {
        return (Name::root(), Known::Surely);
    }
    match file_name.and_then(|name| from_file_name(name, text)) {
        // Most zones have names of more labels: `customer.txt` is no zone `customer`.
        Some(name) if name.num_labels() == 1 => {
            (from_names(text).unwrap_or(name), Known::FromFileName)
        }
        Some(name) => (name, Known::FromFileName),
        None => (Name::root(), Known::Not),
    }
}

/// How much of a file is searched for names that tell the zone's, in bytes.
const NAMES: usize = 1 << 16;

/// The domain of which the complete names in a file tell that it is the origin: with an owner
/// `sip1` and a target `sip1.eslab.local.` it is `eslab.local.` Two names must say so, and none
/// another.
fn from_names(text: &str) -> Option<Name> {
    let mut ends = (0..=text.len().min(NAMES)).rev();
    let end = ends.find(|end| text.is_char_boundary(*end))?;
    let lines = || {
        let lines = text[..end].split(['\n', '\r']);
        lines.map(|line| line.split(';').next().unwrap_or_default())
    };
    let owner = |line: &str| {
        let first = line.split([' ', '\t', '$', '@']).next()?;
        (!first.is_empty() && !first.ends_with('.')).then(|| first.to_ascii_lowercase())
    };
    let owners: HashSet<_> = lines().filter_map(owner).collect();
    let mut names = HashSet::new();
    let mut domains = HashSet::new();
    for word in lines().flat_map(str::split_ascii_whitespace) {
        let name = word.to_ascii_lowercase();
        let Some(complete) = name.strip_suffix('.') else {
            continue;
        };
        let dots = complete.match_indices('.').map(|(at, _)| at);
        let below = dots.filter(|at| owners.contains(&complete[..*at]));
        for at in below {
            domains.insert(complete[at + 1..].to_owned());
            names.insert(name.clone());
        }
    }
    let domain = domains.iter().next().filter(|_| names.len() > 1)?;
    (domains.len() == 1).then(|| absolute(domain)).flatten()
}

/// The zone that the head comment names, in the forms of Windows exports
/// (`; Database file x for eslab.local zone.`, `; Database file x for Default zone scope in
/// zone eslab.local.`), of `dnscmd` (`; Zone: eslab.local`) and of Cloudflare (`;; Domain:` and
/// `;; Exported:`).
fn from_comments(text: &str) -> Option<Name> {
    let named = head_comments(text).find_map(from_comment);
    named.or_else(|| cloudflares(text))
}

/// Cloudflare exported the file. A TTL of 1 means there that Cloudflare sets it.
pub(super) fn is_of_cloudflare(text: &str) -> bool {
    cloudflares(text).is_some()
}

/// The zone of Cloudflare's head comment. Remarks of people may say `; Domain:` of anything.
fn cloudflares(text: &str) -> Option<Name> {
    let after = |start: &str| head_comments(text).find_map(|line| line.strip_prefix(start));
    after(";; Exported:")?;
    absolute(after(";; Domain:")?.trim())
}

/// The comments before the first record or directive.
fn head_comments(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split(['\n', '\r']).map(str::trim);
    let head = lines.take_while(|line| line.is_empty() || line.starts_with(';'));
    head.take(HEAD_LINES)
}

/// The zone that one comment names in such a form.
pub(crate) fn from_comment(line: &str) -> Option<Name> {
    let words: Vec<_> = line
        .trim_start_matches(';')
        .split_whitespace()
        .take(16)
        .collect();
    let (["Database", "file", .., "in", "zone", name]
    | ["Database", "file", .., "for", name, "zone."]
    | ["Zone:", name]) = words.as_slice()
    else {
        return None;
    };
    absolute(name)
}

/// The name of a source that is a file.
pub(crate) fn file_name(source: &Source) -> Option<&str> {
    matches!(source.origin, Origin::File(_)).then_some(source.name.as_str())
}

/// `db.eslab.local`, `eslab.local.zone`, `zones/eslab.local.dns`, `forward.eslab.local`:
/// `eslab.local.`
fn from_file_name(path: &str, text: &str) -> Option<Name> {
    let mut stem = path.rsplit(['/', '\\']).next()?;
    let without_ending = |stem| ENDINGS.iter().find_map(|ending| strip_ending(stem, ending));
    while let Some(shorter) = without_ending(stem).or_else(|| without_copy(stem)) {
        stem = shorter;
    }
    if let Some(rest) = stem.get(3..)
        && stem[..3].eq_ignore_ascii_case("db.")
    {
        stem = rest;
    }
    let stem = stem.trim_end_matches('.');
    let stem = without_beginning(stem, text).unwrap_or(stem);
    let is_plausible = stem
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    // `_udp` is a folder of DNS Manager; no zone has such a name.
    let is_folder = stem.starts_with('_') && !stem.contains('.');
    (is_plausible && !is_folder)
        .then(|| absolute(stem))
        .flatten()
}

/// The name that a copy was made of: Windows and browsers call copies `eslab.local (2)`,
/// `eslab.local - Copy` and `eslab.local - Copy (2)`.
fn without_copy(stem: &str) -> Option<&str> {
    let numbered = stem.strip_suffix(')').and_then(|stem| {
        let (name, number) = stem.rsplit_once(" (")?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(name)
    });
    let name = numbered.unwrap_or(stem);
    let worded = name
        .rsplit_once(" - ")
        .filter(|(_, word)| COPY_WORDS.contains(&word.to_lowercase().as_str()));
    let name = worded.map(|(name, _)| name).or(numbered)?;
    name.contains('.').then_some(name)
}

/// The rest of a name of a file that begins with what is no part of the zone's name: the text
/// has the rest in complete names, and nowhere the whole.
fn without_beginning<'n>(stem: &'n str, text: &str) -> Option<&'n str> {
    let lower = stem.to_ascii_lowercase();
    let beginning = BEGINNINGS.iter().find(|it| lower.starts_with(**it))?;
    let rest = &lower[beginning.len()..];
    let text = text.to_ascii_lowercase();
    let is_named = |name: &str| text.contains(&format!("{name}."));
    (rest.contains('.') && is_named(rest) && !is_named(&lower)).then(|| &stem[beginning.len()..])
}

fn strip_ending<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0)?;
    name.get(at..)?
        .eq_ignore_ascii_case(ending)
        .then(|| &name[..at])
}

/// A name that is absolute, with or without a final dot.
pub(crate) fn absolute(text: &str) -> Option<Name> {
    name::read(text, &Name::root()).ok().map(|(name, _)| name)
}

/// Of a name that was meant to be complete.
pub(super) fn without_dot(text: &Text<'_>, token: &Token<'_>, meant: &Name) -> Fault {
    let written = shown(token.text);
    let message = format!("`{written}` has no final dot, so it means `{written}.{meant}`");
    Fault::new(span_of(text, token), message).meant(format!("{written}."))
}

impl Reader<'_> {
    /// The owner of an SOA record, which tells the origin where nothing in the file does. A
    /// name of several labels that repeats the origin, or has nothing to do with what the
    /// file's name suggests, was meant to be complete: no zone has its own name twice.
    pub(super) fn soa_owner(
        &mut self,
        text: &Text<'_>,
        entry: &Entry<'_>,
        token: Option<&Token<'_>>,
        mut owner: WrittenName,
    ) -> WrittenName {
        let origin = &self.scope.origin;
        let is_guessed = self.scope.known == Known::FromFileName;
        let token = token.filter(|token| owner.relative && !token.is("@"));
        if let (Some(token), Format::MasterFile) = (token, self.zone.format) {
            let meant = read_name(text, token, &Name::root());
            let meant = meant.ok().map(|meant| meant.name).filter(|meant| {
                let repeats = meant == origin && (is_guessed || meant.num_labels() > 1);
                repeats || (is_guessed && meant.num_labels() > 1 && !origin.zone_of(meant))
            });
            if let Some(meant) = meant {
                // Cloudflare leaves out this dot only, and takes such a file back.
                if !self.zone.is_of_cloudflare {
                    let fault = without_dot(text, token, origin);
                    let fault = fault.help("end the zone's name with a dot");
                    self.report(text, entry, fault, None);
                }
                owner.name = meant;
                owner.relative = false;
            }
        }
        if self.scope.known != Known::Surely && !owner.relative {
            self.scope.origin = owner.name.clone();
            self.scope.known = Known::Surely;
        }
        // `@`: the zone is the one that the file's name suggests, if that is like a zone's name.
        if is_guessed && self.scope.origin == owner.name && owner.name.num_labels() > 1 {
            self.scope.known = Known::Surely;
        }
        owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_before_the_file_name() {
        for (file, text, expected, known) in [
            (
                "x.dns",
                ";\n;  Database file x.dns for eslab.local zone.\n;\n",
                "eslab.local.",
                Known::Surely,
            ),
            (
                "x.dns",
                "\r\n;  Database file (null) for Default zone scope in zone contoso.local.\r\n",
                "contoso.local.",
                Known::Surely,
            ),
            (
                "x",
                ";  Zone:    SGC.EXAMPLE\n",
                "SGC.EXAMPLE.",
                Known::Surely,
            ),
            (
                "x",
                ";;\n;; Domain:     eslab.local.\n;; Exported:   2024-05-04\n",
                "eslab.local.",
                Known::Surely,
            ),
            (
                "eslab.local.zone",
                "; Domain: Hospital\n; Exported: never\n",
                "eslab.local.",
                Known::FromFileName,
            ),
            (
                "zones/eslab.local.zone",
                "a A 1\n; Zone: late",
                "eslab.local.",
                Known::FromFileName,
            ),
            ("db.eslab.local", "", "eslab.local.", Known::FromFileName),
            (
                "eslab.local.DNS.txt",
                "",
                "eslab.local.",
                Known::FromFileName,
            ),
            ("db.10", "", "10.", Known::FromFileName),
            (
                "zones/fwd.eslab.local.db",
                "@ NS ns1.eslab.local.",
                "eslab.local.",
                Known::FromFileName,
            ),
            (
                "forward.eslab.local",
                "@ NS ns1.forward.eslab.local.",
                "forward.eslab.local.",
                Known::FromFileName,
            ),
            (
                "pri.eslab.local",
                "",
                "pri.eslab.local.",
                Known::FromFileName,
            ),
            (
                "eslab.local.dns - Copy (2).txt",
                "",
                "eslab.local.",
                Known::FromFileName,
            ),
            (
                "eslab.local - Kopie.json",
                "",
                "eslab.local.",
                Known::FromFileName,
            ),
            (
                "_udp.eslab.local (1).txt",
                "",
                "_udp.eslab.local.",
                Known::FromFileName,
            ),
            ("_udp.txt", "", ".", Known::Not),
            ("eslab.local (old).txt", "", ".", Known::Not),
            ("eslab.local - udp.txt", "", ".", Known::Not),
            ("records (1).txt", "", ".", Known::Not),
            ("my zone.db", "", ".", Known::Not),
        ] {
            let (name, how) = guess(Some(file), text);
            assert_eq!((name.to_ascii().as_str(), how), (expected, known), "{file}");
        }
        assert_eq!(guess(None, "").1, Known::Not);
    }

    #[test]
    fn names_tell_more_than_a_file_name_of_one_label() {
        for (file, text, expected) in [
            (
                "customer.txt",
                "@ NS ns1.eslab.local.\nns1 A 1\nsip A 1\n_sip._udp SRV 0 0 0 SIP.eslab.local.\n",
                "eslab.local.",
            ),
            (
                "lan.zone",
                "@ NS ns1.eslab.local.\n@ NS ns2.eslab.local.\nns1 A 1\nns.lan. A 1\n",
                "lan.",
            ),
            (
                "customer.txt",
                "@ NS a.eslab.local.\n@ NS b.example.\na A 1\nb A 1 ; a.eslab.local. c.example.\n",
                "customer.",
            ),
            (
                "sub.example.zone",
                "@ NS a.eslab.local.\n@ NS b.eslab.local.\na A 1\nb A 1\n",
                "sub.example.",
            ),
        ] {
            let (name, how) = guess(Some(file), text);
            let found = (name.to_ascii(), how);
            assert_eq!(found, (expected.to_owned(), Known::FromFileName), "{file}");
        }
    }
}
