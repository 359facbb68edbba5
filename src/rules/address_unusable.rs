//! `address-unusable`: a SIP server at an address no handset can reach.

use std::net::IpAddr;

use super::{Facts, Findings};
use crate::dns::{Data, unusable};
use crate::finding::Fix;
use crate::fix::{Field, NewRecord, Place, replace_record};
use crate::handset::Via;
use crate::site::{SipAddress, View};

/// Looks at the A records of SIP servers, and at addresses that handsets are given as such.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for found in site.sip_addresses(index) {
            let Some(range) = unusable(found.address.value) else {
                continue;
            };
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
                    .help("write the address at which handsets reach the server into the A record")
                    .fix(fix(view, found)),
            );
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

/// The address is one that only a person knows.
fn fix(view: &View, found: &SipAddress) -> Fix {
    let owner = &found.owner;
    let place = Place::new(view.apex_of(owner), owner);
    let blank = Field::blank(format!("address of {owner}"));
    Fix {
        title: "write the server's address".to_owned(),
        changes: vec![replace_record(
            place,
            &Data::A(found.address),
            &NewRecord::a(blank),
        )],
        ..Fix::default()
    }
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
