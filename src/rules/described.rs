//! Handsets that the command line describes: `--address`, `--port` and `--transport` stand for
//! settings, and rules about settings hold for them.

use super::Findings;
use crate::finding::{Finding, Subject};
use crate::handset::ServerEntry;
use crate::site::{Asker, Setup, Site};
use crate::source::Span;

/// The handset of `--address`, or of one `--live NAME`.
pub(super) struct Described<'s> {
    /// The option that gives the address.
    pub(super) option: &'static str,
    /// What it looks up.
    pub(super) entry: &'s ServerEntry,
}

/// Every handset that the command line describes, and no configuration.
pub(super) fn described(site: &Site) -> impl Iterator<Item = Described<'_>> {
    site.setups.iter().filter_map(of)
}

fn of(setup: &Setup) -> Option<Described<'_>> {
    let option = match setup.asker {
        Asker::Arguments => "--address",
        Asker::Live => "--live",
        Asker::Configuration | Asker::Log | Asker::Zone => return None,
    };
    let entry = &setup.entry;
    Some(Described { option, entry })
}

impl Described<'_> {
    /// The value of `--port`, where there is one.
    pub(super) fn port(&self) -> Option<Span> {
        Some(self.entry.port.span).filter(|span| *span != self.entry.address.span)
    }

    /// The value of `--transport`, where there is one.
    pub(super) fn transport(&self) -> Option<Span> {
        Some(self.entry.transport.span).filter(|span| *span != self.entry.address.span)
    }

    /// The part of the address from one byte to another.
    pub(super) fn part(&self, part: std::ops::Range<usize>) -> Span {
        let address = self.entry.address.span;
        let start = address.start as usize;
        Span::new(address.source, start + part.start, start + part.end)
    }
}

/// A finding of the running rule about the token `span` of the command line.
pub(super) fn at(findings: &Findings, span: Span, message: impl Into<String>) -> Finding {
    findings.at(span, message).about(Subject::Token(span))
}
