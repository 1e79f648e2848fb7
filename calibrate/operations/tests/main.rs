//! The operations from outside, one file per family: what was tampered with is rejected.
//!
//! What is called here is not generic in a proof system, so that none is compiled again for the tests.

mod all;
mod cache;
mod commitment;
mod ed25519;
mod groth16;
mod merkle;
mod ml_dsa;
mod ml_kem;
mod range_proof;
mod recursion;
mod stark;
mod state;
mod threads;
mod witness;
