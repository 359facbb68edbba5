//! Every question of a handset in order, with its answer and why it is asked.

use std::io::{self, Write};

use super::pretty::Paint;
use super::{
    Detail, Outcome, Presentation, Report, count, ending, presentation, printable, records,
    sentence,
};
use crate::dns::Answer;
use crate::handset::{AnswerFrom, Handset, Step, log};

pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint(how.color);
    for outcome in report.outcomes() {
        writeln!(out, "{}", paint.strong(&outcome.title()))?;
        setup(&outcome, out)?;
        writeln!(out)?;
    }
    if how.detail == Detail::Quiet {
        return Ok(());
    }
    ending::coverage(report, how.detail, out)
}

/// The lookups of each set-up in the words of the handset's own log, and nothing else where
/// there is one set-up; several are told apart by a line with `#`.
pub(super) fn write_as_log(
    report: &Report<'_>,
    again: &[u32],
    out: &mut dyn Write,
) -> io::Result<()> {
    let outcomes = report.outcomes();
    for outcome in &outcomes {
        if outcomes.len() > 1 {
            writeln!(out, "# {}", outcome.title())?;
        }
        for line in log_lines(report, outcome, again) {
            writeln!(out, "{}", printable(&line.to_string()))?;
        }
    }
    Ok(())
}

fn log_lines(report: &Report<'_>, outcome: &Outcome<'_>, again: &[u32]) -> Vec<log::Line> {
    let Some((_, mut view)) = outcome.simulated else {
        return Vec::new();
    };
    let (site, setup) = (report.site, outcome.setup);
    let handset = Handset::new(&mut view, site.model, site.assumptions);
    log::since_boot(handset, &setup.identity, &setup.entry, again)
}

fn setup(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let steps = outcome.steps();
    if steps.is_empty() {
        writeln!(out, "  no question is asked")?;
    }
    for (index, step) in steps.iter().enumerate() {
        question(index + 1, step, out)?;
    }
    let servers = outcome.servers();
    let verdict = outcome.verdict().word();
    match servers.len() {
        0 => writeln!(out, "  {verdict}"),
        number => {
            writeln!(
                out,
                "  {verdict}: {} in this order",
                count(number, "server")
            )?;
            for one in servers {
                writeln!(out, "    {}. {}", one.order, ending::server(one))?;
            }
            Ok(())
        }
    }
}

fn question(number: usize, step: &Step, out: &mut dyn Write) -> io::Result<()> {
    let asked = step.question.to_string();
    writeln!(out, "  {number}. {} -> {}", printable(&asked), answer(step))?;
    for record in records(&step.answer) {
        writeln!(out, "       {}", printable(&presentation(record)))?;
    }
    let why = sentence(&step.why.sentence);
    writeln!(out, "     why: {why} [{}]", step.why.source)
}

fn answer(step: &Step) -> String {
    let word = match &step.answer {
        Answer::Failed(failure) => format!("failed: {failure}"),
        Answer::NotLoaded => "not in the data given".to_owned(),
        other => other.word().to_owned(),
    };
    match step.from {
        AnswerFrom::Server => word,
        AnswerFrom::Cache { remaining } => format!("{word}, cached for {remaining} s more"),
    }
}
