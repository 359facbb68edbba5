//! What kept a run from checking all it was told to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::source::{Fault, Sources};

/// Why the run could not check all it was told to: exit status 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What it is in a text that was written for the program; the message has its place.
    #[serde(skip)]
    pub fault: Option<Box<Fault>>,
}

impl Problem {
    /// A problem without advice.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            fault: None,
        }
    }

    /// The problem that a text which was written for the program is wrong.
    pub fn of(fault: Fault, sources: &Sources) -> Self {
        let name = &sources.get(fault.span.source).name;
        let (at, _) = sources.positions(fault.span);
        Self {
            message: format!("{name}:{at}: {}", fault.message),
            help: fault.help.clone(),
            fault: Some(Box::new(fault)),
        }
    }

    /// What to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
