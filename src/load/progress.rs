//! How far a long run has come, on a terminal.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes no longer than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that counts files, drawn on standard error from the second second on.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    since: Instant,
    wanted: AtomicBool,
    shown: Once,
}

impl Progress {
    /// `wanted`: standard error is a terminal that somebody looks at.
    pub fn new(wanted: bool) -> Self {
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            since: Instant::now(),
            wanted: AtomicBool::new(wanted),
            shown: Once::new(),
        }
    }

    /// This is to be done to so many files.
    pub(super) fn begin(&self, what: &'static str, files: usize) {
        self.bar.reset();
        self.bar.set_message(what);
        self.bar.set_length(files as u64);
        let style = ProgressStyle::with_template("{bar:40} {msg} {pos} of {len} files");
        self.bar
            .set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    }

    /// It has been done to one more.
    pub(super) fn step(&self) {
        self.bar.inc(1);
        if self.wanted.load(Ordering::Relaxed) && self.since.elapsed() > PATIENCE {
            let draw = || self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown.call_once(draw);
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.wanted.store(false, Ordering::Relaxed);
        self.bar.finish_and_clear();
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new(false)
    }
}
