//! `address-ipv6-only`: a SIP server with an IPv6 address and no IPv4 address.

use super::{Facts, Findings};
use crate::dns::{Answer, RecordType};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record};

/// Asks for the addresses of every host that is named as a SIP server, unless the client
/// that is simulated uses IPv6.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    if site.model.addresses.contains(&RecordType::AAAA) {
        return;
    }
    for (index, view) in site.views.iter().enumerate() {
        for host in site.sip_hosts(index) {
            let name = &host.name;
            let Answer::NoData(_) = host.answer else {
                continue;
            };
            let answer = view.ask(name, RecordType::AAAA);
            let Some(address) = answer.of_type(RecordType::AAAA).next() else {
                continue;
            };
            let first = name.iter().next().unwrap_or_default();
            let blank = Field::blank(format!("address of {}", String::from_utf8_lossy(first)));
            let owner = &address.owner.name;
            let place = Place::new(view.apex_of(owner), owner);
            let fix = Fix {
                title: "add an A record".into(),
                changes: vec![add_record(place, &NewRecord::a(blank))],
                ..Fix::default()
            };
            for span in host.named_at.iter().copied() {
                findings.push(
                    findings
                        .at(span, format!("`{name}` has an IPv6 address only"))
                        .label("no A record")
                        .related(address.span, "the handset does not ask for AAAA")
                        .help(format!(
                            "add an A record (a Host record in DNS Manager) with the server's \
                             IPv4 address for `{name}`"
                        ))
                        .about(Subject::Token(span))
                        .about(Subject::Lookup {
                            view: index,
                            name: name.to_lowercase(),
                        })
                        .fix(fix.clone()),
                );
            }
        }
    }
}
