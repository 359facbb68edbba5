//! `phone-address-decorated`: an address with something around it.

use std::ops::Range;

use super::described::{self, described};
use super::{Facts, Findings, setting};
use crate::finding::Subject;
use crate::phone::parameter::Permitted;

/// Looks at every server's address.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for configuration in site.distinct_configurations() {
        for known in configuration.known() {
            if known.spec.permitted != Permitted::Host {
                continue;
            }
            let Some(decoration) = decoration(&known.parameter.value.value) else {
                continue;
            };
            let span = setting::part(site, known.parameter, decoration.range.clone());
            let message = decoration.message(&known.name);
            let finding = setting::in_file(site, findings, span, message)
                .about(Subject::Token(known.parameter.value.span))
                .help(decoration.help("parameters"));
            findings.push(match decoration.bare {
                Some(bare) => {
                    finding.fix(setting::change(known.parameter, &known.name, &bare, false))
                }
                None => finding,
            });
        }
    }
    for one in described(site) {
        if let Some(decoration) = decoration(&one.entry.address.value) {
            let span = one.part(decoration.range.clone());
            let finding = described::at(findings, span, decoration.message(one.option));
            findings.push(finding.help(decoration.help("options")));
        }
    }
}

/// What stands around a host name or address.
pub(super) struct Decoration {
    /// What it is, in words. The value is not among them: a user part may hold a password.
    parts: Vec<String>,
    /// The part of the value that shows it.
    range: Range<usize>,
    /// What remains without it.
    bare: Option<String>,
}

impl Decoration {
    fn message(&self, setting: &str) -> String {
        format!("{} in `{setting}`", self.parts.join(" and "))
    }

    fn help(&self, settings: &str) -> String {
        match &self.bare {
            Some(bare) => {
                format!("write `{bare}` alone; port and transport have {settings} of their own")
            }
            None => "write one host name or address alone: several servers are the business of \
                     SRV records"
                .to_owned(),
        }
    }
}

/// What stands around the host name or address in `value`.
pub(super) fn decoration(value: &str) -> Option<Decoration> {
    if value.starts_with('_') {
        return None;
    }
    if value.contains(',') {
        return Some(Decoration {
            parts: vec!["list of addresses".into()],
            range: 0..value.len(),
            bare: None,
        });
    }
    let mut found = Vec::new();
    let mut host = 0..value.len();
    let mut strip = |range: Range<usize>, part: String| {
        if !range.is_empty() {
            found.push((range, part));
        }
    };
    let start = value.len() - value.trim_start().len();
    strip(0..start, "blank".into());
    host.start = start;
    let end = value.trim_end().len().max(start);
    strip(end..value.len(), "blank".into());
    host.end = end;
    if let Some(length) = scheme(&value[host.clone()]) {
        let range = host.start..host.start + length;
        strip(range.clone(), format!("scheme `{}`", &value[range]));
        host.start += length;
    }
    if let Some(at) = value[host.clone()].rfind('@') {
        strip(host.start..host.start + at + 1, "user part".into());
        host.start += at + 1;
    }
    if let Some(at) = value[host.clone()].find([';', '/', '?']) {
        strip(host.start + at..host.end, "text behind the host".into());
        host.end = host.start + at;
    }
    if let Some(length) = port(&value[host.clone()]) {
        let range = host.end - length..host.end;
        strip(range.clone(), format!("port `{}`", &value[range]));
        host.end -= length;
    }
    if value[host.clone()].ends_with('.') && host.len() > 1 {
        strip(host.end - 1..host.end, "final dot".into());
        host.end -= 1;
    }
    let bare = &value[host];
    if let Some(at) = bare.find(char::is_whitespace) {
        let at = value.find(bare).unwrap_or_default() + at;
        strip(at..at + 1, "blank".into());
    }
    let range = match &found[..] {
        [] => return None,
        [(range, _)] => range.clone(),
        _ => 0..value.len(),
    };
    let mut parts: Vec<_> = found.into_iter().map(|(_, part)| part).collect();
    parts.dedup();
    let is_host = !bare.is_empty() && !bare.contains(|c: char| c.is_whitespace() || c == ':');
    Some(Decoration {
        parts,
        range,
        bare: is_host.then(|| bare.to_owned()),
    })
}

/// Length of `sip:`, `sips:`, `udp://` and their like; the host in `sip:5060` is `sip`.
fn scheme(text: &str) -> Option<usize> {
    let (scheme, rest) = text.split_once(':')?;
    let slashes = rest.len() - rest.trim_start_matches('/').len();
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_port = rest.bytes().all(|byte| byte.is_ascii_digit());
    // The groups of an IPv6 address are hexadecimal.
    let is_group = scheme.len() <= 4 && scheme.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_scheme && !is_port && !is_group).then_some(scheme.len() + 1 + slashes)
}

/// Length of `:5060` at the end; an IPv6 address has more colons and no port.
fn port(text: &str) -> Option<usize> {
    let (host, port) = text.split_once(':')?;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    (!host.is_empty() && is_port).then_some(port.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::decoration;
    use crate::rules::phone_testing::{of, repaired, reported, site};

    const RULE: &str = "phone-address-decorated";

    #[test]
    fn decorations_are_shown_and_removed() {
        for (value, shown, bare) in [
            ("sip:eslab.local", "sip:", Some("eslab.local")),
            ("SIPS:eslab.local", "SIPS:", Some("eslab.local")),
            ("facade:eslab.local", "facade:", Some("eslab.local")),
            ("udp://eslab.local", "udp://", Some("eslab.local")),
            ("eslab.local:5060", ":5060", Some("eslab.local")),
            ("sip:5060", ":5060", Some("sip")),
            ("eslab.local.", ".", Some("eslab.local")),
            (" eslab.local", " ", Some("eslab.local")),
            ("eslab.local  ", "  ", Some("eslab.local")),
            ("1512@eslab.local", "1512@", Some("eslab.local")),
            (
                "eslab.local;transport=tcp",
                ";transport=tcp",
                Some("eslab.local"),
            ),
            ("eslab .local", " ", None),
            (
                "sip:eslab.local:5060",
                "sip:eslab.local:5060",
                Some("eslab.local"),
            ),
            ("10.225.2.66, eslab.local", "10.225.2.66, eslab.local", None),
            ("10.225.2.31:5060", ":5060", Some("10.225.2.31")),
        ] {
            let found = decoration(value).expect(value);
            assert_eq!(&value[found.range], shown, "{value}");
            assert_eq!(found.bare.as_deref(), bare, "{value}");
        }
    }

    #[test]
    fn plain_addresses_are_not_decorated() {
        for value in [
            "",
            "eslab.local",
            "10.225.2.31",
            "sip",
            "_sip._udp.eslab.local.",
            "::1",
            "fe80::1",
            "fade::1",
            "10.225.2.31:sip",
            ".",
        ] {
            assert!(decoration(value).is_none(), "{value}");
        }
    }

    #[test]
    fn one_finding_an_address() {
        let text = r#"<a reg.1.server.1.address="sip:eslab.local:5060 "/>"#;
        assert_eq!(reported(RULE, text), ["error: sip:eslab.local:5060 "]);
        assert_eq!(
            repaired(RULE, text),
            r#"<a reg.1.server.1.address="eslab.local"/>"#
        );
    }

    #[test]
    fn a_secret_is_not_shown() {
        let text = r#"<a reg.1.server.1.address="sip:1512:hunter2@eslab.local"/>"#;
        let found = format!("{:?}", of(RULE, &site(&[text])));
        assert!(found.contains("user part"));
        assert!(!found.contains("hunter2"), "{found}");
    }
}
