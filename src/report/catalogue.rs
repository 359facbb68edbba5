//! The catalogue of rules: `explain` and `rules`. What a page of one's own says is text of an
//! input, like any.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::escape::{markdown_block, markdown_message};
use super::pretty::Paint;
use super::{count, json_text, printable};
use crate::rule::{Catalogue, Page, Severity};

/// One rule's page.
pub fn explain(page: &Page, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let severity = paint.severity(page.severity);
    writeln!(
        out,
        "{severity}[{}]: {}",
        paint.strong(page.id),
        printable(page.summary)
    )?;
    for (title, text) in [
        ("why it matters", page.why),
        ("how to repair it", page.fix.text),
    ] {
        // A rule of one's own may leave them out.
        if !text.is_empty() {
            section(title, paint, out)?;
            indented(text, out)?;
        }
    }
    if let Some(why) = page.no_repair {
        writeln!(out, "\n  A finding carries no lines to type: {why}.")?;
    }
    for (system, lines) in page.fix.by_system() {
        writeln!(out, "\n  {system}:")?;
        for line in lines.lines() {
            writeln!(out, "    {}", printable(line))?;
        }
    }
    examples(page, paint, out)?;
    if !page.sources.is_empty() {
        section("sources", paint, out)?;
    }
    for source in page.sources {
        writeln!(out, "  {}", printable(source))?;
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
        writeln!(out, "  {}:", printable(example.name))?;
        for text in example.texts() {
            for line in text.lines() {
                writeln!(out, "    {}", printable(line))?;
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
        writeln!(out, "{}", format!("  {}", printable(line)).trim_end())?;
    }
    Ok(())
}

/// All rules under the headings of the catalogue, a line each.
pub fn list(catalogue: &Catalogue, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let pages: Vec<_> = catalogue.pages().collect();
    let width = pages.iter().map(|page| page.id.len()).max().unwrap_or(0);
    for (index, section) in sections(&pages).into_iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", paint.heading(section))?;
        for page in pages.iter().filter(|page| page.section == section) {
            // The colour's codes take no room, so the word is padded behind them.
            let padding = " ".repeat("warning".len() - page.severity.word().len());
            let severity = paint.severity(page.severity);
            writeln!(
                out,
                "  {id:width$}  {severity}{padding}  {}",
                printable(page.summary),
                id = page.id
            )?;
        }
    }
    Ok(())
}

/// The headings of the catalogue.
fn sections(pages: &[&'static Page]) -> Vec<&'static str> {
    let mut sections: Vec<&str> = pages.iter().map(|page| page.section).collect();
    sections.sort_unstable();
    sections.dedup();
    sections
}

/// The reference of all rules in Markdown: tables by section, then every page. It is
/// `rules/README.md`.
pub fn reference(catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let pages: Vec<_> = catalogue.pages().collect();
    writeln!(
        out,
        "# Rules\n\n{} that `sipdns-lint` knows, by what they are about; \
         `sipdns-lint explain RULE` prints one page.\n\n\
         An error keeps a handset from registering, leads it to the wrong server or keeps a zone \
         from loading. A warning works today and breaks when something goes down, or rests on \
         what nobody documents. A note is worth knowing. The severity given is a rule's highest: \
         a check lowers it where less is at stake.",
        count(pages.len(), "rule")
    )?;
    for section in sections(&pages) {
        writeln!(
            out,
            "\n## {section}\n\n| rule | severity | reports |\n|---|---|---|"
        )?;
        for page in pages.iter().filter(|page| page.section == section) {
            let summary = markdown_message(&on_one_line(page.summary));
            writeln!(
                out,
                "| [`{0}`](#{0}) | {1} | {summary} |",
                page.id, page.severity
            )?;
        }
    }
    writeln!(out, "\n## Pages")?;
    for page in pages {
        writeln!(
            out,
            "\n### {}\n\n{}: {}\n\n{}",
            page.id,
            page.severity,
            markdown_message(&on_one_line(page.summary)),
            markdown_page(page).trim_end()
        )?;
    }
    Ok(())
}

/// A page below its summary in Markdown: why it matters, the repair for each system, examples,
/// sources.
pub(super) fn markdown_page(page: &Page) -> String {
    let mut text = String::new();
    for (title, prose) in [
        ("Why it matters", page.why),
        ("How to repair it", page.fix.text),
    ] {
        // A rule of one's own may leave them out.
        if !prose.is_empty() {
            let _ = writeln!(text, "**{title}**\n");
            paragraphs(prose, &mut text);
        }
    }
    // Writing to a string does not fail.
    if let Some(why) = page.no_repair {
        let why = markdown_message(&on_one_line(why));
        let _ = writeln!(text, "A finding carries no lines to type: {why}.\n");
    }
    for (system, lines) in page.fix.by_system() {
        let _ = writeln!(text, "{system}:\n\n{}", markdown_block(lines));
    }
    for example in page.examples {
        let _ = writeln!(text, "**Example**: {}\n", markdown_message(example.name));
        for lines in example.texts() {
            let _ = writeln!(text, "{}", markdown_block(lines));
        }
    }
    if !page.sources.is_empty() {
        text.push_str("**Sources**\n\n");
    }
    for source in page.sources {
        let _ = writeln!(text, "- {}", markdown_message(&on_one_line(source)));
    }
    text
}

/// Paragraphs of a page, each on one line.
fn paragraphs(prose: &str, text: &mut String) {
    for paragraph in prose.split("\n\n") {
        let _ = writeln!(text, "{}\n", markdown_message(&on_one_line(paragraph)));
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What `rules --format json` says of a rule.
#[derive(Serialize)]
struct Entry {
    id: &'static str,
    severity: Severity,
    section: &'static str,
    summary: &'static str,
}

/// All rules as a JSON list, for editors and scripts.
pub fn json(catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<_> = catalogue
        .pages()
        .map(|page| Entry {
            id: page.id,
            severity: page.severity,
            section: page.section,
            summary: page.summary,
        })
        .collect();
    json_text::write(&entries, out)
}
