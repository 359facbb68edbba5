//! `srv-transports-disagree`: UDP and TCP lead to other servers, or in another order.

use std::collections::HashMap;

use super::sip_set::SipSet;
use super::{Facts, Findings};
use crate::dns::{Name, Srv};

/// Compares `_sip._tcp` with `_sip._udp` of each domain.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let sets = site.whole_sip_sets();
    let is = |sip: &SipSet, protocol: &[u8]| {
        let mut labels = sip.set.owner.iter();
        let service = labels
            .next()
            .is_some_and(|label| label.eq_ignore_ascii_case(b"_sip"));
        service
            && labels
                .next()
                .is_some_and(|label| label.eq_ignore_ascii_case(protocol))
    };
    let udp: HashMap<_, _> = sets
        .iter()
        .filter(|sip| is(sip, b"_udp"))
        .map(|sip| ((sip.view_index, &sip.domain), sip))
        .collect();
    for tcp in sets.iter().filter(|sip| is(sip, b"_tcp")) {
        let Some(udp) = udp.get(&(tcp.view_index, &tcp.domain)) else {
            continue;
        };
        let (tcp_order, udp_order) = (order(tcp), order(udp));
        if !tcp_order
            .keys()
            .any(|target| udp_order.contains_key(target))
        {
            continue;
        }
        let differs = |srv: &&Srv, other: &HashMap<&Name, usize>, own: usize| {
            other.get(&srv.target.name) != Some(&own)
        };
        let in_tcp = targets(tcp).find(|srv| differs(srv, &udp_order, tcp_order[&srv.target.name]));
        let in_udp =
            || targets(udp).find(|srv| differs(srv, &tcp_order, udp_order[&srv.target.name]));
        let Some(srv) = in_tcp.or_else(in_udp) else {
            continue;
        };
        let target = &srv.target.name;
        let message = match (tcp_order.get(target), udp_order.get(target)) {
            (Some(_), Some(_)) => format!(
                "`{target}` has another place in the order under `_sip._tcp` than under `_sip._udp`"
            ),
            (Some(_), None) => {
                format!("`{target}` stands under `_sip._tcp` but not under `_sip._udp`")
            }
            _ => format!("`{target}` stands under `_sip._udp` but not under `_sip._tcp`"),
        };
        let other = if in_tcp.is_some() { udp.set } else { tcp.set };
        let finding = findings
            .at(srv.target.span, message)
            .related(other.records[0].mark(), "the set that it is compared with")
            .help(format!(
                "list the same servers in the same order under `{}` and `{}`, or handsets of \
                 different transports end at different servers",
                udp.set.owner, tcp.set.owner
            ));
        findings.push(tcp.with_handsets(udp.with_handsets(finding)));
    }
}

fn targets<'s>(sip: &SipSet<'s>) -> impl Iterator<Item = &'s Srv> {
    sip.set.srv().map(|(_, srv)| srv)
}

/// The place of each target: the first group of equal priority that names it.
fn order<'s>(sip: &SipSet<'s>) -> HashMap<&'s Name, usize> {
    let mut order = HashMap::new();
    for (place, group) in sip.by_priority().into_iter().enumerate() {
        for (_, srv) in group {
            order.entry(&srv.target.name).or_insert(place);
        }
    }
    order
}
