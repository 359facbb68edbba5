//! `srv-weight-zero-mixed`: weight 0 beside positive weights.

use super::sip_set::{SipSet, edit_field};
use super::srv_order::one_after_another;
use super::{Facts, Findings};
use crate::dns::{Data, Record};
use crate::finding::{Fix, Subject};
use crate::fix::{NewRecord, replace_record};
use crate::site::{Mode, Site};

/// How many of those that share a priority are looked at beside each.
const SHARING: usize = 8;

/// A server that is chosen once in fewer times has a share of its own.
const FEW: u32 = 10;

/// Looks at the priorities of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        let intended = site.expectation(&sip.domain);
        let shares = intended.is_some_and(|it| it.is(Mode::ActiveActive));
        for group in sip.by_priority() {
            let mut records = group.iter();
            let Some((_, positive)) = records.find(|(_, srv)| srv.weight.value > 0) else {
                continue;
            };
            // A number from 0 to the sum is drawn, and 0 chooses them (RFC 2782).
            let weights = group.iter().map(|(_, srv)| u32::from(srv.weight.value));
            let draws = weights.fold(1, u32::saturating_add);
            if draws < FEW {
                continue;
            }
            for (record, srv) in group.iter().filter(|(_, srv)| srv.weight.value == 0) {
                let mut finding = findings
                    .at(
                        srv.weight.span,
                        format!(
                            "`{}` has weight 0 beside positive weights at priority {}: it is \
                             chosen once in {draws} times",
                            srv.target.name, srv.priority.value
                        ),
                    )
                    .about(Subject::Token(srv.weight.span))
                    .about(Subject::Token(positive.weight.span))
                    .related(positive.weight.span, "a positive weight")
                    .help(
                        "for a backup write a higher priority number; for an equal share write \
                         the same weight",
                    );
                finding.fix = if shares {
                    Some(equal_share(site, sip, record, positive.weight.value))
                } else {
                    one_after_another(site, sip, group)
                };
                // That they share a priority is part of it.
                let numbers = group.iter().take(SHARING).map(|(_, srv)| srv.priority.span);
                finding.subjects.extend(numbers.map(Subject::Token));
                findings.push(site.of_sets(&[sip], finding));
            }
        }
    }
}

/// The weight of the other record.
fn equal_share(site: &Site, sip: &SipSet, record: &Record, weight: u16) -> Fix {
    let Data::Srv(srv) = &record.data else {
        return Fix::default();
    };
    let mut changed = srv.clone();
    changed.weight.value = weight;
    Fix {
        title: format!("write weight {weight}"),
        edits: edit_field(site, record, srv.weight.span, weight.to_string()),
        changes: vec![replace_record(
            sip.place(),
            record,
            &NewRecord::from(&Data::Srv(changed)),
        )],
        ..Fix::default()
    }
}
