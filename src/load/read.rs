//! Bytes of files, up to a limit.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use memmap2::MmapMut;
use rayon::prelude::*;

use super::find::{Found, Place};
use crate::phone::{self, provisioning::is_handset_file};
use crate::phone_log::{self, Scan};
use crate::site::Kind;
use crate::source::MAX_BYTES;

use super::{Rejection, recognise};

/// How much of a file is looked at before the rest is read; more where that does not tell what
/// it is.
const GLANCES: [u64; 2] = [1 << 18, 1 << 20];

/// More than so much is read in parts of that size, side by side.
const PART: usize = 1 << 22;

/// What is read of a handset's file behind its beginning: more than it may have, in UTF-16
/// too, so that it is refused for its size and not taken for whole.
const MOST_OF_HANDSETS: u64 = 2 * phone::MAX_BYTES as u64 + 2;

/// What a file holds.
pub(super) enum Text {
    /// All of it, and what its beginning shows that it is.
    Whole(Bytes, Option<Kind>),
    /// The log of a handset: what was read of it, line by line.
    Log(Box<Scan>),
    /// Its beginning shows that nothing is to be read of it; the rest was not read.
    PassedOver(Kind),
}

impl From<Scan> for Text {
    fn from(scan: Scan) -> Self {
        Self::Log(Box::new(scan))
    }
}

/// Reads a file. One that was met in a folder is read on only where its beginning may be
/// something to be read: a folder may hold disk images beside its zones. A log is never held
/// as a whole.
pub(super) fn file(found: &Found) -> io::Result<Text> {
    let path = match &found.place {
        Place::File(path) => path,
        Place::LinkOut(link) => {
            // Where it leads is all that is read of it.
            let target = std::fs::read_link(link)?;
            let target = target.to_string_lossy().into_owned();
            return Ok(Text::Whole(target.into_bytes().into(), Some(Kind::LinkOut)));
        }
        Place::Stdin => return Ok(Text::PassedOver(Kind::Unknown)),
    };
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        // It is met where it could not be listed, or where only a file is of use.
        std::fs::read_dir(path)?;
        return Err(io::Error::other("it is a folder; name a file in it"));
    }
    // Opening a pipe waits for its writer, and a device may never end.
    if !metadata.is_file() {
        return Err(io::Error::other(
            "it is no regular file; pipe its content in and name it `-`",
        ));
    }
    let mut file = File::open(path)?;
    if let Some(kind) = found.kind {
        return declared(kind, &mut file);
    }
    let (mut bytes, recognised) = beginning(&mut file, &found.name, metadata.len())?;
    let mut by_beginning = None;
    if let Some(recognised) = recognised {
        let glance = bytes.len() as u64;
        let mut rest = MAX_BYTES + 1 - glance;
        match &recognised {
            Ok(Kind::PhoneLog) if found.named => {
                return phone_log::scan(bytes.as_slice().chain(file)).map(Text::from);
            }
            Ok(Kind::PhoneLog) => return Ok(Text::PassedOver(Kind::PhoneLog)),
            Err(_) if is_handset_file(&found.name) => rest = MOST_OF_HANDSETS,
            Err(_) if !found.named => return Ok(Text::PassedOver(Kind::Unknown)),
            Ok(Kind::PhoneConfig | Kind::ProvisioningMaster) => rest = MOST_OF_HANDSETS,
            _ => {}
        }
        by_beginning = recognised.ok();
        let length = metadata.len().saturating_sub(glance).min(rest);
        let length = usize::try_from(length).unwrap_or(0);
        if length > PART {
            let whole = read_on(&file, &bytes, length)?;
            file.seek(SeekFrom::Start(whole.len() as u64))?;
            rest = (glance + rest).saturating_sub(whole.len() as u64);
            bytes.clear();
            file.take(rest).read_to_end(&mut bytes)?;
            let whole = match &bytes[..] {
                [] => whole,
                // It has grown.
                more => [&whole, more].concat().into(),
            };
            return within_limit(whole).map(|bytes| Text::Whole(bytes, by_beginning));
        }
        bytes.reserve_exact(length + 1);
        file.take(rest).read_to_end(&mut bytes)?;
    }
    within_limit(bytes.into()).map(|bytes| Text::Whole(bytes, by_beginning))
}

type Recognised = Result<Kind, Vec<Rejection>>;

/// The beginning of a file that is about so long, and what that shows that it is; all of a short
/// one, of which nothing is shown yet.
fn beginning(
    file: &mut File,
    name: &str,
    length: u64,
) -> io::Result<(Vec<u8>, Option<Recognised>)> {
    let mut bytes = Vec::new();
    let mut recognised = None;
    for glance in GLANCES {
        // A folder has thousands of files: each is read at once.
        let before = bytes.len() as u64;
        let expected = length.min(glance).saturating_sub(before);
        bytes.reserve_exact(usize::try_from(expected).unwrap_or(0));
        file.take(glance - before).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < glance {
            return Ok((bytes, None));
        }
        let beginning = Bytes::from(bytes);
        let (text, _) = crate::source::decode(beginning.clone());
        let by_beginning = recognise(&text, name);
        drop(text);
        bytes = beginning.into();
        let is_told = by_beginning.is_ok();
        recognised = Some(by_beginning);
        if is_told {
            break;
        }
    }
    Ok((bytes, recognised))
}

/// The bytes of a file of which the beginning was read, with about so many behind it; fewer
/// where it has become shorter.
fn read_on(file: &File, beginning: &[u8], length: usize) -> io::Result<Bytes> {
    let mut bytes = room(beginning.len() + length)?;
    let (begun, rest) = bytes.split_at_mut(beginning.len());
    begun.copy_from_slice(beginning);
    let parts = rest.par_chunks_mut(PART).enumerate();
    let read = parts.map(|(number, part)| {
        let offset = beginning.len() + number * PART;
        let length = fill(file, part, offset as u64)?;
        Ok((length, length == part.len()))
    });
    let read: Vec<_> = read.collect::<io::Result<_>>()?;
    let mut end = beginning.len();
    for (length, is_full) in read {
        end += length;
        if !is_full {
            break;
        }
    }
    Ok(Bytes::from_owner(bytes).slice(..end))
}

/// Room in large pages where the system has such: small ones are thousands, and each costs time
/// when it is first written to.
fn room(length: usize) -> io::Result<MmapMut> {
    let room = MmapMut::map_anon(length)?;
    #[cfg(target_os = "linux")]
    // Where there are none, small ones do.
    let _ = room.advise(memmap2::Advice::HugePage);
    Ok(room)
}

/// Fills a buffer from an offset of a file; how much there was.
fn fill(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    #[cfg(unix)]
    use std::os::unix::fs::FileExt as _;
    #[cfg(windows)]
    use std::os::windows::fs::FileExt as _;
    let mut length = 0;
    while length < buffer.len() {
        let at = offset + length as u64;
        #[cfg(unix)]
        let read = file.read_at(&mut buffer[length..], at);
        #[cfg(windows)]
        let read = file.seek_read(&mut buffer[length..], at);
        match read {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Reads what was declared to be of a kind.
pub(super) fn declared(kind: Kind, from: &mut (impl Read + ?Sized)) -> io::Result<Text> {
    match kind {
        Kind::PhoneLog => phone_log::scan(from).map(Text::from),
        _ => limited(from).map(|bytes| Text::Whole(bytes, None)),
    }
}

/// Reads to the end, but no more than a source may hold.
pub(super) fn limited(from: &mut (impl Read + ?Sized)) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    within_limit(bytes.into())
}

/// Reads a handset's file: no more than shows that it is larger than one may be.
pub(super) fn of_handsets(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_OF_HANDSETS).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn within_limit(bytes: Bytes) -> io::Result<Bytes> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// A system's message without its number, as a part of a sentence.
fn in_lower_case(message: &str) -> String {
    let words = message.split(" (os error").next().unwrap_or(message);
    let mut letters = words.trim_end_matches('.').chars();
    let first = letters.next();
    let first = first.into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// Why a file could not be read: lower case, without the system's error number.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::OutOfMemory => "out of memory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::FileTooLarge => "it is larger than 4 GiB".to_owned(),
        io::ErrorKind::InvalidFilename => "no file can have such a name".to_owned(),
        _ if error.raw_os_error().is_some() => in_lower_case(&error.to_string()),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_reason_is_told_in_lower_case_and_without_a_number() {
        // A device's fault, or an invalid handle.
        let number = if cfg!(windows) { 6 } else { 5 };
        let told = reason(&io::Error::from_raw_os_error(number));
        assert!(told.starts_with(char::is_lowercase), "{told}");
        assert!(!told.contains("os error") && !told.ends_with('.'), "{told}");
        assert_eq!(reason(&io::Error::other("It is odd.")), "It is odd.");
    }

    #[test]
    fn a_file_is_read_to_where_it_ends() {
        let bytes: Vec<u8> = (0..=250).cycle().take(2 * PART + 100).collect();
        let beginning = &bytes[..100];
        for length in [100, PART + 100, 2 * PART + 99, 2 * PART + 100] {
            let mut file = tempfile::tempfile().expect("a file");
            file.write_all(&bytes[..length]).expect("it is written");
            // As long as it was, shorter, and longer by now.
            for expected in [length, length + PART, length.max(101) - 1] {
                let read = read_on(&file, beginning, expected - 100).expect("it is read");
                let end = length.min(expected);
                assert!(
                    read == bytes[..end],
                    "{length} of {expected}: {}",
                    read.len()
                );
            }
        }
    }

    #[test]
    fn a_large_file_is_read_as_a_whole() {
        let record = "host A 10.0.0.1\n";
        let text = "$ORIGIN x.\n$TTL 60\n".to_owned() + &record.repeat(2 * PART / record.len());
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.zone");
        std::fs::write(&path, &text).expect("it is written");
        let found = Found {
            name: "x.zone".to_owned(),
            place: Place::File(path),
            named: true,
            kind: None,
            root: None,
        };
        let Ok(Text::Whole(bytes, kind)) = file(&found) else {
            panic!("it is a text");
        };
        assert!(bytes == text.as_bytes(), "{} octets", bytes.len());
        assert_eq!(kind, Some(Kind::Zone(crate::zone::Format::MasterFile)));
    }
}
