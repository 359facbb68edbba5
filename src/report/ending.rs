//! The end of a report in text: set-ups, what was checked, what was not, the numbers.

use std::io::{self, Write};

use super::pretty::Paint;
use super::{Detail, Report, count, printable, sentence, title};
use crate::handset::{Assumptions, Model, Server};

/// Set-ups listed before the rest is counted.
const SETUPS_SHOWN: usize = 20;

/// `piper.eslab.local. 10.225.2.31:5060 UDP`, with the share where it is not the whole.
pub(super) fn server(server: &Server) -> String {
    let address = match server.address {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => format!("[{address}]"),
    };
    let share = if server.share < 1.0 {
        format!(", first in {:.0} % of lookups", server.share * 100.0)
    } else {
        String::new()
    };
    format!(
        "{} {address}:{} {}{share}",
        printable(&server.host),
        server.port,
        server.protocol.as_str()
    )
}

/// The set-ups, or what else there is one of for each, that are listed and how many more
/// there are.
pub(super) fn limited<T>(all: &[T], detail: Detail) -> (&[T], usize) {
    let shown = if detail == Detail::Verbose {
        all.len()
    } else {
        all.len().min(SETUPS_SHOWN)
    };
    let (listed, rest) = all.split_at(shown);
    (listed, rest.len())
}

/// Set-ups, a line for each server.
pub(super) fn setups(
    report: &Report<'_>,
    paint: Paint,
    detail: Detail,
    out: &mut dyn Write,
) -> io::Result<()> {
    let outcomes = report.site.outcomes();
    let (listed, rest) = limited(&outcomes, detail);
    if listed.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.heading("set-ups"))?;
    for outcome in listed {
        let readings = report
            .readings(outcome)
            .map_or_else(String::new, |it| format!(" {it}"));
        writeln!(
            out,
            "  {}: {}{readings}",
            title(outcome),
            outcome.verdict().word()
        )?;
        for one in outcome.servers() {
            writeln!(out, "    {}. {}", one.order, server(one))?;
        }
    }
    more(rest, "set-up", out)?;
    writeln!(out)
}

/// Set-ups, one line each.
pub(super) fn setups_in_lines(
    report: &Report<'_>,
    detail: Detail,
    out: &mut dyn Write,
) -> io::Result<()> {
    let outcomes = report.site.outcomes();
    let (listed, rest) = limited(&outcomes, detail);
    for outcome in listed {
        let servers: Vec<_> = outcome.servers().iter().map(server).collect();
        let servers = if servers.is_empty() {
            String::new()
        } else {
            format!(": {}", servers.join(", then "))
        };
        let word = outcome.verdict().word();
        writeln!(out, "set-up {}: {word}{servers}", title(outcome))?;
    }
    more(rest, "set-up", out)
}

/// How many more there are than listed.
pub(super) fn more(rest: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    if rest > 0 {
        let rest = count(rest, &format!("more {noun}"));
        writeln!(out, "  and {rest} (--verbose shows all)")?;
    }
    Ok(())
}

/// The rules of which not every finding is shown.
pub(super) fn hidden(
    hidden: &std::collections::BTreeMap<&'static str, usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (rule, number) in hidden {
        writeln!(out, "{rule}: and {number} more (--verbose shows all)")?;
    }
    Ok(())
}

/// Which handset was simulated, and how behaviour was read that nobody documents: what was
/// chosen on the command line, or all of it.
fn assumed(report: &Report<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let site = report.site;
    let by_default = Assumptions::default();
    let shown: Vec<_> = site
        .assumptions
        .chosen()
        .zip(by_default.chosen())
        .filter(|(chosen, default)| detail == Detail::Verbose || chosen != default)
        .map(|((name, value), _)| format!("{name}={value}"))
        .collect();
    if detail == Detail::Verbose || site.model != Model::spectralink_84() {
        writeln!(out, "simulated: {}", site.model.title)?;
    }
    if !shown.is_empty() {
        writeln!(out, "assumed: {}", shown.join(", "))?;
    }
    Ok(())
}

/// What was checked, what was not, the problems of exit status 2, the numbers.
pub(super) fn coverage(report: &Report<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    if detail == Detail::Verbose {
        for input in &report.site.inputs {
            let name = &report.site.sources.get(input.source).name;
            let (name, kind) = (printable(name), input.kind.word());
            if input.kind.is_read() {
                writeln!(out, "read: {name} as {kind}")?;
            } else {
                writeln!(out, "passed over: {name}, {kind}")?;
            }
        }
    }
    assumed(report, detail, out)?;
    for checked in &report.checked {
        writeln!(out, "checked: {}", printable(checked))?;
    }
    for missing in &report.not_checked {
        let (what, why) = (sentence(&missing.what), sentence(&missing.why));
        writeln!(out, "not checked: {what}: {why}")?;
    }
    if !report.problems.is_empty() {
        let problems = count(report.problems.len(), "problem");
        writeln!(out, "could not check everything: {problems}, see above")?;
    }
    writeln!(out, "{}", report.summary)
}
