//! What benchmarks share: programs that take turns, of which the middle run counts.

use std::fs;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The middle of several runs, in seconds.
pub fn middle(mut seconds: Vec<f64>) -> Option<f64> {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied()
}

/// The program is to read nothing, and what it prints is not wanted.
pub fn silent(command: &mut Command) -> &mut Command {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null())
}

/// Seconds that a program runs, and how it ends.
pub fn timed(command: &mut Command) -> io::Result<(f64, ExitStatus)> {
    let begin = Instant::now();
    let status = command.status()?;
    Ok((begin.elapsed().as_secs_f64(), status))
}

/// The most memory that a program uses, in kilobytes, where the system tells (Linux): looked
/// at each millisecond, in a run that is not timed.
pub fn memory(mut child: Child) -> io::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait()?.is_none() {
        let now = fs::read_to_string(&status).ok().and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse().ok()
        });
        most = now.unwrap_or(0).max(most);
        sleep(Duration::from_millis(1));
    }
    Ok(most)
}
