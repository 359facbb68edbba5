//! The name of a zone where nobody gave it: from the comments at the head of the file, else
//! from the file's name and the names in it.

use super::Reader;
use crate::dns::{Name, WrittenName};
use crate::source::{Origin, Source};
use crate::zone::fields::{Fault, read_name, shown, span_of};
use crate::zone::lexer::{Entry, Token};
use crate::zone::text::Text;
use crate::zone::{Format, name};

mod file_name;
mod names;

pub(in crate::zone) use file_name::stem;

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
    let last = file_name.and_then(without_folder);
    if last.is_some_and(|name| name.eq_ignore_ascii_case(ROOT_HINTS)) {
        return (Name::root(), Known::Surely);
    }
    from_file(last, text, names::zone_of)
}

/// The same for an export without comments, in which an owner may stand in any word.
pub(in crate::zone) fn of_export(file_name: Option<&str>, text: &str) -> (Name, Known) {
    let file = file_name.and_then(without_folder);
    from_file(file, text, names::zone_of_export)
}

fn without_folder(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).next()
}

/// What the name of a file (without its folder) tells, and the names in it.
fn from_file(
    file: Option<&str>,
    text: &str,
    zone_of: impl Fn(&str, &str) -> Option<Name>,
) -> (Name, Known) {
    match file.and_then(|name| zone_of(name, text)) {
        Some(zone) => (zone, Known::FromFileName),
        None => (Name::root(), Known::Not),
    }
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
            ("my zone.db", "", ".", Known::Not),
        ] {
            let (name, how) = guess(Some(file), text);
            assert_eq!((name.to_ascii().as_str(), how), (expected, known), "{file}");
        }
        assert_eq!(guess(None, "").1, Known::Not);
    }

    #[test]
    fn names_in_exports_tell_as_much() {
        for text in [
            "a  A  1\nsip1  A  1\n@  SRV  [1][10][5060][sip1.eslab.local.]\n@ NS a.eslab.local.\n",
            "{\"HostName\": \"a\", \"x\": \"a.eslab.local.\"}\n\"sip1\",\"sip1.eslab.local.\"",
        ] {
            let (name, known) = of_export(Some("customer.txt"), text);
            assert_eq!(
                (name.to_ascii().as_str(), known),
                ("eslab.local.", Known::FromFileName)
            );
        }
    }
}
