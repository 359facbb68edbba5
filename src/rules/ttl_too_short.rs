//! `ttl-too-short`: records of the SIP chain that handsets keep less than five minutes.

use super::ttl::{FITTING, Fault, USUAL, faults, spoken, unset};
use super::{Facts, Findings};
use crate::finding::{Edit, Finding, Fix, Subject};
use crate::rule::Severity;

/// Looks at the TTLs of the SIP chain.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for fault in faults(site, index, false, |ttl| ttl < *FITTING.start()) {
            let mut finding = findings
                .at(
                    fault.ttl.span,
                    format!(
                        "{} a TTL of {} only",
                        fault.sets_have(),
                        spoken(fault.ttl.value)
                    ),
                )
                .label("kept no longer than this")
                .help(format!(
                    "set the TTL to {} (in DNS Manager: View, Advanced, then the record's Time \
                     to live): handsets ask again before a call when it is over, and the call \
                     waits while DNS does not answer",
                    fault.meant()
                ));
            finding = finding.about(Subject::Token(fault.ttl.span));
            for other in &fault.others {
                finding = finding
                    .about(Subject::Token(*other))
                    .related(*other, "this one is short too");
            }
            let owners = fault.sets.iter().map(|set| &set.owner);
            findings.push(site.of_chain(owners, finding.fix(fault.repair(view))));
        }
        if let Some(fault) = unset(site, index) {
            findings.push(of_dnsmasq(site, findings, &fault));
        }
    }
}

/// A note: nobody chose what dnsmasq does where it is told nothing.
fn of_dnsmasq(site: &Facts, findings: &Findings, fault: &Fault<'_>) -> Finding {
    let first = fault.ttl.span;
    let source = site.sources.get(first.source);
    let (line, _) = source.line(source.position(first.start).line);
    let line = u32::try_from(line).unwrap_or(first.start);
    let message = format!(
        "{} a TTL of 0 s: no `local-ttl` is set here",
        fault.sets_have()
    );
    let help = "add `local-ttl=3600`: without it handsets keep no answer, and ask again before \
                each call";
    findings
        .at(first, message)
        .severity(Severity::Note)
        .about(Subject::Token(first))
        .help(help)
        .fix(Fix {
            title: "set `local-ttl` to 3600".to_owned(),
            edits: vec![Edit {
                source: first.source,
                start: line,
                end: line,
                text: format!("local-ttl={USUAL}\n"),
            }],
            ..Fix::default()
        })
}
