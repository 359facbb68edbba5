//! The whole program over a folder of any files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::folder(bytes));
