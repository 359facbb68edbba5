//! Any bytes, read as a baseline.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::baseline(bytes));
