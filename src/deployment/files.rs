//! Files of a deployment, written into a folder that holds nothing else.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::File;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// Something is there already.
    #[error("the folder `{}` is not empty, and nothing is overwritten\nname a new folder with --out DIR", .0.display())]
    NotEmpty(PathBuf),
    /// It is no folder, or cannot be written to.
    #[error("cannot write into `{}`: {error}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Writes the files into a folder that is empty, or that is made. Where one cannot be
/// written, those before it are taken away again.
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
    for (done, (name, text)) in files.iter().enumerate() {
        let path = folder.join(name);
        let mut new = OpenOptions::new();
        let file = new.write(true).create_new(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        if let Err(error) = written {
            for (name, _) in &files[..done] {
                let _ = fs::remove_file(folder.join(name));
            }
            return Err(failed(&path, error));
        }
    }
    Ok(())
}
