//! `address-unusable`: a SIP server at an address no handset can reach.

use std::net::IpAddr;

use super::{Facts, Findings};
use crate::dns::{Data, unusable};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, remove_record, replace_record};
use crate::handset::Via;
use crate::site::{SipAddress, View};

/// Looks at the A records of SIP servers, and at addresses that handsets are given as such.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let addresses = site.sip_addresses(index);
        for host in addresses.chunk_by(|one, two| one.host == two.host) {
            let usable = host
                .iter()
                .find(|one| unusable(one.address.value).is_none());
            for found in host {
                let Some(range) = unusable(found.address.value) else {
                    continue;
                };
                let (help, fix) = advice(view, found, usable);
                findings.push(
                    findings
                        .at(
                            found.address.span,
                            format!(
                                "SIP server `{}` has the address {}",
                                found.host, found.address.value
                            ),
                        )
                        .label(range)
                        .about(Subject::Token(found.address.span))
                        .help(help)
                        .fix(fix),
                );
            }
        }
    }
    for (simulation, setup, _) in site.simulated() {
        for server in simulation.lookup.servers() {
            if let (Via::Literal, IpAddr::V4(address)) = (server.via, server.address)
                && let Some(range) = unusable(address)
            {
                findings.push(
                    findings
                        .at(
                            server.host_span,
                            format!("handsets are given {address} as their SIP server"),
                        )
                        .label(range)
                        .help(
                            "configure the name or the address at which handsets reach the server",
                        )
                        .handsets(&setup.handsets),
                );
            }
        }
    }
}

/// Where the host has a usable address too, this one goes; else the right one is one that only a
/// person knows.
fn advice(view: &View, found: &SipAddress, usable: Option<&SipAddress>) -> (String, Fix) {
    let owner = &found.owner;
    let place = Place::new(view.apex_of(owner), owner);
    let old = Data::A(found.address);
    if let Some(usable) = usable {
        let help = format!(
            "remove this A record: the host has {} as well; Windows registers the addresses of \
             every network card that is set to register in DNS",
            usable.address.value
        );
        let fix = Fix {
            title: "remove the A record".to_owned(),
            changes: vec![remove_record(place, &old)],
            ..Fix::default()
        };
        return (help, fix);
    }
    let blank = Field::blank(format!("address of {owner}"));
    let help = "write the address at which handsets reach the server into the A record";
    let fix = Fix {
        title: "write the server's address".to_owned(),
        changes: vec![replace_record(place, &old, &NewRecord::a(blank))],
        ..Fix::default()
    };
    (help.to_owned(), fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_at_which_nothing_answers_are_told_from_others() {
        for bad in [
            "0.0.0.0",
            "0.1.2.3",
            "127.0.0.1",
            "169.254.9.9",
            "224.0.1.75",
            "255.255.255.255",
            "240.0.0.1",
            "255.225.2.31",
        ] {
            assert!(
                unusable(bad.parse().expect("an address")).is_some(),
                "{bad}"
            );
        }
        for good in [
            "10.225.2.31",
            "100.64.0.1",
            "128.0.0.1",
            "169.253.0.1",
            "223.255.255.255",
        ] {
            assert_eq!(unusable(good.parse().expect("an address")), None, "{good}");
        }
    }
}
