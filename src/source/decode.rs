//! Bytes to text: UTF-8, UTF-16 with a byte order mark or beyond doubt, else Windows-1252.

use bytes::Bytes;
use bytestring::ByteString;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a source's bytes were decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8 {
        /// Whether the file begins with EF BB BF.
        bom: bool,
    },
    /// UTF-16, little-endian.
    Utf16Le {
        /// Whether the file begins with FF FE.
        bom: bool,
    },
    /// UTF-16, big-endian.
    Utf16Be {
        /// Whether the file begins with FE FF.
        bom: bool,
    },
    /// Neither of these, so read as Windows-1252, in which every byte is a character.
    Windows1252 {
        /// Offset in the decoded text of the first character that is no ASCII.
        first: u32,
    },
}

/// Decodes a whole file. No byte is lost: what is not UTF-8 or UTF-16 is Windows-1252.
pub fn decode(bytes: impl Into<Bytes>) -> (ByteString, Encoding) {
    const MARK: &[u8] = &[0xef, 0xbb, 0xbf];
    let bytes: Bytes = bytes.into();
    if bytes.starts_with(MARK)
        && let Ok(text) = ByteString::try_from(bytes.slice(MARK.len()..))
    {
        return (text, Encoding::Utf8 { bom: true });
    }
    // A mark is proof; where half a character stands at the end, the file was cut there, and
    // U+FFFD shows it.
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        let (text, _) = UTF_16LE.decode_without_bom_handling(rest);
        return (text.into_owned().into(), Encoding::Utf16Le { bom: true });
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        let (text, _) = UTF_16BE.decode_without_bom_handling(rest);
        return (text.into_owned().into(), Encoding::Utf16Be { bom: true });
    }
    // The octet of a character's pair that is zero in ASCII.
    if is_certainly_utf16(&bytes, 1) {
        let (text, _) = UTF_16LE.decode_without_bom_handling(&bytes);
        return (text.into_owned().into(), Encoding::Utf16Le { bom: false });
    }
    if is_certainly_utf16(&bytes, 0) {
        let (text, _) = UTF_16BE.decode_without_bom_handling(&bytes);
        return (text.into_owned().into(), Encoding::Utf16Be { bom: false });
    }
    if let Ok(text) = ByteString::try_from(bytes.clone()) {
        (text, Encoding::Utf8 { bom: false })
    } else {
        // Everything before the fault is UTF-8, but the file is read in one encoding:
        // the first character above ASCII is where the guess begins to matter.
        let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        (text.into_owned().into(), Encoding::Windows1252 { first })
    }
}

/// Without a byte order mark: at the beginning, almost every pair of bytes is an ASCII
/// character and a zero byte, the second for little-endian text, and none is a NUL character. No UTF-8 text looks so,
/// nor does one of Windows-1252.
fn is_certainly_utf16(bytes: &[u8], zero: usize) -> bool {
    const PAIRS: usize = 256;
    let pairs = || bytes.chunks_exact(2).take(PAIRS);
    let of_ascii = pairs().filter(|pair| pair[zero] == 0 && pair[1 - zero].is_ascii());
    let is_nul = |pair: &[u8]| pair == [0, 0];
    pairs().len() >= 4 && of_ascii.count() * 8 >= pairs().len() * 7 && !pairs().any(is_nul)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn byte_order_marks_decide_and_are_dropped() {
        let (text, encoding) = decode(b"\xef\xbb\xbf$TTL 1".to_vec());
        assert_eq!((&*text, encoding), ("$TTL 1", Encoding::Utf8 { bom: true }));
        let bytes = [vec![0xff, 0xfe], utf16le("é A")].concat();
        assert_eq!(
            decode(bytes),
            ("é A".into(), Encoding::Utf16Le { bom: true })
        );
        let bytes = [0xfe, 0xff, 0, b'a'].to_vec();
        assert_eq!(decode(bytes), ("a".into(), Encoding::Utf16Be { bom: true }));
    }

    #[test]
    fn utf16_without_mark_needs_certainty() {
        assert_eq!(
            decode(utf16le("$TTL 3600")).1,
            Encoding::Utf16Le { bom: false }
        );
        let some_accents = utf16le("; caf\u{e9} f\u{fc}r alle, ein Kommentar");
        assert_eq!(decode(some_accents).1, Encoding::Utf16Le { bom: false });
        let big_endian: Vec<u8> = "$TTL 3600"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let expected = ("$TTL 3600".into(), Encoding::Utf16Be { bom: false });
        assert_eq!(decode(big_endian), expected);
        for bytes in [&b"a\0b\0c\0\0\0"[..], b"a\0b\0c\0", b"\0a\0b\0c\0\0"] {
            assert_eq!(decode(bytes.to_vec()).1, Encoding::Utf8 { bom: false });
        }
    }

    #[test]
    fn half_a_character_at_the_end_is_shown() {
        let mut bytes = [vec![0xff, 0xfe], utf16le("a A 1.1.1.1")].concat();
        bytes.push(b'2');
        let expected = (
            "a A 1.1.1.1\u{fffd}".into(),
            Encoding::Utf16Le { bom: true },
        );
        assert_eq!(decode(bytes), expected);
    }

    #[test]
    fn what_is_not_unicode_is_windows_1252() {
        let (text, encoding) = decode(b"; caf\xe9 \x96 bar".to_vec());
        assert_eq!(text, "; café – bar");
        assert_eq!(encoding, Encoding::Windows1252 { first: 5 });
    }
}
