//! `naptr-foreign-application`: NAPTR records of other applications at the SIP domain.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::{Facts, Findings};
use crate::dns::{Name, RecordType};
use crate::site::{is_sip_naptr, sip_domain};

/// Looks at the NAPTR records of every name that handsets are given, or could be.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let configured = LazyCell::new(|| {
        let setups = site.setups.iter();
        let names = setups.filter_map(|setup| setup.name());
        names.collect::<BTreeSet<&Name>>()
    });
    for view in &site.views {
        let domains = LazyCell::new(|| {
            let srv = view.sets(RecordType::SRV).into_iter();
            let domains = srv.filter_map(|set| sip_domain(&set.owner));
            domains.collect::<BTreeSet<Name>>()
        });
        for set in view.sets(RecordType::NAPTR) {
            if set.naptr().all(|(_, naptr)| is_sip_naptr(naptr)) {
                continue;
            }
            let has_sip = set.naptr().any(|(_, naptr)| is_sip_naptr(naptr));
            if !has_sip && !domains.contains(&set.owner) && !configured.contains(&set.owner) {
                continue;
            }
            for (_, naptr) in set.naptr().filter(|(_, naptr)| !is_sip_naptr(naptr)) {
                let service = &naptr.service;
                let message = if service.value.is_empty() {
                    format!("a NAPTR record of `{}` is not for SIP", set.owner)
                } else {
                    format!(
                        "NAPTR service `{}` of `{}` is not SIP's",
                        service.value, set.owner
                    )
                };
                findings.push(
                    findings
                        .at(service.span, message)
                        .label("the handset passes over it")
                        .help("nothing has to be done: it is for another application"),
                );
            }
        }
    }
}
