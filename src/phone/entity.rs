//! Character references and the five entities that XML has by itself (XML 1.0, 4.1 and 4.6).

/// The longest reference that can mean a character: `&#x0010FFFF;` and some zeros.
const MAX_LENGTH: usize = 16;

/// Reads the reference at the beginning of `text`: the character, and how many bytes it takes.
/// `None` where the text begins no reference, or one that a file would have to define.
pub(super) fn read(text: &str) -> Option<(char, usize)> {
    let end = text
        .bytes()
        .take(MAX_LENGTH)
        .position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix('x') {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return None;
            }
            let character = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
            let allowed = character >= ' ' || matches!(character, '\t' | '\n' | '\r');
            if !allowed || matches!(character, '\u{fffe}' | '\u{ffff}') {
                return None;
            }
            character
        }
    };
    Some((character, end + 1))
}

/// An attribute's value as a parser hands it on: references replaced, each line break and
/// tab a blank (XML 1.0, 2.11 and 3.3.3). What is no reference stays as it is.
pub(super) fn resolve(raw: &str) -> String {
    let raw = if raw.contains("\r\n") {
        &raw.replace("\r\n", "\n")
    } else {
        raw
    };
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\t', '\r', '\n']) {
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, length) = if rest.starts_with('&') {
            read(rest).unwrap_or(('&', 1))
        } else {
            (' ', 1)
        };
        value.push(character);
        rest = &rest[length..];
    }
    value.push_str(rest);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters() {
        for (raw, value) in [
            ("a&amp;b", "a&b"),
            ("&lt;&gt;&quot;&apos;", "<>\"'"),
            ("&#65;&#x42;&#xe9;", "ABé"),
            ("&unknown;", "&unknown;"),
            ("&", "&"),
            ("&;", "&;"),
            ("&#;", "&#;"),
            ("&#+65;", "&#+65;"),
            ("&#0;", "&#0;"),
            ("&é", "&é"),
            ("a\r\nb\tc", "a b c"),
            ("a&#10;b", "a\nb"),
        ] {
            assert_eq!(resolve(raw), value, "{raw}");
        }
    }
}
