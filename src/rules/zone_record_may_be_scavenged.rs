//! `zone-record-may-be-scavenged`: dynamic records that lead to the SIP servers.

use super::{Facts, Findings};
use crate::dns::{Data, Name, Record, RecordType, RrSet};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{NewRecord, Place, replace_record};
use crate::zone::aging;

/// Looks for time stamps in the SIP chain. The apex's own addresses, which domain controllers
/// write there, are no part of it.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for set in site.sip_chain(index) {
            if set.records.iter().all(|record| record.aging.is_none()) {
                continue;
            }
            let fixed = beside(set);
            for record in set.records.iter() {
                let Some(stamp) = record.aging else { continue };
                let owner = &record.owner.name;
                let refreshed = match stamp.value {
                    0 => site.text(stamp.span).to_owned(),
                    hours => aging::moment(u64::from(hours)),
                };
                let said = match fixed {
                    Some(_) => "dynamic, beside a static one: it may be left over",
                    None => "dynamic: scavenging can delete it",
                };
                let kind = record.record_type();
                let said = findings
                    .at(
                        stamp.span,
                        format!("the {kind} record of `{owner}` is {said}"),
                    )
                    .label(format!("refreshed {refreshed}"));
                let finding = if let Some(fixed) = fixed {
                    left_over(said, index, (record, fixed), set)
                } else {
                    let place = Place::new(view.apex_of(owner), owner);
                    let again = replace_record(place, record, &NewRecord::from(record));
                    said.help(format!("make it static: {CLICKS}")).fix(Fix {
                        title: "write the record again by hand, which makes it static".to_owned(),
                        changes: vec![again],
                        ..Fix::default()
                    })
                };
                findings.push(site.of_chain(std::iter::once(owner), finding));
            }
        }
    }
}

const CLICKS: &str = "in DNS Manager (View, Advanced) open the record and clear \
                      `Delete this record when it becomes stale`";

/// A static address of the host. Services have several records, of which some may be dynamic.
fn beside(set: &RrSet) -> Option<&Record> {
    let is_of_host = matches!(set.record_type, RecordType::A | RecordType::AAAA);
    let mut records = set.records.iter().filter(|_| is_of_host);
    records.find(|record| record.aging.is_none())
}

/// Of a host that has a static address as well, the dynamic one is what another network card or
/// an earlier lease has left. What else is odd about it is no defect of its own.
fn left_over(
    finding: Finding,
    view: usize,
    (record, fixed): (&Record, &Record),
    set: &RrSet,
) -> Finding {
    let (address, reverse) = match &record.data {
        Data::A(address) => (address.value.to_string(), Some(Name::from(address.value))),
        Data::Aaaa(address) => (address.value.to_string(), None),
        _ => return finding,
    };
    let own_ttls = set.records.iter().filter(|record| record.has_own_ttl());
    let own_ttls = own_ttls.map(|record| Subject::Token(record.ttl.span));
    let reverse = reverse.map(|name| Subject::Lookup { view, name });
    let mut finding = finding
        .related(fixed.mark(), "a static record of the same host")
        .help(format!(
            "if {address} is no SIP server, delete this record, which is left over from another \
             network card or an earlier lease; else make it static: {CLICKS}"
        ));
    finding.subjects.extend(own_ttls.chain(reverse));
    finding
}
