//! Files and folders that settings name: the folders above are those of the server, so that the
//! end of a path tells.

use std::collections::HashMap;
use std::path::{Component, Path};

/// What is known by its path.
pub(super) struct Paths<'p, T> {
    by_path: HashMap<&'p str, T>,
    /// By every end of its path; `None` where several paths end so.
    by_end: HashMap<&'p str, Option<T>>,
}

impl<'p, T: Copy> Paths<'p, T> {
    pub(super) fn of(paths: &'p [(String, T)]) -> Self {
        let mut by_end = HashMap::new();
        for (path, known) in paths {
            for end in ends(path) {
                by_end
                    .entry(end)
                    .and_modify(|other| *other = None)
                    .or_insert(Some(*known));
            }
        }
        let by_path = paths.iter().map(|(path, known)| (path.as_str(), *known));
        Self {
            by_path: by_path.collect(),
            by_end,
        }
    }

    /// What settings in a file `beside` it mean: what lies, by most of the path's end, in their
    /// folder or in one above; else what has most of the end in common, if there is one only.
    pub(super) fn meant(&self, written: &str, beside: &str) -> Option<T> {
        let written = joined(Path::new(written))?;
        let near = |end: &str| {
            let mut folders = above(beside);
            folders.find_map(|folder| self.by_path.get(format!("{folder}{end}").as_str()).copied())
        };
        let mut ends = ends(&written);
        let near = ends.clone().find_map(near);
        near.or_else(|| ends.find_map(|end| self.by_end.get(end).copied())?)
    }
}

/// A path's ends, the longest first: `a/b/c`, `b/c`, `c`.
fn ends(path: &str) -> impl Iterator<Item = &str> + Clone {
    let behind = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    std::iter::once(path).chain(behind)
}

/// The folders that a file lies in, each with `/` at its end, the innermost first: `a/b/`, `a/`
/// and none.
fn above(file: &str) -> impl Iterator<Item = &str> {
    let ends = file.rmatch_indices('/').map(|(at, _)| at + 1);
    ends.chain([0]).map(|end| &file[..end])
}

/// The folders of a path and the file's name, with `/` between them, as far as it does not lead
/// upwards; `None` where it leads nowhere.
pub(super) fn joined(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir => {
                parts.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 8] = [
        "named/a/db",
        "named/b/db",
        "db.x",
        "c/db.y",
        "d/db.y",
        "d/old/db.z",
        "d/db.z",
        "ns2/etc/db.z",
    ];

    #[test]
    fn the_file_is_the_one_with_most_of_the_path_in_common() {
        let files: Vec<_> = FILES
            .iter()
            .map(|file| (*file).to_owned())
            .zip(0..)
            .collect();
        let paths = Paths::of(&files);
        for (written, beside, expected) in [
            ("/etc/bind/a/db", "named.conf", Some(0)),
            ("b/db", "named.conf", Some(1)),
            ("/etc/bind/db.x", "named.conf", Some(2)),
            ("db.y", "named.conf", None),
            ("../c/db.y", "named.conf", Some(3)),
            ("db", "named.conf", None),
            ("", "named.conf", None),
            // Of several, that in the folder of the settings, or in one above.
            ("db.y", "d/named.conf", Some(4)),
            ("/var/lib/db.y", "c/conf/named.conf", Some(3)),
            ("db.z", "d/named.conf", Some(6)),
            ("/etc/db.z", "ns2/etc/named.conf", Some(7)),
            ("d/db.z", "named.conf", Some(6)),
        ] {
            assert_eq!(paths.meant(written, beside), expected, "{written} {beside}");
        }
    }
}
