//! `phone-value-out-of-range`: a value or an index that the guides do not permit.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use hashbrown::HashSet;

use super::described::{self, described};
use super::misspelt::in_front_of_index;
use super::{Facts, Findings, phone_address_decorated, setting};
use crate::finding::{Edit, Fix};
use crate::fix::{Change, Field};
use crate::handset::Via;
use crate::phone::parameter::{self, Confidence, Permitted, Spec};
use crate::phone::{Configuration, Known};

/// Wrong indexes of a file for which a free one is looked for.
const OFFERED: usize = 16;

/// Looks at every parameter that is read in a guide.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let by_srv = LazyCell::new(|| groups_by_srv(site));
    for configuration in site.distinct_configurations() {
        let finds_srv = || {
            let mut readers = site.provisioning.groups_of(configuration.source);
            readers.any(|reader| by_srv.contains(&reader))
        };
        let mut reported = HashSet::new();
        let mut offered = HashSet::new();
        let known = configuration.known();
        for known in known.filter(|known| !configuration.is_malformed(known.parameter)) {
            if known.spec.confidence != Confidence::High {
                if is_broken_address(&known) {
                    value(site, findings, &known, finds_srv);
                }
                continue;
            }
            if let Err(violation) = known.spec.check_indexes(&known.name) {
                let prefix = indexed(&known.name).to_owned();
                if !known.parameter.value.value.is_empty() && reported.insert(prefix.clone()) {
                    let name = known.parameter.name.span;
                    let expected = violation.expected;
                    let message = format!("no handset reads `{prefix}`: its index is {expected}");
                    let finding = setting::in_file(site, findings, name, message);
                    let few = reported.len() <= OFFERED;
                    let of_others = few.then(|| index_of_others(configuration, &known, &prefix));
                    let of_others = of_others.flatten();
                    let advice = match &of_others {
                        Some(_) => "use the index of the settings that belong to it",
                        None => "use an index that is free",
                    };
                    let free = few.then(|| free_index(configuration, &known));
                    let free = of_others.or_else(|| free.flatten());
                    let free = free.filter(|free| offered.insert(free.clone()));
                    findings.push(match &free {
                        Some(free) => finding.help(format!("{advice}: `{free}`")).fix(moved(
                            configuration,
                            &prefix,
                            free,
                        )),
                        None => finding.help("use an index that is free"),
                    });
                }
            } else {
                value(site, findings, &known, finds_srv);
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
fn indexed(name: &str) -> &str {
    let behind = in_front_of_index(name).map_or("", |(_, behind)| behind);
    &name[..name.len() - behind.len()]
}

/// The same with the only index whose settings lack all that has the wrong one.
fn index_of_others(
    configuration: &Configuration,
    known: &Known<'_>,
    wrong: &str,
) -> Option<String> {
    let (front, _) = in_front_of_index(&known.name)?;
    let mut taken: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    for other in &configuration.parameters {
        let name = other.name.value.as_str();
        if let Some((of_other, behind)) = in_front_of_index(name)
            && of_other == front
        {
            let index = &name[..name.len() - behind.len()];
            taken.entry(index).or_default().insert(behind);
        }
    }
    let lacking = taken.remove(wrong)?;
    let mut others = taken.iter().filter(|(index, behind)| {
        let name = lacking.iter().next().map(|one| format!("{index}{one}"));
        let is_read = name.is_some_and(|name| known.spec.check_indexes(&name).is_ok());
        is_read && lacking.is_disjoint(behind)
    });
    let (only, _) = others.next().filter(|_| others.next().is_none())?;
    Some((*only).to_owned())
}

/// The same with the nearest index that handsets read, where the file says nothing of it.
fn free_index(configuration: &Configuration, known: &Known<'_>) -> Option<String> {
    let free = indexed(&known.spec.with_indexes_in_range(&known.name)?).to_owned();
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

fn value(site: &Facts, findings: &mut Findings, known: &Known<'_>, finds_srv: impl Fn() -> bool) {
    let value = &known.parameter.value;
    if let Some(message) = violation(known.spec, &value.value) {
        findings.push(
            setting::in_file(site, findings, value.span, message)
                .help(help(known.spec, &known.name))
                .fix(permitted(known, finds_srv)),
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
fn permitted(known: &Known<'_>, finds_srv: impl Fn() -> bool) -> Fix {
    let (parameter, name) = (known.parameter, &*known.name);
    let blank = match known.spec.permitted {
        Permitted::Host => "host name or IPv4 address",
        Permitted::Ipv4 => "IPv4 address",
        permitted => {
            let meant = permitted.meant(&parameter.value.value);
            // With a port they would ask for no SRV records any more.
            let is_port = known.spec.key.rsplit('.').next() == Some("port");
            let meant = meant.filter(|_| !is_port || !finds_srv());
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

/// Groups of handsets that find servers through SRV records. What is no port counts as none.
fn groups_by_srv(site: &Facts) -> HashSet<usize> {
    let by_srv = site.simulated().filter(|(simulation, ..)| {
        let first = simulation.lookup.servers().first();
        first.is_some_and(|server| server.via == Via::Srv)
    });
    by_srv
        .flat_map(|(_, setup, _)| setup.groups.iter().copied())
        .collect()
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
        let taken = r#"<a voIpProt.server.01.address="a" voIpProt.server.1.address="b"/>"#;
        assert!(of(RULE, &site(&[taken]))[0].fix.is_none());
        let misspelt = r#"<a volpProt.server.01.address="a"/>"#;
        assert!(of(RULE, &site(&[misspelt]))[0].fix.is_none());
    }

    #[test]
    fn an_index_leads_to_the_settings_that_lack_what_has_it() {
        for (wrong, right) in [
            (
                r#"<a voIpProt.server.5.address="a" voIpProt.server.1.port="0"/>"#,
                r#"<a voIpProt.server.1.address="a" voIpProt.server.1.port="0"/>"#,
            ),
            (
                r#"<a dns.cache.A.13.name="a" dns.cache.A.2.address="10.0.0.1" dns.cache.A.1.name="b" dns.cache.A.1.address="10.0.0.2"/>"#,
                r#"<a dns.cache.A.2.name="a" dns.cache.A.2.address="10.0.0.1" dns.cache.A.1.name="b" dns.cache.A.1.address="10.0.0.2"/>"#,
            ),
            // Two lack it.
            (
                r#"<a voIpProt.server.5.address="a" voIpProt.server.1.port="0" voIpProt.server.2.port="0"/>"#,
                r#"<a voIpProt.server.4.address="a" voIpProt.server.1.port="0" voIpProt.server.2.port="0"/>"#,
            ),
        ] {
            assert_eq!(repaired(RULE, wrong), right);
        }
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
