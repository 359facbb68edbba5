//! Any text, read as an expression and evaluated.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| sipdns_lint_fuzz::expression(text));
