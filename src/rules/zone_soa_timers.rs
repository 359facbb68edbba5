//! `zone-soa-timers`: SOA values that contradict each other.

use super::{Facts, Findings};
use crate::dns::{Data, RecordType, Soa};

/// Looks at every SOA.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        let sets = view.sets(RecordType::SOA);
        for record in sets.iter().flat_map(|set| &set.records) {
            if let Data::Soa(soa) = &record.data {
                look_at(soa, findings);
            }
        }
    }
}

fn look_at(soa: &Soa, findings: &mut Findings) {
    let (refresh, retry, expire) = (soa.refresh, soa.retry, soa.expire);
    if expire.value < refresh.value {
        let message = format!(
            "expire, {} s, is shorter than refresh, {} s: secondaries stop serving the zone \
             before they look for a new one",
            expire.value, refresh.value
        );
        let finding = findings.at(expire.span, message);
        findings.push(
            finding
                .related(refresh.span, "refresh")
                .help("write an expire of several days, such as 604800 or 1209600"),
        );
    }
    if retry.value > refresh.value {
        let message = format!(
            "retry, {} s, is longer than refresh, {} s: a failed check delays the next one",
            retry.value, refresh.value
        );
        let finding = findings.at(retry.span, message);
        findings.push(
            finding
                .related(refresh.span, "refresh")
                .help("write a retry below refresh; Windows writes 900 and 600"),
        );
    }
    if soa.serial.value == 0 {
        let finding = findings.at(
            soa.serial.span,
            "serial 0: some secondaries take it for no serial and never transfer",
        );
        findings.push(finding.help("write the date, such as 2024010101, or begin with 1"));
    }
}
