//! Tables: set-ups, their servers in order, findings.

use std::io::{self, Write};

use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};

use super::{Detail, Location, Presentation, Report, ending, printable, sentence};

pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    if how.detail != Detail::Quiet {
        setups(report, how.detail, out)?;
    }
    findings(report, how.detail, out)?;
    if how.detail == Detail::Quiet {
        return Ok(());
    }
    ending::coverage(report, how.detail, out)
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(header);
    table
}

fn setups(report: &Report<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let outcomes = report.site.outcomes();
    let (listed, rest) = ending::limited(&outcomes, detail);
    if listed.is_empty() {
        return Ok(());
    }
    let mut setups = table([
        "set-up",
        "address",
        "port",
        "transport",
        "handsets",
        "view",
        "verdict",
    ]);
    let mut servers = table([
        "set-up",
        "order",
        "host",
        "address",
        "port",
        "transport",
        "share",
    ]);
    for (index, outcome) in listed.iter().enumerate() {
        let number = (index + 1).to_string();
        let entry = &outcome.setup.entry;
        setups.add_row([
            number.clone(),
            printable(&entry.address.value).into_owned(),
            entry.port.value.to_string(),
            printable(entry.transport.value.as_str()).into_owned(),
            outcome.setup.handsets.len().to_string(),
            printable(outcome.view().unwrap_or_default()).into_owned(),
            outcome.verdict().word().to_owned(),
        ]);
        for server in outcome.servers() {
            servers.add_row([
                number.clone(),
                server.order.to_string(),
                printable(&server.host).into_owned(),
                server.address.to_string(),
                server.port.to_string(),
                server.protocol.as_str().to_owned(),
                format!("{:.0} %", server.share * 100.0),
            ]);
        }
    }
    writeln!(out, "{setups}")?;
    ending::more(rest, "set-up", out)?;
    if servers.row_count() > 0 {
        writeln!(out, "{servers}")?;
    }
    Ok(())
}

fn findings(report: &Report<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let (shown, hidden) = report.limited(detail);
    if shown.is_empty() {
        return Ok(());
    }
    let mut findings = table(["place", "severity", "rule", "message"]);
    for finding in shown {
        findings.add_row([
            Location::of(&report.site.sources, finding.span).to_string(),
            finding.severity.to_string(),
            finding.rule.id.to_owned(),
            sentence(&finding.message).into_owned(),
        ]);
    }
    writeln!(out, "{findings}")?;
    ending::hidden(&hidden, out)
}
