//! Lines of a log of any size, one at a time.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;

/// Bytes of a line that are kept; no message of the handset is as long.
const LONGEST: usize = 1024;

/// Bytes looked at to tell UTF-16 without a byte order mark.
const GLANCE: usize = 64;

/// Calls `take` for each line, without its end: LF, CR LF or CR.
///
/// UTF-16 is decoded; a line that is no UTF-8 is read as Windows-1252. What a line has beyond
/// [`LONGEST`] bytes is dropped.
pub(super) fn for_each(from: impl Read, mut take: impl FnMut(&str)) -> io::Result<()> {
    let mut from = BufReader::with_capacity(1 << 16, from);
    let glance = from.fill_buf()?;
    let pairs = || glance.chunks_exact(2).take(GLANCE);
    let ascii = pairs().filter(|pair| pair[1] == 0 && pair[0] != 0);
    let is_utf16 = pairs().len() >= 4 && ascii.count() == pairs().len();
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(is_utf16.then_some(UTF_16LE))
        .strip_bom(true)
        .build(from);
    let mut from = BufReader::with_capacity(1 << 16, decoded);
    let mut line = Vec::with_capacity(LONGEST);
    let mut after_cr = false;
    loop {
        let chunk = from.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        if after_cr && chunk[0] == b'\n' {
            after_cr = false;
            from.consume(1);
            continue;
        }
        after_cr = false;
        let end = memchr::memchr2(b'\n', b'\r', chunk);
        let part = &chunk[..end.unwrap_or(chunk.len())];
        let room = LONGEST - line.len();
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(end.is_some());
        if let Some(end) = end {
            after_cr = chunk[end] == b'\r';
            take(&text(&line));
            line.clear();
        }
        from.consume(used);
    }
    if !line.is_empty() {
        take(&text(&line));
    }
    Ok(())
}

fn text(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        // Cut within a character.
        Err(error) if error.error_len().is_none() && line.len() == LONGEST => {
            String::from_utf8_lossy(&line[..error.valid_up_to()])
        }
        Err(_) => WINDOWS_1252.decode_without_bom_handling(line).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for_each(bytes, |line| lines.push(line.to_owned())).expect("bytes can be read");
        lines
    }

    #[test]
    fn every_line_end_ends_one_line() {
        assert_eq!(lines(b"a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(lines(b"a\n\n\r\n\r\r\n"), ["a", "", "", "", ""]);
        assert_eq!(lines(b""), [""; 0]);
    }

    #[test]
    fn encodings_are_decoded() {
        let utf16: Vec<u8> = "|sip  |*|"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(lines(&utf16), ["|sip  |*|"]);
        assert_eq!(lines(&[&[0xff, 0xfe][..], &utf16].concat()), ["|sip  |*|"]);
        assert_eq!(lines(b"\xef\xbb\xbfa"), ["a"]);
        assert_eq!(lines(b"caf\xe9\nd\xc3\xa9j\xc3\xa0"), ["café", "déjà"]);
    }

    #[test]
    fn a_line_of_any_length_takes_little_room() {
        let bytes = [vec![b'x'; 3 * LONGEST], b"\r\ny".to_vec()].concat();
        let lines = lines(&bytes);
        assert_eq!((lines[0].len(), lines[1].as_str()), (LONGEST, "y"));
        let accents = "é".repeat(LONGEST);
        assert_eq!(self::lines(accents.as_bytes())[0].len(), LONGEST);
    }
}
