//! `diff`: two states read and checked one after the other, then compared.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;

use super::{
    COULD_NOT_CHECK, Outputs, Settled, Streams, judge, presentation, publish, read, refuse_nothing,
    tell, threads,
};
use crate::cli::{self, Check, Diff};
use crate::diff::Side;
use crate::finding::Finding;
use crate::load::{self, Progress, git};
use crate::problem::Problem;
use crate::report::diff::Comparison;
use crate::report::{Content, Format, Presentation, Report, printable};
use crate::rule::Need;
use crate::site::{Kind, Site};
use crate::source::Sources;

/// Problems, and the texts that they may point into.
type Refusal = (Arc<Sources>, Vec<Problem>);

/// Does what `diff` says; the exit status.
pub(super) fn diff(diff: &Diff, streams: &mut Streams<'_>) -> io::Result<u8> {
    // The copy of an earlier state goes when this does.
    let (old, new, earlier) = match sides(diff) {
        Ok(sides) => sides,
        Err((sources, problems)) => {
            tell(&problems, &sources, streams.stderr)?;
            return Ok(COULD_NOT_CHECK);
        }
    };
    let selection = match new.selection() {
        Ok(selection) => selection,
        Err(problems) => {
            tell(&problems, &new.sources, streams.stderr)?;
            return Ok(COULD_NOT_CHECK);
        }
    };
    let check = &new.check;
    let threads = threads(check)?;
    let stdin = &mut *streams.stdin;
    let progress = streams.progress && !check.general.quiet;
    let mut state = |settled| State::of(settled, stdin, &Progress::new(progress));
    let (mut before, mut after) = threads.install(|| (state(&old), state(&new)));
    if earlier.is_some() {
        // The files of a revision are taken without links.
        after.forget_links();
    }
    // There may have been nothing before.
    refuse_nothing(&after.site, &mut after.problems);
    // What the settings expect is expected of the new state.
    before.problems.retain(|problem| problem.fault.is_none());
    let sites = [&before.site, &after.site];
    let outputs = Outputs::open(
        &check.output.files,
        &sites,
        &check.paths,
        &mut after.problems,
    );
    tell(&before.problems, &before.site.sources, streams.stderr)?;
    tell(&after.problems, &after.site.sources, streams.stderr)?;

    let (old_root, new_root) = (root(&old.check), root(check));
    let before_report = Report::new(&before.site, before.findings, before.problems, &selection);
    let after_report = Report::new(&after.site, after.findings, after.problems, &selection);
    let before = Side {
        site: &before.site,
        findings: &before_report.findings,
        root: &old_root,
        served: false,
    };
    let after = Side {
        site: &after.site,
        findings: &after_report.findings,
        root: &new_root,
        served: check.live.side == cli::Side::Served,
    };
    let comparison = Comparison::new((&before_report, &before), (&after_report, &after));
    let status = comparison.summary.exit_code;
    let write = |how: &Presentation, out: &mut dyn Write| comparison.write(how, out);
    let how = presentation(check, Content::Findings, streams);
    publish(&write, &how, outputs, status, streams)
}

/// One of the two states as it was read.
struct State {
    site: Site,
    findings: Vec<Finding>,
    problems: Vec<Problem>,
}

impl State {
    fn of(settled: &Settled, stdin: &mut (dyn Read + Send), progress: &Progress) -> Self {
        let (site, mut problems) = read(settled, stdin, progress);
        let mut findings = judge(settled, &site, &mut problems);
        // Of a file rules see the whole zone and its text, of a server what was asked: only
        // what they say of servers lies between the two.
        if settled.check.live.side != cli::Side::Both {
            findings.retain(|finding| finding.rule.needs.contains(&Need::Live));
        }
        Self {
            site,
            findings,
            problems,
        }
    }

    /// Drops what is said of links that are not followed.
    fn forget_links(&mut self) {
        let inputs = self.site.inputs.iter();
        let links = inputs.filter(|input| input.kind == Kind::LinkOut);
        let links: HashSet<_> = links.map(|link| link.source).collect();
        self.findings
            .retain(|finding| !links.contains(&finding.span.source));
    }
}

/// What is read for the old and for the new state. The settings are those of the new one.
fn sides(diff: &Diff) -> Result<(Settled, Settled, Option<git::Earlier>), Refusal> {
    let refusal = |problem| (Arc::new(Sources::new()), vec![problem]);
    let check = &diff.check;
    refuse_formats(check).map_err(refusal)?;
    let live = !check.live.names.is_empty();
    let (old, new, earlier) = match (&check.paths[..], &diff.git) {
        ([path], Some(revision)) => {
            let earlier = git::earlier(path, revision).map_err(refusal)?;
            (earlier.path.clone(), path, Some(earlier))
        }
        ([path], None) if live => (path.clone(), path, None),
        ([old, new], None) if !live => (old.clone(), new, None),
        _ => {
            let help = "name the old state and the new one, one path and --git REV, or one path \
                        and --live NAME; of zones and configurations in several folders, the \
                        folder that holds them";
            let problem = Problem::new("`diff` compares two states");
            return Err(refusal(problem.help(help)));
        }
    };
    let original = if earlier.is_some() { new } else { &old };
    let states = [new, original].map(|state| absolute(state));
    let kinds = check.inputs.kinds.iter();
    let mut elsewhere = kinds.filter(|(_, declared)| {
        let declared = absolute(declared);
        !states.iter().any(|state| declared.starts_with(state))
    });
    if let Some((_, path)) = elsewhere.next() {
        let path = printable(&path.to_string_lossy()).into_owned();
        let problem = Problem::new(format!("`{path}` of --input lies in neither state"));
        return Err(refusal(
            problem.help("name a file of the states that are compared"),
        ));
    }
    let mut after = side(check, new, new);
    if live {
        after.live.side = cli::Side::Served;
    }
    // Two states of files are compared; what a server says between one and the other is none.
    let settled = |side| {
        Settled::of(side).map(|mut settled| {
            if !live {
                settled.check.live.names.clear();
            }
            settled
        })
    };
    let mut after = settled(after)?;
    after.ignored = earlier.iter().flat_map(|one| one.ignored.clone()).collect();
    let mut before = side(check, &old, original);
    match &after.settings {
        Some(settings) => {
            let path = after.sources.get(settings.source).path();
            before.settings.file = path.map(Path::to_owned);
        }
        None => before.settings.none = true,
    }
    if live {
        before.live.side = cli::Side::Planned;
    }
    let before = settled(before)?;
    Ok((before, after, earlier))
}

/// Formats that cannot show a comparison are errors.
fn refuse_formats(check: &Check) -> Result<(), Problem> {
    let mut formats = check.output.formats();
    let Some(format) = formats.find(|format| !Comparison::takes(*format)) else {
        return Ok(());
    };
    let known = Format::value_variants().iter().copied();
    let known: Vec<_> = known
        .filter(|one| Comparison::takes(*one))
        .map(Format::name)
        .collect();
    let problem = Problem::new(format!("`diff` has no format `{}`", format.name()));
    Err(problem.help(format!("there are {}", known.join(", "))))
}

/// The command line of one state: `path`, which may be a copy of `original`, and the kinds
/// that were declared for files there.
fn side(check: &Check, path: &Path, original: &PathBuf) -> Check {
    let mut side = check.clone();
    side.paths = vec![path.to_owned()];
    let state = absolute(original);
    side.inputs.kinds = check
        .inputs
        .kinds
        .iter()
        .filter_map(|(kind, declared)| {
            let declared = absolute(declared);
            let below = declared.strip_prefix(&state).ok()?;
            let is_path_itself = below.as_os_str().is_empty();
            let file = if is_path_itself {
                path.to_owned()
            } else {
                path.join(below)
            };
            Some((*kind, file))
        })
        .collect();
    if path != original {
        side.inputs.moved = Some((path.to_owned(), original.clone()));
    }
    side
}

/// The one of the ways to write a path that the system knows it by. An earlier state may have had
/// what is not there any more.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // A file is known by its own name, be it a link.
    let folders = path.ancestors().skip(usize::from(!path.is_dir()));
    let real = folders.into_iter().find_map(|above| {
        let below = path.strip_prefix(above).ok()?;
        Some(above.canonicalize().ok()?.join(below))
    });
    real.unwrap_or(path)
}

/// What was named, as reports call it.
fn root(side: &Check) -> String {
    let moved = side.inputs.moved.as_ref().map(|(_, original)| original);
    let named = moved.or(side.paths.first());
    named.map_or_else(String::new, |path| load::path_name(path))
}
