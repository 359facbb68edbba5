//! `log-differs-from-prediction`: the handset did not do, or did not get, what zone and
//! configuration say.

use super::{Facts, Findings};
use crate::site::{Comparison, OTHER_CONFIGURATION, Prediction};

/// Looks at every lookup beside its simulation.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for comparison in &site.comparisons {
        if let Some(missed) = comparison.missed {
            other_address(site, comparison, missed, findings);
            continue;
        }
        let Prediction::Differs(difference) = &comparison.prediction else {
            continue;
        };
        let log = &site.logs[comparison.log];
        let Some(chain) = log.chains.iter().nth(comparison.chain) else {
            continue;
        };
        // The failure is told by a rule of its own, and all is now as predicted.
        let recovery = log.recovery(chain).filter(|_| chain.failed());
        let is_as_predicted = |at| {
            let later = site.comparison(comparison.log, at);
            later.is_some_and(|later| later.prediction == Prediction::Agrees)
        };
        if recovery.is_some_and(|(at, _)| is_as_predicted(at)) {
            continue;
        }
        let step = difference.logged.or(chain.steps.len().checked_sub(1));
        let mark = step.map(|step| chain.steps[step].mark).or(chain.no_records);
        let Some(mark) = mark else { continue };
        let message = format!(
            "question {} differs from the prediction: the handset {}",
            difference.number, difference.handset_did
        );
        let mut reasons: Vec<_> = difference
            .explanations
            .iter()
            .map(|reason| format!("perhaps {reason}"))
            .collect();
        if let Some(near) = &comparison.near {
            reasons.insert(
                0,
                format!("no configuration given has this address; the nearest is `{near}`"),
            );
        }
        let finding = findings
            .at(log.span(mark), message)
            .help(reasons.join("\n"))
            .related(
                difference.place,
                format!("predicted: {}", difference.was_predicted),
            );
        findings.push(finding);
    }
}

/// The handset looks up a name that its configuration does not have.
fn other_address(site: &Facts, comparison: &Comparison, missed: usize, findings: &mut Findings) {
    let log = &site.logs[comparison.log];
    let Some(chain) = log.chains.iter().nth(comparison.chain) else {
        return;
    };
    let Some(entry) = chain.entry(log) else {
        return;
    };
    let configured = &site.setups[missed].entry.address;
    let message = format!(
        "the handset looks up `{}`, and the configuration of its user has `{}`",
        entry.address.value, configured.value
    );
    let finding = findings
        .at(entry.address.span, message)
        .help(format!("perhaps {OTHER_CONFIGURATION}"));
    findings.push(finding.related(configured.span, "the address in the configuration"));
}
