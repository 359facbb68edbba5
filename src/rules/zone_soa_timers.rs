//! `zone-soa-timers`: SOA values that contradict each other.

use super::sip_set::edit;
use super::{Facts, Findings};
use crate::dns::{Data, Record, RecordType, Soa};
use crate::finding::Fix;
use crate::fix::{NewRecord, Place, replace_record};
use crate::site::Site;
use crate::source::Spanned;

/// An expire time of several days, in seconds (RFC 1912 2.2 asks for weeks).
const WEEK: u32 = 604_800;

/// Looks at every SOA.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for view in &site.views {
        let sets = view.sets(RecordType::SOA);
        for record in sets.iter().flat_map(|set| set.records.iter()) {
            if let Data::Soa(soa) = &record.data {
                look_at(site, record, soa, findings);
            }
        }
    }
}

fn look_at(site: &Site, record: &Record, soa: &Soa, findings: &mut Findings) {
    let (refresh, retry, expire) = (soa.refresh, soa.retry, soa.expire);
    if expire.value < refresh.value {
        let message = format!(
            "expire, {} s, is shorter than refresh, {} s: secondaries stop serving the zone \
             before they look for a new one",
            expire.value, refresh.value
        );
        let finding = findings.at(expire.span, message);
        let better = WEEK.max(refresh.value.saturating_mul(2));
        findings.push(
            finding
                .related(refresh.span, "refresh")
                .help("write an expire of several days, such as 604800 or 1209600")
                .fix(number(site, record, better, |soa| &mut soa.expire)),
        );
    }
    if retry.value > refresh.value {
        let message = format!(
            "retry, {} s, is longer than refresh, {} s: a failed check delays the next one",
            retry.value, refresh.value
        );
        let finding = findings.at(retry.span, message);
        // Two thirds, as Windows has it.
        let better = refresh.value / 3 * 2;
        findings.push(
            finding
                .related(refresh.span, "refresh")
                .help("write a retry below refresh; Windows writes 900 and 600")
                .fix(number(site, record, better, |soa| &mut soa.retry)),
        );
    }
    if soa.serial.value == 0 {
        let finding = findings.at(
            soa.serial.span,
            "serial 0: some secondaries take it for no serial and never transfer",
        );
        findings.push(
            finding
                .help("write the date, such as 2024010101, or begin with 1")
                .fix(number(site, record, 1, |soa| &mut soa.serial)),
        );
    }
}

/// Gives one of the numbers another value.
fn number(site: &Site, record: &Record, value: u32, of: fn(&mut Soa) -> &mut Spanned<u32>) -> Fix {
    let mut data = record.data.clone();
    let mut edits = Vec::new();
    if let Data::Soa(soa) = &mut data {
        let number = of(soa);
        edits = edit(site, number.span, value.to_string());
        number.value = value;
    }
    let zone = &record.owner.name;
    Fix {
        title: format!("write {value}"),
        edits,
        changes: vec![replace_record(
            Place::new(Some(zone), zone),
            record,
            &NewRecord::from(&data),
        )],
        ..Fix::default()
    }
}
