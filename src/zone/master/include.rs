//! `$INCLUDE`: files that are read only inside the folder that was given.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use super::ReadOptions;
use crate::source::{MAX_BYTES, Origin, Source, SourceId, Sources};

/// What is read again of files that are included more than once, in bytes: what zones have in
/// common is short, and a thousand lines must not make a thousand zones of a long file.
const MAX_AGAIN: u64 = 64 << 20;

/// How many folders above a file are looked into, and how many folders of an absolute path may
/// be those of another disk.
const MAX_FOLDERS: usize = 16;

/// No system opens a file by a longer path, in bytes.
const LONGEST_PATH: usize = 4096;

/// Why a file is not included: what is wrong, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// A limit of the program was met, not a fault of the zone.
    pub(super) is_limit: bool,
    /// What the file holds is known all the same.
    pub(super) is_known: bool,
}

impl Refusal {
    fn new(message: String, help: impl Into<String>) -> Self {
        Self {
            message,
            help: Some(help.into()),
            is_limit: false,
            is_known: false,
        }
    }

    fn limit(message: String) -> Self {
        Self {
            message,
            help: None,
            is_limit: true,
            is_known: false,
        }
    }
}

/// The files that are being read, from the zone's own down to the innermost, and the limits.
#[derive(Debug)]
pub(super) struct Includes {
    /// The canonical folders that nothing may leave, the one that the zone was found in first;
    /// none where the zone is no file.
    roots: Vec<PathBuf>,
    /// Canonical paths of the files being read.
    open: Vec<PathBuf>,
    /// Files read already, by canonical path.
    known: BTreeMap<PathBuf, SourceId>,
    /// How often a file was included.
    count: usize,
    /// How often one was not found.
    not_found: usize,
    max_depth: usize,
    max_count: usize,
    bytes_left: u64,
    /// Bytes that may still be read a second time and more often.
    again_left: u64,
}

impl Includes {
    /// Nothing included yet. Without a root the folder of the zone's own file is the limit.
    pub(super) fn new(zone: &Source, options: &ReadOptions) -> Self {
        let limits = &options.limits;
        let root = options.root.as_deref();
        let own = match &zone.origin {
            Origin::File(path) => path.canonicalize().ok(),
            _ => None,
        };
        let folder = own.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let root = root
            .and_then(|root| root.canonicalize().ok())
            .or_else(|| folder.clone());
        let root = folder.and(root).into_iter();
        Self {
            roots: root.chain(options.others.iter().cloned()).collect(),
            open: own.into_iter().collect(),
            known: BTreeMap::new(),
            count: 0,
            not_found: 0,
            max_depth: limits.include_depth,
            max_count: limits.includes,
            bytes_left: MAX_BYTES,
            again_left: MAX_AGAIN,
        }
    }

    /// Opens the file that `written` names in the source `parent`. Every success is paired
    /// with a call of [`Includes::close`].
    pub(super) fn open(
        &mut self,
        sources: &Sources,
        parent: SourceId,
        written: &str,
    ) -> Result<SourceId, Refusal> {
        if self.open.is_empty() {
            return Err(Refusal::new(
                format!("`{written}` cannot be included: the zone was not read from a file"),
                "give the zone as a file, so that files beside it can be found",
            ));
        }
        if self.open.len() > self.max_depth {
            return Err(Refusal::new(
                format!("`$INCLUDE` is nested more than {} deep", self.max_depth),
                "include the file from the zone's own file",
            ));
        }
        if self.count == self.max_count {
            let message = format!(
                "more than {} files are included: the rest is not read",
                self.max_count
            );
            return Err(Refusal::limit(message));
        }
        if self.not_found == self.max_count {
            let message = format!(
                "more than {} files to include are not there: the rest is not looked for",
                self.max_count
            );
            return Err(Refusal::limit(message));
        }
        let found = self.find(written);
        self.not_found += usize::from(found.is_err());
        let path = found?;
        if self.open.contains(&path) {
            return Err(Refusal {
                is_known: true,
                ..Refusal::new(
                    format!("`{written}` includes itself"),
                    "remove this `$INCLUDE`, or the one that leads back here",
                )
            });
        }
        let id = match self.known.get(&path) {
            Some(id) => {
                let length = sources.get(*id).text.len() as u64;
                let left = self.again_left.checked_sub(length);
                self.again_left = left.ok_or_else(|| {
                    let limit = MAX_AGAIN >> 20;
                    let message = format!(
                        "`{written}` is not read again: files that are included more than once \
                         exceed {limit} MiB"
                    );
                    Refusal::limit(message)
                })?;
                *id
            }
            None => self.load(sources, parent, &path, written)?,
        };
        self.count += 1;
        self.open.push(path);
        Ok(id)
    }

    /// The innermost file was read to its end.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// The canonical path of the file that is meant, see [`places`].
    fn find(&self, written: &str) -> Result<PathBuf, Refusal> {
        let outside = || {
            Refusal::new(
                format!("`{written}` lies outside the folder that is checked"),
                "files are read only inside the folders that are given: give the one that holds this \
                 file too, or the one that holds them all",
            )
        };
        let folder = self.open.last().and_then(|path| path.parent());
        let written_path = Path::new(written);
        // Where a whole path lies, it says itself.
        let mut is_inside = written_path.has_root() && is_below(&self.roots, written_path);
        for path in places(folder, &self.roots, written_path) {
            is_inside |= !written_path.has_root();
            if !path.exists() {
                continue;
            }
            let Ok(path) = path.canonicalize() else {
                continue;
            };
            // The end of another disk's path tells less than that no file includes itself.
            if written_path.has_root() && self.open.contains(&path) {
                continue;
            }
            // The file, or a folder on the way, may be a link.
            return if is_below(&self.roots, &path) {
                Ok(path)
            } else {
                Err(outside())
            };
        }
        if is_inside {
            Err(Refusal::new(
                format!("there is no file `{written}` to include"),
                "it is looked for beside the including file and in the folders above, up to the \
                 one that is checked; check the folder that holds them all",
            ))
        } else {
            Err(outside())
        }
    }

    fn load(
        &mut self,
        sources: &Sources,
        parent: SourceId,
        path: &Path,
        written: &str,
    ) -> Result<SourceId, Refusal> {
        let from = self.open.last().and_then(|file| file.parent());
        let name = match from {
            Some(from) => relative_name(&sources.get(parent).name, from, path),
            None => written.to_owned(),
        };
        let room = self.bytes_left;
        let exceeded = || {
            let message =
                format!("`{written}` is not read: included files exceed {MAX_BYTES} bytes");
            Refusal::limit(message)
        };
        let id = sources.include(path, name, |name| {
            let bytes = read(path, room).map_err(|error| Refusal {
                message: format!("`{written}` cannot be read: {error}"),
                help: None,
                is_limit: false,
                is_known: false,
            })?;
            let origin = Origin::File(path.to_path_buf());
            let bytes = bytes.ok_or_else(exceeded)?;
            Ok(Source::from_bytes(name, origin, bytes))
        })?;
        let length = sources.get(id).text.len() as u64;
        self.bytes_left = room.checked_sub(length).ok_or_else(exceeded)?;
        self.known.insert(path.to_path_buf(), id);
        Ok(id)
    }
}

/// A file's bytes, where there are no more than that.
fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if metadata.len() > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    // A file may grow while it is read.
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// It lies in one of the folders.
fn is_below(folders: &[PathBuf], path: &Path) -> bool {
    folders.iter().any(|folder| path.starts_with(folder))
}

/// Where the file that `written` names may lie inside `roots`, the likeliest place first; `folder`
/// is that of the including file. Servers take a path from the folder that they work in, which
/// is not known: BIND often works in one above its zone files, perhaps above all `roots` too. Of an
/// absolute path, which is one of the server's disk, the ends are tried, the longest first, each
/// with a folder at least: files of one name in two folders are two.
/// Nothing outside `roots` is a place: it is not looked at, not even to tell whether it exists.
fn places(
    folder: Option<&Path>,
    roots: &[PathBuf],
    written: &Path,
) -> impl Iterator<Item = PathBuf> {
    let above = folder.into_iter().flat_map(Path::ancestors);
    let mut bases: Vec<_> = above.take(MAX_FOLDERS).collect();
    for root in roots {
        if !bases.contains(&&**root) {
            bases.push(root);
        }
    }
    let below = |end: &Path| {
        let places = bases.iter().map(|base| without_dots(&base.join(end)));
        places.collect::<Vec<_>>()
    };
    let mut places = Vec::new();
    if written.has_root() {
        let whole = without_dots(written);
        let is_part = |part: &Component<'_>| matches!(part, Component::Normal(_));
        let parts: Vec<_> = whole.components().filter(is_part).collect();
        places.push(whole.clone());
        if written.as_os_str().len() <= LONGEST_PATH {
            let most = parts.len().min(MAX_FOLDERS);
            let ends = (2..=most)
                .rev()
                .map(|length| &parts[parts.len() - length..]);
            places.extend(ends.flat_map(|end| below(&end.iter().collect::<PathBuf>())));
        }
    } else {
        places = below(written);
    }
    places.retain(|place| is_below(roots, place));
    places.into_iter()
}

/// `path` without `.` and `..`, without asking the file system.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The name of the file at `to`, relative to where the name of its parent, which lies in
/// the folder `from`, is relative to.
fn relative_name(parent_name: &str, from: &Path, to: &Path) -> String {
    let mut parts: Vec<String> = parent_name.split('/').map(str::to_owned).collect();
    parts.pop();
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    for _ in from.components().skip(shared) {
        match parts.last().map(String::as_str) {
            None | Some("..") => parts.push("..".to_owned()),
            Some(_) => {
                parts.pop();
            }
        }
    }
    parts.extend(
        to.components()
            .skip(shared)
            .map(|part| part.as_os_str().to_string_lossy().into_owned()),
    );
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_relative_like_the_parents() {
        for (parent, from, to, expected) in [
            ("zones/a.zone", "/r/zones", "/r/zones/b.inc", "zones/b.inc"),
            (
                "zones/a.zone",
                "/r/zones",
                "/r/common/b.inc",
                "common/b.inc",
            ),
            ("a.zone", "/r/zones", "/r/common/b.inc", "../common/b.inc"),
            ("./a.zone", "/r", "/r/x/b.inc", "./x/b.inc"),
        ] {
            assert_eq!(
                relative_name(parent, Path::new(from), Path::new(to)),
                expected
            );
        }
    }
}
