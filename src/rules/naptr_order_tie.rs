//! `naptr-order-tie`: two transports with equal order and preference.

use std::collections::BTreeMap;

use super::naptr::leads_to_srv;
use super::{Facts, Findings};
use crate::dns::RecordType;

/// Looks at the records of each NAPTR set that this handset follows.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        for set in view.whole_sets(RecordType::NAPTR) {
            let mut places = BTreeMap::new();
            for (_, naptr) in set.naptr().filter(|(_, naptr)| leads_to_srv(naptr)) {
                let service = &naptr.service.value;
                let Some(protocol) = site.model.service(service) else {
                    continue;
                };
                let place = (naptr.order.value, naptr.preference.value);
                let (first, first_protocol) = *places.entry(place).or_insert((naptr, protocol));
                if first_protocol == protocol {
                    continue;
                }
                let message = format!(
                    "services `{}` and `{service}` of `{}` have the same order and preference",
                    first.service.value, set.owner
                );
                findings.push(
                    findings
                        .at(naptr.preference.span, message)
                        .label("the same place as another transport")
                        .related(first.preference.span, "the other transport's place")
                        .help(format!(
                            "give the transport that is to be used first the lower Order: which \
                             of {} and {} the handset takes is not defined",
                            first_protocol.as_str(),
                            protocol.as_str()
                        )),
                );
            }
        }
    }
}
