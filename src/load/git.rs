//! A folder as it was at a revision, out of the version control system git.
//!
//! git itself reads its objects; nothing of a repository's settings is run for that: no hook,
//! no filter, no pager, and no object is fetched from elsewhere. What comes back is written
//! into a temporary folder, from which it is read like any other.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::problem::Problem;

/// The largest state that is read, in bytes.
const MOST_BYTES: u64 = 4 << 30;

/// The most files of a state that are read.
const MOST_FILES: usize = 1_000_000;

/// A file or folder as it was; the temporary copy goes with it.
#[derive(Debug)]
pub struct Earlier {
    /// Keeps the copy.
    _folder: TempDir,
    /// The copy.
    pub path: PathBuf,
    /// Files that lie there now and that git is told to ignore: they are of no state.
    pub ignored: Vec<PathBuf>,
}

/// Reads the state of `path` at `revision`.
pub fn earlier(path: &Path, revision: &str) -> Result<Earlier, Problem> {
    if revision.is_empty() || revision.starts_with('-') || revision.contains('\0') {
        let message = format!("`{revision}` is no revision");
        return Err(Problem::new(message).help("give a branch, a tag or a commit: --git main"));
    }
    let is_folder = path.is_dir();
    let within = if is_folder {
        path
    } else {
        path.parent()
            .filter(|parent| *parent != Path::new(""))
            .unwrap_or(Path::new("."))
    };
    if !within.is_dir() {
        let shown = path.to_string_lossy();
        let message = format!("cannot read `{shown}`: no such file or folder");
        return Err(Problem::new(message));
    }
    let git = Git { within };
    let commit = git.line(
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            &format!("{revision}^{{commit}}"),
        ],
        &format!(
            "`{revision}` is no revision of the repository that holds `{}`",
            within.to_string_lossy()
        ),
    )?;
    let prefix = git.line(
        &["rev-parse", "--show-prefix"],
        "git does not say where the folder lies",
    )?;
    let wanted = if is_folder {
        prefix.trim_end_matches('/').to_owned()
    } else {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        format!("{prefix}{name}")
    };
    let entries = git.files(&commit, &wanted)?;
    if entries.is_empty() {
        let shown = path.to_string_lossy();
        let message = format!("`{shown}` does not exist at `{revision}`");
        return Err(Problem::new(message));
    }
    let folder = TempDir::new().map_err(|error| failed("make a temporary folder", &error))?;
    git.write(&entries, folder.path())
        .map_err(|error| failed("read the old state from git", &error))?;
    let copy = folder.path().join(&wanted);
    Ok(Earlier {
        path: copy,
        ignored: git.ignored()?,
        _folder: folder,
    })
}

fn failed(what: &str, error: &io::Error) -> Problem {
    Problem::new(format!("cannot {what}: {error}"))
}

/// What a command of git writes; where it fails, what that means and what git says.
fn said(command: &mut Command, meaning: &str) -> Result<Vec<u8>, Problem> {
    let output = command.output().map_err(|error| {
        let help = "--git needs the program git";
        failed("run git", &error).help(help)
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let problem = Problem::new(meaning);
    let said = String::from_utf8_lossy(&output.stderr);
    Err(match said.lines().next() {
        Some(said) => problem.help(format!("git says: {said}")),
        None => problem,
    })
}

/// A file of the old state.
struct Entry {
    object: String,
    path: PathBuf,
}

/// git, run in a folder.
struct Git<'a> {
    within: &'a Path,
}

impl Git<'_> {
    /// A command that runs nothing a repository asks for.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .args([
                "--no-pager",
                "--no-replace-objects",
                "-c",
                "protocol.allow=never",
            ])
            .args(arguments)
            .current_dir(self.within)
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .stdout(Stdio::piped());
        // Where a hook runs us, these mean another repository than the one of the folder.
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// The line that a command writes; where it fails, what that means and what git says.
    fn line(&self, arguments: &[&str], meaning: &str) -> Result<String, Problem> {
        let said = said(&mut self.command(arguments), meaning)?;
        let text = String::from_utf8_lossy(&said);
        Ok(text.trim_end_matches(['\n', '\r']).to_owned())
    }

    /// The regular files of a commit at or below a path, links and other repositories left
    /// out.
    fn files(&self, commit: &str, wanted: &str) -> Result<Vec<Entry>, Problem> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        if !wanted.is_empty() {
            arguments.extend(["--", wanted]);
        }
        let mut command = self.command(&arguments);
        command.env("GIT_LITERAL_PATHSPECS", "1");
        let said = said(&mut command, "git cannot list the old state")?;
        let mut entries = Vec::new();
        for line in said.split(|byte| *byte == 0) {
            let Some(entry) = entry(line) else { continue };
            if entries.len() == MOST_FILES {
                let message = format!("the old state holds more than {MOST_FILES} files");
                return Err(Problem::new(message));
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    /// The files below the folder that are not in the repository because they are ignored.
    fn ignored(&self) -> Result<Vec<PathBuf>, Problem> {
        let arguments = [
            "ls-files",
            "--others",
            "--ignored",
            "--exclude-standard",
            "-z",
        ];
        let said = said(
            &mut self.command(&arguments),
            "git cannot list what it ignores",
        )?;
        let paths = said.split(|byte| *byte == 0);
        let paths = paths.filter(|path| !path.is_empty());
        let paths = paths.map(|path| self.within.join(&*String::from_utf8_lossy(path)));
        Ok(paths.collect())
    }

    /// Writes files below a folder.
    fn write(&self, entries: &[Entry], folder: &Path) -> io::Result<()> {
        let mut child = self
            .command(&["cat-file", "--batch", "--buffer"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut input = child
            .stdin
            .take()
            .ok_or_else(|| io::Error::other("no pipe"))?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no pipe"))?;
        let written = std::thread::scope(|scope| {
            // git answers while it is asked, so that neither pipe fills up.
            let asking = scope.spawn(move || -> io::Result<()> {
                for entry in entries {
                    writeln!(input, "{}", entry.object)?;
                }
                Ok(())
            });
            let written = receive(&mut BufReader::new(output), entries, folder);
            if written.is_err() {
                // Nobody reads on: let the asking end as well.
                let _ = child.kill();
            }
            let asked = asking
                .join()
                .map_err(|_| io::Error::other("git was not asked"))?;
            written.and(asked)
        });
        let status = child.wait()?;
        written?;
        if status.success() {
            Ok(())
        } else {
            Err(io::Error::other("git ended with an error"))
        }
    }
}

/// `mode type object\tpath`; `None` for what is no regular file, or whose path leads anywhere
/// but down.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(&line[..tab]).ok()?;
    let mut words = head.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    if kind != "blob" || !mode.starts_with("100") {
        return None;
    }
    let path = PathBuf::from(String::from_utf8_lossy(&line[tab + 1..]).into_owned());
    let down = |part: Component<'_>| matches!(part, Component::Normal(_));
    path.components().all(down).then(|| Entry {
        object: object.to_owned(),
        path,
    })
}

/// Takes the objects, in the order in which they were asked for.
fn receive(from: &mut impl BufRead, entries: &[Entry], folder: &Path) -> io::Result<()> {
    let mut all = 0_u64;
    for entry in entries {
        let mut head = String::new();
        from.take(1000).read_line(&mut head)?;
        // `object type size`
        let size = head
            .split_whitespace()
            .nth(2)
            .and_then(|size| size.parse::<u64>().ok());
        let size = size.ok_or_else(|| io::Error::other("an object is missing"))?;
        all = all.saturating_add(size);
        if all > MOST_BYTES {
            return Err(io::Error::other("the old state is larger than 4 GiB"));
        }
        let path = folder.join(&entry.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut file = std::fs::File::create(path)?;
        let copied = io::copy(&mut from.take(size), &mut file)?;
        let mut end = [0];
        from.read_exact(&mut end)?;
        if copied != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_below_are_taken() {
        let path = |line: &str| entry(line.as_bytes()).map(|entry| entry.path);
        assert_eq!(
            path("100644 blob 1234\tzones/a.zone"),
            Some("zones/a.zone".into())
        );
        for line in [
            "120000 blob 1234\tlink",
            "160000 commit 1234\tmodule",
            "100644 blob 1234\t../outside",
            "100644 blob 1234\t/etc/passwd",
            "100644 blob 1234\ta/../../b",
            "",
        ] {
            assert_eq!(path(line), None, "{line}");
        }
    }

    #[test]
    fn what_looks_like_an_option_is_no_revision() {
        for revision in ["-h", "--output=x", "", "a\0b"] {
            let problem = earlier(Path::new("."), revision).expect_err("refused");
            assert!(
                problem.message.ends_with("is no revision"),
                "{}",
                problem.message
            );
        }
    }
}
