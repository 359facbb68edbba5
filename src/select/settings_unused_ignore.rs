//! `settings-unused-ignore`: an ignore that suppresses nothing.

use super::Used;
use crate::rules::Findings;

/// Looks at every ignore, in comments and in the settings. A rule that this run could not
/// have answered for says nothing of the ignore.
pub(super) fn check(used: &Used<'_>, findings: &mut Findings) {
    for (index, comment) in used.comments.iter().enumerate() {
        if let Some(fault) = comment.fault {
            findings.push(findings.at(comment.span, fault).help(
                "write `sipdns-lint: ignore[rule] -- reason`, several rules with commas between \
                 them; in XML a colon stands before the reason",
            ));
            continue;
        }
        for (at, rule) in comment.rules.iter().enumerate() {
            let Some(page) = used.selection.catalogue.find(&rule.value) else {
                let unknown = used.selection.catalogue.unknown(rule);
                let mut finding = findings.at(rule.span, unknown.message);
                finding.help = unknown.help;
                findings.push(finding);
                continue;
            };
            if !used.by_comment.contains(&(index, at)) && used.could_speak(page) {
                let message = format!("`{}` finds nothing here that could be ignored", page.id);
                let help = "remove the ignore; it stands on the line of what it ignores, or on \
                            the line before";
                findings.push(findings.at(rule.span, message).help(help));
            }
        }
    }
    for (index, ignore) in used.selection.ignores.iter().enumerate() {
        let matched = used.matched.contains(&index);
        for (at, (page, span)) in ignore.rules.iter().enumerate() {
            if used.by_settings.contains(&(index, at)) || !used.could_speak(page) {
                continue;
            }
            if matched {
                let message = format!("`{}` finds nothing there that could be ignored", page.id);
                findings.push(
                    findings
                        .at(*span, message)
                        .help("remove it from the ignores"),
                );
            } else if used.selection.whole {
                let message = "no file that was read matches the paths of this ignore";
                let help = "patterns are relative to the settings: `zones/lab/**`";
                findings.push(findings.at(*span, message).help(help));
            }
        }
    }
}
