//! Tells handset configurations from other texts.

use std::ops::Range;

use memchr::memchr_iter;

use super::parameter;

/// Root elements that nothing but a handset's files have.
const ROOTS: [&str; 8] = [
    "polycomConfig",
    "PHONE_CONFIG",
    "APPLICATION",
    "phone1",
    "localcfg",
    "voIpProt",
    "volpProt",
    "reginfo",
];

/// How far a name is read backwards from its `=`.
const MAX_NAME: usize = 128;

/// Whether a text is a handset's configuration or master file, well-formed or not, rendered
/// or not. Cheap: one pass over the text, none where its first character tells.
pub fn looks_like_phone_config(text: &str) -> bool {
    let text = text.trim_start();
    let Some(first) = text.chars().next() else {
        return false;
    };
    match first {
        '<' => {
            let has_root = || root(text).is_some_and(|root| ROOTS.contains(&root));
            !is_page(text) && (has_root() || has_setting(text))
        }
        // A template's directive, or settings whose first lines were lost.
        '{' | '#' | '$' => {
            root(text).is_some_and(|root| ROOTS.contains(&root))
                || text.contains('<') && has_setting(text)
        }
        _ => {
            let line = text.split(['\n', '\r']).next().unwrap_or_default();
            line.split_once('=').is_some_and(|(name, value)| {
                value.trim_start().starts_with(['"', '\'']) && is_setting(name.trim_end())
            })
        }
    }
}

/// A web page, such as servers write in the place of a file that is not there.
pub(super) fn is_page(text: &str) -> bool {
    let text = text.trim_start();
    let is_declared = || {
        let start = text.get(..14);
        start.is_some_and(|start| start.eq_ignore_ascii_case("<!doctype html"))
    };
    text.starts_with('<')
        && (root(text).is_some_and(|root| root.eq_ignore_ascii_case("html")) || is_declared())
}

/// Whether such a text is a master file: the one a handset loads first, which names its
/// firmware and its configurations.
pub fn looks_like_master_file(text: &str) -> bool {
    let names_files =
        |name: &str| name.starts_with("CONFIG_FILES") || name.starts_with("APP_FILE_PATH");
    looks_like_phone_config(text)
        && match root(text) {
            Some("APPLICATION") => true,
            Some(root) if ROOTS.contains(&root) => false,
            _ => attributes(text).any(names_files),
        }
}

/// The name of the first element.
fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = &comment[comment.find("-->")?..];
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            // A template may go on inside the name: `<APPLICATION${model}`.
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
            return Some(&rest[..end.unwrap_or(rest.len())]);
        }
    }
}

/// An attribute of a known family stands somewhere in the text, or an element is called so.
fn has_setting(text: &str) -> bool {
    attributes(text).any(is_setting) || elements(text).any(is_setting)
}

/// The words that stand before a `=`.
fn attributes(text: &str) -> impl Iterator<Item = &str> {
    attribute_names(text).map(|name| &text[name])
}

/// Where the words stand that a `=` follows.
pub(super) fn attribute_names(text: &str) -> impl Iterator<Item = Range<usize>> {
    memchr_iter(b'=', text.as_bytes()).map(|at| {
        let start = at.saturating_sub(MAX_NAME);
        let window = &text.as_bytes()[start..at];
        let end = window.trim_ascii_end();
        let begins = end
            .iter()
            .rposition(|byte| !is_of_name(*byte))
            .map_or(0, |before| before + 1);
        start + begins..start + end.len()
    })
}

/// The words that stand behind a `<`.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    memchr_iter(b'<', text.as_bytes()).map(|at| {
        let rest = &text[at + 1..];
        let length = rest.bytes().take_while(|byte| is_of_name(*byte));
        &rest[..length.take(MAX_NAME).count()]
    })
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// A name of the families that handsets know, correctly spelt or nearly so.
pub(super) fn is_setting(name: &str) -> bool {
    const FAMILIES: [&str; 7] = [
        "voIpProt.",
        "dns.cache.",
        "device.dns.",
        "tcpIpApp.",
        "log.render.",
        "log.level.",
        "nat.keepalive.",
    ];
    if !name.bytes().all(is_of_name) {
        return false;
    }
    let line_setting = || {
        let mut segments = name.split('.');
        segments.next() == Some("reg")
            && segments
                .next()
                .is_some_and(|line| line.parse::<u32>().is_ok())
            && segments.next().is_some()
    };
    FAMILIES.iter().any(|family| name.starts_with(family))
        || name.starts_with("APP_FILE_PATH")
        || name.starts_with("CONFIG_FILES")
        || line_setting()
        || parameter::misspelt(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_recognised() {
        for text in [
            "<polycomConfig/>",
            "\n<?xml version=\"1.0\"?>\n<!-- x -->\n<APPLICATION APP_FILE_PATH=\"sip.ld\"/>",
            "<sip><server voIpProt.server.1.address=\"a\"/></sip>",
            "<x volpProt.server.1.address = \"eslab.local\"",
            "<x reg.2.server.1.address=eslab.local",
            "{foreach $lines as $row}<reg reg.{$row}.x=\"1\" dns.cache.A.1.name=\"a\"/>{/foreach}",
            "<?php echo 1 ?><x reg.1.server.1.address=\"<?=$a?>\"/>",
            "## master file\n<APPLICATION${model}\n APP_FILE_PATH${model}=\"sip.ld\"/>",
            "voIpProt.server.1.address=\"eslab.local\"\nvoIpProt.server.1.port=\"0\"/>",
        ] {
            assert!(looks_like_phone_config(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "",
            "<",
            "<!-- <polycomConfig/>",
            "$TTL 3600\n@ IN SOA ns1 hostmaster 1 2 3 4 5\n",
            "; voIpProt.server.1.address=\"eslab.local\"\n@ A 10.0.0.1\n",
            "# <x voIpProt.other: \"a\">\n",
            "<project><dependency version=\"1\"/></project>",
            "<!DOCTYPE html><p>voIpProt.server.1.address=\"x\"</p>",
            "<html><p>voIpProt.server.1.address=\"x\"</p></html>",
            "eslab.local. 3600 IN TXT \"reg.1.address=5\"",
        ] {
            assert!(!looks_like_phone_config(text), "{text}");
        }
    }
}
