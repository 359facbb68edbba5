//! Any bytes, read as YAML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::yaml(bytes));
