//! Files and folders that settings name: the folders above are those of the server, so that the
//! end of a path tells.

use std::collections::HashMap;
use std::path::{Component, Path};

/// What is known by every end of its path; `None` where several paths end so.
pub(super) type ByEnd<'p, T> = HashMap<&'p str, Option<T>>;

pub(super) fn by_end<T: Copy>(paths: &[(String, T)]) -> ByEnd<'_, T> {
    let mut by_end = HashMap::new();
    for (path, known) in paths {
        for end in ends(path) {
            by_end
                .entry(end)
                .and_modify(|other| *other = None)
                .or_insert(Some(*known));
        }
    }
    by_end
}

/// What has most of the path's end in common, if there is one only.
pub(super) fn of<T: Copy>(path: &str, by_end: &ByEnd<'_, T>) -> Option<T> {
    let path = joined(Path::new(path))?;
    ends(&path).find_map(|end| by_end.get(end).copied())?
}

/// A path's ends, the longest first: `a/b/c`, `b/c`, `c`.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let behind = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    std::iter::once(path).chain(behind)
}

/// The folders of a path and the file's name, with `/` between them; `None` where it leads
/// upwards, or nowhere.
pub(super) fn joined(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir => return None,
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_one_with_most_of_the_path_in_common() {
        let files = ["named/a/db", "named/b/db", "db.x", "c/db.y", "d/db.y"];
        let files: Vec<_> = files.into_iter().zip(0..).collect();
        let files: Vec<_> = files
            .iter()
            .map(|(file, at)| ((*file).to_owned(), *at))
            .collect();
        let by_end = by_end(&files);
        for (written, expected) in [
            ("/etc/bind/a/db", Some(0)),
            ("b/db", Some(1)),
            ("/etc/bind/db.x", Some(2)),
            ("db.y", None),
            ("../c/db.y", None),
            ("db", None),
            ("", None),
        ] {
            assert_eq!(of(written, &by_end), expected, "{written}");
        }
    }
}
