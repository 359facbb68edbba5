//! `srv-port-zero`: port 0 with a real target.

use super::sip_set::{edit, usual_port};
use super::{Facts, Findings};
use crate::finding::Fix;
use crate::fix::{NewRecord, replace_record};

/// Looks at every record of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.sip_sets() {
        for (record, srv) in sip.set.srv() {
            if srv.port.value != 0 || srv.target.name.is_root() {
                continue;
            }
            let usual = usual_port(&sip.owner);
            let ports = sip.set.srv().map(|(_, srv)| srv.port.value);
            let agreed = ports.filter(|port| *port != 0).all(|port| port == usual);
            let new = NewRecord::srv(
                srv.priority.value,
                srv.weight.value,
                usual,
                (&srv.target.name).into(),
            );
            let finding = findings
                .at(
                    srv.port.span,
                    format!("port 0: handsets cannot reach `{}` on it", srv.target.name),
                )
                .help(format!(
                    "write the port on which the SIP server listens, usually {usual}; the 0 that \
                     lets the handset look SRV records up belongs into its configuration"
                ))
                .fix(Fix {
                    title: format!("write port {usual}"),
                    // No server listens on port 0, so nothing that works is changed.
                    safe: agreed,
                    edits: edit(site, srv.port.span, usual.to_string()),
                    changes: vec![replace_record(sip.place(), record, &new)],
                    ..Fix::default()
                });
            findings.push(sip.with_handsets(finding));
        }
    }
}
