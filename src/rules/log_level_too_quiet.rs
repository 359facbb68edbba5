//! `log-level-too-quiet`: a log without the lines that show lookups.

use super::{Facts, Findings};

/// The parameters that make a handset write lookups down, with the bulletin's values.
const LEVELS: [(&str, u8); 2] = [("log.render.level", 0), ("log.level.change.dns", 1)];

/// The end of the name of a snapshot's file.
const SNAPSHOT: &str = "-now-app.log";

/// Looks at each log: one that shows no question of a lookup.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for log in &site.logs {
        // Its level is not what hides them.
        if log.cut.is_some() {
            continue;
        }
        // Of a lookup whose questions are hidden, the module `sip` still tells the end.
        if log.lines.dns > 0 && log.tells_of_lookups() {
            continue;
        }
        let message = match log.lines.dns {
            0 => "this log has no line of the module `dns`, so it shows no lookup".to_owned(),
            1 => "of the module `dns` this log has 1 line, which shows no lookup".to_owned(),
            lines => {
                format!("of the module `dns` this log has {lines} lines, and none shows a lookup")
            }
        };
        let mut help = "set `log.render.level=\"0\"` and `log.level.change.dns=\"1\"` (and \
                        `log.level.change.sip=\"1\"` to see registrations) in `site.cfg` or the \
                        handset's own file, restart the handset, and hold 1, 5 and 9 until it \
                        chimes: it uploads its log to the provisioning server"
            .to_owned();
        let name = &site.sources.get(log.source).name;
        if name.ends_with(SNAPSHOT) {
            help.push_str(
                "\na file named `-now-app.log` holds the last 300 lines only: take `-app.log`",
            );
        }
        let mut finding = findings.at(log.span(log.first), message).help(help);
        for configuration in &site.configurations {
            for (name, level) in LEVELS {
                let Some(parameter) = configuration.get(name) else {
                    continue;
                };
                let value = parameter.value.value.trim();
                let quiet = value.parse().is_ok_and(|set: u8| set > level);
                let said = if quiet {
                    format!("this hides them: it has to be {level}")
                } else {
                    "set as it has to be: the handset has not fetched it, or the log is older"
                        .to_owned()
                };
                finding = finding.related(parameter.value.span, said);
            }
        }
        findings.push(finding);
    }
}
