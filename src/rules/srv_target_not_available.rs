//! `srv-target-not-available`: target `.`, which says that there is no such service.

use super::record_lines::remove;
use super::sip_set::SipSet;
use super::{Facts, Findings};
use crate::finding::{Fix, Subject};
use crate::fix::remove_record;
use crate::rule::Severity;

/// Looks at every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let sets = site.sip_sets();
    for sip in sets {
        let has_target = |set: &SipSet| set.set.srv().any(|(_, srv)| !srv.target.name.is_root());
        let mixed = has_target(sip);
        // Saying so of one transport is right where handsets use another (RFC 2782, "Target").
        let elsewhere = |other: &SipSet| {
            std::ptr::eq(other.view, sip.view) && other.domain == sip.domain && has_target(other)
        };
        let deliberate = !mixed && !sip.is_asked() && sets.iter().any(elsewhere);
        for (record, srv) in sip.set.srv().filter(|(_, srv)| srv.target.name.is_root()) {
            let owner = &sip.set.owner;
            let message = if mixed {
                format!("`.` among the servers of `{owner}` says that there is no such service")
            } else {
                format!(
                    "the target `.` says that `{}` has no such SIP service",
                    sip.domain
                )
            };
            let mut finding = findings.at(srv.target.span, message).help(
                "remove this record, or write the name of a SIP server as its target; `.` is \
                 right only as the one record of a transport that nobody is to use",
            );
            finding = finding.about(Subject::Token(srv.target.span));
            if deliberate {
                finding = finding.severity(Severity::Note);
            }
            findings.push(sip.with_handsets(finding.fix(Fix {
                title: "remove the record".to_owned(),
                edits: remove(site, record),
                changes: vec![remove_record(sip.place(), record)],
                ..Fix::default()
            })));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rule::Severity;
    use crate::rules::zone_testing::severities;

    #[test]
    fn a_transport_that_nobody_is_to_use_may_say_so() {
        let dot = ("_sip._tcp", "SRV 0 0 0 .");
        let (one, two) = (
            ("_sip._udp", "SRV 0 0 5060 a"),
            ("_sip._udp", "SRV 1 0 5060 b"),
        );
        let of = |records: &[(&str, &str)]| severities("srv-target-not-available", records);
        assert_eq!(of(&[dot, one, two]), [Severity::Note]);
        assert_eq!(of(&[dot]), [Severity::Error]);
        assert_eq!(of(&[("_sip._udp", "SRV 0 0 0 ."), one]), [Severity::Error]);
        assert!(of(&[one, two]).is_empty());
    }
}
