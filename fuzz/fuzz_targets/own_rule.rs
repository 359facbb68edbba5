//! A site and any page of a rule of a user's own.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::own_rule(bytes));
