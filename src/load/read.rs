//! Bytes of files, up to a limit.

use std::fs::File;
use std::io::{self, Read};

use super::find::{Found, Place};
use crate::phone::{self, provisioning::is_handset_file};
use crate::phone_log::{self, Scan};
use crate::site::Kind;
use crate::source::MAX_BYTES;

use super::recognise;

/// How much of a file met in a folder is looked at before the rest is read.
const GLANCE: u64 = 1 << 20;

/// What is read of a handset's file behind its beginning: more than it may have, in UTF-16
/// too, so that it is refused for its size and not taken for whole.
const MOST_OF_HANDSETS: u64 = 2 * phone::MAX_BYTES as u64 + 2;

/// What a file holds.
pub(super) enum Text {
    /// All of it.
    Whole(Vec<u8>),
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
            return Ok(Text::Whole(
                target.to_string_lossy().into_owned().into_bytes(),
            ));
        }
        Place::Stdin => return Ok(Text::PassedOver(Kind::Unknown)),
    };
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        // It is met only where it could not be listed.
        std::fs::read_dir(path)?;
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
    let mut bytes = Vec::new();
    (&mut file).take(GLANCE).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == GLANCE {
        let (beginning, _) = crate::source::decode(bytes.clone());
        let recognised = recognise(&beginning, &found.name);
        let mut rest = MAX_BYTES + 1 - GLANCE;
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
        // Room for all of it at once, and for the one octet too many that tells.
        let room = metadata.len().saturating_sub(GLANCE).min(rest) + 1;
        bytes.reserve_exact(usize::try_from(room).unwrap_or(0));
        file.take(rest).read_to_end(&mut bytes)?;
    }
    within_limit(bytes).map(Text::Whole)
}

/// Reads what was declared to be of a kind.
pub(super) fn declared(kind: Kind, from: &mut (impl Read + ?Sized)) -> io::Result<Text> {
    match kind {
        Kind::PhoneLog => phone_log::scan(from).map(Text::from),
        _ => limited(from).map(Text::Whole),
    }
}

/// Reads to the end, but no more than a source may hold.
pub(super) fn limited(from: &mut (impl Read + ?Sized)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    within_limit(bytes)
}

/// Reads a handset's file: no more than shows that it is larger than one may be.
pub(super) fn of_handsets(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_OF_HANDSETS).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn within_limit(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// Why a file could not be read: lower case, without the system's error number.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::FileTooLarge => "it is larger than 4 GiB".to_owned(),
        _ => error.to_string(),
    }
}
