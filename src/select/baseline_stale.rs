//! `baseline-stale`: an entry of the baseline that matches nothing any more.

use super::Used;
use crate::rules::Findings;

/// Looks at every entry whose rule could have spoken.
pub(super) fn check(used: &Used<'_>, findings: &mut Findings) {
    let Some(baseline) = &used.selection.baseline else {
        return;
    };
    if baseline.update {
        return;
    }
    for (key, span) in baseline.entries() {
        if used.by_baseline.contains(key) {
            continue;
        }
        let message = match used.selection.catalogue.find(&key.rule) {
            Some(page) if !used.could_speak(page) => continue,
            Some(_) if key.owner.is_empty() => {
                format!("`{}` no longer finds `{}`", key.rule, key.record)
            }
            Some(_) => format!(
                "`{}` no longer finds `{} {}`",
                key.rule, key.owner, key.record
            ),
            None => format!("no rule is called `{}`", key.rule),
        };
        let help = "remove the line, or write the baseline anew with --update-baseline";
        findings.push(findings.at(*span, message).help(help));
    }
}
