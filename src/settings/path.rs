//! Paths that settings name: they are relative to the folder that these lie in.

use std::path::{Path, PathBuf};

use super::Settings;
use crate::load::{canonical, path_name};
use crate::source::{Fault, Spanned};

impl Settings {
    /// A path as it can be opened. Settings that were found, not named, may have come with
    /// the inputs: they lead to nothing outside their own folder.
    pub(crate) fn path(&self, written: &Spanned<String>) -> Result<PathBuf, Fault> {
        let path = self.folder.join(&written.value);
        // What is not there yet lies where its folder is.
        let real = match path.parent() {
            Some(parent) if !path.exists() => canonical(if parent == Path::new("") {
                Path::new(".")
            } else {
                parent
            }),
            _ => canonical(&path),
        };
        if !self.named && !real.starts_with(self.absolute_folder()) {
            let message = format!(
                "`{}` lies outside the folder of the settings",
                written.value
            );
            let help = "settings that are found lead to nothing outside their folder; name them \
                        with --settings to allow it";
            return Err(Fault::new(written.span, message).help(help));
        }
        Ok(path)
    }

    /// The same for what has to be there.
    pub(crate) fn existing(&self, written: &Spanned<String>) -> Result<PathBuf, Fault> {
        let path = self.path(written)?;
        if path.exists() {
            return Ok(path);
        }
        let message = format!("there is no file or folder `{}`", path_name(&path));
        Err(Fault::new(written.span, message).help("paths are relative to this file"))
    }

    /// The folder of the settings, without links and dots.
    pub fn absolute_folder(&self) -> PathBuf {
        if self.folder == Path::new("") {
            canonical(Path::new("."))
        } else {
            canonical(&self.folder)
        }
    }
}
