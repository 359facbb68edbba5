//! Logs of handsets: from what was read of one to a source.

use std::collections::BTreeSet;

use super::find::Found;
use super::{Admitted, Options};
use crate::handset::Mac;
use crate::phone::provisioning::Group;
use crate::phone::{Configuration, Provisioning};
use crate::phone_log::{Clock, PhoneLog, Scan};
use crate::problem::Problem;
use crate::site::Kind;
use crate::source::{Origin, Sources};

/// Adds what was read of a log, or of several in one file. One that was named is meant to be read; one met in a folder
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
    let mut logs = scan.into_logs(sources, &found.name, origin);
    for log in &mut logs {
        log.clock = options.clock.unwrap_or(log.clock);
    }
    Some(Admitted {
        source: logs.first()?.source,
        kind: Kind::PhoneLog,
        found,
        logs,
    })
}

/// Reads the times of logs by the `log.render.type` of the handsets that wrote them: of the
/// one that is named before its lines or that its file's name begins with, else of all, where they have the same.
pub(super) fn suppose_clocks(
    logs: &mut [PhoneLog],
    sources: &Sources,
    configurations: &[Configuration],
    provisioning: &Provisioning,
) {
    let clock = |group: &Group| {
        let settings = provisioning.settings(configurations, group);
        let set = settings.get("log.render.type")?;
        Clock::of_render_type(set.value.value.trim().parse().ok()?)
    };
    for log in logs {
        let sender = log.sender.as_deref().and_then(mac_of);
        let mac = sender.or_else(|| mac_of(&sources.get(log.source).name));
        let is_of = |group: &&Group| mac.is_some_and(|mac| group.handsets.contains(&mac));
        let own: Vec<_> = provisioning.groups.iter().filter(is_of).collect();
        let clocks: BTreeSet<_> = if own.is_empty() {
            provisioning.groups.iter().map(clock).collect()
        } else {
            own.into_iter().map(clock).collect()
        };
        if let (Some(Some(clock)), 1) = (clocks.first(), clocks.len()) {
            log.suppose(*clock);
        }
    }
}

/// The handset that wrote a log: `<MAC>-app.log`.
fn mac_of(name: &str) -> Option<Mac> {
    let file = name.rsplit('/').next()?;
    Mac::of_letters(file.split('-').next()?)
}
