//! Which files the named paths mean.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Options, read};
use crate::problem::Problem;
use crate::site::Kind;

/// A text that is to be read.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) place: Place,
    /// The name that reports print: a relative path with `/` where it can be one.
    pub(super) name: String,
    /// The folder that `$INCLUDE` must not leave: the one that was named, or the one the
    /// named file lies in.
    pub(super) root: Option<PathBuf>,
    /// It was named itself, not met in a folder.
    pub(super) named: bool,
    /// The kind that was declared for it.
    pub(super) kind: Option<Kind>,
}

impl Found {
    /// Its path below the folder that was named, with `/` between its parts.
    pub(super) fn below_root(&self) -> String {
        let below = match (&self.place, &self.root) {
            (Place::File(path), Some(root)) => path.strip_prefix(root).ok(),
            _ => None,
        };
        below.map_or_else(|| self.name.clone(), name)
    }
}

/// Where a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    File(PathBuf),
    /// A link that leads out of the folder it lies in: it is not followed.
    LinkOut(PathBuf),
    Stdin,
}

/// The files of all named paths, each once.
pub(super) fn find(options: &Options, problems: &mut Vec<Problem>) -> Vec<Found> {
    let mut finder = Finder {
        seen: HashSet::new(),
        found: Vec::new(),
        moved: options.moved.as_ref(),
        problems,
    };
    // Declared kinds first: the same file named again, or met in a folder, is that one.
    for (kind, path) in &options.kinds {
        finder.named(path, Some(*kind), options);
    }
    let passed_over: HashSet<_> = options
        .passed_over
        .iter()
        .map(|one| canonical(one))
        .collect();
    for path in &options.paths {
        if path != Path::new("-") && path.is_dir() {
            finder.folder(path, &passed_over);
        } else {
            finder.named(path, None, options);
        }
    }
    finder.found
}

/// Canonical paths of the folders that were named.
pub(super) fn folders(options: &Options) -> Arc<[PathBuf]> {
    let named = options.paths.iter();
    let folders = named.filter(|path| *path != Path::new("-") && path.is_dir());
    folders.map(|folder| canonical(folder)).collect()
}

struct Finder<'a> {
    seen: HashSet<PathBuf>,
    found: Vec<Found>,
    moved: Option<&'a (PathBuf, PathBuf)>,
    problems: &'a mut Vec<Problem>,
}

impl Finder<'_> {
    fn named(&mut self, path: &Path, kind: Option<Kind>, options: &Options) {
        if !self.seen.insert(canonical(path)) {
            return;
        }
        let found = if path == Path::new("-") {
            let name = options.stdin_name.clone();
            Found {
                place: Place::Stdin,
                name: name.unwrap_or_else(|| "<stdin>".to_owned()),
                root: None,
                named: true,
                kind,
            }
        } else {
            let parent = path.parent().filter(|parent| *parent != Path::new(""));
            Found {
                place: Place::File(path.to_owned()),
                name: self.name(path),
                root: Some(parent.unwrap_or(Path::new(".")).to_owned()),
                named: true,
                kind,
            }
        };
        self.found.push(found);
    }

    /// Every file below a folder. Hidden files are left out, and links that lead out of it:
    /// what somebody else put into the folder must not make us read other files.
    fn folder(&mut self, folder: &Path, passed_over: &HashSet<PathBuf>) {
        let root = canonical(folder);
        let entries = ignore::WalkBuilder::new(folder)
            .standard_filters(false)
            .hidden(true)
            .sort_by_file_name(Ord::cmp)
            .build();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    match below(&error, folder) {
                        Some(path) => self.found.push(Found {
                            name: self.name(path),
                            place: Place::File(path.to_owned()),
                            root: Some(folder.to_owned()),
                            named: false,
                            kind: None,
                        }),
                        None => self.unreadable(folder, &error),
                    }
                    continue;
                }
            };
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let is_link = entry.path_is_symlink();
            let path = entry.into_path();
            // Links to folders are not followed, so the way to a file that is none itself is
            // its real one.
            let real = match path.strip_prefix(folder) {
                Ok(below) if !is_link && !below.as_os_str().is_empty() => root.join(below),
                _ => canonical(&path),
            };
            if passed_over.contains(&real) || !(is_file || is_link) {
                continue;
            }
            let leads_out = is_link && real != path && !real.starts_with(&root);
            // What a link to a folder leads to is met where it lies.
            if !leads_out && (is_link && real.is_dir() || !self.seen.insert(real)) {
                continue;
            }
            self.found.push(Found {
                name: self.name(&path),
                place: if leads_out {
                    Place::LinkOut(path)
                } else {
                    Place::File(path)
                },
                root: Some(folder.to_owned()),
                named: false,
                kind: None,
            });
        }
    }

    /// The name that reports print; that of the original where a copy is read.
    fn name(&self, path: &Path) -> String {
        let original = self.moved.and_then(|(copy, original)| {
            let below = path.strip_prefix(copy).ok()?;
            // Joining nothing would add a slash.
            let is_whole = below.as_os_str().is_empty();
            Some(if is_whole {
                original.clone()
            } else {
                original.join(below)
            })
        });
        name(original.as_deref().unwrap_or(path))
    }

    fn unreadable(&mut self, folder: &Path, error: &ignore::Error) {
        let reason = error
            .io_error()
            .map_or_else(|| error.to_string(), read::reason);
        let folder = self.name(folder);
        let message = format!("cannot read all of the folder `{folder}`: {reason}");
        self.problems.push(Problem::new(message));
    }
}

/// The folder below `folder` that could not be listed.
fn below<'e>(error: &'e ignore::Error, folder: &Path) -> Option<&'e Path> {
    match error {
        ignore::Error::WithPath { path, .. } => (path != folder).then_some(path),
        ignore::Error::WithDepth { err, .. } => below(err, folder),
        _ => None,
    }
}

/// The path without links and dots, to tell whether two paths mean one file.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Canonical paths of many files: the way to a folder is looked up once.
#[derive(Debug, Default)]
pub(crate) struct Canonical {
    folders: HashMap<PathBuf, PathBuf>,
}

impl Canonical {
    /// See [`canonical`].
    pub(crate) fn of(&mut self, path: &Path) -> PathBuf {
        let is_link = path.symlink_metadata().map(|file| file.is_symlink());
        let (Some(folder), Some(name), Ok(false)) = (path.parent(), path.file_name(), is_link)
        else {
            return canonical(path);
        };
        if let Some(folder) = self.folders.get(folder) {
            return folder.join(name);
        }
        let is_here = folder.as_os_str().is_empty();
        let real = canonical(if is_here { Path::new(".") } else { folder });
        let path = real.join(name);
        self.folders.insert(folder.to_owned(), real);
        path
    }
}

/// The name that reports print: relative to the working folder where the path lies below it,
/// with `/` between its parts.
pub(crate) fn name(path: &Path) -> String {
    let working = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&working).unwrap_or(path);
    let mut name = String::new();
    for part in below.components() {
        match part {
            Component::CurDir => {}
            Component::RootDir => name.push('/'),
            part => {
                if !name.is_empty() && !name.ends_with('/') {
                    name.push('/');
                }
                name.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    if name.is_empty() {
        ".".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_folder_that_cannot_be_listed_is_told_from_the_one_that_was_named() {
        let error = |path: &str| ignore::Error::WithDepth {
            depth: 1,
            err: Box::new(ignore::Error::WithPath {
                path: path.into(),
                err: Box::new(ignore::Error::Io(io::ErrorKind::PermissionDenied.into())),
            }),
        };
        let below = |path| super::below(&error(path), Path::new("prov")).map(Path::to_owned);
        assert_eq!(below("prov/secret"), Some("prov/secret".into()));
        assert_eq!(below("prov"), None);
    }

    #[cfg(unix)]
    #[test]
    fn paths_of_many_files_are_those_of_each() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("real")).expect("a folder");
        std::fs::write(at("real/a"), "").expect("a file");
        std::fs::write(at("real/b"), "").expect("a file");
        std::os::unix::fs::symlink(at("real"), at("link")).expect("a link");
        std::os::unix::fs::symlink("a", at("real/c")).expect("a link");
        let mut paths = Canonical::default();
        for name in [
            "real/a",
            "real/b",
            "link/a",
            "link/b",
            "link/c",
            "real/../real/a",
            "gone",
            ".",
        ] {
            for _ in 0..2 {
                assert_eq!(paths.of(&at(name)), canonical(&at(name)), "{name}");
            }
        }
        for name in ["Cargo.toml", "src/lib.rs", "..", "/"] {
            let path = Path::new(name);
            assert_eq!(paths.of(path), canonical(path), "{name}");
        }
        assert_ne!(paths.of(&at("link/c")), at("link/c"));
    }

    #[test]
    fn names_are_relative_and_have_slashes() {
        let working = std::env::current_dir().expect("tests run in a folder");
        for (path, expected) in [
            (PathBuf::from("./a/./b.zone"), "a/b.zone"),
            (PathBuf::from("../a.zone"), "../a.zone"),
            (working.join("zones").join("a.zone"), "zones/a.zone"),
            (PathBuf::from("/nowhere/a.zone"), "/nowhere/a.zone"),
            (PathBuf::from("."), "."),
        ] {
            assert_eq!(name(&path), expected);
        }
    }
}
