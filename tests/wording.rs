//! What every rule says of its page's examples, word for word: message, label, help, related
//! places, repair. `UPDATE=1 cargo test --test wording` rewrites `tests/wording/`, and a
//! change of wording is read there.

// What examples expect is the matter of other tests.
#[allow(dead_code)]
#[path = "support/example.rs"]
mod example;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use example::{Page, pages};
use sipdns_lint::finding::{Finding, Fix};
use sipdns_lint::fix::Commands;
use sipdns_lint::site::Site;
use sipdns_lint::source::Span;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wording")
}

/// `zone:7:28 spi2`
fn place(site: &Site, span: Span) -> String {
    let source = site.sources.get(span.source);
    let (from, _) = site.sources.positions(span);
    let text = site.sources.text(span);
    format!("{}:{}:{} {text}", source.name, from.line, from.column)
}

/// A line `what: text`; the lines of a longer text stand below it.
fn say(to: &mut String, indent: &str, what: &str, text: &str) {
    let text = text.replace('\n', &format!("\n{indent}  "));
    writeln!(to, "{indent}{what}: {text}").expect("a string");
}

fn commands(to: &mut String, commands: &Commands) {
    let Commands {
        bind,
        powershell,
        dnscmd,
        clicks,
        xml,
        reason,
    } = commands;
    for (system, lines) in [
        ("bind", bind.as_deref()),
        ("powershell", powershell.as_deref()),
        ("dnscmd", dnscmd.as_deref()),
        ("clicks", clicks.as_deref()),
        ("xml", xml.as_deref()),
        ("no line", *reason),
    ] {
        if let Some(lines) = lines {
            say(to, "    ", system, lines);
        }
    }
}

fn repair(to: &mut String, site: &Site, fix: &Fix) {
    let safe = if fix.safe { "safe repair" } else { "repair" };
    say(to, "  ", safe, &fix.title);
    for edit in &fix.edits {
        let source = site.sources.get(edit.source);
        let old = &source.text[edit.start as usize..edit.end as usize];
        let at = source.position(edit.start);
        let what = format!("{}:{}:{}", source.name, at.line, at.column);
        say(to, "    ", &what, &format!("{old:?} -> {:?}", edit.text));
    }
    commands(to, &Commands::of(&fix.changes));
    if !fix.instead.is_empty() {
        to.push_str("    or\n");
        commands(to, &Commands::of(&fix.instead));
    }
}

fn finding(to: &mut String, site: &Site, finding: &Finding) {
    let severity = finding.severity.word();
    writeln!(to, "{}", place(site, finding.span)).expect("a string");
    say(to, "  ", severity, &finding.message);
    if let Some(label) = &finding.label {
        say(to, "  ", "label", label);
    }
    if let Some(help) = &finding.help {
        say(to, "  ", "help", help);
    }
    for label in &finding.related {
        let at = place(site, label.span);
        say(to, "  ", "related", &format!("{at}: {}", label.message));
    }
    if !finding.handsets.is_empty() {
        let count = finding.handsets.len().to_string();
        say(to, "  ", "handsets", &count);
    }
    if let Some(fix) = &finding.fix {
        repair(to, site, fix);
    }
}

/// What the rule of a page says of its examples.
fn said(page: &Page) -> String {
    let mut said = String::new();
    for example in &page.examples {
        let (site, findings) = example.texts().check();
        let own = findings.iter().filter(|one| one.rule.id == page.id);
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            continue;
        }
        let gap = if said.is_empty() { "" } else { "\n" };
        writeln!(said, "{gap}# {}", example.name).expect("a string");
        for one in own {
            finding(&mut said, &site, one);
        }
    }
    said
}

#[test]
fn rules_say_of_examples_what_they_are_known_to_say() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .map(|files| files.flatten().map(|file| file.path()).collect())
        .unwrap_or_default();
    let mut faults = String::new();
    for page in pages() {
        let said = said(&page);
        if said.is_empty() {
            continue;
        }
        let path = folder().join(&page.id).with_extension("txt");
        files.retain(|file| *file != path);
        if update {
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&path, said).expect("a writable folder");
            continue;
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        let known = known.replace("\r\n", "\n");
        let mut lines = known.lines().zip(said.lines()).enumerate();
        let differs = lines.find(|(_, (known, said))| known != said);
        let shorter = known.lines().count().min(said.lines().count());
        if known != said {
            let line = differs.map_or(shorter, |(at, _)| at);
            let known = known.lines().nth(line).unwrap_or("nothing");
            let said = said.lines().nth(line).unwrap_or("nothing");
            writeln!(
                faults,
                "tests/wording/{}.txt:{}\n  known: {known}\n  said:  {said}",
                page.id,
                line + 1
            )
            .expect("a string");
        }
    }
    if update {
        for file in &files {
            std::fs::remove_file(file).expect("a writable folder");
        }
        return;
    }
    assert!(
        faults.is_empty(),
        "\n{faults}`UPDATE=1 cargo test --test wording` writes what is said now"
    );
    assert!(files.is_empty(), "of no page: {files:?}");
}
