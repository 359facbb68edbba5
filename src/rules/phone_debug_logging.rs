//! `phone-debug-logging`: log levels for troubleshooting, left on.

use super::{Facts, Findings, setting};
use crate::rule::Severity;

/// The levels the bulletin sets, and the highest value that still logs as much.
const LEVELS: [(&str, u8); 3] = [
    ("log.render.level", 0),
    ("log.level.change.dns", 1),
    ("log.level.change.sip", 1),
];

/// Looks at the levels of each file; one finding a file.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        let mut chatty = LEVELS.iter().filter_map(|(name, highest)| {
            let parameter = settings.get(name)?;
            let level: u8 = parameter.value.value.trim().parse().ok()?;
            (level <= *highest).then_some(parameter)
        });
        let Some(first) = chatty.next() else {
            continue;
        };
        let mut finding = setting::finding(
            findings,
            settings,
            first.value.span,
            format!("`{}` is at a level for troubleshooting", first.name.value),
        )
        .severity(Severity::Note)
        .help("delete the setting once the lookup works: a busy handset drops log lines");
        for other in chatty {
            finding = finding.related(other.value.span, "and this one");
        }
        findings.push(finding);
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
