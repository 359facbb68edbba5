//! Where a text holds passwords: the values of attributes whose name says so, and the
//! password in a user part (RFC 3986 3.2.1 asks not to show it).
//!
//! Configurations are shown most when they are broken, so this goes by `=` and `@` alone and
//! needs no XML that can be parsed. It rather hides too much than too little.

use std::ops::Range;

/// Longest text before a `=` that is looked at, and longest password in a user part.
const REACH: usize = 256;

/// The secrets of a text, in order, none over another.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut secrets: Vec<Range<usize>> = Vec::new();
    let mut hidden = 0;
    for at in memchr::memchr3_iter(b'=', b'@', b'"', bytes) {
        if at < hidden {
            continue;
        }
        let named = || is_secret(name_before(&bytes[..at]));
        let secret = match bytes[at] {
            b'=' => named().then(|| value_behind(bytes, at + 1)),
            // The `=` is missing.
            b'"' => named().then(|| value_behind(bytes, at)),
            _ => password_before(&bytes[..at]),
        };
        if let Some(secret) = secret
            && secret.start >= hidden
            && !secret.is_empty()
        {
            hidden = secret.end;
            secrets.push(secret);
        }
    }
    secrets
}

/// The last segment of the attribute's name that ends here: `password` of
/// `reg.1.auth.password`, and `psk.key` of `device.wifi.psk.key`. Nothing where it has none of the letters of which every word for a
/// secret has one, as almost all have not.
fn name_before(bytes: &[u8]) -> &[u8] {
    let bytes = bytes[bytes.len().saturating_sub(REACH)..].trim_ascii_end();
    let mut may_be = false;
    let mut start = bytes.len();
    for byte in bytes.iter().rev() {
        match byte {
            b'p' | b'P' | b'c' | b'C' => may_be = true,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => {}
            // What key it is says the segment before.
            b'.' if bytes[start..].eq_ignore_ascii_case(b"key") => {}
            _ => break,
        }
        start -= 1;
    }
    if may_be { &bytes[start..] } else { &[] }
}

/// Whether a parameter of that name, or of a misspelling of it, holds a secret.
fn is_secret(segment: &[u8]) -> bool {
    const INSIDE: [&str; 7] = [
        "passw",
        "pasw",
        "passphrase",
        "pwd",
        "secret",
        "psk",
        "credential",
    ];
    const AT_END: [&str; 5] = ["pass", "pin", "presharedkey", "privatekey", "encryptionkey"];
    let is = |part: &[u8], word: &str| part.eq_ignore_ascii_case(word.as_bytes());
    let holds = |word: &&str| segment.windows(word.len()).any(|part| is(part, word));
    let ends_with = |word: &&str| {
        let end = segment.len().checked_sub(word.len());
        end.is_some_and(|end| is(&segment[end..], word))
    };
    // No word is shorter.
    segment.len() >= 3 && (INSIDE.iter().any(holds) || AT_END.iter().any(ends_with))
}

/// What stands between the quotes; to the end of the line where no quote closes, and to the
/// next blank or `>` where none opens.
fn value_behind(bytes: &[u8], from: usize) -> Range<usize> {
    let rest = &bytes[from..];
    let start = from + (rest.len() - rest.trim_ascii_start().len());
    let rest = &bytes[start..];
    if let Some(quote @ (b'"' | b'\'')) = rest.first() {
        let inside = &rest[1..];
        let length = memchr::memchr(*quote, inside)
            .or_else(|| memchr::memchr2(b'\r', b'\n', inside))
            .unwrap_or(inside.len());
        start + 1..start + 1 + length
    } else {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'<');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        start..start + length
    }
}

/// `hunter2` of `sip:1512:hunter2@`.
fn password_before(bytes: &[u8]) -> Option<Range<usize>> {
    let end = bytes.len();
    let from = end.saturating_sub(REACH);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'<>=,;/:".contains(byte);
    let length = bytes[from..]
        .iter()
        .rev()
        .take_while(|byte| !ends(byte))
        .count();
    let start = end - length;
    // The user is not hidden: `sip:1512@` has no password.
    let before = &bytes[from..start.checked_sub(1)?.max(from)];
    let user = before.iter().rev().take_while(|byte| !ends(byte)).count();
    // `sip:info@` has a user and no password; `!` begins the text of a NAPTR's substitution.
    let word = &before[before.len() - user..];
    let word = word.rsplit(|byte| *byte == b'!').next().unwrap_or(word);
    let scheme = [&b"sip"[..], b"sips", b"tel", b"mailto"];
    let scheme = scheme.iter().any(|one| one.eq_ignore_ascii_case(word));
    let is_password = bytes[start - 1] == b':' && user > 0 && !scheme;
    is_password.then_some(start..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::borrow::Cow;

    use super::*;
    use crate::source::without_passwords;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn values_of_secret_names_are_found_in_broken_text_too() {
        for text in [
            r#"<a reg.1.auth.password="hunter2"/>"#,
            r"<a reg.1.auth.Password = 'hunter2'/>",
            r#"<a reg.1.auth.pasword=hunter2 reg.1.label="b"/>"#,
            "<a device.auth.localAdminPassword=\"hunter2\n reg.1.label='b'/>",
            r#"<a sec.clientSecret="hunter2"#,
            r#"<a reg.1.auth.password "hunter2"/>"#,
            r#"<a reg.1.loginPin="hunter2" x="1"/>"#,
            r#"<a reg.1.server.1.address="sip:1512:hunter2@eslab.local"/>"#,
            r#"<a device.wifi.psk.key="hunter2"/>"#,
            r#"<a prov.server="ftp://user:hunter2@10.0.0.1/"/>"#,
        ] {
            assert_eq!(found(text), ["hunter2"], "{text}");
        }
    }

    #[test]
    fn what_is_repeated_of_a_text_is_masked() {
        let address = "`user:hunter2@eslab.local` has a user part";
        assert_eq!(
            without_passwords(address),
            "`user:*******@eslab.local` has a user part"
        );
        assert!(matches!(
            without_passwords("sip:1512@eslab.local"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn other_values_are_not_hidden() {
        for text in [
            r#"<a reg.1.auth.userId="b" device.auth.localAdminPassword.set="1"/>"#,
            r#"<a reg.1.server.1.address="sip:1512@eslab.local" password=""/>"#,
            "@ SOA ns1 hostmaster 1 2 3 4 5 ; key=value",
            r#"@ NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:info@eslab.local!" ."#,
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    proptest! {
        #[test]
        fn secrets_of_any_text_are_in_order_and_whole_characters(
            text in "([a-z:@=\"' \n\u{e9}]|password=){0,60}"
        ) {
            let mut behind = 0;
            for secret in find(&text) {
                prop_assert!(secret.start >= behind && secret.start < secret.end);
                prop_assert!(text.get(secret.clone()).is_some());
                behind = secret.end;
            }
        }
    }
}
