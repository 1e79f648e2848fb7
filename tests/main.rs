//! Whole-program and cross-crate tests, one binary.

mod bad_input;
mod capacity;
mod cli;
mod determinism;
mod foreign;
mod interrupted;
mod measured;
mod own_operations;
mod program;
mod proofs;
mod resolutions;
mod theory;
mod tidy;
