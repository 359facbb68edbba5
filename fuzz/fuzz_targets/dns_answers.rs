//! Any answers of a DNS server.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::answers(bytes));
