//! `srv-port-zero`: port 0 with a real target, or no port at all.

use super::sip_ports::MeantPort;
use super::sip_set::{edit_field, has_port, usual_port};
use super::{Facts, Findings};
use crate::finding::{Fix, Subject};
use crate::fix::{NewRecord, replace_record};

/// Looks at every record of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.sip_sets() {
        for (record, srv) in sip.set.srv() {
            if has_port(record, srv) || srv.target.name.is_root() {
                continue;
            }
            let (port, target) = (srv.port.value, &srv.target.name);
            let MeantPort {
                port: meant,
                is_clear,
            } = site.sip_ports().meant(sip, srv);
            let (message, advice) = if record.states(srv.port.span) {
                (
                    format!("port 0: handsets cannot reach `{target}` on it"),
                    "the 0 that lets the handset look SRV records up belongs into its configuration",
                )
            } else {
                (
                    format!(
                        "no port stands here, so that dnsmasq answers with port {port}: handsets \
                         cannot reach `{target}` on it"
                    ),
                    "it stands behind the target",
                )
            };
            let reason = if meant == usual_port(&sip.owner) {
                "usually"
            } else {
                "by other records"
            };
            let new = NewRecord::srv(
                srv.priority.value,
                srv.weight.value,
                meant,
                (&srv.target.name).into(),
            );
            let edits = edit_field(site, record, srv.port.span, meant.to_string());
            let finding = findings
                .at(srv.port.span, message)
                .about(Subject::Token(srv.port.span))
                .help(format!(
                    "write the port on which the SIP server listens, {reason} {meant}; {advice}"
                ))
                .fix(Fix {
                    title: format!("write port {meant}"),
                    // No server listens there, so nothing that works is changed.
                    safe: is_clear && !edits.is_empty(),
                    edits,
                    changes: vec![replace_record(sip.place(), record, &new)],
                    ..Fix::default()
                });
            findings.push(sip.with_handsets(finding));
        }
    }
}
