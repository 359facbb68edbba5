//! Logs of handsets: from what was read of one to a source.

use super::find::Found;
use super::{Admitted, Options};
use crate::phone_log::Scan;
use crate::report::Problem;
use crate::site::Kind;
use crate::source::{Origin, Sources};

/// Adds what was read of a log. One that was named is meant to be read; one met in a folder
/// may be of any age, and is not.
pub(super) fn admit(
    found: Found,
    scan: Scan,
    origin: Origin,
    options: &Options,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Option<Admitted> {
    if scan.is_no_log() {
        let lines = scan.line_count();
        let message = format!(
            "`{}` is no handset log: none of its {lines} lines has the form `time|dns  |1|00|text`",
            found.name
        );
        let help = "upload the log by holding 1, 5 and 9 on the handset until it chimes; the \
                    provisioning server then has `<MAC>-app.log`";
        problems.push(Problem::new(message).help(help));
        return None;
    }
    let mut log = scan.into_log(sources, &found.name, origin);
    log.clock = options.clock.unwrap_or(log.clock);
    Some(Admitted {
        source: log.source,
        kind: Kind::PhoneLog,
        found,
        log: Some(log),
    })
}
