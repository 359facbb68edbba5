//! `fix`: repairs as scripts, as a diff, or made in the files.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{
    COULD_NOT_CHECK, Streams, judge, names_nothing, nothing_named, read, refuse_nothing, settle,
    tell, threads,
};
use crate::cli::{Check, Fix};
use crate::finding::Finding;
use crate::fix::System;
use crate::load::Progress;
use crate::problem::Problem;
use crate::repairs::diff::{Purpose, unified};
use crate::repairs::edits::{Edits, Scope};
use crate::repairs::files;
use crate::repairs::plan::{Left, Plan};
use crate::repairs::script::script;
use crate::report::escape::{Syntax, inert};
use crate::report::{Format, Location, Report, printable, sentence};
use crate::site::Site;
use crate::source::Sources;
use crate::zone::aging;

/// Runs the command; the exit status is that of the check, or, where files were written, of
/// the findings that are left.
pub(super) fn run(mut fix: Fix, streams: &mut Streams<'_>) -> io::Result<u8> {
    if let Some(problem) = refuse_formats(&fix.check) {
        tell(&[problem], &Sources::new(), streams.stderr)?;
        return Ok(COULD_NOT_CHECK);
    }
    let Some((settled, selection)) = settle(fix.check, streams)? else {
        return Ok(COULD_NOT_CHECK);
    };
    if names_nothing(&settled.check) {
        return nothing_named(&settled.check, streams);
    }
    let threads = threads(&settled.check)?;
    let progress = Progress::new(streams.progress);
    let stdin = &mut *streams.stdin;
    let (site, problems, findings) = threads.install(|| {
        let (site, mut problems) = read(&settled, stdin, &progress);
        let findings = judge(&settled, &site, &mut problems);
        refuse_nothing(&site, &mut problems);
        (site, problems, findings)
    });
    fix.check = settled.check;
    let fix = &fix;
    tell(&problems, &site.sources, streams.stderr)?;
    let report = Report::new(&site, findings, problems, &selection);
    if fix.diff || fix.write {
        return in_files(fix, &site, &report, streams);
    }
    let plan = Plan::new(&report.findings);
    scripts(fix, &site, &plan, streams)?;
    tell_left(&site, &plan.left, streams)?;
    let only_edits = report.findings.iter().filter(|finding| {
        let fix = finding.fix.as_ref();
        fix.is_some_and(|fix| fix.changes.is_empty() && !fix.edits.is_empty())
    });
    match only_edits.count() {
        0 => {}
        1 => writeln!(
            streams.stderr,
            "1 more repair is a change of a file: `fix --diff` shows it"
        )?,
        more => writeln!(
            streams.stderr,
            "{more} more repairs are changes of files: `fix --diff` shows them"
        )?,
    }
    Ok(report.summary.exit_code)
}

/// What is printed are lines to type: a report of the check is another command's.
fn refuse_formats(check: &Check) -> Option<Problem> {
    let mut formats = check.output.formats();
    let format = formats.find(|format| *format != Format::Pretty)?;
    let problem = Problem::new(format!("`fix` has no format `{}`", format.name()));
    Some(problem.help(
        "`--as` says for what the repairs are written; without `fix`, `--format json` has them \
         beside the findings",
    ))
}

/// One script, or those of all systems that have a part in the repairs, each under its name.
fn scripts(fix: &Fix, site: &Site, plan: &Plan<'_>, streams: &mut Streams<'_>) -> io::Result<()> {
    let mut any = false;
    for system in System::ALL {
        if fix.system.is_some_and(|only| only != system) {
            continue;
        }
        let script = script(&site.sources, plan, system, fix.undo);
        if script.is_empty() {
            continue;
        }
        if fix.system.is_none() {
            let blank = if any { "\n" } else { "" };
            writeln!(streams.stdout, "{blank}==== {} ====", system.title())?;
        }
        any = true;
        inert(streams.stdout, Syntax::Text, |out| {
            out.write_all(script.as_bytes())
        })?;
    }
    if !any {
        let what = fix
            .system
            .map_or(String::new(), |system| format!(" for {}", system.title()));
        writeln!(streams.stderr, "nothing to repair{what}")?;
    }
    Ok(())
}

fn in_files(
    fix: &Fix,
    site: &Site,
    report: &Report<'_>,
    streams: &mut Streams<'_>,
) -> io::Result<u8> {
    let roots = files::roots(paths(&fix.check));
    let scope = if fix.write { Scope::Safe } else { Scope::All };
    let mut edits = Edits::choose(site, &report.findings, scope, |source| {
        fix.write
            .then(|| files::refusal(site, &report.findings, &roots, source))?
    });
    if !fix.no_serial {
        edits.raise_serials(site, today());
    }
    if fix.diff {
        let purpose = if streams.terminal {
            Purpose::Reading
        } else {
            Purpose::Patching
        };
        let diff = unified(&site.sources, &edits, fix.undo, purpose);
        inert(streams.stdout, Syntax::Text, |out| {
            out.write_all(&diff.bytes)
        })?;
        for (name, why) in &diff.refused {
            writeln!(
                streams.stderr,
                "warning: this diff cannot be applied to `{}`, since {why}: let `--write` make the \
                 changes that are safe, and make the others by hand",
                printable(name)
            )?;
        }
    }
    let mut status = report.summary.exit_code;
    if fix.write {
        let (written, refusals) = files::write(site, &edits);
        for name in &written {
            writeln!(streams.stderr, "changed {}", printable(name))?;
        }
        for refusal in &refusals {
            writeln!(streams.stderr, "error: {}", printable(&refusal.to_string()))?;
        }
        status = if refusals.is_empty() && report.problems.is_empty() {
            status_of_rest(&edits, report)
        } else {
            COULD_NOT_CHECK
        };
    }
    if edits.files.is_empty() {
        writeln!(streams.stderr, "nothing to change in the files")?;
    }
    tell_left(site, &edits.left, streams)?;
    Ok(status)
}

/// The status of what was not repaired.
fn status_of_rest(edits: &Edits<'_>, report: &Report<'_>) -> u8 {
    let made: HashSet<*const Finding> = edits
        .made
        .iter()
        .map(|made| std::ptr::from_ref(*made))
        .collect();
    let mut rest = report
        .findings
        .iter()
        .filter(|finding| !made.contains(&std::ptr::from_ref(*finding)));
    u8::from(rest.any(|finding| report.summary.fail_on.includes(finding.severity)))
}

fn paths(check: &Check) -> impl Iterator<Item = &Path> {
    let declared = check.inputs.kinds.iter().map(|(_, path)| path);
    declared.chain(&check.paths).map(AsRef::as_ref)
}

fn tell_left(site: &Site, left: &[Left<'_>], streams: &mut Streams<'_>) -> io::Result<()> {
    const SHOWN: usize = 50;
    for Left { finding, why } in left.iter().take(SHOWN) {
        writeln!(
            streams.stderr,
            "left: {} at {}: {}",
            finding.rule.id,
            Location::of(&site.sources, finding.span),
            sentence(why)
        )?;
    }
    if left.len() > SHOWN {
        writeln!(streams.stderr, "left: {} more", left.len() - SHOWN)?;
    }
    Ok(())
}

/// The date in UTC as `YYYYMMDD`.
fn today() -> u32 {
    /// Hours from 1601 to 1970.
    const BEFORE_1970: u64 = 3_234_576;
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let hours = since.map_or(0, |since| since.as_secs() / 3600);
    let moment = aging::moment(BEFORE_1970 + hours);
    let digits: String = moment
        .chars()
        .take_while(|character| *character != ' ')
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or_default()
}
