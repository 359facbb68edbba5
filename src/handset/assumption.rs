//! What nobody documents about the handset, each with a name, a default and its reasons.

/// The value of every assumption.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assumptions {}
