//! `address-owner-relative`: the owner of a SIP server's addresses lacks its final dot.

use std::cell::LazyCell;
use std::net::Ipv4Addr;

use hashbrown::{HashMap, HashSet};

use super::final_dot::{with_dot, without_dot};
use super::lookup::{about_lookup, plain};
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, RecordType, RrSet};
use crate::finding::{Fix, Subject, count};
use crate::rule::Severity;
use crate::site::{Setup, Simulation, SipHost, Site, View};

/// How many places that name the host are shown: more say no more.
const SHOWN: usize = 3;

/// Looks at the hosts that SIP is sent to, in zones whose name stands twice in that of a record.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let askers = LazyCell::new(|| askers(site));
    for (index, view) in site.views.iter().enumerate() {
        if !repeats_an_apex(view) {
            continue;
        }
        let hosts = site.sip_hosts(index);
        let names: HashSet<_> = hosts.iter().map(|host| &host.name).collect();
        for host in hosts {
            let set = without_dot(view, &host.name, RecordType::A);
            // The longer name may be what handsets are led to.
            let Some(set) = set.filter(|set| !names.contains(&set.owner)) else {
                continue;
            };
            let Some((lacking, severity)) = lacking(site, index, host, set) else {
                continue;
            };
            let name = plain(&host.name);
            let message = format!(
                "handsets do not learn {} of `{name}`: the record stands at `{}`",
                in_words(&lacking),
                plain(&set.owner)
            );
            let help = match severity {
                Severity::Error => format!("write the owner with its final dot: `{name}.`"),
                _ => format!(
                    "write the owner with its final dot: `{name}.`, or remove the record if no \
                     SIP server has that address any more"
                ),
            };
            let with_dot = with_dot(site, view, set, &host.name);
            let mut finding = findings
                .at(set.records[0].owner.span, message)
                .label("its final dot is missing")
                .help(help)
                .severity(severity)
                .fix(Fix {
                    // Handsets may go to another server once they find it.
                    safe: with_dot.safe && severity == Severity::Error,
                    ..with_dot
                })
                .about(Subject::Lookup {
                    view: index,
                    name: host.name.clone(),
                });
            for place in host.named_at.iter().take(SHOWN) {
                finding = finding.related(*place, "the name that handsets are led to");
            }
            for (simulation, setup) in askers.get(&(index, &host.name)).into_iter().flatten() {
                finding = about_lookup(finding, simulation, setup);
                finding = finding.about(Subject::Token(setup.entry.address.span));
            }
            findings.push(site.of_chain(std::iter::once(&host.name), finding));
        }
    }
}

/// The simulations of set-ups that are given a name, by view and name.
fn askers(site: &Site) -> HashMap<(usize, &Name), Vec<(&Simulation, &Setup)>> {
    let mut askers: HashMap<_, Vec<_>> = HashMap::new();
    for (simulation, setup, _) in site.simulated() {
        if let Some(name) = setup.name() {
            let of_name = askers.entry((simulation.view, name));
            of_name.or_default().push((simulation, setup));
        }
    }
    askers
}

/// Names end with that of their zone twice. Hosts are many, and this is one question a zone.
fn repeats_an_apex(view: &View) -> bool {
    let mut zones = view.zones.iter().filter(|zone| !zone.apex.is_root());
    zones.any(|zone| {
        let doubled = zone.apex.append_name(&zone.apex);
        doubled.is_ok_and(|doubled| zone.contents.exists(&doubled))
    })
}

/// The addresses of a set that its host lacks, and what comes of it; `None` where it lacks none, or
/// another rule says that it has none at all.
fn lacking(
    site: &Facts,
    view: usize,
    host: &SipHost,
    set: &RrSet,
) -> Option<(Vec<Ipv4Addr>, Severity)> {
    let addresses = set.records.iter().filter_map(|record| match record.data {
        Data::A(address) => Some(address.value),
        _ => None,
    });
    if host.answer.aliases().next().is_some() {
        return None;
    }
    let severity = match &host.answer {
        Answer::Records(_) => Severity::Warning,
        Answer::NoData(_) | Answer::NxDomain(_) => {
            let is_target = site.targets(view).contains_key(&host.name);
            (!is_target).then_some(Severity::Error)?
        }
        Answer::Failed(_) | Answer::NotLoaded => return None,
    };
    let known: HashSet<_> = host.answer.ipv4_addresses().map(|one| one.value).collect();
    let lacking: Vec<_> = addresses.filter(|one| !known.contains(one)).collect();
    (!lacking.is_empty()).then_some((lacking, severity))
}

fn in_words(addresses: &[Ipv4Addr]) -> String {
    match addresses {
        [only] => format!("the address {only}"),
        [first, more @ ..] => format!("{first} and {}", count(more.len(), "more address")),
        [] => String::new(),
    }
}
