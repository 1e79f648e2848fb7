//! Whole-program and cross-crate tests, one binary.

mod resolutions;
