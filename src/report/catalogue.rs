//! The catalogue of rules as text: `explain` and `rules`.

use std::io::{self, Write};

use super::pretty::Paint;
use crate::rule::{PAGES, Page};

/// One rule's page.
pub fn explain(page: &Page, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let severity = paint.severity(page.severity);
    writeln!(
        out,
        "{severity}[{}]: {}",
        paint.strong(page.id),
        page.summary
    )?;
    section("why it matters", paint, out)?;
    indented(page.why, out)?;
    section("how to repair it", paint, out)?;
    indented(page.fix.text, out)?;
    if let Some(why) = page.no_repair {
        writeln!(out, "\n  A finding carries no lines to type: {why}.")?;
    }
    for (system, lines) in [
        ("zone file", page.fix.zone),
        ("PowerShell", page.fix.powershell),
        ("dnscmd", page.fix.dnscmd),
        ("DNS Manager", page.fix.clicks),
        ("handset XML", page.fix.xml),
    ] {
        let Some(lines) = lines else { continue };
        writeln!(out, "\n  {system}:")?;
        for line in lines.lines() {
            writeln!(out, "    {line}")?;
        }
    }
    examples(page, paint, out)?;
    section("sources", paint, out)?;
    for source in page.sources {
        writeln!(out, "  {source}")?;
    }
    Ok(())
}

fn examples(page: &Page, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if !page.examples.is_empty() {
        section("examples", paint, out)?;
    }
    for (index, example) in page.examples.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "  {}:", example.name)?;
        for text in [example.zone, example.phone].into_iter().flatten() {
            for line in text.lines() {
                writeln!(out, "    {line}")?;
            }
        }
    }
    Ok(())
}

fn section(title: &str, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", paint.heading(title))
}

fn indented(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for line in text.lines() {
        writeln!(out, "{}", format!("  {line}").trim_end())?;
    }
    Ok(())
}

/// All rules under the headings of the catalogue, a line each.
pub fn list(paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let width = PAGES.iter().map(|page| page.id.len()).max().unwrap_or(0);
    let mut sections: Vec<&str> = PAGES.iter().map(|page| page.section).collect();
    sections.sort_unstable();
    sections.dedup();
    for (index, section) in sections.into_iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", paint.heading(section))?;
        for page in PAGES.iter().filter(|page| page.section == section) {
            // The colour's codes take no room, so the word is padded behind them.
            let padding = " ".repeat("warning".len() - page.severity.word().len());
            let severity = paint.severity(page.severity);
            writeln!(
                out,
                "  {id:width$}  {severity}{padding}  {}",
                page.summary,
                id = page.id
            )?;
        }
    }
    Ok(())
}
