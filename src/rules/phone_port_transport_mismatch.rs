//! `phone-port-transport-mismatch`: the port of another transport.

use std::net::IpAddr;

use super::described::{self, described};
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
            let Some(usual) = usual_port(site, &entry) else {
                continue;
            };
            let name = &port.name.value;
            let message = message(&entry, usual);
            let write = format!("write {}", setting::attribute(name, "0"));
            let finding = setting::finding(findings, settings, entry.port.span, message)
                .help(help(&write, &entry, usual))
                .fix(setting::change(port, name, "0", false));
            let transport = server.filled("transport");
            findings.push(match transport {
                Some(transport) => finding.related(transport.value.span, "the transport"),
                None => finding,
            });
        }
    }
    let mismatch = described(site).find_map(|one| {
        let span = one.port()?;
        Some((span, one.entry, usual_port(site, one.entry)?))
    });
    if let Some((span, entry, usual)) = mismatch {
        let finding = described::at(findings, span, message(entry, usual));
        findings.push(finding.help(help("leave `--port` out", entry, usual)));
    }
}

/// The port of the transport, where another transport's is set. Where there are SRV records any
/// port at all is one too many, and `phone-port-blocks-srv` says so.
fn usual_port(site: &Facts, entry: &ServerEntry) -> Option<u16> {
    match (&entry.transport.value, entry.port.value) {
        (Transport::Tls, 5060) if has_srv(site, entry) != Some(true) => Some(5061),
        (Transport::UdpOnly | Transport::TcpOnly | Transport::TcpPreferred, 5061)
            if has_srv(site, entry) != Some(true) =>
        {
            Some(5060)
        }
        // Where there may be some that rule speaks too.
        (Transport::DnsNaptr, 5061) if has_srv(site, entry) == Some(false) => Some(5060),
        _ => None,
    }
}

fn message(entry: &ServerEntry, usual: u16) -> String {
    let means = if entry.transport.value == Transport::DnsNaptr {
        " means UDP where a port is set, and"
    } else {
        ""
    };
    format!(
        "port {} with transport `{}`, which{means} uses {usual}",
        entry.port.value,
        entry.transport.value.as_str()
    )
}

fn help(write: &str, entry: &ServerEntry, usual: u16) -> String {
    let or = if entry.transport.value == Transport::DnsNaptr {
        "; where TLS is meant, set the transport to `TLS`"
    } else {
        ""
    };
    format!("{write}, so that DNS or the usual port {usual} counts{or}")
}

/// Whether SIP servers are listed for the address, where that is known: an IP address has none,
/// and of a name the data given must speak.
fn has_srv(site: &Facts, entry: &ServerEntry) -> Option<bool> {
    if entry.address.value.parse::<IpAddr>().is_ok() {
        return Some(false);
    }
    let name = entry.name()?;
    let views = site.views.iter();
    let mut speaking = views.filter(|view| view.covers(&name)).peekable();
    speaking.peek()?;
    Some(speaking.any(|view| !sip_records(view, &name).is_empty()))
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
