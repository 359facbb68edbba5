//! A run: from the command line to a report and an exit status.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::CommandFactory;

use crate::cli::{self, Check, Cli, Color, Command, General, Side};
use crate::finding::Finding;
use crate::load::{self, Progress};
use crate::own;
use crate::problem::Problem;
use crate::report::escape::{Inert, Syntax, inert};
use crate::report::pretty::{self, Paint};
use crate::report::{Content, Detail, Format, Presentation, Report, printable};
use crate::select::Selection;
use crate::site::{self, Arguments, Basis, Kind, Requested, Site};
use crate::source::Sources;

mod ask;
mod catalogue;
mod diff;
mod fix;
mod new;
mod outputs;
mod own_rules;
mod settled;

use outputs::Outputs;
use settled::Settled;

/// Exit status: could not check.
const COULD_NOT_CHECK: u8 = 2;

/// What a run reads and writes besides the files it is told about.
pub struct Streams<'a> {
    /// Standard input.
    pub stdin: &'a mut (dyn Read + Send),
    /// Results.
    pub stdout: &'a mut dyn Write,
    /// Everything else; may be given colours.
    pub stderr: &'a mut dyn Write,
    /// Whether standard output takes colours.
    pub color: bool,
    /// Whether standard output is a terminal, and read by a person.
    pub terminal: bool,
    /// The summary of the job of GitHub Actions that this is a step of
    /// (`GITHUB_STEP_SUMMARY`), to which `--format github` adds.
    pub summary: Option<PathBuf>,
    /// Whether standard error is a terminal, on which progress may be shown.
    pub progress: bool,
}

/// Does what a command line (the program's name first) says; the exit status.
pub fn run(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> u8 {
    // What is said of inputs, and of what was typed, is no order to a CI runner.
    let mut stderr = Inert::new(streams.stderr, Syntax::Text);
    let status = run_with(
        args,
        &mut Streams {
            stdin: streams.stdin,
            stdout: streams.stdout,
            stderr: &mut stderr,
            color: streams.color,
            summary: streams.summary.clone(),
            terminal: streams.terminal,
            progress: streams.progress,
        },
    );
    // There is nowhere to say that nothing can be said.
    let _ = stderr.finish();
    status
}

fn run_with(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> u8 {
    let done = match cli::parse(args) {
        Ok(cli) => execute(cli, streams),
        Err(error) => refuse(&error, streams),
    };
    let (status, written) = match done {
        Ok(status) => (status, streams.stdout.flush()),
        Err(error) => (0, Err(error)),
    };
    match written {
        Ok(()) => status,
        Err(error) => unwritten(&error, status, streams),
    }
}

/// Standard output could not be written. That nobody reads on (`| head`) is no error.
fn unwritten(error: &io::Error, status: u8, streams: &mut Streams<'_>) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return status;
    }
    let reason = crate::load::reason(error);
    let _ = writeln!(streams.stderr, "error: cannot write the report: {reason}");
    COULD_NOT_CHECK
}

fn execute(cli: Cli, streams: &mut Streams<'_>) -> io::Result<u8> {
    match cli.command {
        None => check(cli.check, Content::Findings, streams),
        Some(Command::Trace(trace)) => {
            let content = if trace.as_log {
                Content::Log(trace.again)
            } else {
                Content::Trace
            };
            check(trace.check, content, streams)
        }
        Some(Command::Failover(failover)) => check(failover.check, Content::Failover, streams),
        Some(Command::Diff(diff)) => diff::diff(&diff, streams),
        Some(Command::Fix(fix)) => fix::run(*fix, streams),
        Some(Command::New(new)) => new::run(&new, streams),
        Some(Command::Log(mut log)) => {
            let what = (Kind::PhoneLog, log.log);
            log.check.inputs.kinds.insert(0, what);
            check(log.check, Content::Story, streams)
        }
        Some(Command::Explain(explain)) => catalogue::explain(&explain, streams),
        Some(Command::Rules(rules)) => catalogue::rules(&rules, streams),
        Some(Command::Completions(completions)) => {
            // The generator panics where it cannot write, so it writes into memory.
            let mut script = Vec::new();
            let mut command = Cli::command();
            let name = command.get_name().to_owned();
            clap_complete::generate(completions.shell, &mut command, name, &mut script);
            streams.stdout.write_all(&script).map(|()| 0)
        }
        Some(Command::Man(_)) => {
            let page = clap_mangen::Man::new(Cli::command());
            page.render(&mut streams.stdout).map(|()| 0)
        }
    }
}

fn colored(general: &General, streams: &Streams<'_>) -> bool {
    match general.color {
        Color::Auto => streams.color,
        Color::Always => true,
        Color::Never => false,
    }
}

/// What clap has to say: help and version go to standard output, errors to standard error.
fn refuse(error: &clap::Error, streams: &mut Streams<'_>) -> io::Result<u8> {
    let text = error.render();
    if error.use_stderr() {
        // It repeats what was typed, which may hold control characters.
        for line in text.to_string().lines() {
            writeln!(streams.stderr, "{}", printable(line))?;
        }
        return Ok(COULD_NOT_CHECK);
    }
    if streams.color {
        write!(streams.stdout, "{}", text.ansi())?;
    } else {
        write!(streams.stdout, "{text}")?;
    }
    Ok(0)
}

/// The command line completed by settings, and which findings are kept; `None` where one of
/// them is wrong, which is told.
fn settle(check: Check, streams: &mut Streams<'_>) -> io::Result<Option<(Settled, Selection)>> {
    let settled = Settled::of(check);
    let settled = settled.and_then(|settled| match settled.selection() {
        Ok(selection) => Ok((settled, selection)),
        Err(problems) => Err((settled.sources, problems)),
    });
    match settled {
        Ok(settled) => Ok(Some(settled)),
        Err((sources, problems)) => {
            tell(&problems, &sources, streams.stderr)?;
            Ok(None)
        }
    }
}

/// Reads, simulates, checks, reports.
fn check(check: Check, content: Content, streams: &mut Streams<'_>) -> io::Result<u8> {
    let names_server = !check.live.servers.is_empty();
    let Some((settled, selection)) = settle(check, streams)? else {
        return Ok(COULD_NOT_CHECK);
    };
    let check = &settled.check;
    if check.settings.show {
        return inert(streams.stdout, Syntax::Text, |out| settled.show(out)).map(|()| 0);
    }
    if names_nothing(check) {
        return nothing_named(check, streams);
    }
    if names_server && check.live.names.is_empty() {
        // It would look as though the server had been asked.
        writeln!(
            streams.stderr,
            "error: nothing is asked of the server that --server names: say what with --live NAME"
        )?;
        return Ok(COULD_NOT_CHECK);
    }
    let model = check.handset.model();
    if matches!(content, Content::Log(_)) && !model.log {
        writeln!(
            streams.stderr,
            "error: nobody knows the log of `{}`",
            model.id
        )?;
        return Ok(COULD_NOT_CHECK);
    }
    let threads = threads(check)?;
    let progress = Progress::new(streams.progress && !check.general.quiet);
    let stdin = &mut *streams.stdin;
    let (site, mut problems, findings) = threads.install(|| {
        let (site, mut problems) = read(&settled, stdin, &progress);
        let findings = judge(&settled, &site, &mut problems);
        refuse_nothing(&site, &mut problems);
        (site, problems, findings)
    });
    let outputs = Outputs::open(&check.output.files, &[&site], &check.paths, &mut problems);
    let told = Told {
        findings,
        problems,
        outputs,
    };
    let status = tell_of(&site, told, selection, (check, content), streams);
    // That takes a while after a large zone, and nobody has to wait for it.
    threads.spawn(move || drop(site));
    status
}

/// What a run has to tell, and where.
struct Told {
    findings: Vec<Finding>,
    problems: Vec<Problem>,
    outputs: Outputs,
}

/// Reports what was found in a site; the exit status.
fn tell_of(
    site: &Site,
    told: Told,
    selection: Selection,
    (check, content): (&Check, Content),
    streams: &mut Streams<'_>,
) -> io::Result<u8> {
    let Told {
        findings,
        mut problems,
        outputs,
    } = told;
    let selected = selection.apply(site, findings);
    // What could not be checked is not known to be gone.
    let is_whole = problems.is_empty();
    if let Some(baseline) = selection.baseline.filter(|one| one.update && is_whole)
        && let Err(problem) = baseline.write(&selected.known)
    {
        problems.push(problem);
    }
    tell(&problems, &site.sources, streams.stderr)?;

    let report = Report::of(site, selected, problems, selection.fail_on);
    let how = presentation(check, content, streams);
    let status = report.summary.exit_code;
    let write = |how: &Presentation, out: &mut dyn Write| report.write(how, out);
    let status = publish(&write, &how, outputs, status, streams)?;
    let summary = streams.summary.as_deref();
    let Some(path) = summary.filter(|_| how.format == Format::Github) else {
        return Ok(status);
    };
    match outputs::add_to_summary(path, &report, &how) {
        Ok(()) => Ok(status),
        Err(error) => {
            let problem = outputs::cannot_write(path, &error);
            tell(&[problem], &site.sources, streams.stderr)?;
            Ok(COULD_NOT_CHECK)
        }
    }
}

/// A path that went wrong must not pass for a check without findings.
fn refuse_nothing(site: &Site, problems: &mut Vec<Problem>) {
    if problems.is_empty() && site.is_empty() {
        let message = "nothing to check: neither zone nor handset configuration was found";
        let help = "name the folder or the files that hold them; what a file lacks is said where \
                    it is named by itself";
        problems.push(Problem::new(message).help(help));
    }
}

fn names_nothing(check: &Check) -> bool {
    check.paths.is_empty() && check.inputs.kinds.is_empty() && check.live.names.is_empty()
}

/// Writes the results of a run in a format.
type Results<'a> = dyn Fn(&Presentation, &mut dyn Write) -> io::Result<()> + 'a;

/// The threads that a run works with; where the system gives none, the one there is. What
/// they find is the same at any number.
fn threads(check: &Check) -> io::Result<rayon::ThreadPool> {
    let threads = || rayon::ThreadPoolBuilder::new().num_threads(check.inputs.threads.unwrap_or(0));
    let alone = |_| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread()
            .build()
    };
    threads().build().or_else(alone).map_err(io::Error::other)
}

/// How results are shown on standard output.
fn presentation(check: &Check, content: Content, streams: &Streams<'_>) -> Presentation {
    Presentation {
        format: check.output.format,
        content,
        detail: match (check.general.quiet, check.general.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        },
        color: colored(&check.general, streams),
    }
}

/// Writes results to standard output, and into the files of `--output`; the exit status.
fn publish(
    write: &Results<'_>,
    how: &Presentation,
    outputs: Outputs,
    status: u8,
    streams: &mut Streams<'_>,
) -> io::Result<u8> {
    let shown = write(how, streams.stdout).and_then(|()| streams.stdout.flush());
    // Where nobody reads on, or the disk is full, the files are still wanted.
    let unwritten = outputs.write(write, how);
    tell(&unwritten, &Sources::new(), streams.stderr)?;
    match shown {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ if unwritten.is_empty() => Ok(status),
        _ => Ok(COULD_NOT_CHECK),
    }
}

/// Reads what was named and simulates the handsets.
fn read(
    settled: &Settled,
    stdin: &mut (dyn Read + Send),
    progress: &Progress,
) -> (Site, Vec<Problem>) {
    let check = &settled.check;
    let options = load::Options {
        paths: check.paths.clone(),
        kinds: check.inputs.kinds.clone(),
        origin: check.inputs.origin.clone(),
        stdin_name: check.inputs.stdin_filename.clone(),
        passed_over: settled.passed_over(),
        moved: check.inputs.moved.clone(),
        clock: check.inputs.clock,
        handsets: check.handset.provisioning(),
    };
    let handset = &check.handset;
    // Port and transport go with the address, for want of one with the names that are asked for.
    let described = |address: &str| Arguments {
        address: address.to_owned(),
        port: handset.port,
        transport: handset.transport.clone(),
    };
    let asked_for = |name: &String| match (name.trim_end_matches('.'), &handset.address) {
        (name, Some(_)) => Arguments::of(name),
        (name, None) => described(name),
    };
    let requested = Requested {
        handset: handset.address.as_deref().map(described),
        live: check.live.names.iter().map(asked_for).collect(),
    };
    let (mut loaded, mut problems) = load::load(&options, &settled.sources, stdin, progress);
    if let Some(mac) = loaded.provisioning.without_files() {
        let message = format!("no file of the folders given is read by handset {mac}");
        let help = format!("give the folder that holds `{mac}.cfg` or `000000000000.cfg`");
        problems.push(Problem::new(message).help(help));
    }
    let mut setups = site::configured_setups(
        &loaded.sources,
        &loaded.configurations,
        &loaded.provisioning,
        &requested,
    );
    site::add_logged_setups(&mut setups, &loaded.logs);
    if check.live.side == Side::Served {
        loaded.plan();
    }
    if !requested.live.is_empty() && check.live.side != Side::Planned {
        ask::ask(check, &setups, &mut loaded, &mut problems);
    }
    let expectations = settled.settings.iter().flat_map(|one| one.expect.clone());
    let basis = Basis {
        model: handset.model(),
        assumptions: handset.assumptions(),
        expectations: expectations.collect::<Vec<_>>().into(),
        is_part: settled.is_part(),
        implied: check.live.side == Side::Both,
        ..Basis::default()
    };
    let site = site::build(loaded, setups, basis);
    if !site.is_part {
        let faults = site.expectation_faults().into_iter();
        problems.extend(faults.map(|fault| Problem::of(fault, &site.sources)));
    }
    (site, problems)
}

/// What all rules find, users' own ones too; those that cannot be evaluated are problems.
fn judge(settled: &Settled, site: &Site, problems: &mut Vec<Problem>) -> Vec<Finding> {
    let (findings, faults) = own::check_all(&settled.own, site, &settled.sources);
    let faults = faults.into_iter();
    problems.extend(faults.map(|fault| Problem::of(fault, &settled.sources)));
    let shown = findings.iter().map(|finding| finding.span.source);
    site.sources.look_into(shown);
    findings
}

fn nothing_named(check: &Check, streams: &mut Streams<'_>) -> io::Result<u8> {
    let help = Cli::command().render_help();
    writeln!(streams.stderr, "{}", help.ansi())?;
    let what = if check.inputs.stdin_filename.is_some() {
        "name `-` as well to read standard input"
    } else {
        "name a file or folder, or ask a server with --live NAME"
    };
    writeln!(streams.stderr, "error: nothing to check: {what}")?;
    Ok(COULD_NOT_CHECK)
}

fn tell(problems: &[Problem], sources: &Sources, stderr: &mut dyn Write) -> io::Result<()> {
    for problem in problems {
        if let Some(fault) = &problem.fault {
            write!(stderr, "{}", pretty::fault(sources, fault, Paint(false)))?;
            continue;
        }
        writeln!(stderr, "error: {}", printable(&problem.message))?;
        for line in problem.help.iter().flat_map(|help| help.lines()) {
            writeln!(stderr, "  {}", printable(line))?;
        }
    }
    Ok(())
}
