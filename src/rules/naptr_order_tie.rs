//! `naptr-order-tie`: two transports with equal order and preference.

use std::collections::BTreeMap;

use super::naptr::{leads_to_srv, put_behind};
use super::{Facts, Findings};
use crate::dns::{RecordType, RrSet};

/// Looks at the records of each NAPTR set that this handset follows.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        // Where each record has a higher place than the one before, no two have the same.
        let may_tie = |set: &&RrSet| {
            let mut places = set.naptr().map(|(_, naptr)| naptr.place());
            let mut last = places.next();
            places.any(|place| last.replace(place) >= Some(place))
        };
        let sets = view.whole_sets(RecordType::NAPTR).into_iter();
        for set in sets.filter(may_tie) {
            let mut places = BTreeMap::new();
            for (record, naptr) in set.naptr().filter(|(_, naptr)| leads_to_srv(naptr)) {
                let service = &naptr.service.value;
                let Some(protocol) = site.model.service(service) else {
                    continue;
                };
                let place = places.entry(naptr.place());
                let (first, first_protocol) = *place.or_insert((naptr, protocol));
                if first_protocol == protocol {
                    continue;
                }
                let message = format!(
                    "services `{}` and `{service}` of `{}` have the same order and preference",
                    first.service.value, set.owner
                );
                let finding = findings
                    .at(naptr.preference.span, message)
                    .label("the same place as another transport")
                    .related(first.preference.span, "the other transport's place")
                    .help(format!(
                        "give the transport that is to be used first the lower Order: which of \
                         {} and {} the handset takes is not defined",
                        first_protocol.as_str(),
                        protocol.as_str()
                    ));
                // Which of them is meant to come first the order of the file suggests.
                let fix = put_behind(site, view, (record, naptr), "second record");
                findings.push(match fix {
                    Some(fix) => finding.fix(fix),
                    None => finding,
                });
            }
        }
    }
}
