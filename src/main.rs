//! The `sipdns-lint` command.

use std::io::{self, BufWriter, IsTerminal};
use std::process::ExitCode;

use sipdns_lint::report::pretty;
use sipdns_lint::run::{Streams, run};

/// Threads do not wait for one another, as they do with that of musl.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let status = run(
        // Shells of Windows leave `*.dns` to the programs.
        wild::args_os(),
        &mut Streams {
            stdin: &mut io::stdin(),
            stdout: &mut BufWriter::new(io::stdout().lock()),
            stderr: &mut pretty::stderr(),
            color: pretty::stdout_takes_color(),
            summary: std::env::var_os("GITHUB_STEP_SUMMARY")
                .filter(|path| !path.is_empty())
                .map(Into::into),
            terminal: io::stdout().is_terminal(),
            progress: io::stderr().is_terminal(),
        },
    );
    ExitCode::from(status)
}
