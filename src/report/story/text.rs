//! The story of a log for a terminal.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::pretty::Paint;
use super::super::{count, printable, sentence};
use super::{Story, Told};

/// Columns at which sentences are broken.
const WIDTH: usize = 100;

/// Where sentences behind a word begin.
const INDENT: usize = 13;

/// Writes one story.
pub(super) fn write(story: &Story, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut title = story.file.clone();
    if let Some(handset) = &story.handset {
        let _ = write!(title, ", {handset}");
    }
    writeln!(out, "{}", paint.strong(&printable(&title)))?;
    for fact in &story.facts {
        wrapped("  ", fact, out)?;
    }
    for caution in &story.cautions {
        labelled("  caution", caution, out)?;
    }
    writeln!(out)?;
    for (index, told) in story.lookups.iter().enumerate() {
        lookup(index + 1, told, paint, out)?;
    }
    if story.lookups.is_empty() {
        writeln!(out, "no lookup of SIP servers is shown in this log")?;
        for next in story.next.iter().flat_map(|next| next.lines()) {
            labelled("  next", next, out)?;
        }
        writeln!(out)?;
    }
    if story.untold > 0 {
        let untold = count(story.untold, "lookup");
        writeln!(
            out,
            "{untold} in between not shown (--verbose shows what was kept)"
        )?;
        writeln!(out)?;
    }
    if story.course.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.heading("course of events"))?;
    if story.unlisted > 0 {
        let unlisted = count(story.unlisted, "earlier event");
        writeln!(
            out,
            "  {unlisted} not shown (--verbose shows what was kept)"
        )?;
    }
    let width = story.course.iter().map(|(when, _)| when.chars().count());
    let width = width.max().unwrap_or(0);
    for (when, what) in &story.course {
        wrapped(&format!("  {:width$}  ", printable(when)), what, out)?;
    }
    writeln!(out)
}

fn lookup(number: usize, told: &Told, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let heading = format!("lookup {number}: {}", sentence(&told.heading));
    writeln!(out, "{}", paint.heading(&heading))?;
    wrapped("  ", &told.when, out)?;
    for (word, text) in &told.explained {
        labelled(&format!("  {word}"), text, out)?;
    }
    let width = |of: &dyn Fn(&super::TellStep) -> usize| told.steps.iter().map(of).max();
    let questions = width(&|step| step.question.chars().count())
        .unwrap_or(0)
        .min(60);
    let times = width(&|step| step.when.chars().count()).unwrap_or(0);
    for (index, step) in told.steps.iter().enumerate() {
        writeln!(
            out,
            "  {}. {:times$}  {:questions$}  {}  {}",
            index + 1,
            step.when,
            printable(&step.question),
            step.from,
            sentence(&step.answer)
        )?;
        for record in &step.records {
            writeln!(out, "       {}", sentence(record))?;
        }
    }
    for line in &told.ending {
        writeln!(out, "  -> {}", sentence(line))?;
    }
    for (word, text) in &told.predicted {
        labelled(&format!("  {word}"), text, out)?;
    }
    writeln!(out)
}

/// A sentence behind its word, in a column of its own.
fn labelled(word: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    wrapped(&format!("{word:INDENT$}"), text, out)
}

/// A sentence, broken between words; its further lines begin where the first one does.
fn wrapped(before: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let text = sentence(text);
    let indent = before.chars().count();
    let mut line = before.to_owned();
    let mut column = indent;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > indent && column + 1 + width > WIDTH {
            writeln!(out, "{line}")?;
            line = " ".repeat(indent);
            column = indent;
        }
        if column > indent {
            line.push(' ');
            column += 1;
        }
        line.push_str(word);
        column += width;
    }
    writeln!(out, "{line}")
}
