//! What the handset takes from the records of an answer.

use std::net::IpAddr;

use crate::dns::{Data, Naptr, Record, RecordType};
use crate::handset::{Lookup, Model, Protocol};
use crate::source::Span;

/// The NAPTR records this handset can follow, in the order in which it looks at them, with
/// the transport each stands for (RFC 3403 4.1, RFC 3263 4.1).
pub(super) fn naptr_choices<'r>(
    records: &[&'r Record],
    model: &Model,
) -> Vec<(&'r Naptr, Protocol)> {
    let mut choices: Vec<_> = records
        .iter()
        .filter_map(|record| {
            let Data::Naptr(naptr) = &record.data else {
                return None;
            };
            let leads_to_srv = naptr.flags.value.eq_ignore_ascii_case("s")
                && naptr.regexp.value.is_empty()
                && !naptr.replacement.name.is_root();
            let protocol = model.service(&naptr.service.value)?;
            leads_to_srv.then_some((naptr.as_ref(), protocol))
        })
        .collect();
    choices.sort_by_key(|(naptr, _)| naptr.place());
    choices
}

impl Lookup {
    /// The transports of the NAPTR records that share the first place, where they are several:
    /// which of them a client takes is not defined (RFC 3403 4.1), and answers may come in any
    /// order.
    pub fn tied(&self, model: &Model) -> Vec<Protocol> {
        let naptrs = self.steps.first().map(|step| &step.answer);
        let naptrs = naptrs.into_iter();
        let naptrs: Vec<_> = naptrs
            .flat_map(|answer| answer.of_type(RecordType::NAPTR))
            .collect();
        let choices = naptr_choices(&naptrs, model);
        let Some(first) = choices.first().map(|(naptr, _)| naptr.place()) else {
            return Vec::new();
        };
        let tied = choices.iter().filter(|(naptr, _)| naptr.place() == first);
        let mut protocols = Vec::new();
        for (_, protocol) in tied {
            if !protocols.contains(protocol) {
                protocols.push(*protocol);
            }
        }
        if protocols.len() < 2 {
            Vec::new()
        } else {
            protocols
        }
    }
}

/// The addresses of A and AAAA records, and where they stand.
pub(super) fn address_data(records: &[&Record]) -> Vec<(IpAddr, Span)> {
    records
        .iter()
        .filter_map(|record| match &record.data {
            Data::A(address) => Some((address.value.into(), address.span)),
            Data::Aaaa(address) => Some((address.value.into(), address.span)),
            _ => None,
        })
        .collect()
}
