//! What the names in a file tell of its zone, beside the file's own.

use std::collections::{BTreeSet, HashSet};

use super::absolute;
use super::file_name::{BEGINNINGS, is_plausible, stem};
use crate::dns::Name;
use crate::source::at_most;

/// How much of a file is searched for names that tell the zone's, in bytes.
const NAMES: usize = 1 << 16;

/// The longest name that there may be, in characters; what is longer is none.
const LONGEST: usize = 255;

/// The zone in a file of that name (without its folder): its own tells it, unless the text has
/// no name of that zone, but such as a part of the file's name tells.
pub(super) fn zone_of(file: &str, text: &str) -> Option<Name> {
    told_by(file, text, Names::of)
}

/// The same of an export, in which an owner may stand in any word.
pub(super) fn zone_of_export(file: &str, text: &str) -> Option<Name> {
    told_by(file, text, Names::of_export)
}

fn told_by<'t>(file: &str, text: &'t str, names: fn(&'t str) -> Names<'t>) -> Option<Name> {
    let text = at_most(NAMES, text);
    let stem = stem(file);
    // No zone is called `eslab.local._udp`: it is the zone's folder `_udp`.
    if let Some((zone, folder)) = stem.rsplit_once('.')
        && folder.starts_with('_')
        && is_plausible(stem)
    {
        return absolute(&format!("{folder}.{zone}"));
    }
    let by_file = Some(stem).filter(|stem| is_plausible(stem));
    if by_file.is_some_and(|stem| is_in(stem, text)) {
        return absolute(stem);
    }
    let lower = stem.to_ascii_lowercase();
    let names = names(text);
    if by_file.is_some() && names.complete.iter().any(|name| is_below(name, &lower)) {
        return absolute(stem);
    }
    let told = names.reverse_zone(&lower);
    let told = told.or_else(|| names.part_of(&lower).map(str::to_owned));
    let told = told.or_else(|| {
        // Most zones have names of more labels: `customer.txt` is no zone `customer`.
        let says_little = by_file.is_none_or(|stem| !stem.contains('.'));
        says_little.then(|| names.domain()).flatten()
    });
    absolute(told.as_deref().or(by_file)?)
}

/// The text has a name at or below `domain`, written alike: mostly it has, and then no name is
/// looked at.
fn is_in(domain: &str, text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), domain).any(|at| {
        let begins = text[..at].ends_with(|before: char| before == '.' || before.is_whitespace());
        let behind = text[at + domain.len()..].strip_prefix('.');
        let ends = behind.is_some_and(|behind| behind.starts_with(char::is_whitespace));
        (begins || at == 0) && ends
    })
}

/// `name` is `domain`, or ends with it.
fn is_below(name: &str, domain: &str) -> bool {
    let rest = name.strip_suffix(domain);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The names of a text in lower case.
#[derive(Default)]
struct Names<'t> {
    /// Names with a final dot, without it.
    complete: BTreeSet<String>,
    /// Those that are owners.
    owners: BTreeSet<String>,
    /// Owners without a final dot.
    relative: HashSet<String>,
    /// The owners of PTR records.
    pointers: Vec<&'t str>,
    /// The server and the mailbox of the SOA record.
    soa: Option<(String, String)>,
}

impl<'t> Names<'t> {
    fn of(text: &'t str) -> Self {
        let mut names = Self::default();
        for line in text.split(['\n', '\r']) {
            let line = line.split(';').next().unwrap_or_default();
            let mut words = line.split_ascii_whitespace();
            let owner = words.clone().next();
            let owner =
                owner.filter(|owner| line.starts_with(*owner) && !owner.starts_with(['$', '@']));
            let is = |kind: &str| words.clone().any(|word| word.eq_ignore_ascii_case(kind));
            // What people write in texts tells nothing, and an alias leads to another name.
            let (is_text, is_alias) = (is("TXT"), is("CNAME"));
            let leads_elsewhere = |name: &str| {
                let own = owner.filter(|_| is_alias);
                let below = own.and_then(|own| name.strip_prefix(own));
                below.is_some_and(|rest| rest.starts_with('.'))
            };
            for word in words.clone().filter(|word| word.len() <= LONGEST) {
                let complete = word.strip_suffix('.').filter(|name| !name.is_empty());
                let tells = |name: &&str| !is_text && !leads_elsewhere(name);
                if let Some(complete) = complete.filter(tells) {
                    names.complete.insert(complete.to_ascii_lowercase());
                }
            }
            let mut soa = words
                .clone()
                .skip_while(|word| !word.eq_ignore_ascii_case("SOA"));
            if let (Some(_), Some(server), Some(mailbox)) = (soa.next(), soa.next(), soa.next()) {
                let lower = str::to_ascii_lowercase;
                names.soa = Some((lower(server), lower(mailbox)));
            }
            let Some(owner) = owner.filter(|owner| owner.len() <= LONGEST) else {
                continue;
            };
            match owner.strip_suffix('.') {
                Some(owner) => names.owners.insert(owner.to_ascii_lowercase()),
                None => names.relative.insert(owner.to_ascii_lowercase()),
            };
            if words.any(|word| word.eq_ignore_ascii_case("PTR")) {
                names.pointers.push(owner);
            }
        }
        names
    }

    /// Those of an export: any word without a final dot may be an owner.
    fn of_export(text: &'t str) -> Self {
        let mut names = Self::default();
        let words = text.split(|c: char| c.is_ascii_whitespace() || "[]\",".contains(c));
        for word in words.filter(|word| (1..=LONGEST).contains(&word.len())) {
            match word.strip_suffix('.') {
                Some("") => false,
                Some(complete) => names.complete.insert(complete.to_ascii_lowercase()),
                None => names.relative.insert(word.to_ascii_lowercase()),
            };
        }
        names
    }

    /// The part of a file's name that is the zone by the names in the text: the rest says what
    /// the file is for, as in `eslab.local.out`. Owners tell it at either end of the name; what
    /// only leads to names may lead out of the zone, as in `voice.eslab.local.zone`.
    fn part_of<'s>(&self, stem: &'s str) -> Option<&'s str> {
        // Beside relative owners a complete one is mostly glue, and may lie anywhere.
        let by_owners = self.relative.is_empty() && !self.owners.is_empty();
        let is_zone = |part: &&str| {
            let is_name = is_plausible(part) && part.contains('.');
            is_name
                && if by_owners {
                    self.owners.iter().all(|name| is_below(name, part))
                } else {
                    self.complete
                        .iter()
                        .any(|name| self.repeats_owner(name, part))
                }
        };
        let signs = || stem.match_indices(['.', '_', '-', ' ']).map(|(at, _)| at);
        let beginnings = signs().rev().map(|at| &stem[..at]);
        let mut ends = signs().filter(|at| by_owners || BEGINNINGS.contains(&&stem[..*at]));
        let is_end = |at: &usize| {
            let part = &stem[at + 1..];
            // Unlike the others these are rarely labels of a zone.
            let is_mark = BEGINNINGS[..3].contains(&&stem[..*at]);
            let is_named = || self.complete.iter().any(|name| is_below(name, part));
            is_zone(&part) || is_mark && is_plausible(part) && part.contains('.') && is_named()
        };
        let mut beginnings = beginnings;
        beginnings
            .find(is_zone)
            .or_else(|| ends.find(is_end).map(|at| &stem[at + 1..]))
    }

    /// A complete name is a relative owner of the file with that domain behind it.
    fn repeats_owner(&self, name: &str, domain: &str) -> bool {
        let owner = name.strip_suffix(domain);
        let owner = owner.and_then(|owner| owner.strip_suffix('.'));
        owner.is_some_and(|owner| self.relative.contains(owner))
    }

    /// The domain that the names tell where nothing else does.
    fn domain(&self) -> Option<String> {
        self.domain_of_owners()
            .or_else(|| self.domain_above_owners())
    }

    /// The closest domain above all owners that are complete names, of which there are several.
    fn domain_of_owners(&self) -> Option<String> {
        let hosts: BTreeSet<_> = self.owners.iter().map(|owner| host(owner)).collect();
        let mut labels: Vec<&str> = hosts.first()?.rsplit('.').collect();
        for host in &hosts {
            let shared = labels.iter().zip(host.rsplit('.'));
            let shared = shared.take_while(|(one, other)| **one == *other).count();
            labels.truncate(shared);
        }
        labels.reverse();
        (hosts.len() > 1 && labels.len() > 1).then(|| labels.join("."))
    }

    /// The domain of which complete names tell that it is the origin: with an owner `sip1` and a
    /// target `sip1.eslab.local.` it is `eslab.local.` Two names must say so, and none another.
    fn domain_above_owners(&self) -> Option<String> {
        let mut domains = HashSet::new();
        let telling = self.complete.iter().filter(|name| {
            let dots = name.match_indices('.').map(|(at, _)| at);
            let below = dots.filter(|at| self.relative.contains(&name[..*at]));
            let above = below.map(|at| &name[at + 1..]);
            domains.extend(above.clone());
            above.count() > 0
        });
        let is_told = telling.count() > 1 || self.soa_tells();
        let domain = domains.into_iter();
        let mut domain = domain.filter(|_| is_told);
        let only = domain.next()?;
        domain.next().is_none().then(|| only.to_owned())
    }

    /// The server of the SOA record is an owner of the file, and lies where its mailbox does.
    fn soa_tells(&self) -> bool {
        let above = |name: &str| Some(name.strip_suffix('.')?.split_once('.')?.1.to_owned());
        self.soa.as_ref().is_some_and(|(server, mailbox)| {
            let domain = above(server).filter(|domain| above(mailbox).as_ref() == Some(domain));
            let owner = server.split('.').next().unwrap_or_default();
            domain.is_some() && self.relative.contains(owner)
        })
    }

    /// The reverse zone of a file that is named after a network, such as `db.192.0.2` or
    /// `192.0.2.0.rev`: the owners of its PTR records tell how many octets are the zone's.
    fn reverse_zone(&self, stem: &str) -> Option<String> {
        let octets = |text: &str| {
            let octets = text.split('.').map(|label| label.parse::<u8>().ok());
            octets
                .collect::<Option<Vec<u8>>>()
                .filter(|octets| octets.len() <= 4)
        };
        let own = self.pointers.iter().find_map(|owner| octets(owner))?.len();
        let (first, last) = (stem.split('.').next()?, stem.rsplit('.').next()?);
        let stem = match (first, last) {
            ("rev" | "reverse", _) => stem.split_once('.')?.1,
            (_, "rev" | "reverse") => stem.rsplit_once('.')?.0,
            _ => stem,
        };
        // `192.0.2.0-24`, `192.0.2.0_24`.
        let network = stem.split(['-', '_']).next()?;
        let mut network = octets(network)?;
        let length = 4_usize.checked_sub(own).filter(|length| *length > 0)?;
        let behind = network.get(length..)?;
        if behind.iter().any(|octet| *octet != 0) {
            return None;
        }
        network.truncate(length);
        // Some write the octets in the order of the zone's name.
        let mut reversed = network.clone();
        reversed.reverse();
        if is_own(&network) || !is_own(&reversed) {
            network = reversed;
        }
        let labels: Vec<_> = network.iter().map(u8::to_string).collect();
        Some(format!("{}.in-addr.arpa", labels.join(".")))
    }
}

/// An owner without the labels of a service, as in `_sip._udp.eslab.local`.
fn host(owner: &str) -> &str {
    let mut host = owner;
    while let Some((label, rest)) = host.split_once('.')
        && label.starts_with('_')
    {
        host = rest;
    }
    host
}

/// Whether octets begin an address of a private network, or of one for documentation.
fn is_own(octets: &[u8]) -> bool {
    match octets {
        [10, ..] | [192, 168, ..] | [192, 0, 2] | [198, 51, 100] | [203, 0, 113] => true,
        [172, second, ..] => (16..32).contains(second),
        [100, second, ..] => (64..128).contains(second),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str, text: &str) -> Option<String> {
        zone_of(file, text).map(|zone| zone.to_ascii())
    }

    #[test]
    fn copies_are_of_the_same_zone() {
        for (file, expected) in [
            ("eslab.local.dns - Copy (2).txt", Some("eslab.local.")),
            ("eslab.local - Kopie.json", Some("eslab.local.")),
            ("_udp.eslab.local (1).txt", Some("_udp.eslab.local.")),
            ("#eslab.local.zone#", Some("eslab.local.")),
            ("eslab.local.zone~", Some("eslab.local.")),
            ("eslab.local.zone.1", Some("eslab.local.")),
            ("eslab.local.zone.signed", Some("eslab.local.")),
            ("db.eslab.local.bak", Some("eslab.local.")),
            ("eslab.local (old).txt", None),
            ("eslab.local - udp.txt", None),
            ("records (1).txt", None),
            ("_udp.txt", None),
            ("my zone.db", None),
            ("eslab.local._udp.txt", Some("_udp.eslab.local.")),
            ("db.192.0.2", Some("192.0.2.")),
        ] {
            assert_eq!(told(file, "").as_deref(), expected, "{file}");
        }
    }

    #[test]
    fn names_tell_more_than_a_file_name_of_one_label() {
        for (file, text, expected) in [
            (
                "customer.txt",
                "@ NS ns1.eslab.local.\nns1 A 1\nsip A 1\n_sip._udp SRV 0 0 0 SIP.eslab.local.\n",
                "eslab.local.",
            ),
            (
                "lan.zone",
                "@ NS ns1.eslab.local.\n@ NS ns2.eslab.local.\nns1 A 1\nns.lan. A 1\n",
                "lan.",
            ),
            (
                "customer.txt",
                "@ NS a.eslab.local.\n@ NS b.example.\na A 1\nb A 1 ; a.eslab.local. c.example.\n",
                "customer.",
            ),
            // The SOA record says so by itself; not where its server lies elsewhere.
            (
                "internal.db",
                "@ IN SOA ns1.eslab.local. host.eslab.local. (\n1 1 1 1 1 )\nns1 A 1\nsip A 1\n",
                "eslab.local.",
            ),
            (
                "internal.db",
                "@ IN SOA ns1.eslab.local. host.example. 1 1 1 1 1\nns1 A 1\n",
                "internal.",
            ),
            (
                "internal.db",
                "@ SOA ns1.eslab.local. host.eslab.local. 1 1 1 1 1\nns2 A 1\n",
                "internal.",
            ),
            // Aliases of other names, and what a text says.
            (
                "corp.zone",
                "www CNAME www.example.com.\nmail CNAME mail.example.com.\n",
                "corp.",
            ),
            (
                "lan.zone",
                "ns1 A 1\nns2 A 1\n@ TXT \"ask ns1.provider.net. or ns2.provider.net. for it\"\n",
                "lan.",
            ),
            (
                "sub.example.zone",
                "@ NS a.eslab.local.\n@ NS b.eslab.local.\na A 1\nb A 1\n",
                "sub.example.",
            ),
            // Owners that are complete.
            (
                "zone.txt",
                "@ NS ns1.eslab.local.\n_sip._udp.eslab.local. SRV 0 0 0 a\na.ESLAB.local. A 1\n",
                "eslab.local.",
            ),
            (
                "zone.txt",
                "a.eslab.local. A 1\na.eslab.local. A 2\n",
                "zone.",
            ),
            ("zone.txt", "a.local. A 1\nb.example. A 2\n", "zone."),
        ] {
            assert_eq!(told(file, text).as_deref(), Some(expected), "{file}");
        }
    }

    #[test]
    fn a_part_of_a_file_name_is_the_zone_where_the_names_say_so() {
        let leads = "@ NS ns1.eslab.local.\nns1 A 1\n";
        let owns = "ns1.eslab.local. A 1\n_sip._udp.eslab.local. SRV 0 0 0 x.example.\n";
        for (file, text, expected) in [
            ("eslab.local.out", leads, "eslab.local."),
            ("eslab.local.internal", owns, "eslab.local."),
            ("eslab.local_zone", leads, "eslab.local."),
            ("dc1_eslab.local.zone", owns, "eslab.local."),
            ("named.eslab.local", leads, "eslab.local."),
            ("x.eslab.local.zone", owns, "eslab.local."),
            // Glue, and hosts of another zone.
            (
                "x.eslab.local.zone",
                "ns A 1\n@ NS ns1.eslab.local.\nns1.eslab.local. A 2\n",
                "x.eslab.local.",
            ),
            (
                "eslab.local.internal",
                "ns A 1\n@ MX 10 mail.eslab.local.\n",
                "eslab.local.internal.",
            ),
            // What it leads to may lie above it.
            ("x.eslab.local.zone", leads, "x.eslab.local."),
            (
                "eslab.local.out",
                "@ NS ns1.eslab.local.out.\n",
                "eslab.local.out.",
            ),
            ("eslab.local.out", "@ NS ns1.example.\n", "eslab.local.out."),
            ("eslab.local.out", "", "eslab.local.out."),
            (
                "eslab.local.out",
                "a.eslab.local. A 1\nb.example. A 1\n",
                "eslab.local.out.",
            ),
        ] {
            assert_eq!(told(file, text).as_deref(), Some(expected), "{file} {text}");
        }
    }

    #[test]
    fn a_network_names_its_reverse_zone() {
        let (one, three) = ("31 PTR a.example.\n", "31.2.0 IN PTR a.example.\n");
        for (file, text, expected) in [
            ("db.192.0.2", one, "2.0.192.in-addr.arpa."),
            ("db.2.0.192", one, "2.0.192.in-addr.arpa."),
            ("db.192", three, "192.in-addr.arpa."),
            ("192.0.2.rev", one, "2.0.192.in-addr.arpa."),
            ("192.0.2.0-24.zone", one, "2.0.192.in-addr.arpa."),
            ("rev.8.7.6", one, "6.7.8.in-addr.arpa."),
            ("2.0.192.in-addr.arpa.zone", one, "2.0.192.in-addr.arpa."),
            // No network of that size.
            ("db.192", one, "192."),
            ("192.0.2.7", one, "192.0.2.7."),
            ("db.192.0.2", "31 A 192.0.2.1\n", "192.0.2."),
            ("1.2.3.4.5", one, "1.2.3.4.5."),
        ] {
            assert_eq!(told(file, text).as_deref(), Some(expected), "{file} {text}");
        }
    }
}
