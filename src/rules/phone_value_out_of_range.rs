//! `phone-value-out-of-range`: a value or an index that the guides do not permit.

use std::net::Ipv6Addr;

use hashbrown::HashSet;

use super::described::{self, described};
use super::{Facts, Findings, phone_address_decorated, setting};
use crate::finding::{Edit, Fix};
use crate::fix::{Change, Field};
use crate::phone::parameter::{self, Confidence, Permitted, Spec};
use crate::phone::{Configuration, Known};

/// Wrong indexes of a file for which a free one is looked for.
const OFFERED: usize = 16;

/// Looks at every parameter that is read in a guide.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for configuration in site.distinct_configurations() {
        let mut reported = HashSet::new();
        let mut offered = HashSet::new();
        let known = configuration.known();
        for known in known.filter(|known| !configuration.is_malformed(known.parameter)) {
            if known.spec.confidence != Confidence::High {
                if is_broken_address(&known) {
                    value(site, findings, &known);
                }
                continue;
            }
            if let Err(violation) = known.spec.check_indexes(&known.name) {
                let prefix = indexed(&known.name);
                if !known.parameter.value.value.is_empty() && reported.insert(prefix.clone()) {
                    let name = known.parameter.name.span;
                    let expected = violation.expected;
                    let message = format!("no handset reads `{prefix}`: its index is {expected}");
                    let finding = setting::in_file(site, findings, name, message);
                    let few = reported.len() <= OFFERED;
                    let free = few.then(|| free_index(configuration, &known)).flatten();
                    let free = free.filter(|free| offered.insert(free.clone()));
                    findings.push(match &free {
                        Some(free) => finding
                            .help(format!("use an index that is free: `{free}`"))
                            .fix(moved(configuration, &prefix, free)),
                        None => finding.help("use an index that is free"),
                    });
                }
            } else {
                value(site, findings, &known);
            }
        }
    }
    let Some(spec) = parameter::find("voIpProt.server.1.address") else {
        return;
    };
    for one in described(site) {
        let address = &one.entry.address;
        if let Some(message) = violation(spec, &address.value) {
            let finding = described::at(findings, address.span, message);
            findings.push(finding.help(help(spec, one.option)));
        }
    }
}

/// In the place of one IPv4 address, whoever says that there may be one: numbers, dots and what
/// parts addresses, which are nothing else, or a host name, which nobody can look up before the
/// DNS server is known.
fn is_broken_address(known: &Known<'_>) -> bool {
    let value = known.parameter.value.value.trim();
    let separators = b".,;:/ ";
    let is_of_address = |byte: u8| byte.is_ascii_digit() || separators.contains(&byte);
    let is_broken =
        || value.bytes().all(is_of_address) && value.bytes().any(|byte| separators.contains(&byte));
    known.spec.permitted == Permitted::Ipv4
        && value.parse::<Ipv6Addr>().is_err()
        && (is_broken() || is_host_name(value))
}

/// Letters, digits, hyphens and dots, the last word beginning with a letter.
fn is_host_name(value: &str) -> bool {
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        !word.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = value.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| last.starts_with(|first: char| first.is_ascii_alphabetic()))
        && value.split('.').all(is_word)
}

/// The name up to the index before its last word.
fn indexed(name: &str) -> String {
    let (prefix, _) = name.rsplit_once('.').unwrap_or((name, ""));
    let end = prefix
        .rmatch_indices(|c: char| c.is_ascii_digit())
        .next()
        .map_or(prefix.len(), |(at, digit)| at + digit.len());
    prefix[..end].to_owned()
}

/// The same with the nearest index that handsets read, where the file says nothing of it.
fn free_index(configuration: &Configuration, known: &Known<'_>) -> Option<String> {
    let free = indexed(&known.spec.with_indexes_in_range(&known.name)?);
    let mut parameters = configuration.parameters.iter();
    let is_taken = parameters.any(|other| behind(&other.name.value, &free).is_some());
    (!is_taken && known.name == known.parameter.name.value).then_some(free)
}

/// What stands in a name behind a prefix, from the dot on.
fn behind<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let rest = name.strip_prefix(prefix)?;
    rest.starts_with('.').then_some(rest)
}

/// Gives everything below a prefix to another.
fn moved(configuration: &Configuration, from: &str, to: &str) -> Fix {
    let parameters = configuration.parameters.iter();
    let renamed = parameters.filter_map(|parameter| {
        let rest = behind(&parameter.name.value, from)?;
        Some((parameter, format!("{to}{rest}")))
    });
    let renamed: Vec<_> = renamed.collect();
    let edits = renamed.iter();
    let changes = renamed.iter();
    Fix {
        title: format!("rename `{from}` to `{to}`"),
        edits: edits
            .map(|(parameter, name)| Edit::replace(parameter.name.span, name))
            .collect(),
        changes: changes
            .map(|(parameter, name)| setting::renamed(parameter, name))
            .collect(),
        ..Fix::default()
    }
}

fn value(site: &Facts, findings: &mut Findings, known: &Known<'_>) {
    let value = &known.parameter.value;
    if let Some(message) = violation(known.spec, &value.value) {
        findings.push(
            setting::in_file(site, findings, value.span, message)
                .help(help(known.spec, &known.name))
                .fix(permitted(known)),
        );
    }
}

/// What is wrong with a value that no other rule speaks of.
fn violation(spec: &Spec, value: &str) -> Option<String> {
    let has_own_rule = spec.key.ends_with(".transport")
        || (spec.permitted == Permitted::Host
            && (value.starts_with('_') || phone_address_decorated::decoration(value).is_some()));
    if has_own_rule {
        return None;
    }
    let violation = spec.check(value).err()?;
    Some(format!("`{}` is not {}", cut(value), violation.expected))
}

fn help(spec: &Spec, name: &str) -> String {
    let default = match spec.default {
        "" => String::new(),
        default => format!("; without the setting it is `{default}`"),
    };
    format!("`{name}`: {}{default} ({})", spec.meaning, spec.source)
}

/// The default, which is what most guides let handsets use; a host or an address is only for
/// the reader to name.
fn permitted(known: &Known<'_>) -> Fix {
    let (parameter, name) = (known.parameter, &*known.name);
    let blank = match known.spec.permitted {
        Permitted::Host => "host name or IPv4 address",
        Permitted::Ipv4 => "IPv4 address",
        permitted => {
            let meant = permitted.meant(&parameter.value.value);
            let title = match &meant {
                Some(meant) => format!("write `{meant}`"),
                None => format!("set `{name}` to its default"),
            };
            let value = meant.as_deref().unwrap_or(known.spec.default);
            return Fix {
                title,
                ..setting::change(parameter, name, value, false)
            };
        }
    };
    Fix {
        title: format!("set `{name}`"),
        changes: vec![Change::Setting {
            old: Some((parameter.name.value.clone(), parameter.value.span)),
            name: name.to_owned(),
            value: Field::blank(blank),
        }],
        ..Fix::default()
    }
}

/// A value as a message shows it.
fn cut(value: &str) -> String {
    match value.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, repaired, reported, site};

    const RULE: &str = "phone-value-out-of-range";

    #[test]
    fn values_outside_their_range_are_reported() {
        let text = r#"<a reg.1.server.1.port="70000" voIpProt.server.1.expires="5" reg.1.server.1.failOver.failBack.timeout="30" dns.cache.A.1.ttl="60" reg.1.server.1.address="10.225.2.300" log.render.level="9"/>"#;
        assert_eq!(
            reported(RULE, text),
            [
                "error: 70000",
                "error: 5",
                "error: 30",
                "error: 60",
                "error: 10.225.2.300",
                "error: 9"
            ]
        );
    }

    #[test]
    fn an_index_outside_its_range_is_reported_once() {
        let text = r#"<a voIpProt.server.5.address="a" voIpProt.server.5.port="0" dns.cache.SRV.13.name="x" voIpProt.server.6.address="" reg.7.server.1.address="a"/>"#;
        assert_eq!(
            reported(RULE, text),
            [
                "error: voIpProt.server.5.address",
                "error: dns.cache.SRV.13.name"
            ]
        );
    }

    #[test]
    fn an_index_that_is_free_takes_all_settings_over() {
        let text = r#"<a voIpProt.server.01.address="a" voIpProt.server.01.port="0"/>"#;
        assert_eq!(
            repaired(RULE, text),
            r#"<a voIpProt.server.1.address="a" voIpProt.server.1.port="0"/>"#
        );
        let taken = r#"<a voIpProt.server.01.address="a" voIpProt.server.1.port="0"/>"#;
        assert!(of(RULE, &site(&[taken]))[0].fix.is_none());
        let misspelt = r#"<a volpProt.server.01.address="a"/>"#;
        assert!(of(RULE, &site(&[misspelt]))[0].fix.is_none());
    }

    #[test]
    fn permitted_and_empty_values_are_fine() {
        let text = r#"<a reg.1.server.1.port="" voIpProt.server.1.expires="3600" reg.1.server.1.failOver.failBack.timeout="0" reg.1.server.1.failOver.failBack.mode="newRequests" dns.cache.A.1.ttl="" reg.1.server.1.address="eslab.local"/>"#;
        assert!(reported(RULE, text).is_empty());
    }

    #[test]
    fn what_has_a_rule_of_its_own_is_left_to_it() {
        let text = r#"<a reg.1.server.1.transport="naptr" reg.1.server.1.address="sip:eslab.local" reg.2.server.1.address="_sip._udp.eslab.local"/>"#;
        assert!(reported(RULE, text).is_empty());
    }

    #[test]
    fn rows_that_no_guide_confirms_are_not_judged() {
        assert!(
            reported(
                RULE,
                r#"<a reg.1.auth.optimizedInFailover="7" nat.keepalive.interval="x"/>"#
            )
            .is_empty()
        );
    }
}
