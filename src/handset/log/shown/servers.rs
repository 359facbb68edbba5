//! The servers that a lookup leads to, as far as the log shows its answers.

use super::{Answer, Record, Server, Step, plain, protocol_of, replaced_by, same_name};
use crate::dns::RecordType;
use crate::handset::{Model, Protocol};

/// The servers that the steps of a lookup lead to: the targets of the first SRV set of which
/// one has an address, by priority, else the addresses of the configured name.
pub fn servers(address: &str, steps: &[Step], protocol: Protocol, port: u16) -> Vec<Server> {
    let sets = steps
        .iter()
        .filter(|step| step.record_type == RecordType::SRV);
    for step in sets {
        let servers = targets(step, steps);
        if !servers.is_empty() {
            return servers;
        }
    }
    let port = match port {
        0 => protocol.default_port(),
        port => port,
    };
    let own = |step: &&Step| step.record_type == RecordType::A && same_name(&step.name, address);
    let found = steps.iter().filter(own).flat_map(Step::addresses);
    found
        .map(|found| Server {
            order: 1,
            host: plain(address),
            address: found,
            port,
            protocol,
        })
        .collect()
}

/// What SIP travels over by the service of the first NAPTR record that leads to an SRV set.
fn protocol_by_naptr(set: &str, steps: &[Step]) -> Option<Protocol> {
    let records = steps.iter().filter_map(|step| match &step.answer {
        Answer::Records { records, .. } => records.as_deref(),
        _ => None,
    });
    let mut leading: Vec<_> = records
        .flatten()
        .filter_map(|record| match record {
            Record::Naptr {
                order,
                preference,
                service,
                replacement,
                ..
            } if replaced_by(replacement, set) => Some((
                *order,
                *preference,
                Model::spectralink_84().service(service)?,
            )),
            _ => None,
        })
        .collect();
    leading.sort_by_key(|(order, preference, _)| (*order, *preference));
    leading.first().map(|(.., protocol)| *protocol)
}

/// The targets of an SRV set that have addresses.
fn targets(set: &Step, steps: &[Step]) -> Vec<Server> {
    let Answer::Records {
        records: Some(records),
        ..
    } = &set.answer
    else {
        return Vec::new();
    };
    let protocol = protocol_by_naptr(&set.name, steps)
        .or_else(|| protocol_of(&set.name))
        .unwrap_or(Protocol::Udp);
    let mut sorted: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Srv {
                priority,
                port,
                target,
                ..
            } => Some((*priority, *port, plain(target))),
            _ => None,
        })
        .collect();
    sorted.sort_by_key(|(priority, ..)| *priority);
    let mut servers = Vec::new();
    let mut order = 0;
    let mut last = None;
    for (priority, port, host) in sorted {
        let asked = steps
            .iter()
            .find(|step| step.record_type == RecordType::A && same_name(&step.name, &host));
        for address in asked.into_iter().flat_map(Step::addresses) {
            if last != Some(priority) {
                last = Some(priority);
                order += 1;
            }
            servers.push(Server {
                order,
                host: host.clone(),
                address,
                port,
                protocol,
            });
        }
    }
    servers
}
