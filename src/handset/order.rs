//! Servers in the order in which a handset tries them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::assumption::WeightOrder;
use super::{Protocol, Server, Via};
use crate::dns::{Data, Record, Srv};
use crate::source::Span;

/// The SRV records in the order in which their targets are looked up: by priority, then as
/// the answer has them, or by weight where weight sorts. With each its position among the
/// records of its priority: 0 unless weight sorts them.
pub(super) fn in_order<'r>(records: &[&'r Record], weight: WeightOrder) -> Vec<(u16, &'r Srv)> {
    let mut all: Vec<&'r Srv> = records
        .iter()
        .filter_map(|record| match &record.data {
            Data::Srv(srv) => Some(srv),
            _ => None,
        })
        .collect();
    match weight {
        WeightOrder::Rfc2782 => {
            all.sort_by_key(|srv| srv.priority.value);
            all.into_iter().map(|srv| (0, srv)).collect()
        }
        WeightOrder::HigherFirst => {
            let rank = |srv: &Srv| u16::MAX - srv.weight.value;
            all.sort_by_key(|srv| (srv.priority.value, rank(srv)));
            all.into_iter().map(|srv| (rank(srv), srv)).collect()
        }
    }
}

/// Chances by weight among the servers of one priority; they add up to 1.
///
/// They are the weight over the sum of the weights; where all are 0, equal. Beside positive
/// weights a 0 has a "very small" chance (RFC 2782, "Weight"): the draw is among the numbers
/// from 0 to the sum, and the one number 0 is left to the servers of weight 0.
#[derive(Clone, Copy, Default)]
struct Draw {
    servers: usize,
    zeros: usize,
    sum: u64,
}

impl Draw {
    fn add(&mut self, weight: u16) {
        self.servers += 1;
        self.zeros += usize::from(weight == 0);
        self.sum += u64::from(weight);
    }

    fn share(&self, weight: u16) -> f64 {
        let numbers = match (self.sum, self.zeros) {
            (0, _) => return 1.0 / count(self.servers),
            (sum, 0) => sum,
            (sum, _) => sum + 1,
        };
        match weight {
            0 => 1.0 / (float(numbers) * count(self.zeros)),
            weight => f64::from(weight) / float(numbers),
        }
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
    /// Position among the hosts of its priority; hosts that share it are drawn by weight.
    pub(super) rank: u16,
    pub(super) weight: u16,
    pub(super) host: String,
    pub(super) host_span: Span,
    pub(super) port: u16,
    pub(super) addresses: Vec<(IpAddr, Span)>,
}

impl Candidate {
    /// One server for each address, numbered in the order in which they are tried. Hosts
    /// without an address are passed over, so the others share their chance. The addresses of
    /// one host share its place: in which order they are used is not documented.
    pub(super) fn servers(candidates: &[Self], protocol: Protocol, via: Via) -> Vec<Server> {
        let usable = || candidates.iter().filter(|one| !one.addresses.is_empty());
        // Only the first rank of a priority is ever tried first.
        let mut draws: BTreeMap<u16, (u16, Draw)> = BTreeMap::new();
        for candidate in usable() {
            let first = (candidate.rank, Draw::default());
            let (rank, draw) = draws.entry(candidate.priority).or_insert(first);
            if *rank == candidate.rank {
                draw.add(candidate.weight);
            }
        }
        let count_of_all = usable().map(|one| one.addresses.len()).sum();
        let mut servers = Vec::with_capacity(count_of_all);
        let mut order = 0;
        let mut last = None;
        for candidate in usable() {
            let place = (candidate.priority, candidate.rank);
            if last != Some(place) {
                order += 1;
                last = Some(place);
            }
            let share = match draws.get(&candidate.priority) {
                Some((rank, draw)) if *rank == candidate.rank => draw.share(candidate.weight),
                _ => 0.0,
            };
            for (address, span) in &candidate.addresses {
                servers.push(Server {
                    order,
                    host: candidate.host.clone(),
                    host_span: candidate.host_span,
                    address: *address,
                    address_span: Some(*span),
                    port: candidate.port,
                    protocol,
                    share: share / count(candidate.addresses.len()),
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
    use crate::source::{Origin, Source, Sources};

    fn shares(weights: &[u16]) -> Vec<f64> {
        let mut draw = Draw::default();
        for weight in weights {
            draw.add(*weight);
        }
        weights.iter().map(|weight| draw.share(*weight)).collect()
    }

    #[test]
    fn shares_follow_the_weights() {
        assert_eq!(shares(&[10, 30]), [0.25, 0.75]);
        assert_eq!(shares(&[0, 0]), [0.5, 0.5]);
        assert_eq!(shares(&[0, 9]), [0.1, 0.9]);
        assert_eq!(shares(&[0, 0, 9]), [0.05, 0.05, 0.9]);
        assert_eq!(shares(&[65535]), [1.0]);
    }

    proptest::proptest! {
        #[test]
        fn shares_add_up_to_one(weights in proptest::collection::vec(0_u16.., 1..40)) {
            let sum: f64 = shares(&weights).into_iter().sum();
            proptest::prop_assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        }
    }

    /// Where weight sorts, the lighter servers of a priority are never tried first.
    #[test]
    fn only_the_first_rank_of_a_priority_has_a_share() {
        let sources = Sources::new();
        let text = sources.add(Source::new("zone", Origin::Stdin, "x"));
        let span = Span::new(text, 0, 1);
        let candidate = |priority, rank, addresses: &[u8]| Candidate {
            priority,
            rank,
            weight: 10,
            host: format!("{priority}-{rank}"),
            host_span: span,
            port: 5060,
            addresses: addresses
                .iter()
                .map(|last| (IpAddr::from([10, 0, 0, *last]), span))
                .collect(),
        };
        let candidates = [
            candidate(1, 0, &[]),
            candidate(1, 1, &[1, 2]),
            candidate(1, 1, &[3]),
            candidate(1, 2, &[4]),
            candidate(2, 0, &[5]),
        ];
        let servers = Candidate::servers(&candidates, Protocol::Udp, Via::Srv);
        let servers: Vec<_> = servers.iter().map(|one| (one.order, one.share)).collect();
        assert_eq!(
            servers,
            [(1, 0.25), (1, 0.25), (1, 0.5), (2, 0.0), (3, 1.0)]
        );
    }
}
