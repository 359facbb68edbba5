//! `phone-static-dns-incomplete`: the static DNS records of a handset lead to no address, and
//! nothing else does.

use super::lookup::{absolute, plain};
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, Srv};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Change, Field, set};
use crate::handset::{AnswerFrom, Lookup, Step};
use crate::phone::STATIC_RECORDS;
use crate::site::{Setup, Verdict};

/// Looks at every lookup that fails at static records or for want of them, and at those that
/// have nothing else.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, _) in site.simulated() {
        let has_server = !setup.entry.static_dns.is_all();
        let fails = simulation.verdict == Verdict::Fails;
        if has_server && !fails {
            continue;
        }
        let lookup = &simulation.lookup;
        let missed: Vec<_> = without_address(lookup).collect();
        let told = missed
            .iter()
            .filter(|srv| !is_begun(site, setup, &srv.target.name));
        let mut found: Vec<_> = told
            .map(|srv| target(findings, site, setup, srv, has_server))
            .collect();
        if missed.is_empty() && fails && !has_server {
            found.push(nothing(findings, site, setup, lookup));
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
    let groups = setup.groups.iter();
    let mut records = groups.flat_map(|group| STATIC_RECORDS.map(move |number| (*group, number)));
    records.any(|(group, number)| {
        let owner = site
            .settings_of(group)
            .get(&format!("dns.cache.A.{number}.name"));
        owner
            .and_then(|owner| absolute(&owner.value.value))
            .as_ref()
            == Some(name)
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
    site: &Facts,
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
    let changes = static_record(
        site,
        setup,
        "A",
        [
            ("name", Field::text(&name)),
            ("address", Field::blank(format!("address of {name}"))),
        ],
    );
    findings
        .at(srv.target.span, message)
        .about(Subject::Token(srv.target.span))
        .related(setup.entry.address.span, "asked for from here")
        .help(format!("{or}: `dns.cache.A.N.name` and `.address`"))
        .fix(fix("add a static A record", changes))
}

fn nothing(findings: &Findings, site: &Facts, setup: &Setup, lookup: &Lookup) -> Finding {
    let address = &setup.entry.address;
    let asked = lookup.steps.iter().map(|step| {
        let kind = step.question.record_type;
        format!("{kind} `{}`", step.asked_as)
    });
    let asked = asked.collect::<Vec<_>>().join(", ");
    let listed = |step: &&Step| step.question.record_type == RecordType::SRV;
    let port = lookup.protocol.default_port();
    let changes = match lookup.steps.iter().find(listed) {
        Some(step) => static_record(
            site,
            setup,
            "SRV",
            [
                ("name", Field::text(&step.asked_as)),
                ("target", Field::blank("host name of the SIP server")),
                ("port", Field::text(port.to_string())),
            ],
        ),
        None => static_record(
            site,
            setup,
            "A",
            [
                ("name", Field::text(&address.value)),
                ("address", Field::blank("address of the SIP server")),
            ],
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

/// The settings of one more static record, at the first number that is free; none where a
/// handset of the command line has no file, or holds as many as it can.
fn static_record<const N: usize>(
    site: &Facts,
    setup: &Setup,
    kind: &str,
    fields: [(&str, Field); N],
) -> Vec<Change> {
    let Some(group) = setup.groups.first() else {
        return Vec::new();
    };
    let settings = site.settings_of(*group);
    let is_free = |number: &u8| {
        settings
            .get(&format!("dns.cache.{kind}.{number}.name"))
            .is_none_or(|name| name.value.value.trim().is_empty())
    };
    let Some(number) = STATIC_RECORDS.into_iter().find(is_free) else {
        return Vec::new();
    };
    fields
        .into_iter()
        .map(|(field, value)| set(format!("dns.cache.{kind}.{number}.{field}"), value))
        .collect()
}
