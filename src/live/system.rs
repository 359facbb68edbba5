//! The resolver that this computer is set up with.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::system_conf::read_system_conf;

use super::Error;

/// The port of DNS (RFC 1035 4.2).
const PORT: u16 = 53;

/// The first server of the system's settings (`resolv.conf`, the Windows registry) that can
/// be addressed.
pub(super) fn server() -> Result<SocketAddr, Error> {
    let (settings, _) =
        read_system_conf().map_err(|error| Error::NoSystemServer(error.to_string()))?;
    first_usable(settings.name_servers().iter().map(|server| server.ip))
        .ok_or_else(|| Error::NoSystemServer("none can be addressed".to_owned()))
}

fn first_usable(mut servers: impl Iterator<Item = IpAddr>) -> Option<SocketAddr> {
    servers
        .find(|address| is_usable(*address))
        .map(|address| SocketAddr::new(address, PORT))
}

/// A link-local IPv6 address cannot be used: the settings are handed on without the
/// interface that it belongs to.
fn is_usable(address: IpAddr) -> bool {
    let link_local = matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
    !link_local && !address.is_unspecified() && !address.is_multicast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_server_that_can_be_addressed_is_taken() {
        let pick = |addresses: &[&str]| {
            first_usable(addresses.iter().map(|text| text.parse().unwrap()))
                .map(|server| server.to_string())
        };
        assert_eq!(
            pick(&["fe80::1", "0.0.0.0", "10.0.0.1"]).as_deref(),
            Some("10.0.0.1:53")
        );
        assert_eq!(
            pick(&["2001:db8::1", "10.0.0.1"]).as_deref(),
            Some("[2001:db8::1]:53")
        );
        assert_eq!(pick(&["fe80::1"]), None);
    }
}
