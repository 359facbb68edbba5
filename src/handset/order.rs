//! Servers in the order in which a handset tries them.

use std::net::IpAddr;

use super::assumption::WeightOrder;
use super::{Protocol, Server, Via};
use crate::dns::{Data, Record, Srv};
use crate::source::Span;

/// Where an SRV record stands among the others of its set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// Position among the records of its priority: 0 unless weight sorts them.
    pub(super) rank: u16,
    /// Chance of being tried first within its priority.
    pub(super) share: f64,
}

/// The SRV records in the order in which their targets are looked up: by priority, then as
/// the answer has them, or by weight where weight sorts.
pub(super) fn in_order(records: &[Record], weight: WeightOrder) -> Vec<(Place, &Srv)> {
    let mut all: Vec<&Srv> = records
        .iter()
        .filter_map(|record| match &record.data {
            Data::Srv(srv) => Some(srv),
            _ => None,
        })
        .collect();
    match weight {
        WeightOrder::Rfc2782 => all.sort_by_key(|srv| srv.priority.value),
        WeightOrder::HigherFirst => {
            all.sort_by_key(|srv| (srv.priority.value, u16::MAX - srv.weight.value));
        }
    }
    let placed = |srv: &&Srv| {
        let equals: Vec<_> = all
            .iter()
            .filter(|other| other.priority.value == srv.priority.value)
            .collect();
        match weight {
            WeightOrder::Rfc2782 => Place {
                rank: 0,
                share: share(srv.weight.value, equals.iter().map(|srv| srv.weight.value)),
            },
            WeightOrder::HigherFirst => {
                let heavier = equals
                    .iter()
                    .filter(|other| other.weight.value > srv.weight.value)
                    .count();
                let same = equals
                    .iter()
                    .filter(|other| other.weight.value == srv.weight.value)
                    .count();
                Place {
                    rank: u16::try_from(heavier).unwrap_or(u16::MAX),
                    share: if heavier == 0 { 1.0 / count(same) } else { 0.0 },
                }
            }
        }
    };
    all.iter().map(|srv| (placed(srv), *srv)).collect()
}

/// The chance of a weight among those of its priority: weight over the sum of weights; where
/// all are 0, equal; beside positive weights a 0 is "very small" (RFC 2782, "Weight"): the
/// one value out of sum + 1 that the RFC's draw leaves to it.
fn share(weight: u16, all: impl Iterator<Item = u16> + Clone) -> f64 {
    let sum: u64 = all.clone().map(u64::from).sum();
    match (sum, weight) {
        (0, _) => 1.0 / count(all.count()),
        (sum, 0) => 1.0 / (float(sum) + 1.0),
        (sum, weight) => f64::from(weight) / float(sum),
    }
}

fn count(number: usize) -> f64 {
    float(number as u64)
}

/// Sums of 16-bit weights are far below 2^52.
#[allow(clippy::cast_precision_loss)]
fn float(number: u64) -> f64 {
    number as f64
}

/// A host the handset may try, with its addresses.
pub(super) struct Candidate {
    pub(super) priority: u16,
    pub(super) rank: u16,
    pub(super) share: f64,
    pub(super) host: String,
    pub(super) host_span: Span,
    pub(super) port: u16,
    pub(super) addresses: Vec<(IpAddr, Span)>,
}

impl Candidate {
    /// One server for each address, numbered in the order in which they are tried. Hosts
    /// without an address are passed over. The addresses of one host share its place: in
    /// which order they are used is not documented.
    pub(super) fn servers(candidates: &[Self], protocol: Protocol, via: Via) -> Vec<Server> {
        let mut servers = Vec::new();
        let mut order = 0;
        let mut last = None;
        for candidate in candidates {
            if candidate.addresses.is_empty() {
                continue;
            }
            let place = (candidate.priority, candidate.rank);
            if last != Some(place) {
                order += 1;
                last = Some(place);
            }
            for (address, span) in &candidate.addresses {
                servers.push(Server {
                    order,
                    host: candidate.host.clone(),
                    host_span: candidate.host_span,
                    address: *address,
                    address_span: Some(*span),
                    port: candidate.port,
                    protocol,
                    share: candidate.share / count(candidate.addresses.len()),
                    via,
                });
            }
        }
        servers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(weights: &[u16]) -> Vec<f64> {
        weights
            .iter()
            .map(|weight| share(*weight, weights.iter().copied()))
            .collect()
    }

    #[test]
    fn shares_follow_the_weights() {
        assert_eq!(shares(&[10, 30]), [0.25, 0.75]);
        assert_eq!(shares(&[0, 0]), [0.5, 0.5]);
        assert_eq!(shares(&[0, 9]), [0.1, 1.0]);
        assert_eq!(shares(&[65535]), [1.0]);
    }
}
