//! The table of parameters: spelling, permitted values, default, source.
