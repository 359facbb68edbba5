//! Lines that a log lacks, and lines that it has twice.

use super::super::Missed;
use super::super::line::Line;
use super::super::stamp::Stamp;
use super::{Here, Mark, Reader};

/// The highest number of missed events that the column has room for: it says no longer whether
/// there are more than before.
const FULL: u8 = 99;

/// What of the line before tells what is missing in front of the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Before {
    stamp: Option<Stamp>,
    class: Option<u8>,
    text: String,
    /// Events missed until then.
    missed: u8,
}

impl Before {
    /// The line is the one before once more, as where two syslog servers write into one file. One
    /// without a time may be another one that says the same.
    pub(super) fn is_repeated(&mut self, read: &Line<'_>) -> bool {
        let is_same = read.stamp.is_some()
            && (read.stamp, read.class, read.text) == (self.stamp, self.class, &*self.text);
        if !is_same {
            (self.stamp, self.class) = (read.stamp, read.class);
            read.text.clone_into(&mut self.text);
        }
        is_same
    }
}

impl Reader {
    /// Looks at the column of missed events. It is a running count: where it says what it said
    /// before, nothing more is missing.
    pub(super) fn look_for_gap(&mut self, read: &Line<'_>, here: Here<'_>) {
        let Some(missed) = read.missed else { return };
        let before = std::mem::replace(&mut self.before.missed, missed);
        if missed == 0 {
            return;
        }
        if missed != before || missed == FULL {
            self.gap();
        }
        if let Some(so_far) = &mut self.missed {
            so_far.lines += 1;
            so_far.most = so_far.most.max(missed);
        } else {
            // The column ends where the bar before the text stands.
            let text = here.mark(read.text);
            self.missed = Some(Missed {
                mark: Mark {
                    start: text.start.saturating_sub(3),
                    end: text.start.saturating_sub(1),
                    ..text
                },
                lines: 1,
                most: missed,
            });
            self.keep_line(here);
        }
    }

    /// Events are missing here: what the lines before began need not be what the next ones go on
    /// with.
    fn gap(&mut self) {
        self.follows_gap = true;
        self.announced = None;
        self.listing = None;
        self.by_itself = None;
        self.registering = None;
        for one in &mut self.under_way {
            one.chain.has_gap = true;
        }
    }
}
