//! The files that a run writes: those of `--output`, and the summary of a CI job.
//!
//! A file is written aside, beside the place it goes to, and put there when it is whole: a
//! full disk or a killed run leaves the report of the last run as it was. What is no ordinary
//! file, such as `/dev/stdout` or a pipe, is written to as it is.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Results;
use crate::aside::temporary;
use crate::problem::Problem;
use crate::report::{Format, Presentation, Report, printable};
use crate::site::{Kind, Site};
use crate::source::Origin;

/// Files of `--output`, ready to be written.
pub(super) struct Outputs(Vec<Output>);

struct Output {
    format: Format,
    /// As it was named.
    path: PathBuf,
    target: Target,
}

enum Target {
    /// Written aside, then renamed to this path.
    Aside(NamedTempFile, PathBuf),
    /// Written to as it is; what stands there is taken away first, or kept.
    InPlace { file: File, truncate: bool },
}

impl Outputs {
    /// Makes sure that the files can be written. Those that cannot are problems, and so are
    /// those that would take the place of what was read (`sites`) or named, or of another output.
    /// What was met in a folder and is nothing to be read, such as the report of an earlier run,
    /// gives way.
    pub(super) fn open(
        wanted: &[(Format, PathBuf)],
        sites: &[&Site],
        named: &[PathBuf],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let texts = sites.iter().flat_map(|site| {
            let unknown = site.inputs.iter();
            let unknown: HashSet<_> = unknown
                .filter(|input| input.kind == Kind::Unknown)
                .map(|input| input.source)
                .collect();
            let sources = site.sources.iter();
            sources.filter(move |(id, _)| !unknown.contains(id))
        });
        let inputs: Vec<_> = match wanted {
            [] => Vec::new(),
            _ => texts
                .filter_map(|(_, source)| match &source.origin {
                    Origin::File(path) => Some(path),
                    _ => None,
                })
                .chain(named)
                .filter_map(|path| path.canonicalize().ok())
                .collect(),
        };
        let mut outputs: Vec<Output> = Vec::new();
        for (format, path) in wanted {
            if path == Path::new("-") {
                let message = "--output writes a file, and `-` is standard output";
                problems.push(Problem::new(message).help(format!(
                    "say --format {}; a file of that name is `./-`",
                    format.name()
                )));
                continue;
            }
            let real = path.canonicalize().ok();
            if real.is_some_and(|real| inputs.contains(&real)) {
                let message = format!(
                    "will not write `{}`: it is an input",
                    printable(&path.to_string_lossy())
                );
                problems.push(Problem::new(message).help("give --output another path"));
                continue;
            }
            if outputs.iter().any(|other| other.path == *path) {
                let message = format!(
                    "`{}` is named twice by --output",
                    printable(&path.to_string_lossy())
                );
                problems.push(Problem::new(message).help("give each format a path of its own"));
                continue;
            }
            match Target::open(path) {
                Ok(target) => outputs.push(Output {
                    format: *format,
                    path: path.clone(),
                    target,
                }),
                Err(error) => problems.push(cannot_write(path, &error)),
            }
        }
        Self(outputs)
    }

    /// Writes them; what went wrong.
    pub(super) fn write(self, write: &Results<'_>, how: &Presentation) -> Vec<Problem> {
        let mut problems = Vec::new();
        for output in self.0 {
            let how = Presentation {
                format: output.format,
                color: false,
                ..how.clone()
            };
            if let Err(error) = output.target.write(|out| write(&how, out)) {
                problems.push(cannot_write(&output.path, &error));
            }
        }
        problems
    }
}

impl Target {
    fn open(path: &Path) -> io::Result<Self> {
        let old = fs::metadata(path).ok();
        if old.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // `/dev/stdout` may lead to an ordinary file that others hold open.
        let device = ["/dev", "/proc"].iter().any(|root| path.starts_with(root));
        if device || old.as_ref().is_some_and(|old| !old.is_file()) {
            let file = OpenOptions::new().append(true).open(path)?;
            return Ok(Self::InPlace {
                file,
                truncate: false,
            });
        }
        // A link stays a link: what it leads to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        match temporary(folder) {
            Ok(aside) => {
                if let Some(old) = old {
                    aside.as_file().set_permissions(old.permissions())?;
                }
                Ok(Self::Aside(aside, path))
            }
            // The folder takes no new file; the file that is there may take new text.
            Err(refused) => match OpenOptions::new().write(true).open(&path) {
                Ok(file) => Ok(Self::InPlace {
                    file,
                    truncate: true,
                }),
                Err(_) => Err(refused),
            },
        }
    }

    fn write(self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let fill = |file: &File| {
            let mut out = BufWriter::new(file);
            content(&mut out)?;
            out.flush()
        };
        match self {
            Self::Aside(aside, path) => {
                fill(aside.as_file())?;
                aside.persist(path).map(drop).map_err(|error| error.error)
            }
            Self::InPlace { file, truncate } => {
                if truncate {
                    file.set_len(0)?;
                }
                fill(&file)
            }
        }
    }
}

/// Appends the report to the summary of a job of GitHub Actions, which earlier steps of a
/// script may have begun: all of it, or nothing.
pub(super) fn add_to_summary(
    path: &Path,
    report: &Report<'_>,
    how: &Presentation,
) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let taken = file.metadata()?.len();
    let mut text = report.job_summary(how, taken);
    if taken > 0 {
        text.insert(0, b'\n');
    }
    file.write_all(&text).inspect_err(|_| {
        // What is no ordinary file cannot be cut, and holds no half.
        let _ = file.set_len(taken);
    })
}

/// The problem of a file that cannot be written.
pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Problem {
    let path = path.to_string_lossy();
    let reason = crate::load::reason(error);
    let problem = Problem::new(format!("cannot write `{}`: {reason}", printable(&path)));
    match error.kind() {
        io::ErrorKind::NotFound => problem.help("create the folder first"),
        _ => problem,
    }
}
