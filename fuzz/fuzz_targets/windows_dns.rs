//! Any bytes, read as one format of zones.
#![no_main]

use sipdns_lint::zone::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipdns_lint_fuzz::zone(Format::WindowsDns, bytes));
