//! Where a text names subscribers: users, display names and numbers, in the lines of a
//! handset's log, the settings of its lines, and SIP addresses.
//!
//! It goes by the text alone, so it works on broken files and on messages as well.

use std::ops::Range;

/// What stands before a subscriber in a log, and what behind.
const IN_LOGS: [(&str, &[&str]); 4] = [
    ("Usr:", &[" Dsp:", "\n"]),
    (" Dsp:", &[" Auth:", "\n"]),
    (" Auth:'", &["' Inx:", "'", "\n"]),
    ("failed User: ", &[", Error Code:", "\n"]),
];

/// Parameters below these that name a subscriber, by the ends of their names.
const SETTINGS: [(&str, &[&str]); 8] = [
    (
        "reg.",
        &[
            ".address",
            ".displayname",
            ".label",
            ".auth.userid",
            ".thirdpartyname",
            // Where its calls are forwarded to.
            ".contact",
        ],
    ),
    ("attendant.", &[".address", ".label", ".uri"]),
    ("call.", &[".contact"]),
    ("device.", &[".user", ".identity"]),
    ("dir.", &[".user"]),
    ("divert.", &[".contact"]),
    ("msg.mwi.", &[".callback", ".subscribe"]),
    // Numbers that may be called from a locked handset.
    ("phonelock.", &[".value", ".description"]),
];

/// The longest name, value and user part that is looked at.
const REACH: usize = 256;

/// The subscribers of a text, in order, none over another.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (before, behind) in IN_LOGS {
        for at in memchr::memmem::find_iter(text.as_bytes(), before) {
            let start = at + before.len();
            let rest = window(text, start);
            let end = behind.iter().filter_map(|end| rest.find(end)).min();
            push(&mut found, start..start + end.unwrap_or(rest.len()));
        }
    }
    for at in memchr::memchr2_iter(b'=', b'@', text.as_bytes()) {
        if text.as_bytes()[at] == b'=' {
            if is_setting(&text.as_bytes()[..at]) {
                push(&mut found, value(text, at + 1));
            }
        } else {
            push(&mut found, user_before(text, at));
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, last| {
        let over = next.start < last.end;
        if over {
            last.end = last.end.max(next.end);
        }
        over
    });
    found
}

fn push(found: &mut Vec<Range<usize>>, range: Range<usize>) {
    if !range.is_empty() {
        found.push(range);
    }
}

/// The text from an offset on, as far as it is looked at.
fn window(text: &str, start: usize) -> &str {
    super::at_most(REACH, &text[start..])
}

/// The attribute whose name ends here names a subscriber. Server addresses, `reg.1.server.1.address`,
/// are none.
fn is_setting(before: &[u8]) -> bool {
    let before = &before[before.len().saturating_sub(REACH)..].trim_ascii_end();
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let length = before.iter().rev().take_while(|byte| belongs(byte)).count();
    let name = String::from_utf8_lossy(&before[before.len() - length..]).to_ascii_lowercase();
    let is_server = name.contains(".server.") || name.contains("proxy.");
    SETTINGS.iter().any(|(family, ends)| {
        name.starts_with(family) && !is_server && ends.iter().any(|end| name.ends_with(end))
    })
}

/// What stands between the quotes behind a `=`.
fn value(text: &str, from: usize) -> Range<usize> {
    let rest = window(text, from);
    let blanks = rest.len() - rest.trim_start().len();
    let rest = &rest[blanks..];
    let Some(quote) = rest.chars().next().filter(|first| "\"'".contains(*first)) else {
        return from..from;
    };
    let inside = &rest[1..];
    let length = inside.find([quote, '\n']).unwrap_or(inside.len());
    let start = from + blanks + 1;
    start..start + length
}

/// `1512` of `sip:1512@eslab.local`, also behind `sips:`.
fn user_before(text: &str, at: usize) -> Range<usize> {
    let ends = |character: char| character.is_whitespace() || "\"'<>=,;/!`".contains(character);
    let mut start = at.saturating_sub(REACH);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = &text[start..at];
    let word = before.rfind(ends).map_or(before, |end| {
        let width = before[end..].chars().next().map_or(1, char::len_utf8);
        &before[end + width..]
    });
    let lower = word.to_ascii_lowercase();
    let scheme = ["sip:", "sips:"]
        .into_iter()
        .find(|one| lower.starts_with(one));
    match scheme {
        Some(scheme) => at - word.len() + scheme.len()..at,
        None => at..at,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn subscribers_are_found_in_logs_settings_and_addresses() {
        for (text, expected) in [
            (
                "|sip  |*|00|Sip Register Usr:1512 Dsp:Ann Lee Auth:'u1512' Inx:0",
                &["1512", "Ann Lee", "u1512"][..],
            ),
            (
                "|sip  |4|00|Registration failed User: 1512, Error Code:480 Temporarily",
                &["1512"],
            ),
            (
                r#"<a reg.1.address="1512" reg.12.displayName = 'Ann' reg.1.auth.userId="u"/>"#,
                &["1512", "Ann", "u"],
            ),
            (
                r#"<a reg.1.address="1512@eslab.local"/>"#,
                &["1512@eslab.local"],
            ),
            ("`sip:1512@eslab.local` is no address", &["1512"]),
            (r#"<a attendant.resourceList.3.label="Ann""#, &["Ann"]),
            (
                r#"<a divert.1.contact="4712" reg.1.fwd.busy.contact="4713" call.autoOffHook.1.contact="4714"/>"#,
                &["4712", "4713", "4714"],
            ),
            (
                r#"<a dir.corp.user="cn=ann" phoneLock.authorized.1.value="4715" device.net.dot1x.identity="ann"/>"#,
                &["cn=ann", "4715", "ann"],
            ),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn servers_and_passwords_are_no_subscribers() {
        for text in [
            r#"<a reg.1.server.1.address="eslab.local" reg.1.outboundProxy.address="p"/>"#,
            r#"<a reg.1.auth.password="hunter2" voIpProt.server.1.address="eslab.local"/>"#,
            "hostmaster@eslab.local",
            "_sip._udp SRV 0 0 5060 piper",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn subscribers_of_any_text_are_in_order_and_whole_characters(
            text in "([a-z:@=\"' \n\u{e9}]|Usr:| Dsp:|reg.1.label=|sip:){0,60}"
        ) {
            let mut behind = 0;
            for range in find(&text) {
                prop_assert!(range.start >= behind && range.start < range.end);
                prop_assert!(text.get(range.clone()).is_some());
                behind = range.end;
            }
        }
    }
}
