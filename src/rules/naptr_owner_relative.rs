//! `naptr-owner-relative`: the owner of SIP NAPTR records lacks its final dot.

use super::final_dot::{is_relative, with_dot};
use super::lookup::{asked_and_got, missed_srv, plain};
use super::naptr::owns_srv;
use super::sip_owner::without_repeated_origin;
use super::{Facts, Findings};
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::{Finding, Fix, Subject};
use crate::rule::Severity;
use crate::site::{Verdict, View, is_sip_naptr};

/// How many places that ask for the name that was meant are shown: more say no more.
const SHOWN: usize = 3;

/// Looks at the owner of every SIP NAPTR set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for set in view.sets(RecordType::NAPTR) {
            let Some(meant) = meant(view, set).filter(|_| !is_given(site, &set.owner)) else {
                continue;
            };
            let (owner, name) = (set.records[0].owner.span, plain(&meant));
            let message = format!(
                "the NAPTR records for `{name}` stand at `{}`, for which no handset asks",
                plain(&set.owner)
            );
            let mut finding = findings
                .at(owner, message)
                .label("its final dot is missing")
                .help(format!("write the owner with its final dot: `{name}.`"))
                .severity(Severity::Warning)
                .fix(Fix {
                    // Handsets may go to other servers once they find it.
                    safe: false,
                    ..with_dot(site, view, set, &meant)
                });
            if let Some(there) = view.set(&meant, RecordType::NAPTR) {
                finding = finding.related(there.records[0].owner.span, "handsets get this one");
            }
            // What is said of the name as of one that handsets are given.
            let tokens = set.naptr().map(|(_, naptr)| naptr.replacement.span);
            finding.subjects.extend(tokens.map(Subject::Token));
            findings.push(with_lookups(finding, site, index, set, &meant));
        }
    }
}

/// The owner with its final dot, where the zone's name stands in it twice without.
fn meant(view: &View, set: &RrSet) -> Option<Name> {
    let is_sip = set.naptr().any(|(_, naptr)| is_sip_naptr(naptr));
    let apex = view.apex_of(&set.owner)?;
    (is_sip && is_relative(set)).then_some(())?;
    without_repeated_origin(&set.owner, 0, apex.iter().len())
}

/// Somebody gave handsets the name that repeats the zone's.
fn is_given(site: &Facts, owner: &Name) -> bool {
    let mut configured = site.setups.iter().filter(|setup| setup.is_configured());
    configured.any(|setup| setup.name() == Some(owner))
}

/// Names the handsets that ask for the name that was meant, and what they miss.
pub(super) fn with_lookups(
    mut finding: Finding,
    site: &Facts,
    view: usize,
    set: &RrSet,
    meant: &Name,
) -> Finding {
    let subject = |name: &Name| Subject::Lookup {
        view,
        name: name.clone(),
    };
    finding = finding.about(subject(meant));
    let mut naptr = set.naptr();
    let leads_on = naptr.any(|(_, naptr)| owns_srv(&site.views[view], &naptr.replacement.name));
    let simulated = site.simulated();
    for (simulation, setup, _) in simulated.filter(|(simulation, setup, _)| {
        simulation.view == view && setup.name().is_some_and(|name| name == meant)
    }) {
        let Some(step) = simulation.lookup.steps.first() else {
            continue;
        };
        if step.question.record_type != RecordType::NAPTR {
            continue;
        }
        if finding.related.len() < SHOWN {
            finding = finding.related(setup.entry.address.span, asked_and_got(step));
        }
        finding = finding.handsets(&setup.handsets);
        if leads_on && site.found(simulation) == Verdict::Fails {
            let missed = missed_srv(&simulation.lookup, setup).into_iter();
            let missed = missed.map(|step| subject(&step.question.name));
            finding.subjects.extend(missed);
            finding.severity = Severity::Error;
        }
    }
    finding
}
