//! Any bytes, read as a handset's configuration.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::phone(bytes));
