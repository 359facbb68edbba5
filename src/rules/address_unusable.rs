//! `address-unusable`: a SIP server at an address no handset can reach.

use std::net::{IpAddr, Ipv4Addr};

use super::{Facts, Findings};
use crate::handset::Via;

/// Looks at the A records of SIP servers, and at addresses that handsets are given as such.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for index in 0..site.views.len() {
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
                    .help("write the address at which handsets reach the server into the A record"),
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

/// What an address stands for that is none of a server's (RFC 6890 2.2.2, RFC 5771).
fn unusable(address: Ipv4Addr) -> Option<&'static str> {
    if address.octets()[0] == 0 {
        Some("no address: 0.0.0.0/8 means this network")
    } else if address.is_loopback() {
        Some("loopback: the handset itself")
    } else if address.is_link_local() {
        Some("link-local: a host that was given no address")
    } else if address.is_multicast() {
        Some("multicast: no single host")
    } else if address.is_broadcast() {
        Some("broadcast: every host")
    } else {
        None
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
