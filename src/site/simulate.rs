//! From inputs to views, set-ups and simulations.
