//! Changed texts, written back into their files.
//!
//! A file is written only if encoding its text again yields its very bytes: then nothing was
//! lost in reading, nobody changed it meanwhile, and every byte outside the changes stays as
//! it is. The new text is written beside the file and takes its place in one step.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use encoding_rs::WINDOWS_1252;

use super::edits::Edits;
use crate::finding::Finding;
use crate::site::Site;
use crate::source::{Encoding, Origin, SourceId};

/// Why a file is not written.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Reading or writing failed.
    #[error("cannot write `{path}`: {}", crate::load::reason(error))]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// What was read is not all that the file holds, or no longer.
    #[error(
        "`{path}` is left as it is: its text does not yield its bytes again, so part of it was not understood, or it was changed meanwhile"
    )]
    Differs {
        /// The file.
        path: String,
    },
}

/// Findings that say that a file was not read whole.
const NOT_WHOLE: [&str; 2] = ["input-truncated", "input-limit-reached"];

/// Why a text must not be written into its file; `None` where it may. `roots` are the
/// folders that were given, or that hold the files that were.
pub fn refusal(
    site: &Site,
    findings: &[Finding],
    roots: &[PathBuf],
    source: SourceId,
) -> Option<String> {
    let text = site.sources.get(source);
    let Origin::File(path) = &text.origin else {
        return Some("it is no file".to_owned());
    };
    let name = &text.name;
    let not_whole = findings
        .iter()
        .find(|finding| finding.span.source == source && NOT_WHOLE.contains(&finding.rule.id));
    if let Some(finding) = not_whole {
        return Some(format!(
            "`{name}` was not read whole (`{}`)",
            finding.rule.id
        ));
    }
    let Ok(real) = path.canonicalize() else {
        return Some(format!("`{name}` is not there any more"));
    };
    if !roots.iter().any(|root| real.starts_with(root)) {
        return Some(format!("`{name}` leads out of the folder that was given"));
    }
    match fs::metadata(&real) {
        Ok(metadata) if !metadata.permissions().readonly() => None,
        _ => Some(format!("`{name}` is read-only")),
    }
}

/// The folders inside which files may be written: each that was named, and that of each file
/// that was.
pub fn roots<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Vec<PathBuf> {
    let root = |path: &Path| {
        let folder = if path.is_dir() {
            path
        } else {
            match path.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            }
        };
        folder.canonicalize().ok()
    };
    paths.into_iter().filter_map(root).collect()
}

/// Writes every changed text into its file; the names of the files written, and why others
/// were not. Nothing is written before every file is found to be as it was read.
pub fn write(site: &Site, edits: &Edits<'_>) -> (Vec<String>, Vec<Refusal>) {
    let (mut ready, mut refusals) = (Vec::new(), Vec::new());
    for source in edits.files.keys() {
        match prepare(site, edits, *source) {
            Ok(file) => ready.push(file),
            Err(refusal) => refusals.push(refusal),
        }
    }
    let mut written = Vec::new();
    for Ready { name, path, bytes } in ready {
        match replace(&path, &bytes) {
            Ok(()) => written.push(name),
            Err(error) => refusals.push(Refusal::Io { path: name, error }),
        }
    }
    (written, refusals)
}

/// A file's new bytes.
struct Ready {
    name: String,
    path: PathBuf,
    bytes: Vec<u8>,
}

fn prepare(site: &Site, edits: &Edits<'_>, source: SourceId) -> Result<Ready, Refusal> {
    let text = site.sources.get(source);
    let name = text.name.clone();
    let io = |error| Refusal::Io {
        path: text.name.clone(),
        error,
    };
    let Origin::File(path) = &text.origin else {
        return Err(io(io::Error::other("it is no file")));
    };
    // The file a link leads to is written, not the link.
    let path = path.canonicalize().map_err(io)?;
    let differs = || Refusal::Differs {
        path: text.name.clone(),
    };
    let before = encode(&text.text, text.encoding).ok_or_else(differs)?;
    if fs::read(&path).map_err(io)? != before {
        return Err(differs());
    }
    let after = edits.text(&site.sources, source);
    let bytes = encode(&after, text.encoding).ok_or_else(differs)?;
    Ok(Ready { name, path, bytes })
}

/// The bytes of a text in an encoding; `None` where it has characters that the encoding has
/// not.
pub fn encode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    let utf16 = |bom: bool, bytes: fn(u16) -> [u8; 2]| {
        let mark = bom.then_some(0xfeff);
        let units = mark.into_iter().chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    };
    Some(match encoding {
        Encoding::Utf8 { bom: false } => text.as_bytes().to_vec(),
        Encoding::Utf8 { bom: true } => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Encoding::Utf16Le { bom } => utf16(bom, u16::to_le_bytes),
        Encoding::Utf16Be { bom } => utf16(bom, u16::to_be_bytes),
        Encoding::Windows1252 { .. } => {
            let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
            if unmappable {
                return None;
            }
            bytes.into_owned()
        }
    })
}

/// Puts a file with these bytes and the old one's permissions in the place of the old one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new()
        .prefix(".sipdns-lint-")
        .tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside
        .as_file()
        .set_permissions(fs::metadata(path)?.permissions())?;
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::decode;

    #[test]
    fn every_encoding_yields_its_bytes_again() {
        let utf16: Vec<u8> = "é $TTL 3600 😀"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut big = vec![0xfe, 0xff];
        big.extend("é A".encode_utf16().flat_map(u16::to_be_bytes));
        let all_of_windows: Vec<u8> = (0..=255).collect();
        for bytes in [
            b"$TTL 1\r\n".to_vec(),
            b"\xef\xbb\xbf$TTL 1".to_vec(),
            [vec![0xff, 0xfe], utf16].concat(),
            big,
            "$TTL 3600 A"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            all_of_windows,
        ] {
            let (text, encoding) = decode(bytes.clone());
            assert_eq!(encode(&text, encoding), Some(bytes), "{encoding:?}");
        }
    }

    #[test]
    fn what_was_lost_in_reading_does_not_come_again() {
        let bytes = [vec![0xff, 0xfe], b"a\0b".to_vec()].concat();
        let (text, encoding) = decode(bytes.clone());
        assert_ne!(encode(&text, encoding), Some(bytes));
        assert_eq!(encode("☎", Encoding::Windows1252 { first: 0 }), None);
    }
}
