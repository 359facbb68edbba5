//! Any text, read as the key of zone transfers.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| sipdns_lint_fuzz::key(text));
