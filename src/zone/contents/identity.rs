//! When records are the same.

use std::hash::Hash;
use std::net::IpAddr;

use hashbrown::HashSet;

use crate::dns::{Data, Name, Record, RecordType};

/// So few are compared each with each.
const FEW: usize = 8;

/// Which of these have another key than all before; `None` where no two have the same.
pub(crate) fn firsts<'i, I, K: Hash + Eq>(
    items: &'i [I],
    key: impl Fn(&'i I) -> K,
) -> Option<Vec<bool>> {
    let firsts: Vec<bool> = if items.len() > FEW {
        let mut seen = HashSet::with_capacity(items.len());
        items.iter().map(|item| seen.insert(key(item))).collect()
    } else {
        let is_first = |at: usize| {
            let own = key(&items[at]);
            items[..at].iter().all(|before| key(before) != own)
        };
        if (1..items.len()).all(is_first) {
            return None;
        }
        (0..items.len()).map(is_first).collect()
    };
    firsts.contains(&false).then_some(firsts)
}

/// What makes two records of one RRset the same to a reader.
pub(in crate::zone) fn identity(record: &Record) -> (u32, RecordData<'_>) {
    (record.ttl.value, RecordData::from(&record.data))
}

/// Record data without its places in the source: equal when servers take it for equal, so
/// names compare without regard to case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordData<'a> {
    /// A and AAAA.
    Address(IpAddr),
    /// CNAME, DNAME, NS and PTR.
    Name(RecordType, &'a Name),
    /// SRV: priority, weight, port, target.
    Srv([u16; 3], &'a Name),
    /// NAPTR: order and preference; flags, service and regular expression; replacement.
    Naptr([u16; 2], [&'a str; 3], &'a Name),
    /// SOA: names, then numbers.
    Soa([&'a Name; 2], [u32; 5]),
}

impl<'a> From<&'a Data> for RecordData<'a> {
    fn from(data: &'a Data) -> Self {
        match data {
            Data::A(address) => Self::Address(address.value.into()),
            Data::Aaaa(address) => Self::Address(address.value.into()),
            Data::Cname(target) | Data::Dname(target) | Data::Ns(target) | Data::Ptr(target) => {
                Self::Name(data.record_type(), &target.name)
            }
            Data::Srv(srv) => Self::Srv(
                [srv.priority.value, srv.weight.value, srv.port.value],
                &srv.target.name,
            ),
            Data::Naptr(naptr) => Self::Naptr(
                [naptr.order.value, naptr.preference.value],
                [
                    &naptr.flags.value,
                    &naptr.service.value,
                    &naptr.regexp.value,
                ],
                &naptr.replacement.name,
            ),
            Data::Soa(soa) => Self::Soa(
                [&soa.mname.name, &soa.rname.name],
                [
                    soa.serial.value,
                    soa.refresh.value,
                    soa.retry.value,
                    soa.expire.value,
                    soa.minimum.value,
                ],
            ),
        }
    }
}
