//! What holds for any input: nothing panics, everything that is reported has a place, and
//! the exit status and the JSON are those that are promised.

mod answers;
mod program;
mod readers;

pub use answers::{answers, seeds_of_answers};
pub use program::{folder, log, own_rule, settings};
pub use readers::{baseline, expression, key, phone, yaml, zone};
