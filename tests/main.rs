//! Whole-program and cross-crate tests, one binary.

mod bad_input;
mod bounds;
mod capacity;
mod claims;
mod claims_judged;
mod cli;
mod determinism;
mod economy;
mod foreign;
mod fuzzed;
mod interrupted;
mod kept;
mod measured;
mod own_operations;
mod parts;
mod program;
mod proofs;
mod questions;
mod resolutions;
mod service_claims;
mod services;
mod settling;
mod switches;
mod theory;
mod tidy;
mod uncertainty;
