//! Every question of a handset in order, with its answer and why it is asked.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::pretty::Paint;
use super::{
    Detail, Presentation, Report, count, ending, presentation, printable, reading, records,
    sentence, title,
};
use crate::dns::Answer;
use crate::handset::{AnswerFrom, Handset, Step, log};
use crate::live::Reply;
use crate::site::Outcome;
use crate::source::without_subscribers;

pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint(how.color);
    if report.site.provisioning.asked_about.is_some() {
        reading::write(report, paint, out)?;
    }
    for outcome in report.site.outcomes() {
        writeln!(out, "{}", paint.strong(&title(&outcome)))?;
        setup(&outcome, out)?;
        writeln!(out)?;
    }
    if how.detail == Detail::Quiet {
        return Ok(());
    }
    if how.detail == Detail::Verbose {
        asked_in_addition(report, paint, out)?;
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
    let outcomes = report.site.outcomes();
    for outcome in &outcomes {
        if outcomes.len() > 1 {
            writeln!(out, "# {}", title(outcome))?;
        }
        for line in log_lines(report, outcome, again) {
            let line = line.to_string();
            let line = if report.site.sources.mask() {
                without_subscribers(&line)
            } else {
                Cow::Borrowed(line.as_str())
            };
            writeln!(out, "{}", printable(&line))?;
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
        question(index + 1, step, outcome.reply(step), out)?;
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

/// What servers were asked that no handset asks: what else could stand there, and the way
/// back from the addresses.
fn asked_in_addition(report: &Report<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let site = report.site;
    for (index, view) in site.views.iter().enumerate() {
        let Some(live) = &view.live else { continue };
        let here = site.simulations.iter().filter(|one| one.view == index);
        let steps = here.flat_map(|one| &one.lookup.steps);
        let own: HashSet<_> = steps.map(|step| &step.question).collect();
        let title = format!("{} was asked in addition", live.server());
        writeln!(out, "{}", paint.strong(&title))?;
        for (question, reply) in live
            .answers
            .iter()
            .filter(|(asked, _)| !own.contains(asked))
        {
            let asked = question.to_string();
            let word = word(&reply.answer, Some(reply));
            writeln!(out, "  {} -> {word}", printable(&asked))?;
            for record in records(&reply.answer) {
                writeln!(out, "       {}", printable(&presentation(record)))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn question(
    number: usize,
    step: &Step,
    reply: Option<&Reply>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let asked = step.question.to_string();
    let word = match step.from {
        AnswerFrom::Server => word(&step.answer, reply),
        AnswerFrom::Configuration if !matches!(step.answer, Answer::Records(_)) => {
            "no static record in the configuration, and no DNS server to ask".to_owned()
        }
        AnswerFrom::Configuration => {
            format!("{}, static in the configuration", word(&step.answer, None))
        }
        AnswerFrom::Cache { remaining } => {
            format!(
                "{}, cached for {remaining} s more",
                word(&step.answer, None)
            )
        }
    };
    writeln!(out, "  {number}. {} -> {word}", printable(&asked))?;
    for record in records(&step.answer) {
        writeln!(out, "       {}", printable(&presentation(record)))?;
    }
    let reason = step.why.reason.to_string();
    let why = sentence(&reason);
    writeln!(out, "     why: {why} [{}]", step.why.source)
}

/// What came back; of a miss also how long it is kept, and which kind of server says so.
fn word(answer: &Answer, reply: Option<&Reply>) -> String {
    let negative = match answer {
        Answer::Failed(failure) => return format!("failed: {failure}"),
        Answer::NotLoaded => return "not in the data given".to_owned(),
        Answer::Records(_) => return answer.word().to_owned(),
        Answer::NoData(negative) | Answer::NxDomain(negative) => negative,
    };
    let mut word = answer.word().to_owned();
    if let Some(seconds) = negative.ttl() {
        // Writing to a string does not fail.
        let _ = write!(word, ", kept for {seconds} s");
    }
    match reply.map(|reply| reply.authoritative) {
        Some(true) => word.push_str(" (from an authority)"),
        Some(false) => word.push_str(" (from a resolver)"),
        None => {}
    }
    word
}
