//! `cname-at-sip-domain`: the configured address is an alias.

use super::lookup::{Listed, Setting, change_if_served, plain};
use super::{Facts, Findings};
use crate::dns::{Data, Name, Record, RecordType, RrSet};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record, remove_record};
use crate::handset::Via;
use crate::rule::Severity;
use crate::site::{Simulation, View, is_sip_naptr};

/// Looks for an alias among the answers for the configured name itself.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut listed = Listed::default();
    for (simulation, setup, view) in site.simulated() {
        let Some(name) = setup.name() else {
            continue;
        };
        let own = simulation
            .lookup
            .steps
            .iter()
            .filter(|step| step.question.name == *name);
        let mut aliases = own.filter_map(|step| step.answer.aliases().next());
        let Some(alias) = aliases.find(|alias| alias.record_type() == RecordType::CNAME) else {
            continue;
        };
        let Data::Cname(target) = &alias.data else {
            continue;
        };
        let address = &setup.entry.address.value;
        let finding = findings
            .at(
                target.span,
                format!(
                    "the configured address `{address}` is an alias of `{}`",
                    target.name
                ),
            )
            .label("NAPTR and A are asked for here, SRV is not")
            .related(setup.entry.address.span, "the configured address")
            .handsets(&setup.handsets)
            .about(Subject::Owner(alias.owner.name.to_lowercase()))
            .about(Subject::Token(setup.entry.address.span));
        let finding = if lists_servers(view, name) && !lists_servers(view, &target.name) {
            // With the alias's target handsets would lose them.
            finding
                .help(format!(
                    "remove the CNAME record, or write an A record in its place: the SRV records \
                     of `{address}` stand below it and are asked for by its name, which the alias \
                     does not change; whether the handset follows it is not documented"
                ))
                .fix(without_alias(view, name, alias))
        } else {
            let domain = server_of(&mut listed, view, simulation, name);
            let (meant, which, title) = match &domain {
                Some(domain) => (
                    plain(domain),
                    ", for which this host is listed as a SIP server",
                    "give the handsets the domain",
                ),
                None => (plain(&target.name), "", "give the handsets the name itself"),
            };
            let itself = [(Setting::Address, &*meant)];
            let fix = change_if_served(site, (simulation, setup, view), &itself, title);
            let finding = finding.help(format!(
                "configure `{meant}` in the handset{which}, or give `{address}` records of its own \
                 in the place of the CNAME: the alias does not extend to the names below it, where \
                 SRV records stand, and whether the handset follows it is not documented"
            ));
            match fix {
                Ok(fix) => finding.fix(fix),
                Err(_) => finding,
            }
        };
        findings.push(finding.severity(setup.severity(Severity::Warning)));
    }
}

/// The domain of which the host that an address is an alias of is a SIP server.
fn server_of<'v>(
    listed: &mut Listed<'v>,
    view: &'v View,
    simulation: &Simulation,
    name: &Name,
) -> Option<Name> {
    let servers = simulation.lookup.servers().iter();
    let mut hosts = servers.filter(|server| server.via == Via::Address);
    let address = hosts.next()?.address;
    let (_, domain) = listed.domain_of(view, simulation.view, name, address)?;
    Some(domain)
}

/// SRV or NAPTR records of SIP stand at the name, or below it.
fn lists_servers(view: &View, name: &Name) -> bool {
    let is_sip = |set: &RrSet| set.naptr().any(|(_, naptr)| is_sip_naptr(naptr));
    !view.sip_sets(name).is_empty() || view.set(name, RecordType::NAPTR).is_some_and(is_sip)
}

/// The addresses that the alias leads to in its place, where there are any.
fn without_alias(view: &View, name: &Name, alias: &Record) -> Fix {
    let place = Place::new(view.apex_of(name), name);
    let answer = view.ask(name, RecordType::A);
    let addresses = answer.ipv4_addresses().map(|address| {
        let new = NewRecord::a(Field::Word(address.value.to_string()));
        add_record(place.clone(), &new)
    });
    let mut changes = vec![remove_record(place.clone(), alias)];
    changes.extend(addresses);
    Fix {
        title: "write the address in the place of the alias".to_owned(),
        changes,
        ..Fix::default()
    }
}
