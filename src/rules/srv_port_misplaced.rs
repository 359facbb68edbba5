//! `srv-port-misplaced`: the port of SIP stands in another field of an SRV record.

use super::sip_set::{edit_field, is_sip_port};
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
            let Some(Misplaced { port, field, meant }) = misplaced(srv, is_dnsmasq) else {
                continue;
            };
            if !record.states(srv.port.span) || srv.target.name.is_root() {
                continue;
            }
            let (wrong, target) = (srv.port.value, &srv.target.name);
            let written = [srv.priority, srv.weight, srv.port];
            let order = if is_dnsmasq {
                "target, port, priority, weight"
            } else {
                "priority, weight, port, target"
            };
            let others = match meant {
                Some(_) => "",
                None => "; of the other two numbers only you can tell which is the priority",
            };
            let mut finding = findings
                .at(
                    srv.port.span,
                    format!(
                        "port {wrong} for `{target}`: {port} stands in the place of the {field}"
                    ),
                )
                .label(format!("handsets send SIP to port {wrong}"))
                .help(format!("the order of the fields is {order}{others}"));
            // What another rule says of a number in a wrong place is idle.
            for (place, field) in written.iter().enumerate() {
                if meant.is_none_or(|meant| meant[place] != field.value) {
                    finding = finding.about(Subject::Token(field.span));
                }
            }
            if let Some(meant) = meant {
                let wrong = written.iter().zip(meant);
                let edits = wrong
                    .filter(|(field, number)| field.value != *number)
                    .flat_map(|(field, number)| {
                        edit_field(site, record, field.span, number.to_string())
                    });
                let [priority, weight, port] = meant;
                let new = NewRecord::srv(priority, weight, port, target.into());
                finding = finding.fix(Fix {
                    title: format!("write priority {priority}, weight {weight}, port {port}"),
                    edits: edits.collect(),
                    changes: vec![replace_record(sip.place(), record, &new)],
                    ..Fix::default()
                });
            }
            findings.push(sip.with_handsets(finding));
        }
    }
}

/// A port of SIP, and the field that holds it.
struct Misplaced {
    port: u16,
    field: &'static str,
    /// The numbers in their right order, where that is certain.
    meant: Option<Numbers>,
}

/// The port of SIP in another field of a record that names another port, one below those that
/// SIP servers have.
fn misplaced(srv: &Srv, is_dnsmasq: bool) -> Option<Misplaced> {
    const LOWEST: u16 = 1024;
    let [priority, weight, port] = [srv.priority.value, srv.weight.value, srv.port.value];
    if port >= LOWEST {
        return None;
    }
    match (is_sip_port(priority), is_sip_port(weight)) {
        (false, true) => Some(Misplaced {
            port: weight,
            field: "weight",
            meant: Some(if is_dnsmasq {
                // The order of zone files, in which dnsmasq's numbers are one place further.
                [port, priority, weight]
            } else {
                [priority, port, weight]
            }),
        }),
        (true, false) => Some(Misplaced {
            port: priority,
            field: "priority",
            // In a zone file the other two may stand as in dnsmasq, or backwards.
            meant: (is_dnsmasq || port == weight).then_some([port, weight, priority]),
        }),
        _ => None,
    }
}
