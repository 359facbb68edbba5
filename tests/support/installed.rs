//! Programs that tests compare with, where they are installed.

use std::path::PathBuf;

/// Where Linux distributions put daemons, which are often not in a user's `PATH`.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/// Where a program is, if it is installed.
pub fn find(executable: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(SYSTEM_FOLDERS.iter().map(PathBuf::from))
        .map(|folder| folder.join(executable))
        .find(|file| file.is_file())
}

/// Whether a test fails where a program to compare with is missing.
pub fn required() -> bool {
    std::env::var("SIPDNS_REFEREES").is_ok_and(|value| value == "required")
}
