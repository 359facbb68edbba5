//! `srv-target-ip-literal`: an address where a host name belongs.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::sip_set::edit;
use super::{Facts, Findings};
use crate::dns::{Data, Name, RecordType, Srv, WrittenName};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, in_presentation_format, replace_record};
use crate::site::View;

/// Looks at every target of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut hosts: HashMap<usize, Hosts> = HashMap::new();
    for sip in site.doubtful_sip_sets() {
        for (record, srv) in sip.set.srv() {
            let Some(address) = literal(&srv.target, sip.view.apex_of(&sip.set.owner)) else {
                continue;
            };
            let hosts = hosts.entry(sip.view_index);
            let hosts = hosts.or_insert_with(|| hosts_by_address(sip.view));
            let host = match hosts.get(&address).map(Vec::as_slice) {
                Some([only]) => Some(only),
                _ => None,
            };
            let (help, field) = match host {
                Some(host) => (
                    format!(
                        "write the host's name: `{}` has this address",
                        in_presentation_format(host)
                    ),
                    host.into(),
                ),
                None => (
                    format!(
                        "give the SIP server a name with an A record for {address}, and write that name"
                    ),
                    Field::blank(format!("name of the host with {address}")),
                ),
            };
            let Srv {
                priority,
                weight,
                port,
                ..
            } = srv;
            let new = NewRecord::srv(priority.value, weight.value, port.value, field);
            let edits = host.map(|host| edit(site, srv.target.span, in_presentation_format(host)));
            let edits = edits.unwrap_or_default();
            let finding = findings
                .at(
                    srv.target.span,
                    format!(
                        "the target is the address {address}: DNS takes it for the host name `{}`",
                        srv.target.name
                    ),
                )
                .help(help)
                .about(Subject::Token(srv.target.span))
                .fix(Fix {
                    title: "name the host in the place of its address".to_owned(),
                    edits,
                    changes: vec![replace_record(sip.place(), record, &new)],
                    ..Fix::default()
                });
            findings.push(sip.with_handsets(finding));
        }
    }
}

/// The address that a target was meant to be: all of its name, or what stands before the
/// origin that was appended.
pub(super) fn literal(target: &WrittenName, zone: Option<&Name>) -> Option<IpAddr> {
    let labels: Vec<_> = target.name.iter().map(String::from_utf8_lossy).collect();
    let is_end = |rest: &Name| rest.is_root() || target.relative || zone == Some(rest);
    let behind = |count: usize| target.name.trim_to(labels.len().saturating_sub(count));
    if let Some(four) = labels.get(..4)
        && let Some(address) = ipv4(host(&four.join(".")))
        && is_end(&behind(4))
    {
        return Some(address.into());
    }
    let first = host(labels.first()?);
    first.parse::<Ipv6Addr>().ok().map(IpAddr::from)
}

/// An address without the port behind it and the brackets around it.
fn host(written: &str) -> &str {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let host = match written.rsplit_once(':') {
        Some((host, port)) if is_port(port) && (host.ends_with(']') || !host.contains(':')) => host,
        _ => written,
    };
    let inner = host.strip_prefix('[');
    inner
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// Four numbers, with leading zeros too: `010.225.002.032`.
fn ipv4(written: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut numbers = written.split('.');
    for octet in &mut octets {
        let digits = numbers.next().filter(|digits| digits.len() <= 3)?;
        *octet = digits.parse().ok().filter(|_| !digits.starts_with('+'))?;
    }
    numbers.next().is_none().then(|| octets.into())
}

/// The hosts of a view by their addresses.
type Hosts = HashMap<IpAddr, Vec<Name>>;

fn hosts_by_address(view: &View) -> Hosts {
    let mut hosts = Hosts::new();
    for set in view.sets(RecordType::A) {
        for record in set.records.iter() {
            if let Data::A(address) = &record.data
                && !set.owner.is_wildcard()
            {
                let at = hosts.entry(address.value.into()).or_default();
                at.push(set.owner.clone());
            }
        }
    }
    hosts
}
