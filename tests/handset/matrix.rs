//! The matrix: address by port by transport, and the client of RFC 3263 beside it.

use crate::{CASE, Case, compare};

/// Transport by transport: what port 0 and what port 5070 come to.
fn by_transport(base: Case, rows: &[(&str, [(&str, &str); 2])]) {
    for (transport, ports) in rows {
        for (port, (questions, servers)) in [0, 5070].into_iter().zip(ports) {
            let case = Case {
                port,
                transport,
                ..base
            };
            compare(&[(case, questions, servers)]);
        }
    }
}

#[test]
fn an_ipv4_address_is_never_looked_up() {
    let literal = Case {
        address: "10.0.0.9",
        ..CASE
    };
    for (transport, port, protocol) in [
        ("", 5060, "UDP"),
        ("DNSnaptr", 5060, "UDP"),
        ("UDPOnly", 5060, "UDP"),
        ("TCPOnly", 5060, "TCP"),
        ("TCPpreferred", 5060, "TCP"),
        ("TLS", 5061, "TLS"),
        ("naptr", 5060, "UDP"),
    ] {
        let default = format!("1 10.0.0.9 10.0.0.9:{port} {protocol}");
        let own = format!("1 10.0.0.9 10.0.0.9:5070 {protocol}");
        by_transport(literal, &[(transport, [("", &default), ("", &own)])]);
    }
}

#[test]
fn a_host_without_sip_records_ends_at_its_address() {
    let host = Case {
        zone: "pbx A 10.0.0.9\n",
        ..CASE
    };
    let udp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 UDP");
    let tcp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TCP");
    let tls = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TLS");
    let naptr = (
        "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5060 UDP",
    );
    let udp_only = (
        "SRV _sip._udp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5060 UDP",
    );
    let tcp_only = (
        "SRV _sip._tcp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5060 TCP",
    );
    let tls_only = (
        "SRV _sips._tcp.pbx.lab, A pbx.lab",
        "1 pbx.lab. 10.0.0.9:5061 TLS",
    );
    by_transport(
        host,
        &[
            ("", [naptr, udp]),
            ("DNSnaptr", [naptr, udp]),
            ("UDPOnly", [udp_only, udp]),
            ("TCPOnly", [tcp_only, tcp]),
            ("TCPpreferred", [tcp_only, tcp]),
            ("TLS", [tls_only, tls]),
            ("dnsnaptr", [naptr, udp]),
            ("naptr", [naptr, udp]),
        ],
    );
}

#[test]
fn a_domain_with_sip_records_ends_at_their_targets() {
    let domain = Case {
        zone: "\
pbx A 10.0.0.9
pbx NAPTR 10 10 S SIPS+D2T \"\" _sips._tcp.pbx
pbx NAPTR 20 10 S SIP+D2U  \"\" _sip._udp.pbx
_sip._udp.pbx  SRV 0 0 5070 a
_sip._tcp.pbx  SRV 0 0 5080 a
_sips._tcp.pbx SRV 0 0 5090 b
",
        ..CASE
    };
    let udp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 UDP");
    let tcp = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TCP");
    let tls = ("A pbx.lab", "1 pbx.lab. 10.0.0.9:5070 TLS");
    // The replacement of a NAPTR record comes from DNS, so its final dot stays.
    let naptr = (
        "NAPTR pbx.lab, SRV _sips._tcp.pbx.lab., A b.lab.",
        "1 b.lab. 10.0.0.2:5090 TLS",
    );
    let udp_only = (
        "SRV _sip._udp.pbx.lab, A a.lab.",
        "1 a.lab. 10.0.0.1:5070 UDP",
    );
    let tcp_only = (
        "SRV _sip._tcp.pbx.lab, A a.lab.",
        "1 a.lab. 10.0.0.1:5080 TCP",
    );
    let tls_only = (
        "SRV _sips._tcp.pbx.lab, A b.lab.",
        "1 b.lab. 10.0.0.2:5090 TLS",
    );
    by_transport(
        domain,
        &[
            ("", [naptr, udp]),
            ("DNSnaptr", [naptr, udp]),
            ("UDPOnly", [udp_only, udp]),
            ("TCPOnly", [tcp_only, tcp]),
            ("TCPpreferred", [tcp_only, tcp]),
            ("TLS", [tls_only, tls]),
        ],
    );
}

#[test]
fn what_is_no_name_is_not_looked_up() {
    for address in ["10.0.0.9, pbx.lab", "sip:pbx.lab", "pbx lab", ""] {
        let case = Case { address, ..CASE };
        compare(&[(case, "", "not looked up")]);
    }
    let dotted = Case {
        address: "PBX.lab.",
        zone: "pbx A 10.0.0.9\n",
        ..CASE
    };
    compare(&[(
        dotted,
        "NAPTR PBX.lab., SRV _sip._udp.PBX.lab., A PBX.lab.",
        "1 pbx.lab. 10.0.0.9:5060 UDP",
    )]);
}

#[test]
fn a_client_that_follows_rfc_3263_asks_for_every_transport_and_both_address_types() {
    let rfc = Case {
        model: "rfc3263",
        ..CASE
    };
    compare(&[
        (
            rfc,
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, SRV _sip._tcp.pbx.lab, \
             SRV _sips._tcp.pbx.lab, A pbx.lab, AAAA pbx.lab",
            "nothing",
        ),
        (
            Case {
                zone: "_sip._tcp.pbx SRV 0 0 5060 six\nsix AAAA 2001:db8::1\n",
                ..rfc
            },
            "NAPTR pbx.lab, SRV _sip._udp.pbx.lab, SRV _sip._tcp.pbx.lab, A six.lab., \
             AAAA six.lab.",
            "1 six.lab. 2001:db8::1:5060 TCP",
        ),
        (
            Case {
                zone: "pbx NAPTR 10 10 S SIPS+D2T \"\" _sips._tcp.pbx\n_sips._tcp.pbx SRV 0 0 5061 a\n",
                ..rfc
            },
            "NAPTR pbx.lab, SRV _sips._tcp.pbx.lab., A a.lab., AAAA a.lab.",
            "1 a.lab. 10.0.0.1:5061 TLS",
        ),
    ]);
}
