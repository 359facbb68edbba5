//! The repairs of a run: which of them are made together, in which order, as scripts or as
//! changes of files, and these made.

mod append;
pub mod diff;
pub mod edits;
pub mod files;
mod order;
pub mod plan;
pub mod script;
mod serial;
mod shared;
