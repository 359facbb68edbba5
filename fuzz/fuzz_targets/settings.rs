//! A site under any settings.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::settings(bytes));
