//! Where the settings of a run are.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::load::{canonical, path_name};
use crate::problem::Problem;
use crate::source::{Origin, Source, SourceId, Sources};
use crate::yaml;

/// The name of the file that is looked for.
pub const FILE_NAME: &str = "sipdns-lint.yaml";

/// What it may be called as well.
const SHORT_NAME: &str = "sipdns-lint.yml";

/// What marks a folder as the root of a repository: nothing above it is looked at.
const REPOSITORY: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// A file of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its text.
    pub source: SourceId,
    /// The folder it lies in, relative to the working folder where that is in or below it.
    pub folder: PathBuf,
    /// It was named, not found.
    pub named: bool,
}

/// The settings of a run: the file that is named, or the first `sipdns-lint.yaml` in the folder
/// of an input or above it, up to the root of its repository. Without inputs the search begins
/// in the working folder. Where several files are found, that is a problem.
pub fn find(
    named: Option<&Path>,
    inputs: &[PathBuf],
    sources: &Sources,
) -> Result<Option<Found>, Problem> {
    if let Some(path) = named {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        return open(path, folder, true, sources).map(Some);
    }
    let mut search = Search::default();
    let working = [PathBuf::from("-")];
    let starts = if inputs.is_empty() { &working } else { inputs };
    for input in starts {
        search.upwards(&start(input));
    }
    match &search.found[..] {
        [] => Ok(None),
        [(folder, name)] => {
            let folder = relative(folder);
            open(&folder.join(name), folder, false, sources).map(Some)
        }
        [first, second, ..] => {
            let shown = |(folder, name): &(PathBuf, _)| path_name(&relative(folder).join(name));
            let message = format!(
                "there are different settings: `{}` and `{}`",
                shown(first),
                shown(second)
            );
            Err(Problem::new(message).help("name the file that counts: --settings FILE"))
        }
    }
}

/// The folder in which the search for an input's settings begins.
fn start(input: &Path) -> PathBuf {
    let folder = if input == Path::new("-") {
        Path::new(".")
    } else if input.is_dir() {
        input
    } else {
        let parent = input.parent().unwrap_or(Path::new("."));
        if parent == Path::new("") {
            Path::new(".")
        } else {
            parent
        }
    };
    canonical(folder)
}

#[derive(Default)]
struct Search {
    seen: HashSet<PathBuf>,
    /// Folder and name of each file.
    found: Vec<(PathBuf, &'static str)>,
}

impl Search {
    /// Looks in a folder and those above it, as far as no search has been there.
    fn upwards(&mut self, start: &Path) {
        for folder in start.ancestors() {
            if !self.seen.insert(folder.to_owned()) {
                return;
            }
            let before = self.found.len();
            let names = [FILE_NAME, SHORT_NAME].into_iter();
            let there = names.filter(|name| folder.join(name).is_file());
            self.found
                .extend(there.map(|name| (folder.to_owned(), name)));
            if self.found.len() > before {
                return;
            }
            if REPOSITORY.iter().any(|mark| folder.join(mark).exists()) {
                return;
            }
        }
    }
}

/// A folder as seen from the working folder, where that is in or below it.
fn relative(folder: &Path) -> PathBuf {
    let working = canonical(Path::new("."));
    match working.strip_prefix(folder) {
        Ok(below) => below.components().map(|_| "..").collect(),
        Err(_) => match folder.strip_prefix(&working) {
            Ok(inside) => inside.to_owned(),
            Err(_) => folder.to_owned(),
        },
    }
}

fn open(path: &Path, folder: PathBuf, named: bool, sources: &Sources) -> Result<Found, Problem> {
    let name = path_name(path);
    let text = yaml::read_file(path).map_err(|error| {
        let reason = crate::load::reason(&error);
        Problem::new(format!("cannot read the settings `{name}`: {reason}"))
    })?;
    let source = Source::from_bytes(name, Origin::File(path.to_owned()), text);
    Ok(Found {
        source: sources.add(source),
        folder,
        named,
    })
}
