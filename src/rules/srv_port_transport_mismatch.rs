//! `srv-port-transport-mismatch`: the port of TLS without TLS, or the other way round.

use super::sip_set::{edit, is_sip_port, usual_port};
use super::{Facts, Findings};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{NewRecord, replace_record};
use crate::site::below;

/// Looks at every record of every SIP SRV set. Ports that are neither 5060 nor 5061 are
/// somebody's decision.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    // A malformed owner may have meant either transport.
    let well_formed = site.sip_sets().iter().filter(|sip| sip.is_well_formed());
    for sip in well_formed {
        let usual = usual_port(&sip.owner);
        // Only the `s` of its name is missing.
        let is_of_tls = Some(&sip.owner) == below("_sip._tcp", &sip.domain).as_ref()
            && sip.set.srv().all(|(_, srv)| srv.port.value == 5061);
        for (record, srv) in sip.set.srv() {
            let port = srv.port.value;
            if !is_sip_port(port) || port == usual {
                continue;
            }
            let owner = &sip.set.owner;
            let message = if port == 5061 {
                format!("port 5061 is that of TLS, but `{owner}` stands for SIP without TLS")
            } else {
                format!("port 5060 is that of SIP without TLS, but `{owner}` stands for TLS")
            };
            let meant = site.sip_ports().meant(sip, srv).port;
            let new = NewRecord::srv(
                srv.priority.value,
                srv.weight.value,
                meant,
                (&srv.target.name).into(),
            );
            let finding = findings
                .at(srv.port.span, message)
                .about(Subject::Token(srv.port.span))
                .help(format!(
                    "write {meant}, or move the record to the name of its transport: `_sips._tcp` \
                     for TLS, `_sip._udp` or `_sip._tcp` without"
                ))
                .fix(Fix {
                    title: format!("write port {meant}"),
                    edits: edit(site, srv.port.span, meant.to_string()),
                    changes: vec![replace_record(sip.place(), record, &new)],
                    ..Fix::default()
                });
            let of_tls = below("_sips._tcp", &sip.domain).filter(|_| is_of_tls);
            let of_tls = of_tls.map(|name| Subject::Lookup {
                view: sip.view_index,
                name,
            });
            let finding = of_tls.into_iter().fold(finding, Finding::about);
            findings.push(sip.with_handsets(finding));
        }
    }
}
