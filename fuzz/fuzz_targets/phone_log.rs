//! Any bytes, read as a handset's log.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::log(bytes));
