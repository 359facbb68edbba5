//! `log-lookup-failed`: a lookup that ended in the 480 of the handset's own.

use super::{Facts, Findings};

/// Looks at every lookup of every log; those in a row that came to the same are one.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (number, log) in site.logs.iter().enumerate() {
        for (index, chain) in log.chains.iter().enumerate() {
            let Some(found) = site.diagnosis(number, index, chain) else {
                continue;
            };
            let step = found.step.map(|step| &chain.steps[step]);
            let end = chain.failure.as_ref().map(|failure| failure.mark);
            let mark = step.map(|step| step.mark).or(chain.no_records).or(end);
            let Some(mark) = mark else { continue };
            let address = chain.address.as_deref().unwrap_or("a name not shown");
            let times = match chain.repeats.count {
                1 => String::new(),
                times => format!(", {times} times"),
            };
            let until = match &found.recovered {
                Some(when) => format!(", until {when}"),
                None => String::new(),
            };
            let message = match step {
                Some(_) => format!("no server for `{address}`{times}{until}: {}", found.failed),
                None => format!("no server for `{address}`{times}{until}"),
            };
            let mut finding = findings
                .at(log.span(mark), message)
                .help(format!("{}\n{}", found.means, found.next));
            if let Some(answer) = step.and_then(|step| step.answer_mark) {
                finding = finding.related(log.span(answer), "what came of it");
            }
            if let Some(end) = end.filter(|end| *end != mark) {
                finding = finding.related(log.span(end), "the handset's own words, no server's");
            }
            findings.push(finding);
        }
    }
}
