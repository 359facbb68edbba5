//! `phone-port-transport-mismatch`: the port of another transport.

use super::{Facts, Findings, setting};
use crate::handset::Transport;

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
                // With `DNSnaptr` any port at all is the finding, of `phone-port-blocks-srv`.
                _ => continue,
            };
            let transport = entry.transport.value.as_str();
            let name = &port.name.value;
            findings.push(
                setting::finding(
                    findings,
                    settings,
                    entry.port.span,
                    format!(
                        "port {} with transport `{transport}`, which uses {usual}",
                        entry.port.value
                    ),
                )
                .related(entry.transport.span, "the transport")
                .help(format!(
                    "write {}, so that DNS or the usual port {usual} counts",
                    setting::attribute(name, "0")
                ))
                .fix(setting::change(port, name, "0", false)),
            );
        }
    }
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
            ("DNSnaptr", "5061", false),
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
