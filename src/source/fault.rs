//! Mistakes in texts that people write for the program: settings, pages of rules.

use super::Span;

/// What is wrong with a text that was written for the program, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The smallest text that shows it.
    pub span: Span,
    /// Lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Fault {
    /// A fault at `span`.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
        }
    }

    /// What to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
