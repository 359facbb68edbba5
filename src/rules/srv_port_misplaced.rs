//! `srv-port-misplaced`: the port of SIP stands in another field of an SRV record.

use super::sip_set::edit_field;
use super::{Facts, Findings};
use crate::dns::Srv;
use crate::finding::{Fix, Subject};
use crate::fix::{NewRecord, replace_record};
use crate::zone::Format;

/// The numbers of an SRV record: priority, weight and port.
type Numbers = [u16; 3];

/// Looks at every record of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.sip_sets() {
        let zone = sip.view.zone_of(&sip.set.owner);
        let is_dnsmasq = zone.is_some_and(|zone| zone.format == Format::Dnsmasq);
        for (record, srv) in sip.set.srv() {
            let Some((field, meant)) = misplaced(srv, is_dnsmasq) else {
                continue;
            };
            if !record.states(srv.port.span) || srv.target.name.is_root() {
                continue;
            }
            let (port, target) = (srv.port.value, &srv.target.name);
            let written = [srv.priority, srv.weight, srv.port];
            let misplaced = meant[2];
            let order = if is_dnsmasq {
                "target, port, priority, weight"
            } else {
                "priority, weight, port, target"
            };
            let wrong = written.iter().zip(meant);
            let edits = wrong
                .filter(|(field, number)| field.value != *number)
                .flat_map(|(field, number)| {
                    edit_field(site, record, field.span, number.to_string())
                });
            let [priority, weight, meant_port] = meant;
            let new = NewRecord::srv(priority, weight, meant_port, target.into());
            let finding = findings
                .at(
                    srv.port.span,
                    format!(
                        "port {port} for `{target}`: {misplaced} stands in the place of the {field}"
                    ),
                )
                .about(Subject::Token(srv.port.span))
                .label(format!("handsets send SIP to port {port}"))
                .help(format!("the order of the fields is {order}"))
                .fix(Fix {
                    title: format!("write priority {priority}, weight {weight}, port {meant_port}"),
                    edits: edits.collect(),
                    changes: vec![replace_record(sip.place(), record, &new)],
                    ..Fix::default()
                });
            findings.push(sip.with_handsets(finding));
        }
    }
}

/// The field that holds the port of SIP in a record that names another port, one below those
/// that SIP servers have, and the numbers in their right order.
fn misplaced(srv: &Srv, is_dnsmasq: bool) -> Option<(&'static str, Numbers)> {
    const LOWEST: u16 = 1024;
    let [priority, weight, port] = [srv.priority.value, srv.weight.value, srv.port.value];
    let is_of_sip = |number| matches!(number, 5060 | 5061);
    if port >= LOWEST {
        return None;
    }
    match (is_of_sip(priority), is_of_sip(weight)) {
        // The order of other zone files, in which dnsmasq's numbers are one place further.
        (false, true) if is_dnsmasq => Some(("weight", [port, priority, weight])),
        (false, true) => Some(("weight", [priority, port, weight])),
        (true, false) => Some(("priority", [port, weight, priority])),
        _ => None,
    }
}
