//! Files of a deployment, written into a folder that holds nothing else.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::File;
use crate::aside::temporary;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// Something is there already.
    #[error("the folder `{}` is not empty, and nothing is overwritten\nname a new folder with --out DIR", .0.display())]
    NotEmpty(PathBuf),
    /// It is no folder, or cannot be written to.
    #[error("cannot write into `{}`: {}", path.display(), crate::load::reason(error))]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Writes the files into a folder that is empty, or that is made. Each is written aside and
/// takes its name only once all of them are whole: a full disk or a killed run leaves none of
/// which a part is missing, and where one cannot be written there is none.
pub fn write(folder: &Path, files: &[File]) -> Result<(), Unwritten> {
    let failed = |path: &Path, error| Unwritten::Io {
        path: path.to_owned(),
        error,
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| failed(folder, error))?;
    if entries.next().is_some() {
        return Err(Unwritten::NotEmpty(folder.to_owned()));
    }
    let mut whole = Vec::with_capacity(files.len());
    for (name, text) in files {
        let path = folder.join(name);
        let aside = temporary(folder).and_then(|mut aside| {
            aside.write_all(text.as_bytes())?;
            Ok(aside)
        });
        match aside {
            Ok(aside) => whole.push((path, aside)),
            Err(error) => return Err(failed(&path, error)),
        }
    }
    let mut done: Vec<PathBuf> = Vec::with_capacity(files.len());
    for (path, aside) in whole {
        if let Err(error) = aside.persist_noclobber(&path) {
            for path in done {
                let _ = fs::remove_file(path);
            }
            return Err(failed(&path, error.error));
        }
        done.push(path);
    }
    Ok(())
}
