//! `srv-port-misplaced`: the port of SIP stands in another field of an SRV record.

use std::ops::RangeInclusive;

use super::sip_ports::LOWEST;
use super::sip_set::{SipSet, edit_field};
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
            let Some(Misplaced { port, field, meant }) = misplaced(site, sip, srv, is_dnsmasq)
            else {
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

/// The ports of SIP, and those behind them that people choose, such as 5070 and 5080.
const CHOSEN: RangeInclusive<u16> = 5060..=5099;

/// A port of SIP servers, and the field that holds it.
struct Misplaced {
    port: u16,
    field: &'static str,
    /// The numbers in their right order, where that is certain.
    meant: Option<Numbers>,
}

/// A port of SIP servers in another field of a record that names another port, one below those
/// that they have.
fn misplaced<'s>(
    site: &Facts<'s>,
    sip: &SipSet<'s>,
    srv: &'s Srv,
    is_dnsmasq: bool,
) -> Option<Misplaced> {
    let [priority, weight, port] = [srv.priority.value, srv.weight.value, srv.port.value];
    if port >= LOWEST {
        return None;
    }
    let is_port = |number: u16| {
        let is_known = || site.sip_ports().are_known(sip, srv, number);
        CHOSEN.contains(&number) || number >= LOWEST && is_known()
    };
    match (is_port(priority), is_port(weight)) {
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
