//! `phone-port-transport-mismatch`: the port of another transport.

use std::net::IpAddr;

use super::lookup::sip_records;
use super::{Facts, Findings, setting};
use crate::handset::{ServerEntry, Transport};

/// Looks at every server and proxy with an address.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        if settings.is_template() {
            continue;
        }
        for server in settings.servers() {
            let (Some(entry), Some(port)) = (server.entry(), server.filled("port")) else {
                continue;
            };
            let usual = match (&entry.transport.value, entry.port.value) {
                (Transport::Tls, 5060) => 5061,
                (Transport::UdpOnly | Transport::TcpOnly | Transport::TcpPreferred, 5061) => 5060,
                // Any port at all is one too many where there are SRV records, or may be:
                // `phone-port-blocks-srv` says so.
                (Transport::DnsNaptr, 5061) if has_no_srv(site, &entry) => 5060,
                _ => continue,
            };
            let transport = entry.transport.value.as_str();
            let is_chosen = entry.transport.value != Transport::DnsNaptr;
            let (means, or) = if is_chosen {
                ("", "")
            } else {
                (
                    " means UDP where a port is set, and",
                    "; where TLS is meant, set the transport to `TLS`",
                )
            };
            let name = &port.name.value;
            let finding = setting::finding(
                findings,
                settings,
                entry.port.span,
                format!(
                    "port {} with transport `{transport}`, which{means} uses {usual}",
                    entry.port.value
                ),
            )
            .help(format!(
                "write {}, so that DNS or the usual port {usual} counts{or}",
                setting::attribute(name, "0")
            ))
            .fix(setting::change(port, name, "0", false));
            let transport = server.filled("transport");
            findings.push(match transport {
                Some(transport) => finding.related(transport.value.span, "the transport"),
                None => finding,
            });
        }
    }
}

/// The address is known to have no SIP servers listed: it is an IP address, or the data given
/// speaks of it and names none.
fn has_no_srv(site: &Facts, entry: &ServerEntry) -> bool {
    if entry.address.value.parse::<IpAddr>().is_ok() {
        return true;
    }
    let Some(name) = entry.name() else {
        return false;
    };
    let views = site.views.iter();
    let mut speaking = views.filter(|view| view.covers(&name)).peekable();
    speaking.peek().is_some() && speaking.all(|view| sip_records(view, &name).is_empty())
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{repaired, reported};

    const RULE: &str = "phone-port-transport-mismatch";

    fn text(transport: &str, port: &str) -> String {
        format!(
            r#"<a reg.1.server.1.address="eslab.local" reg.1.server.1.transport="{transport}" reg.1.server.1.port="{port}"/>"#
        )
    }

    #[test]
    fn the_other_transport_s_port_is_reported() {
        for (transport, port, expected) in [
            ("TLS", "5060", true),
            ("TLS", "5061", false),
            ("TLS", "0", false),
            ("UDPOnly", "5061", true),
            ("tcponly", "5061", true),
            ("TCPpreferred", "5061", true),
            ("UDPOnly", "5070", false),
            // Whether the name has SRV records is not known.
            ("DNSnaptr", "5061", false),
            ("", "5061", false),
            ("DNSnaptr", "5060", false),
            ("TLS", "", false),
        ] {
            let found = reported(RULE, &text(transport, port));
            let wanted: Vec<_> = expected
                .then(|| format!("warning: {port}"))
                .into_iter()
                .collect();
            assert_eq!(found, wanted, "{transport} {port}");
        }
        assert_eq!(repaired(RULE, &text("TLS", "5060")), text("TLS", "0"));
    }

    #[test]
    fn without_an_address_there_is_nothing_to_say() {
        let text = r#"<a reg.1.server.1.address="" reg.1.server.1.transport="TLS" reg.1.server.1.port="5060"/>"#;
        assert!(reported(RULE, text).is_empty());
    }
}
