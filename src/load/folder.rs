//! The files that master files name.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::find;
use super::read;
use crate::phone::provisioning::{Folder, Opened, Shelf, place};
use crate::phone::{self, Configuration};
use crate::source::{Origin, Source, SourceId, Sources};

/// A folder as a report names it, and as it can be opened.
struct Root {
    name: String,
    path: PathBuf,
    real: PathBuf,
}

/// What was read of folders, and the folders for what was not.
pub(super) struct Files<'a> {
    sources: &'a Sources,
    shelf: Shelf,
    /// The folder that the names in a file must not leave, by the file's name.
    root_of: HashMap<&'a str, usize>,
    roots: Vec<Root>,
    /// Files by their real paths, made when a link is met first.
    real: Option<HashMap<PathBuf, SourceId>>,
}

impl<'a> Files<'a> {
    /// Configurations with the folders they were found in.
    pub(super) fn new(
        sources: &'a Sources,
        files: impl IntoIterator<Item = (SourceId, Option<&'a Path>)>,
    ) -> Self {
        let mut shelf = Shelf::default();
        let mut root_of = HashMap::new();
        let mut roots: Vec<Root> = Vec::new();
        let mut known: HashMap<&Path, usize> = HashMap::new();
        for (source, root) in files {
            let name = sources.get(source).name.as_str();
            shelf.add(name, source);
            let (Some(root), Origin::File(path)) = (root, &sources.get(source).origin) else {
                continue;
            };
            let index = *known.entry(root).or_insert_with(|| {
                // What reports call the file, less where it lies in the folder.
                let below = path.strip_prefix(root).map(find::name).unwrap_or_default();
                let folder = name.strip_suffix(below.as_str()).unwrap_or_default();
                roots.push(Root {
                    name: folder.trim_end_matches('/').to_owned(),
                    path: root.to_owned(),
                    real: find::canonical(root),
                });
                roots.len() - 1
            });
            root_of.insert(name, index);
        }
        Self {
            sources,
            shelf,
            root_of,
            roots,
            real: None,
        }
    }

    /// A file that was not met while the folder was walked: hidden, of no kind by its
    /// content, behind a link, or not asked for.
    fn open_path(&mut self, root: usize, name: &str, below: &Path) -> Option<Opened> {
        let root = &self.roots[root];
        let path = root.path.join(below);
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                return Some(Opened::Unreadable(read::reason(&error)));
            }
            Err(_) => return None,
        };
        let real = find::canonical(&path);
        let Ok(inside) = real.strip_prefix(&root.real) else {
            return Some(Opened::Outside);
        };
        // Windows and macOS open a file by a name in any case; the server that handsets ask may
        // not.
        if let Some(near) = self.shelf.near(name)
            && is_other_case(inside, below)
            && !is_by_link(&root.path, below)
        {
            return Some(Opened::Missing(Some(near)));
        }
        if !metadata.is_file() {
            return Some(Opened::Unreadable("it is no file".to_owned()));
        }
        if let Some(source) = self.real().get(&real) {
            return Some(Opened::Known(*source));
        }
        let bytes = File::open(&path).and_then(|mut file| read::of_handsets(&mut file));
        Some(match bytes {
            Err(error) => Opened::Unreadable(read::reason(&error)),
            Ok(bytes) => {
                let source = Source::from_bytes(name, Origin::File(path), bytes);
                let source = self.sources.add(source);
                self.shelf.add(name, source);
                self.real().insert(real, source);
                Opened::New(Box::new(phone::read(self.sources, source)))
            }
        })
    }

    fn real(&mut self) -> &mut HashMap<PathBuf, SourceId> {
        let sources = self.sources;
        let read = &self.shelf;
        self.real.get_or_insert_with(|| {
            let mut paths = find::Canonical::default();
            let files = read
                .files()
                .filter_map(|source| match &sources.get(source).origin {
                    Origin::File(path) => Some((paths.of(path), source)),
                    _ => None,
                });
            files.collect()
        })
    }
}

impl Folder for Files<'_> {
    fn open(&mut self, master: &str, names: &[String]) -> Opened {
        let Some(root) = self.root_of.get(master).copied() else {
            // Standard input lies in no folder.
            return Opened::Missing(None);
        };
        let mut places = Vec::new();
        for name in names {
            let Some(place) = place(&self.roots[root].name, master, name) else {
                return Opened::Outside;
            };
            if let Some(source) = self.shelf.get(&place) {
                return Opened::Known(source);
            }
            places.push(place);
        }
        for name in &places {
            let below = name.strip_prefix(&self.roots[root].name).unwrap_or(name);
            let below = PathBuf::from(below.trim_start_matches('/'));
            if let Some(opened) = self.open_path(root, name, &below) {
                return opened;
            }
        }
        Opened::Missing(places.iter().find_map(|place| self.shelf.near(place)))
    }
}

/// The path of a file is not the one that it was opened by, but for the case of letters.
fn is_other_case(real: &Path, opened: &Path) -> bool {
    let lower = |path: &Path| PathBuf::from(path.to_string_lossy().to_lowercase());
    real != opened && lower(real) == lower(opened)
}

/// A link is part of the way to a file below a folder.
fn is_by_link(folder: &Path, below: &Path) -> bool {
    let mut way = below.ancestors().filter(|way| !way.as_os_str().is_empty());
    way.any(|way| folder.join(way).is_symlink())
}

/// Configurations as handsets read them; master files may bring further ones in.
pub(super) fn assemble<'a>(
    configurations: Vec<Configuration>,
    sources: &'a Sources,
    root_of: &HashMap<SourceId, &'a Path>,
    options: &phone::provisioning::Options,
) -> phone::provisioning::Assembled {
    let files = configurations.iter();
    let files = files.map(|file| (file.source, root_of.get(&file.source).copied()));
    let mut files = Files::new(sources, files);
    phone::provisioning::assemble(configurations, sources, &mut files, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_differ_in_the_case_of_its_letters_only() {
        for (real, opened, is_other) in [
            ("a/site.cfg", "a/Site.cfg", true),
            ("A/site.cfg", "a/site.cfg", true),
            ("a/site.cfg", "a/site.cfg", false),
            ("b/site.cfg", "a/Site.cfg", false),
        ] {
            let is_found = is_other_case(Path::new(real), Path::new(opened));
            assert_eq!(is_found, is_other, "{real} for {opened}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_may_be_called_as_the_file_is_in_another_case() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        std::fs::create_dir(folder.join("sites")).expect("a folder");
        std::os::unix::fs::symlink("sites", folder.join("Sites")).expect("a link");
        for (below, is_by) in [
            ("Sites", true),
            ("Sites/a.cfg", true),
            ("sites/a.cfg", false),
        ] {
            assert_eq!(is_by_link(folder, Path::new(below)), is_by, "{below}");
        }
    }
}
