//! `phone-debug-logging`: log levels for troubleshooting, left on.

use super::{Facts, Findings, setting};
use crate::rule::Severity;

/// The levels the bulletin sets, the highest value that still logs as much, and the value as
/// shipped (sip.cfg of SIP 3.2).
const LEVELS: [(&str, u8, &str); 3] = [
    ("log.render.level", 0, "1"),
    ("log.level.change.dns", 1, "4"),
    ("log.level.change.sip", 1, "4"),
];

/// Looks at the levels of each file; one finding a file.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        let mut chatty = LEVELS.iter().filter_map(|(name, highest, shipped)| {
            let parameter = settings.get(name)?;
            let level: u8 = parameter.value.value.trim().parse().ok()?;
            (level <= *highest).then_some((parameter, *shipped))
        });
        let Some((first, shipped)) = chatty.next() else {
            continue;
        };
        let mut fix = setting::change(first, &first.name.value, shipped, false);
        let mut finding = setting::finding(
            findings,
            settings,
            first.value.span,
            format!("`{}` is at a level for troubleshooting", first.name.value),
        )
        .severity(Severity::Note)
        .help("delete the setting once the lookup works: a busy handset drops log lines");
        for (other, shipped) in chatty {
            finding = finding.related(other.value.span, "and this one");
            let change = setting::change(other, &other.name.value, shipped, false);
            fix.edits.extend(change.edits);
            fix.changes.extend(change.changes);
        }
        fix.title = String::from("set the levels back as they were shipped");
        findings.push(finding.fix(fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::reported;

    const RULE: &str = "phone-debug-logging";

    #[test]
    fn the_bulletin_s_levels_are_noted_once() {
        let text = r#"<a log.render.level="0" log.level.change.dns="1" log.level.change.sip="0"/>"#;
        assert_eq!(reported(RULE, text), ["note: 0"]);
        assert_eq!(
            reported(RULE, r#"<a log.level.change.dns="1"/>"#),
            ["note: 1"]
        );
    }

    #[test]
    fn shipped_levels_are_fine() {
        let text = r#"<a log.render.level="1" log.level.change.dns="4" log.level.change.sip="" log.level.change.cfg="0"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
