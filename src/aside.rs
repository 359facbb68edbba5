//! Files that are written aside: beside the place they go to, where they are put when they
//! are whole.

use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// A new file in a folder, with the permissions of any new file; it goes unless it is put in
/// its place.
pub(crate) fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".sipdns-lint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Less what the umask takes away.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
