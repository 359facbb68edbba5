//! `phone-static-dns-incomplete`: the static DNS records of a handset lead to no address, and
//! nothing else does.

use hashbrown::HashMap;

use super::lookup::plain;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, Srv};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Change, Field, set};
use crate::handset::{AnswerFrom, Lookup, Step};
use crate::phone::{Makes, STATIC_RECORDS};
use crate::site::{Setup, Site, Verdict};

/// Looks at every lookup that fails at static records or for want of them, and at those that
/// have nothing else.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut numbers = Numbers::of(site);
    for (simulation, setup, _) in site.simulated() {
        let has_server = !setup.entry.static_dns.is_all();
        let fails = simulation.verdict == Verdict::Fails && setup.registers;
        if has_server && !fails {
            continue;
        }
        let lookup = &simulation.lookup;
        let missed: Vec<_> = without_address(lookup).collect();
        let told = missed
            .iter()
            .filter(|srv| !is_begun(site, setup, &srv.target.name));
        let mut found: Vec<_> = told
            .map(|srv| target(findings, &mut numbers, setup, srv, has_server))
            .collect();
        if missed.is_empty() && fails && !has_server {
            found.push(nothing(findings, &mut numbers, setup, lookup));
        }
        for finding in found {
            findings.push(finding.handsets(&setup.handsets));
        }
    }
}

/// The targets of static SRV records for which the handset got no address.
fn without_address(lookup: &Lookup) -> impl Iterator<Item = &Srv> {
    let of_type = |record_type| {
        let steps = lookup.steps.iter();
        steps.filter(move |step: &&Step| step.question.record_type == record_type)
    };
    let is_missed = move |name: &Name| {
        let mut addresses = of_type(RecordType::A);
        addresses.any(|step| {
            step.question.name == *name
                && matches!(step.answer, Answer::NoData(_) | Answer::NxDomain(_))
        })
    };
    of_type(RecordType::SRV)
        .filter(|step| step.from == AnswerFrom::Configuration)
        .flat_map(|step| step.answer.of_type(RecordType::SRV))
        .filter_map(srv)
        .filter(move |srv| is_missed(&srv.target.name))
}

/// A static A record has that name, and no address: `phone-static-dns-inert` says so.
fn is_begun(site: &Facts, setup: &Setup, name: &Name) -> bool {
    let mut groups = setup.groups.iter();
    groups.any(|group| {
        let records = site.settings_of(*group).static_settings();
        let mut addresses = records
            .iter()
            .filter(|one| one.record_type == RecordType::A);
        addresses.any(|one| one.name("name").as_ref() == Some(name))
    })
}

fn srv(record: &Record) -> Option<&Srv> {
    match &record.data {
        Data::Srv(srv) => Some(srv),
        _ => None,
    }
}

fn target(
    findings: &Findings,
    numbers: &mut Numbers<'_>,
    setup: &Setup,
    srv: &Srv,
    has_server: bool,
) -> Finding {
    let name = plain(&srv.target.name);
    let (message, or) = if has_server {
        (
            format!(
                "this static SRV record leads to `{name}`, which has an address neither in DNS nor in a static A record"
            ),
            "add its A record in DNS, or a static one",
        )
    } else {
        (
            format!(
                "this static SRV record leads to `{name}`, which no static A record gives an address; the handset has no DNS server"
            ),
            "give the handset a DNS server, or add a static A record for the name",
        )
    };
    let address = Field::blank(format!("address of {name}"));
    let changes = numbers.record(setup, "A", &name, [("address", address)]);
    findings
        .at(srv.target.span, message)
        .about(Subject::Token(srv.target.span))
        .related(setup.entry.address.span, "asked for from here")
        .help(format!("{or}: `dns.cache.A.N.name` and `.address`"))
        .fix(fix("add a static A record", changes))
}

fn nothing(
    findings: &Findings,
    numbers: &mut Numbers<'_>,
    setup: &Setup,
    lookup: &Lookup,
) -> Finding {
    let address = &setup.entry.address;
    let asked = lookup.steps.iter().map(|step| {
        let kind = step.question.record_type;
        format!("{kind} `{}`", step.asked_as)
    });
    let asked = asked.collect::<Vec<_>>().join(", ");
    let listed = |step: &&Step| step.question.record_type == RecordType::SRV;
    let port = lookup.protocol.default_port();
    let changes = match lookup.steps.iter().find(listed) {
        Some(step) => numbers.record(
            setup,
            "SRV",
            &step.asked_as,
            [
                ("target", Field::blank("host name of the SIP server")),
                ("port", Field::text(port.to_string())),
            ],
        ),
        None => numbers.record(
            setup,
            "A",
            &address.value,
            [("address", Field::blank("address of the SIP server"))],
        ),
    };
    findings
        .at(
            address.span,
            format!(
                "the handset has no DNS server, and of what it looks for ({asked}) no static \
                 record leads to a server"
            ),
        )
        .about(Subject::Token(address.span))
        .label("no SIP server is found from here")
        .help(
            "give the handset a DNS server (`device.dns.serverAddress`), or static records that \
             lead to an address: `dns.cache.SRV.N` for each SIP server, and `dns.cache.A.N` for \
             its target",
        )
        .fix(fix("add static records", changes))
}

fn fix(title: &str, changes: Vec<Change>) -> Fix {
    Fix {
        title: title.to_owned(),
        changes,
        ..Fix::default()
    }
}

/// The static records that handsets have and those that findings give them, by the beginning of
/// their settings' names (`dns.cache.A.1`).
struct Numbers<'s> {
    site: &'s Site,
    /// Of each group of handsets, with the owner of those that were given.
    taken: HashMap<usize, HashMap<String, Option<String>>>,
}

impl<'s> Numbers<'s> {
    fn of(site: &'s Site) -> Self {
        Self {
            site,
            taken: HashMap::new(),
        }
    }

    /// The settings of one more static record, at the first number that is free for all handsets
    /// of a set-up; none where a handset of the command line has no file, or holds as many as it
    /// can. Whoever asks for the same owner again is given the same record.
    fn record<const N: usize>(
        &mut self,
        setup: &Setup,
        kind: &str,
        owner: &str,
        fields: [(&str, Field); N],
    ) -> Vec<Change> {
        for group in &setup.groups {
            let of_group = || taken(self.site, *group);
            self.taken.entry(*group).or_insert_with(of_group);
        }
        let is_free = |prefix: &String| {
            let mut groups = setup
                .groups
                .iter()
                .filter_map(|group| self.taken.get(group));
            groups.all(|taken| match taken.get(prefix) {
                None => true,
                Some(given) => given.as_deref() == Some(owner),
            })
        };
        let mut prefixes = STATIC_RECORDS.map(|number| format!("dns.cache.{kind}.{number}"));
        let prefix = prefixes.find(is_free).filter(|_| !setup.groups.is_empty());
        let Some(prefix) = prefix else {
            return Vec::new();
        };
        for group in &setup.groups {
            let taken = self.taken.entry(*group).or_default();
            taken.insert(prefix.clone(), Some(owner.to_owned()));
        }
        [("name", Field::text(owner))]
            .into_iter()
            .chain(fields)
            .map(|(field, value)| set(format!("{prefix}.{field}"), value))
            .collect()
    }
}

/// The static records of a group of handsets of which something is there.
fn taken(site: &Site, group: usize) -> HashMap<String, Option<String>> {
    let records = site.settings_of(group).static_settings();
    let begun = records
        .into_iter()
        .filter(|one| !matches!(one.makes(), Makes::Nothing));
    begun.map(|one| (one.prefix, None)).collect()
}
