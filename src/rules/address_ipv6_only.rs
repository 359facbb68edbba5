//! `address-ipv6-only`: a SIP server with an IPv6 address and no IPv4 address.

use super::Findings;
use crate::dns::{Answer, RecordType};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record};
use crate::site::Site;

/// Asks for the addresses of every host that is named as a SIP server. A client that uses
/// IPv6 has nothing to complain about.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    if site.model.addresses.contains(&RecordType::AAAA) {
        return;
    }
    for (index, view) in site.views.iter().enumerate() {
        let configured = site.simulated().filter(|(s, ..)| s.view == index);
        let looked_up = configured.filter_map(|(simulation, setup, _)| {
            // The address was asked for last, and had no IPv4 address either.
            let last = simulation.lookup.steps.last()?;
            let name = setup.entry.name()?;
            let itself = last.question.name == name && simulation.lookup.servers().is_empty();
            itself.then_some((name, setup.entry.address.span))
        });
        let targets = site.sip_hosts(index).into_iter().flat_map(|host| {
            let places = host.named_at.into_iter();
            places.map(move |span| (host.name.clone(), span))
        });
        for (host, span) in targets.chain(looked_up) {
            let Answer::NoData(_) = view.ask(&host, RecordType::A) else {
                continue;
            };
            let answer = view.ask(&host, RecordType::AAAA);
            let Some(address) = answer.of_type(RecordType::AAAA).next() else {
                continue;
            };
            let labels = host.iter().next().unwrap_or_default();
            let blank = Field::blank(format!("address of {}", String::from_utf8_lossy(labels)));
            let place = Place::new(view.apex_of(&address.owner.name), &address.owner.name);
            let finding: Finding = findings
                .at(span, format!("`{host}` has an IPv6 address only"))
                .label("no A record")
                .related(address.span, "the handset does not ask for AAAA")
                .help(format!(
                    "add an A record (a Host record in DNS Manager) with the server's IPv4 \
                     address for `{host}`"
                ))
                .about(Subject::Token(span))
                .fix(Fix {
                    title: "add an A record".into(),
                    safe: false,
                    edits: Vec::new(),
                    commands: add_record(place, &NewRecord::a(blank)),
                });
            findings.push(finding);
        }
    }
}
