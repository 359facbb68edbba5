//! The `sipdns-lint` command.

fn main() {}
