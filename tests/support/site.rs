//! Sites from texts, for tests: the way from sources to findings without files.

pub use sipdns_lint::example::Texts;
