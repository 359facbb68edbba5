//! `phone-address-not-in-dns`: the zone that covers the configured address has nothing for
//! the handset there.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::candidates::Candidates;
use super::lookup::{
    Setting, about_lookup, asked_and_got, change, hearsay, in_words, is_miss, is_srv_name, said_no,
    sip_records,
};
use super::served::Served;
use super::{Facts, Findings};
use crate::dns::{Answer, RecordType};
use crate::handset::{Lookup, Step};
use crate::site::{Setup, Simulation, Verdict, View};

/// Looks at every lookup that fails because of the address itself.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut candidates: BTreeMap<usize, Candidates> = BTreeMap::new();
    let served = LazyCell::new(|| Served::of(site));
    for (simulation, setup, view) in site.simulated() {
        let Some(absence) = absence(site, simulation, setup, view) else {
            continue;
        };
        let address = &setup.entry.address;
        let (message, step) = match absence {
            Absence::Name(step) => (
                format!(
                    "nothing exists at or below `{}`: the handset asks for {} and gets {} each \
                     time",
                    address.value,
                    questions(&simulation.lookup, &address.value),
                    in_words(&step.answer)
                ),
                step,
            ),
            Absence::Address(step) => (
                format!(
                    "{}; with port {} it asks for nothing else",
                    asked_and_got(step),
                    setup.entry.port.value
                ),
                step,
            ),
        };
        let mut finding = findings.at(address.span, message);
        let names = candidates
            .entry(simulation.view)
            .or_insert_with(|| Candidates::of([view]));
        let nearest = names.nearest(&address.value);
        let nearest = nearest.filter(|(name, _)| !name.eq_ignore_ascii_case(&address.value));
        // An address that is right elsewhere is no slip.
        let is_slip = served.elsewhere(simulation, view).is_none();
        let stranger = hearsay(view, step).zip(view.live.as_deref());
        finding = match (nearest.filter(|_| is_slip), stranger) {
            (_, Some((zone, live))) => finding.help(format!(
                "the SOA record of `{zone}` says so: {} knows no zone with this name in it, and has \
                 asked the Internet. Ask the DNS server that the handsets use (`--server`); if it \
                 is this one, let it forward the zone to the server that holds it (in DNS Manager: \
                 Conditional Forwarders)",
                live.server()
            )),
            (Some((name, span)), None) => finding
                .help(format!(
                    "did you mean `{name}`? Else create the records for `{}` in DNS",
                    address.value
                ))
                .fix(change(
                    site,
                    setup,
                    &[(Setting::Address, name)],
                    format!("set the address to `{name}`"),
                ))
                .related(span, "a name spelt like it"),
            (None, None) => {
                let help = remedy(&simulation.lookup, setup);
                served.advise(finding, help, simulation, view)
            }
        };
        findings.push(about_lookup(
            said_no(finding, &step.answer),
            simulation,
            setup,
        ));
    }
}

/// What to do where no other name is near: what this handset asks for must be there.
fn remedy(lookup: &Lookup, setup: &Setup) -> String {
    let address = &setup.entry.address.value;
    let mut steps = lookup.steps.iter();
    match steps.find(|step| step.question.record_type == RecordType::SRV) {
        Some(srv) => format!(
            "give the handsets the name under which SIP servers are listed, or create the \
             sub-domain `{address}` with an SRV record `{}` for each SIP server",
            srv.asked_as
        ),
        None => format!(
            "set the port to 0 and the address to the name under which SIP servers are listed: \
             with port {} the handset asks for no SRV record; without failover, an A record \
             `{address}` with the address of a SIP server is enough",
            setup.entry.port.value
        ),
    }
}

/// Every question of a lookup in order: NAPTR and A of the address, and SRV with its name.
fn questions(lookup: &Lookup, address: &str) -> String {
    let asked = lookup.steps.iter().map(|step| {
        let record_type = step.question.record_type;
        if step.asked_as == address {
            record_type.to_string()
        } else {
            format!("{record_type} `{}`", step.asked_as)
        }
    });
    asked.collect::<Vec<_>>().join(", ")
}

/// What DNS has not.
enum Absence<'l> {
    /// The name, and so everything below it (RFC 8020).
    Name(&'l Step),
    /// An A record, for a handset whose port is set.
    Address(&'l Step),
}

fn absence<'l>(
    site: &Facts,
    simulation: &'l Simulation,
    setup: &Setup,
    view: &View,
) -> Option<Absence<'l>> {
    let name = setup.name()?;
    let asks_none = setup.entry.static_dns.is_all();
    if site.found(simulation) != Verdict::Fails || asks_none || is_srv_name(setup) {
        return None;
    }
    let asked = |lookup: &'l Lookup, record_type| {
        let steps = lookup.steps.iter();
        let mut of_type = steps.filter(move |step| step.question.record_type == record_type);
        of_type.find(|step| step.question.name == *name)
    };
    let step = asked(&simulation.lookup, RecordType::A)?;
    match &step.answer {
        Answer::NxDomain(miss) if miss.aliases.is_empty() && !view.exists(name) => {
            Some(Absence::Name(step))
        }
        // What else stands at the name has rules of its own: `phone-port-blocks-srv`,
        // `address-ipv6-only`.
        _ if is_miss(step)
            && setup.entry.port.value != 0
            && sip_records(view, name).is_empty()
            && view.set(name, RecordType::AAAA).is_none() =>
        {
            Some(Absence::Address(step))
        }
        _ => None,
    }
}
